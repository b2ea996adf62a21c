"""``qa queue fill`` as the night's script runs it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.ports.queue import TaskQuery
from tests.integration.stored_calls import CURT, POLITE, store_calls

QaCommand = Callable[..., subprocess.CompletedProcess[str]]

LONG_AGO = ("--days", "3650")


@pytest.fixture
def stored(tmp_path: Path) -> Settings:
    """A data folder with two scored calls and one that was refused."""
    settings = Settings(home=tmp_path / "var")
    store_calls(settings, {"call-1": POLITE, "call-2": CURT}, refused="call-3")
    return settings


def queued(settings: Settings) -> int:
    with bootstrap.unit_of_work(settings)() as unit:
        return len(unit.tasks.search(TaskQuery(), viewer_id=None))


def counted(printed: str) -> tuple[int, int]:
    """How many calls entered and how many were looked at."""
    found = re.search(r"(\d+)  (?:would enter|entered) the queue, of (\d+) looked at", printed)
    assert found, printed
    return int(found[1]), int(found[2])


def test_a_dry_run_counts_and_a_run_fills_once(qa_command: QaCommand, stored: Settings) -> None:
    everything = ("--random-percent", "100", *LONG_AGO)
    dry = qa_command("queue", "fill", "--dry-run", *everything)
    assert (dry.returncode, dry.stderr, counted(dry.stdout)) == (0, "", (2, 2))
    assert queued(stored) == 0
    filled = qa_command("queue", "fill", *everything)
    assert (filled.returncode, counted(filled.stdout)) == (0, (2, 2))
    assert queued(stored) == 2
    again = qa_command("queue", "fill", *everything)
    assert (again.returncode, counted(again.stdout)) == (0, (0, 0))


def test_settings_and_options_say_what_enters(qa_command: QaCommand, stored: Settings) -> None:
    nothing = {"QA_QUEUE_RANDOM_PERCENT": "0", "QA_QUEUE_AGENT_MINIMUM": "0"}
    by_rules = ("queue", "fill", "--dry-run", "--unsure-from", "0", *LONG_AGO)
    assert counted(qa_command(*by_rules, **nothing).stdout)[0] <= 1
    drawn = qa_command(*by_rules, "--random-percent", "100", **nothing)
    assert counted(drawn.stdout)[0] == 2


@pytest.mark.parametrize(
    "wrong", [("--random-percent", "101"), ("--due-days", "0"), ("--days", "soon")]
)
def test_a_rule_that_makes_no_sense_is_refused(
    qa_command: QaCommand, stored: Settings, wrong: tuple[str, str]
) -> None:
    refused = qa_command("queue", "fill", *wrong)
    assert refused.returncode == 2
    assert wrong[0] in refused.stderr
    assert queued(stored) == 0
