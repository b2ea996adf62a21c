"""How a model is asked: nothing that is said in a call can pass for more than words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.judge_prompts import CLOSES, ON_THE_WIRE, OPENS, WORDS, messages, numbered, transcript
from qa.domain.call import Role
from qa.domain.detectors.base import Line
from qa.domain.wording import LANGUAGES, Language


def test_answers_on_the_wire_are_told_apart_by_their_first_letter() -> None:
    assert len({word[0] for word in ON_THE_WIRE.values()}) == len(ON_THE_WIRE) == 3
    assert all(set(WORDS[language]) == set(ON_THE_WIRE) for language in LANGUAGES)


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_whatever_is_said_stays_one_line_in_quotation_marks(text: str, language: Language) -> None:
    (shown,) = numbered([Line(Role.CUSTOMER, text)], language)
    assert len(shown.splitlines()) == 1
    number, _, rest = shown.partition(" ")
    speaker, _, quoted = rest.partition(": ")
    assert (number, speaker) == ("1", {"zh": "客户", "en": "customer"}[language])
    said = json.loads(quoted)
    assert not set("<>[]{}|") & set(said)
    assert all(mark.isprintable() or mark == " " for mark in said)


def test_what_is_left_out_is_told_and_the_numbers_stay() -> None:
    shown = numbered([Line(Role.AGENT, f"line {n}") for n in range(1, 6)], "en")
    assert transcript(shown, "en", (2, 4)).splitlines() == [
        OPENS,
        '1 agent: "line 1"',
        "(lines 2 to 4 are left out)",
        '5 agent: "line 5"',
        CLOSES,
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_for_an_endpoint_has_its_form_behind_the_call(language: Language) -> None:
    told = messages("Q?", [Line(Role.AGENT, "hello")], None, language)
    assert [message["role"] for message in told] == ["system", "user"]
    said, _, asked = told[1]["content"].partition(CLOSES)
    assert '"hello"' in said
    assert "Q?" in asked
    assert all(f'"{word}"' in asked for word in ON_THE_WIRE.values())
