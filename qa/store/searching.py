"""What a search matches: one form for the stored text and for what a person types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MAX_TERMS = 8
"""Words of a search that are looked for; the rest of a pasted paragraph would only slow it down."""
MAX_TERM_LENGTH = 200
"""Characters of one word that are compared; databases bound the length of a pattern."""

_HAN = "\u3400-\u9fff"
# Recognisers punctuate and space Chinese as they please; nobody who searches knows how.
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])[\W_]+(?=[{_HAN}])")


def search_form(text: str) -> str:
    """Text as it is compared: width and case folded, spaces single, nothing between Chinese characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _BETWEEN_HAN.sub("", " ".join(folded.split()))


def search_text(fields: Iterable[str | None]) -> str:
    """The stored text of a call: its fields a line each, so that no match spans two of them."""
    return "\n".join(search_form(field) for field in fields if field)


def search_terms(search: str) -> tuple[str, ...]:
    """The words that must all be found, at most ``MAX_TERMS``; empty for a blank search."""
    terms = (search_form(term)[:MAX_TERM_LENGTH] for term in search.split())
    return tuple(dict.fromkeys(term for term in terms if term))[:MAX_TERMS]
