from __future__ import annotations

import pytest

from bench.speech.scores import NIST_COLLAR_S, SpeakerErrors, share_right, speaker_errors

TRUTH = {"agent": [(0.0, 10.0)], "customer": [(10.0, 20.0)]}


def test_names_of_voices_do_not_matter() -> None:
    heard = {"S1": [(10.0, 20.0)], "S0": [(0.0, 10.0)]}
    assert speaker_errors(TRUTH, heard, duration_s=20).rate == 0


def test_a_boundary_that_is_late_is_confusion_without_a_collar_and_nothing_within_nists() -> None:
    heard = {"S0": [(0.0, 10.2)], "S1": [(10.2, 20.0)]}
    strict = speaker_errors(TRUTH, heard, duration_s=20)
    assert strict.confused_s == pytest.approx(0.2)
    assert strict.rate == pytest.approx(1.0)
    assert speaker_errors(TRUTH, heard, duration_s=20, collar_s=NIST_COLLAR_S).rate == 0


def test_the_collar_lies_a_quarter_of_a_second_on_either_side() -> None:
    heard = {"S0": [(0.0, 10.4)], "S1": [(10.4, 20.0)]}
    errors = speaker_errors(TRUTH, heard, duration_s=20, collar_s=NIST_COLLAR_S)
    assert errors.confused_s == pytest.approx(0.15)
    # Of twenty seconds, a quarter at each end and half around the boundary are not scored.
    assert errors.speech_s == pytest.approx(19.0)


def test_both_speaking_at_once_is_scored() -> None:
    truth = {"agent": [(0.0, 10.0)], "customer": [(8.0, 20.0)]}
    heard = {"S0": [(0.0, 8.0)], "S1": [(8.0, 20.0)]}
    errors = speaker_errors(truth, heard, duration_s=20)
    assert errors.missed_s == pytest.approx(2.0)
    assert errors.speech_s == pytest.approx(22.0)


def test_speech_heard_where_nobody_spoke_counts_to_the_end_of_the_recording() -> None:
    heard = {"S0": [(0.0, 10.0)], "S1": [(10.0, 23.0)]}
    errors = speaker_errors(TRUTH, heard, duration_s=22)
    assert errors.false_alarm_s == pytest.approx(2.0)


def test_errors_of_recordings_are_averaged_over_their_speech() -> None:
    errors = SpeakerErrors(confused_s=1.0, speech_s=1.0) + SpeakerErrors(speech_s=9.0)
    assert errors.rate == pytest.approx(10)
    assert SpeakerErrors().rate == 0


AGENT = [(0.0, 4.0), (10.0, 14.0)]


def test_an_agent_is_told_where_the_agents_time_went_to_the_agent() -> None:
    heard = {"agent": [(0.2, 4.0), (10.0, 13.0)], "customer": [(4.0, 10.0), (13.0, 14.0)]}
    assert share_right(AGENT, heard) == pytest.approx(6.8 / 7.8)


def test_swapped_roles_give_the_agent_nothing() -> None:
    assert share_right(AGENT, {"customer": AGENT, "agent": [(4.0, 10.0)]}) == 0


def test_what_is_given_to_nobody_counts_against() -> None:
    assert share_right(AGENT, {"unknown": AGENT}) == 0
    assert share_right(AGENT, {"agent": [(0.0, 4.0)], "unknown": [(10.0, 14.0)]}) == 0.5


def test_a_call_without_words_is_not_right() -> None:
    assert share_right(AGENT, {}) == 0
