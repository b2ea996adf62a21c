"""Written dialogues: their words, their times, what they measure, and how a fault is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from qa.domain.call import Direction, EndedBy, Role
from qa.domain.detectors.text import stream_of, tokens_of
from qa.domain.dialogue import Dialogue, WrittenTurn, written_call, written_words
from qa.domain.errors import DialogueInvalid
from qa.domain.records import Hearing
from qa.domain.scorecard import Outcome
from qa.interop import dialogue
from qa.services.export import transcript_line

YAML = """\
id: call
language: zh
about: A cut-in and a hold.
record: {direction: inbound, ring_seconds: 9, ended_by: customer, attributes: {transferred: yes}}
timed: true
turns:
  - agent: 您好，云帆科技，请问有什么可以帮您？
  - customer: 我家宽带昨晚开始就上不去网了，你们到底什么时候能修好。
  - agent: 我帮您查一下，请您稍等。
    cuts_in_s: 1.8
  - hold: 25
  - agent: 让您久等了。
expected: {greeting: pass, listening: fail}
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Any]]:
    """The dialogues of a file with some content."""

    def written(content: str | bytes, name: str = "call.yaml", **options: Any) -> list[Any]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(dialogue.read(path, **options))

    return written


def one(found: list[Any]) -> Dialogue:
    (only,) = found
    assert isinstance(only, Dialogue), only
    return only


def fault(found: list[Any]) -> DialogueInvalid:
    assert isinstance(found[-1], DialogueInvalid), found
    return found[-1]


# --- words and times ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您好，我是Lily。", ["您", "好，", "我", "是", "Lily。"]),
        ("I'm fine, thanks.", ["I'm", "fine,", "thanks."]),
        ("他说“好的”。再见", ["他", "说", "“好", "的”。", "再", "见"]),
        ("5G 套餐 199元", ["5G", "套", "餐", "199", "元"]),
        ("……嗯", ["……", "嗯"]),
    ],
)
def test_words_are_split_as_a_recogniser_splits_them(text: str, words: list[str]) -> None:
    assert [word for word, _ in written_words(text)] == words


@pytest.mark.parametrize("text", ["您好，我是Lily，工号6222。", "I can't, it's four fifty-two!"])
def test_a_written_turn_has_the_tokens_of_its_text(text: str) -> None:
    transcript, _ = written_call([WrittenTurn(Role.AGENT, text)])
    assert tuple(token.text for token in stream_of(transcript.turns).tokens) == tokens_of(text)


def test_times_are_what_saying_it_takes() -> None:
    transcript, signals = written_call(
        [WrittenTurn(Role.AGENT, "您好" * 9), WrittenTurn(Role.CUSTOMER, "one two three " * 9)]
    )
    agent, customer = transcript.turns
    assert agent.end_s - agent.start_s == pytest.approx(4.0)
    assert customer.start_s - agent.end_s == pytest.approx(0.4)
    assert customer.end_s - customer.start_s == pytest.approx(10.0)
    assert signals.duration_s >= customer.end_s
    assert {word.confidence for turn in transcript.turns for word in turn.words} == {1.0}


def test_a_turn_in_traditional_characters_is_put_into_simplified_ones(
    read: Callable[..., list[Any]],
) -> None:
    def simplified(texts: Any) -> list[str]:
        return [text.replace("雲", "云") for text in texts]

    found = one(read("坐席：雲端", "call.txt", simplified=simplified))
    (turn,) = found.transcript.turns
    assert turn.text == "云端"
    assert [(word.text, word.original) for word in turn.words] == [("云", "雲"), ("端", "")]


# --- YAML --------------------------------------------------------------------------------------


def test_a_timed_dialogue_measures_its_hold_and_its_cut_in(read: Callable[..., list[Any]]) -> None:
    found = one(read(YAML))
    assert found.signals.measured
    (hold,) = found.signals.holds
    assert hold.duration_s == pytest.approx(25)
    (overlap,) = found.signals.overlaps
    assert (overlap.started_by, round(overlap.duration_s, 6)) == (Role.AGENT, 1.8)
    assert not found.signals.speech_rate


