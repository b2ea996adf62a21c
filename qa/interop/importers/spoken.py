"""Calls that come as a transcript: somebody else's turns and words, as ours, with what their times tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa.domain.attribution import joined
from qa.domain.call import Role
from qa.domain.dialogue import WrittenTurn, language_of, written_call, written_words
from qa.domain.errors import RecordsInvalid
from qa.domain.measure import measure
from qa.domain.signals import Signals
from qa.domain.transcript import Span, Transcript, Turn, Word

Simplified = Callable[[Sequence[str]], Sequence[str]]

MAX_TURNS = 20_000
MAX_WORDS = 200_000
MAX_CHARACTERS = 500_000
"""Of what is said, in the turns' texts and again in their words; a day of Chinese has fewer."""

_MARKS = frozenset(",.!?:;，。！？：；、…%")


@dataclass(frozen=True, slots=True)
class Said:
    """One turn as another recogniser wrote it.

    Attributes:
        span: ``None`` where the file gives no times.
        words: Empty where the file gives the text of the turn alone.
        confidence: Of its words where they have none of their own.
    """

    speaker: Role
    text: str
    span: Span | None = None
    words: tuple[Word, ...] = ()
    confidence: float = 1.0


@dataclass(slots=True)
class Bounds:
    """How much may still be said in one file; more is refused, since what is cut off may be the farewell.

    Attributes:
        characters: Of the turns' texts.
        spelt: Characters of their words.
    """

    path: Path
    turns: int = MAX_TURNS
    words: int = MAX_WORDS
    characters: int = MAX_CHARACTERS
    spelt: int = MAX_CHARACTERS

    def turn(self, text: str) -> str:
        """A turn's text as ``plain`` has it. Raises ``RecordsInvalid`` where it is one too much."""
        self.turns -= 1
        self.characters -= len(text)
        self._look()
        return plain(text)

    def word(self, text: str) -> str:
        """A word, or a mark, as ``plain`` has it. Raises ``RecordsInvalid`` where it is one too much."""
        self.words -= 1
        self.spelt -= len(text)
        self._look()
        return plain(text)

    def _look(self) -> None:
        if min(self.turns, self.words, self.characters, self.spelt) < 0:
            raise RecordsInvalid(
                f"more is said in {self.path} than in a call: it has more than {MAX_TURNS} turns,"
                f" {MAX_WORDS} words or {MAX_CHARACTERS} characters",
                hint="give each call a file of its own",
            )


def plain(text: str) -> str:
    """What was said without control characters and halves of characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(each if each.isprintable() else " " for each in whole).strip()


def with_mark(words: list[Word], mark: str) -> None:
    """Put a mark of punctuation to the word before it; without one it is nobody's."""
    if words and set(mark) <= _MARKS:
        before = words[-1]
        words[-1] = replace(before, text=before.text + mark)


def heard(
    said: Iterable[Said],
    *,
    language: str | None,
    duration_s: float | None,
    channels: bool,
    simplified: Simplified | None,
    role_confidence: float = 1.0,
) -> tuple[Transcript, Signals] | None:
    """A call of its turns; ``None`` where nothing is said.

    Where every turn has its times, who speaks when is measured from those of the words, else of the turns;
    tones, music and levels are not in a transcript, so a wait with music counts as a silent one. Where a turn has
    none, all times are estimates and nothing is measured.

    Args:
        said: The turns, in any order where they have times.
        language: ``zh`` or ``en``, ``None`` for the one that most of it is in.
        duration_s: Length of the call; ``None`` for the end of the last turn.
        channels: Whether each party was heard on a channel of its own.
        simplified: Puts Chinese into simplified characters.
        role_confidence: How sure it is which party is the agent, 0-1.
    """
    turns = [each for each in said if each.text or each.words]
    if not turns:
        return None
    times = [each.span for each in turns if each.span is not None]
    if len(times) < len(turns):
        written = [WrittenTurn(each.speaker, each.text or joined(each.words)) for each in turns]
        transcript, signals = written_call(written, language=language, simplified=simplified)
        sure = min(each.confidence for each in turns)
        spoken = tuple(_sure(turn, sure) for turn in transcript.turns)
        return replace(transcript, turns=spoken, role_confidence=role_confidence), signals
    placed = sorted(
        (_placed(each, span, simplified) for each, span in zip(turns, times, strict=True)),
        key=lambda turn: (turn.start_s, turn.end_s),
    )
    activity: dict[Role, list[Span]] = {}
    for each, span in zip(turns, times, strict=True):
        own = [Span(word.start_s, word.end_s) for word in each.words] or [span]
        activity.setdefault(each.speaker, []).extend(own)
    signals = measure(
        duration_s=max(duration_s or 0.0, *(turn.end_s for turn in placed)),
        activity=activity,
        turns=placed,
        overlap_confidence=1.0 if channels else _MIXED,
    )
    speaker_confidence = 1.0 if channels else _MIXED
    return (
        Transcript(
            language or language_of(placed),
            tuple(placed),
            role_confidence=role_confidence,
            speaker_confidence=speaker_confidence,
        ),
        signals,
    )


_MIXED = 0.7
"""How far who spoke when can be trusted where nobody says that the parties had channels of their own."""


def role_of(names: Mapping[str, Role], name: object) -> Role:
    """The role of a speaker by name."""
    return names.get(str(name).strip().lower(), Role.UNKNOWN)


def _placed(said: Said, span: Span, simplified: Simplified | None) -> Turn:
    if not said.words:
        length_s = span.duration_s
        pairs = written_words(said.text, simplified) or ((said.text, said.text),)
        each_s = length_s / len(pairs)
        words = tuple(
            Word(
                span.start_s + place * each_s,
                span.start_s + (place + 1) * each_s,
                text,
                said.confidence,
                written if written != text else "",
            )
            for place, (text, written) in enumerate(pairs)
        )
        return Turn(said.speaker, span.start_s, span.end_s, joined(words), words)
    ordered = sorted(said.words, key=lambda word: (word.start_s, word.end_s))
    texts = simplified([word.text for word in ordered]) if simplified else [w.text for w in ordered]
    words = tuple(
        replace(word, text=text, original=word.text if word.text != text else "")
        for word, text in zip(ordered, texts, strict=True)
    )
    start_s = min(span.start_s, words[0].start_s)
    end_s = max(span.end_s, *(word.end_s for word in words))
    return Turn(said.speaker, start_s, end_s, joined(words), words)


def _sure(turn: Turn, confidence: float) -> Turn:
    return replace(turn, words=tuple(replace(word, confidence=confidence) for word in turn.words))
