"""Read a rubric for what is valid and yet cannot be meant: a lint, with the line of each remark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal, Protocol

from qa.domain.detectors.registry import OPERATORS

Level = Literal["error", "warning"]

STEPS = ("applies_if", "pass_if", "fail_if")

VAGUE: tuple[str, ...] = (
    *(
        "友好",
        "友善",
        "亲切",
        "热情",
        "适当",
        "合适",
        "恰当",
        "得体",
        "妥善",
        "良好",
        "积极",
        "尽量",
        "专业",
    ),
    *("friendly", "warmly", "appropriate", "appropriately", "adequate", "adequately", "properly"),
    *(
        "suitable",
        "suitably",
        "professional",
        "professionally",
        "nicely",
        "reasonably",
        "as needed",
    ),
)
"""Words that two people understand differently, where nothing says what is looked for."""

_NO_WORDS = frozenset(
    ("signal", "metadata", "judge", "all", "any", "none", "not", "at_least", "each", "some")
) | frozenset(("before", "after"))
"""Operators that do not say themselves which words they look for."""

_AROUND = ("before_s", "after_s", "before_turns", "after_turns")
_FROM_START = ("first_s", "first_turns")
_FROM_END = ("last_s", "last_turns", "last_share")
_TURNING = frozenset(("not", "none"))
_RELATIVE = frozenset(("each", "some", "before", "after"))


class Place(Protocol):
    """Where something stands in a file."""

    @property
    def file(self) -> str:
        """The file's name."""

    @property
    def line(self) -> int:
        """Its line, from 1."""


class Written(Protocol):
    """One value of a rubric's document, with its place."""

    @property
    def value(self) -> object:
        """A text, a number, true or false where it is no mapping and no list."""

    @property
    def place(self) -> Place:
        """Where it begins."""

    @property
    def fields(self) -> Mapping[str, Written]:
        """The values of a mapping by their keys; none for what is no mapping."""

    @property
    def items(self) -> Sequence[Written]:
        """The values of a list; none for what is no list."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at.

    Attributes:
        level: An error cannot be meant; a warning may be.
        where: The criterion or named detector, and the part of it.
        code: Which check it is of.
        hint: What to do.
    """

    level: Level
    file: str
    line: int
    where: str
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a detector, as it is written.

    Attributes:
        node: Its fields.
        anchored: Whether it is asked around a place: under ``has`` of ``each`` or ``some``.
        turned: Whether a hit of it speaks against what the step says: under ``not`` and ``none``, or as the place
            that ``before`` looks before.
    """

    name: str
    node: Written
    anchored: bool
    turned: bool


def remark(
    level: Level, node: Written, where: str, code: str, message: str, *, hint: str
) -> Remark:
    """A remark on a value of the document."""
    return Remark(level, node.place.file, node.place.line, where, code, message, hint)


def check_document(document: Written) -> Iterator[Remark]:
    """The remarks that need the document alone.

    Args:
        document: A valid rubric with all that it inherits.
    """
    yield from _min_confidence(document, "the rubric")
    for criterion in document.fields["criteria"].items:
        where = text(criterion, "id")
        yield from _min_confidence(criterion, where)
        yield from _vague(document, criterion, where)
        yield from _critical_by_sound(document, criterion, where)
        for step, node in steps(criterion):
            at = f"{where} > {step}"
            yield from _one_language(document, node, at)
            for operator in operators(document, node):
                yield from _never(operator, at)
                if step == "fail_if":
                    yield from _costs_by_sound(operator, at)
    yield from _unused(document)


def steps(criterion: Written) -> Iterator[tuple[str, Written]]:
    """A criterion's detectors, each by the field that it stands in."""
    for step in STEPS:
        if step in criterion.fields:
            yield step, criterion.fields[step]
    levels = criterion.fields["levels"].items if "levels" in criterion.fields else ()
    for number, level in enumerate(levels, start=1):
        if "if" in level.fields:
            yield f"levels > {number}", level.fields["if"]


def operators(
    document: Written, detector: Written, *, anchored: bool = False, turned: bool = False
) -> Iterator[Operator]:
    """The operators of a detector from the outside in, named ones written out."""
    for name, node in detector.fields.items():
        if name == "use":
            meant = named(document)[str(node.value)]
            yield from operators(document, meant, anchored=anchored, turned=turned)
        elif name in OPERATORS:
            yield Operator(name, node, anchored, turned)
            within = turned != (name in _TURNING)
            for key, part in node.fields.items():
                if part.fields:
                    inside = anchored if key != "has" else name in ("each", "some")
                    against = within != ((name, key) == ("before", "anchor"))
                    yield from operators(document, part, anchored=inside, turned=against)
                for item in part.items:
                    yield from operators(document, item, anchored=anchored, turned=within)
            if name == "not":
                yield from operators(document, node, anchored=anchored, turned=within)
            for item in node.items:
                yield from operators(document, item, anchored=anchored, turned=within)


def named(document: Written) -> Mapping[str, Written]:
    """The detectors that have a name."""
    return document.fields["detectors"].fields if "detectors" in document.fields else {}


def relative(document: Written, criterion: Written) -> bool:
    """Whether something in a criterion is looked for around a place that an example may not hold."""
    return any(
        operator.name in _RELATIVE
        for _, node in steps(criterion)
        for operator in operators(document, node)
    )


def text(node: Written, key: str) -> str:
    """A text of a mapping, empty where it is not set."""
    return str(node.fields[key].value) if key in node.fields else ""


