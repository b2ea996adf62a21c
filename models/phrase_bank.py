"""The phrase bank: sentences that do, or do not do, what a head is to tell."""

from __future__ import annotations

import hashlib
from pathlib import Path

import rubrics
from qa.ports.learning import BankSentence

BANK = Path(rubrics.__file__).with_name("bank")

TEST_BELOW = 77
"""First byte of a sentence's sha256 below which it is held back: 30 % of them, whoever adds sentences."""


def held_back(sentence: str) -> bool:
    """Whether a sentence is of the test split, which is never trained on."""
    return hashlib.sha256(sentence.encode()).digest()[0] < TEST_BELOW


def read_bank(folder: Path = BANK) -> tuple[BankSentence, ...]:
    """Every sentence of the bank, in order of file and line. Raises ``ValueError`` naming a line that is none."""
    found = []
    for file in sorted(folder.glob("*.txt")):
        head, language, _ = file.name.split(".")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            sign, _, said = line.partition(" ")
            sentence = said.strip()
            if sign not in ("+", "-") or not sentence:
                raise ValueError(f"{file}:{number}: a line begins with `+ ` or `- `")
            found.append(BankSentence(head, language, sentence, sign == "+", held_back(sentence)))
    return tuple(found)
