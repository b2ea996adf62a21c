"""Which release of a library runs here: a part of what decides a result."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release(distribution: str) -> str:
    """``name@version``, or ``name@none`` where it is not installed; imports nothing."""
    try:
        return f"{distribution}@{version(distribution)}"
    except PackageNotFoundError:
        return f"{distribution}@none"
