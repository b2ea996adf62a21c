from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.encodings import Encodings
from tests.unit.recognition import Samples


def test_a_window_is_encoded_once_however_often_it_is_looked_at() -> None:
    batches: list[int] = []

    def encode(windows: Sequence[Samples]) -> list[float]:
        batches.append(len(windows))
        return [float(window.sum()) for window in windows]

    encodings = Encodings(encode, size=2)
    one, two, three = (np.full(4, value, dtype=np.float32) for value in (1, 2, 3))

    assert encodings.of([one, two]) == [4, 8]
    assert encodings.of([two, three, one]) == [8, 12, 4]
    assert encodings.of([one]) == [4]
    assert encodings.of([two, two]) == [8, 8]
    assert batches == [2, 1, 1]
