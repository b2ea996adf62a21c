"""``before`` and ``after``: something is looked for only before, or after, a place that another detector finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Detector, Finding
from qa.domain.scorecard import Evidence, Searched
from qa.domain.transcript import Span, merged
from qa.domain.wording import Reason

Unanchored = Literal["whole", "nothing"]
UNANCHORED: tuple[Unanchored, ...] = ("whole", "nothing")

_TOUCH_S = 1e-6
"""What is no further apart than this touches."""


@dataclass(frozen=True, slots=True)
class Before:
    """Looks for something in what begins before a hit of the anchor begins.

    Attributes:
        hit: Which hit of the anchor, counted from 1, or from the last one back as -1, -2 and so on.
        unanchored: What to do where the anchor has no such hit: look in the ``whole`` call, or say no.
    """

    anchor: Detector
    sought: Detector
    hit: int = 1
    unanchored: Unanchored = "whole"

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """What is found there; a no shows the anchor, too."""
        anchored = self.anchor.find(case, anchor)
        place = _place(anchored, self.hit)
        if place is None:
            if anchored.answer in (Answer.YES, Answer.NO) and self.unanchored == "whole":
                return _both(self.sought.find(case, anchor), anchored)
            return _no_hit(case, anchored, self.hit)
        # Windows reach a little past their edges; not one word of the other side may be counted.
        part = Span(case.span.start_s, place.start_s - heard.EDGE_S - _TOUCH_S)
        return _beside(case, part, self.sought, anchored, place)


@dataclass(frozen=True, slots=True)
class After:
    """Looks for something in what begins when a hit of the anchor has ended; nothing where there is no such hit."""

    anchor: Detector
    sought: Detector
    hit: int = 1

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """What is found there; a no shows the anchor, too."""
        anchored = self.anchor.find(case, anchor)
        place = _place(anchored, self.hit)
        if place is None:
            return _no_hit(case, anchored, self.hit)
        part = Span(place.end_s + heard.EDGE_S - _TOUCH_S, case.span.end_s)
        return _beside(case, part, self.sought, anchored, place)


def _place(anchored: Finding, hit: int) -> Span | None:
    """The hit of an anchor that is asked for, by its number."""
    if anchored.answer is not Answer.YES:
        return None
    # Two detectors may find the same words; what only touches is said twice.
    hits = merged(anchored.hits, apart_s=-_TOUCH_S)
    index = hit - 1 if hit > 0 else len(hits) + hit
    return hits[index] if 0 <= index < len(hits) else None


def _no_hit(case: Case, anchored: Finding, hit: int) -> Finding:
    if anchored.answer is not Answer.YES:
        return anchored
    return Finding(
        Answer.NO,
        Reason("absent.anchor", {"count": len(anchored.hits), "needed": abs(hit)}),
        anchored.certainty,
        anchored.evidence,
        Searched(case.span.start_s, case.span.end_s, None),
        learned=anchored.learned,
    )


def _beside(case: Case, part: Span, sought: Detector, anchored: Finding, place: Span) -> Finding:
    if part.duration_s <= 0:
        # The anchor stands at the very edge: whether anything was said before it was not recorded.
        edge_s = min(max(part.start_s, case.span.start_s), case.span.end_s)
        return Finding(
            Answer.NO,
            Reason("absent.beside"),
            heard.UNHEARD,
            searched=Searched(edge_s, edge_s, None),
            learned=anchored.learned,
        )
    found = _both(sought.find(case.only(part)), anchored)
    if found.answer is not Answer.NO:
        return found
    shown = [clip for clip in anchored.evidence if _span(clip).overlap_s(place) > 0]
    return replace(found, evidence=(*found.evidence, *shown))


def _span(clip: Evidence) -> Span:
    return Span(clip.start_s, clip.end_s)


def _both(found: Finding, anchored: Finding) -> Finding:
    return replace(
        found,
        certainty=found.certainty.meet(anchored.certainty),
        learned=found.learned or anchored.learned,
    )
