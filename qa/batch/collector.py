"""How often Python looks for objects that hold each other, while work makes many that do not."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS = 20_000
"""More new objects than gone ones before it looks. Its own 700 had it look through a rubric's hundred thousand
objects time and again, for a quarter of what scoring takes."""


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look seldom for as long as this lasts; afterwards, among decoders and models, as often as before."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], NEW_OBJECTS), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
