"""Which heads a rubric asks, what each tells of a criterion, and which people's words can teach it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from qa.domain.detectors.head import Head
from qa.domain.detectors.judge import AskJudge
from qa.domain.detectors.logic import All, AnyOf, AtLeast, Each, NoneOf, Not, Some
from qa.domain.detectors.metadata import Metadata
from qa.domain.detectors.order import After, Before
from qa.domain.detectors.pace import Pace
from qa.domain.detectors.semantic import Semantic
from qa.domain.detectors.signal import Signal
from qa.domain.detectors.window import WHOLE_CALL
from qa.domain.rubric import Criterion, Rubric


@dataclass(frozen=True, slots=True)
class Learnable:
    """A criterion that asks a head.

    Attributes:
        head: What it asks, with whose words are searched, and where.
        good: Whether what the head finds meets the standard; else it breaks it.
        beside: The rules' part of what looks for the same thing, its windows opened; ``None`` for none.
        plain: Whether what the rules quote is what the head is to know too, for they stand beside each other.
    """

    criterion: str
    head: Head
    good: bool
    beside: Any
    plain: bool


def learnables(rubric: Rubric) -> tuple[Learnable, ...]:
    """The heads that a rubric asks, in the order of its criteria.

    One that a criterion asks for good and for bad at once can be taught by nobody's verdict on it, nor one that
    only says whether a criterion applies.
    """
    found = []
    for criterion in rubric.criteria:
        asked = {(each.head.name, each.good): each for each in _of(criterion)}
        for (name, good), each in asked.items():
            if (name, not good) not in asked:
                found.append(each)
    return tuple(found)


def _of(criterion: Criterion) -> Iterator[Learnable]:
    earning = [level.holds_if for level in criterion.levels if level.share > 0 and level.holds_if]
    for rule, good in (
        (criterion.fail_if, False),
        (criterion.pass_if, True),
        (AnyOf(tuple(earning)) if earning else None, True),
    ):
        for head, kept, plain in _heads(rule, sign=True, plain=not earning):
            yield Learnable(criterion.id, head, good is kept, of_words(rule), plain)


def _heads(rule: Any, *, sign: bool, plain: bool) -> Iterator[tuple[Head, bool, bool]]:
    """Each head of a rule, whether a find of it is one of the rule, and whether only ``any`` is above it."""
    parts: tuple[Any, ...] = ()
    match rule:
        case Head():
            yield rule, sign, plain
        case Not():
            parts, sign = (rule.part,), not sign
        case NoneOf():
            parts, sign = rule.parts, not sign
        case AnyOf():
            parts = rule.parts
        case All() | AtLeast():
            parts, plain = rule.parts, False
        case Each() | Some():
            parts, plain = (rule.has,), False
        case Before() | After():
            parts, plain = (rule.sought,), False
    for part in parts:
        yield from _heads(part, sign=sign, plain=plain)


def heads_of(rule: Any) -> Iterator[str]:
    """The names of all heads that a rubric, a criterion or a detector asks, for whatever."""
    if isinstance(rule, tuple):
        for part in rule:
            yield from heads_of(part)
    elif isinstance(rule, Head):
        yield rule.name
    elif is_dataclass(rule):
        for each in fields(rule):
            yield from heads_of(getattr(rule, each.name))


def of_words(detector: Any) -> Any:
    """The part of a detector that looks for words by rules, its windows opened; ``None`` where nothing is left."""
    kept = detector
    match detector:
        case Signal() | Pace() | Metadata() | Head() | Semantic() | AskJudge():
            kept = None
        case Each() | Some():
            kept = of_words(detector.has)
        case Before() | After():
            kept = of_words(detector.sought)
        case Not():
            part = of_words(detector.part)
            kept = Not(part) if part else None
        case All() | AnyOf() | NoneOf() | AtLeast():
            parts = tuple(filter(None, map(of_words, detector.parts)))
            kept = replace(detector, parts=parts) if parts else None
    return replace(kept, within=WHOLE_CALL) if hasattr(kept, "within") else kept
