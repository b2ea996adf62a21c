from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bench.speech import noise, processes
from bench.speech.__main__ import main
from bench.speech.corpus import Recording, samples, write_manifest
from bench.speech.cuts import write_cuts
from bench.speech.figure import Bar, Spread
from bench.speech.figures.long import write_long
from bench.speech.figures.speed import other_share
from bench.speech.figures.words import PLAIN, Row, summed
from bench.speech.scores import Errors
from qa.interop.manifest import read_manifest

RNG = np.random.default_rng(1)


def test_a_bar_is_kept_up_to_its_limit() -> None:
    assert Bar("speed", 8.0, 8.0, "at least").held
    assert not Bar("speed", 7.9, 8.0, "at least").held
    assert Bar("words", 0, 0, "at most").held
    assert not Bar("words", 1, 0, "at most").held


def test_the_median_counts_and_the_rest_is_noise() -> None:
    spread = Spread((9.0, 7.0, 8.0))
    assert spread.median == 8.0
    assert spread.noise == "7.00-9.00"


def test_stages_that_run_a_model_are_model_time() -> None:
    stage_s = {"decode": 1.0, "voice activity": 2.0, "recognise": 6.0, "diarize": 1.0, "score": 0.5}
    assert other_share({"stage_s": stage_s, "wall_s": 10.0}, wall_s=12.0) == (
        pytest.approx(10.0),
        pytest.approx(25.0),
    )


def test_seconds_inside_models_count_where_the_report_tells_them() -> None:
    report = {"stage_s": {"recognise": 9.0}, "model_s": 8.0, "wall_s": 10.0}
    assert other_share(report, wall_s=16.0) == (pytest.approx(20.0), pytest.approx(50.0))


def test_a_command_is_timed_and_its_memory_is_its_own() -> None:
    held = np.ones(10_000_000)
    ended = processes.run([sys.executable, "-c", "print('done')"])
    assert held.nbytes > ended.peak_bytes > 1_000_000
    assert ended.stdout == "done\n"
    assert ended.wall_s > 0


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(processes.CommandFailed, match="no such thing"):
        processes.run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_a_command_sees_the_settings_it_is_given_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QA_ASR", "openai-whisper")
    asked = "import os; print(os.environ.get('QA_ASR'), os.environ.get('QA_HOME'))"
    ended = processes.run([sys.executable, "-c", asked], settings={"QA_HOME": "here"})
    assert ended.stdout == "None here\n"


def test_an_unknown_figure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["loudness"])
    assert "no such figure: loudness" in capsys.readouterr().err


def test_a_manifest_says_what_the_figure_tells(tmp_path: Path) -> None:
    recordings = (
        Recording("a", tmp_path / "a.wav", "outbound", 1),
        Recording("b", tmp_path / "b.wav"),
    )
    write_manifest(tmp_path / "manifest.csv", recordings)
    first, second = read_manifest(tmp_path / "manifest.csv").sources
    assert (first.path, first.record.call_id) == (tmp_path / "a.wav", "a")
    assert (str(first.record.direction), first.record.agent_channel) == ("outbound", 1)
    assert (str(second.record.direction), second.record.agent_channel) == ("unknown", None)


def test_the_samples_come_with_their_truth() -> None:
    calls = {call.name: call for call in samples()}
    call = calls["zh-mailbox-renewal"]
    assert (call.language, call.direction, call.agent_channel, call.pair) == (
        "zh",
        "outbound",
        1,
        "f-m",
    )
    assert call.recording("stereo", with_map=True).agent_channel == 1
    assert call.recording("stereo").agent_channel is None
    assert call.recording("mono", with_map=True).agent_channel is None
    assert call.agent_spans()[0] == (1.256, 5.026)
    assert set(call.voices()) == {"agent", "customer"}


def test_line_noise_has_the_level_it_says() -> None:
    hiss = noise.line_noise(2, -40, RNG)
    assert 20 * np.log10(hiss.std()) == pytest.approx(-40, abs=0.01)


def test_a_tone_comes_and_goes_as_its_cadence_says() -> None:
    ringing = noise.cadence(13, noise.tone(2, 440), 2, 4)
    seconds = np.abs(ringing).reshape(13, noise.RATE_HZ).max(axis=1) > 0
    assert seconds.tolist() == [True] * 2 + [False] * 4 + [True] * 2 + [False] * 4 + [True]


def test_sound_without_speech_is_the_same_each_time(tmp_path: Path) -> None:
    music = tmp_path / "piece.wav"
    soundfile.write(music, RNG.uniform(-0.5, 0.5, 16_000), 8_000)
    first = noise.made(tmp_path / "a", [music])
    second = noise.made(tmp_path / "b", [music])
    assert {one.form for one in first} == {"mono", "stereo"}
    for one, other in zip(first, second, strict=True):
        assert one.path.read_bytes() == other.path.read_bytes()


def test_short_calls_are_all_different_and_fewer_are_the_first_ones(tmp_path: Path) -> None:
    many = write_cuts(tmp_path / "many", 6, least_s=1, most_s=2, forms=("stereo", "mono"))
    few = write_cuts(tmp_path / "few", 2, least_s=1, most_s=2, forms=("stereo", "mono"))
    sounds = [cut.path.read_bytes() for cut in many]
    assert len(set(sounds)) == 6
    assert [cut.path.read_bytes() for cut in few] == sounds[:2]
    assert [soundfile.info(cut.path).channels for cut in many] == [2, 1] * 3


def test_a_long_recording_has_every_call_in_it(tmp_path: Path) -> None:
    spoken_s = write_long(tmp_path / "long.wav", hours=8 / 60)
    info = soundfile.info(tmp_path / "long.wav")
    assert (info.duration, info.channels) == (480.0, 2)
    sound, rate_hz = soundfile.read(tmp_path / "long.wav")
    loud = np.abs(sound).max(axis=1).reshape(8, 60 * rate_hz).max(axis=1) > 0.1
    assert loud.all()
    assert spoken_s == pytest.approx(
        sum(soundfile.info(call.stereo).duration for call in samples())
    )


def test_an_engine_is_compared_on_what_it_heard_language_by_language() -> None:
    rows = [
        Row("a", "en", {PLAIN: Errors(10, 100), "ours": Errors(9, 100), "other": Errors(50, 100)}),
        Row("b", "en", {PLAIN: Errors(2, 100), "ours": Errors(5, 100)}),
        Row("a", "zh", {PLAIN: Errors(8, 50), "ours": Errors(8, 50), "other": Errors(8, 50)}),
    ]
    english, chinese = summed(rows, "ours")
    assert (english.language, english.worse("ours")) == ("en", pytest.approx(1.0))
    assert (chinese.language, chinese.worse("ours")) == ("zh", 0.0)
    assert summed(rows, "other")[0].worse("other") == pytest.approx(40.0)
