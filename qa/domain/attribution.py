"""Who said which word, and where a turn begins and ends.

Speakers are labels here: a channel's name, or what the diarizer called a voice. ``with_roles`` turns
labels into roles once something (the manifest, or ``qa.domain.roles``) has said who is the agent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import fmean

from qa.domain.call import Role
from qa.domain.transcript import Span, Turn, Word

PAUSE_S = 0.8
"""A silence this long inside one party's speech ends the turn, seconds."""

BREATH_S = 0.15
"""Recognised words of one sentence touch; a gap this long between two words is a pause, seconds."""

TAKEOVER_S = 1.0
"""Speech this long beside another's, without a pause between them, is somebody cutting in, seconds."""

UNKNOWN_LABEL = "unknown"
"""Speaker of words for which the diarizer found no voice at all."""


@dataclass(frozen=True, slots=True)
class LabelledTurn:
    """A turn whose speaker is still a label. ``words`` are in time order and never empty."""

    label: str
    words: tuple[Word, ...]

    @property
    def span(self) -> Span:
        """The turn's place in the recording."""
        return Span(self.words[0].start_s, max(word.end_s for word in self.words))

    @property
    def text(self) -> str:
        """What was said."""
        return joined(self.words)


def turns_from_channels(channels: Mapping[str, Sequence[Word]]) -> tuple[LabelledTurn, ...]:
    """Turns of a call that has a party per channel.

    Turns of the two channels may overlap in time; each stays whole, so that an interruption reads as
    two sentences and not as shreds of both.

    Args:
        channels: Words by label of the channel.

    Returns:
        Turns in order of start.
    """
    turns = [
        LabelledTurn(label, words)
        for label, spoken in channels.items()
        for words in _split_at_pauses(sorted(spoken, key=_by_time))
    ]
    return _in_order(turns)


def turns_from_mono(
    words: Sequence[Word], exclusive: Sequence[tuple[Span, str]]
) -> tuple[LabelledTurn, ...]:
    """Turns of a call whose parties share one channel.

    Args:
        words: Words of the recording.
        exclusive: The diarization without overlaps (``qa.ports.Diarization.exclusive``).

    Returns:
        Turns in order of start; a turn ends at a pause or where the voice changes.
    """
    ordered = sorted(words, key=_by_time)
    turns: list[LabelledTurn] = []
    run: list[Word] = []
    current = UNKNOWN_LABEL
    labels = settled(ordered, speakers_of(ordered, exclusive), exclusive)
    for word, label in zip(ordered, labels, strict=True):
        if run and (label != current or word.start_s - run[-1].end_s >= PAUSE_S):
            turns.append(LabelledTurn(current, tuple(run)))
            run = []
        run.append(word)
        current = label
    if run:
        turns.append(LabelledTurn(current, tuple(run)))
    return _in_order(turns)


def speakers_of(words: Sequence[Word], exclusive: Sequence[tuple[Span, str]]) -> tuple[str, ...]:
    """The speaker of each word: whoever speaks during most of it, else whoever is nearest in time.

    Two pointers over two sorted sequences: the cost grows with words plus spans, not their product.

    Args:
        words: In time order.
        exclusive: In time order, not overlapping.

    Returns:
        One label per word; ``UNKNOWN_LABEL`` when ``exclusive`` is empty.
    """
    if not exclusive:
        return (UNKNOWN_LABEL,) * len(words)
    return tuple(
        max(shares, key=lambda label: shares[label]) if shares else _nearest(word, exclusive, first)
        for word, first, shares in _walk(words, exclusive)
    )


def settled(
    words: Sequence[Word], labels: Sequence[str], exclusive: Sequence[tuple[Span, str]]
) -> tuple[str, ...]:
    """Move changes of voice to the pauses beside them.

    A diarizer is a few tenths of a second late or early, so the first or last word of a sentence may
    fall to the other party; people rarely take over without a pause. Within a stretch of speech without
    a pause, words at its edge that are not the main speaker's go to the main speaker, unless they last
    ``TAKEOVER_S``: somebody may really have cut in.

    Args:
        words: In time order.
        labels: One per word.
        exclusive: The diarization that gave the labels; its pauses are pauses too, since a recogniser
            stretches words over short silences.

    Returns:
        One label per word.
    """
    done: list[str] = []
    for start, end in _stretches(words, _pauses(exclusive)):
        part = list(labels[start:end])
        spoken_s: dict[str, float] = {}
        for word, label in zip(words[start:end], part, strict=True):
            spoken_s[label] = spoken_s.get(label, 0.0) + word.end_s - word.start_s
        main = max(spoken_s, key=lambda label: spoken_s[label])
        inside = [index for index, label in enumerate(part) if label == main]
        first, last = inside[0], inside[-1]
        if first and words[start + first].start_s - words[start].start_s < TAKEOVER_S:
            part[:first] = [main] * first
        if last + 1 < len(part) and words[end - 1].end_s - words[start + last].end_s < TAKEOVER_S:
            part[last + 1 :] = [main] * (len(part) - last - 1)
        done.extend(part)
    return tuple(done)


