"""Golden dialogues: written calls with the right verdicts, in folders beside the rubric that they test.

``<folder>/<rubric>/train`` and ``.../test`` hold those of one rubric, ``<folder>/traps`` those in which the
customer says what would earn or cost the agent points. Files that lie in the folder itself are taken, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qa.domain.dialogue import Simplified
from qa.domain.errors import DialogueInvalid
from qa.interop.dialogue import read
from qa.services.rubric_test import Golden, Split

NAMES_FILE = "company_names.txt"
"""Beside the dialogues: the names of the company that they are about, one a line."""

_ENDINGS = (".yaml", ".yml")


def golden(
    folder: Path, rubric_id: str, simplified: Simplified | None = None
) -> Iterator[Golden | DialogueInvalid]:
    """The golden dialogues of a rubric, in order of split and name.

    A trap, and a file that lies in the folder itself, counts where it names this rubric or none.
    """
    places: tuple[tuple[Path, Split], ...] = (
        (folder, "train"),
        (folder / rubric_id / "train", "train"),
        (folder / rubric_id / "test", "test"),
        (folder / "traps", "traps"),
    )
    for place, split in places:
        for file in _files(place):
            for dialogue in read(file, simplified=simplified):
                if isinstance(dialogue, DialogueInvalid):
                    yield dialogue
                elif dialogue.rubric in (None, rubric_id):
                    yield Golden(split, dialogue)


def company_names(folder: Path) -> tuple[str, ...]:
    """The company's names in the dialogues of a folder; none where it names none."""
    try:
        lines = (folder / NAMES_FILE).read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise DialogueInvalid(
            f"{folder / NAMES_FILE} cannot be read", hint="write a name a line, in UTF-8"
        ) from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in _ENDINGS)
