"""Whisper over windows of speech: the part that does not depend on which engine runs the weights.

Greedy decoding in batches first. A window whose text the gates refuse is recognised again stretch by
stretch and without names to expect, then at rising temperatures; what still fails is dropped with its reason. Speech for which no word
came back is sent once more on its own, because an omission costs an agent points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models import gates
from models.hypothesis import Engine, Hypothesis
from models.windows import Window, alone, windows_of
from models.wording import simplified, words_of
from qa.domain.attribution import joined
from qa.domain.transcript import DroppedText, Span, Word
from qa.ports import Recognised, Samples

VERSION = "1"
"""Raised whenever the order of attempts or a constant below changes."""

LANGUAGES = ("zh", "en")
TEMPERATURES = (0.2, 0.4, 0.6)
"""Tried in turn where greedy decoding fails the gates. Higher ones give text that nobody could defend."""
UNHEARD_S = 1.2
"""Speech this long without a word in it is recognised once more."""
LANGUAGE_WINDOWS = 2
"""The longest windows of a call that its language is told from."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_PROMPTS = {"zh": "以下是普通话的句子，使用简体中文和标点。", "en": ""}


@dataclass(frozen=True, slots=True)
class _Heard:
    window: Window
    hypothesis: Hypothesis
    refused: gates.Refused | None


class WhisperTranscriber:
    """Turns speech into words with times and confidence.

    Args:
        engine: What runs the weights.
        batch: Windows recognised at once.
    """

    def __init__(self, engine: Engine, *, batch: int) -> None:
        self._engine = engine
        self._batch = batch

    def detect_language(
        self, channels: Sequence[tuple[Samples, Sequence[Span]]]
    ) -> tuple[str, float]:
        """The language of a call from all its channels together.

        The two languages share the probability of the longest windows between them, each window
        weighing as much as it is long. Without speech it is ``zh`` with confidence 0.
        """
        found = [
            (window, samples)
            for samples, speech in channels
            for window in windows_of(speech, samples)
        ]
        found.sort(key=lambda pair: pair[0].duration_s, reverse=True)
        longest = found[:LANGUAGE_WINDOWS]
        if not longest:
            return LANGUAGES[0], 0.0
        told = self._engine.languages([window.cut_from(samples) for window, samples in longest])
        weight = dict.fromkeys(LANGUAGES, 0.0)
        for (window, _), probabilities in zip(longest, told, strict=True):
            known = {code: probabilities.get(code, 0.0) for code in LANGUAGES}
            total = sum(known.values()) or 1.0
            for code, probability in known.items():
                weight[code] += window.duration_s * probability / total
        best = max(LANGUAGES, key=lambda code: weight[code])
        return best, weight[best] / (sum(weight.values()) or 1.0)

    def transcribe(
        self,
        samples: Samples,
        speech: Sequence[Span],
        *,
        language: str | None,
        hotwords: Sequence[str],
    ) -> Recognised:
        """Recognise one channel; see ``qa.ports.Transcriber``."""
        confidence = 1.0
        if language is None:
            language, confidence = self.detect_language([(samples, speech)])
        attempt = _Attempt(self._engine, samples, language, prompt_of(language, hotwords))
        words, dropped, settled = self._words(attempt, windows_of(speech, samples), speech)
        missed = unheard(speech, words, settled)
        if missed:
            again = [piece for window in windows_of(missed, samples) for piece in alone(window)]
            more, refused, _ = self._words(attempt, again, speech)
            words += more
            dropped += refused
        return Recognised(
            language=language,
            language_confidence=confidence,
            words=tuple(sorted(words, key=lambda word: (word.start_s, word.end_s))),
            dropped=tuple(sorted(dropped, key=lambda text: text.start_s)),
        )

    def _words(
        self, attempt: _Attempt, windows: Sequence[Window], speech: Sequence[Span]
    ) -> tuple[list[Word], list[DroppedText], list[Span]]:
        """Words, refused text, and stretches that were heard on their own and hold nothing else."""
        words: list[Word] = []
        dropped: list[DroppedText] = []
        settled: list[Span] = []
        for heard in self._heard(attempt, windows):
            found = words_of(
                heard.hypothesis.pieces, heard.window, speech, language=attempt.language
            )
            if heard.refused is not None or (not found and len(heard.window.pieces) == 1):
                settled += heard.window.pieces
            if found and heard.refused is not None:
                dropped.append(_dropped(found, heard.refused))
                continue
            outros = gates.outro_words(found)
            invented = [_dropped([found[index] for index in run], "outro") for run in outros]
            dropped += invented
            settled += [Span(text.start_s, text.end_s) for text in invented]
            said_by_nobody = {index for run in outros for index in run}
            words += [word for index, word in enumerate(found) if index not in said_by_nobody]
        return words, dropped, settled

    def _heard(self, attempt: _Attempt, windows: Sequence[Window]) -> Iterator[_Heard]:
        """Every window's best hypothesis, after the attempts that its failures called for."""
        failed: list[Window] = []
        for batch in _batches(windows, self._batch):
            for heard in attempt.at(batch, temperature=0.0):
                if heard.refused is None:
                    yield heard
                else:
                    failed.append(heard.window)
        for window in failed:
            for stretch in alone(window):
                yield _best(attempt.unprompted(), stretch)


