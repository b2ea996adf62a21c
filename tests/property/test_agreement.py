"""Agreement whatever the ratings: figures within bounds, and the same however people and calls are listed."""

from __future__ import annotations

from dataclasses import astuple
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.statistics.agreement import (
    Figure,
    Level,
    Points,
    Ratings,
    Shown,
    Weights,
    Withheld,
    agreement,
    detected,
    intraclass,
    leniency,
    points,
    ratings,
)

NAMES = ("cannot_judge", "fail", "not_applicable", "pass")
EPSILON = 1e-9

Rows = list[list[str | None]]


@st.composite
def rated(draw: st.DrawFn, raters: int | None = None) -> Rows:
    """Few kinds of calls, each many times, so that some cross the threshold and some do not."""
    width = draw(st.integers(1, 5)) if raters is None else raters
    names = NAMES[: draw(st.integers(1, 4))]
    call = st.lists(st.sampled_from([*names, None]), min_size=width, max_size=width)
    kinds = draw(st.lists(st.tuples(call, st.integers(1, 40)), max_size=6))
    return [list(kind) for kind, times in kinds for _ in range(times)]


def check(figure: Shown | None, lowest: float) -> None:
    if isinstance(figure, Figure):
        assert all(isfinite(each) for each in astuple(figure))
        assert lowest - EPSILON <= figure.low <= figure.value <= figure.high <= 1 + EPSILON
        assert figure.low < figure.high
        assert figure.n >= 60
    elif figure is not None:
        assert figure.more is None or figure.more > 0
        assert figure.more_rare >= 0


def same(one: Points, other: Points) -> None:
    for before, after in zip(astuple(one), astuple(other), strict=True):
        assert before == (None if after is None else pytest.approx(after, abs=EPSILON))


def close(one: Shown | None, other: Shown | None) -> None:
    """The same figure, its bounds up to what drawing at random leaves."""
    if isinstance(one, Figure):
        assert isinstance(other, Figure)
        assert one.value == pytest.approx(other.value, abs=EPSILON)
        slack = 0.25 * max(one.high - one.low, other.high - other.low)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=slack)
    else:
        assert one == other


@given(rated(), st.sampled_from(Weights), st.sampled_from(Level))
def test_every_figure_lies_within_its_bounds_or_says_why_it_is_missing(
    rows: Rows, weights: Weights, level: Level
) -> None:
    found = agreement(ratings(rows, NAMES), weights, level)
    check(found.raw, 0)
    check(found.kappa, -1)
    check(found.gwet, -1)
    check(found.alpha, -1)
    assert sum(found.shares) == pytest.approx(1 if found.n else 0)


@given(rated(), st.randoms(use_true_random=False))
def test_the_order_of_calls_changes_nothing(rows: Rows, random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert agreement(ratings(shuffled, NAMES)) == agreement(ratings(rows, NAMES))


@given(rated(), st.data())
def test_the_order_of_raters_changes_no_figure(rows: Rows, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows[0]) if rows else 0)))
    turned = ratings([[row[rater] for rater in order] for row in rows], NAMES)
    same(points(ratings(rows, NAMES)), points(turned))
    one, other = agreement(ratings(rows, NAMES)), agreement(turned)
    close(one.raw, other.raw)
    close(one.kappa, other.kappa)
    close(one.gwet, other.gwet)
    close(one.alpha, other.alpha)


@given(rated(), st.permutations(NAMES))
def test_other_names_for_the_ratings_change_no_figure(rows: Rows, names: list[str]) -> None:
    new = dict(zip(NAMES, names, strict=True))
    renamed = [[None if name is None else new[name] for name in row] for row in rows]
    same(points(ratings(rows, NAMES)), points(ratings(renamed, NAMES)))
    one, other = agreement(ratings(rows, NAMES)), agreement(ratings(renamed, NAMES))
    close(one.raw, other.raw)
    close(one.gwet, other.gwet)
    close(one.alpha, other.alpha)


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 60)), min_size=1), st.integers(2, 4)
)
def test_raters_who_always_agree_reach_one_or_are_all_alike(
    kinds: list[tuple[str, int]], raters: int
) -> None:
    rows: Rows = [[name] * raters for name, times in kinds for _ in range(times)]
    found = points(ratings(rows, NAMES))
    alike = len({name for name, _ in kinds}) == 1
    assert found.raw == pytest.approx(1)
    assert found.alpha == (None if alike else pytest.approx(1))
    assert found.gwet == (None if alike else pytest.approx(1))
    assert found.kappa == (None if alike or raters > 2 else pytest.approx(1))


@given(rated(raters=2), st.integers(2, 4))
def test_more_calls_of_the_same_kind_never_withhold_what_was_shown(rows: Rows, times: int) -> None:
    few, many = agreement(ratings(rows, NAMES)), agreement(ratings(rows * times, NAMES))
    for before, after in ((few.raw, many.raw), (few.kappa, many.kappa), (few.gwet, many.gwet)):
        if isinstance(before, Figure):
            assert isinstance(after, Figure)
            assert after.high - after.low < before.high - before.low + EPSILON
        elif isinstance(after, Withheld):
            assert (after.more or 0) <= (before.more or 0) if before else True


@given(rated())
def test_a_table_holds_every_pair_of_ratings(rows: Rows) -> None:
    found: Ratings = ratings(rows, NAMES)
    given_ = [sum(each is not None for each in row) for row in rows]
    met = sum(count * (count - 1) for count in given_)
    total = sum(map(sum, found.table()))
    assert total == (met // 2 if found.raters == 2 else met)


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=3, max_size=3), max_size=90
    )
)
def test_scores_of_any_kind_give_figures_or_reasons(rows: list[list[int | None]]) -> None:
    scores = [[None if score is None else float(score) for score in row] for row in rows]
    check(intraclass(scores).figure, -1)
    for found in (*leniency(scores), *leniency(scores, [row[0] for row in scores])):
        check(found.near, 0)
        if isinstance(found.difference, Figure):
            assert -100 <= found.difference.value <= 100
            assert found.difference.low < found.difference.value < found.difference.high


@given(*[st.integers(0, 80)] * 4)
def test_a_machine_of_any_kind_gives_figures_or_reasons(
    caught: int, missed: int, false_alarms: int, left_alone: int
) -> None:
    found = detected(caught=caught, missed=missed, false_alarms=false_alarms, left_alone=left_alone)
    for figure, hits, of, needed in (
        (found.sensitivity, caught, caught + missed, 10),
        (found.specificity, left_alone, false_alarms + left_alone, 20),
    ):
        assert isinstance(figure, Figure) == (of >= needed)
        if isinstance(figure, Figure):
            assert figure.value == hits / of
            assert 0 <= figure.low <= figure.value <= figure.high <= 1
            assert figure.n == of
    assert np.sum(found.table) == found.n
