from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.store.searching import MAX_TERM_LENGTH, MAX_TERMS, search_form, search_terms, search_text


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("您好，请问", "您好 请问"),
        ("欢迎致电云帆", "欢迎 致电，云帆。"),
        ("ＶＩＰ", "vip"),
        ("Refund", "REFUND"),
        ("STRASSE", "straße"),
        ("c-1001_2", "C-1001_2"),
    ],
)
def test_what_is_typed_is_found_however_it_was_written(typed: str, stored: str) -> None:
    assert search_form(typed) == search_form(stored).strip("。")


def test_identifiers_keep_their_punctuation() -> None:
    assert search_form("2026-03-01_0001.wav") == "2026-03-01_0001.wav"


def test_fields_are_lines_so_that_no_match_spans_two() -> None:
    assert search_text(("C-1", None, "", "退款", "再见")) == "c-1\n退款\n再见"


def test_every_word_of_a_search_is_a_term_once() -> None:
    assert search_terms("  Thank  you thank 谢谢 ") == ("thank", "you", "谢谢")


@pytest.mark.parametrize("blank", ["", "   ", "\u3000", "\t\n"])
def test_a_blank_search_has_no_terms(blank: str) -> None:
    assert search_terms(blank) == ()


@given(st.text())
def test_terms_are_bounded_whatever_is_pasted(pasted: str) -> None:
    terms = search_terms(pasted * 50)
    assert len(terms) <= MAX_TERMS
    assert all(0 < len(term) <= MAX_TERM_LENGTH for term in terms)
