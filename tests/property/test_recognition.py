"""What holds for any calls recognised together, and for any speech with any words in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count, groupby, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.lengths import LONGEST_S, STEP_S, TAIL_S, encoded_s
from models.recogniser import TEMPERATURES, UNHEARD_S, WhisperTranscriber, unheard
from models.windows import JOINT_S
from qa.domain.transcript import Span, Word
from qa.ports import CallSpeech, Recognised, Utterances
from tests.unit.recognition import ReadingEngine, Samples, numbered

CHANNEL_S = 60
GRID = 8
"""Cells a second: times on this grid are exact in floating point."""


# --- speech without words ----------------------------------------------------------------------


@st.composite
def spans(draw: st.DrawFn, cells: int, *, apart: bool) -> list[tuple[int, int]]:
    """Stretches in cells; ``apart`` ones are in order of time and do not touch."""
    if apart:
        edges = draw(st.lists(st.integers(0, cells), max_size=16, unique=True))
        edges = sorted(edges)[: len(edges) // 2 * 2]
        return list(zip(edges[::2], edges[1::2], strict=True))
    ends = st.tuples(st.integers(0, cells - 1), st.integers(1, 40))
    return [(start, start + length) for start, length in draw(st.lists(ends, max_size=12))]


def seconds(stretch: tuple[int, int]) -> Span:
    return Span(stretch[0] / GRID, stretch[1] / GRID)


@given(
    speech=spans(400, apart=True), words=spans(400, apart=False), settled=spans(400, apart=False)
)
@settings(max_examples=300)
def test_unheard_is_every_long_stretch_of_speech_that_nothing_covers(
    speech: list[tuple[int, int]], words: list[tuple[int, int]], settled: list[tuple[int, int]]
) -> None:
    covered = {cell for start, end in (*words, *settled) for cell in range(start, end)}
    expected = []
    for start, end in speech:
        free = [cell for cell in range(start, end) if cell not in covered]
        number = count()
        for _, run in groupby(free, key=lambda cell: cell - next(number)):
            cells = list(run)
            expected.append(seconds((cells[0], cells[-1] + 1)))

    found = unheard(
        [seconds(one) for one in speech],
        [Word(one.start_s, one.end_s, "x", 0.9) for one in map(seconds, words)],
        [seconds(one) for one in settled],
    )

    assert found == [one for one in expected if one.duration_s >= UNHEARD_S]


def test_unheard_of_a_long_call_looks_at_each_word_once() -> None:
    looked: list[int] = []

    class Counted(Word):
        def __getattribute__(self, name: str) -> object:
            if name == "start_s":
                looked.append(1)
            return super().__getattribute__(name)

    number = 2_000
    words = [Counted(3.0 * at, 3.0 * at + 0.5, "x", 0.9) for at in range(number)]
    speech = [Span(3.0 * at, 3.0 * at + 2.5) for at in range(number)]

    missed = unheard(speech, words, [])

    assert len(missed) == number
    assert len(looked) <= 3 * number


# --- lengths -----------------------------------------------------------------------------------


@given(st.floats(0.01, 29.0))
def test_a_window_and_its_tail_fit_into_what_is_encoded(window_s: float) -> None:
    taken_s = encoded_s(window_s)

    assert taken_s == LONGEST_S or window_s + TAIL_S <= taken_s < window_s + TAIL_S + STEP_S
    assert taken_s <= LONGEST_S


# --- pools -------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def sound(channel: int) -> Samples:
    return numbered(channel, CHANNEL_S)


@dataclass(frozen=True)
class Pool:
    """Calls to recognise, and the script of the engine that hears them."""

    calls: tuple[CallSpeech, ...]
    engine: ReadingEngine

    def heard(self, order: list[int], batch: int) -> list[tuple[Recognised, ...]]:
        transcriber = WhisperTranscriber(self.engine, batch=batch)
        return list(
            transcriber.transcribe([self.calls[at] for at in order], hotwords=("Northwind",))
        )


MIXES = ({"en": 0.98}, {"zh": 0.98}, {"en": 0.6, "zh": 0.4}, {"ja": 0.97, "en": 0.01})
FAILURES = (
    frozenset[float](),
    frozenset((0.0,)),
    frozenset((0.0, TEMPERATURES[0])),
    frozenset((0.0, *TEMPERATURES)),
)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    calls = []
    for first in range(0, 2 * draw(st.integers(1, 4)), 2):
        channels = tuple(
            Utterances(
                sound(number),
                tuple(map(seconds, draw(spans(CHANNEL_S * GRID, apart=True)))),
            )
            for number in range(first, first + draw(st.integers(1, 2)))
        )
        calls.append(CallSpeech(channels, draw(st.sampled_from((None, "zh", "en")))))
    starts = sorted(
        {
            (int(one.samples[0]) // 10_000, int(span.start_s))
            for call in calls
            for one in call.channels
            for span in one.speech
        }
    )
    return Pool(
        tuple(calls),
        ReadingEngine(
            told_at={start: draw(st.sampled_from(MIXES)) for start in starts},
            fails={start: draw(st.sampled_from(FAILURES)) for start in starts},
        ),
    )


@given(pool=pools(), batch=st.integers(1, 6), data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_heard_in_a_call_does_not_depend_on_what_it_is_pooled_with(
    pool: Pool, batch: int, data: st.DataObject
) -> None:
    everyone = list(range(len(pool.calls)))
    order = data.draw(st.permutations(everyone))

    together = pool.heard(everyone, 4)
    shuffled = pool.heard(order, batch)
    alone = [pool.heard([at], batch)[0] for at in everyone]

    assert alone == together
    assert [shuffled[order.index(at)] for at in everyone] == together


@given(pool=pools())
@settings(max_examples=25, deadline=None)
def test_words_lie_in_order_of_time_where_their_channel_speaks_or_at_a_joint_beside_it(
    pool: Pool,
) -> None:
    for call, channels in zip(pool.calls, pool.heard(list(range(len(pool.calls))), 4), strict=True):
        for utterances, heard in zip(call.channels, channels, strict=True):
            assert all(a.start_s <= b.start_s for a, b in pairwise(heard.words))
            assert all(a.start_s <= b.start_s for a, b in pairwise(heard.dropped))
            for one in heard.words:
                middle_s = (one.start_s + one.end_s) / 2
                assert any(
                    speech.start_s - JOINT_S <= middle_s <= speech.end_s + JOINT_S
                    for speech in utterances.speech
                )
