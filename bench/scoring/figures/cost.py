"""What scoring a call takes: transcripts of ten minutes, from the case to the last verdict.

The transcripts are turns of golden dialogues, one after another, each with one word of every sentence left
out at random, so that no sentence was met before. The first calls load tables and encode the examples of the
rubric, as a run does once; they are not counted. What is promised is time of the processor, on which scoring
is one thread: the wall's clock beside it also counts what else the machine does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.scoring import golden
from bench.scoring.chance import chance
from bench.scoring.counts import percentile
from bench.scoring.options import Options
from bench.speech.figure import Bar, CannotMeasure, Figure, Spread, table
from models.phonetics import phonetics
from qa.batch.collector import collecting_seldom
from qa.domain.attribution import joined
from qa.domain.call import CallRecord, Direction, Role
from qa.domain.detectors.base import Case
from qa.domain.measure import measure as signals_of
from qa.domain.rubric import Rubric
from qa.domain.scoring import score
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript, Turn
from qa.services.score_text import CaseOf

WITHOUT_MS = 20.0
WITH_MS = 300.0
LONG_S = 600.0
AGENT_SENTENCES = 150
"""In a call of that length: an agent who talks fast, and most of the time."""
APART_S = 0.6
CALLS_A_ROUND = 10
WARMING = 2
LANGUAGES = ("zh", "en")
_ENDS = "。！？.!?"


@dataclass(frozen=True, slots=True)
class LongCall:
    """A transcript of ten minutes."""

    record: CallRecord
    transcript: Transcript
    signals: Signals

    @property
    def agent_sentences(self) -> int:
        """Sentences of the agent."""
        return sum(1 for turn in self.transcript.of(Role.AGENT) for _ in _sentences(turn))


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds that each call took, by the wall's clock and by the processor's."""

    wall_ms: Spread
    processor_ms: Spread


def measure(options: Options) -> Figure:
    """Time the default rubric on calls of ten minutes, without the encoder and, where it is there, with it."""
    rubric = golden.standard()
    ways: dict[str, tuple[CaseOf, float]] = {"without encoder": (_plain(), WITHOUT_MS)}
    probe = long_call("en", chance("cost", "probe"))
    if golden.case_of()(probe.record, probe.transcript, probe.signals).semantics is not None:
        ways["with encoder"] = (golden.case_of(), WITH_MS)
    else:
        options.say("no sentence encoder is in use (see QA_ENCODER): timed without it alone")
    bars, rows = [], []
    data: dict[str, object] = {}
    for language in LANGUAGES:
        rng = chance("cost", language)
        calls = [long_call(language, rng) for _ in range(WARMING + CALLS_A_ROUND * options.rounds)]
        sentences = round(sum(call.agent_sentences for call in calls) / len(calls))
        for way, (case_of, limit_ms) in ways.items():
            timed = _timed(rubric, calls, case_of)
            label = f"scoring 10 minutes, {language}, {way}"
            bars.append(
                Bar(
                    label,
                    timed.processor_ms.median,
                    limit_ms,
                    "at most",
                    "ms",
                    timed.processor_ms.noise,
                )
            )
            rows.append(
                (
                    f"{language}, {way}",
                    sentences,
                    len(timed.wall_ms.values),
                    timed.processor_ms.median,
                    percentile(timed.processor_ms.values, 0.9),
                    max(timed.processor_ms.values),
                    timed.wall_ms.median,
                )
            )
            data[label] = {
                "agent_sentences": sentences,
                "wall_ms": timed.wall_ms.document(),
                "processor_ms": timed.processor_ms.document(),
            }
    return Figure(
        bars=tuple(bars),
        tables=(
            table(
                "Milliseconds to score a call of ten minutes",
                ("", "agent sentences", "calls", "median", "9 of 10", "worst", "wall, median"),
                rows,
            ),
        ),
        data=data,
    )


def long_call(language: str, rng: Random) -> LongCall:
    """A call of ten minutes out of shuffled golden dialogues, no two the same."""
    turns: list[Turn] = []
    sentences = 0
    for turn in _shuffled(language, rng):
        turns.append(_placed(turn, turns[-1].end_s if turns else 0.0, rng))
        if turn.speaker is Role.AGENT:
            sentences += sum(1 for _ in _sentences(turn))
        if sentences >= AGENT_SENTENCES:
            break
    pace = LONG_S / turns[-1].end_s
    paced = tuple(_paced(turn, pace) for turn in turns)
    activity = {
        role: [turn.span for turn in paced if turn.speaker is role]
        for role in (Role.AGENT, Role.CUSTOMER)
    }
    return LongCall(
        CallRecord("long", direction=Direction.INBOUND, ring_seconds=8.0),
        Transcript(language, paced),
        signals_of(duration_s=LONG_S, activity=activity, turns=paced, overlap_confidence=1.0),
    )


def _shuffled(language: str, rng: Random) -> Iterator[Turn]:
    dialogues = sorted(
        (
            one.dialogue
            for _, one in golden.chosen(("train", "traps"))
            if one.dialogue.transcript.language == language
        ),
        key=lambda dialogue: dialogue.id,
    )
    if not dialogues:
        raise CannotMeasure(f"there are no golden dialogues in {language}")
    while True:
        for dialogue in rng.sample(dialogues, len(dialogues)):
            yield from dialogue.transcript.turns


def _placed(turn: Turn, after_s: float, rng: Random) -> Turn:
    """A turn after another, one word of each of its sentences left out."""
    left_out = {rng.choice(sentence[:-1]) for sentence in _sentences(turn) if len(sentence) > 2}
    by_s = after_s + APART_S - turn.start_s
    kept = tuple(
        replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
        for place, word in enumerate(turn.words)
        if place not in left_out
    )
    return Turn(turn.speaker, turn.start_s + by_s, turn.end_s + by_s, joined(kept), kept)


def _paced(turn: Turn, pace: float) -> Turn:
    """A turn on a time line that runs at another pace."""
    words = tuple(
        replace(word, start_s=word.start_s * pace, end_s=word.end_s * pace) for word in turn.words
    )
    return replace(turn, start_s=turn.start_s * pace, end_s=turn.end_s * pace, words=words)


def _sentences(turn: Turn) -> Iterator[Sequence[int]]:
    """The places of the words of each sentence; the last word carries the mark that ends it."""
    sentence: list[int] = []
    for place, word in enumerate(turn.words):
        sentence.append(place)
        if word.text[-1] in _ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _plain() -> CaseOf:
    """Makes cases without what tells meanings and without a judge."""
    names, sounds = golden.settings().company_names, phonetics()

    def case(record: CallRecord, transcript: Transcript, signals: Signals) -> Case:
        return Case(record, transcript, signals, names, sounds)

    return case


def _timed(rubric: Rubric, calls: Sequence[LongCall], case_of: CaseOf) -> Timed:
    wall_ms, processor_ms = [], []
    for call in calls:
        began_s, worked_s = time.perf_counter(), time.process_time()
        with collecting_seldom():
            score(rubric, case_of(call.record, call.transcript, call.signals))
        wall_ms.append(1000 * (time.perf_counter() - began_s))
        processor_ms.append(1000 * (time.process_time() - worked_s))
    return Timed(Spread(tuple(wall_ms[WARMING:])), Spread(tuple(processor_ms[WARMING:])))
