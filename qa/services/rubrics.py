"""Rubrics as the services know them: a parsed rubric with its text, and where rubrics are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from qa.domain.rubric import Rubric


@dataclass(frozen=True, slots=True)
class RubricSource:
    """A rubric and its YAML text, which needs no other to be read; the store keeps that of every used one.

    The text of a rubric that extends another is the whole rubric written out, that of any other its file's.
    """

    rubric: Rubric
    text: str


class RubricShelf(Protocol):
    """Where rubrics are kept."""

    def ids(self) -> tuple[str, ...]:
        """Ids of all rubrics, in alphabetical order."""

    def get(self, rubric_id: str) -> RubricSource:
        """One rubric. Raises ``RubricNotFound`` or ``RubricInvalid``."""


def every(shelf: RubricShelf) -> tuple[Rubric, ...]:
    """All rubrics of a shelf, in order of id. Raises ``RubricInvalid`` for one that cannot be used."""
    return tuple(shelf.get(rubric_id).rubric for rubric_id in shelf.ids())
