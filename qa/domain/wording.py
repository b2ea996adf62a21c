"""Reasons as data, worded in Chinese and English at the edge that shows them.

A verdict or an outcome stores a code and its parameters, so that a supervisor who reads Chinese and an
export in English speak of the same stored fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.domain.phrasebook import PHRASEBOOK

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

Param = str | int | float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a code of the phrasebook and the values its wording needs."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


def render(reason: Reason, language: Language) -> str:
    """Word a reason in one language.

    Parameters whose value is itself a phrasebook code under ``word.`` (a speaker, a data field), or under
    ``word.`` and the parameter's own name (a language), are worded too. Floats are shown with one decimal.
    """
    wording = PHRASEBOOK[reason.code][language]
    return wording.format(
        **{name: _shown(name, value, language) for name, value in reason.params.items()}
    )


def _shown(name: str, value: Param, language: Language) -> str:
    if isinstance(value, float):
        return f"{value:.1f}"
    word = PHRASEBOOK.get(f"word.{name}.{value}") or PHRASEBOOK.get(f"word.{value}")
    return word[language] if word else str(value)
