"""What the rubric's own rules say of one sentence, wherever in a call it may be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.head import Head
from qa.domain.detectors.judge import AskJudge
from qa.domain.detectors.logic import All, AnyOf, AtLeast, Each, NoneOf, Not, Some
from qa.domain.detectors.metadata import Metadata
from qa.domain.detectors.order import After, Before
from qa.domain.detectors.pace import Pace
from qa.domain.detectors.semantic import Semantic
from qa.domain.detectors.signal import Signal
from qa.domain.detectors.window import WHOLE_CALL
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.rubric import Criterion, Rubric

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
}
"""The criterion that each head is of, and the rule in it that looks for the same thing."""

COMPANY_NAMES = ("云帆科技", "Northwind")


def rule_of(rubric: Rubric, head: str) -> Callable[[str], bool]:
    """Whether the rules that a head stands beside find it in a sentence; never where there are none."""
    criterion_id, field = CRITERIA[head]
    criterion = rubric.criterion(criterion_id)
    detector = _of_words(_looks_for(criterion, field)) if criterion else None
    if detector is None:
        return lambda _: False
    return lambda sentence: detector.find(alone(sentence)).answer is Answer.YES


def _looks_for(criterion: Criterion, field: str) -> Any:
    """The rule of a criterion; on a scale, what puts a call on any level that earns something."""
    earning = [level.holds_if for level in criterion.levels if level.share > 0]
    return AnyOf(tuple(filter(None, earning))) if earning else getattr(criterion, field)


def alone(sentence: str) -> Case:
    """A call in which the agent says one sentence and nobody anything else."""
    transcript, signals = written_call([WrittenTurn(Role.AGENT, sentence)])
    return Case(CallRecord("bank"), transcript, signals, COMPANY_NAMES, phonetics())


def _of_words(detector: Any) -> Any:
    """The part of a detector that looks at words, its windows opened; ``None`` where nothing is left."""
    kept = detector
    match detector:
        case Signal() | Pace() | Metadata() | Head() | Semantic() | AskJudge():
            kept = None
        case Each() | Some():
            kept = _of_words(detector.has)
        case Before() | After():
            kept = _of_words(detector.sought)
        case Not():
            part = _of_words(detector.part)
            kept = Not(part) if part else None
        case All() | AnyOf() | NoneOf() | AtLeast():
            parts = tuple(filter(None, map(_of_words, detector.parts)))
            kept = replace(detector, parts=parts) if parts else None
    return replace(kept, within=WHOLE_CALL) if hasattr(kept, "within") else kept
