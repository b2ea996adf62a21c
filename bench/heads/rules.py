"""What the rubric's own rules say of one sentence, wherever in a call it may be said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Case
from qa.domain.detectors.logic import AnyOf
from qa.domain.learnable import of_words
from qa.domain.rubric import Criterion, Rubric
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from qa.services.learning.alone import finds

CRITERIA = {
    "greeting": ("greeting", "pass_if"),
    "confirm_need": ("confirm_need", "pass_if"),
    "hold_notice": ("hold_notice", "pass_if"),
    "explains_transfer": ("transfer", "pass_if"),
    "discourtesy": ("courtesy", "fail_if"),
    "thanks": ("thanks", "pass_if"),
    "satisfaction_question": ("satisfaction_question", "pass_if"),
    "farewell": ("farewell", "pass_if"),
    "secret_request": ("privacy", "fail_if"),
    "questioning": ("questioning", "pass_if"),
    "hasty_conclusion": ("open_mind", "fail_if"),
    "clear_answer": ("clear_answer", "pass_if"),
    "follow_up_promise": ("follow_up", "pass_if"),
    "progress_feedback": ("progress_feedback", "pass_if"),
    "empathy": ("empathy", "pass_if"),
    "upset": ("empathy", "applies_if"),
    "left_for_later": ("follow_up", "applies_if"),
    "asks_to_wait": ("progress_feedback", "applies_if"),
}
"""The criterion that each head is of, and the rule in it that looks for the same thing."""

KIN = {
    "left_for_later": ("follow_up_promise", "explains_transfer"),
    "asks_to_wait": ("hold_notice", "explains_transfer"),
}
"""Heads whose own sentences often do what another is for, so that they are no examples of nothing to it."""

TRANSFERS_APART = ("left_for_later", "asks_to_wait")
"""Heads whose criterion leaves a call that is put through to another, though what they are for is said there."""

CUSTOMERS = ("upset",)
"""Heads that listen to the customer; all others to the agent."""

COMPANY_NAMES = ("云帆科技", "Northwind")


def rule_of(rubric: Rubric, head: str) -> Callable[[str], bool]:
    """Whether the rules that a head stands beside find it in a sentence; never where there are none."""
    criterion_id, field = CRITERIA[head]
    criterion = rubric.criterion(criterion_id)
    detector = of_words(_looks_for(criterion, field)) if criterion else None
    return finds(detector, case_of, speaker_of(head))


def speaker_of(head: str) -> Role:
    """Whose words a head is for."""
    return Role.CUSTOMER if head in CUSTOMERS else Role.AGENT


def _looks_for(criterion: Criterion, field: str) -> Any:
    """The rule of a criterion; on a scale, what puts a call on any level that earns something."""
    earning = [level.holds_if for level in criterion.levels if level.share > 0]
    if field == "pass_if" and earning:
        return AnyOf(tuple(filter(None, earning)))
    return getattr(criterion, field)


def case_of(record: CallRecord, transcript: Transcript, signals: Signals) -> Case:
    """A call with the company that the bank is about."""
    return Case(record, transcript, signals, COMPANY_NAMES, phonetics())
