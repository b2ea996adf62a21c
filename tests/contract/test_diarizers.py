from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from qa.domain.transcript import Span
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


def test_voice_embeddings_do_not_leave_the_diarizer(diarized: Diarization) -> None:
    assert {field.name for field in fields(diarized)} == {"turns", "exclusive"}
    for label, spans in diarized.turns.items():
        assert type(label) is str
        assert all(type(time) is float for span in spans for time in (span.start_s, span.end_s))
    assert all(type(span) is Span and type(label) is str for span, label in diarized.exclusive)


@pytest.mark.parametrize("name", ["zh-card-number", "en-refund-rude"])
def test_two_voices_stay_two_where_three_may_be(
    diarizer: Diarizer, sample_call: Callable[[str], Samples], name: str
) -> None:
    assert len(diarizer.diarize(sample_call(name).sum(axis=0), max_speakers=3).turns) == 2


def foremost_at(found: Diarization, at_s: float) -> str:
    """The foremost voice at a time."""
    (label,) = [label for span, label in found.exclusive if span.start_s <= at_s < span.end_s]
    return label


def voices_at(found: Diarization, at_s: float) -> list[str]:
    """Everybody who speaks at a time."""
    return [
        label
        for label, spans in found.turns.items()
        if any(span.start_s <= at_s < span.end_s for span in spans)
    ]


@pytest.mark.parametrize(
    ("name", "both_s", "louder_s"),
    [
        ("zh-refund-rude", 15.8, 22.0),
        ("en-refund-rude", 15.0, 21.0),
        ("en-slow-internet", 18.5, 6.0),
    ],
)
def test_the_louder_of_two_who_speak_at_once_is_the_foremost(
    diarizer: Diarizer,
    sample_call: Callable[[str], Samples],
    name: str,
    both_s: float,
    louder_s: float,
) -> None:
    found = diarizer.diarize(sample_call(name).sum(axis=0), max_speakers=2)
    assert len(voices_at(found, both_s)) == 2
    assert foremost_at(found, both_s) == foremost_at(found, louder_s)


def test_a_transfer_to_a_third_voice_is_heard(
    diarizer: Diarizer, sample_call: Callable[[str], Samples]
) -> None:
    # One call, then the other agent and no other party: three voices, none of them alike.
    call, transferred = sample_call("en-higher-bill"), sample_call("en-slow-internet")[0]
    spliced = np.concatenate([call.sum(axis=0), transferred])

    assert len(diarizer.diarize(spliced, max_speakers=3).turns) == 3
    assert len(diarizer.diarize(spliced, max_speakers=2).turns) == 2


def test_a_memory_map_is_diarized_where_it_lies(
    diarizer: Diarizer, diarized: Diarization, telephone: tuple[Samples, Path], tmp_path: Path
) -> None:
    np.save(tmp_path / "call.npy", telephone[0])
    mapped = np.load(tmp_path / "call.npy", mmap_mode="r")

    assert diarizer.diarize(mapped, max_speakers=2) == diarized


def test_a_voice_changes_only_where_that_gains_more_than_it_costs() -> None:
    with warnings.catch_warnings():
        # torchcodec warns on import that FFmpeg's libraries are not there; nothing decodes with it.
        warnings.simplefilter("ignore")
        from models.call_diarization import steady_path

    changes = np.array([[0.8, 0.5], [0.8, 0.5], [0.5, 0.8], [0.5, 0.8]], dtype=np.float32)
    wavers = np.array([[0.8, 0.5], [0.6, 0.65], [0.8, 0.5]], dtype=np.float32)

    assert steady_path(changes, cost=0.2).tolist() == [0, 0, 1, 1]
    assert steady_path(wavers, cost=0.2).tolist() == [0, 0, 0]


def test_calls_diarized_at_once_are_diarized_as_alone(
    diarizer: Diarizer, diarized: Diarization, telephone: tuple[Samples, Path]
) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(
            pool.map(lambda samples: diarizer.diarize(samples, max_speakers=2), [telephone[0]] * 2)
        )

    assert found == [diarized, diarized]
