"""What the shipped rubric is not sure enough of, over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation, names split in two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.phonetics import phonetics
from qa.domain.detectors.base import Case
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.scoring import judge
from qa.domain.transcript import DroppedText, Span

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE

HELLO = "A: 您好\nC: 你好"


BARE = "A: 喂什么事情\nC: 您好感谢您再见\nA: 等着吧就这样了\nC: 哦"


def test_an_omission_in_badly_recognised_speech_goes_to_a_person(judged: Judged) -> None:
    verdict = judged("greeting", BARE, confidence=0.25)
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "doubt.recognition"


@pytest.mark.parametrize("confidence", [0.5, 0.7, 0.95])
def test_ordinary_telephone_recognition_is_judged(judged: Judged, confidence: float) -> None:
    assert judged("greeting", BARE, confidence=confidence).outcome is FAIL
    assert judged("greeting", HELLO, confidence=confidence).outcome is PASS


def test_doubtful_roles_go_to_a_person(judged: Judged) -> None:
    for criterion in ("greeting", "courtesy", "thanks", "farewell", "privacy"):
        verdict = judged(criterion, BARE, role_confidence=0.55)
        assert verdict.outcome is CANNOT_JUDGE
        assert verdict.reason.code == "doubt.role"


def test_an_agent_who_is_not_heard_at_all_is_not_failed(judged: Judged) -> None:
    verdict = judged("greeting", "C: 喂\nC: 有人吗")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.no_speech"


def test_a_phrase_by_an_unknown_voice_keeps_an_omission_from_failing(judged: Judged) -> None:
    verdict = judged("farewell", "A: 行了\nC: 嗯\nU: 再见\nA: 就这样")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.speaker"


def test_speech_of_the_agent_without_words_keeps_an_omission_from_failing(judged: Judged) -> None:
    script = "[2]\nA: 喂什么事情啊\nC: 你好\nA: 说吧什么事"
    assert judged("greeting", script).outcome is FAIL
    verdict = judged("greeting", script, unheard=(Span(0.5, 1.6),))
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.obscured"


def test_text_refused_from_the_agents_speech_counts_and_over_music_does_not(judged: Judged) -> None:
    script = "[2]\nA: 喂什么事情啊\nC: 你好\nA: 说吧什么事"
    refused = (DroppedText(0.5, 1.25, "字幕", "low_confidence"),)
    assert judged("greeting", script, dropped=refused).outcome is FAIL
    verdict = judged("greeting", script, dropped=refused, unheard=(Span(0.5, 1.25),))
    assert verdict.outcome is CANNOT_JUDGE


def test_a_mixture_of_two_voices_keeps_an_omission_from_failing(judged: Judged) -> None:
    script = "A: 喂什么事\nC: 我的退款怎么还没到账\nA!1: 退款都要等的\nC: 哦"
    mixed = judged("greeting", script, confidence=0.55, overlap_confidence=0.7)
    assert (mixed.outcome, mixed.reason.code) == (CANNOT_JUDGE, "unsure.obscured")
    assert judged("greeting", script, confidence=0.8, overlap_confidence=0.7).outcome is FAIL
    assert judged("greeting", script, confidence=0.55).outcome is FAIL, "each on a channel"
    apart = script.replace("!1", "")
    assert judged("greeting", apart, confidence=0.55, overlap_confidence=0.7).outcome is FAIL


def test_a_mumbled_opening_keeps_a_missing_name_from_failing(
    standard: Rubric, case_of: Callable[..., Case]
) -> None:
    case = case_of("A: Northerly go ahead\nC: Hello there, good morning\nA: What is it about?")
    mumbled = replace(case.transcript.turns[0].words[0], confidence=0.02, end_s=0.95)
    first = replace(case.transcript.turns[0], words=(mumbled, *case.transcript.turns[0].words[1:]))
    transcript = replace(case.transcript, turns=(first, *case.transcript.turns[1:]))
    heard = Case(case.record, transcript, case.signals, case.company_names, case.phonetics)
    criterion = standard.criterion("company_name")
    assert criterion is not None
    assert judge(criterion, heard).outcome is CANNOT_JUDGE


def test_a_greeting_divided_between_two_voices_of_a_mono_recording_is_a_persons_to_judge(
    judged: Judged,
) -> None:
    script = "C: 您\nA!0: 好请问是赵女士吗\nC: 是我什么事"
    assert judged("greeting", script, speaker_confidence=0.98).outcome is CANNOT_JUDGE
    assert judged("greeting", script).outcome is FAIL
    apart = "C: 您\nA: 好请问是赵女士吗\nC: 是我什么事"
    assert judged("greeting", apart, speaker_confidence=0.98).outcome is FAIL
    whole = "C: 您好\nA!0: 请问是赵女士吗\nC: 是我什么事"
    assert judged("greeting", whole, speaker_confidence=0.98).outcome is FAIL


def test_a_name_torn_between_two_voices_is_for_a_person(judged: Judged) -> None:
    script = "C: 您好云帆\nA!0: 科技请问有什么可以帮您\nC: 我想问一下"
    torn = judged("company_name", script, speaker_confidence=0.98)
    assert (torn.outcome, torn.reason.code) == (CANNOT_JUDGE, "unsure.speaker")
    assert judged("company_name", script).outcome is FAIL
    whole = "C: 您好云帆科技吗\nA!0: 请问有什么可以帮您\nC: 我想问一下"
    assert judged("company_name", whole, speaker_confidence=0.98).outcome is FAIL


def test_the_cost_of_judging_holds_grows_with_the_words(
    case_of: Callable[..., Case], standard: Rubric
) -> None:
    """Each hold is searched around, and not the whole call for each."""
    criterion = standard.criterion("hold_notice")
    assert criterion is not None
    block = "A: 您好，请您稍等，我帮您查一下系统\n[9]\nA: 让您久等了，已经查到了\nC: 我想问一下退款什么时候到\n"

    def looked_up(times: int) -> int:
        sounds = Counting()
        case = replace(case_of(block * times), phonetics=sounds)
        assert judge(criterion, case).outcome is PASS
        return sounds.looked_up

    assert looked_up(40) < 6 * looked_up(10)


class Counting:
    """The sound adapter, with how often it was asked."""

    def __init__(self) -> None:
        self._sounds = phonetics()
        self.looked_up = 0

    def key(self, token: str) -> str:
        self.looked_up += 1
        return self._sounds.key(token)

    def likeness(self, heard: str, name: str) -> float:
        return self._sounds.likeness(heard, name)
