"""The rules of a review: what may be chosen, what it is worth, and what a review needs before it counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qa.domain.errors import InputInvalid
from qa.domain.review import Decision, FinalScore, Pending, Purpose, Review
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Evidence, Outcome, Scorecard, Verdict
from qa.domain.wording import Reason

TEXT_LIMIT = 5_000
"""Characters of a reason or a note."""
CLIP_LIMIT = 20
"""Clips that a reviewer may add to one criterion."""

OPEN = (Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE)
"""What settles nothing; a reviewer decides it, or leaves it open on purpose."""

_LEVEL = "level-"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reviewer picks for a criterion.

    Attributes:
        outcome: The verdict.
        level: Index in ``Criterion.levels`` on a scale, where a pass or a fail is one of its levels.
    """

    outcome: Outcome
    level: int | None = None

    @property
    def code(self) -> str:
        """Its name in a form or a request: an outcome, or ``level-0`` for the best level of a scale."""
        return str(self.outcome) if self.level is None else f"{_LEVEL}{self.level}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reviewer put down for one criterion; without a choice it decides nothing yet."""

    choice: Choice | None
    reason: str = ""
    note: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether there is nothing to keep."""
        return self.choice is None and not (
            self.reason.strip() or self.note.strip() or self.evidence
        )


NOTHING = Entry(None)
"""What a criterion holds that a form does not name."""


# --- choices -----------------------------------------------------------------------------------


def choices(verdict: Verdict, criterion: Criterion | None) -> tuple[Choice, ...]:
    """What can be picked for a criterion, in the order in which it is offered.

    The last one leaves the criterion open: as the machine left it, or as one that cannot be judged.
    """
    levels = criterion.levels if criterion else ()
    graded = tuple(
        Choice(Outcome.PASS if level.share > 0 else Outcome.FAIL, place)
        for place, level in enumerate(levels)
    )
    left_open = verdict.outcome if verdict.outcome in OPEN else Outcome.CANNOT_JUDGE
    return (
        *(graded or (Choice(Outcome.PASS), Choice(Outcome.FAIL))),
        Choice(Outcome.NOT_APPLICABLE),
        Choice(left_open),
    )


def machine_choice(verdict: Verdict, criterion: Criterion | None) -> Choice:
    """The choice that agrees with the machine."""
    return choice_of(verdict.outcome, verdict.points, verdict, criterion) or Choice(verdict.outcome)


def choice_of(
    outcome: Outcome, points: float, verdict: Verdict, criterion: Criterion | None
) -> Choice | None:
    """The choice behind an outcome and its points; ``None`` where it is not offered for this verdict."""
    offered = choices(verdict, criterion)
    return next(
        (
            each
            for each in offered
            if each.outcome is outcome and points_of(each, verdict, criterion) == points
        ),
        None,
    )


def read_choice(code: str, verdict: Verdict, criterion: Criterion | None) -> Choice:
    """The choice that a code names. Raises ``InputInvalid`` for one that is not offered."""
    found = next((each for each in choices(verdict, criterion) if each.code == code), None)
    if found is None:
        raise _not_offered(verdict.criterion)
    return found


def points_of(choice: Choice, verdict: Verdict, criterion: Criterion | None) -> float:
    """The points that a choice gives, 0 unless it counts."""
    if choice.level is not None and criterion is not None:
        return criterion.worth(criterion.levels[choice.level].share)
    return verdict.max_points if choice.outcome is Outcome.PASS else 0.0


# --- decisions ---------------------------------------------------------------------------------


def decided(
    verdict: Verdict, criterion: Criterion | None, entry: Entry, *, at: datetime
) -> Decision | Pending:
    """What an entry says of a verdict; clips are to be checked before.

    Raises:
        InputInvalid: A text or the number of clips is over its limit, or the choice is not offered.
    """
    name = verdict.criterion
    reason = checked_text(entry.reason, field=f"{name}.reason")
    note = checked_text(entry.note, field=f"{name}.note")
    if len(entry.evidence) > CLIP_LIMIT:
        raise InputInvalid(
            f"{name} has {len(entry.evidence)} clips",
            field=f"{name}.evidence",
            reason=Reason("review.too_many_clips", {"limit": CLIP_LIMIT}),
        )
    if entry.choice is None:
        return Pending(name, reason, note, entry.evidence)
    if entry.choice not in choices(verdict, criterion):
        raise _not_offered(name)
    return Decision(
        criterion=name,
        machine=verdict.outcome,
        machine_points=verdict.points,
        outcome=entry.choice.outcome,
        points=points_of(entry.choice, verdict, criterion),
        max_points=verdict.max_points,
        reason=reason,
        note=note,
        evidence=entry.evidence,
        decided_at=at,
    )


def entry_of(
    decided_on: Decision | Pending, verdict: Verdict, criterion: Criterion | None
) -> Entry:
    """What to fill a form with; a choice that this verdict does not offer is not filled in."""
    choice = (
        choice_of(decided_on.outcome, decided_on.points, verdict, criterion)
        if isinstance(decided_on, Decision)
        else None
    )
    return Entry(choice, decided_on.reason, decided_on.note, decided_on.evidence)


def same(one: Decision, other: Decision) -> bool:
    """Whether two decisions say the same, whenever and by whomever they were made."""
    return replace(one, decided_at=other.decided_at, by=other.by) == other


def checked_text(text: str, *, field: str) -> str:
    """A text without the space around it, nor what is no character (NUL, half of a surrogate pair).

    Raises:
        InputInvalid: It is over ``TEXT_LIMIT``.
    """
    written = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    trimmed = written.replace("\r\n", "\n").strip()
    if len(trimmed) > TEXT_LIMIT:
        raise InputInvalid(
            f"{field} has {len(trimmed)} characters",
            field=field,
            reason=Reason("form.too_long", {"length": len(trimmed), "limit": TEXT_LIMIT}),
        )
    return trimmed


def _not_offered(criterion: str) -> InputInvalid:
    return InputInvalid(
        f"{criterion} offers no such choice",
        field=f"{criterion}.choice",
        reason=Reason("form.not_a_choice"),
    )


# --- what a review needs -----------------------------------------------------------------------


def taken_over(base: Review | None, own: Sequence[Decision]) -> tuple[Decision, ...]:
    """Own decisions, and those of the review that counted so far where there is no own one.

    What is taken over keeps when it was decided and by whom.
    """
    settled = {each.criterion for each in own}
    kept = () if base is None else base.decisions
    return (
        *own,
        *(
            replace(each, by=each.by or base.reviewer)
            for each in kept
            if base is not None and each.criterion not in settled
        ),
    )


def undecided(card: Scorecard, decisions: Iterable[Decision]) -> tuple[Verdict, ...]:
    """What the machine left open and nobody has decided or left open on purpose."""
    settled = {each.criterion for each in decisions}
    return tuple(each for each in card.open if each.criterion not in settled)


def left_open(
    card: Scorecard,
    base: Review | None,
    own: Sequence[Decision],
    pending: Sequence[Pending],
    *,
    at: datetime,
) -> tuple[tuple[Decision, ...], tuple[Pending, ...]]:
    """Own decisions with those that leave open whatever the machine left open and nobody decided.

    Returns:
        The decisions, each with the note and the clips that were put down for it, and what is still pending.
    """
    noted = {each.criterion: each for each in pending}
    waiting = undecided(card, taken_over(base, own))
    for verdict in waiting:
        kept = noted.pop(verdict.criterion, Pending(verdict.criterion, "", "", ()))
        decision = Decision(
            criterion=verdict.criterion,
            machine=verdict.outcome,
            machine_points=verdict.points,
            outcome=verdict.outcome,
            points=verdict.points,
            max_points=verdict.max_points,
            reason=kept.reason,
            note=kept.note,
            evidence=kept.evidence,
            decided_at=at,
        )
        own = (*own, decision)
    return tuple(own), tuple(noted.values())


def in_order(card: Scorecard, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Decisions in the order of a scorecard."""
    by_criterion = {each.criterion: each for each in decisions}
    return tuple(
        by_criterion[verdict.criterion]
        for verdict in card.verdicts
        if verdict.criterion in by_criterion
    )


