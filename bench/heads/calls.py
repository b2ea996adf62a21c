"""Golden calls in which nobody does what a head is for: what a head must pass over in a whole call."""

from __future__ import annotations

from collections.abc import Sequence

from bench.heads.rules import CRITERIA, TRANSFERS_APART, case_of, speaker_of
from qa import bootstrap
from qa.domain.detectors.head import Head
from qa.domain.detectors.window import WHOLE_CALL, Window
from qa.domain.dialogue import Dialogue
from qa.domain.scorecard import Outcome
from qa.services.learning.alone import asked_about
from qa.services.score_text import dialogue_case

WINDOWS = {
    "greeting": Window(first_turns=3),
    "thanks": Window(last_turns=4),
    "satisfaction_question": Window(last_turns=4),
    "farewell": Window(last_turns=4),
}
"""Where in a call a head is asked; in all of it where nothing is said."""

CLEAN = {
    "applies_if": Outcome.NOT_APPLICABLE,
    "fail_if": Outcome.PASS,
    "pass_if": Outcome.FAIL,
}
"""The outcome of a call in which a rule finds nothing."""


def train_calls() -> tuple[Dialogue, ...]:
    """The golden dialogues of the train splits, each once."""
    return bootstrap.golden_train_calls()


def without(calls: Sequence[Dialogue], head: str) -> list[list[str]]:
    """Of each call in which nobody does it, the sentences that the head would be asked about."""
    criterion, field = CRITERIA[head]
    asked = Head(head, speaker_of(head), WINDOWS.get(head, WHOLE_CALL))
    return [
        asked_about(asked, dialogue_case(call, case_of))
        for call in calls
        if call.expected.get(criterion) is CLEAN[field]
        and not (head in TRANSFERS_APART and _put_through(call))
    ]


def _put_through(call: Dialogue) -> bool:
    return call.expected.get("transfer", Outcome.NOT_APPLICABLE) is not Outcome.NOT_APPLICABLE