# --- the checks --------------------------------------------------------------------------------


def _min_confidence(node: Written, where: str) -> Iterator[Remark]:
    if "min_confidence" in node.fields and node.fields["min_confidence"].value == 0:
        yield remark(
            "warning",
            node.fields["min_confidence"],
            where,
            "min-confidence-0",
            "`min_confidence` 0 lets every guess decide",
            hint="take it out for 0.6, or set what a person need not look at",
        )


def _vague(document: Written, criterion: Written, where: str) -> Iterator[Remark]:
    looked_for = {
        operator.name for _, node in steps(criterion) for operator in operators(document, node)
    }
    if looked_for - _NO_WORDS:
        return
    for language, standard in criterion.fields["standard"].fields.items():
        said = str(standard.value).lower()
        vague = [word for word in VAGUE if word in said]
        if vague:
            yield remark(
                "warning",
                standard,
                f"{where} > standard > {language}",
                "vague",
                f"`{vague[0]}` means something else to everybody, and no phrase says what",
                hint="say what the agent does or says, or add the phrases that show it",
            )


def _critical_by_sound(document: Written, criterion: Written, where: str) -> Iterator[Remark]:
    critical = "critical" in criterion.fields and criterion.fields["critical"].value is True
    if not critical or "pass_if" not in criterion.fields:
        return
    leaves = [
        operator
        for operator in operators(document, criterion.fields["pass_if"])
        if operator.name not in _NO_WORDS or operator.name in ("signal", "metadata", "judge")
    ]
    if leaves and all(_by_sound(leaf) for leaf in leaves):
        yield remark(
            "warning",
            criterion.fields["pass_if"],
            f"{where} > pass_if",
            "critical-by-sound",
            "a critical criterion is met by what only sounds like the phrase",
            hint="take `sounds_like` out of one of its phrases, or let a person judge",
        )


def _by_sound(operator: Operator) -> bool:
    sounds = operator.node.fields.get("sounds_like")
    return operator.name == "company_name" or (sounds is not None and sounds.value is True)


def _costs_by_sound(operator: Operator, where: str) -> Iterator[Remark]:
    costs = not operator.anchored and not operator.turned
    if operator.name == "phrase" and _by_sound(operator) and costs:
        yield remark(
            "warning",
            operator.node.fields["sounds_like"],
            where,
            "costs-by-sound",
            "what only sounds like the phrase costs points",
            hint="`sounds_like` is for what earns points; take it out",
        )


def _one_language(document: Written, detector: Written, where: str) -> Iterator[Remark]:
    """Whether all that a step looks for is in one language."""
    listed: dict[str, Written] = {}
    for operator in operators(document, detector):
        for lists in (operator.node, operator.node.fields.get("like")):
            if lists is not None and operator.name in ("phrase", "regex", "semantic"):
                listed |= {key: lists.fields[key] for key in ("zh", "en") if key in lists.fields}
    if len(listed) == 1:
        ((language, node),) = listed.items()
        other = {"zh": "English", "en": "Chinese"}[language]
        yield remark(
            "warning",
            node,
            where,
            "one-language",
            f"there are no {other} phrases",
            hint="callers mix languages, and both are searched in every call",
        )


def _never(operator: Operator, where: str) -> Iterator[Remark]:
    """Whatever can never be reached or never hold."""
    if "within" in operator.node.fields:
        yield from _window(operator, operator.node.fields["within"], where)
    bounds = {
        key: operator.node.fields[key]
        for key in ("at_least", "at_most")
        if key in operator.node.fields
    }
    if len(bounds) == 2:  # noqa: PLR2004 - both of them
        low, high = (bounds[key].value for key in ("at_least", "at_most"))
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
            yield remark(
                "error",
                bounds["at_most"],
                where,
                "never",
                f"nothing is at least {low:g} and at most {high:g}",
                hint="swap the two",
            )


def _window(operator: Operator, within: Written, where: str) -> Iterator[Remark]:
    def first(keys: tuple[str, ...]) -> str | None:
        return next((key for key in keys if key in within.fields), None)

    around, start, end = first(_AROUND), first(_FROM_START), first(_FROM_END)
    if around and not operator.anchored:
        yield remark(
            "error",
            within.fields[around],
            where,
            "unreachable-window",
            f"`{around}` is counted from a place, and there is none here",
            hint="put it under `has` of `each` or `some`, or count from the call with `first_s`, `last_turns` ...",
        )
    elif around and (other := start or end):
        yield remark(
            "warning",
            within.fields[other],
            where,
            "unreachable-window",
            f"`{other}` is never looked at beside `{around}`",
            hint="take one of them out",
        )
    elif start and end:
        yield remark(
            "warning",
            within.fields[end],
            where,
            "unreachable-window",
            f"`{end}` is never looked at beside `{start}`",
            hint="make it two detectors under `any`",
        )


def _unused(document: Written) -> Iterator[Remark]:
    used = set(
        chain(
            _used(document.fields["criteria"]),
            *(_used(node) for node in named(document).values()),
        )
    )
    for name, node in named(document).items():
        if name not in used:
            yield remark(
                "warning",
                node,
                f"detectors > {name}",
                "unused",
                "no criterion uses it",
                hint=f"`use: {name}` somewhere, or take it out",
            )


def _used(node: Written) -> Iterator[str]:
    for key, part in node.fields.items():
        if key == "use":
            yield str(part.value)
        yield from _used(part)
    for part in node.items:
        yield from _used(part)
