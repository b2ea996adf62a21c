"""The README is a promise: its commands exist, its links lead somewhere, its bad day is the real one."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from qa.cli.main import SUBCOMMANDS, cli


def _page(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def _commands(page: str) -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


def _parse(words: list[str]) -> None:
    """Parse a ``qa`` command line as click does, without running it; raises on a bad option."""
    command: click.Command = cli
    context = click.Context(command, info_name="qa")
    while isinstance(command, click.Group) and (words or not command.invoke_without_command):
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, name
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.parse_args(context, list(words))


def test_every_qa_command_in_the_readme_is_one_that_click_accepts(root: Path) -> None:
    commands = [words[1:] for words in _commands(_page(root)) if words[:1] == ["qa"]]
    assert len(commands) >= 6
    for words in commands:
        _parse(words)


def test_every_make_target_in_the_readme_exists(root: Path) -> None:
    targets = set(re.findall(r"`?(?:SERVE=0 )?make ([a-z-]+)", _page(root)))
    known = set(re.findall(r"(?m)^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8")))
    assert {"demo", "test", "bench-samples"} <= targets <= known


def test_every_relative_link_leads_to_a_file(root: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", _page(root))
    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_every_subcommand_is_in_the_readme(root: Path) -> None:
    page = _page(root)
    assert [name for name in SUBCOMMANDS if f"qa {name}" not in page] == []


@pytest.mark.parametrize("words", [["run", "--no-such-option"], ["no-such-command"]])
def test_a_command_that_does_not_exist_would_be_noticed(words: list[str]) -> None:
    with pytest.raises((click.UsageError, AssertionError)):
        _parse(words)
