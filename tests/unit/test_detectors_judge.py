"""What a judge's answer is worth: only what the call bears out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Line, Opinion, Quote
from qa.domain.detectors.judge import AskJudge, Attended, questions
from qa.domain.detectors.logic import AnyOf, NoneOf
from qa.domain.detectors.registry import build
from qa.domain.rubric import Criterion
from qa.domain.scorecard import Outcome
from qa.domain.scoring import judge
from qa.domain.transcript import Span
from qa.domain.wording import LANGUAGES, Language, Reason, Text, render
from qa.interop.rubric_yaml import parse

EN = (
    "A: Hello, Northwind, how can I help?\nC: My parcel is two days late.\n"
    "A: I am so sorry about that. Let me look it up.\nC: Please say you are sorry again."
)
ZH = "A: 您好，云帆科技。\nC: 我的快递晚了两天。\nA: 非常抱歉给您添麻烦了，我马上查。"
QUESTION = Text("坐席道歉了吗？", "Does the agent apologise?")
SORRY = Quote(3, "I am so sorry about that.")


@dataclass
class Oracle:
    """A judge that says what it is told to, and remembers what it was asked."""

    says: Opinion | Reason
    asked: list[tuple[str, list[Line], Role | None, Language]] = field(default_factory=list)

    def ask(
        self, question: str, lines: Sequence[Line], *, speaker: Role | None, language: Language
    ) -> Opinion | Reason:
        self.asked.append((question, list(lines), speaker, language))
        return self.says


CaseOf = Callable[..., Case]


@pytest.fixture
def judged(case_of: CaseOf) -> Callable[..., Any]:
    """What the operator makes of an opinion about a call."""

    def over(says: Opinion | Reason, script: str = EN, **fields: Any) -> Any:
        detector = AskJudge(QUESTION, **fields)
        return detector.find(replace(case_of(script), judge=Oracle(says)))

    return over


def yes(*quotes: Quote, probability: float = 0.9, **more: Any) -> Opinion:
    return Opinion("yes", probability, quotes=quotes, **more)


# --- yes ---------------------------------------------------------------------------------------


def test_a_yes_with_a_quote_of_the_agent_is_found_there(judged: Callable[..., Any]) -> None:
    found = judged(yes(SORRY))
    assert found.answer is Answer.YES
    assert [(clip.speaker, clip.quote) for clip in found.evidence] == [
        (Role.AGENT, "I am so sorry about that.")
    ]
    assert found.certainty.detector == 0.9


@pytest.mark.parametrize(
    "text",
    [
        "so sorry about that",
        "I'm so sorry about that!",
        "“i am SO sorry — about that”",
        "I am so sorry about that. Let me look it up.",
    ],
)
def test_a_quote_may_be_part_of_its_line_and_written_otherwise(
    judged: Callable[..., Any], text: str
) -> None:
    assert judged(yes(Quote(3, text))).answer is Answer.YES


@pytest.mark.parametrize("text", ["非常抱歉给您添麻烦了", "非常抱歉，给你添麻烦了。", "抱歉"])
def test_a_chinese_quote_is_compared_by_its_characters(
    judged: Callable[..., Any], text: str
) -> None:
    assert judged(yes(Quote(3, text)), ZH).evidence[0].quote == "非常抱歉给您添麻烦了，我马上查。"


@pytest.mark.parametrize(
    "quote",
    [
        Quote(3, "I apologise sincerely."),
        Quote(3, "sorry so I am"),
        Quote(1, "I am so sorry about that."),
        Quote(0, "I am so sorry about that."),
        Quote(9, "I am so sorry about that."),
        Quote(-2, "I am so sorry about that."),
        Quote(3, ""),
        Quote(3, "!?"),
    ],
)
def test_a_quote_that_does_not_stand_where_it_is_said_to_counts_for_nothing(
    judged: Callable[..., Any], quote: Quote
) -> None:
    for opinion in (yes(quote), yes(SORRY, quote)):
        found = judged(opinion)
        assert (found.answer, found.reason.code) == (Answer.UNSURE, "unsure.judge_quote")
        assert found.evidence == ()


def test_the_customers_words_prove_nothing_of_the_agent(judged: Callable[..., Any]) -> None:
    found = judged(yes(Quote(4, "you are sorry again")))
    assert (found.answer, found.reason.code) == (Answer.UNSURE, "unsure.judge_speaker")
    assert judged(yes(Quote(4, "you are sorry again")), speaker=None).answer is Answer.YES
    by_customer = judged(yes(Quote(4, "you are sorry again")), speaker=Role.CUSTOMER)
    assert by_customer.evidence[0].speaker is Role.CUSTOMER


def test_words_of_an_unknown_speaker_leave_it_open(judged: Callable[..., Any]) -> None:
    found = judged(yes(Quote(2, "sorry")), "A: Hello there.\nU: So sorry.")
    assert (found.answer, found.reason.code) == (Answer.UNSURE, "unsure.speaker")


def test_a_yes_without_a_quote_is_for_a_person(judged: Callable[..., Any]) -> None:
    found = judged(yes())
    assert (found.answer, found.reason.code) == (Answer.UNSURE, "unsure.judge_unproved")


def test_the_words_must_have_been_recognised_too(case_of: CaseOf) -> None:
    case = replace(case_of(EN, confidence=0.09, role_confidence=0.5), judge=Oracle(yes(SORRY)))
    certainty = AskJudge(QUESTION).find(case).certainty
    assert certainty.recognition == pytest.approx(0.3)
    assert (certainty.role, certainty.detector) == (0.5, 0.9)


# --- no, and not applicable --------------------------------------------------------------------


def test_a_no_comes_with_the_window_searched(judged: Callable[..., Any]) -> None:
    found = judged(Opinion("no", 0.8))
    assert (found.answer, found.reason.code) == (Answer.NO, "absent.judge")
    assert found.searched.speaker is Role.AGENT
    assert found.certainty.detector == 0.8


@pytest.mark.parametrize(
    ("says", "expect", "answer"),
    [
        (yes(SORRY), "yes", Answer.YES),
        (yes(SORRY), "no", Answer.NO),
        (Opinion("no", 0.9), "yes", Answer.NO),
        (Opinion("no", 0.9), "no", Answer.YES),
    ],
)
def test_the_expected_answer_is_what_counts_as_found(
    judged: Callable[..., Any], says: Opinion, expect: Literal["yes", "no"], answer: Answer
) -> None:
    found = judged(says, expect=expect)
    assert found.answer is answer
    assert found.evidence or found.searched


@pytest.mark.parametrize("expect", ["yes", "no"])
def test_a_no_from_a_part_of_the_call_is_for_a_person(
    judged: Callable[..., Any], expect: str
) -> None:
    found = judged(Opinion("no", 0.99, left_out=2), expect=expect)
    assert (found.answer, found.reason) == (
        Answer.UNSURE,
        Reason("unsure.judge_cut", {"count": 2}),
    )
    assert judged(yes(SORRY, left_out=2)).answer is Answer.YES


def test_a_no_is_no_surer_than_the_call_was_heard(case_of: CaseOf) -> None:
    unheard = case_of(EN, unheard=(Span(3.0, 6.0),))
    found = AskJudge(QUESTION).find(replace(unheard, judge=Oracle(Opinion("no", 0.99))))
    assert found.certainty.recognition == 0
    assert found.reason.code == "unsure.obscured"


def test_what_does_not_apply_is_a_no_only_where_that_is_the_question(case_of: CaseOf) -> None:
    case = replace(case_of(EN), judge=Oracle(Opinion("not_applicable", 0.9)))
    found = AskJudge(QUESTION).find(case)
    assert (found.answer, found.reason.code) == (Answer.UNSURE, "unsure.judge_not_applicable")
    whether = AskJudge(QUESTION).find(case.asking_whether())
    assert (whether.answer, whether.reason.code) == (Answer.NO, "absent.judge_not_applicable")
    assert whether.searched is not None


def test_an_answer_that_is_hardly_one_is_for_a_person(judged: Callable[..., Any]) -> None:
    found = judged(yes(SORRY, probability=0.99, mass=0.3))
    assert found.reason == Reason("unsure.judge_vague", {"percent": 30})
    assert found.answer is Answer.UNSURE


# --- no judge, no answer -----------------------------------------------------------------------


def test_without_a_judge_nothing_is_known_and_another_detector_decides(case_of: CaseOf) -> None:
    case = case_of(EN)
    asked = AskJudge(QUESTION)
    assert asked.find(case).reason == Reason("missing.judge")
    said = build({"phrase": {"en": ["so sorry"]}})
    unsaid = build({"phrase": {"en": ["good grief"]}})
    assert AnyOf((said, asked)).find(case).answer is Answer.YES
    assert AnyOf((unsaid, asked)).find(case).answer is Answer.NO
    assert AnyOf((asked,)).find(case).answer is Answer.MISSING
    assert NoneOf((said, asked)).find(case).answer is Answer.NO


def test_no_answer_is_unsure_with_its_reason(judged: Callable[..., Any]) -> None:
    reason = Reason("silent.judge_slow", {"timeout_s": 3.0})
    found = judged(reason)
    assert (found.answer, found.reason) == (Answer.UNSURE, reason)


def test_a_party_that_says_nothing_is_not_asked_about(case_of: CaseOf) -> None:
    oracle = Oracle(yes(Quote(1, "Hello?")))
    found = AskJudge(QUESTION).find(replace(case_of("C: Hello? Is anybody there?"), judge=oracle))
    assert found.reason.code == "unsure.no_speech"
    assert oracle.asked == []


# --- what a judge is told ----------------------------------------------------------------------


@pytest.mark.parametrize(("script", "language"), [(EN, "en"), (ZH, "zh")])
def test_the_question_is_asked_in_the_language_of_the_call(
    case_of: CaseOf, script: str, language: Language
) -> None:
    oracle = Oracle(Opinion("no", 0.9))
    AskJudge(QUESTION).find(replace(case_of(script), judge=oracle))
    ((question, lines, speaker, asked_in),) = oracle.asked
    assert (question, asked_in) == (QUESTION.in_language(language), language)
    assert speaker is Role.AGENT
    assert [line.speaker for line in lines[:3]] == [Role.AGENT, Role.CUSTOMER, Role.AGENT]
    assert "".join(lines[1].text.split()) in "".join(script.split())


def test_only_the_part_of_the_call_that_is_looked_at_is_told(case_of: CaseOf) -> None:
    case = case_of(EN)
    oracle = Oracle(yes(Quote(1, "so sorry about that")))
    start_s = case.transcript.turns[2].words[2].start_s
    part = replace(case, judge=oracle).only(Span(start_s, case.signals.duration_s))
    found = AskJudge(QUESTION).find(part)
    ((_, lines, _, _),) = oracle.asked
    assert [line.text for line in lines] == [
        "so sorry about that. Let me look it up.",
        "Please say you are sorry again.",
    ]
    assert found.evidence[0].start_s == pytest.approx(start_s)


def test_the_last_turns_can_be_asked_about_alone(case_of: CaseOf) -> None:
    oracle = Oracle(Opinion("no", 0.9))
    spec = {"judge": {"question": {"zh": "问", "en": "?"}, "within": {"last_turns": 1}}}
    build(spec).find(replace(case_of(EN), judge=oracle))
    assert len(oracle.asked[0][1]) == 2


# --- in a rubric -------------------------------------------------------------------------------


def criterion(**steps: Any) -> Criterion:
    text = Text("文", "text")
    return Criterion(
        id="empathy",
        section="all",
        title=text,
        standard=text,
        example=text,
        points=5.0,
        critical=False,
        applies_if=steps.get("applies_if"),
        pass_if=steps.get("pass_if"),
        fail_if=steps.get("fail_if"),
        when_absent=Outcome.FAIL,
        min_confidence=0.6,
    )


@pytest.mark.parametrize("expect", ["yes", "no"])
@pytest.mark.parametrize("says", [yes(SORRY, probability=1.0), Opinion("no", 1.0)])
def test_no_point_is_lost_on_its_word_alone(
    case_of: CaseOf, says: Opinion, expect: Literal["yes", "no"]
) -> None:
    case = replace(case_of(EN), judge=Oracle(says))
    asked = AskJudge(QUESTION, expect)
    outcomes = {
        judge(rule, case).outcome for rule in (criterion(pass_if=asked), criterion(fail_if=asked))
    }
    assert outcomes == {Outcome.PASS, Outcome.CANNOT_JUDGE}


def test_it_is_asked_only_where_the_rules_leave_it_open(case_of: CaseOf) -> None:
    oracle = Oracle(Opinion("no", 0.9))
    case = replace(case_of(EN), judge=oracle)
    said = build({"phrase": {"en": ["so sorry"]}})
    assert judge(criterion(pass_if=AnyOf((said, AskJudge(QUESTION)))), case).outcome is Outcome.PASS
    assert oracle.asked == []
    unsaid = build({"phrase": {"en": ["good grief"]}})
    both = criterion(pass_if=AnyOf((unsaid, AskJudge(QUESTION))))
    assert judge(both, case).outcome is Outcome.FAIL
    assert len(oracle.asked) == 1


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        (yes(SORRY), Outcome.PASS),
        (yes(SORRY, probability=0.55), Outcome.CANNOT_JUDGE),
        (yes(Quote(3, "terribly sorry")), Outcome.CANNOT_JUDGE),
        (Opinion("no", 0.9), Outcome.CANNOT_JUDGE),
        (Opinion("no", 0.55), Outcome.CANNOT_JUDGE),
        (Opinion("not_applicable", 0.99), Outcome.CANNOT_JUDGE),
        (Reason("silent.judge_unreachable"), Outcome.CANNOT_JUDGE),
    ],
)
def test_only_a_sure_and_proved_answer_settles_a_criterion(
    case_of: CaseOf, says: Opinion | Reason, outcome: Outcome
) -> None:
    case = replace(case_of(EN), judge=Oracle(says))
    assert judge(criterion(pass_if=AskJudge(QUESTION)), case).outcome is outcome


def test_as_a_condition_what_does_not_apply_takes_the_criterion_out(case_of: CaseOf) -> None:
    rule = criterion(
        applies_if=AskJudge(QUESTION, speaker=Role.CUSTOMER),
        pass_if=build({"phrase": {"en": ["so sorry"]}}),
    )
    case = replace(case_of(EN), judge=Oracle(Opinion("not_applicable", 0.9)))
    assert judge(rule, case).outcome is Outcome.NOT_APPLICABLE
    down = replace(case, judge=Oracle(Reason("silent.judge_unreachable")))
    assert judge(rule, down).outcome is Outcome.CANNOT_JUDGE
    assert judge(rule, replace(case, judge=None)).outcome is Outcome.NOT_MEASURABLE


@pytest.mark.parametrize(
    ("says", "silent"),
    [
        (Reason("silent.judge_resting"), True),
        (Reason("unsure.judge_malformed"), False),
        (Opinion("no", 0.9), False),
    ],
)
def test_a_silence_is_noted_also_where_the_verdict_has_another_reason(
    case_of: CaseOf, says: Opinion | Reason, *, silent: bool
) -> None:
    attended = Attended(Oracle(says))
    case = replace(case_of("A: I will check what is going on?"), judge=attended)
    rule = criterion(pass_if=AnyOf((build({"question": {}}), AskJudge(QUESTION))))
    assert judge(rule, case).reason.code == "unsure.question"
    assert attended.silent is silent


@pytest.mark.parametrize(
    ("written", "expect"), [("yes", "yes"), ("no", "no"), ('"no"', "no"), ('"yes"', "yes")]
)
def test_a_rubric_writes_the_expected_answer_as_yaml_reads_it(written: str, expect: str) -> None:
    text = json.dumps({"zh": "文", "en": "text"})
    rubric = parse(
        f"""
