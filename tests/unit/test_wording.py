from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from qa.domain.phrasebook import PHRASEBOOK
from qa.domain.sound import SoundKind
from qa.domain.wording import LANGUAGES, Reason, Text, render

_HAN = re.compile(r"[㐀-鿿]")


def fields(wording: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name}


@pytest.mark.parametrize("code", PHRASEBOOK)
def test_every_reason_is_worded_in_both_languages_with_the_same_values(code: str) -> None:
    wordings = PHRASEBOOK[code]
    assert set(wordings) == set(LANGUAGES)
    assert fields(wordings["zh"]) == fields(wordings["en"])
    assert _HAN.search(wordings["zh"])
    assert not _HAN.search(wordings["en"])


def reason_codes(root: Path) -> set[str]:
    """Codes that the product's own source gives to ``Reason``, or hands on to become one."""
    codes: set[str] = set()
    for file in [*(root / "qa").rglob("*.py"), *(root / "models").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    codes.add(first.value)
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"(found|absent|unsure|missing|doubt)\.[a-z_]+", node.value)
            ):
                codes.add(node.value)
    return codes


def test_every_reason_in_the_source_is_in_the_phrasebook(root: Path) -> None:
    codes = reason_codes(root)
    assert {"found.phrase", "absent.phrase", "unsure.speaker"} <= codes
    assert codes <= PHRASEBOOK.keys()


@pytest.mark.parametrize("step", ["recognition", "role", "detector"])
def test_every_step_that_can_be_doubtful_has_its_wording(step: str) -> None:
    assert f"doubt.{step}" in PHRASEBOOK


def test_words_inside_a_reason_are_in_its_language() -> None:
    reason = Reason("found.phrase", {"speaker": "agent", "at_s": 3.25})
    assert render(reason, "zh") == "3.2 秒处，坐席说到"
    assert render(reason, "en") == "the agent says so at 3.2 s"


def test_a_value_that_is_no_word_stays_as_it_is() -> None:
    reason = Reason("found.fact", {"field": "queue", "value": "售后"})
    assert render(reason, "en") == "call record: queue = 售后"


def test_a_language_is_worded_by_name_and_one_nobody_listed_by_its_code() -> None:
    french = Reason("recording.other_language", {"language": "fr"})
    assert "通话用的是法语" in render(french, "zh")
    assert "the call is in French" in render(french, "en")
    assert "the call is in haw," in render(
        Reason("recording.other_language", {"language": "haw"}), "en"
    )


def test_a_word_of_one_parameter_is_no_word_of_another() -> None:
    queue = Reason("found.fact", {"field": "queue", "value": "it"})
    assert render(queue, "en") == "call record: queue = it"


@pytest.mark.parametrize("sound", ["silence", *get_args(SoundKind)])
def test_every_sound_that_can_fill_a_recording_is_worded(sound: str) -> None:
    reason = Reason("recording.only_sounds", {"sound": sound})
    assert PHRASEBOOK[f"word.sound.{sound}"]["zh"] in render(reason, "zh")
    assert PHRASEBOOK[f"word.sound.{sound}"]["en"] in render(reason, "en")


def test_a_text_is_read_in_the_language_asked_for() -> None:
    text = Text(zh="问候", en="Greeting")
    assert (text.in_language("zh"), text.in_language("en")) == ("问候", "Greeting")
