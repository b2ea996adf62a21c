from __future__ import annotations

from models.hypothesis import Piece
from models.windows import Window
from models.wording import simplified, words_of
from qa.domain.transcript import Span
from tests.unit.recognition import pieces

WHOLE = Window((Span(0, 30),))


def worded(language: str, *texts: str) -> list[str]:
    return [word.text for word in words_of(pieces(*texts), WHOLE, [Span(0, 30)], language=language)]


def test_parts_of_a_word_and_its_punctuation_are_one_word() -> None:
    assert worded("en", " re", "-", "fund", " is", " $", "20", ".", " OK", "?") == [
        "re-fund",
        "is",
        "$20.",
        "OK?",
    ]


def test_chinese_characters_stay_apart_and_keep_their_punctuation() -> None:
    assert worded("zh", "您", "好", "，", "云", "帆", "。") == ["您", "好，", "云", "帆。"]


def test_an_english_name_in_a_chinese_sentence_is_one_word() -> None:
    assert worded("zh", "我", "用", "i", "Phone", "和", "5", "G") == [
        "我",
        "用",
        "iPhone",
        "和",
        "5G",
    ]


def test_an_opening_mark_belongs_to_the_word_it_opens() -> None:
    assert worded("zh", "《", "服", "务", "》") == ["《服", "务》"]


def test_traditional_characters_become_simplified_word_by_word() -> None:
    assert worded("zh", "請", "問", "您", "滿", "意", "嗎", "？") == [
        "请",
        "问",
        "您",
        "满",
        "意",
        "吗？",
    ]


def test_what_a_character_becomes_depends_on_its_neighbours() -> None:
    assert simplified(["乾", "淨", "的", "乾", "坤"]) == ["干", "净", "的", "乾", "坤"]


def test_simplifying_keeps_the_number_of_words() -> None:
    texts = ["帳", "戶", "裡", "the", "面"]

    assert len(simplified(texts)) == len(texts)


def test_a_pause_that_alignment_gave_to_a_word_is_cut_off() -> None:
    stretched = (Piece(" Hello", 0.5, 4.0, 0.9), Piece(" sir.", 4.0, 4.4, 0.8))

    first, _ = words_of(stretched, WHOLE, [Span(3.4, 10)], language="en")

    assert (first.start_s, first.end_s) == (3.4, 4.0)


def test_no_word_lasts_longer_than_words_do() -> None:
    (word,) = words_of((Piece("好", 1.0, 6.0, 0.9),), WHOLE, [Span(0, 30)], language="zh")

    assert word.end_s - word.start_s <= 0.8
    assert word.end_s == 6.0


def test_marks_after_a_chinese_character_are_chinese_ones() -> None:
    assert worded("zh", "您", "好", ",", "请", "问", "?", "谢", "谢", "!") == [
        "您",
        "好，",
        "请",
        "问？",
        "谢",
        "谢！",
    ]


def test_three_full_stops_are_an_ellipsis() -> None:
    assert worded("zh", "嗯", "...", "好", "...?") == ["嗯……", "好……？"]


def test_marks_that_belong_to_a_number_or_an_english_name_stay_as_they_are() -> None:
    assert worded("zh", "一", "共", "2", "0.", "5", "0", "元", ".") == ["一", "共", "20.50", "元。"]
    assert worded("zh", "用", "i", "Phone", ",") == ["用", "iPhone,"]
    assert worded("en", " 好", ",", " okay", ".") == ["好,", "okay."]


def test_what_the_recogniser_wrote_is_kept_where_it_was_changed() -> None:
    words = words_of(
        pieces("請", "問", "您", "好", ",", "OK", "。"), WHOLE, [Span(0, 30)], language="zh"
    )

    assert [(word.text, word.original) for word in words] == [
        ("请", "請"),
        ("问", "問"),
        ("您", ""),
        ("好，", "好,"),
        ("OK。", ""),
    ]


def test_english_is_written_as_it_came() -> None:
    words = words_of(pieces(" Hello", ",", " sir."), WHOLE, [Span(0, 30)], language="en")

    assert [word.original for word in words] == ["", ""]
