"""What is exported as rows: the columns of each content and how a line becomes rows of them.

CSV, XLSX and Parquet write the same columns in the same order. They are a contract: columns are added at the end
of what they belong to in later versions, none is renamed or taken away (``docs/exports.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto

from qa.interop.lines import Line


class Kind(Enum):
    """What a column holds."""

    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    MOMENT = auto()
    """ISO 8601 with its offset."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column by its name, which no language changes."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of rows.

    Attributes:
        name: Of the sheet that holds it.
        rows: The rows of one line, by column name; a column that a row does not name is empty.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Line], Iterable[Line]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _numbers(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.NUMBER) for name in names)


def _moments(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.MOMENT) for name in names)


def _flags(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.FLAG) for name in names)


_CARD = (
    *_texts("call_id", "recording", "sha256", "agent_id", "language", "status", "reason"),
    *_texts("rubric_id", "rubric_version"),
    *_numbers("score"),
    *_texts("critical_failed", "awaiting"),
)
_VERDICT = (
    *_texts("criterion", "verdict"),
    *_numbers("points", "max_points", "confidence"),
    *_texts("criterion_reason"),
    *_numbers("evidence_start_s", "evidence_end_s"),
    *_texts("evidence_quote"),
    *_numbers("searched_start_s", "searched_end_s"),
    *_texts("searched_speaker"),
)


def _card_row(line: Line) -> Line:
    rubric = line["rubric"] or {}
    return {
        **line,
        "rubric_id": rubric.get("id"),
        "rubric_version": rubric.get("version"),
        "rubric_sha256": rubric.get("sha256"),
        "critical_failed": " ".join(line["critical_failed"]),
        "awaiting": " ".join(line.get("awaiting", ())),
    }


def _scorecard_rows(line: Line) -> Iterable[Line]:
    call = _card_row(line)
    if not line["criteria"]:
        yield call
    for criterion in line["criteria"]:
        yield {
            **call,
            "criterion": criterion["id"],
            **{key: criterion[key] for key in ("verdict", "points", "max_points", "confidence")},
            "criterion_reason": criterion["reason"],
            **_first_clip(criterion["evidence"]),
            **{f"searched_{key}": value for key, value in (criterion["searched"] or {}).items()},
        }


def _review_rows(line: Line) -> Iterable[Line]:
    yield {
        **line,
        "reviewer": line["reviewer"]["name"],
        "decided_by": line.get("decided_by", line["reviewer"])["name"],
        "rubric_id": line["rubric"]["id"],
        "rubric_version": line["rubric"]["version"],
        "critical_failed": " ".join(line["critical_failed"]),
        **_first_clip(line.get("evidence", ())),
    }


def _rating_rows(line: Line) -> Iterable[Line]:
    yield {
        **line,
        "rater": line["rater"]["name"],
        "rubric_id": line["rubric"]["id"],
        "rubric_version": line["rubric"]["version"],
        **_first_clip(line["evidence"]),
    }


def _transcript_rows(line: Line) -> Iterable[Line]:
    for turn in line["turns"]:
        yield {**line, **turn}


def _first_clip(clips: Iterable[Line]) -> Line:
    first = next(iter(clips), None)
    if first is None:
        return {}
    return {f"evidence_{key}": first[key] for key in ("start_s", "end_s", "quote")}


SCORECARDS = Table("scorecards", (*_CARD, *_VERDICT, Column("rubric_sha256")), _scorecard_rows)
"""A row for each call and criterion, one for a call without a score."""

CARDS = Table("scorecards", (*_CARD, Column("rubric_sha256")), lambda line: (_card_row(line),))
"""A row for each call."""

CRITERIA = Table(
    "criteria",
    (*_texts("call_id", "agent_id", "rubric_id", "rubric_version"), *_VERDICT),
    lambda line: _scorecard_rows(line) if line["criteria"] else (),
)
"""A row for each criterion of each scorecard."""

TRANSCRIPTS = Table(
    "turns",
    (
        *_texts("call_id", "language", "speaker"),
        *_numbers("start_s", "end_s"),
        *_texts("text", "recording", "agent_id"),
        *_moments("started_at"),
    ),
    _transcript_rows,
)
"""A row for each turn."""

REVIEWS = Table(
    "decisions",
    (
        *_texts("call_id", "recording", "agent_id", "review", "purpose"),
        *_flags("counts"),
        *_texts("reviewer"),
        *_moments("opened_at", "submitted_at"),
        *_texts("rubric_id", "rubric_version"),
        *_moments("scored_at"),
        *_numbers("review_score"),
        *_texts("critical_failed", "review_note", "criterion", "machine_verdict"),
        *_numbers("machine_points"),
        *_texts("verdict"),
        *_numbers("points", "max_points"),
        *_flags("changed"),
        *_texts("reason", "note"),
        *_numbers("evidence_start_s", "evidence_end_s"),
        *_texts("evidence_quote", "decided_by"),
        *_moments("decided_at"),
    ),
    _review_rows,
)
"""A row for each decision of a review."""

RATINGS = Table(
    "ratings",
    (
        *_texts("session", "session_title"),
        *_moments("revealed_at"),
        *_numbers("position"),
        *_texts("call_id", "agent_id", "rubric_id", "rubric_version", "rating", "rater"),
        *_flags("seen_before"),
        *_moments("opened_at", "submitted_at"),
        *_numbers("rating_score"),
        *_texts("rating_note", "criterion", "verdict"),
        *_numbers("points", "max_points"),
        *_texts("reason", "note"),
        *_numbers("evidence_start_s", "evidence_end_s"),
        *_texts("evidence_quote"),
        *_moments("decided_at"),
        *_texts("machine_verdict"),
        *_numbers("machine_points"),
        *_texts("master_verdict"),
        *_numbers("master_points"),
        *_texts("master_reason"),
    ),
    _rating_rows,
)
"""A row for each decision of a blind rating."""
