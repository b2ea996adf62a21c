"""How likely a language model goes on with each of some answers, from its next-token probabilities alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

FLOOR = 0.01
"""Probability of the first tokens of an answer below which its rest is not asked for; it counts as none."""

Probabilities = npt.NDArray[np.float32]
Tokens = tuple[int, ...]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Shares(Generic[Key]):
    """The probability of each answer, 0-1; what is missing to 1 went to something else."""

    of: Mapping[Key, float]

    @property
    def mass(self) -> float:
        """Of all answers together."""
        return min(1.0, sum(self.of.values()))

    def share(self, key: Key) -> float:
        """Of one answer among the answers; 0 where none has any."""
        mass = sum(self.of.values())
        return self.of[key] / mass if mass > 0 else 0.0

    @property
    def ranked(self) -> list[Key]:
        """The answers, the likeliest first; of two that are equally likely the one that was named first."""
        return sorted(self.of, key=lambda key: -self.of[key])


def weigh(
    spellings: Mapping[Key, Sequence[Tokens]], after: Callable[[Tokens], Probabilities]
) -> Shares[Key]:
    """The probability of each answer, in any of its spellings.

    An answer of several tokens has the product of their probabilities. Where one spelling begins another
    (``1`` and ``12``), the shorter one has what the longer ones leave of it.

    Args:
        spellings: Token sequences by answer, none of them empty; a sequence belongs to one answer.
        after: The probabilities of the next token, shape ``(vocabulary,)``, after the prompt and some tokens.
    """
    owners = {tokens: key for key, sequences in spellings.items() for tokens in sequences}
    shares = dict.fromkeys(spellings, 0.0)
    reached: list[tuple[Tokens, float]] = [((), 1.0)]
    while reached:
        prefix, probability = reached.pop()
        depth = len(prefix)
        going_on = {
            tokens[: depth + 1]
            for tokens in owners
            if len(tokens) > depth and tokens[:depth] == prefix
        }
        left = probability
        if going_on and probability >= FLOOR:
            following = after(prefix)
            for longer in sorted(going_on):
                share = probability * float(following[longer[-1]])
                left -= share
                reached.append((longer, share))
        if prefix in owners:
            shares[owners[prefix]] += max(0.0, left)
    return Shares(shares)
