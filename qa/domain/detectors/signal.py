"""``signal``: silences, holds, overtalk and interruptions, as they were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.domain.call import Role
from qa.domain.detectors import interruption
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.detectors.waiting import Waits, waits
from qa.domain.scorecard import Evidence, Searched
from qa.domain.transcript import Span
from qa.domain.wording import Reason

Kind = Literal["silence", "hold", "overtalk", "interruption"]
KINDS: tuple[Kind, ...] = ("silence", "hold", "overtalk", "interruption")


@dataclass(frozen=True, slots=True)
class Signal:
    """Looks for a measured event of at least a given length.

    Attributes:
        kind: ``silence`` (nobody speaks), ``hold`` (the customer waits for the agent, see ``waiting``),
            ``overtalk`` (both speak), ``interruption`` (one comes in while the other speaks and says
            more than "mm" or "okay").
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
