"""The pages of a list."""

from __future__ import annotations


def pages_of(total: int, page_size: int) -> int:
    """How many pages some rows fill, at least one."""
    return max(1, -(-total // page_size))
