"""Regular expressions over the text as it is shown, and what is refused of them."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable
from typing import Any

import pytest

from qa.domain.detectors.base import Answer, Case, Toolbox
from qa.domain.detectors.registry import PhraseInvalid, build
from qa.interop.regexes import compile_regex

CaseOf = Callable[..., Case]
TOOLS = Toolbox(regex=compile_regex)


def regex(**fields: Any) -> Any:
    return build({"regex": fields}, TOOLS)


CALL = (
    "A: 好的，您的订单号是305。请稍等\nC: 我的订单号是123\nA: Your Order No. is AB-12, all right?"
)


@pytest.mark.parametrize(
    ("fields", "quote"),
    [
        ({"zh": [r"订单(号|编号)[是为]?\d{3}"]}, "好的，您的订单号是305。"),
        ({"en": [r"order no\. is [A-Z]{2}-\d+"]}, "Your Order No. is AB-12, all right?"),
        ({"zh": ["。请"]}, "好的，您的订单号是305。请稍等"),
        ({"speaker": "customer", "zh": [r"\d+"]}, "我的订单号是123"),
    ],
)
def test_an_expression_matches_the_text_with_its_marks(
    case_of: CaseOf, fields: dict[str, Any], quote: str
) -> None:
    finding = regex(**fields).find(case_of(CALL))
    assert finding.answer is Answer.YES
    assert [clip.quote for clip in finding.evidence] == [quote]


@pytest.mark.parametrize(
    "fields",
    [
        {"zh": ["订单号是123"]},
        {"zh": ["305。.*Your"]},
        {"zh": ["订单号"], "within": {"last_turns": 1}},
        {"zh": [r"订单号是\d"], "except": {"zh": ["是305"]}},
    ],
)
def test_the_customers_words_other_turns_and_exceptions_do_not_count(
    case_of: CaseOf, fields: dict[str, Any]
) -> None:
    finding = regex(**fields).find(case_of(CALL))
    assert finding.answer is Answer.NO
    assert finding.searched is not None


def test_a_match_by_an_unknown_voice_is_for_a_person(case_of: CaseOf) -> None:
    finding = regex(zh=["订单"]).find(case_of("A: 您好\nU: 订单\nA: 好"))
    assert finding.answer is Answer.UNSURE


def test_the_clip_is_as_long_as_the_words_that_match(case_of: CaseOf) -> None:
    case = case_of("A: 您的订单号是三百零五。谢谢")
    (clip,) = regex(zh=["三百零五"]).find(case).evidence
    words = case.transcript.turns[0].words
    assert clip.start_s == pytest.approx(words[6].start_s)
    assert clip.end_s == pytest.approx(words[9].end_s)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("(?P<x", "capture group"),
        ("(x{1000}){1000}", "repetition"),
        ("a(?=b)", "perl operator"),
        (r"(a)\1", "escape"),
        ("x*", "nothing is said"),
        ("", "nothing is said"),
        ("^", "nothing is said"),
        ("a" * 501, "longer than 500"),
        (r"((((\pL{1,31}){1,31})){1,31})", ""),
    ],
)
def test_an_expression_that_is_unsafe_or_senseless_is_refused(source: str, says: str) -> None:
    with pytest.raises(PhraseInvalid, match="regular expression") as caught:
        regex(zh=[source])
    assert says in str(caught.value)
    assert repr(source) in str(caught.value)


def test_an_expression_that_explodes_elsewhere_takes_no_time() -> None:
    begun = time.thread_time()
    assert list(compile_regex("(a+)+$").spans("a" * 50_000 + "b")) == []
    assert list(compile_regex("(a|a)*c").spans("a" * 50_000)) == []
    assert time.thread_time() - begun < 1


def test_without_a_compiler_an_expression_is_refused() -> None:
    with pytest.raises(PhraseInvalid, match="nothing that compiles"):
        build({"regex": {"zh": ["a"]}})


def test_a_compiled_expression_travels_to_other_processes() -> None:
    compiled = compile_regex("订单号")
    assert pickle.loads(pickle.dumps(compiled)) == compiled  # noqa: S301 - our own bytes
