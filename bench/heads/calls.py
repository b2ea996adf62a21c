"""Golden calls in which nobody does what a head is for: what a head must pass over in a whole call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.heads.rules import CRITERIA
from models.phonetics import phonetics
from qa import bootstrap
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Case
from qa.domain.detectors.meaning import sentences
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid
from qa.domain.scorecard import Outcome

GOLDEN = Path(__file__).resolve().parents[2] / "rubrics" / "golden"
RUBRICS = ("service-standard", "telecom", "ecommerce", "finance")

WINDOWS = {
    "greeting": Window(first_turns=3),
    "thanks": Window(last_turns=4),
    "satisfaction_question": Window(last_turns=4),
    "farewell": Window(last_turns=4),
}
"""Where in a call a head is asked; in all of it where nothing is said."""


def train_calls() -> tuple[Dialogue, ...]:
    """The golden dialogues of the train splits, each once."""
    found: dict[str, Dialogue] = {}
    for rubric in RUBRICS:
        for one in bootstrap.golden(GOLDEN, rubric):
            if isinstance(one, DialogueInvalid):
                raise one
            if one.split == "train":
                found[one.dialogue.id] = one.dialogue
    return tuple(found.values())


def without(calls: Sequence[Dialogue], head: str) -> list[list[str]]:
    """Of each call in which the agent does not do it, the sentences that the head would be asked about."""
    criterion, field = CRITERIA[head]
    clean = Outcome.PASS if field == "fail_if" else Outcome.FAIL
    return [said(call, head) for call in calls if call.expected.get(criterion) is clean]


def said(call: Dialogue, head: str) -> list[str]:
    """The agent's sentences of a call that a head would be asked about."""
    case = Case(CallRecord(call.id), call.transcript, call.signals, (), phonetics())
    span = resolve(WINDOWS.get(head, WHOLE_CALL), case, Role.AGENT, None)
    return [text for text, _ in sentences(case.streams[Role.AGENT], span)]
