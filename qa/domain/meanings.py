"""What a call's sentences were found to mean, kept from one scoring to the next.

An encoder takes as long over a call as everything else that scores it. What it says of a sentence depends on the
sentence, on what is asked, and on the models alone, so that a changed rubric need not ask again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite

from qa.domain.detectors.base import Marks, Semantics

SHORT = 8
"""Bytes by which a sentence, or a set of examples, is known among those of its call (BLAKE2b)."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What was told of the sentences of one call.

    Attributes:
        told_by: The encoder and heads that told it, by name and revision; of others it says nothing.
        told: By question (a head, or a digest of examples) and sentence (its digest): the answer. It holds no
            words, and is as private as the transcript: short sentences can be guessed from their digests.
    """

    told_by: str
    told: Mapping[str, Mapping[str, float]]


class Recalling:
    """Meanings for one call (``qa.domain.detectors.base.Semantics``) that asks only what was never asked of it.

    Args:
        semantics: What tells meanings.
        told_by: Its encoder and heads, by name and revision.
        known: What an earlier scoring of the call was told, by whatever models.
    """

    def __init__(self, semantics: Semantics, told_by: str, known: Meanings | None = None) -> None:
        self._semantics = semantics
        self._told_by = told_by
        kept = known.told if known and known.told_by == told_by else {}
        self._told = {question: dict(answers) for question, answers in kept.items()}
        self._questions: set[str] = set()
        self._asked = False

    @property
    def learned(self) -> Meanings | None:
        """What is known by now of the questions that came up; ``None`` where nothing had to be asked.

        Questions that did not come up, such as those of examples that no rubric has any more, are thus forgotten
        when there is something new to keep. What a broken encoder answers with no number at all is not worth keeping.
        """
        if not self._asked:
            return None
        return Meanings(
            self._told_by,
            {
                question: {
                    digest: answer
                    for digest, answer in self._told[question].items()
                    if isfinite(answer)
                }
                for question in sorted(self._questions)
            },
        )

    def likeness(self, sentences: Sequence[str], examples: Sequence[str]) -> Sequence[float]:
        """See ``Semantics``."""
        question = f"like {_digest(*examples)}"
        return self._answers(
            question, sentences, lambda unknown: self._semantics.likeness(unknown, examples)
        )

    def marks(self, head: str) -> Marks | None:
        """See ``Semantics``."""
        return self._semantics.marks(head)

    def ratings(self, head: str, sentences: Sequence[str]) -> Sequence[float]:
        """See ``Semantics``."""
        return self._answers(
            f"head {head}", sentences, lambda unknown: self._semantics.ratings(head, unknown)
        )

    def _answers(
        self,
        question: str,
        sentences: Sequence[str],
        ask: Callable[[Sequence[str]], Sequence[float]],
    ) -> list[float]:
        self._questions.add(question)
        answers = self._told.setdefault(question, {})
        digests = [_digest(sentence) for sentence in sentences]
        unknown = {
            digest: sentence
            for digest, sentence in zip(digests, sentences, strict=True)
            if digest not in answers
        }
        if unknown:
            self._asked = True
            answers.update(zip(unknown, ask(list(unknown.values())), strict=True))
        return [answers[digest] for digest in digests]


def _digest(*texts: str) -> str:
    # The length of each, so that no two lists of examples come to the same bytes.
    parts = chain.from_iterable((f"{len(text)}:", text) for text in texts)
    content = "".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=SHORT).hexdigest()
