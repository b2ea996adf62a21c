"""Phrases as they are compared with what is said: by the very words, or by how they sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product

from qa.domain.detectors.text import Heard, Sounds, astride, beside

Choice = tuple[tuple[str, ...], ...]
"""Runs of tokens of which one is said; one run alone is plain text."""

GAP: Choice = ()

FIRST = 5
"""Places at the beginning of a phrase that are told one by one."""

THIRD = 2
"""The third of them."""

Run = tuple[tuple[str, ...], tuple[str, ...]]
"""A run of tokens, and the same as they are compared."""

Step = tuple[Mapping[str, tuple[Run, ...]] | None, bool, frozenset[str] | None]
"""One part to read: the runs of a choice by their first token and whether it is optional; or, of a gap,
nothing, whether the phrase ends with it, and the tokens that it can end before (``None`` for any)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A pattern's tokens as they are compared: themselves, or their sounds.

    Attributes:
        seconds: For each token that a match can begin with, those that can follow it; ``None`` for any.
        surely: From the third place on, tokens of which one stands there in whatever matches without straying.
        nth: Tokens that can stand in each of the first places, before any gap.
        onward: Tokens that reading can go on with at each part; ``None`` where it may be any, or none.
        beyond: What can follow the first gap, all in its sentence; ``None`` where anything may, or without a gap.
        needed: Of each choice behind the first that must be said and bears no stray word, what it can begin
            with; and ``beyond``.
        reach: Tokens of the longest form up to the first gap.
        by_first: The runs of each part by their first token.
        by_second: Those of a part that bears a stray word by their second, for where the first strays; runs
            of one token under nothing.
        steps: The parts in order, to be read without a stray word.
        opening: How many of them there are up to the first gap, with it.

    ``beyond`` and ``needed`` tell a run by its first two tokens (see ``beside``), since of most pairs neither
    is said in a call, and by its first and third where the second may stray (see ``astride``); by its first
    alone where it has no other. Both may let pass what is not said, and never keep out what is.
    """

    seconds: Mapping[str, frozenset[str] | None]
    surely: tuple[frozenset[str], ...]
    nth: tuple[frozenset[str], ...]
    onward: tuple[frozenset[str] | None, ...]
    beyond: frozenset[str] | None
    needed: tuple[frozenset[str], ...]
    reach: int
    by_first: tuple[Mapping[str, tuple[Run, ...]], ...]
    by_second: tuple[Mapping[str, tuple[Run, ...]], ...]
    steps: tuple[Step, ...]
    opening: int

    def onward_in(self, heard: Heard) -> Sequence[int] | None:
        """Where what follows the first gap may begin, in order; ``None`` for anywhere.

        Nowhere where something else that must be said is not.
        """
        if any(map(heard.known.keys().isdisjoint, self.needed)):
            return ()
        if self.beyond is None:
            return None
        said = heard.known.keys() & self.beyond
        return sorted(chain.from_iterable([heard.known[key] for key in said]))


def reading_of(parts: Sequence[Choice], bears: Sequence[bool], sounds: Sounds | None) -> Reading:
    """The reading of a pattern's parts.

    Args:
        parts: Choices and gaps.
        bears: Whether each is in a stretch that may bear a stray word.
        sounds: To compare by sound; ``None`` for the very words.
    """

    def heard(token: str) -> str:
        return sounds.key(token) if sounds else token

    runs = [[(run, tuple(map(heard, run))) for run in choice if run] for choice in parts]
    onward = _onward(parts, [{run[0] for _, run in some} for some in runs])
    bearing = [sounds is not None and bears[place] for place in range(len(parts))]
    begins = [
        set(chain.from_iterable(_begins(run, strays=strays) for _, run in some))
        for some, strays in zip(runs, bearing, strict=True)
    ]
    seconds: dict[str, frozenset[str] | None] = {}
    for place, choice in enumerate(parts):
        for _, run in runs[place]:
            follow = frozenset((run[1],)) if len(run) > 1 else onward[place + 1]
            known = seconds.get(run[0], frozenset())
            seconds[run[0]] = None if known is None or follow is None else known | follow
        if all(choice):
            break
    gaps = [place for place, choice in enumerate(parts) if choice is GAP]
    plain = parts[: gaps[0]] if gaps else parts
    by_first = tuple(_index(some, 0) for some in runs)
    nth, shortest = _nth(plain, runs)
    needed = [
        frozenset(begins[place])
        for place, choice in enumerate(parts)
        if place and choice is not GAP and all(choice) and not bearing[place]
    ]
    beyond = _onward(parts, begins)[gaps[0] + 1] if gaps else None
    return Reading(
        seconds,
        nth[THIRD:shortest],
        nth,
        onward,
        beyond,
        tuple(needed if beyond is None else (*needed, beyond)),
        sum(max(map(len, choice)) for choice in plain),
        by_first,
        tuple(
            _index(some, 1) if strays else {} for some, strays in zip(runs, bearing, strict=True)
        ),
        tuple(
            (None, place + 1 == len(parts), onward[place + 1])
            if choice is GAP
            else (by_first[place], not all(choice), None)
            for place, choice in enumerate(parts)
        ),
        gaps[0] + 1 if gaps else len(parts),
    )


def _begins(run: Sequence[str], *, strays: bool) -> tuple[str, ...]:
    """The keys of which one is said where a run begins; ``strays``: with one stray token behind its first."""
    if not strays:
        return (beside(*run[:2]),)
    return (beside(*run[:2]), astride(run[0], run[THIRD])) if len(run) > THIRD else (run[0],)


def heads_of(parts: Sequence[Choice]) -> frozenset[str] | None:
    """Tokens that reading can go on with; ``None`` where it may be any, or none."""
    heads: set[str] = set()
    for choice in parts:
        if choice is GAP:
            return None
        heads.update(run[0] for run in choice if run)
        if all(choice):
            return frozenset(heads)
    return None


def _onward(
    parts: Sequence[Choice], begins: Sequence[Collection[str]]
) -> tuple[frozenset[str] | None, ...]:
    """What reading can go on with at each part and behind the last; ``None`` where it may be any, or none."""
    onward: list[frozenset[str] | None] = [None]
    for choice, begin in zip(reversed(parts), reversed(begins), strict=True):
        if choice is GAP:
            onward.append(None)
        elif all(choice):
            onward.append(frozenset(begin))
        else:
            after = onward[-1]
            onward.append(None if after is None else after.union(begin))
    return tuple(reversed(onward))


def _nth(
    choices: Sequence[Choice], runs: Sequence[Sequence[Run]]
) -> tuple[tuple[frozenset[str], ...], int]:
    """Tokens that can stand in each of the first places, and in how many of them one always does."""
    found: tuple[set[str], ...] = tuple(set() for _ in range(FIRST))
    offsets = {0}
    for choice, said in zip(choices, runs, strict=False):
        after = set() if all(choice) else set(offsets)
        for offset, (_, run) in product(offsets, said):
            for place, token in enumerate(run[: FIRST - offset], offset):
                found[place].add(token)
            after.add(min(offset + len(run), FIRST))
        offsets = after
    return tuple(map(frozenset, found)), min(offsets)


def _index(runs: Iterable[Run], place: int) -> Mapping[str, tuple[Run, ...]]:
    """Runs by the token that is compared at a place; shorter ones under nothing."""
    index: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        index[run[1][place] if len(run[1]) > place else ""].append(run)
    return {token: tuple(some) for token, some in index.items()}
