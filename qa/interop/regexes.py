"""Regular expressions for rubrics, by RE2: whatever the expression, the time is linear in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

MAX_LENGTH = 500
"""Characters of an expression; a longer one is a list that belongs into several."""

_MAX_BYTES = 1 << 20
"""Of a compiled expression and its states."""


@dataclass(frozen=True, slots=True)
class LinearRegex:
    """One expression, in RE2's syntax, that minds no case."""

    source: str

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it matches in a text, as characters from and to, in order and apart."""
        for match in _compiled(self.source).finditer(text):
            start, end = match.span()
            if end > start:
                yield start, end


def compile_regex(source: str) -> LinearRegex:
    """The expression of a source (a ``RegexCompiler``).

    Raises:
        ValueError: It is not RE2's syntax, too large, or matches where nothing is said. The message says which.
    """
    if len(source) > MAX_LENGTH:
        raise ValueError(f"it is longer than {MAX_LENGTH} characters")
    if _compiled(source).search("") is not None:
        raise ValueError("it matches where nothing is said")
    return LinearRegex(source)


@lru_cache(maxsize=1_000)
def _compiled(source: str) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MAX_BYTES
    try:
        return re2.compile(source, options)
    except re2.error as error:
        raise ValueError(_said(error)) from error


def _said(error: Exception) -> str:
    """What RE2 says of an expression, as text."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