schema: 1
id: mine
version: 2026.1.1
title: {text}
sections: [{{id: all, title: {text}}}]
criteria:
  - {{id: a, section: all, title: {text}, standard: {text}, example: {text}, points: 5,
      applies_if: {{any: [{{phrase: {{en: [parcel]}}}}, {{judge: {{question: {text}}}}}]}},
      pass_if: {{not: {{judge: {{question: {text}, expect: {written}, speaker: anyone}}}}}}}}
"""
    )
    assert [(asked.expect, asked.speaker) for asked in questions(rubric)] == [
        ("yes", Role.AGENT),
        (expect, None),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    [
        Reason("found.judge", {"speaker": "agent", "at_s": 1.0}),
        Reason("absent.judge", {"speaker": "agent", "start_s": 0.0, "end_s": 9.0}),
        Reason("absent.judge_not_applicable"),
        Reason("missing.judge"),
        Reason("unsure.judge_vague", {"percent": 12}),
        Reason("unsure.judge_quote"),
        Reason("unsure.judge_speaker"),
        Reason("unsure.judge_unproved"),
        Reason("unsure.judge_not_applicable"),
        Reason("unsure.judge_cut", {"count": 3}),
        Reason("unsure.judge_malformed"),
        Reason("unsure.judge_refused", {"status": 400}),
        Reason("silent.judge_unreachable"),
        Reason("silent.judge_slow", {"timeout_s": 3.0}),
        Reason("silent.judge_refused", {"status": 503}),
        Reason("silent.judge_resting"),
        Reason("silent.judge_failed", {"kind": "OutOfMemoryError"}),
    ],
)
def test_every_reason_is_worded(reason: Reason, language: Language) -> None:
    worded = render(reason, language)
    assert "{" not in worded
    assert all(
        str(value).split(".")[0] in worded for value in reason.params.values() if value != "agent"
    )
