from __future__ import annotations

import pytest

from models.phonetics import phonetics

SOUNDS = phonetics()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("帆", "凡"),
        ("是", "四"),
        ("中", "宗"),
        ("南", "蓝"),
        ("英", "音"),
        ("夫", "胡"),
        ("您", "宁"),
        ("知", "资"),
        ("吃", "次"),
        ("安", "昂"),
        ("身", "生"),
        ("光", "关"),
        ("女", "旅"),
        ("方", "荒"),
        ("费", "会"),
        ("分", "昏"),
        ("风", "轰"),
        ("发", "花"),
    ],
)
def test_syllables_that_mandarin_speakers_mix_up_have_one_key(one: str, other: str) -> None:
    assert SOUNDS.key(one) == SOUNDS.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("帆", "天"), ("好", "花"), ("码", "卡"), ("方", "行"), ("会", "黑"), ("饭", "汉")],
)
def test_other_syllables_do_not(one: str, other: str) -> None:
    assert SOUNDS.key(one) != SOUNDS.key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("color", "colour"), ("knight", "nite"), ("phone", "fone")]
)
def test_spellings_of_one_english_sound_have_one_key(one: str, other: str) -> None:
    assert SOUNDS.key(one) == SOUNDS.key(other)


@pytest.mark.parametrize(("one", "other"), [("thank", "think"), ("bye", "buy"), ("hold", "held")])
def test_english_words_apart_by_a_vowel_stay_apart(one: str, other: str) -> None:
    assert SOUNDS.key(one) != SOUNDS.key(other)


def test_chinese_and_english_never_share_a_key() -> None:
    assert SOUNDS.key("妈") != SOUNDS.key("ma")


@pytest.mark.parametrize(
    "heard", ["云帆科技", "云凡科技", "允番科技", "云帆可及", "运返科技", "云方科技"]
)
def test_homophones_of_a_chinese_name_are_alike(heard: str) -> None:
    assert SOUNDS.likeness(heard, "云帆科技") >= 0.8


@pytest.mark.parametrize("heard", ["northwind", "northwinds", "northwin", "northwing"])
def test_slips_in_an_english_name_are_alike(heard: str) -> None:
    assert SOUNDS.likeness(heard, "northwind") >= 0.8


@pytest.mark.parametrize(
    ("heard", "name"),
    [("客服中心", "云帆科技"), ("northern", "northwind"), ("wind", "northwind"), ("你好", "云帆")],
)
def test_other_names_are_not(heard: str, name: str) -> None:
    assert SOUNDS.likeness(heard, name) < 0.8


def test_a_chinese_name_heard_in_latin_letters_is_alike() -> None:
    assert SOUNDS.likeness("yunfankeji", "云帆科技") >= 0.8
