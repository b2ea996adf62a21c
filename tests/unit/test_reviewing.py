"""The rules of a review: what may be chosen, what it is worth, when it may count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qa.domain.call import Role
from qa.domain.clip import checked_clip
from qa.domain.correction import CorrectedTurn, Correction, CorrectionKind, corrected
from qa.domain.errors import InputInvalid
from qa.domain.people import Person
from qa.domain.review import Decision, Pending, Purpose, Review, ReviewState, in_force
from qa.domain.reviewing import (
    CLIP_LIMIT,
    TEXT_LIMIT,
    Choice,
    Entry,
    choice_of,
    choices,
    decided,
    entry_of,
    in_order,
    left_open,
    machine_choice,
    needs_reason,
    read_choice,
    require_complete,
    taken_over,
    undecided,
)
from qa.domain.rubric import Criterion, Level
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Verdict, total
from qa.domain.transcript import Transcript, Turn, Word
from qa.domain.wording import Reason, Text, render

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
SUN, SAM = Person(1, "sun", "孙悦"), Person(2, "sam", "Sam")
CLIP = Evidence(0.5, 2.0, Role.AGENT, "您好")


def verdict(criterion: str, outcome: Outcome, points: float | None = None) -> Verdict:
    earned = 10.0 if outcome is Outcome.PASS else 0.0
    return Verdict(
        criterion,
        outcome,
        earned if points is None else points,
        10.0,
        0.9,
        Reason("absent.nothing"),
        (CLIP,) if outcome.counts else (),
    )


def criterion(name: str, *shares: float) -> Criterion:
    title = Text("标题", "Title")
    return Criterion(
        id=name,
        section="s",
        title=title,
        standard=title,
        example=title,
        points=10.0,
        critical=False,
        applies_if=None,
        pass_if=None,
        fail_if=None,
        when_absent=Outcome.FAIL,
        min_confidence=0.5,
        levels=tuple(Level(share, title, None) for share in shares),
    )


def decision(
    of: Verdict, outcome: Outcome, *, reason: str = "", points: float | None = None
) -> Decision:
    entry = Entry(Choice(outcome), reason)
    made = decided(of, None, entry, at=AT)
    assert isinstance(made, Decision)
    return made if points is None else replace(made, points=points)


def card(*verdicts: Verdict) -> Scorecard:
    return Scorecard(RubricRef("r", "1", "s"), total(verdicts), (), verdicts)


def review(*decisions: Decision, reviewer: Person = SUN) -> Review:
    return Review(
        public_id="r1",
        call="c1",
        scorecard="v1",
        rubric=RubricRef("r", "1", "s"),
        scored_at=AT,
        reviewer=reviewer,
        purpose=Purpose.REVIEW,
        state=ReviewState.SUBMITTED,
        base=None,
        revision=1,
        opened_at=AT,
        saved_at=AT,
        submitted_at=AT,
        score=None,
        critical_failed=(),
        note="",
        decisions=decisions,
        is_current=True,
    )


# --- choices -----------------------------------------------------------------------------------


def test_a_plain_criterion_offers_pass_fail_not_applicable_and_to_leave_it_open() -> None:
    offered = choices(verdict("a", Outcome.PASS), criterion("a"))
    assert [each.code for each in offered] == ["pass", "fail", "not_applicable", "cannot_judge"]


def test_what_was_not_measurable_is_left_open_as_such() -> None:
    offered = choices(verdict("a", Outcome.NOT_MEASURABLE), criterion("a"))
    assert [each.code for each in offered] == ["pass", "fail", "not_applicable", "not_measurable"]


def test_a_scale_offers_its_levels_in_place_of_pass_and_fail() -> None:
    scale = criterion("a", 1.0, 0.5, 0.0)
    of = verdict("a", Outcome.PASS, 5.0)
    offered = choices(of, scale)
    assert [each.code for each in offered][:3] == ["level-0", "level-1", "level-2"]
    assert machine_choice(of, scale) == Choice(Outcome.PASS, 1)
    worst = decided(of, scale, Entry(read_choice("level-2", of, scale)), at=AT)
    assert isinstance(worst, Decision)
    assert (worst.outcome, worst.points, worst.changed) == (Outcome.FAIL, 0.0, True)
    best = decided(of, scale, Entry(read_choice("level-0", of, scale)), at=AT)
    assert isinstance(best, Decision)
    assert (best.outcome, best.points, best.changed) == (Outcome.PASS, 10.0, True)


@pytest.mark.parametrize("code", ["", "maybe", "not_measurable", "level-0", "level-99"])
def test_a_choice_that_is_not_offered_is_refused_and_names_its_field(code: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read_choice(code, verdict("a", Outcome.PASS), criterion("a"))
    assert refused.value.field == "a.choice"


def test_agreeing_changes_nothing_and_is_no_change() -> None:
    for outcome in Outcome:
        of = verdict("a", outcome)
        agreed = decided(of, criterion("a"), Entry(machine_choice(of, None)), at=AT)
        assert isinstance(agreed, Decision)
        assert not agreed.changed
        assert in_force(card(of), [agreed], {}) == replace(
            in_force(card(of), [], {}), verdicts=in_force(card(of), [agreed], {}).verdicts
        )


def test_what_was_decided_fills_the_form_again() -> None:
    of, scale = verdict("a", Outcome.FAIL), criterion("a", 1.0, 0.5, 0.0)
    entry = Entry(Choice(Outcome.PASS, 1), "half of it", "well", (CLIP,))
    made = decided(of, scale, entry, at=AT)
    assert entry_of(made, of, scale) == entry
    pending = Entry(None, "", "come back to this", ())
    assert entry_of(decided(of, scale, pending, at=AT), of, scale) == pending


def test_a_decision_that_another_scorecard_does_not_offer_is_not_filled_in() -> None:
    left = decided(
        verdict("a", Outcome.NOT_MEASURABLE), None, Entry(Choice(Outcome.NOT_MEASURABLE)), at=AT
    )
    assert entry_of(left, verdict("a", Outcome.PASS), None).choice is None
    assert choice_of(Outcome.PASS, 3.0, verdict("a", Outcome.PASS), criterion("a", 1, 0)) is None


@pytest.mark.parametrize("field", ["reason", "note"])
def test_a_text_over_its_limit_names_its_field(field: str) -> None:
    of = verdict("a", Outcome.PASS)
    longest = replace(Entry(Choice(Outcome.PASS)), **{field: "字" * TEXT_LIMIT})
    assert decided(of, None, longest, at=AT)
    with pytest.raises(InputInvalid) as refused:
        decided(of, None, replace(longest, **{field: "字" * (TEXT_LIMIT + 1)}), at=AT)
    assert refused.value.field == f"a.{field}"
    assert "5001" in render(refused.value.reason, "zh")


def test_more_clips_than_the_limit_are_refused() -> None:
    of = verdict("a", Outcome.PASS)
    with pytest.raises(InputInvalid) as refused:
        decided(of, None, Entry(None, evidence=(CLIP,) * (CLIP_LIMIT + 1)), at=AT)
    assert refused.value.field == "a.evidence"


# --- what a review needs -----------------------------------------------------------------------

PASSED, FAILED = verdict("a", Outcome.PASS), verdict("b", Outcome.FAIL)
UNSURE, UNKNOWN = verdict("c", Outcome.CANNOT_JUDGE), verdict("d", Outcome.NOT_MEASURABLE)
CARD = card(PASSED, FAILED, UNSURE, UNKNOWN)


def complete(
    *own: Decision,
    pending: tuple[Pending, ...] = (),
    base: Review | None = None,
    purpose: Purpose = Purpose.REVIEW,
) -> None:
    counted = in_force(CARD, base.decisions if base else (), {})
    require_complete(CARD, own, pending, base=base, counted=counted, purpose=purpose)


def test_what_the_machine_left_open_must_be_decided_or_left_open_on_purpose() -> None:
    assert [each.criterion for each in undecided(CARD, [])] == ["c", "d"]
    with pytest.raises(InputInvalid) as refused:
        complete()
    assert (refused.value.field, refused.value.reason.code) == ("c.choice", "review.undecided")
    complete(
        decision(UNSURE, Outcome.CANNOT_JUDGE),
        decision(UNKNOWN, Outcome.PASS, reason="two rings, heard"),
    )


def test_leaving_the_rest_open_decides_only_what_nobody_decided() -> None:
    own = (decision(UNSURE, Outcome.PASS, reason="heard"),)
    noted = (Pending("d", "", "no record", (CLIP,)), Pending("a", "", "nice", ()))
    settled, pending = left_open(CARD, None, own, noted, at=LATER)
    assert [(each.criterion, each.outcome) for each in settled] == [
        ("c", Outcome.PASS),
        ("d", Outcome.NOT_MEASURABLE),
    ]
    assert (settled[1].note, settled[1].evidence) == ("no record", (CLIP,))
    assert [each.criterion for each in pending] == ["a"]


def test_a_change_needs_a_reason_and_agreeing_needs_none() -> None:
    open_ones = (
        decision(UNSURE, Outcome.CANNOT_JUDGE),
        decision(UNKNOWN, Outcome.NOT_MEASURABLE),
    )
    complete(decision(PASSED, Outcome.PASS), *open_ones)
    with pytest.raises(InputInvalid) as refused:
        complete(decision(PASSED, Outcome.NOT_APPLICABLE), *open_ones)
    assert (refused.value.field, refused.value.reason.code) == ("a.reason", "review.reason_needed")


def test_going_back_to_the_machine_from_a_colleagues_verdict_needs_a_reason() -> None:
    base = review(
        decision(FAILED, Outcome.PASS, reason="said later"),
        decision(UNSURE, Outcome.PASS, reason="heard"),
        decision(UNKNOWN, Outcome.PASS, reason="heard"),
    )
    with pytest.raises(InputInvalid) as refused:
        complete(decision(FAILED, Outcome.FAIL), base=base)
    assert refused.value.field == "b.reason"
    complete(decision(FAILED, Outcome.FAIL, reason="not said after all"), base=base)


def test_who_decides_a_dispute_gives_a_reason_even_to_agree() -> None:
    counted = in_force(CARD, [], {})
    agreed = decision(FAILED, Outcome.FAIL)
    assert needs_reason(agreed, counted, Purpose.DISPUTE)
    assert not needs_reason(agreed, counted, Purpose.REVIEW)
    complete(decision(FAILED, Outcome.FAIL, reason="not said"), purpose=Purpose.DISPUTE)


def test_a_note_without_a_verdict_is_asked_about_and_not_guessed() -> None:
    open_ones = (
        decision(UNSURE, Outcome.CANNOT_JUDGE),
        decision(UNKNOWN, Outcome.NOT_MEASURABLE),
    )
    with pytest.raises(InputInvalid) as refused:
        complete(*open_ones, pending=(Pending("a", "", "well done", ()),))
    assert (refused.value.field, refused.value.reason.code) == ("a.choice", "review.only_noted")


def test_a_later_review_takes_over_what_it_does_not_decide_with_who_decided_it() -> None:
    first = replace(decision(FAILED, Outcome.PASS, reason="said"), by=SAM)
    base = review(first, decision(UNSURE, Outcome.PASS, reason="heard"), reviewer=SUN)
    own = decision(FAILED, Outcome.FAIL, reason="no")
    taken = taken_over(base, [own])
    assert [(each.criterion, each.by) for each in taken] == [("b", None), ("c", SUN)]
    assert [each.by for each in taken_over(base, [])] == [SAM, SUN]
    assert taken_over(None, [own]) == (own,)
    assert [each.criterion for each in in_order(CARD, reversed(taken))] == ["b", "c"]


# --- clips and corrections ---------------------------------------------------------------------


def turn(speaker: Role, start_s: float, text: str) -> Turn:
    pieces = text.split(" ") if text.isascii() else list(text)
    words = tuple(
        Word(start_s + 0.5 * place, start_s + 0.5 * place + 0.4, piece, 0.9)
        for place, piece in enumerate(pieces)
    )
    return Turn(speaker, words[0].start_s, words[-1].end_s, text, words)


HEARD = Transcript(
    "en",
    (
        turn(Role.AGENT, 0.5, "Good morning this is Northwind"),
        turn(Role.CUSTOMER, 4.0, "我想查包裹"),
        turn(Role.AGENT, 8.0, "One moment please"),
    ),
)


def correction(id_: int, kind: CorrectionKind, value: str, place: int | None) -> Correction:
    return Correction(id_, place, kind, value, SUN, AT)


def clip(start_s: float, end_s: float, quote: str = "", speaker: Role = Role.AGENT) -> Evidence:
    turns = corrected(HEARD, [correction(1, CorrectionKind.TEXT, "Just a moment, please", 2)])
    return checked_clip(
        Evidence(start_s, end_s, speaker, quote), duration_s=20.0, turns=turns, field="a.evidence"
    )


def test_a_clip_without_words_gets_those_that_are_said_in_it() -> None:
    assert clip(0.9, 1.9).quote == "morning this"
    assert clip(4.0, 5.5, speaker=Role.CUSTOMER).quote == "我想查"
    assert clip(7.9, 10.0).quote == "Just a moment, please"
    assert clip(0.0, 20.0, speaker=Role.UNKNOWN).quote.endswith("包裹 Just a moment, please")
    assert clip(12.0, 13.0).quote == ""


@pytest.mark.parametrize(
    ("start_s", "end_s", "quote", "speaker"),
    [
        (0.4, 3.0, "Good morning, this is", Role.AGENT),
        (0.4, 3.0, "GOOD  MORNING", Role.AGENT),
        (4.0, 6.5, "查，包裹", Role.CUSTOMER),
        (8.0, 9.5, "One moment please", Role.AGENT),
        (8.0, 9.5, "just a moment", Role.AGENT),
    ],
)
def test_a_quote_may_be_as_heard_or_as_corrected(
    start_s: float, end_s: float, quote: str, speaker: Role
) -> None:
    assert clip(start_s, end_s, quote, speaker).quote == quote


@pytest.mark.parametrize(
    ("start_s", "end_s", "quote", "speaker"),
    [
        (0.4, 3.0, "I hate you", Role.AGENT),
        (0.4, 3.0, "我想查包裹", Role.AGENT),
        (12.0, 14.0, "Good morning", Role.AGENT),
        (0.4, 3.0, "…", Role.AGENT),
    ],
)
def test_words_that_are_not_said_there_are_refused(
    start_s: float, end_s: float, quote: str, speaker: Role
) -> None:
    with pytest.raises(InputInvalid) as refused:
        clip(start_s, end_s, quote, speaker)
    assert refused.value.reason.code == "review.clip_words"


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [(-1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (19.0, 21.0), (float("nan"), 2.0), (0.0, float("inf"))],
)
def test_a_clip_outside_the_call_is_refused(start_s: float, end_s: float) -> None:
    with pytest.raises(InputInvalid) as refused:
        clip(start_s, end_s)
    assert refused.value.reason.code == "review.clip_outside"


def test_a_clip_may_end_with_the_call_however_it_was_rounded() -> None:
    assert clip(18.0, 20.2).end_s == 20.0


def test_corrections_lie_over_the_machines_version_which_stays_beside_them() -> None:
    turns = corrected(
        HEARD,
        [
            correction(3, CorrectionKind.SWAP, "", None),
            correction(1, CorrectionKind.TEXT, "Good evening", 0),
            correction(2, CorrectionKind.SPEAKER, "customer", 2),
            correction(4, CorrectionKind.TEXT, "Good morning, this is Northwind.", 0),
        ],
    )
    first, second, third = turns
    assert first.text == "Good morning, this is Northwind."
    assert first.heard == HEARD.turns[0]
    assert [each.id for each in first.corrections] == [1, 3, 4]
    assert [each.speaker for each in turns] == [Role.CUSTOMER, Role.AGENT, Role.AGENT]
    assert (first.text_corrected, second.text_corrected) == (True, False)
    assert (second.speaker_corrected, third.speaker_corrected) == (True, False)


def test_what_was_undone_or_is_of_no_turn_changes_nothing() -> None:
    undone = replace(correction(1, CorrectionKind.TEXT, "x", 0), undone_by=SAM, undone_at=LATER)
    turns = corrected(HEARD, [undone, correction(2, CorrectionKind.TEXT, "y", 99)])
    assert turns == tuple(
        CorrectedTurn(place, heard, heard.speaker, heard.text)
        for place, heard in enumerate(HEARD.turns)
    )
