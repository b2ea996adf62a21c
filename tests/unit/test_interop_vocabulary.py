from __future__ import annotations

from pathlib import Path

import pytest

from qa.domain.errors import SettingsInvalid
from qa.interop.vocabulary import MOST_BYTES, MOST_CHARACTERS, read_vocabulary


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "names.txt"


def test_names_come_once_each_and_in_the_order_of_the_file(file: Path) -> None:
    file.write_text("云帆宝\nFiberMax 500\n云帆宝\n\n  张江  \n", encoding="utf-8")

    assert read_vocabulary(file) == ("云帆宝", "FiberMax 500", "张江")


def test_notes_and_blank_lines_are_no_names(file: Path) -> None:
    file.write_text("# products\n\n   \n云帆宝\n  # places\n", encoding="utf-8")

    assert read_vocabulary(file) == ("云帆宝",)


def test_a_file_as_windows_writes_it_is_read_the_same(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + "云帆宝\r\nFiberMax\r\n".encode())

    assert read_vocabulary(file) == ("云帆宝", "FiberMax")


def test_spaces_inside_a_name_are_one_space(file: Path) -> None:
    file.write_text("FiberMax \t  500\n\u3000云帆宝\n", encoding="utf-8")

    assert read_vocabulary(file) == ("FiberMax 500", "云帆宝")


def test_a_file_without_names_gives_none(file: Path) -> None:
    file.write_text("# nothing yet\n", encoding="utf-8")

    assert read_vocabulary(file) == ()


def test_a_sentence_is_refused_with_its_file_and_line(file: Path) -> None:
    file.write_text(f"# notes\n云帆宝\n{'长' * (MOST_CHARACTERS + 1)}\n", encoding="utf-8")

    with pytest.raises(SettingsInvalid, match="line 3") as refused:
        read_vocabulary(file)

    assert str(file) in refused.value.message
    assert "QA_VOCABULARY" in refused.value.hint


def test_a_name_as_long_as_names_may_be_is_taken(file: Path) -> None:
    name = "n" * MOST_CHARACTERS
    file.write_text(name, encoding="utf-8")

    assert read_vocabulary(file) == (name,)


@pytest.mark.parametrize("name", ["云帆宝", "FiberMax"])
def test_more_names_of_a_script_than_the_recogniser_reads_are_refused(
    file: Path, name: str
) -> None:
    lines = [f"{name}{number:03}" for number in range(1 + MOST_BYTES // len(f"{name}000".encode()))]
    file.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(SettingsInvalid, match=str(MOST_BYTES)) as refused:
        read_vocabulary(file)

    assert str(file) in refused.value.message
    file.write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert len(read_vocabulary(file)) == len(lines) - 1


def test_names_of_the_two_scripts_are_read_apart(file: Path) -> None:
    file.write_text(f"{'云' * 30}\n{'帆' * 30}\n{'n' * 30}\n{'m' * 30}\n", encoding="utf-8")

    assert len(read_vocabulary(file)) == 4


@pytest.mark.parametrize("content", ["云帆宝\n".encode("gb18030"), "云帆宝\n".encode("utf-16")])
def test_a_file_in_another_encoding_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(SettingsInvalid, match="not UTF-8") as refused:
        read_vocabulary(file)

    assert str(file) in refused.value.message


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read") as refused:
        read_vocabulary(file)

    assert str(file) in refused.value.message


def test_a_folder_is_no_file_of_names(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        read_vocabulary(tmp_path)
