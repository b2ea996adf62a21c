"""``not``, ``need``, ``before`` and ``after``, and windows of calls that were only written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.registry import PhraseInvalid, build
from qa.domain.detectors.window import Window, resolve
from qa.domain.transcript import Span

CaseOf = Callable[..., Case]


def said(*phrases: str, **fields: Any) -> dict[str, Any]:
    return {"phrase": {"zh": list(phrases), **fields}}


def found(spec: dict[str, Any], case: Case) -> Finding:
    return build(spec).find(case)


CALL = "A: 请报身份证\nC: 好的\nA: 余额是三百\nC: 嗯\nA: 还有积分\nC: 好\nA: 余额不多了，再见"


# --- not ---------------------------------------------------------------------------------------


def test_not_says_the_other_with_the_same_proof(case_of: CaseOf) -> None:
    case = case_of(CALL)
    for phrase in ("余额", "密码"):
        plain, turned = found(said(phrase), case), found({"not": said(phrase)}, case)
        assert {plain.answer, turned.answer} == {Answer.YES, Answer.NO}
        assert turned.but(plain.answer) == plain
        assert found({"not": {"not": said(phrase)}}, case) == plain


def test_not_leaves_open_what_is_open(case_of: CaseOf) -> None:
    case = case_of("A: 喂\nU: 余额\nA: 好")
    assert found({"not": said("余额")}, case).answer is Answer.UNSURE
    rings = {"metadata": {"field": "ring_seconds", "at_most": 15}}
    assert found({"not": rings}, case).answer is Answer.MISSING


# --- need --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "answer"),
    [
        ("any", Answer.YES),
        (2, Answer.YES),
        (3, Answer.NO),
        ("all", Answer.NO),
    ],
)
def test_as_many_different_phrases_must_be_said_as_are_needed(
    case_of: CaseOf, need: str | int, answer: Answer
) -> None:
    spec = said("身份证", "余额", "密码", need=need)
    assert found(spec, case_of(CALL)).answer is answer


def test_one_phrase_said_twice_is_one(case_of: CaseOf) -> None:
    finding = found(said("余额", "密码", need=2), case_of(CALL))
    assert finding.answer is Answer.NO
    assert dict(finding.reason.params) == {"count": 1, "needed": 2}
    assert finding.searched is not None


def test_all_of_one_language_are_enough(case_of: CaseOf) -> None:
    spec = said("身份证", "余额", need="all", en=["balance", "identity"])
    assert found(spec, case_of(CALL)).answer is Answer.YES


def test_phrases_that_only_both_languages_together_reach_are_for_a_person(case_of: CaseOf) -> None:
    spec = said("身份证", "密码", need=2, en=["balance", "identity"])
    finding = found(spec, case_of("A: 请报身份证 your balance is low\nC: ok"))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.phrases")


def test_a_wanting_phrase_by_an_unknown_voice_is_for_a_person(case_of: CaseOf) -> None:
    finding = found(said("身份证", "密码", need=2), case_of("A: 身份证\nU: 密码\nA: 好"))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.speaker")


def test_more_phrases_than_there_are_cannot_be_needed() -> None:
    with pytest.raises(PhraseInvalid, match="`need` is 3"):
        build(said("身份证", "密码", need=3))


# --- before and after --------------------------------------------------------------------------


def before(anchor: str, find: str, **fields: Any) -> dict[str, Any]:
    return {"before": {"anchor": said(anchor), "find": said(find), **fields}}


def after(anchor: str, find: str, **fields: Any) -> dict[str, Any]:
    return {"after": {"anchor": said(anchor), "find": said(find), **fields}}


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        (before("余额", "身份证"), Answer.YES),
        (before("身份证", "余额"), Answer.NO),
        (before("余额", "积分"), Answer.NO),
        (before("余额", "积分", hit=2), Answer.YES),
        (before("余额", "积分", hit=-1), Answer.YES),
        (before("余额", "积分", hit=-2), Answer.NO),
        (before("密码", "积分"), Answer.YES),
        (before("密码", "积分", unanchored="nothing"), Answer.NO),
        (before("余额", "积分", hit=3), Answer.YES),
        (before("余额", "积分", hit=3, unanchored="nothing"), Answer.NO),
        (after("余额", "积分"), Answer.YES),
        (after("余额", "身份证"), Answer.NO),
        (after("余额", "积分", hit=-1), Answer.NO),
        (after("余额", "再见", hit=2), Answer.YES),
        (after("余额", "再见", hit=3), Answer.NO),
        (after("密码", "积分"), Answer.NO),
        (after("余额", "余额"), Answer.YES),
        (after("余额", "余额", hit=2), Answer.NO),
        (before("余额", "余额"), Answer.NO),
    ],
)
def test_only_what_lies_on_that_side_of_the_hit_is_found(
    case_of: CaseOf, spec: dict[str, Any], answer: Answer
) -> None:
    assert found(spec, case_of(CALL)).answer is answer


def test_a_no_shows_the_anchor_and_the_window_that_was_searched(case_of: CaseOf) -> None:
    finding = found(before("余额", "密码"), case_of(CALL))
    assert finding.answer is Answer.NO
    assert finding.evidence[0].quote == "余额是三百"
    assert finding.searched is not None
    assert finding.searched.end_s <= finding.evidence[0].start_s


def test_an_unsure_anchor_leaves_open_what_comes_before_it(case_of: CaseOf) -> None:
    case = case_of("A: 请报身份证\nU: 余额是三百\nA: 好")
    assert found(before("余额", "身份证"), case).answer is Answer.UNSURE


def test_hits_of_several_phrases_are_counted_together(case_of: CaseOf) -> None:
    anchor = {"any": [said("积分"), said("余额"), said("余额是")]}
    spec = {"before": {"anchor": anchor, "hit": 2, "find": said("余额是三百")}}
    assert found(spec, case_of(CALL)).answer is Answer.YES
    spec = {"before": {"anchor": anchor, "hit": 1, "find": said("余额是三百")}}
    assert found(spec, case_of(CALL)).answer is Answer.NO


def test_more_hits_than_are_shown_are_counted(case_of: CaseOf) -> None:
    call = "A: 余额\nC: 嗯\n" * 14 + "A: 积分\nC: 好\nA: 余额"
    assert found(before("余额", "积分", hit=15), case_of(call)).answer is Answer.YES
    assert found(before("余额", "积分", hit=14), case_of(call)).answer is Answer.NO
    assert found(before("余额", "积分", hit=-1), case_of(call)).answer is Answer.YES


def test_an_anchor_at_the_very_beginning_leaves_nothing_to_blame(case_of: CaseOf) -> None:
    case = case_of("A: 余额是三百\nC: 嗯")
    shifted = replace(case, transcript=replace(case.transcript, turns=moved(case, -0.5)))
    finding = found(before("余额", "身份证"), shifted)
    assert finding.answer is Answer.NO
    assert finding.certainty.overall == 0


def moved(case: Case, by_s: float) -> Any:
    return tuple(
        replace(
            turn,
            start_s=turn.start_s + by_s,
            end_s=turn.end_s + by_s,
            words=tuple(
                replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
                for word in turn.words
            ),
        )
        for turn in case.transcript.turns
    )


def test_windows_are_counted_within_the_part(case_of: CaseOf) -> None:
    spec = {
        "after": {
            "anchor": said("身份证"),
            "find": said("积分", within={"first_turns": 2}),
        }
    }
    assert found(spec, case_of(CALL)).answer is Answer.YES
    spec["after"]["find"] = said("积分", within={"first_turns": 1})
    assert found(spec, case_of(CALL)).answer is Answer.NO


def test_signals_keep_to_the_part(case_of: CaseOf) -> None:
    case = case_of("A: 您好\nC: 你好\n[9]\nA: 余额\nC: 好\nA: 再见\nC: 再见")
    silence = {"signal": {"kind": "silence", "at_least_s": 5}}
    inside = {"before": {"anchor": said("余额"), "find": silence}}
    outside = {"after": {"anchor": said("余额"), "find": silence}}
    assert found(inside, case).answer is Answer.YES
    assert found(outside, case).answer is Answer.NO


# --- windows -----------------------------------------------------------------------------------

TURNS = "\n".join(f"A: 第{number}句话说完了\nC: 好" for number in "甲乙丙丁戊己庚辛")


def test_turns_may_be_counted_from_an_anchor(case_of: CaseOf) -> None:
    def around(**bounds: int) -> Answer:
        has = said("甲", within=bounds)
        return found({"some": {"of": said("丙"), "has": has}}, case_of(TURNS)).answer

    assert around(before_turns=3) is Answer.YES
    assert around(before_turns=2) is Answer.NO
    assert around(after_turns=8) is Answer.NO


def test_a_written_call_counts_seconds_in_turns_where_those_reach_further(case_of: CaseOf) -> None:
    case = case_of(TURNS)
    written = replace(case, signals=replace(case.signals, measured=False))
    window = Window(first_s=20.0)
    heard = replace(case, signals=replace(case.signals, duration_s=200.0))
    assert resolve(Window(first_s=2.0), heard, None, None).end_s == pytest.approx(2.5)
    turns = written.transcript.turns
    assert resolve(Window(first_s=1.0), written, None, None).end_s >= turns[0].end_s
    two_turns = written.transcript.of(turns[0].speaker)[1]
    assert resolve(window, written, turns[0].speaker, None).end_s >= two_turns.end_s


def test_a_part_of_a_call_bounds_every_window(case_of: CaseOf) -> None:
    case = case_of(TURNS).only(Span(3.0, 6.0))
    for window in (Window(), Window(first_s=99), Window(last_turns=9), Window(last_share=1.0)):
        span = resolve(window, case, None, None)
        assert 3.0 <= span.start_s <= span.end_s <= 6.0
