"""Words that the recogniser should expect, from a text file: product names, places, people."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qa.domain.errors import SettingsInvalid

MOST_BYTES = 240
"""Of all names in one script, in UTF-8: 80 Chinese characters or 240 letters. Whisper reads 223 tokens before
it drops the beginning, two for a Chinese character, and a longer list makes it write what nobody said."""
MOST_CHARACTERS = 30
"""Of one entry: names, not sentences."""

_HINT = (
    "QA_VOCABULARY names a UTF-8 text file with one name a line; lines that begin with # are notes"
)


def read_vocabulary(path: Path) -> tuple[str, ...]:
    """The words of a file, each once, in its order. Raises ``SettingsInvalid`` naming the line at fault."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SettingsInvalid(f"{path} cannot be read: {error.strerror}", hint=_HINT) from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid(f"{path} is not UTF-8 text", hint=_HINT) from error
    words: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        word = " ".join(line.split())
        if not word or word.startswith("#"):
            continue
        if len(word) > MOST_CHARACTERS:
            raise SettingsInvalid(
                f"{path}, line {number}: {len(word)} characters are no name", hint=_HINT
            )
        words[word] = None
    for script, names in _by_script(words).items():
        if (size := len("".join(names).encode())) > MOST_BYTES:
            raise SettingsInvalid(
                f"{path} holds {size} bytes of {script} names; the recogniser takes {MOST_BYTES}",
                hint="keep those that calls are about and that it gets wrong",
            )
    return tuple(words)


def _by_script(words: Iterable[str]) -> dict[str, list[str]]:
    scripts: dict[str, list[str]] = {"Chinese": [], "other": []}
    for word in words:
        chinese = any("\u3400" <= character <= "\u9fff" for character in word)
        scripts["Chinese" if chinese else "other"].append(word)
    return scripts
