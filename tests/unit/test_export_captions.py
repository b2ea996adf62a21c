"""Captions, read back by a parser that knows the standards and not our writer."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from typing import Any

import pytest

from qa.interop.exports import captions
from tests.unit.export_lines import CHINESE, ENGLISH, transcript, turn

_STAMP = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_STAMP} --> {_STAMP}")


def read_vtt(written: bytes) -> list[tuple[int, int, str, str]]:
    """Start and end in ms, voice and text of every cue, by the grammar of WebVTT section 4."""
    text = written.decode("utf-8")
    head, *blocks = text.rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    cues = []
    for block in blocks:
        times, *payload = block.split("\n")
        matched = _TIMES.fullmatch(times)
        assert matched
        numbers = [int(number) for number in matched.groups()]
        start, end = (
            ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
            for hours, minutes, seconds, ms in (numbers[:4], numbers[4:])
        )
        assert start < end
        voiced = re.fullmatch(r"<v ([^<>&]+)>([^<>]*)</v>", "\n".join(payload))
        assert voiced, payload
        assert "-->" not in voiced[2]
        cues.append((start, end, voiced[1], html.unescape(voiced[2])))
    assert all(before[0] <= after[0] for before, after in pairwise(cues))
    return cues


def chinese(text: str, at_s: float = 0.0) -> dict[str, Any]:
    """A turn of one word a character, a second each."""
    return turn(
        "agent", *((at_s + i, at_s + i + 1, char) for i, char in enumerate(text)), text=text
    )


def test_a_turn_is_a_cue_in_the_voice_of_its_speaker() -> None:
    line = transcript(
        turn("agent", (0.5, 1.0, "Good"), (1.0, 1.804, "morning.")),
        turn("customer", (3661.25, 3662.0, "Hi")),
    )
    assert read_vtt(captions.vtt(line, ENGLISH)) == [
        (500, 1804, "Agent", "Good morning."),
        (3_661_250, 3_662_000, "Customer", "Hi"),
    ]


def test_speakers_are_named_in_the_language_that_is_asked_for() -> None:
    line = transcript(turn("unknown", (0.0, 1.0, "喂")))
    assert read_vtt(captions.vtt(line, CHINESE))[0][2] == "未知"


@pytest.mark.parametrize("said", ["a --> b", "<v Agent>x</v>", "R&D &lt;", "NOTE", "a\n\n00:00"])
def test_no_text_can_end_a_cue_or_begin_another(said: str) -> None:
    line = transcript(turn("customer", (0.0, 1.0, said)), turn("agent", (2.0, 3.0, "ok")))
    first, second = read_vtt(captions.vtt(line, ENGLISH))
    assert " ".join(first[3].split()) == " ".join(said.split())
    assert second == (2000, 3000, "Agent", "ok")


def test_chinese_lines_hold_sixteen_characters_and_no_line_begins_with_a_comma() -> None:
    said = "您好，这里是云帆科技客服中心，很高兴为您服务，请问您今天是想咨询套餐，还是想查询账单，或者办理其他业务呢？"
    cues = read_vtt(captions.vtt(transcript(chinese(said)), CHINESE))
    lines = [line for cue in cues for line in cue[3].split("\n")]
    assert "".join(lines) == said
    assert all(len(line) <= 17 for line in lines)  # a closing mark may hang over
    assert not any(line[0] in "，。？" for line in lines)
    assert all(cue[3].count("\n") <= 1 for cue in cues)


def test_a_long_turn_is_cut_where_its_words_begin_and_loses_nothing() -> None:
    words = [(i / 2, i / 2 + 0.4, f"word{i}") for i in range(60)]
    cues = read_vtt(captions.vtt(transcript(turn("agent", *words)), ENGLISH))
    assert len(cues) > 3
    assert " ".join(cue[3].replace("\n", " ") for cue in cues) == " ".join(w for _, _, w in words)
    assert (cues[0][0], cues[-1][1]) == (0, 29_900)
    starts = {round(start_s * 1000): word for start_s, _, word in words}
    assert all(starts[cue[0]] == cue[3].split()[0] for cue in cues)
    assert all(len(line) <= 42 for cue in cues for line in cue[3].split("\n"))
    lengths = [len(cue[3]) for cue in cues]
    assert min(lengths) * 2 > max(lengths)


def test_words_that_are_not_those_of_the_text_leave_the_turn_whole() -> None:
    line = transcript(turn("agent", (0.0, 1.0, "雲帆"), (1.0, 2.0, "您好"), text="云帆您好"))
    assert read_vtt(captions.vtt(line, ENGLISH)) == [(0, 2000, "Agent", "云帆您好")]


def test_cues_of_turns_that_overlap_are_in_order_of_time() -> None:
    words = [(i * 1.0, i + 0.9, f"something{i}") for i in range(30)]
    line = transcript(turn("agent", *words), turn("customer", (3.0, 3.5, "Yes")))
    cues = read_vtt(captions.vtt(line, ENGLISH))
    assert [cue[2] for cue in cues].index("Customer") == 1


def test_a_cue_lasts_at_least_a_millisecond() -> None:
    assert read_vtt(captions.vtt(transcript(turn("agent", (1.0, 1.0, "x"))), ENGLISH)) == [
        (1000, 1001, "Agent", "x")
    ]


def test_a_call_in_which_nobody_spoke_is_a_file_without_cues() -> None:
    assert captions.vtt(transcript(), ENGLISH) == b"WEBVTT\n"
    assert captions.srt(transcript(), ENGLISH) == b""


def test_subrip_counts_its_cues_and_names_the_speaker() -> None:
    line = transcript(
        turn("agent", (0.5, 1.25, "您好")), turn("customer", (2.0, 3.0, "<b>a --> b</b>"))
    )
    assert captions.srt(line, ENGLISH).decode() == (
        "1\n00:00:00,500 --> 00:00:01,250\nAgent: 您好\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nCustomer: ‹b›a --› b‹/b›\n"
    )
