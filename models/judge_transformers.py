"""A judge on a causal language model that runs here.

Its answer is read from the probabilities of what it would say next, and so is the line that proves a yes: it
writes nothing, and what it quotes is always a line of the call.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from models import judge_prompts
from models.choices import Shares, Tokens, weigh
from qa.domain.call import Role
from qa.domain.detectors.base import Line, Opinion, Quote
from qa.domain.errors import ModelMissing
from qa.domain.wording import Language, Reason

if TYPE_CHECKING:
    from models.causal_lm import CausalLm

Key = TypeVar("Key", bound=Hashable)

log = logging.getLogger(__name__)

VERSION = "1"
"""Raised whenever a rule of reading an answer changes."""

MOST_QUOTES = 3
QUOTED = 0.25
"""Share of the line numbers' probability from which a line is quoted."""
POINTED = 0.5
"""Of the line numbers together; a model that would rather say something else points nowhere."""
MARGIN = 16
"""Tokens kept free for an answer."""


Prompt = tuple[Tokens, Tokens]
"""The part up to the end of the transcript, and the rest."""


@dataclass(frozen=True, slots=True)
class _Prompts:
    """What is asked about one call.

    Attributes:
        answer: For the answer.
        line: For the line that proves a yes.
        left_out: Numbers of the lines that did not fit.
    """

    answer: Prompt
    line: Prompt
    left_out: range

    @property
    def longest(self) -> int:
        """Tokens of the longer prompt."""
        return max(len(head) + len(tail) for head, tail in (self.answer, self.line))


class TransformersJudge:
    """Asks a model; one question at a time.

    Args:
        load: Loads the model, at the first question.
    """

    def __init__(self, load: Callable[[], CausalLm]) -> None:
        self._load = load
        self._model: CausalLm | None = None
        self._failed = False
        self._alone = Lock()

    def ask(
        self, question: str, lines: Sequence[Line], *, speaker: Role | None, language: Language
    ) -> Opinion | Reason:
        """Answer one question (see ``qa.domain.detectors.base.Judge``)."""
        with self._alone:
            model = self._loaded()
            if model is None:
                return Reason("silent.judge_failed", {"kind": ModelMissing.__name__})
            try:
                return _ask(model, question, lines, speaker, language)
            except (RuntimeError, ArithmeticError, IndexError) as error:
                # Out of memory, more often than not; the message may quote what was said.
                model.forget()
                kind = type(error).__name__
                log.warning("the judge's model failed: %s", kind)
                return Reason("silent.judge_failed", {"kind": kind})

    def _loaded(self) -> CausalLm | None:
        """The model; ``None`` where it could not be loaded: calls have their score without it."""
        if self._model is None and not self._failed:
            try:
                self._model = self._load()
            except ModelMissing as error:
                self._failed = True
                log.error("the judge's model was not loaded: %s", error.message)  # noqa: TRY400 - no traceback for users
        return self._model


def build(folder: Path, *, device: str = "auto", threads: int = 0) -> TransformersJudge:
    """A judge on the model of a folder, which is loaded at the first question."""
    from models import causal_lm

    return TransformersJudge(partial(causal_lm.load, folder, device=device, threads=threads))


def _ask(
    model: CausalLm,
    question: str,
    lines: Sequence[Line],
    speaker: Role | None,
    language: Language,
) -> Opinion | Reason:
    prompts = _fitted(model, question, lines, speaker, language)
    if prompts is None:
        return Reason("unsure.judge_cut", {"count": len(lines)})
    words = judge_prompts.WORDS[language]
    answers = _weighed(model, prompts.answer, words)
    best = answers.ranked[0]
    quotes: tuple[Quote, ...] = ()
    if best == "yes":
        numbers = {number: str(number) for number in range(1, len(lines) + 1)}
        pointed = _weighed(model, prompts.line, numbers)
        quotes = _quotes(pointed, lines, speaker, prompts.left_out)
    return Opinion(best, answers.share(best), answers.mass, quotes, len(prompts.left_out))


def _weighed(model: CausalLm, prompt: Prompt, words: Mapping[Key, str]) -> Shares[Key]:
    """How likely the model goes on from a prompt with each of some words."""
    head, tail = prompt
    spellings = {key: model.spellings([word]) for key, word in words.items()}
    return weigh(spellings, lambda begun: model.after(head, (*tail, *begun)))


def _quotes(
    pointed: Shares[int], lines: Sequence[Line], speaker: Role | None, left_out: range
) -> tuple[Quote, ...]:
    """The lines that the model points at; the best one whoever says it, others only of the right party."""
    best, *others = pointed.ranked[:MOST_QUOTES]
    if pointed.mass < POINTED or pointed.share(best) < QUOTED or best in left_out:
        return ()
    further = [
        number
        for number in others
        if pointed.share(number) >= QUOTED
        and number not in left_out
        and speaker in (None, lines[number - 1].speaker)
    ]
    return tuple(Quote(number, lines[number - 1].text) for number in (best, *further))


def _fitted(
    model: CausalLm,
    question: str,
    lines: Sequence[Line],
    speaker: Role | None,
    language: Language,
) -> _Prompts | None:
    """The prompts with as many lines as the model can read, from both ends of the call; ``None`` for none."""
    shown = judge_prompts.numbered(lines, language)

    def prompts(kept: int) -> _Prompts:
        left_out = range((kept + 1) // 2 + 1, len(lines) - kept // 2 + 1)
        gap = (left_out[0], left_out[-1]) if left_out else None
        told = judge_prompts.transcript(shown, language, gap)
        answer, line = _texts(model, told, question, speaker, language)
        return _Prompts(_parts(model, answer), _parts(model, line), left_out)

    room = model.room - MARGIN
    whole = prompts(len(lines))
    if whole.longest <= room:
        return whole
    kept = bisect_left(range(len(lines)), 1, key=lambda count: prompts(count).longest > room) - 1
    return prompts(kept) if kept > 0 else None


def _texts(
    model: CausalLm, told: str, question: str, speaker: Role | None, language: Language
) -> tuple[str, str]:
    """The prompt for the answer, and the one for the line that proves a yes."""
    asked = "\n".join(
        (
            judge_prompts.preface(language),
            told,
            judge_prompts.asked(question, speaker, language),
            judge_prompts.one_of(language),
        )
    )
    yes = judge_prompts.WORDS[language]["yes"]
    which = judge_prompts.which(speaker, language)
    if model.chats:
        first = ("user", asked)
        return model.chat([first]), model.chat([first, ("assistant", yes), ("user", which)])
    mark = judge_prompts.answer_mark(language)
    answer = f"{asked}\n{mark}"
    space = "" if language == "zh" else " "
    return answer, f"{answer}{space}{yes}\n{which}\n{mark}"


def _parts(model: CausalLm, text: str) -> Prompt:
    """A prompt's tokens up to the end of the transcript, which other questions share, and the rest."""
    end = text.index(judge_prompts.CLOSES) + len(judge_prompts.CLOSES)
    return model.tokens(text[:end], opening=True), model.tokens(text[end:])
