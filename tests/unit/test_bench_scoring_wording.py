from __future__ import annotations

from pathlib import Path

import pytest

from bench.scoring import damage, golden, wording
from bench.scoring.chance import chance
from qa import bootstrap
from qa.domain.call import Role
from qa.domain.dialogue import Dialogue
from qa.domain.scorecard import Outcome

ENGLISH = """
language: en
record: {direction: inbound, ring_seconds: 7, ended_by: customer}
timed: true
turns:
  - agent: Good morning, Northwind, Amir speaking. Sorry about the colour, sir.
  - customer: Hi Amir. My wife says he's late, and I'm going to tell Mr Okafor.
  - hold: 12
  - agent: Mr Okafor isn't here. I was calling about something, okay?
    cuts_in_s: 0.5
expected: {greeting: pass, hold_notice: fail}
"""
CHINESE = """
language: zh
turns:
  - agent: 您好，云帆科技，我是小林，请问有什么可以帮您？
  - customer: 我姓孟，谢谢老师。
  - agent: 孟女士，您现在怎么打不开？其他的呢？
"""


def written(text: str, folder: Path) -> Dialogue:
    path = folder / "one.yaml"
    path.write_text(text, encoding="utf-8")
    (dialogue,) = bootstrap.dialogues(path)
    assert isinstance(dialogue, Dialogue)
    return dialogue


@pytest.fixture
def english(tmp_path: Path) -> Dialogue:
    return written(ENGLISH.replace("    cuts_in_s: 0.5\n", ""), tmp_path)


@pytest.fixture
def chinese(tmp_path: Path) -> Dialogue:
    return written(CHINESE, tmp_path)


def said(dialogue: Dialogue) -> str:
    return " ".join(turn.text for turn in dialogue.transcript.turns)


def test_a_dialogue_told_as_it_is_written_is_the_same(english: Dialogue) -> None:
    assert golden.told(english, golden.as_written) == english


def test_what_is_known_of_a_dialogue_stays_whatever_its_words(english: Dialogue) -> None:
    told = golden.told(english, str.upper)
    assert said(told) == said(english).upper()
    assert told.record == english.record
    assert told.expected == {"greeting": Outcome.PASS, "hold_notice": Outcome.FAIL}
    assert told.signals.silences[0].duration_s == pytest.approx(12.0)
    assert [turn.speaker for turn in told.transcript.turns] == [
        Role.AGENT,
        Role.CUSTOMER,
        Role.AGENT,
    ]


def test_a_turn_does_not_lose_all_its_words(english: Dialogue) -> None:
    assert said(golden.told(english, lambda _: "")) == said(english)


def test_english_names_change_everywhere_and_to_one_name_each(english: Dialogue) -> None:
    told = said(golden.told(english, wording.names(english, chance("test"))))
    assert "Amir" not in told
    assert "Okafor" not in told
    (agent,) = {name for name in wording.FIRST_NAMES if f"{name} speaking" in told}
    (third,) = {name for name in wording.FIRST_NAMES if f"Mr {name}" in told}
    assert agent != third
    assert f"Hi {agent}." in told
    assert told.count(f"Mr {third}") == 2
    assert "Northwind" in told


def test_chinese_names_change_and_thanks_are_no_name(chinese: Dialogue) -> None:
    told = said(golden.told(chinese, wording.names(chinese, chance("test"))))
    assert "孟" not in told
    assert "小林" not in told
    assert "谢谢老师" in told
    (name,) = {name for name in wording.OTHER_SURNAMES if f"姓{name}" in told}
    assert f"{name}女士" in told


def test_names_are_the_same_for_the_same_seed(chinese: Dialogue) -> None:
    once, again = (wording.names(chinese, chance("test")) for _ in range(2))
    assert golden.told(chinese, once) == golden.told(chinese, again)


def test_sexes_are_swapped_and_swapped_back(english: Dialogue, chinese: Dialogue) -> None:
    swap = wording.genders(english, chance("test"))
    assert swap("Sorry, sir. My wife says he's late, Mr Okafor.") == (
        "Sorry, madam. My husband says she's late, Ms Okafor."
    )
    for dialogue in (english, chinese):
        assert swap(said(dialogue)) != said(dialogue)
        assert swap(swap(said(dialogue))) == said(dialogue)


@pytest.mark.parametrize("text", ["这里没有别人。", "The others are here.", "a history of sirens"])
def test_words_that_only_hold_a_gendered_one_stay(english: Dialogue, text: str) -> None:
    assert wording.genders(english, chance("test"))(text) == text


def test_traditional_characters_are_read_as_simplified_ones(chinese: Dialogue) -> None:
    telling = wording.spelling(chinese, chance("test"))
    assert "請問" in telling("请问")
    told = golden.told(chinese, telling)
    assert said(told) == said(chinese)
    assert any(word.original for turn in told.transcript.turns for word in turn.words)


def test_british_becomes_american_and_back(english: Dialogue) -> None:
    telling = wording.spelling(english, chance("test"))
    assert telling("The colour, okay? A favor.") == "The color, ok? A favour."


def test_an_accent_is_written_down(english: Dialogue, chinese: Dialogue) -> None:
    drawled = wording.dialect(english, chance("test"))
    assert drawled("I was calling about something, I'm going to wait.") == (
        "I was callin' about something, I'm gonna wait."
    )
    assert wording.dialect(chinese, chance("test"))("怎么了，有什么事？") == "咋了，有啥事？"


def test_the_company_changes_in_both_languages(chinese: Dialogue) -> None:
    telling = wording.company(chinese, chance("test"), ("海棠电器", "Brightwater"))
    assert telling("云帆科技，就是Northwind") == "海棠电器，就是Brightwater"


@pytest.mark.parametrize(
    "text", ["您好，这里是云帆科技。请问有什么需要？", "Good morning, sir. Yes?"]
)
def test_lost_marks_take_no_words_with_them(text: str) -> None:
    rng = chance("test")
    told = {damage.without_marks(text, rng) for _ in range(20)}
    assert len(told) > 1
    assert {"".join(filter(str.isalnum, each)) for each in told} == {
        "".join(filter(str.isalnum, text))
    }


def test_the_point_of_a_number_is_no_mark() -> None:
    rng = chance("test")
    assert all("3.5" in damage.without_marks("It is 3.5 now.", rng) for _ in range(20))


def test_homophones_sound_the_same() -> None:
    from pypinyin import lazy_pinyin

    text = "您好请问有什么可以帮您" * 20
    told = damage.homophones(text, chance("test"))
    changed = [(old, new) for old, new in zip(text, told, strict=True) if old != new]
    assert 2 <= len(changed) <= 30
    assert all(lazy_pinyin(old) == lazy_pinyin(new) for old, new in changed)


def test_english_homophones_are_taken_for_whole_words() -> None:
    told = damage.homophones("wait to hear " * 40, chance("test")).split()
    assert set(told) <= {"wait", "weight", "to", "too", "two", "hear", "here"}
    assert len(set(told)) == 7


def test_a_few_words_are_dropped_and_the_rest_keep_their_order() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    kept = damage.dropped(text, chance("test")).split()
    assert 360 <= len(kept) <= 395
    places = [int(word.removeprefix("word")) for word in kept]
    assert places == sorted(set(places))


def test_dropped_chinese_stays_unspaced() -> None:
    told = damage.dropped("请问您的宽带账号是多少呢" * 10, chance("test"))
    assert " " not in told
    assert len(told) < 120
