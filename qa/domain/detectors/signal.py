"""``signal``: silences, holds, overtalk and interruptions, as they were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.domain.call import Role
from qa.domain.detectors import interruption
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.scorecard import Evidence, Searched
from qa.domain.transcript import Span
from qa.domain.wording import Reason

Kind = Literal["silence", "hold", "overtalk", "interruption"]
KINDS: tuple[Kind, ...] = ("silence", "hold", "overtalk", "interruption")


@dataclass(frozen=True, slots=True)
class Signal:
    """Looks for a measured event of at least a given length.

    Attributes:
        kind: ``silence`` (nobody speaks), ``hold`` (a silence that the customer does not end after the
            agent has spoken last: then it is the customer who is looking something up), ``overtalk``
            (both speak), ``interruption`` (one comes in while the other speaks and says more than
            "mm" or "okay").
        by: Who interrupts; for ``interruption`` alone.
    """

    kind: Kind
    at_least_s: float
    by: Role = Role.AGENT

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002 - the whole call counts
        """Yes with every such event, no with the call searched."""
        match self.kind:
            case "silence":
                return _silences(case, self.at_least_s)
            case "hold":
                return _holds(case, self.at_least_s)
            case "overtalk":
                return _overtalk(case, self.at_least_s)
            case "interruption":
                return interruption.find(case, self.by, self.at_least_s)


def _silences(case: Case, at_least_s: float) -> Finding:
    long = [span for span in case.signals.silences if span.duration_s >= at_least_s]
    return _spans(case, long, "silence", at_least_s, Certainty())


def _holds(case: Case, at_least_s: float) -> Finding:
    long = [span for span in case.signals.silences if span.duration_s >= at_least_s]
    sides = [(span, *_beside(case, span)) for span in long]
    holds = [
        (span, before is after)
        for span, before, after in sides
        if Role.UNKNOWN not in (before, after) and (before, after) != (Role.AGENT, Role.CUSTOMER)
    ]
    if not holds and any(Role.UNKNOWN in (before, after) for _, before, after in sides):
        return Finding(Answer.UNSURE, Reason("unsure.hold", {"at_s": float(long[0].start_s)}))
    same_party = all(same for _, same in holds)
    certainty = Certainty() if same_party else Certainty(role=case.transcript.role_confidence)
    return _spans(case, [span for span, _ in holds], "hold", at_least_s, certainty)


def _beside(case: Case, silence: Span) -> tuple[Role, Role]:
    """Who speaks last before a silence and first after it."""
    ends = [
        (span.end_s, who)
        for who, spans in case.signals.activity.items()
        for span in spans
        if span.start_s < silence.start_s
    ]
    starts = [
        (span.start_s, who)
        for who, spans in case.signals.activity.items()
        for span in spans
        if span.end_s > silence.end_s
    ]
    return (
        max(ends)[1] if ends else Role.UNKNOWN,
        min(starts)[1] if starts else Role.UNKNOWN,
    )


def _overtalk(case: Case, at_least_s: float) -> Finding:
    both = [
        Span(overlap.start_s, overlap.end_s)
        for overlap in case.signals.overlaps
        if overlap.duration_s >= at_least_s
    ]
    certainty = Certainty(detector=case.signals.overlap_confidence)
    return _spans(case, both, "overtalk", at_least_s, certainty)


def _spans(
    case: Case, spans: list[Span], what: str, at_least_s: float, certainty: Certainty
) -> Finding:
    end_s = case.signals.duration_s
    if not spans:
        return Finding(
            Answer.NO,
            Reason("absent.signal", {"what": what, "at_least_s": at_least_s}),
            certainty,
            searched=Searched(0.0, end_s, None),
        )
    longest = max(spans, key=lambda span: span.duration_s)
    return Finding(
        Answer.YES,
        Reason(
            "found.signal",
            {"what": what, "at_s": longest.start_s, "duration_s": longest.duration_s},
        ),
        certainty,
        tuple(Evidence(span.start_s, span.end_s, Role.UNKNOWN, "") for span in spans),
    )
