"""The examples of docs/getting-calls-in.md are read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.interop.importers import importer_for, importers
from qa.interop.names import SHIPPED, read_name, templates

KNOWN = importers()
FORMATS = {
    "Manifest": ["manifest"],
    "Asterisk, FreePBX, Issabel": ["asterisk-csv", "asterisk-csv"],
    "FreeSWITCH": ["freeswitch-csv", "freeswitch-json"],
    "Genesys Cloud": ["genesys-json"],
    "Twilio": ["twilio-json"],
    "Amazon Transcribe Call Analytics": ["transcribe-json"],
    "vCon": ["vcon"],
}


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/getting-calls-in.md").read_text(encoding="utf-8")


def test_the_page_lists_every_format(page: str) -> None:
    assert {each.name for each in KNOWN} == {name for names in FORMATS.values() for name in names}
    for each in KNOWN:
        assert f"`{each.name}`" in page


@pytest.mark.parametrize("title", FORMATS)
def test_an_example_is_read_by_its_importer(page: str, tmp_path: Path, title: str) -> None:
    section = re.split(r"^## ", page, flags=re.MULTILINE)
    (text,) = (each for each in section if each.startswith(f"{title}\n"))
    examples = re.findall(r"```(csv|json)\n(.*?)```", text, flags=re.DOTALL)
    assert len(examples) == len(FORMATS[title])
    for (kind, example), name in zip(examples, FORMATS[title], strict=True):
        path = tmp_path / f"example.{kind}"
        path.write_text(example, encoding="utf-8")
        importer = importer_for(path, KNOWN)
        assert importer is not None
        assert importer.name == name
        read = importer.read(path)
        assert len(read.calls) == 1
        assert read.calls[0].record.call_id
        assert read.warnings == ()


def test_the_templates_of_the_page_are_templates(page: str) -> None:
    for source in re.findall(r"--names '([^']+)'", page):
        assert templates([source])
    for name in re.findall(r"--names ([a-z]+)$", page, flags=re.MULTILINE):
        assert name in SHIPPED
    (example,) = set(re.findall(r"`(q-[0-9].*?\.wav)`", page.replace("\n", " ")))
    found = read_name(Path(example), templates(["freepbx"]))
    assert found is not None
    assert found.queue == "600"
