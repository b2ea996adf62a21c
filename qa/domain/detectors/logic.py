"""``all``, ``any``, ``none``, ``not``, ``at_least`` and, over each place that another detector finds, ``each`` and ``some``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace

from qa.domain.detectors.base import Answer, Case, Certainty, Detector, Finding, weakest, widest
from qa.domain.transcript import Span
from qa.domain.wording import Reason

_NOTHING = Reason("absent.nothing")
_UNASKED = Finding(Answer.MISSING, _NOTHING, learned=True)


@dataclass(frozen=True, slots=True)
class _Combined:
    """Parts that are asked together.

    Attributes:
        late: Whether each asks a trained model, however deep; told once for all calls.
    """

    parts: tuple[Detector, ...]
    late: tuple[bool, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "late", tuple(map(_asks_model, self.parts)))

    def _ask(self, count: int, case: Case, anchor: Span | None) -> Finding:
        """What at least ``count`` of the parts say; models are asked only where the rules leave it open."""
        if not any(self.late):
            return _at_least(count, [part.find(case, anchor) for part in self.parts])
        findings = [
            _UNASKED if waits else part.find(case, anchor)
            for part, waits in zip(self.parts, self.late, strict=True)
        ]
        said = [finding.answer for finding in findings]
        if said.count(Answer.YES) < count <= len(self.parts) - said.count(Answer.NO):
            findings = [
                part.find(case, anchor) if waits else finding
                for part, waits, finding in zip(self.parts, self.late, findings, strict=True)
            ]
        return _at_least(count, findings)


@dataclass(frozen=True, slots=True)
class All(_Combined):
    """Yes where every part is."""

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The parts' proofs together; a part that says no decides."""
        return self._ask(len(self.parts), case, anchor)


@dataclass(frozen=True, slots=True)
class AnyOf(_Combined):
    """Yes where one part is."""

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The surest part's proof; data that one part lacks does not matter while another has its own."""
        return self._ask(1, case, anchor)


@dataclass(frozen=True, slots=True)
class AtLeast(_Combined):
    """Yes where at least ``count`` parts are."""

    count: int = field(kw_only=True)

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The surest ``count`` parts' proofs together."""
        return self._ask(self.count, case, anchor)


@dataclass(frozen=True, slots=True)
class NoneOf(_Combined):
    """Yes where no part is."""

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The window searched where nothing is found, the proof against it where something is."""
        return _turned(self._ask(1, case, anchor))


@dataclass(frozen=True, slots=True)
class Not:
    """Yes where its part says no; what the part cannot say stays unsaid."""

    part: Detector

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """The part's own proof for the other answer."""
        return _turned(self.part.find(case, anchor))


@dataclass(frozen=True, slots=True)
class Each:
    """Yes where there are places that ``of`` finds and ``has`` holds around every one of them."""

    of: Detector
    has: Detector

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Every place with its proof, or the places where the proof is wanting."""
        places = _places(self.of, case, anchor)
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
        places = _places(self.of, case, anchor)
        if places.answer is not Answer.YES:
            return places
        return _at_least(1, _around(places, self.has, case))


def _turned(finding: Finding) -> Finding:
    if finding.answer is Answer.YES:
        return finding.but(Answer.NO)
    return finding.but(Answer.YES) if finding.answer is Answer.NO else finding


def _places(of: Detector, case: Case, anchor: Span | None) -> Finding:
    """The places that a detector finds; a yes to an absence names none and settles nothing."""
    found = of.find(case, anchor)
    if found.answer is Answer.YES and not found.evidence:
        return found.but(Answer.UNSURE)
    return found


def _around(places: Finding, has: Detector, case: Case) -> list[Finding]:
    """What ``has`` finds around each place, the place itself shown as evidence first."""
    clips = {Span(clip.start_s, clip.end_s): clip for clip in places.evidence}
    held = []
    for span in places.hits:
        place = clips.get(span) or replace(
            places.evidence[0], start_s=span.start_s, end_s=span.end_s, quote=""
        )
        finding = has.find(case, span)
        proof = tuple(clip for clip in finding.evidence if clip != place)
        held.append(
            replace(
                finding,
                evidence=(place, *proof),
                certainty=finding.certainty.meet(places.certainty),
                learned=finding.learned or places.learned,
            )
        )
    return held


def _asks_model(detector: object) -> bool:
    """Whether a detector, or one in its fields however deep, asks a trained model."""
    if getattr(detector, "learned", False):
        return True
    if not is_dataclass(detector):
        return False
    return any(map(_asks_model, _parts(getattr(detector, each.name) for each in fields(detector))))


def _parts(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        listed = value if isinstance(value, tuple) else (value,)
        if listed and hasattr(listed[0], "find"):
            yield from listed


def _at_least(count: int, findings: Sequence[Finding]) -> Finding:
    """What at least ``count`` findings say; where those that rest on no model's word settle it, they do."""
    whole = _counted(count, findings)
    if not any(finding.learned for finding in findings):
        return whole
    firm = _counted(count, [_UNASKED if each.learned else each for each in findings])
    settles = firm.answer is whole.answer and firm.answer in (Answer.YES, Answer.NO)
    return firm if settles else whole


def _counted(count: int, findings: Sequence[Finding]) -> Finding:
    by_answer = {answer: [f for f in findings if f.answer is answer] for answer in Answer}
    hits = sorted(by_answer[Answer.YES], key=lambda f: f.certainty.overall, reverse=True)
    if len(hits) >= count:
        if count > 1:
            return _together(Answer.YES, hits[:count])
        everywhere = dict.fromkeys(place for hit in hits for place in hit.hits)
        return hits[0] if len(hits) == 1 else replace(hits[0], places=tuple(everywhere))
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
        learned=any(finding.learned for finding in findings),
    )


def _surest(findings: Sequence[Finding]) -> Finding:
    """The surest finding, one that rests on no model's word where there is one."""
    return max(findings, key=lambda finding: (not finding.learned, finding.certainty.overall))
