"""Whisper over windows of speech: the part that does not depend on which engine runs the weights.

The windows of many calls and of all their channels go into one pool, from which batches of one language and
length are recognised at once. A window whose text the gates refuse is recognised again stretch by stretch
and without names to expect, then at rising temperatures; what still fails is dropped with its reason.
Speech for which no word came back is sent once more on its own, because an omission costs an agent points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeVar

from models import gates
from models.hypothesis import Engine, Hypothesis
from models.languages import Told, foreign, of_window, spoken, telling
from models.lengths import encoded_s
from models.prompts import prompt_of
from models.windows import Window, alone, windows_of
from models.wording import words_of
from qa.domain.attribution import joined
from qa.domain.transcript import DroppedText, Span, Word
from qa.ports import SAMPLE_RATE, CallSpeech, Recognised, Samples, Utterances

VERSION = "3"
"""Raised whenever the order of attempts or a constant below changes."""

T = TypeVar("T")

TEMPERATURES = (0.2, 0.4, 0.6)
"""Tried in turn where decoding at 0 fails the gates. Higher ones give text that nobody could defend."""
UNHEARD_S = 1.2
"""Speech this long without a word in it is recognised once more."""


class WhisperTranscriber:
    """Turns speech into words with times and confidence.

    Args:
        engine: What runs the weights.
        batch: Windows recognised at once.
    """

    def __init__(self, engine: Engine, *, batch: int) -> None:
        self._engine = engine
        self._batch = batch

    def transcribe(
        self, calls: Sequence[CallSpeech], *, hotwords: Sequence[str]
    ) -> tuple[tuple[Recognised, ...], ...]:
        """Recognise several calls together; see ``qa.ports.Transcriber``."""
        found = [[_Channel(utterances) for utterances in call.channels] for call in calls]
        self._tell_languages(calls, found)
        channels = [channel for channel in chain.from_iterable(found) if channel.known]
        self._recognise(
            [
                _Task(channel, window, channel.language)
                for channel in channels
                for window in channel.windows
            ],
            hotwords,
        )
        self._recognise(
            [
                _Task(channel, piece, channel.language)
                for channel in channels
                for window in windows_of(channel.unheard(), channel.samples)
                for piece in alone(window)
            ],
            hotwords,
        )
        return tuple(tuple(channel.recognised() for channel in call) for call in found)

    # --- languages ---------------------------------------------------------------------------

    def _tell_languages(
        self, calls: Sequence[CallSpeech], found: Sequence[Sequence[_Channel]]
    ) -> None:
        """Give every channel its language, the windows of all calls told together."""
        asked = [
            _Task(channel, window, "")
            for channel in chain.from_iterable(found)
            for window in telling(channel.windows)
        ]
        for batch, ones in self._each(self._told, _batches(asked, self._batch)):
            for task, one in zip(batch, ones, strict=True):
                task.channel.told[task.window] = one
        for call, channels in zip(calls, found, strict=True):
            told = [tuple(channel.told.values()) for channel in channels]
            together = tuple(chain.from_iterable(told))
            other = foreign(told, call.language)
            for channel, own in zip(channels, told, strict=True):
                if other is not None:
                    channel.language, channel.known = other, False
                    continue
                said = spoken(own, together, call.language)
                channel.language, channel.language_confidence = said.language, said.confidence

    def _told(self, tasks: Sequence[_Task]) -> list[Told]:
        probabilities = self._engine.languages([task.sound() for task in tasks])
        return [
            Told(one, task.window.duration_s)
            for one, task in zip(probabilities, tasks, strict=True)
        ]

    # --- words -------------------------------------------------------------------------------

    def _recognise(self, tasks: Sequence[_Task], hotwords: Sequence[str]) -> None:
        """Add what is heard in some windows to their channels."""

        def first(batch: Sequence[_Task]) -> list[_Heard]:
            return list(self._heard(self._in_their_languages(batch), hotwords))

        failed: list[_Task] = []
        for _, together in self._each(first, _batches(tasks, self._batch)):
            for heard in together:
                if heard.refused is None:
                    heard.task.channel.take(heard)
                else:
                    failed.append(heard.task)
        # Without the names: having just read one, Whisper may skip or repeat it.
        again = [replace(task, window=piece) for task in failed for piece in alone(task.window)]
        for batch in _batches(again, self._batch):
            for heard in self._heard(batch, ()):
                heard.task.channel.take(self._settled(heard))

    def _each(
        self, work: Callable[[list[_Task]], T], batches: Iterable[list[_Task]]
    ) -> Iterator[tuple[list[_Task], T]]:
        """Each batch and what becomes of it, in order, as many at once as the engine works on."""
        listed = list(batches)
        with ThreadPoolExecutor(self._engine.workers) as pool:
            yield from zip(listed, pool.map(work, listed), strict=True)

    def _in_their_languages(self, batch: Sequence[_Task]) -> list[_Task]:
        untold = [task for task in batch if task.window not in task.channel.told]
        for task, told in zip(untold, self._told(untold) if untold else (), strict=True):
            task.channel.told[task.window] = told
        return [
            replace(task, language=of_window(task.channel.told[task.window], task.language))
            for task in batch
        ]

    def _settled(self, heard: _Heard) -> _Heard:
        """The first hypothesis that the gates let through, else the likeliest.

        One at a time: what an engine draws at random must not depend on the rest of a batch.
        """
        tried = [heard]
        for temperature in TEMPERATURES:
            # Where nobody speaks, a higher temperature only invents more.
            if tried[-1].refused in (None, "no_speech"):
                return tried[-1]
            tried += self._heard([heard.task], (), temperature=temperature)
        if tried[-1].refused is None:
            return tried[-1]
        return max(tried, key=lambda one: one.hypothesis.mean_log_prob)

    def _heard(
        self, tasks: Sequence[_Task], hotwords: Sequence[str], temperature: float = 0.0
    ) -> Iterator[_Heard]:
        for language in sorted({task.language for task in tasks}):
            together = [task for task in tasks if task.language == language]
            hypotheses = self._engine.hypotheses(
                [task.sound() for task in together],
                language=language,
                prompt=prompt_of(language, hotwords),
                temperature=temperature,
            )
            for task, hypothesis in zip(together, hypotheses, strict=True):
                refused = gates.refusal(
                    hypothesis, spoken_s=task.window.duration_s, language=language
                )
                yield _Heard(task, hypothesis, refused)


@dataclass(slots=True)
class _Channel:
    """One channel of one call, filled as its windows are heard.

    Attributes:
        told: What the sound of a window says of its language, for those that were asked.
    """

    utterances: Utterances
    language: str = ""
    language_confidence: float = 0.0
    known: bool = True
    words: list[Word] = field(default_factory=list)
    dropped: list[DroppedText] = field(default_factory=list)
    settled: list[Span] = field(default_factory=list)
    told: dict[Window, Told] = field(default_factory=dict)
    windows: tuple[Window, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.windows = windows_of(self.utterances.speech, self.samples)

    @property
    def samples(self) -> Samples:
        return self.utterances.samples

    def take(self, heard: _Heard) -> None:
        """Keep a window's words, or its text as dropped.

        ``settled`` are stretches that were heard on their own and hold nothing else.
        """
        window = heard.task.window
        words = words_of(
            heard.hypothesis.pieces, window, self.utterances.speech, language=heard.task.language
        )
        if heard.refused is not None or (not words and len(window.pieces) == 1):
            self.settled += window.pieces
        if words and heard.refused is not None:
            self.dropped.append(_dropped(words, heard.refused))
            return
        outros = gates.outro_words(words)
        invented = [_dropped([words[index] for index in run], "outro") for run in outros]
        self.dropped += invented
        self.settled += [Span(text.start_s, text.end_s) for text in invented]
        said_by_nobody = {index for run in outros for index in run}
        self.words += [word for index, word in enumerate(words) if index not in said_by_nobody]

    def unheard(self) -> list[Span]:
        """Stretches of speech with neither a word nor an answer of any kind."""
        return unheard(self.utterances.speech, self.words, self.settled)

    def recognised(self) -> Recognised:
        """What was heard, in order of time."""
        return Recognised(
            language=self.language,
            language_confidence=self.language_confidence,
            words=tuple(sorted(self.words, key=lambda word: (word.start_s, word.end_s))),
            dropped=tuple(sorted(self.dropped, key=lambda text: text.start_s)),
        )


@dataclass(frozen=True, slots=True)
class _Task:
    """One window to recognise."""

    channel: _Channel
    window: Window
    language: str

    def sound(self) -> Samples:
        return self.window.cut_from(self.channel.samples)

    @property
    def sound_s(self) -> float:
        """Of the very samples that are sent: a window's own seconds differ by what rounding makes of them."""
        return len(self.sound()) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class _Heard:
    task: _Task
    hypothesis: Hypothesis
    refused: gates.Refused | None


