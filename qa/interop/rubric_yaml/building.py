"""From a rubric's document to the rubric: the checks that a schema cannot make, then the domain's objects."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from qa.domain.detectors.base import Detector, Toolbox
from qa.domain.detectors.registry import PhraseInvalid, build
from qa.domain.rubric import Criterion, Level, Rubric, Section
from qa.domain.scorecard import Outcome, RubricRef
from qa.domain.wording import Text
from qa.interop.regexes import compile_regex
from qa.interop.rubric_yaml.document import Node, Path, fault
from qa.interop.rubric_yaml.schema import nearest
from qa.interop.rubric_yaml.uses import Uses

DEFAULT_MIN_CONFIDENCE = 0.6

_TOOLS = Toolbox(regex=compile_regex)


def rubric(document: Node, sha256: str) -> Rubric:
    """The rubric of a document that is valid under the schema and extends nothing.

    Raises:
        RubricInvalid: The document contradicts itself, or a phrase cannot be compiled.
    """
    _check_sections(document)
    uses = Uses(document)
    for name in uses.named:
        _detector(document, ("detectors", name), uses)
    fields = document.plain()
    criteria = tuple(
        _criterion(document, ("criteria", place), fields, uses)
        for place in range(len(fields["criteria"]))
    )
    return Rubric(
        RubricRef(fields["id"], fields["version"], sha256),
        Text(**fields["title"]),
        tuple(Section(section["id"], Text(**section["title"])) for section in fields["sections"]),
        criteria,
    )


def _check_sections(document: Node) -> None:
    sections = {str(node.fields["id"].value) for node in document.fields["sections"].items}
    for place, node in enumerate(document.fields["criteria"].items):
        section = str(node.fields["section"].value)
        if section not in sections:
            raise fault(
                document,
                ("criteria", place, "section"),
                f"there is no section `{section}`",
                hint=nearest(section, sections),
            )


def _criterion(document: Node, path: Path, of_rubric: Mapping[str, Any], uses: Uses) -> Criterion:
    node = document.at(path)
    fields: Mapping[str, Any] = node.plain()
    if "when_absent" in fields and "pass_if" not in fields:
        raise fault(
            document,
            (*path, "when_absent"),
            "it speaks of a `pass_if` that is not there",
            hint="without `pass_if`, finding nothing is a pass",
        )
    applies, passes, fails = (
        _detector(document, (*path, step), uses) if step in fields else None
        for step in ("applies_if", "pass_if", "fail_if")
    )
    default = of_rubric.get("min_confidence", DEFAULT_MIN_CONFIDENCE)
    criterion = Criterion(
        id=fields["id"],
        section=fields["section"],
        title=Text(**fields["title"]),
        standard=Text(**fields["standard"]),
        example=Text(**fields["example"]),
        points=float(fields["points"]),
        critical=fields.get("critical", False),
        applies_if=applies,
        pass_if=passes,
        fail_if=fails,
        when_absent=Outcome(fields.get("when_absent", "fail")),
        min_confidence=float(fields.get("min_confidence", default)),
        bad_example=Text(**fields["bad_example"]) if "bad_example" in fields else None,
        levels=tuple(
            _level(document, (*path, "levels", place), uses)
            for place in range(len(fields.get("levels", ())))
        ),
    )
    _check_levels(document, path, criterion)
    return criterion


def _level(document: Node, path: Path, uses: Uses) -> Level:
    fields = document.at(path).plain()
    holds = _detector(document, (*path, "if"), uses) if "if" in fields else None
    return Level(float(fields["share"]), Text(**fields["title"]), holds)


def _check_levels(document: Node, path: Path, criterion: Criterion) -> None:
    """Refuse a level that could never decide, or whose points could not be told from another's."""
    for place, level in enumerate(criterion.levels):
        if level.share > 0 and criterion.worth(level.share) == 0:
            raise fault(
                document,
                (*path, "levels", place, "share"),
                f"of {criterion.points:g} points it earns nothing, though only a share of 0 is a fail",
            )
    for place, (better, worse) in enumerate(pairwise(criterion.levels)):
        if better.holds_if is None:
            raise fault(
                document,
                (*path, "levels", place),
                "only the last level may do without `if`: no call comes past this one",
            )
        if criterion.worth(worse.share) >= criterion.worth(better.share):
            raise fault(
                document,
                (*path, "levels", place + 1, "share"),
                f"it earns {criterion.worth(worse.share):g} points and the level before it"
                f" {criterion.worth(better.share):g}: levels go from the best to the worst",
                hint="two ways to the same share are one level: put them under `any`",
            )


def _detector(document: Node, path: Path, uses: Uses) -> Detector:
    try:
        return build(uses.written_out(path), _TOOLS)
    except PhraseInvalid as error:
        place = uses.place_of(path, str(error))
        raise fault(document, path, str(error), place=place) from error
