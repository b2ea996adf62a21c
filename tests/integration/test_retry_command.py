"""``qa retry`` as an operator meets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.domain.attempts import TRIES, Attempt
from qa.domain.call import CallRecord
from qa.domain.records import Refusal
from qa.domain.wording import Reason

FAULT = Reason("recording.fault", {"stage": "decode", "kind": "ZeroDivisionError"})

WHY = "scoring it failed (decode: ZeroDivisionError); the recording is kept [recording.fault]"
NOT_AUDIO = "this is not an audio file that can be decoded [recording.not_audio]"


def broke(name: str, tries: int, now: datetime) -> Attempt:
    stands = Attempt(name.ljust(64, "0"), "f", f"call-{name}", f"{name}.wav", "", now, now)
    for _ in range(tries):
        stands = stands.failed(FAULT, now, died=False)
    return stands


@pytest.fixture
def now() -> datetime:
    """When the recordings failed: as the test begins, since the command goes by the machine's own clock."""
    return datetime.now(UTC)


@pytest.fixture
def stored(tmp_path: Path, now: datetime) -> Path:
    """A store with recordings in each state."""
    home = tmp_path / "var"
    with bootstrap.unit_of_work(Settings(home=home))(writes=True) as store:
        run_id = store.runs.begin(now)
        for name, tries in (("aaaa", TRIES), ("bbbb", 2), ("cccc", 1)):
            store.attempts.keep(broke(name, tries, now))
        refusal = Refusal(
            CallRecord("call-dddd"), "dddd.wav", "d" * 64, "f", Reason("recording.not_audio")
        )
        store.calls.add_refusal(refusal, run_id=run_id, at=now)
        store.commit()
    return home


def test_the_list_says_how_each_stands_and_why(
    stored: Path, now: datetime, qa_command: Any
) -> None:
    done = qa_command("retry", "--list")
    assert done.returncode == 0, done.stderr
    due = (now + timedelta(hours=1)).astimezone().strftime("%Y-%m-%d %H:%M")
    assert done.stdout.splitlines() == [
        f"aaaa.wav (call-aaaa) given up after {TRIES} tries: {WHY}",
        f"bbbb.wav (call-bbbb) to be tried after {due}: {WHY}",
        f"cccc.wav (call-cccc) due at the next run: {WHY}",
        f"dddd.wav (call-dddd) not scorable: {NOT_AUDIO}",
        "4 recordings without a score.",
    ]
    chinese = qa_command("retry", "--list", QA_LANGUAGE="zh").stdout
    assert f"试过 {TRIES} 次后放弃" in chinese
    assert stored.is_dir()


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["aaaa.wav"], ["aaaa.wav"]),
        (["call-bbbb"], ["bbbb.wav"]),
        (["dddddddd"], ["dddd.wav"]),
        (["--all"], ["aaaa.wav", "bbbb.wav", "cccc.wav"]),
        (["--code", "recording.not_audio"], ["dddd.wav"]),
        (["cccc.wav", "--code", "recording.not_audio"], ["cccc.wav", "dddd.wav"]),
    ],
)
def test_recordings_are_asked_for_by_name_call_content_reason_or_all(
    stored: Path, qa_command: Any, arguments: list[str], asked: list[str]
) -> None:
    done = qa_command("retry", *arguments)
    assert done.returncode == 0, done.stderr
    *named, last = done.stdout.splitlines()
    assert [line.split()[0] for line in named] == asked
    assert last.startswith(f"{len(asked)} are tried again")
    waiting = qa_command("retry", "--list").stdout
    for name in asked:
        assert f"{name} (call-{name[:4]}) given up" not in waiting
        assert f"{name} (call-{name[:4]}) to be tried after" not in waiting
    assert ("dddd.wav" in waiting) is ("dddd.wav" not in asked)
    assert stored.is_dir()


def test_a_name_that_nothing_has_changes_nothing(stored: Path, qa_command: Any) -> None:
    before = qa_command("retry", "--list").stdout
    done = qa_command("retry", "aaaa.wav", "nobody.wav")
    assert done.returncode == 2
    assert "nobody.wav" in done.stderr
    assert "qa retry --list" in done.stderr
    assert qa_command("retry", "--list").stdout == before
    assert stored.is_dir()


@pytest.mark.parametrize("arguments", [[], ["--list", "--all"], ["--list", "a.wav"]])
def test_what_to_do_must_be_said_and_be_one_thing(qa_command: Any, arguments: list[str]) -> None:
    assert qa_command("retry", *arguments).returncode == 2


def test_where_nothing_was_scored_there_is_nothing_to_try_again(
    tmp_path: Path, qa_command: Any
) -> None:
    assert qa_command("retry", "--list").stdout == "Nothing was scored here yet.\n"
    assert not (tmp_path / "var" / "callqa.sqlite").exists()
