"""``docs/security.md`` names a test for every check, and each of them is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest


@pytest.fixture
def rows(root: Path) -> dict[int, str]:
    page = (root / "docs/security.md").read_text(encoding="utf-8")
    return {int(row[1]): row[0] for row in re.finditer(r"^\| (\d+) \|.*$", page, re.MULTILINE)}


def test_every_check_from_1_to_29_is_answered(rows: dict[int, str]) -> None:
    assert sorted(rows) == list(range(1, 30))


def test_every_test_that_is_named_is_there(rows: dict[int, str], root: Path) -> None:
    named = {
        (number, *match)
        for number, row in rows.items()
        for match in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)
    }
    assert {number for number, _file, _test in named} == set(rows)
    gone = [
        f"{number}: {file}::{test}"
        for number, file, test in sorted(named)
        if not (root / file).is_file() or test not in _tests(root / file)
    ]
    assert not gone


def _tests(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_no_part_of_the_product_reads_xml(root: Path) -> None:
    readers = re.compile(r"^\s*(?:import|from)\s+(?:xml|lxml|defusedxml|xmltodict)\b", re.MULTILINE)
    for part in ("qa", "models", "webapp", "rubrics"):
        for file in (root / part).rglob("*.py"):
            assert not readers.search(file.read_text(encoding="utf-8")), file
