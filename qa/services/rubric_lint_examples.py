"""What a lint says of a rubric's examples: whether the criteria themselves take them as they are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Answer, Case, Detector
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Evidence, Outcome
from qa.domain.scoring import judge
from qa.domain.wording import LANGUAGES, Language
from qa.services.rubric_lint import Remark, Written, relative, remark, steps, text
from qa.services.score_text import CaseOf

_STAGE_DIRECTIONS = re.compile(r"（[^（）]*）|\([^()]*\)")


@dataclass(frozen=True, slots=True)
class _Example:
    """An example of a criterion as a call in which the agent says nothing else.

    Attributes:
        node: Where a remark belongs: the example, or what was changed about a criterion that inherits it.
    """

    criterion: Criterion
    language: Language
    node: Written
    case: Case


def check_examples(document: Written, rubric: Rubric, case_of: CaseOf) -> Iterator[Remark]:
    """The remarks on the good and the bad examples.

    Args:
        document: The rubric's document, for the lines.
        rubric: The rubric.
        case_of: Makes cases, without a company's name, which no example knows.
    """
    written = {text(node, "id"): node for node in document.fields["criteria"].items}
    own = document.place.file
    good = list(_examples(rubric, written, "example", case_of, own))
    bad = list(_examples(rubric, written, "bad_example", case_of, own))
    for example in good:
        loose = relative(document, written[example.criterion.id])
        yield from _not_accepted(example, loose=loose)
        yield from _costs_elsewhere(example, rubric)
    for example in bad:
        yield from _passes(example)
        yield from _earns_elsewhere(example, rubric)


def _examples(
    rubric: Rubric, written: Mapping[str, Written], key: str, case_of: CaseOf, own: str
) -> Iterator[_Example]:
    for criterion in rubric.criteria:
        node = written[criterion.id].fields.get(key)
        for language in LANGUAGES:
            line = node.fields.get(language) if node is not None else None
            said = _STAGE_DIRECTIONS.sub("", str(line.value)).strip() if line is not None else ""
            if line is not None and re.search(r"\w", said):
                transcript, signals = written_call(
                    [WrittenTurn(Role.AGENT, said)], language=language
                )
                case = case_of(CallRecord("example"), transcript, signals)
                yield _Example(criterion, language, _own(line, written[criterion.id], own), case)


def _own(example: Written, criterion: Written, file: str) -> Written:
    """The example, or the first of its criterion's detectors that stands in a file where it does not."""
    nodes = (example, *(node for _, node in steps(criterion)))
    return next((node for node in nodes if node.place.file == file), example)


def _not_accepted(example: _Example, *, loose: bool) -> Iterator[Remark]:
    """A good example that fails; a warning where it may want a place that only a call has."""
    verdict = judge(replace(example.criterion, applies_if=None), example.case)
    if verdict.outcome not in (Outcome.FAIL, Outcome.CANNOT_JUDGE):
        return
    sure = verdict.outcome is Outcome.FAIL and not loose
    yield remark(
        "error" if sure else "warning",
        example.node,
        f"{example.criterion.id} > example > {example.language}",
        "example-fails",
        "the criterion does not accept its own good example",
        hint="add the phrase that it shows, or show one that counts",
    )


def _passes(example: _Example) -> Iterator[Remark]:
    verdict = judge(replace(example.criterion, applies_if=None), example.case)
    if verdict.outcome is Outcome.PASS:
        yield remark(
            "error",
            example.node,
            f"{example.criterion.id} > bad_example > {example.language}",
            "bad-example-passes",
            "the criterion accepts its own bad example",
            hint="bar what it shows with `except` or `fail_if`, or show what does not count",
        )


def _costs_elsewhere(example: _Example, rubric: Rubric) -> Iterator[Remark]:
    """A good example that fails another criterion for what it says."""
    for other in rubric.criteria:
        if other.id != example.criterion.id and _found(other.fail_if, example.case):
            yield remark(
                "warning",
                example.node,
                f"{example.criterion.id} > example > {example.language}",
                "example-costs-elsewhere",
                f"what it shows as good fails `{other.id}`",
                hint=f"narrow `fail_if` of `{other.id}`, or show something else",
            )


def _earns_elsewhere(example: _Example, rubric: Rubric) -> Iterator[Remark]:
    """Words of a bad example that cost points here and earn them in another criterion."""
    costs = _found(example.criterion.fail_if, example.case)
    for other in rubric.criteria if costs else ():
        if other.id == example.criterion.id or other.fail_if is not None:
            continue
        if any(
            _overlap(clip, cost) for clip in _found(other.pass_if, example.case) for cost in costs
        ):
            yield remark(
                "warning",
                example.node,
                f"{example.criterion.id} > bad_example > {example.language}",
                "earns-elsewhere",
                f"the words that fail it earn the points of `{other.id}`",
                hint=f"bar them with `except` in `{other.id}`",
            )


def _found(detector: Detector | None, case: Case) -> tuple[Evidence, ...]:
    """The clips of what a detector finds, none where it does not say yes."""
    if detector is None:
        return ()
    finding = detector.find(case)
    return finding.evidence if finding.answer is Answer.YES else ()


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.start_s < other.end_s and other.start_s < one.end_s
