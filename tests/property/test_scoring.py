"""What holds of every scorecard, whatever was said by whomever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.detectors.base import Case
from qa.domain.detectors.waiting import DEAD_AIR_S
from qa.domain.measure import measure
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Outcome, Searched, Verdict, total
from qa.domain.scoring import score
from qa.domain.transcript import DroppedText, Span, Transcript, Turn, Word
from qa.domain.wording import LANGUAGES, Reason, render
from qa.interop.rubric_yaml import find, load

STANDARD = load(find("service-standard")).rubric
APPLIES_BY_THE_CUSTOMER = {"empathy"}
"""Criteria that apply where the customer says something; how the agent meets them is the agent's alone."""

WITHOUT_A_RULING = {Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE}
OF_THE_RECORD = {"answered_in_three_rings", "customer_hangs_up_first"}

SENTENCES = (
    "您好，云凡科技，请问有什么可以帮您",
    "喂，什么事",
    "您是说没有收到，对吗",
    "麻烦您报一下卡号",
    "请报一下订单号的后四位",
    "请您稍等",
    "我给你转了",
    "我帮您转到技术部，您看可以吗",
    "你自己不会看吗",
    "感谢您的来电",
    "您对这次服务满意吗",
    "祝您生活愉快，再见",
    "嗯",
    "Good morning, North Wind, how can I help?",
    "What's your password?",
    "Are you deaf?",
    "I'm putting you through.",
    "Please hold for a moment.",
    "Thank you for calling, goodbye.",
    "Are you happy with the service?",
    "okay",
)

texts = st.sampled_from(SENTENCES)
share = st.floats(0, 1)
seconds = st.floats(0.1, 12)


@st.composite
def words(draw: st.DrawFn, text: str, start_s: float) -> tuple[Word, ...]:
    pieces = text.split() if text.isascii() else list(text)
    confidence = draw(st.sampled_from((0.0, 0.3, 0.6, 0.95)))
    return tuple(
        Word(start_s + 0.2 * place, start_s + 0.2 * (place + 1), piece, confidence)
        for place, piece in enumerate(pieces)
    )


@st.composite
def turn_lists(draw: st.DrawFn) -> tuple[Turn, ...]:
    built, clock_s = [], 0.5
    for _ in range(draw(st.integers(0, 8))):
        text = draw(texts)
        spoken = draw(words(text, clock_s))
        speaker = draw(st.sampled_from(list(Role)))
        built.append(Turn(speaker, spoken[0].start_s, spoken[-1].end_s, text, spoken))
        clock_s = max(0.1, spoken[-1].end_s + draw(st.sampled_from((-1.5, 0.3, 2.0, 9.0))))
    return tuple(sorted(built, key=lambda turn: turn.start_s))