def test_a_dialogue_says_what_is_known_and_what_is_expected(read: Callable[..., list[Any]]) -> None:
    found = one(read(YAML))
    record = found.record
    assert (record.call_id, record.direction, record.ended_by) == (
        "call",
        Direction.INBOUND,
        EndedBy.CUSTOMER,
    )
    assert (record.ring_seconds, record.attributes) == (9.0, {"transferred": "yes"})
    assert found.expected == {"greeting": Outcome.PASS, "listening": Outcome.FAIL}


def test_an_untimed_dialogue_measures_nothing(read: Callable[..., list[Any]]) -> None:
    found = one(read("turns: [{agent: 您好}, {customer: 你好}]"))
    assert not found.signals.measured
    assert found.estimated


def test_a_cut_in_longer_than_the_turn_before_makes_that_turn_longer(
    read: Callable[..., list[Any]],
) -> None:
    short = YAML.replace("我家宽带昨晚开始就上不去网了，你们到底什么时候能修好。", "喂")
    (overlap,) = one(read(short)).signals.overlaps
    assert overlap.duration_s == pytest.approx(1.8)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("agent: 让", "agant: 让", 12, "did you mean `agent`"),
        ("timed: true\n", "", 9, "timed: true"),
        ("  - hold: 25\n", "  - hold: 25\n    agent: 好\n", 11, "line of its own"),
        ("cuts_in_s: 1.8", "cuts_in_s: -1", 10, "not below 0"),
        ("hold: 25", "hold: 0", 11, "above 0"),
        ("greeting: pass", "greeting: good", 13, "not_applicable"),
        ("language: zh", "language: fr", 2, "zh or en"),
        ("direction: inbound", "direction: sideways", 4, "outbound"),
        ("ring_seconds: 9", "ring_second: 9", 4, "ring_seconds"),
        ("about: A", "id: call\nabout: A", 3, "given twice"),
        ("id: call", "id: other", 1, "name the file"),
        ("让您久等了。", "", 12, "take the key out"),
        ("让您久等了。", "*gone", 12, "aliases"),
        ("- agent: 让您久等了。", "- [让您久等了。]", 12, "key"),
    ],
)
def test_a_fault_in_yaml_names_the_line_and_what_to_do(
    read: Callable[..., list[Any]], old: str, new: str, line: int, said: str
) -> None:
    error = fault(read(YAML.replace(old, new, 1)))
    assert f"line {line}" in error.message
    assert "call.yaml" in error.message
    assert said in f"{error.message} {error.hint}"


# --- plain text --------------------------------------------------------------------------------


def test_plain_text_has_speakers_times_notes_and_wrapped_lines(
    read: Callable[..., list[Any]],
) -> None:
    text = (
        "# a note\n[00:01] Agent: Good morning,\n   how can I help?\n\n"
        "[12.5]  客户：我的路由器呢？\n坐席: one moment\n"
    )
    turns = one(read(text, "call.txt")).transcript.turns
    assert [turn.speaker for turn in turns] == [Role.AGENT, Role.CUSTOMER, Role.AGENT]
    assert [turn.start_s for turn in turns][:2] == [1.0, 12.5]
    assert turns[0].text == "Good morning, how can I help?"


def test_a_turn_is_hurried_where_the_next_is_written_to_begin_before_its_end(
    read: Callable[..., list[Any]],
) -> None:
    text = "[0] agent: one two three four five six\n[1] customer: yes\n[1] agent: good"
    turns = one(read(text, "call.txt")).transcript.turns
    assert all(turn.end_s > turn.start_s for turn in turns)
    assert all(after.start_s >= before.end_s - 1e-9 for before, after in pairwise(turns))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("agent: hi\nbob: hello", 2, "`bob` is no speaker"),
        ("agent: hi\nagnet: hello", 2, "did you mean `agent`"),
        ("agent: hi\nhello", 2, "does not say who speaks"),
        ("agent: hi\ncustomer:", 2, "nothing is said"),
        ("[1:2:3:4] agent: hi", 1, "no time"),
        ("[20] agent: hi\n[10] customer: hello", 2, "order of time"),
    ],
)
def test_a_fault_in_plain_text_names_the_line_and_what_to_do(
    read: Callable[..., list[Any]], text: str, line: int, said: str
) -> None:
    error = fault(read(text, "call.txt"))
    assert f"line {line}" in error.message
    assert said in f"{error.message} {error.hint}"


