"""Amazon Transcribe Call Analytics: the JSON of a finished job, scored without its audio.

Turns with their roles, words with times in milliseconds and confidence. Call Analytics takes recordings of two
channels, a party each, so who spoke is certain. Loudness is in a scale of its own and is left out; so are sentiment and
what the service itself made of the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.domain.call import CallRecord, Role
from qa.domain.errors import RecordsInvalid
from qa.domain.transcript import Span, Word
from qa.interop.importers import files, spoken, values
from qa.ports.importing import Described, Imported, Transcribed

REVISION = "1"
_ROLES = {"agent": Role.AGENT, "customer": Role.CUSTOMER}


@dataclass(frozen=True, slots=True)
class TranscribeAnalytics:
    """Reads the result of a Call Analytics job.

    Attributes:
        simplified: Puts Chinese into simplified characters.
    """

    simplified: spoken.Simplified | None = None
    name: str = "transcribe-json"
    about: str = "Amazon Transcribe Call Analytics: a job's result, scored without audio"

    def probe(self, path: Path) -> bool:
        """Whether it begins as a job's result does."""
        if not files.is_object(path):
            return False
        start = files.beginning(path)
        return '"ParticipantRole"' in start and (
            '"Transcript"' in start or '"ConversationCharacteristics"' in start
        )

    def read(self, path: Path) -> Imported:
        """The call of a result."""
        result = values.mapping(files.document(path))
        status = values.text(result.get("JobStatus"))
        if status and status != "COMPLETED":
            raise RecordsInvalid(f"{path} is of a job that is not completed", hint="wait for it")
        turns = values.mappings(result.get("Transcript"))
        language = values.language(result.get("LanguageCode"))
        figures = values.mapping(result.get("ConversationCharacteristics"))
        call = spoken.heard(
            _said(turns, spoken.Bounds(path)),
            language=language,
            duration_s=_at_s(figures.get("TotalConversationDurationMillis")),
            channels=True,
            simplified=self.simplified,
        )
        if call is None:
            raise RecordsInvalid(f"{path} holds no turn in which something is said")
        record = CallRecord(
            call_id=values.text(result.get("JobName")) or values.text(path.stem),
            language=language,
            attributes=values.attributes(result, ("JobName", "LanguageCode")),
        )
        made_by = f"{self.name} {REVISION}"
        return Imported((Described(record, transcribed=Transcribed(*call, made_by)),))


def _said(turns: list[Mapping[str, Any]], bounds: spoken.Bounds) -> Iterator[spoken.Said]:
    for turn in turns:
        words: list[Word] = []
        for item in values.mappings(turn.get("Items")):
            text = bounds.word(_text(item.get("Content")))
            span = _span(item)
            if item.get("Type") == "punctuation":
                spoken.with_mark(words, text)
            elif text and span is not None:
                sure = values.share(item.get("Confidence"))
                words.append(Word(span.start_s, span.end_s, text, 1.0 if sure is None else sure))
        said = bounds.turn(_text(turn.get("Content")))
        yield spoken.Said(
            spoken.role_of(_ROLES, turn.get("ParticipantRole")), said, _span(turn), tuple(words)
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _span(of: Mapping[str, Any]) -> Span | None:
    start_s, end_s = (_at_s(of.get(key)) for key in ("BeginOffsetMillis", "EndOffsetMillis"))
    return None if start_s is None or end_s is None or end_s < start_s else Span(start_s, end_s)


def _at_s(millis: Any) -> float | None:
    if isinstance(millis, bool) or not isinstance(millis, int | float):
        return None
    return values.seconds(millis / 1000) if abs(millis) <= 1000 * values.LONGEST_S else None