def needs_reason(decision: Decision, counted: FinalScore, purpose: Purpose) -> bool:
    """Whether a decision must say why.

    It must where it differs from the machine's verdict or from what counted so far. Who decides a dispute
    always must: the agent reads it.

    Args:
        decision: What is decided now.
        counted: What counted for the call before.
        purpose: What the review is for.
    """
    if purpose is Purpose.DISPUTE or decision.changed:
        return True
    before = next((v for v in counted.verdicts if v.criterion == decision.criterion), None)
    return before is not None and (
        before.outcome is not decision.outcome or before.points != decision.points
    )


def require_complete(
    card: Scorecard,
    own: Sequence[Decision],
    pending: Sequence[Pending],
    *,
    base: Review | None,
    counted: FinalScore,
    purpose: Purpose,
    for_people: Collection[str] = (),
) -> None:
    """Check that a review can count.

    Args:
        card: The scorecard.
        own: What the reviewer decides.
        pending: What they noted without deciding it.
        base: The review that counted so far.
        counted: What counted so far.
        purpose: What the review is for.
        for_people: Criteria that the machine does not settle, whatever it says of them.

    Raises:
        InputInvalid: ``field`` names the first criterion that is not decided, in the scorecard's order, or
            the reason that is missing.
    """
    noted = {each.criterion for each in pending}
    waiting = set()
    if purpose is Purpose.REVIEW:
        taken = taken_over(base, own)
        waiting = {each.criterion for each in undecided(card, taken)}
        waiting |= set(for_people) - {each.criterion for each in taken}
    unexplained = {
        each.criterion for each in own if not each.reason and needs_reason(each, counted, purpose)
    }
    for verdict in card.verdicts:
        if verdict.criterion in waiting | noted:
            code = "review.undecided" if verdict.criterion in waiting else "review.only_noted"
            raise InputInvalid(
                f"{verdict.criterion} is not decided",
                field=f"{verdict.criterion}.choice",
                reason=Reason(code),
            )
        if verdict.criterion in unexplained:
            raise InputInvalid(
                f"{verdict.criterion} was changed without a reason",
                field=f"{verdict.criterion}.reason",
                reason=Reason("review.reason_needed"),
            )


def critical_of(rubric: Rubric | None) -> Mapping[str, bool]:
    """Criterion id to whether its fail fails the whole call; empty where the rubric's text is not there."""
    return {each.id: each.critical for each in rubric.criteria} if rubric else {}
