"""A review's form, read."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from qa.domain.call import Role
from qa.domain.errors import InputInvalid
from qa.domain.review import Basis
from qa.domain.reviewing import Choice, Entry
from qa.domain.scorecard import Evidence, Outcome
from webapp.review.form import choice_code, clip_code, read

CLIP = Evidence(0.5, 3.0, Role.AGENT, "“Good morning”, 您好")


def test_a_form_is_read_as_the_page_wrote_it() -> None:
    sent = read(
        MultiDict(
            [
                ("scorecard", "abc"),
                ("base", "r1"),
                ("revision", "4"),
                ("note", "Calm."),
                ("greeting.choice", choice_code(Choice(Outcome.FAIL))),
                ("greeting.reason", "Not a word."),
                ("greeting.note", ""),
                ("greeting.evidence", clip_code(CLIP)),
                ("greeting.evidence", clip_code(CLIP)),
                ("empathy.choice", choice_code(Choice(Outcome.PASS, 1))),
                ("farewell.choice", ""),
            ]
        )
    )
    assert sent.basis == Basis("abc", "r1")
    assert sent.revision == 4
    assert sent.note == "Calm."
    assert sent.entries == {
        "greeting": Entry(Choice(Outcome.FAIL), "Not a word.", "", (CLIP, CLIP)),
        "empathy": Entry(Choice(Outcome.PASS, 1)),
        "farewell": Entry(None),
    }


def test_a_page_without_a_review_before_it_says_so() -> None:
    sent = read(MultiDict([("scorecard", "abc"), ("base", ""), ("revision", "0")]))
    assert sent.basis == Basis("abc", None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("greeting.choice", "excellent"),
        ("greeting.choice", "pass/best"),
        ("greeting.evidence", "not json"),
        ("greeting.evidence", "[" * 100_000),
        ("greeting.evidence", '{"start_s": 1, "end_s": 2, "speaker": "agent"}'),
        ("greeting.evidence", '{"start_s": 1, "end_s": 2, "speaker": "judge", "quote": ""}'),
        ("greeting.evidence", '{"start_s": "1", "end_s": 2, "speaker": "agent", "quote": ""}'),
        ("greeting.evidence", '{"start_s": true, "end_s": 2, "speaker": "agent", "quote": ""}'),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_by_its_field(name: str, value: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        read(MultiDict([(name, value)]))
    assert refused.value.field == name


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=6))
def test_any_other_form_is_read_or_refused_and_never_breaks(fields: dict[str, str]) -> None:
    with suppress(InputInvalid):
        read(MultiDict(fields))
