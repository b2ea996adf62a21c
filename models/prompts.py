"""What the recogniser reads before a window: the script to write in, and names to expect."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.wording import simplified

VERSION = "1"
"""Raised whenever what is read changes."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_SCRIPT = {"zh": "以下是普通话的句子，使用简体中文和标点。", "en": ""}


def prompt_of(language: str, hotwords: Sequence[str]) -> str:
    """The prompt for windows of one language.

    Names in the other language's script stay out where there are names in its own: a Chinese name before an
    English window makes the recogniser lose the start of it.
    """
    chinese = [name for name in hotwords if _HAN.search(name)]
    latin = [name for name in hotwords if not _HAN.search(name)]
    names = ", ".join(latin) if language == "en" else "、".join(simplified(chinese or latin))
    return " ".join(part for part in (_SCRIPT[language], names) if part)
