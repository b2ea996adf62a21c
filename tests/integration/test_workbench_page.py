"""docs/workbench.md is a promise: its files are written, its commands run in order, and each ends well."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.main import cli
from qa.config import Settings
from tests.integration.stored_calls import CURT, store_calls

_FILE = re.compile(r"```(?:text|yaml)\n# (\S+)\n(.*?)```", re.DOTALL)
_EXITS = re.compile(r"# exit ((?:\d+(?: or )?)+)")


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "workbench.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_does_what_it_says(
    page: str, root: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_HOME", str(settings.home))
    monkeypatch.setenv("QA_COMPANY_NAMES", ",".join(settings.company_names))
    store_calls(settings, {"call-0412": CURT})
    (tmp_path / "drafts").mkdir()
    shipped = (root / "rubrics" / "service-standard.yaml").read_text(encoding="utf-8")
    (tmp_path / "drafts" / "service-standard.yaml").write_text(shipped, encoding="utf-8")
    for name, content in _FILE.findall(page):
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert len(lines) >= 10
    for line in lines:
        exits = _EXITS.search(line)
        allowed = {int(code) for code in re.findall(r"\d+", exits[1])} if exits else {0}
        done = CliRunner().invoke(cli, shlex.split(line, comments=True)[1:])
        assert done.exit_code in allowed, f"{line}\n{done.output}\n{done.exception!r}"
        assert bool(done.stdout) is not line.endswith("# no line where there is no remark"), line


def test_every_remark_of_the_lint_is_on_the_page(page: str, root: Path) -> None:
    sources = (root / "qa" / "services").glob("rubric_lint*.py")
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    codes = set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+|never|vague|shadowed|unused)",\n', text))
    assert len(codes) >= 12
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []
