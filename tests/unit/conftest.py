"""Calls written by hand, as a recogniser would hear them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.phonetics import phonetics
from qa import bootstrap
from qa.config import Settings
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Case
from qa.domain.measure import measure
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Verdict
from qa.domain.scoring import judge
from qa.domain.transcript import DroppedText, Span, Transcript, Turn, Word
from qa.interop.rubric_yaml import find, load
from tests.unit.people_lab import Place

GAP_S = 0.3
_LINE = re.compile(r"^(?P<who>[ACU])(?:!(?P<overlap>[\d.]+))?: (?P<text>.+)$")
_PAUSE = re.compile(r"^\[(?P<pause>[\d.]+)\]$")
_WORD = re.compile(r"[㐀-鿿][，。！？、；：]*|[^\s㐀-鿿]+")
_ROLES = {"A": Role.AGENT, "C": Role.CUSTOMER, "U": Role.UNKNOWN}


def write_case(
    script: str,
    *,
    record: CallRecord | None = None,
    confidence: float = 0.8,
    role_confidence: float = 1.0,
    speaker_confidence: float = 1.0,
    overlap_confidence: float = 1.0,
    company_names: tuple[str, ...] = ("云帆科技", "Northwind"),
    dropped: tuple[DroppedText, ...] = (),
    unheard: tuple[Span, ...] = (),
) -> Case:
    """A call from lines such as ``A: 您好`` (A agent, C customer, U unknown).

    ``A!1.5:`` comes in 1.5 s before the line above ends; ``[9]`` is nine seconds of silence;
    ``unheard`` is speech of the agent for which no words came back.
    """
    turns: list[Turn] = []
    clock_s = 0.5
    for line in filter(None, map(str.strip, script.splitlines())):
        pause = _PAUSE.match(line)
        if pause:
            clock_s += float(pause["pause"]) - GAP_S
            continue
        match = _LINE.match(line)
        assert match, line
        start_s = clock_s if not match["overlap"] else clock_s - GAP_S - float(match["overlap"])
        words = []
        for piece in _WORD.findall(match["text"]):
            end_s = start_s + (0.2 if "㐀" <= piece[0] <= "鿿" else 0.3)
            words.append(Word(start_s, end_s, piece, confidence))
            start_s = end_s
        turns.append(
            Turn(
                _ROLES[match["who"]],
                words[0].start_s,
                words[-1].end_s,
                match["text"],
                tuple(words),
            )
        )
        clock_s = max(clock_s - GAP_S, words[-1].end_s) + GAP_S
    turns.sort(key=lambda turn: turn.start_s)
    activity: dict[Role, list[Span]] = {}
    for turn in turns:
        activity.setdefault(turn.speaker, []).append(turn.span)
    activity.setdefault(Role.AGENT, []).extend(unheard)
    chinese = sum(len(re.findall(r"[㐀-鿿]", turn.text)) for turn in turns)
    return Case(
        record=record or CallRecord("c1"),
        transcript=Transcript(
            "zh" if chinese else "en",
            tuple(turns),
            dropped,
            role_confidence=role_confidence,
            speaker_confidence=speaker_confidence,
        ),
        signals=measure(
            duration_s=clock_s + 0.5,
            activity=activity,
            turns=turns,
            overlap_confidence=overlap_confidence,
        ),
        company_names=company_names,
        phonetics=phonetics(),
    )


@pytest.fixture(scope="session")
def case_of() -> Callable[..., Case]:
    """Builds a case from a script."""
    return write_case


@pytest.fixture(scope="session")
def standard() -> Rubric:
    """The rubric that ships."""
    return load(find("service-standard")).rubric


@pytest.fixture(scope="session")
def judged(standard: Rubric) -> Callable[..., Verdict]:
    """One criterion of the shipped rubric, judged over a script."""

    def judged_over(criterion_id: str, script: str, **facts: Any) -> Verdict:
        criterion = standard.criterion(criterion_id)
        assert criterion is not None
        return judge(criterion, write_case(script, **facts))

    return judged_over


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose store has the schema and nothing in it, made once: each test works on a copy."""
    home = tmp_path_factory.mktemp("empty")
    bootstrap.unit_of_work(Settings(home=home))
    return home


@pytest.fixture
def place(empty_home: Path, tmp_path: Path) -> Place:
    """An installation with nobody in it."""
    home = tmp_path / "var"
    shutil.copytree(empty_home, home)
    return Place(bootstrap.unit_of_work(Settings(home=home)))
