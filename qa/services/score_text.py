"""Score written dialogues, without any audio."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from qa.domain.call import CallRecord
from qa.domain.detectors.base import Case
from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid
from qa.domain.records import CallDetail, Hearing
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Scorecard
from qa.domain.scoring import score
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from qa.domain.wording import Language
from qa.services.export import scorecard_line

CaseOf = Callable[[CallRecord, Transcript, Signals], Case]
"""Makes the case of a call, with the company's names and whatever else a detector asks for."""


@dataclass(frozen=True, slots=True)
class ScoredDialogue:
    """A dialogue with its scorecard."""

    dialogue: Dialogue
    card: Scorecard


def score_text(
    dialogues: Iterable[Dialogue | DialogueInvalid], rubric: Rubric, case_of: CaseOf
) -> Iterator[ScoredDialogue | DialogueInvalid]:
    """Each dialogue scored, in order; what could not be read stays what it is."""
    for dialogue in dialogues:
        if isinstance(dialogue, DialogueInvalid):
            yield dialogue
        else:
            yield ScoredDialogue(dialogue, score(rubric, dialogue_case(dialogue, case_of)))


def dialogue_case(dialogue: Dialogue, case_of: CaseOf) -> Case:
    """The case of a dialogue."""
    return case_of(dialogue.record, dialogue.transcript, dialogue.signals)


def dialogue_line(scored: ScoredDialogue, language: Language) -> dict[str, Any]:
    """The scorecard of a dialogue in the shape that every scorecard is exported in.

    ``recording`` is the file that it stands in, and ``times_estimated`` says that no clock gave its times.
    """
    dialogue = scored.dialogue
    detail = CallDetail(
        public_id="",
        record=dialogue.record,
        recording=None,
        hearing=Hearing("", dialogue.transcript, dialogue.signals, {}),
        scorecard=scored.card,
        scored_at=None,
        recording_name=dialogue.source,
        sha256=None,
        refusal=None,
    )
    return {**scorecard_line(detail, language), "times_estimated": dialogue.estimated}


def refused_line(error: DialogueInvalid) -> dict[str, Any]:
    """What could not be read, as JSON says it."""
    return {
        "status": "not_scorable",
        "code": error.code,
        "reason": error.message,
        "hint": error.hint,
    }
