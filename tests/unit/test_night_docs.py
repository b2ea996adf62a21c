"""The schedules that docs/night.md shows are ones that systemd and cron take, with options that ``qa night`` has."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from qa.cli import metrics, night, watch
from qa.config import Settings
from qa.services.nights.morning import SCHEMA

_COMMANDS = {"night": night.command, "watch": watch.command, "metrics": metrics.command}


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs/night.md").read_text(encoding="utf-8")


def units(page: str) -> dict[str, str]:
    """The units by the file names that introduce them; the watched folder's has none."""
    blocks = re.findall(r"```ini\n(.*?)```", page, re.DOTALL)
    return dict(
        zip(("qa-night.service", "qa-night.timer", "qa-watch.service"), blocks, strict=True)
    )


def read(unit: str) -> ConfigParser:
    parser = ConfigParser(strict=True, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    return parser


def check(line: str) -> None:
    """Every option of a ``qa`` command line is one that the command has."""
    words = shlex.split(line)
    place = next(i for i, word in enumerate(words) if word == "qa" or word.endswith("/qa"))
    command = _COMMANDS[words[place + 1]]
    known = {name for option in command.params for name in option.opts}
    used = {word for word in words[place + 2 :] if word.startswith("--")}
    assert used <= known


def test_the_units_are_whole_and_start_commands_that_exist(page: str) -> None:
    for unit in units(page).values():
        parser = read(unit)
        assert parser.has_section("Unit")
        if parser.has_section("Service"):
            check(parser["Service"]["ExecStart"])
    service = read(units(page)["qa-night.service"])["Service"]
    assert service["SuccessExitStatus"] == f"3 {night.CUT}"
    assert service["Type"] == "oneshot"
    timer = read(units(page)["qa-night.timer"])
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])


def test_every_command_of_the_page_has_the_options_that_it_is_given(page: str) -> None:
    lines = re.findall(
        r"^(?:ExecStart=|\$ )(\S*qa (?:night|watch|metrics) .*)$", page, re.MULTILINE
    )
    assert len(lines) >= 4
    for line in lines:
        check(line)


def test_systemd_takes_the_units(page: str, tmp_path: Path) -> None:
    verifier = shutil.which("systemd-analyze")
    if verifier is None:
        return  # the test above has read them
    for name, unit in units(page).items():
        # Of this machine's own: the program has to be there, the user and folders need not.
        there = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", unit)
        (tmp_path / name).write_text(re.sub(r"(User|WorkingDirectory)=.*\n", "", there), "utf-8")
    paths = [str(tmp_path / name) for name in units(page)]
    verified = subprocess.run(
        [verifier, "verify", "--man=no", *paths],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    faults = [line for line in verified.stderr.splitlines() if str(tmp_path) in line]
    assert faults == []


def test_the_cron_line_has_five_fields_and_a_command(page: str) -> None:
    [block] = re.findall(r"## cron\n\n```\n(.*?)\n```", page, re.DOTALL)
    minute, hour, *days, command = block.split(" ", 5)
    assert 0 <= int(minute) < 60
    assert 0 <= int(hour) < 24
    assert days == ["*", "*", "*"]
    assert "%" not in command, "cron ends a command there"
    check(command.partition("&& ")[2].partition(" >>")[0])


def test_every_option_and_exit_code_is_on_the_page(page: str) -> None:
    for option in night.command.params:
        assert f"`{option.opts[0]}" in page
    codes = re.findall(r"^\| (\d) \|", page, re.MULTILINE)
    assert codes == ["0", "3", str(night.CUT), "2", "1"]


def test_every_setting_that_the_page_names_is_one(page: str) -> None:
    named = set(re.findall(r"QA_[A-Z0-9_]+", page))
    assert named <= {f"QA_{name.upper()}" for name in Settings.model_fields}
    assert f"| `schema` | {SCHEMA} |" in page
