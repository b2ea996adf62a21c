"""What people correct in a transcript. The machine's hearing never changes: corrections are laid over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from qa.domain.call import Role
from qa.domain.people import Person
from qa.domain.transcript import Transcript, Turn


class CorrectionKind(StrEnum):
    """What a correction changes."""

    TEXT = "text"
    SPEAKER = "speaker"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of what was heard in a recording.

    Attributes:
        id: Rises with every correction of the store, so that the latest one tells what a page has seen.
        turn: Index of the turn; ``None`` where agent and customer are swapped in all of them.
        value: The text, or the speaker; empty for a swap.
        undone_by: Who took it back; such a correction is history.
    """

    id: int
    turn: int | None
    kind: CorrectionKind
    value: str
    author: Person
    made_at: datetime
    undone_by: Person | None = None
    undone_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether nobody has undone it."""
        return self.undone_at is None


@dataclass(frozen=True, slots=True)
class CorrectedTurn:
    """A turn as people left it, beside what the machine heard.

    Attributes:
        index: Its place in the machine's transcript, by which it is corrected.
        heard: The machine's own version.
        corrections: Those that stand and made it what it is, oldest first.
    """

    index: int
    heard: Turn
    speaker: Role
    text: str
    corrections: tuple[Correction, ...] = ()

    @property
    def text_corrected(self) -> bool:
        """Whether its text is not the machine's."""
        return self.text != self.heard.text

    @property
    def speaker_corrected(self) -> bool:
        """Whether its speaker is not the machine's."""
        return self.speaker is not self.heard.speaker


_OTHER = {Role.AGENT: Role.CUSTOMER, Role.CUSTOMER: Role.AGENT, Role.UNKNOWN: Role.UNKNOWN}


def other_party(speaker: Role) -> Role:
    """The other of the two; an unknown speaker stays unknown."""
    return _OTHER[speaker]


@dataclass(slots=True)
class _Draft:
    speaker: Role
    text: str
    corrections: list[Correction] = field(default_factory=list)


def corrected(
    transcript: Transcript, corrections: Sequence[Correction]
) -> tuple[CorrectedTurn, ...]:
    """The turns of a transcript with its corrections laid over, in the transcript's order.

    Corrections take effect in the order in which they were made; one that was undone has none, nor one of a
    turn that is not there.
    """
    drafts = [_Draft(turn.speaker, turn.text) for turn in transcript.turns]
    for each in sorted(corrections, key=lambda correction: correction.id):
        if not each.stands:
            continue
        places = range(len(drafts)) if each.turn is None else [each.turn]
        for draft in (drafts[place] for place in places if 0 <= place < len(drafts)):
            _apply(each, draft)
    return tuple(
        CorrectedTurn(index, turn, draft.speaker, draft.text, tuple(draft.corrections))
        for index, (turn, draft) in enumerate(zip(transcript.turns, drafts, strict=True))
    )


def _apply(correction: Correction, draft: _Draft) -> None:
    if correction.kind is CorrectionKind.TEXT:
        draft.text = correction.value
    elif correction.kind is CorrectionKind.SPEAKER:
        draft.speaker = Role(correction.value)
    else:
        draft.speaker = other_party(draft.speaker)
    draft.corrections.append(correction)
