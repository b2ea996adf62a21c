"""Windows that were encoded a moment ago.

The encoder is most of recognition's cost on a processor, and a window is looked at several times: to tell
the language, to recognise it, and again at each temperature where that failed.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from qa.ports import Samples

T = TypeVar("T")


class Encodings(Generic[T]):
    """Encodes windows in one batch, except those it remembers.

    It may be asked from several threads.

    Args:
        encode: Encodes windows; one result for each.
        size: Windows remembered, beyond those of the present batch.
    """

    def __init__(self, encode: Callable[[Sequence[Samples]], Sequence[T]], *, size: int) -> None:
        self._encode = encode
        self._size = size
        self._known: OrderedDict[bytes, T] = OrderedDict()
        self._lock = Lock()

    def of(self, windows: Sequence[Samples]) -> list[T]:
        """The encoding of each window."""
        keys = [_key(window) for window in windows]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        missing = {
            key: window for key, window in zip(keys, windows, strict=True) if key not in found
        }
        if missing:
            found.update(zip(missing, self._encode(list(missing.values())), strict=True))
        with self._lock:
            for key in keys:
                self._known[key] = found[key]
                self._known.move_to_end(key)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return [found[key] for key in keys]


def _key(window: Samples) -> bytes:
    return hashlib.blake2b(np.ascontiguousarray(window).data, digest_size=16).digest()
