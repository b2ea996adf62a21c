"""``semantic`` and ``head``: what is found by its meaning, and what it may never cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.head import asks_encoder
from qa.domain.detectors.meaning import LONGEST, sentences
from qa.domain.detectors.registry import build
from qa.domain.detectors.trace import Trace
from qa.domain.rubric import Criterion, Level
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.scoring import judge
from qa.domain.transcript import Span
from qa.domain.wording import LANGUAGES, Text, render
from qa.interop.rubric_yaml import schema
from tests.unit.meanings import PairEncoder, head_for, meanings

CaseOf = Callable[..., Case]

CALL = """
A: 您好，云帆科技。
C: 路由器没有收到。
A: 您的路由器没有收到，我理解得对不对？
C: 对。
A: 明天上午给您送到。
"""
SAME = "您的路由器没有收到，我理解得对不对"
NEAR = "您的路由器没有收到，我来处理"
LIKE = {"semantic": {"like": {"zh": [SAME]}}}
HEAD = {"head": {"name": "confirm_need"}}
ABSENT = {"phrase": {"zh": ["是这个意思吗"]}}
PRESENT = {"phrase": {"zh": ["您好"]}}
TEXT = Text("", "")


def with_heads(case: Case, sentence: str = SAME, **marks: float) -> Case:
    return replace(case, semantics=meanings(confirm_need=head_for(sentence, **marks)))


def found(spec: dict[str, Any], case: Case) -> Finding:
    return build(spec).find(case)


def criterion(*levels: Level, **rules: Any) -> Criterion:
    return Criterion(
        id="c",
        section="s",
        title=TEXT,
        standard=TEXT,
        example=TEXT,
        points=10,
        critical=False,
        applies_if=build(rules["applies_if"]) if "applies_if" in rules else None,
        pass_if=build(rules["pass_if"]) if "pass_if" in rules else None,
        fail_if=build(rules["fail_if"]) if "fail_if" in rules else None,
        when_absent=Outcome.FAIL,
        min_confidence=0.6,
        levels=levels,
    )


def verdict(case: Case, **rules: Any) -> Verdict:
    return judge(criterion(**rules), case)


# --- what is found -----------------------------------------------------------------------------


@pytest.mark.parametrize("spec", [LIKE, HEAD], ids=["semantic", "head"])
def test_a_sentence_of_that_meaning_is_found_with_its_clip(case_of: CaseOf, spec: Any) -> None:
    finding = found(spec, with_heads(case_of(CALL)))

    assert finding.answer is Answer.YES
    assert [clip.quote for clip in finding.evidence] == ["您的路由器没有收到，我理解得对不对？"]
    assert finding.certainty.detector >= 0.75
    assert finding.learned
    assert all(render(finding.reason, language) for language in LANGUAGES)


@pytest.mark.parametrize("spec", [LIKE, HEAD], ids=["semantic", "head"])
def test_nothing_of_that_meaning_is_a_no_with_the_window_searched(
    case_of: CaseOf, spec: Any
) -> None:
    case = with_heads(case_of("A: 您好，云帆科技。\nC: 喂\nA: 明天上午给您送到。"))
    finding = found(spec, case)
    assert finding.answer is Answer.NO
    assert finding.searched is not None
    assert all(render(finding.reason, language) for language in LANGUAGES)


@pytest.mark.parametrize("spec", [LIKE, HEAD], ids=["semantic", "head"])
def test_without_an_encoder_both_lack_their_data(case_of: CaseOf, spec: Any) -> None:
    finding = found(spec, case_of(CALL))
    assert (finding.answer, finding.reason.code) == (Answer.MISSING, "missing.encoder")


def test_a_head_that_is_not_in_use_lacks_its_data(case_of: CaseOf) -> None:
    finding = found({"head": {"name": "thanks"}}, with_heads(case_of(CALL)))
    assert (finding.answer, finding.reason.code) == (Answer.MISSING, "missing.head")
    assert "thanks" in render(finding.reason, "en")


def test_between_its_marks_a_head_is_unsure_and_shows_why(case_of: CaseOf) -> None:
    finding = found(HEAD, with_heads(case_of(CALL), sure=0.995))
    assert finding.answer is Answer.UNSURE
    assert finding.evidence[0].quote.startswith("您的路由器")


def test_a_counter_example_that_is_as_near_leaves_it_unsure(case_of: CaseOf) -> None:
    case = with_heads(case_of(CALL))
    unlike = {"semantic": {**LIKE["semantic"], "unlike": {"zh": [SAME]}}}
    far = {"semantic": {**LIKE["semantic"], "unlike": {"zh": ["今天天气不错"]}}}
    assert found(unlike, case).answer is Answer.UNSURE
    assert found(far, case) == found(LIKE, case)


def test_nearer_to_a_counter_example_than_to_any_example_is_a_no(case_of: CaseOf) -> None:
    spec = {"semantic": {"like": {"zh": [NEAR]}, "unlike": {"zh": [SAME]}, "at_least": 0.4}}
    assert found(spec, with_heads(case_of(CALL))).answer is Answer.NO


def test_just_under_the_mark_is_unsure(case_of: CaseOf) -> None:
    case = with_heads(case_of(CALL))
    alike = case.semantics.likeness([SAME], [NEAR])[0] if case.semantics else 0.0
    for above, answer in (
        (-0.01, Answer.YES),
        (0.02, Answer.UNSURE),
        (0.1, Answer.NO),
    ):
        spec = {"semantic": {"like": {"zh": [NEAR]}, "at_least": round(alike + above, 4)}}
        assert found(spec, case).answer is answer, above


def test_the_customers_words_are_not_the_agents(case_of: CaseOf) -> None:
    swapped = CALL.replace("A:", "X:").replace("C:", "A:").replace("X:", "C:")
    assert found(HEAD, with_heads(case_of(swapped), maybe=0.8)).answer is Answer.NO
    anybody = {"head": {"name": "confirm_need", "speaker": "anyone"}}
    assert found(anybody, with_heads(case_of(swapped))).answer is Answer.YES


def test_words_of_nobody_known_are_a_hint(case_of: CaseOf) -> None:
    case = case_of("A: 您好\nU: 您的路由器没有收到，我理解得对不对？\nA: 明天送到")
    finding = found(HEAD, with_heads(case))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.speaker")


def test_only_what_is_said_in_the_window_counts(case_of: CaseOf) -> None:
    case = with_heads(case_of(CALL))
    for turns, answer in ((1, Answer.NO), (2, Answer.YES)):
        spec = {"head": {"name": "confirm_need", "within": {"first_turns": turns}}}
        assert found(spec, case).answer is answer


# --- sentences ---------------------------------------------------------------------------------


def test_a_sentence_without_end_is_cut_at_its_commas(case_of: CaseOf) -> None:
    clause = "我给您看一下这个订单，"
    stream = case_of("A: " + clause * 12).streams[Role.AGENT]
    parts = list(sentences(stream, Span(0, 1e9)))
    assert "".join(text for text, _ in parts) == clause * 12
    assert all(text.endswith("，") for text, _ in parts)
    assert all(match.last - match.first < LONGEST for _, match in parts)


def test_a_sentence_without_comma_is_cut_all_the_same(case_of: CaseOf) -> None:
    stream = case_of("A: " + "好" * 100).streams[Role.AGENT]
    assert [len(text) for text, _ in sentences(stream, Span(0, 1e9))] == [LONGEST, LONGEST, 20]


def test_single_words_are_not_looked_at(case_of: CaseOf) -> None:
    stream = case_of("A: 嗯。好的。Okay. Thank you.").streams[Role.AGENT]
    assert [text for text, _ in sentences(stream, Span(0, 1e9))] == ["好的。", "Thank you."]


# --- the rules first ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "asked"),
    [
        ({"any": [HEAD, PRESENT]}, False),
        ({"any": [HEAD, ABSENT]}, True),
        ({"all": [HEAD, ABSENT]}, False),
        ({"all": [HEAD, PRESENT]}, True),
        ({"none": [{"any": [HEAD]}, PRESENT]}, False),
        ({"at_least": {"count": 2, "of": [HEAD, PRESENT, PRESENT]}}, False),
        ({"at_least": {"count": 2, "of": [HEAD, PRESENT, ABSENT]}}, True),
    ],
)
def test_the_encoder_is_asked_only_where_the_rules_leave_it_open(
    case_of: CaseOf, spec: dict[str, Any], asked: bool
) -> None:
    case = with_heads(case_of(CALL))
    encoder: PairEncoder = case.semantics._encoder  # type: ignore[union-attr]
    found(spec, case)
    assert bool(encoder.encoded) is asked


def test_beside_a_phrase_that_settles_it_nothing_changes(case_of: CaseOf) -> None:
    plain = case_of(CALL)
    case = with_heads(plain, "没有这样的话")
    for phrase in (ABSENT, PRESENT):
        assert found({"any": [phrase, HEAD]}, case) == found(phrase, plain)
        assert found({"any": [phrase, HEAD]}, plain) == found(phrase, plain)


# --- a model's word never costs a point --------------------------------------------------------


def test_a_head_earns_what_the_phrases_missed(case_of: CaseOf) -> None:
    rule = {"any": [ABSENT, HEAD]}
    assert verdict(case_of(CALL), pass_if=rule).outcome is Outcome.FAIL
    saved = verdict(with_heads(case_of(CALL)), pass_if=rule)
    assert (saved.outcome, saved.points) == (Outcome.PASS, 10)
    assert saved.evidence


@pytest.mark.parametrize(
    "rules",
    [
        {"fail_if": HEAD},
        {"fail_if": {"any": [ABSENT, HEAD]}},
        {"fail_if": {"all": [PRESENT, HEAD]}},
        {"pass_if": {"none": [HEAD]}},
        {"pass_if": {"not": HEAD}},
        {"pass_if": {"not": {"any": [ABSENT, HEAD]}}},
        {"pass_if": ABSENT, "applies_if": HEAD},
        {"pass_if": {"before": {"anchor": HEAD, "find": ABSENT}}},
        {"fail_if": {"after": {"anchor": HEAD, "find": {"phrase": {"zh": ["明天"]}}}}},
        {"pass_if": {"each": {"of": HEAD, "has": ABSENT}}},
        {"pass_if": {"all": [PRESENT, {"not": HEAD}]}},
    ],
    ids=str,
)
def test_what_a_head_alone_says_against_the_agent_is_for_a_person(
    case_of: CaseOf, rules: dict[str, Any]
) -> None:
    got = verdict(with_heads(case_of(CALL)), **rules)
    assert (got.outcome, got.reason.code) == (Outcome.CANNOT_JUDGE, "doubt.model")
    assert all(render(got.reason, language) for language in LANGUAGES)


def test_a_head_alone_that_finds_nothing_fails_nobody(case_of: CaseOf) -> None:
    got = verdict(with_heads(case_of(CALL), "没有这样的话"), pass_if=HEAD)
    assert got.outcome is Outcome.CANNOT_JUDGE


def test_what_breaks_a_rule_of_words_fails_whatever_a_head_thinks(case_of: CaseOf) -> None:
    got = verdict(with_heads(case_of(CALL)), fail_if={"any": [PRESENT, HEAD]})
    assert got.outcome is Outcome.FAIL


def test_on_a_scale_a_head_earns_the_whole_or_settles_nothing(case_of: CaseOf) -> None:
    def on_a_scale(case: Case, *shares: tuple[float, Any]) -> Verdict:
        levels = tuple(Level(share, TEXT, build(spec) if spec else None) for share, spec in shares)
        return judge(criterion(*levels), case)

    yes, no = with_heads(case_of(CALL)), with_heads(case_of(CALL), "没有这样的话")
    assert on_a_scale(yes, (1.0, HEAD), (0.0, None)).outcome is Outcome.PASS
    assert on_a_scale(no, (1.0, HEAD), (0.0, None)).outcome is Outcome.CANNOT_JUDGE
    assert on_a_scale(yes, (1.0, ABSENT), (0.5, HEAD), (0.0, None)).outcome is Outcome.CANNOT_JUDGE
    assert on_a_scale(yes, (1.0, {"not": HEAD}), (0.0, None)).outcome is Outcome.CANNOT_JUDGE
    assert on_a_scale(no, (1.0, {"any": [ABSENT, HEAD]}), (0.0, None)).outcome is Outcome.FAIL


def test_an_explanation_asks_as_little_as_the_verdict_does(case_of: CaseOf) -> None:
    for spec, asked in (({"any": [PRESENT, HEAD]}, False), ({"any": [ABSENT, HEAD]}, True)):
        case, trace = with_heads(case_of(CALL)), Trace()
        assert judge(trace.watched(criterion(pass_if=spec)), case) == verdict(case, pass_if=spec)
        head = next(part for part in trace.seen[0].parts if part.operator == "head")
        assert (head.finding is not None) is asked
        assert head.settings["name"] == "confirm_need"


@pytest.mark.parametrize(
    "spec",
    [
        {"semantic": {}},
        {"semantic": {"like": {}}},
        {"semantic": {"like": {"zh": []}}},
        {"semantic": {"like": {"zh": ["您好"]}, "at_least": 1.5}},
        {"semantic": {"like": {"zh": ["您好"] * 51}}},
        {"head": {}},
        {"head": {"name": "Not An Id"}},
        {"head": {"name": "thanks", "like": {"zh": ["您好"]}}},
    ],
    ids=str,
)
def test_the_schema_refuses_what_makes_no_sense(spec: dict[str, Any]) -> None:
    detector = {"$ref": "#/$defs/detector", "$defs": schema()["$defs"]}
    assert list(Draft202012Validator(detector).iter_errors(spec))
    assert not list(Draft202012Validator(detector).iter_errors(LIKE))
    assert not list(Draft202012Validator(detector).iter_errors(HEAD))


def test_a_rubric_is_known_to_ask_the_encoder_however_deep(case_of: CaseOf) -> None:
    assert not asks_encoder(build(PRESENT))
    assert asks_encoder(build({"each": {"of": PRESENT, "has": {"not": {"any": [ABSENT, HEAD]}}}}))
    assert asks_encoder((criterion(Level(1, TEXT, build(LIKE))),))
