from __future__ import annotations

import gc

import pytest

from qa.batch.collector import NEW_OBJECTS, collecting_seldom


def test_python_looks_as_often_as_before_once_the_work_is_done_or_has_failed() -> None:
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold() == (NEW_OBJECTS, *before[1:])
    assert gc.get_threshold() == before
    with pytest.raises(ZeroDivisionError), collecting_seldom():
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_it_does_look() -> None:
    looked: list[str] = []

    def note(phase: str, _info: object) -> None:
        looked.append(phase)

    def circles(number: int) -> list[list[object]]:
        made: list[list[object]] = [[] for _ in range(number)]
        for each in made:
            each.append(each)
        return made

    gc.collect()
    gc.callbacks.append(note)
    try:
        with collecting_seldom():
            few = circles(NEW_OBJECTS // 2)
            assert looked == []
            many = circles(NEW_OBJECTS)
            assert looked
    finally:
        gc.callbacks.remove(note)
    assert len(few) + len(many) == NEW_OBJECTS * 3 // 2
