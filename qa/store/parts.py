"""Long lists of values in parts, as many at a time as one statement takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

LOOKUP_BATCH = 500
"""Values of one IN list; databases bound the parameters of a statement."""


def parts(values: Iterable[str]) -> Iterator[list[str]]:
    """Distinct values, as many at a time as one statement takes."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), LOOKUP_BATCH):
        yield distinct[start : start + LOOKUP_BATCH]
