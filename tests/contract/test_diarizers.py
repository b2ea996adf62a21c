from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from models import diarizer_pyannote
from models.diarizer_pyannote import SAME_VOICE, same_voices
from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.ports import SAMPLE_RATE, Diarization, Diarizer, Samples

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def diarized(diarizer: Diarizer, telephone: tuple[Samples, Path]) -> Diarization:
    return diarizer.diarize(telephone[0], max_speakers=2)


def error_rate(found: Diarization, rttm: Path, duration_s: float) -> float:
    """Diarization error rate without a collar, overlaps scored."""
    with warnings.catch_warnings():
        # pyannote.metrics and its dependencies warn of their own future on import.
        warnings.simplefilter("ignore")
        from pyannote.core import Annotation, Segment, Timeline
        from pyannote.database.util import load_rttm
        from pyannote.metrics.diarization import DiarizationErrorRate

        (reference,) = load_rttm(rttm).values()
        hypothesis = Annotation()
        for label, spans in found.turns.items():
            for number, span in enumerate(spans):
                hypothesis[Segment(span.start_s, span.end_s), f"{label} {number}"] = label
        whole = Timeline([Segment(0, duration_s)])
        rate: float = DiarizationErrorRate(collar=0.0)(reference, hypothesis, uem=whole)
        return rate


def test_the_error_on_a_real_telephone_call_is_at_most_a_tenth(
    diarized: Diarization, telephone: tuple[Samples, Path]
) -> None:
    samples, rttm = telephone

    assert error_rate(diarized, rttm, len(samples) / SAMPLE_RATE) <= 0.10


def test_turns_lie_in_time_order_inside_the_recording(
    diarized: Diarization, telephone: tuple[Samples, Path]
) -> None:
    duration_s = len(telephone[0]) / SAMPLE_RATE

    for spans in diarized.turns.values():
        assert all(0 <= span.start_s < span.end_s <= duration_s for span in spans)
        assert all(a.end_s < b.start_s for a, b in pairwise(spans))


def test_exclusive_turns_do_not_overlap_and_name_the_same_voices(diarized: Diarization) -> None:
    spans = [span for span, _ in diarized.exclusive]

    assert all(a.end_s <= b.start_s for a, b in pairwise(spans))
    assert {label for _, label in diarized.exclusive} <= set(diarized.turns)


def test_both_parties_talking_at_once_are_both_heard(diarized: Diarization) -> None:
    one, other = diarized.turns.values()

    # The reference has the two overlap from 18.15 s to 18.59 s.
    assert any(a.overlap_s(b) > 0.1 for a in one for b in other if 17 < a.end_s < 23)


def test_the_same_recording_gives_the_same_answer(
    diarizer: Diarizer, diarized: Diarization, telephone: tuple[Samples, Path]
) -> None:
    assert diarizer.diarize(telephone[0], max_speakers=2) == diarized


def test_one_voice_is_one_voice(diarizer: Diarizer, sample_call: Callable[[str], Samples]) -> None:
    agent, _ = sample_call("zh-late-parcel")

    found = diarizer.diarize(np.ascontiguousarray(agent), max_speakers=2)

    assert len(found.turns) == 1


def test_silence_and_a_recording_of_a_moment_have_no_voices(diarizer: Diarizer) -> None:
    assert diarizer.diarize(np.zeros(5 * SAMPLE_RATE, np.float32), max_speakers=2).turns == {}
    assert diarizer.diarize(np.zeros(800, np.float32), max_speakers=2).exclusive == ()


def test_nothing_is_printed_and_nothing_warned_of(
    diarizer: Diarizer, telephone: tuple[Samples, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    diarizer.diarize(telephone[0][: 12 * SAMPLE_RATE], max_speakers=2)

    assert capfd.readouterr().out == ""


def test_a_pipeline_folder_without_a_pipeline_is_named(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=str(tmp_path)):
        diarizer_pyannote.build(registry, pipeline=tmp_path)


def test_labels_of_one_voice_take_the_name_of_the_first() -> None:
    voice, alike, other = [1.0, 0.0, 0.0], [SAME_VOICE + 0.1, 0.3, 0.0], [0.0, 0.0, 2.0]

    names = same_voices(["a", "b", "c"], np.array([voice, other, alike], dtype=np.float32))

    assert names == {"a": "a", "b": "b", "c": "a"}
    assert same_voices(["a"], None) == {"a": "a"}


def test_every_stretch_between_pauses_is_told_on_its_own_and_no_speech_is_lost() -> None:
    with warnings.catch_warnings():
        # torchcodec warns on import that FFmpeg's libraries are not there; nothing decodes with it.
        warnings.simplefilter("ignore")
        from models.call_diarization import stretches

    voices = np.zeros((2, 10, 3), dtype=np.float32)
    voices[0, 0:3, 0] = voices[0, 5:10, 0] = voices[0, 2:6, 1] = 1
    voices[1, 4, 2] = 1

    split = stretches(voices)

    assert split.shape == (2, 10, 3)
    assert np.array_equal(split.sum(axis=2), voices.sum(axis=2))
    assert [int(one) for one in split[0].sum(axis=0)] == [3, 5, 4]
    assert [int(one) for one in split[1].sum(axis=0)] == [1, 0, 0]
    assert stretches(np.zeros((1, 10, 3), dtype=np.float32)).shape == (1, 10, 1)
