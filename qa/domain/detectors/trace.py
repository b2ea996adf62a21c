"""What every node of a detector's tree saw while it looked, for people who ask why.

Any detector can be traced: those in its fields, however deep, are put behind probes that note what each is
asked and answers. The detectors themselves are left as they are and know nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

from qa.domain.detectors.base import Case, Detector, Finding
from qa.domain.transcript import Span

_NAMES = {"AnyOf": "any", "NoneOf": "none", "AskJudge": "judge"}
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

Setting = str | int | float | bool
Rule = TypeVar("Rule")


@dataclass(frozen=True, slots=True)
class Seen:
    """One node, and what it answered once that it was asked.

    Attributes:
        place: The field that it stands in, with its number in a list: ``pass_if``, ``parts 2``.
        operator: Its name in a rubric.
        settings: Its own fields where they differ from what is usual; a list as the number of its parts.
        anchor: What it was asked to look around, or the part of the call that it was asked to look in.
        finding: Its answer; ``None`` where it was not asked, since another had decided.
        parts: The nodes that it asked, in order, and after them those that it did not.
    """

    place: str
    operator: str
    settings: Mapping[str, Setting]
    anchor: Span | None
    finding: Finding | None
    parts: tuple[Seen, ...] = ()


@dataclass(slots=True)
class Trace:
    """Notes what the detectors of one rule see."""

    _open: list[list[Seen]] = field(default_factory=lambda: [[]])
    _probes: list[_Probe] = field(default_factory=list)

    def watched(self, rule: Rule) -> Rule:
        """A criterion, or anything else that holds detectors, with probes in their place."""
        watched: Rule = self._inside(rule, "", self._probes)
        return watched

    @property
    def seen(self) -> tuple[Seen, ...]:
        """What was asked so far, in order, and after it what was not."""
        return (*self._open[0], *_unasked(self._probes, self._open[0]))

    def ask(self, probe: _Probe, case: Case, anchor: Span | None) -> Finding:
        """Ask the detector behind a probe, and note it with all that it asks in turn."""
        self._open.append([])
        finding = probe.detector.find(case, anchor)
        asked = self._open.pop()
        self._open[-1].append(
            Seen(
                probe.place,
                operator_of(probe.source),
                settings_of(probe.source),
                anchor or case.part,
                finding,
                (*asked, *_unasked(probe.inner, asked)),
            )
        )
        return finding

    def _inside(self, rule: Any, place: str, probes: list[_Probe]) -> Any:
        """A value with each detector in it behind a probe; the probes are added to a list."""
        if isinstance(rule, tuple):
            parts = tuple(
                self._inside(part, f"{place} {number}", probes)
                for number, part in enumerate(rule, start=1)
            )
            return (
                parts if any(new is not old for new, old in zip(parts, rule, strict=True)) else rule
            )
        if not is_dataclass(rule) or isinstance(rule, type):
            return rule
        detects = _detects(rule) and bool(place)
        inner: list[_Probe] = []
        found: dict[str, Any] = {}
        for each in fields(rule):
            if each.init:
                at = each.name if detects or not place else f"{place} {each.name}"
                value = getattr(rule, each.name)
                watched = self._inside(value, at, inner if detects else probes)
                if watched is not value:
                    found[each.name] = watched
        whole = replace(rule, **found) if found else rule
        if not detects:
            return whole
        probe = _Probe(self, place, cast("Detector", rule), cast("Detector", whole), tuple(inner))
        probes.append(probe)
        return probe


@dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    """Stands in a detector's place: asks it, and has the answer noted.

    Attributes:
        source: The detector as it was.
        detector: The same with probes in its fields.
    """

    trace: Trace
    place: str
    source: Detector
    detector: Detector
    inner: tuple[_Probe, ...]

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """What the detector finds."""
        return self.trace.ask(self, case, anchor)


def operator_of(detector: object) -> str:
    """The name that a rubric writes for a detector."""
    name = type(detector).__name__
    return _NAMES.get(name, _HUMPS.sub("_", name).lower())


def settings_of(detector: object) -> dict[str, Setting]:
    """The fields of a detector that hold no detectors, where they are set otherwise than usual."""
    shown: dict[str, Setting] = {}
    if not is_dataclass(detector):
        return shown
    for each in fields(detector):
        value = getattr(detector, each.name)
        if not each.init or value is None or value == each.default or _holds_detector(value):
            continue
        shown.update(_setting(each.name, value))
    return shown


def _setting(name: str, value: Any) -> Iterator[tuple[str, Setting]]:
    if isinstance(value, Enum):
        yield name, str(value.value)
    elif isinstance(value, (str, int, float)):
        yield name, value
    elif isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        yield name, ", ".join(value)
    elif isinstance(value, (tuple, frozenset, list, dict)):
        yield name, len(value)
    elif is_dataclass(value):
        yield from settings_of(value).items()


def _holds_detector(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_holds_detector(part) for part in value)
    return _detects(value)


def _detects(value: Any) -> bool:
    return is_dataclass(value) and callable(getattr(value, "find", None))


def _unasked(probes: tuple[_Probe, ...] | list[_Probe], asked: list[Seen]) -> Iterator[Seen]:
    places = {seen.place for seen in asked}
    for probe in probes:
        if probe.place not in places:
            yield Seen(
                probe.place,
                operator_of(probe.source),
                settings_of(probe.source),
                None,
                None,
                tuple(_unasked(probe.inner, [])),
            )