def _best(attempt: _Attempt, window: Window) -> _Heard:
    """The first hypothesis that the gates let through, else the likeliest."""
    tried = []
    for temperature in (0.0, *TEMPERATURES):
        (heard,) = attempt.at([window], temperature=temperature)
        # Where nobody speaks, a higher temperature only invents more.
        if heard.refused in (None, "no_speech"):
            return heard
        tried.append(heard)
    return max(tried, key=lambda heard: heard.hypothesis.mean_log_prob)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What every attempt at one channel shares."""

    engine: Engine
    samples: Samples
    language: str
    prompt: str

    def unprompted(self) -> _Attempt:
        """The same without the names: having just read one, Whisper may skip or repeat it."""
        return replace(self, prompt=prompt_of(self.language, ()))

    def at(self, windows: Sequence[Window], *, temperature: float) -> list[_Heard]:
        hypotheses = self.engine.hypotheses(
            [window.cut_from(self.samples) for window in windows],
            language=self.language,
            prompt=self.prompt,
            temperature=temperature,
        )
        return [
            _Heard(
                window,
                hypothesis,
                gates.refusal(hypothesis, spoken_s=window.duration_s, language=self.language),
            )
            for window, hypothesis in zip(windows, hypotheses, strict=True)
        ]


def prompt_of(language: str, hotwords: Sequence[str]) -> str:
    """What the recogniser reads before a window: the script to write in, and names to expect.

    Names in the other language's script stay out where there are names in its own: a Chinese name before an
    English window makes the recogniser lose the start of it.
    """
    chinese = [name for name in hotwords if _HAN.search(name)]
    latin = [name for name in hotwords if not _HAN.search(name)]
    names = ", ".join(latin) if language == "en" else "、".join(simplified(chinese or latin))
    return " ".join(part for part in (_PROMPTS[language], names) if part)


def unheard(speech: Sequence[Span], words: Sequence[Word], settled: Sequence[Span]) -> list[Span]:
    """Stretches of speech of at least ``UNHEARD_S`` with neither a word nor an answer of any kind."""
    taken = sorted(
        [(word.start_s, word.end_s) for word in words]
        + [(span.start_s, span.end_s) for span in settled]
    )
    missed: list[Span] = []
    for span in speech:
        at_s = span.start_s
        for start_s, end_s in taken:
            if end_s <= at_s or start_s >= span.end_s:
                continue
            if start_s - at_s >= UNHEARD_S:
                missed.append(Span(at_s, start_s))
            at_s = max(at_s, end_s)
        if span.end_s - at_s >= UNHEARD_S:
            missed.append(Span(at_s, span.end_s))
    return missed


def _dropped(words: Sequence[Word], reason: str) -> DroppedText:
    return DroppedText(
        start_s=min(word.start_s for word in words),
        end_s=max(word.end_s for word in words),
        text=joined(words),
        reason=reason,
    )


def _batches(windows: Sequence[Window], size: int) -> Iterator[Sequence[Window]]:
    for first in range(0, len(windows), size):
        yield windows[first : first + size]
