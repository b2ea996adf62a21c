"""``signal``: silences, holds, overtalk, interruptions, answers and pace, as they were measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qa.domain.call import Role
from qa.domain.detectors import interruption, pace
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.detectors.waiting import Waits, waits
from qa.domain.scorecard import Evidence, Searched
from qa.domain.transcript import Span
from qa.domain.wording import Reason

Event = Literal["silence", "hold", "overtalk", "interruption", "response_gap", "dead_air"]
EVENTS: tuple[Event, ...] = (
    *("silence", "hold", "overtalk", "interruption"),
    *("response_gap", "dead_air"),
)
Kind = Event | pace.Figure
KINDS: tuple[Kind, ...] = (*EVENTS, *pace.FIGURES)


@dataclass(frozen=True, slots=True)
class Signal:
    """Looks for a measured event of at least a given length.

    Attributes:
        kind: ``silence`` (nobody speaks), ``hold`` (the customer waits for the agent, see ``waiting``),
            ``overtalk`` (both speak), ``interruption`` (one comes in while the other speaks and says
            more than "mm" or "okay"), ``response_gap`` (the time to an answer), ``dead_air`` (a long
            silence that is no hold).
        by: Who interrupts, who answers, or whose word the dead air awaits; ``None`` for anybody.
    """

    kind: Event
    at_least_s: float
    by: Role | None = Role.AGENT

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002 - the whole call counts
        """Yes with every such event, no with the call searched; missing where only a text is there."""
        if not case.signals.measured:
            return Finding(Answer.MISSING, Reason("missing.signals"))
        if self.kind == "interruption":
            return interruption.find(case, self.by or Role.AGENT, self.at_least_s)
        if self.kind in ("response_gap", "dead_air"):
            events = (
                _gaps(case) if self.kind == "response_gap" else _dead_air(case, self.at_least_s)
            )
            return _whose(case, events, self.kind, self.at_least_s, self.by)
        return _OF_NOBODY[self.kind](case, self.at_least_s)


def _silences(case: Case, at_least_s: float) -> Finding:
    long = [span for span in case.signals.silences if span.duration_s >= at_least_s]
    return _spans(case, long, "silence", at_least_s, Certainty())


def _holds(case: Case, at_least_s: float) -> Finding:
    """Silences in which the customer waits for the agent, as ``waiting`` tells them."""
    found = _waits(case, at_least_s)
    holds = [hold for hold in found.holds if hold.duration_s >= at_least_s]
    dead_air = [dead for dead in found.dead_air if dead.duration_s >= at_least_s]
    # Only their length keeps these from being holds, and the rubric sets a length of its own.
    short = [dead for dead in dead_air if dead.awaited is Role.AGENT]
    doubtful = [dead for dead in dead_air if dead.awaited is Role.UNKNOWN]
    kept = sorted(
        [
            *(Span(hold.start_s, hold.end_s) for hold in holds),
            *(Span(dead.start_s, dead.end_s) for dead in short),
        ],
        key=lambda span: span.start_s,
    )
    if not kept and doubtful:
        return Finding(Answer.UNSURE, Reason("unsure.hold", {"at_s": float(doubtful[0].start_s)}))
    plain = all(hold.sound == "music" for hold in holds) and not dead_air
    certainty = Certainty() if plain else Certainty(role=case.transcript.role_confidence)
    return _spans(case, kept, "hold", at_least_s, certainty)


def _gaps(case: Case) -> list[tuple[Span, Role]]:
    """Silences between one party's turn and the other's answer, and who answers."""
    gaps = case.signals.response_gaps
    return [(Span(gap.start_s, gap.end_s), gap.responder) for gap in gaps]


def _dead_air(case: Case, at_least_s: float) -> list[tuple[Span, Role]]:
    """Long silences that are no holds, and whose word is awaited."""
    dead_air = _waits(case, at_least_s).dead_air
    return [(Span(dead.start_s, dead.end_s), dead.awaited) for dead in dead_air]


def _whose(
    case: Case, events: list[tuple[Span, Role]], what: str, at_least_s: float, by: Role | None
) -> Finding:
    """Those events that are a party's; not sure where the only ones are nobody knows whose."""
    long = [
        (span, whose)
        for span, whose in events
        if span.duration_s >= at_least_s and case.looks_at(span.start_s)
    ]
    own = [span for span, whose in long if by is None or whose is by]
    strange = [span for span, whose in long if whose is Role.UNKNOWN]
    if strange and not own:
        return Finding(
            Answer.UNSURE,
            Reason("unsure.signal", {"what": what, "at_s": strange[0].start_s}),
            evidence=tuple(Evidence(s.start_s, s.end_s, Role.UNKNOWN, "") for s in strange),
        )
    certainty = Certainty() if by is None else Certainty(role=case.role_certainty)
    return _spans(case, own, what, at_least_s, certainty)


def _waits(case: Case, at_least_s: float) -> Waits:
    """The waits as they were measured; told again where an earlier version measured none."""
    signals = case.signals
    measured = Waits(signals.holds, signals.dead_air)
    known = {(hold.start_s, hold.end_s) for hold in signals.holds}
    known |= {(dead.start_s, dead.end_s) for dead in signals.dead_air}
    asked = [span for span in signals.silences if span.duration_s >= at_least_s]
    if all((span.start_s, span.end_s) in known for span in asked):
        return measured
    return waits(
        signals.activity, signals.silences, case.transcript.turns, {}, shortest_s=at_least_s
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
    spans = [span for span in spans if case.looks_at(span.start_s)]
    if not spans:
        return Finding(
            Answer.NO,
            Reason("absent.signal", {"what": what, "at_least_s": at_least_s}),
            certainty,
            searched=Searched(case.span.start_s, case.span.end_s, None),
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


_OF_NOBODY: dict[Event, Callable[[Case, float], Finding]] = {
    "silence": _silences,
    "hold": _holds,
    "overtalk": _overtalk,
}
"""Events that are no party's alone."""