@pytest.mark.parametrize("name", ["call.yaml", "call.txt", "call.jsonl"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"\xff\xfea\x00", "UTF-16"),
        ("坐席：您好".encode("gb18030"), "--encoding gb18030"),
        (b"agent: caf\xe9 ", "not UTF-8"),
        (b"agent: hi\n" * 250_000, "larger than"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_a_way_out(
    read: Callable[..., list[Any]], name: str, content: bytes, said: str
) -> None:
    content = content.replace(b"\n", b"") if name == "call.jsonl" and len(content) > 99 else content
    error = fault(read(content, name))
    assert name in error.message
    assert said in f"{error.message} {error.hint}"
    assert error.hint


def test_a_file_of_chinese_windows_is_read_as_such(read: Callable[..., list[Any]]) -> None:
    found = one(read("坐席：您好\r\n客户：你好".encode("gb18030"), "call.txt", encoding="gb18030"))
    assert [turn.text for turn in found.transcript.turns] == ["您好", "你好"]


# --- transcript lines --------------------------------------------------------------------------


def test_an_exported_transcript_is_read_as_it_was_written(
    read: Callable[..., list[Any]], case_of: Callable[..., Any]
) -> None:
    case = case_of("A: 您好，云帆科技。\nC: hello there", confidence=0.5)
    line = transcript_line("c7", Hearing("", case.transcript, case.signals, {}))
    found = one(read(json.dumps(line) + "\n", "calls.jsonl"))
    assert found.id == "c7"
    assert not found.estimated
    assert not found.signals.measured
    assert [turn.text for turn in found.transcript.turns] == [
        turn.text for turn in case.transcript.turns
    ]
    assert {word.confidence for turn in found.transcript.turns for word in turn.words} == {0.5}


def test_a_doubtful_role_stays_doubtful_in_a_line(
    read: Callable[..., list[Any]], case_of: Callable[..., Any]
) -> None:
    case = case_of("A: 您好\nC: 你好", role_confidence=0.41, speaker_confidence=0.7)
    line = transcript_line("c7", Hearing("", case.transcript, case.signals, {}))
    transcript = one(read(json.dumps(line), "calls.jsonl")).transcript
    assert (transcript.role_confidence, transcript.speaker_confidence) == (0.41, 0.7)


def test_a_bad_line_costs_only_its_own_call(read: Callable[..., list[Any]]) -> None:
    good = json.dumps({"turns": [{"speaker": "agent", "text": "您好"}]})
    found = read(f"{good}\nnonsense\n{good}", "calls.jsonl")
    assert [type(each) for each in found] == [Dialogue, DialogueInvalid, Dialogue]
    assert "line 2" in found[1].message
    assert [found[0].id, found[2].id] == ["calls-1", "calls-3"]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ([], "the line"),
        ({"turns": []}, "turns"),
        ({"turns": ["x"]}, "turns[0]"),
        ({"turns": [{"speaker": "bob", "text": "x"}]}, "turns[0].speaker"),
        ({"turns": [{"speaker": "agent", "text": " "}]}, "turns[0].text"),
        ({"turns": [{"speaker": "agent", "text": "x", "start_s": "1", "end_s": 2}]}, "start_s"),
        ({"turns": [{"speaker": "agent", "text": "x", "start_s": 3, "end_s": 2}]}, "turns[0]"),
        ({"turns": [{"speaker": "agent", "text": "x"}], "role_confidence": 7}, "role_confidence"),
        ({"turns": [{"speaker": "agent", "text": "x"}], "language": "fr"}, "language"),
    ],
)
def test_a_fault_in_a_transcript_line_names_the_key(
    read: Callable[..., list[Any]], line: Any, key: str
) -> None:
    error = fault(read(json.dumps(line), "calls.jsonl"))
    assert f"line 1: {key}" in error.message or key in error.message
    assert "docs/exports.md" in error.hint


@pytest.mark.timeout(5)
@pytest.mark.parametrize("line", ["[" + " " * 200_000 + "x", "agent: " + "!" * 200_000 + "a"])
def test_a_line_of_nothing_but_marks_is_read_at_once(tmp_path: Path, line: str) -> None:
    file = tmp_path / "long.txt"
    file.write_text(f"agent: hello\n{line}\n", encoding="utf-8")
    for one in dialogue.read(file):
        assert one
