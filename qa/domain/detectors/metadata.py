"""``metadata``: a fact of the call record, never guessed from the sound."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.scorecard import Evidence
from qa.domain.transcript import Span
from qa.domain.wording import Reason

FIELDS = ("ring_seconds", "rings", "ended_by", "direction", "queue", "agent_id", "language")
"""Fields of ``CallRecord`` that a rubric may ask about; ``attributes.NAME`` is asked about besides."""

ATTRIBUTE = "attributes."

_CLIP_S = 3.0
"""Length of the clip shown with a fact: the first or the last seconds of the call."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Compares one field.

    Attributes:
        field: One of ``FIELDS``, or ``attributes.`` and the name of a further column.
        one_of: Values that count, compared without case; empty to compare numbers.
        at_most: The largest number that counts.
        at_least: The smallest number that counts.
    """

    field: str
    one_of: tuple[str, ...] = ()
    at_most: float | None = None
    at_least: float | None = None

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002 - a fact has no place
        """Yes or no with the fact as evidence; missing where the record does not hold it."""
        value = _value(case.record, self.field)
        if value is None or (value == "unknown" and value not in self.one_of):
            return Finding(Answer.MISSING, Reason("missing.field", {"field": self.field}))
        number = _number(value)
        if number is None and not self.one_of:
            return Finding(
                Answer.MISSING,
                Reason("missing.number", {"field": self.field, "value": str(value)}),
            )
        return Finding(
            Answer.YES if self._holds(value, number) else Answer.NO,
            Reason("found.fact", {"field": self.field, "value": str(value)}),
            evidence=(_fact(case, self.field, value),),
        )

    def _holds(self, value: str | float, number: float | None) -> bool:
        if self.one_of:
            return str(value).strip().lower() in self.one_of
        return (
            number is not None
            and (self.at_most is None or number <= self.at_most)
            and (self.at_least is None or number >= self.at_least)
        )


def _value(record: CallRecord, field: str) -> str | float | None:
    if field.startswith(ATTRIBUTE):
        return record.attributes.get(field.removeprefix(ATTRIBUTE)) or None
    value: str | float | Direction | EndedBy | None = getattr(record, field)
    return str(value) if isinstance(value, str) else value


def _number(value: str | float) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _fact(case: Case, field: str, value: str | float) -> Evidence:
    end_s = case.signals.duration_s
    shown = f"{field.removeprefix(ATTRIBUTE)} = {value:g}" if not isinstance(value, str) else ""
    quote = shown or f"{field.removeprefix(ATTRIBUTE)} = {value}"
    if field == "ended_by":
        return Evidence(max(0.0, end_s - _CLIP_S), end_s, Role.UNKNOWN, quote)
    return Evidence(0.0, min(_CLIP_S, end_s), Role.UNKNOWN, quote)
