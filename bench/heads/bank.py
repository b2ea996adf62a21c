"""The phrase bank: sentences that do, or do not do, what a head is to tell."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

BANK = Path(__file__).resolve().parents[2] / "rubrics" / "bank"

TEST_BELOW = 77
"""First byte of a sentence's sha256 below which it is held back: 30 % of them, whoever adds sentences."""


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence of the bank."""

    head: str
    language: str
    sentence: str
    positive: bool

    @property
    def held_back(self) -> bool:
        """Whether it is of the test split, which is never trained on."""
        return hashlib.sha256(self.sentence.encode()).digest()[0] < TEST_BELOW


def read_bank(folder: Path = BANK) -> tuple[Example, ...]:
    """Every sentence of the bank, in order of file and line. Raises ``ValueError`` naming a line that is none."""
    found = []
    for file in sorted(folder.glob("*.txt")):
        head, language, _ = file.name.split(".")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            sign, _, sentence = line.partition(" ")
            if sign not in ("+", "-") or not sentence.strip():
                raise ValueError(f"{file}:{number}: a line begins with `+ ` or `- `")
            found.append(Example(head, language, sentence.strip(), sign == "+"))
    return tuple(found)
