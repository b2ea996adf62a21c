"""A diff of two rubrics reads one call at a time, and judges an unchanged criterion once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Self

import pytest

from qa.domain.call import CallRecord
from qa.domain.detectors.base import Case, Finding
from qa.domain.records import CallDetail, Hearing
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Outcome
from qa.domain.transcript import Span
from qa.services.rubric_diff import RubricDiff, sums_line

CALLS = 10_000


@dataclass
class Store:
    """A store of many calls that are made when they are read; ``read`` counts them."""

    detail: Callable[[int], CallDetail]
    read: int = 0
    calls: Any = field(init=False)

    def __post_init__(self) -> None:
        self.calls = SimpleNamespace(every=self.every)

    def every(self) -> Iterator[CallDetail]:
        for number in range(CALLS):
            self.read += 1
            yield self.detail(number)

    def __call__(self, *, writes: bool = False) -> Self:  # noqa: ARG002 - the port's signature
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


@dataclass(frozen=True)
class Counted:
    """A detector that counts how often it is asked."""

    inner: Any
    asked: list[int]

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        self.asked.append(1)
        found: Finding = self.inner.find(case, anchor)
        return found


@pytest.fixture
def store(case_of: Callable[..., Case]) -> Store:
    case = case_of("A: 喂，说吧。\nC: 你好")
    hearing = Hearing("f", case.transcript, case.signals, {})

    def detail(number: int) -> CallDetail:
        return CallDetail(
            f"p{number}",
            CallRecord(f"c{number}"),
            None,
            hearing if number % 100 else None,
            None,
            None,
            "x.wav",
            None,
            None,
        )

    return Store(detail)


def criterion(rubric: Rubric, criterion_id: str) -> Criterion:
    found = rubric.criterion(criterion_id)
    assert found is not None
    return found


def diff_of(before: Rubric, after: Rubric, case_of: Callable[..., Case]) -> RubricDiff:
    case = case_of("A: 喂，说吧。\nC: 你好")
    return RubricDiff(before, after, lambda *_: case)


def test_ten_thousand_calls_are_read_one_at_a_time(
    standard: Rubric, store: Store, case_of: Callable[..., Case]
) -> None:
    greeting = criterion(standard, "greeting")
    small = replace(standard, criteria=(greeting,))
    lenient = replace(small, criteria=(replace(greeting, when_absent=Outcome.PASS),))
    diff = diff_of(small, lenient, case_of)
    for seen, call in enumerate(diff.calls(store), start=1):  # type: ignore[arg-type]
        assert store.read <= seen + diff.sums.unheard
        (change,) = call.changes
        assert (change.criterion, call.score_before, call.score_after) == ("greeting", 0.0, 100.0)
    sums = sums_line(diff)
    assert (sums["calls"], sums["unheard"], sums["changed"]) == (9_900, 100, 9_900)
    assert (sums["score_before"], sums["score_after"]) == (0.0, 100.0)
    assert sums["criteria"]["greeting"]["failed_before"] == 9_900


def test_a_criterion_that_stands_in_both_is_judged_once(
    standard: Rubric, store: Store, case_of: Callable[..., Case]
) -> None:
    asked: list[int] = []
    greeting = criterion(standard, "greeting")
    counted = replace(greeting, pass_if=Counted(greeting.pass_if, asked))
    rubric = replace(standard, criteria=(counted,))
    diff = diff_of(rubric, replace(rubric), case_of)
    next(diff.calls(store))  # type: ignore[arg-type]
    assert len(asked) == 1


def test_a_criterion_that_only_one_rubric_has_is_a_change(
    standard: Rubric, store: Store, case_of: Callable[..., Case]
) -> None:
    one = replace(standard, criteria=(criterion(standard, "thanks"),))
    other = replace(standard, criteria=(criterion(standard, "farewell"),))
    call = next(diff_of(one, other, case_of).calls(store))  # type: ignore[arg-type]
    gone, new = call.changes
    assert (gone.criterion, gone.after) == ("thanks", None)
    assert (new.criterion, new.before) == ("farewell", None)
