"""The table of operators and the schema say the same."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from qa.domain.detectors.account_words import FACTS
from qa.domain.detectors.base import Toolbox
from qa.domain.detectors.order import UNANCHORED
from qa.domain.detectors.question_form import FORMS
from qa.domain.detectors.read_numbers import NUMBERS
from qa.domain.detectors.registry import PhraseInvalid, build
from qa.domain.detectors.signal import KINDS
from qa.interop.regexes import compile_regex
from qa.interop.rubric_yaml import schema

PHRASE = {"phrase": {"zh": ["您好"]}}


def operators() -> dict[str, Any]:
    found: dict[str, Any] = schema()["$defs"]["detector"]["properties"]
    return found


def faults(spec: Any) -> list[str]:
    detector = {"$ref": "#/$defs/detector", "$defs": schema()["$defs"]}
    return [error.message for error in Draft202012Validator(detector).iter_errors(spec)]


def test_the_schema_lists_what_each_operator_takes() -> None:
    known = operators()
    assert set(known["question"]["properties"]["form"]["enum"]) == set(FORMS)
    assert set(known["signal"]["properties"]["kind"]["enum"]) == set(KINDS)
    assert set(known["before"]["properties"]["unanchored"]["enum"]) == set(UNANCHORED)
    assert set(known["privacy_readout"]["properties"]["numbers"]["items"]["enum"]) == set(NUMBERS)
    assert set(known["account_facts"]["properties"]["facts"]["items"]["enum"]) == set(FACTS)


@pytest.mark.parametrize(
    "spec",
    [
        {"not": PHRASE},
        {"phrase": {"zh": ["您好", "请"], "need": 2}},
        {"phrase": {"zh": ["您好", "请"], "need": "all"}},
        {"regex": {"en": ["a+b"], "within": {"before_turns": 2}}},
        {"question": {}},
        {"question": {"form": "closed", "except": {"zh": ["满意"]}, "speaker": "customer"}},
        {"repetition": {}},
        {"repetition": {"times": 2, "speaker": "anyone"}},
        {"before": {"anchor": PHRASE, "find": {"question": {}}, "hit": -1}},
        {"before": {"anchor": PHRASE, "find": PHRASE, "unanchored": "nothing"}},
        {"after": {"anchor": PHRASE, "find": PHRASE, "hit": 3}},
        {"signal": {"kind": "hold", "at_least_s": 8}},
        {"signal": {"kind": "response_gap", "at_least_s": 3, "by": "customer"}},
        {"signal": {"kind": "dead_air", "at_least_s": 3, "by": "anyone"}},
        {"signal": {"kind": "rate", "at_most": {"zh": 300, "en": 180}}},
        {"signal": {"kind": "talk_share", "at_least": 0.2, "at_most": 0.7}},
        {"privacy_readout": {"numbers": ["card"]}},
        {"account_facts": {"facts": ["balance"]}},
    ],
)
def test_what_the_schema_allows_can_be_built(spec: dict[str, Any]) -> None:
    assert faults(spec) == []
    assert build(spec, Toolbox(regex=compile_regex)) is not None


@pytest.mark.parametrize(
    "spec",
    [
        {"not": [PHRASE]},
        {"phrase": {"zh": ["您好"], "need": 0}},
        {"phrase": {"zh": ["您好"], "need": "some"}},
        {"regex": {"zh": []}},
        {"regex": {}},
        {"question": {"form": "rhetorical"}},
        {"repetition": {"times": 1}},
        {"before": {"anchor": PHRASE}},
        {"before": {"anchor": PHRASE, "find": PHRASE, "hit": 0}},
        {"after": {"anchor": PHRASE, "find": PHRASE, "unanchored": "whole"}},
        {"signal": {"kind": "hold"}},
        {"signal": {"kind": "hold", "at_least": 8}},
        {"signal": {"kind": "rate"}},
        {"signal": {"kind": "rate", "at_least_s": 3}},
        {"signal": {"kind": "rate", "at_most": {"zh": 300}}},
        {"signal": {"kind": "rate", "at_most": 300, "by": "anyone"}},
        {"privacy_readout": {"numbers": ["order"]}},
        {"account_facts": {"facts": []}},
    ],
)
def test_what_makes_no_sense_is_refused_by_the_schema(spec: dict[str, Any]) -> None:
    assert faults(spec)


def test_more_parts_cannot_be_asked_for_than_there_are() -> None:
    part = {"metadata": {"field": "queue", "one_of": ["billing"]}}
    with pytest.raises(PhraseInvalid, match="`count` is 3, and there are 2 parts"):
        build({"at_least": {"count": 3, "of": [part, part]}})
