"""A review's form: what its fields are called and hold, read strictly."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.datastructures import MultiDict

from qa.domain.call import Role
from qa.domain.errors import InputInvalid
from qa.domain.review import Basis
from qa.domain.reviewing import Choice, Entry
from qa.domain.scorecard import Evidence, Outcome
from qa.domain.wording import Reason
from qa.services.review import ReviewForm

_PARTS = ("choice", "reason", "note", "evidence")
"""A criterion's fields are called by its id, a dot and one of these."""
_LEVEL = "/"


def choice_code(choice: Choice) -> str:
    """A choice as the value of a field: an outcome, on a scale followed by the level's place."""
    return choice.outcome if choice.level is None else f"{choice.outcome}{_LEVEL}{choice.level}"


def clip_code(clip: Evidence) -> str:
    """A clip as the value of a field."""
    return json.dumps(
        {
            "start_s": clip.start_s,
            "end_s": clip.end_s,
            "speaker": clip.speaker,
            "quote": clip.quote,
        },
        ensure_ascii=False,
    )


def read(fields: MultiDict[str, str]) -> ReviewForm:
    """What a form sent.

    Raises:
        InputInvalid: A field holds what no page of ours puts there.
    """
    return ReviewForm(
        basis=Basis(fields.get("scorecard", ""), fields.get("base") or None),
        revision=fields.get("revision", 0, type=int),
        entries=entries(fields),
        note=fields.get("note", ""),
    )


def entries(fields: MultiDict[str, str]) -> dict[str, Entry]:
    """What a form says of each criterion that it has fields of. Raises ``InputInvalid`` as ``read``."""
    return {criterion: _entry(fields, criterion) for criterion in _criteria(fields)}


def _criteria(fields: MultiDict[str, str]) -> list[str]:
    """The criteria that a form has fields of, each once."""
    named = (name.rpartition(".") for name in fields)
    found = (criterion for criterion, dot, part in named if dot and part in _PARTS)
    return list(dict.fromkeys(found))


def _entry(fields: MultiDict[str, str], criterion: str) -> Entry:
    def text(part: str) -> str:
        return fields.get(f"{criterion}.{part}", "")

    clips = fields.getlist(f"{criterion}.evidence")
    return Entry(
        choice=_choice(text("choice"), f"{criterion}.choice"),
        reason=text("reason"),
        note=text("note"),
        evidence=tuple(_clip(each, f"{criterion}.evidence") for each in clips),
    )


def _choice(code: str, field: str) -> Choice | None:
    if not code:
        return None
    outcome, _slash, level = code.partition(_LEVEL)
    try:
        return Choice(Outcome(outcome), int(level) if level else None)
    except ValueError as error:
        raise _foreign(field) from error


def _clip(code: str, field: str) -> Evidence:
    try:
        clip: Any = json.loads(code)
        return Evidence(
            start_s=_seconds(clip["start_s"]),
            end_s=_seconds(clip["end_s"]),
            speaker=Role(clip["speaker"]),
            quote=str(clip["quote"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _foreign(field) from error


def _seconds(value: Any) -> float:
    """A number that JSON wrote. Raises ``TypeError``; whether it lies in the call is not looked at."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    return float(value)


def _foreign(field: str) -> InputInvalid:
    return InputInvalid(
        f"{field} is nothing that the page offers",
        field=field,
        reason=Reason("form.not_a_choice"),
    )
