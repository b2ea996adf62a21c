"""Transcript lines in: one call a line of JSON, as ``qa export transcripts`` writes them.

The times are the words' own, where they are there. What the sound of the call told apart from its words is
not in the words, so nothing is measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, NoReturn

from qa.domain.attribution import joined
from qa.domain.call import CallRecord, Role
from qa.domain.dialogue import Dialogue, Simplified, WrittenTurn, language_of, written_call
from qa.domain.errors import DialogueInvalid
from qa.domain.measure import measure
from qa.domain.transcript import Span, Transcript, Turn, Word

_HINT = "write transcript lines as `qa export transcripts` does; docs/exports.md names their keys"
_LONGEST_S = 7 * 24 * 3600.0


def parse(text: str, where: str, fallback_id: str, simplified: Simplified | None) -> Dialogue:
    """The call of one line. Raises ``DialogueInvalid`` naming the line and the key.

    Args:
        text: The line.
        where: What an error calls it: the file and the line.
        fallback_id: Its id where it gives none.
        simplified: Puts Chinese into simplified characters where a turn has no words of its own.
    """
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DialogueInvalid(f"{where}: this is not JSON", hint=_HINT) from error
    return _Line(where).dialogue(line, fallback_id, simplified)


@dataclass(frozen=True, slots=True)
class _Line:
    """Reads the values of one line."""

    where: str

    def dialogue(self, line: Any, fallback_id: str, simplified: Simplified | None) -> Dialogue:
        """The whole line."""
        fields = self._mapping(line, "the line")
        call_id = str(fields.get("call_id") or fallback_id)
        language = fields.get("language")
        if language not in ("zh", "en", None):
            self._refuse("language", "it is neither zh nor en")
        turns = self._list(fields.get("turns"), "turns")
        if not turns:
            self._refuse("turns", "there are none")
        parts = [self._mapping(turn, f"turns[{number}]") for number, turn in enumerate(turns)]
        timed = all("start_s" in part and "end_s" in part for part in parts)
        if timed:
            said = tuple(
                sorted(
                    (self._timed(part, f"turns[{number}]") for number, part in enumerate(parts)),
                    key=lambda turn: turn.start_s,
                )
            )
            activity: dict[Role, list[Span]] = {}
            for turn in said:
                activity.setdefault(turn.speaker, []).append(turn.span)
            sound = measure(
                duration_s=max(turn.end_s for turn in said),
                activity=activity,
                turns=said,
                overlap_confidence=1.0,
            )
            signals = replace(sound, measured=False)
            transcript = Transcript(language or language_of(said), said)
        else:
            written = [
                WrittenTurn(
                    self._speaker(part, f"turns[{number}]"),
                    self._text(part.get("text"), f"turns[{number}].text"),
                )
                for number, part in enumerate(parts)
            ]
            transcript, signals = written_call(written, language=language, simplified=simplified)
        transcript = replace(
            transcript,
            role_confidence=self._share(fields, "role_confidence", ""),
            speaker_confidence=self._share(fields, "speaker_confidence", ""),
        )
        record = CallRecord(call_id, language=language)
        return Dialogue(call_id, self.where, record, transcript, signals, estimated=not timed)

    def _timed(self, turn: Mapping[str, Any], where: str) -> Turn:
        start_s, end_s = self._span(turn, where)
        speaker = self._speaker(turn, where)
        given = self._list(turn.get("words") or [], f"{where}.words")
        if not given:
            text = self._text(turn.get("text"), f"{where}.text")
            spoken, _ = written_call([WrittenTurn(speaker, text)])
            return _moved(spoken.turns[0], start_s, end_s)
        words = tuple(
            sorted(
                (self._word(word, f"{where}.words[{number}]") for number, word in enumerate(given)),
                key=lambda word: word.start_s,
            )
        )
        return Turn(speaker, start_s, end_s, joined(words), words)

    def _word(self, given: Any, where: str) -> Word:
        word = self._mapping(given, where)
        start_s, end_s = self._span(word, where)
        return Word(
            start_s,
            end_s,
            self._text(word.get("text"), f"{where}.text"),
            self._share(word, "confidence", where),
            str(word.get("original") or ""),
        )

    def _span(self, of: Mapping[str, Any], where: str) -> tuple[float, float]:
        start_s, end_s = (
            self._number(of.get(key), f"{where}.{key}") for key in ("start_s", "end_s")
        )
        if end_s < start_s:
            self._refuse(where, "it ends before it begins")
        return start_s, end_s

    def _speaker(self, turn: Mapping[str, Any], where: str) -> Role:
        speaker = turn.get("speaker")
        if speaker not in [str(role) for role in Role]:
            self._refuse(f"{where}.speaker", "it is none of agent, customer, unknown")
        return Role(speaker)

    def _share(self, of: Mapping[str, Any], key: str, where: str) -> float:
        """A share from 0 to 1; 1 where it is not given."""
        value = of.get(key, 1.0)
        number = self._number(value, f"{where}.{key}" if where else key)
        if number > 1:
            self._refuse(f"{where}.{key}" if where else key, "it is above 1")
        return number

    def _number(self, value: Any, where: str) -> float:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not (whole or isinstance(value, float)):
            self._refuse(where, "a number is expected")
        if not (0 <= value <= _LONGEST_S and isfinite(value)):
            self._refuse(where, "it is out of bounds")
        return float(value)

    def _text(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not value.strip():
            self._refuse(where, "text is expected")
        # A lone half of a surrogate pair is valid JSON and cannot be written out.
        return value.encode("utf-8", "replace").decode("utf-8").strip()

    def _mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._refuse(where, "an object is expected")
        return value

    def _list(self, value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            self._refuse(where, "a list is expected")
        return value

    def _refuse(self, key: str, fault: str) -> NoReturn:
        raise DialogueInvalid(f"{self.where}: {key}: {fault}", hint=_HINT)


def _moved(turn: Turn, start_s: float, end_s: float) -> Turn:
    """A turn with its words spread over another stretch."""
    scale = (end_s - start_s) / (turn.end_s - turn.start_s)

    def at(time_s: float) -> float:
        return start_s + scale * (time_s - turn.start_s)

    words = tuple(
        replace(word, start_s=at(word.start_s), end_s=at(word.end_s)) for word in turn.words
    )
    return Turn(turn.speaker, start_s, end_s, turn.text, words)
