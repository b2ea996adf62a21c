"""Files of many calls: no call id leads out of the folder, and none takes another's place."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.errors import SettingsInvalid
from qa.interop.exports.destination import whole_file
from qa.interop.exports.file_names import FileNames
from qa.interop.exports.folder import write_folder
from qa.interop.exports.formats import FileEach
from qa.interop.lines import Line
from tests.unit.export_lines import ENGLISH

ECHO = FileEach("txt", lambda line, _choices: line["call_id"].encode(errors="surrogatepass"))
HOSTILE = (
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a/b",
    "a\\b",
    "C:\\x",
    "nul",
    "COM1.wav",
    "ＣＯＮ",
    "-rf",
    ".hidden",
    "a\0b",
    "a\nb",
    "a ",
    "a.",
    "云" * 300,
    "A1",
    "a1",
    "index",
    "Straße",
    "STRASSE",
    "e\u0301",
    "\u00e9",
    "\u202egpj.exe",
)


def lines_of(*call_ids: str) -> list[Line]:
    return [{"call_id": call_id} for call_id in call_ids]


def test_hostile_call_ids_make_plain_files_inside_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    out.parent.mkdir()
    assert write_folder(lines_of(*HOSTILE), ECHO, out, ENGLISH) == len(HOSTILE)
    assert {path.name for path in tmp_path.rglob("*") if path.parent != out} == {"deep", "out"}
    listed = list(csv.DictReader(io.StringIO((out / "index.csv").read_text(encoding="utf-8"))))
    assert len(listed) == len(HOSTILE) == len(list(out.iterdir())) - 1
    held = {(out / row["file"]).read_bytes().decode(errors="surrogatepass") for row in listed}
    assert held == set(HOSTILE)


@given(st.lists(st.text(max_size=300), unique=True, max_size=20))
def test_every_name_is_one_plain_component_that_no_other_is(call_ids: list[str]) -> None:
    names = FileNames()
    made = [names.of(call_id) for call_id in call_ids]
    assert len({name.casefold() for name in made}) == len(made)
    for name in made:
        assert name
        assert len(f"{name}.vcon.json".encode()) <= 255
        assert not set(name) & set('/\\:*?"<>|\0 \t\n\r')
        assert name[0] not in ".-"
        assert name[-1] != "."


def test_a_plain_id_is_its_own_name_and_another_keeps_its_name_from_night_to_night() -> None:
    assert FileNames().of("通话-2026_03.1") == "通话-2026_03.1"
    assert FileNames().of("a b") == FileNames().of("a b") != FileNames().of("a_b")


def test_a_zip_holds_the_same_files(tmp_path: Path) -> None:
    out = tmp_path / "calls.ZIP"
    write_folder(lines_of("c1", "../c2", "通话"), ECHO, out, ENGLISH)
    with zipfile.ZipFile(out) as zipped:
        assert zipped.testzip() is None
        names = zipped.namelist()
        assert "c1.txt" in names
        assert "通话.txt" in names
        assert not any(name.startswith(("/", ".")) for name in names)
        assert zipped.read("c1.txt") == b"c1"


def _failing() -> Iterator[Line]:
    yield from lines_of("c1")
    raise RuntimeError("the database is gone")


@pytest.mark.parametrize("name", ["out", "out.zip"])
def test_what_fails_half_way_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(RuntimeError):
        write_folder(_failing(), ECHO, tmp_path / name, ENGLISH)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match="holds something already"):
        write_folder(lines_of("c1"), ECHO, out, ENGLISH)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    (out / "mine.txt").unlink()
    write_folder(lines_of("c1"), ECHO, out, ENGLISH)
    assert sorted(path.name for path in out.iterdir()) == ["c1.txt", "index.csv"]


def test_a_file_keeps_what_it_held_until_the_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "export.csv"
    out.write_bytes(b"before")

    def interrupted() -> None:
        with whole_file(out) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert (out.read_bytes(), len(list(tmp_path.iterdir()))) == (b"before", 1)
    with whole_file(out) as file:
        file.write(b"after")
    assert (out.read_bytes(), len(list(tmp_path.iterdir()))) == (b"after", 1)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(SettingsInvalid, match=r"nowhere.*No such file"),
        whole_file(tmp_path / "nowhere" / "x.csv"),
    ):
        raise AssertionError("there is nothing to write to")