def _pauses(exclusive: Sequence[tuple[Span, str]]) -> list[Span]:
    """Where the diarizer hears nobody for a breath's length, in time order."""
    return [
        Span(before.end_s, after.start_s)
        for (before, _), (after, _) in pairwise(exclusive)
        if after.start_s - before.end_s >= BREATH_S
    ]


def _stretches(words: Sequence[Word], pauses: Sequence[Span]) -> list[tuple[int, int]]:
    """Index ranges of words that follow one another without a pause."""
    ranges: list[tuple[int, int]] = []
    start = pause = 0
    for index in range(1, len(words) + 1):
        if index < len(words):
            before, after = words[index - 1], words[index]
            while pause < len(pauses) and pauses[pause].end_s <= _middle(before):
                pause += 1
            heard = pause < len(pauses) and pauses[pause].start_s < _middle(after)
            if after.start_s - before.end_s < BREATH_S and not heard:
                continue
        ranges.append((start, index))
        start = index
    return ranges if words else []


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2


def speaker_confidence(words: Sequence[Word], exclusive: Sequence[tuple[Span, str]]) -> float:
    """How surely a mono recording's words belong to their speakers, 0-1.

    The mean over words of the part of each word during which its speaker, by the diarization, is the
    one speaking. A word outside every span counts 0: its speaker is a guess.
    """
    covered = [
        min(1.0, max(shares.values()) / (word.end_s - word.start_s)) if shares else 0.0
        for word, _, shares in _walk(sorted(words, key=_by_time), exclusive)
    ]
    return fmean(covered) if covered else 0.0


def with_roles(turns: Iterable[LabelledTurn], roles: Mapping[str, Role]) -> tuple[Turn, ...]:
    """Name the parties; a label that ``roles`` does not hold is ``Role.UNKNOWN``."""
    return tuple(
        Turn(
            speaker=roles.get(turn.label, Role.UNKNOWN),
            start_s=turn.span.start_s,
            end_s=turn.span.end_s,
            text=turn.text,
            words=turn.words,
        )
        for turn in turns
    )


def joined(words: Sequence[Word]) -> str:
    """Words as a reader writes them: spaces between words, none beside Chinese characters.

    Deciding by the characters and not by the call's language keeps ``5G 套餐`` and an English name in
    a Chinese sentence readable.
    """
    written: list[str] = []
    before = ""
    for word in words:
        text = word.text
        if (
            before
            and text
            and not (_written_without_spaces(before[-1]) or _written_without_spaces(text[0]))
        ):
            written.append(" ")
        written.append(text)
        before = text
    return "".join(written)


@lru_cache(maxsize=10_000)
def _written_without_spaces(character: str) -> bool:
    """Whether a character is a Chinese one or full-width punctuation."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or "\U00020000" <= character <= "\U0003ffff"
    )


def _by_time(word: Word) -> tuple[float, float]:
    return (word.start_s, word.end_s)


def _in_order(turns: Iterable[LabelledTurn]) -> tuple[LabelledTurn, ...]:
    return tuple(sorted(turns, key=lambda turn: (turn.span.start_s, turn.span.end_s, turn.label)))


def _split_at_pauses(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    runs: list[list[Word]] = []
    for word in words:
        if runs and word.start_s - runs[-1][-1].end_s < PAUSE_S:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [tuple(run) for run in runs]


def _walk(
    words: Sequence[Word], exclusive: Sequence[tuple[Span, str]]
) -> Iterator[tuple[Word, int, dict[str, float]]]:
    """Each word with the first span that has not ended before it, and its seconds by label."""
    first = 0
    for word in words:
        while first < len(exclusive) and exclusive[first][0].end_s <= word.start_s:
            first += 1
        yield word, first, _shares(word, exclusive, first)


def _shares(word: Word, exclusive: Sequence[tuple[Span, str]], first: int) -> dict[str, float]:
    """Seconds of a word by label, looking from the first span that has not ended before it."""
    shares: dict[str, float] = {}
    spoken = Span(word.start_s, word.end_s)
    for index in range(first, len(exclusive)):
        span, label = exclusive[index]
        if span.start_s >= word.end_s:
            break
        if (shared := span.overlap_s(spoken)) > 0:
            shares[label] = shares.get(label, 0.0) + shared
    return shares


def _nearest(word: Word, exclusive: Sequence[tuple[Span, str]], first: int) -> str:
    """The label beside a word that no span touches: the span before it or the one after it."""
    if first == 0:
        return exclusive[0][1]
    if first == len(exclusive):
        return exclusive[-1][1]
    before, after = exclusive[first - 1], exclusive[first]
    gap_before_s = word.start_s - before[0].end_s
    gap_after_s = after[0].start_s - word.end_s
    return before[1] if gap_before_s <= gap_after_s else after[1]