records = st.builds(
    CallRecord,
    call_id=st.just("c"),
    direction=st.sampled_from(list(Direction)),
    ring_seconds=st.none() | st.floats(0, 60),
    rings=st.none() | st.integers(0, 9),
    ended_by=st.sampled_from(list(EndedBy)),
    attributes=st.sampled_from(({}, {"transferred": "yes"})),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    turns = draw(turn_lists())
    activity: dict[Role, list[Span]] = {}
    for turn in turns:
        activity.setdefault(turn.speaker, []).append(turn.span)
    end_s = max((turn.end_s for turn in turns), default=1.0)
    dropped = draw(
        st.lists(
            st.builds(lambda at: DroppedText(at, at + 1, "", "repetition"), seconds), max_size=2
        )
    )
    return Case(
        draw(records),
        Transcript(
            "zh",
            turns,
            tuple(dropped),
            role_confidence=draw(st.sampled_from((0.3, 0.8, 1.0))),
            speaker_confidence=draw(st.sampled_from((0.9, 1.0))),
        ),
        measure(
            duration_s=end_s + 1,
            activity=activity,
            turns=turns,
            overlap_confidence=draw(st.sampled_from((0.5, 1.0))),
        ),
        draw(st.sampled_from(((), ("云帆科技", "Northwind")))),
        phonetics(),
    )


def with_turns(case: Case, turns: tuple[Turn, ...]) -> Case:
    """The same call with other turns; who speaks when is left as it was measured."""
    transcript = replace(case.transcript, turns=turns)
    return Case(case.record, transcript, case.signals, case.company_names, case.phonetics)


def with_criteria(*criteria: Criterion) -> Rubric:
    return replace(STANDARD, criteria=criteria)


@given(cases())
@settings(max_examples=150, deadline=None)
def test_every_scorecard_is_whole(case: Case) -> None:
    card = score(STANDARD, case)
    assert [verdict.criterion for verdict in card.verdicts] == [c.id for c in STANDARD.criteria]
    assert card.score is None or 0 <= card.score <= 100
    failed = {v.criterion for v in card.verdicts if v.outcome is Outcome.FAIL}
    critical = {criterion.id for criterion in STANDARD.criteria if criterion.critical}
    assert set(card.critical_failed) == failed & critical
    for verdict in card.verdicts:
        assert 0 <= verdict.confidence <= 1
        assert 0 <= verdict.points <= verdict.max_points
        assert not verdict.outcome.counts or verdict.evidence or verdict.searched
        for clip in (*verdict.evidence, *([verdict.searched] if verdict.searched else [])):
            assert 0 <= clip.start_s <= clip.end_s <= case.signals.duration_s + 0.001
        for language in LANGUAGES:
            assert render(verdict.reason, language)


@given(cases())
@settings(max_examples=40, deadline=None)
def test_scoring_twice_gives_the_same(case: Case) -> None:
    assert score(STANDARD, case) == score(STANDARD, case)


@given(cases(), st.permutations(STANDARD.criteria), st.sampled_from((0.5, 2.0, 8.0)))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_scale_of_points_moves_the_score(
    case: Case, order: list[Criterion], scale: float
) -> None:
    scaled = with_criteria(*(replace(each, points=each.points * scale) for each in order))
    assert score(scaled, case).score == score(STANDARD, case).score


@given(cases(), st.lists(texts, min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_what_the_customer_says_may_decide_what_applies_and_nothing_else(
    case: Case, said: list[str]
) -> None:
    turns = tuple(
        replace(
            turn,
            text=said[place % len(said)],
            words=(Word(turn.start_s, turn.end_s, said[place % len(said)], 0.9),),
        )
        if turn.speaker is Role.CUSTOMER
        else turn
        for place, turn in enumerate(case.transcript.turns)
    )
    before, after = score(STANDARD, case), score(STANDARD, with_turns(case, turns))
    for criterion, one, other in zip(
        STANDARD.criteria, before.verdicts, after.verdicts, strict=True
    ):
        applied = not {one.outcome, other.outcome} & WITHOUT_A_RULING
        if criterion.id not in APPLIES_BY_THE_CUSTOMER:
            assert one == other
        elif applied:
            assert (one.outcome, one.points) == (other.outcome, other.points)


@given(cases())
@settings(max_examples=100, deadline=None)
def test_voices_of_unknown_role_never_cause_a_fail(case: Case) -> None:
    turns = tuple(replace(turn, speaker=Role.UNKNOWN) for turn in case.transcript.turns)
    unknown = {Role.UNKNOWN: tuple(turn.span for turn in turns)}
    signals = measure(
        duration_s=case.signals.duration_s, activity=unknown, turns=turns, overlap_confidence=1.0
    )
    transcript = replace(case.transcript, turns=turns)
    card = score(
        STANDARD, Case(case.record, transcript, signals, case.company_names, case.phonetics)
    )
    failed = {v.criterion for v in card.verdicts if v.outcome is Outcome.FAIL}
    assert failed <= OF_THE_RECORD


@given(cases())
@settings(max_examples=60, deadline=None)
def test_doubtful_roles_never_cause_a_fail(case: Case) -> None:
    transcript = replace(case.transcript, role_confidence=0.55)
    doubtful = Case(case.record, transcript, case.signals, case.company_names, case.phonetics)
    failed = {v.criterion for v in score(STANDARD, doubtful).verdicts if v.outcome is Outcome.FAIL}
    assert failed <= OF_THE_RECORD


outcomes = st.sampled_from(list(Outcome))


@given(st.lists(st.tuples(outcomes, st.integers(1, 20)), max_size=12), st.integers(1, 99))
def test_what_does_not_count_never_moves_the_score(
    given_outcomes: list[tuple[Outcome, int]], worth: int
) -> None:
    verdicts = tuple(verdict(outcome, points) for outcome, points in given_outcomes)
    for outcome in (Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE):
        assert total((*verdicts, verdict(outcome, worth))) == total(verdicts)


def verdict(outcome: Outcome, points: int) -> Verdict:
    earned = points if outcome is Outcome.PASS else 0
    return Verdict(
        "c", outcome, earned, points, 1.0, Reason("absent.nothing"), (), Searched(0, 1, None)
    )


@pytest.mark.parametrize("criterion", STANDARD.criteria, ids=lambda each: each.id)
@given(case=cases())
@settings(max_examples=15, deadline=None)
def test_a_criterion_is_judged_alike_alone_and_among_others(
    criterion: Criterion, case: Case
) -> None:
    alone = score(with_criteria(criterion), case).verdicts[0]
    among = next(v for v in score(STANDARD, case).verdicts if v.criterion == criterion.id)
    assert alone == among


@given(cases())
@settings(max_examples=80, deadline=None)
def test_every_long_silence_is_a_hold_or_dead_air_and_never_both(case: Case) -> None:
    signals = case.signals
    long = [span for span in signals.silences if span.duration_s >= DEAD_AIR_S]
    told = sorted(
        [Span(hold.start_s, hold.end_s) for hold in signals.holds]
        + [Span(dead.start_s, dead.end_s) for dead in signals.dead_air],
        key=lambda span: span.start_s,
    )
    assert told == long