def unheard(speech: Sequence[Span], words: Sequence[Word], settled: Sequence[Span]) -> list[Span]:
    """Stretches of speech of at least ``UNHEARD_S`` with neither a word nor an answer of any kind.

    Linear after sorting: one pointer over what was heard, one over the speech.
    """
    taken = sorted(
        [(word.start_s, word.end_s) for word in words]
        + [(span.start_s, span.end_s) for span in settled]
    )
    missed: list[Span] = []
    first = 0
    for span in speech:
        at_s = span.start_s
        while first < len(taken) and taken[first][0] < span.end_s:
            start_s, end_s = taken[first]
            if end_s > span.end_s:
                # It may reach into the next span of speech too.
                missed += _gap(at_s, start_s)
                at_s = span.end_s
                break
            if end_s > at_s:
                missed += _gap(at_s, start_s)
                at_s = end_s
            first += 1
        missed += _gap(at_s, span.end_s)
    return missed


def _gap(start_s: float, end_s: float) -> list[Span]:
    return [Span(start_s, end_s)] if end_s - start_s >= UNHEARD_S else []


def _dropped(words: Sequence[Word], reason: str) -> DroppedText:
    return DroppedText(
        start_s=min(word.start_s for word in words),
        end_s=max(word.end_s for word in words),
        text=joined(words),
        reason=reason,
    )


def _batches(tasks: Sequence[_Task], size: int) -> Iterator[list[_Task]]:
    """Batches of one language, equally long in the encoder and about equally long in words.

    What a window is encoded with depends on its own length alone, not on the batch it falls into.
    """
    alike: dict[tuple[str, float], list[_Task]] = defaultdict(list)
    for task in tasks:
        alike[task.language, encoded_s(task.sound_s)].append(task)
    # The longest first, so that the last batches at work are short ones.
    for key in sorted(alike, key=lambda one: (-one[1], one[0])):
        group = sorted(alike[key], key=lambda task: task.window.duration_s)
        for first in range(0, len(group), size):
            yield group[first : first + size]
