"""``all``, ``any``, ``none``, ``at_least`` and, over each place that another detector finds, ``each`` and ``some``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.domain.detectors.base import Answer, Case, Certainty, Detector, Finding, weakest, widest
from qa.domain.transcript import Span
from qa.domain.wording import Reason

_NOTHING = Reason("absent.nothing")


@dataclass(frozen=True, slots=True)
class All:
    """Yes where every part is."""

    parts: tuple[Detector, ...]

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The parts' proofs together; a part that says no decides."""
        return _at_least(len(self.parts), [part.find(case, anchor) for part in self.parts])


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Yes where one part is."""

    parts: tuple[Detector, ...]

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The surest part's proof; data that one part lacks does not matter while another has its own."""
        return _at_least(1, [part.find(case, anchor) for part in self.parts])


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Yes where at least ``count`` parts are."""

    count: int
    parts: tuple[Detector, ...]

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The surest ``count`` parts' proofs together."""
        return _at_least(self.count, [part.find(case, anchor) for part in self.parts])


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Yes where no part is."""

    parts: tuple[Detector, ...]

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The window searched where nothing is found, the proof against it where something is."""
        finding = _at_least(1, [part.find(case, anchor) for part in self.parts])
        if finding.answer is Answer.YES:
            return finding.but(Answer.NO)
        if finding.answer is Answer.NO:
            return finding.but(Answer.YES)
        return finding


@dataclass(frozen=True, slots=True)
class Each:
    """Yes where there are places that ``of`` finds and ``has`` holds around every one of them."""

    of: Detector
    has: Detector

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Every place with its proof, or the places where the proof is wanting."""
        places = self.of.find(case, anchor)
        if places.answer is not Answer.YES:
            return places
        held = _around(places, self.has, case)
        wanting = [one for one in held if one.answer is Answer.NO]
        if wanting:
            return _surest(wanting)
        unsettled = [one for one in held if one.answer is not Answer.YES]
        return unsettled[0] if unsettled else _together(Answer.YES, held)


@dataclass(frozen=True, slots=True)
class Some:
    """Yes where ``has`` holds around one of the places that ``of`` finds."""

    of: Detector
    has: Detector

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The surest such place with its proof."""
        places = self.of.find(case, anchor)
        if places.answer is not Answer.YES:
            return places
        return _at_least(1, _around(places, self.has, case))


def _around(places: Finding, has: Detector, case: Case) -> list[Finding]:
    """What ``has`` finds around each place, the place itself shown as evidence first."""
    held = []
    for place in places.evidence:
        finding = has.find(case, Span(place.start_s, place.end_s))
        proof = tuple(clip for clip in finding.evidence if clip != place)
        held.append(
            replace(
                finding,
                evidence=(place, *proof),
                certainty=finding.certainty.meet(places.certainty),
            )
        )
    return held


def _at_least(count: int, findings: Sequence[Finding]) -> Finding:
    by_answer = {answer: [f for f in findings if f.answer is answer] for answer in Answer}
    hits = sorted(by_answer[Answer.YES], key=lambda f: f.certainty.overall, reverse=True)
    if len(hits) >= count:
        return hits[0] if count == 1 else _together(Answer.YES, hits[:count])
    possible = len(hits) + len(by_answer[Answer.UNSURE])
    if possible >= count:
        return by_answer[Answer.UNSURE][0]
    misses, missing = by_answer[Answer.NO], by_answer[Answer.MISSING]
    if missing and (not misses or possible + len(missing) >= count > 1):
        return missing[0]
    enough = len(findings) - count + 1
    misses.sort(key=lambda f: f.certainty.overall, reverse=True)
    return _together(Answer.NO, misses[:enough])


def _together(answer: Answer, findings: Sequence[Finding]) -> Finding:
    if len(findings) == 1:
        return findings[0]
    evidence = {clip: None for finding in findings for clip in finding.evidence}
    return Finding(
        answer,
        findings[0].reason if findings else _NOTHING,
        weakest(findings) if findings else Certainty(),
        tuple(sorted(evidence, key=lambda clip: (clip.start_s, clip.end_s))),
        widest(findings),
    )


def _surest(findings: Sequence[Finding]) -> Finding:
    return max(findings, key=lambda finding: finding.certainty.overall)
