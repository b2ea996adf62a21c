"""Figures of agreement come with an interval, or with the reason why there is none."""

from __future__ import annotations

import time

import numpy as np
import pytest

from qa.statistics.agreement import (
    Against,
    Figure,
    Level,
    Shown,
    Weights,
    Why,
    Withheld,
    agreement,
    by_pair,
    detected,
    detection,
    intraclass,
    leniency,
    pairs_of,
    points,
    ratings,
)
from qa.statistics.agreement.intraclass import correlation

PASS, FAIL = "pass", "fail"


def shown(figure: Shown | None) -> Figure:
    assert isinstance(figure, Figure)
    return figure


# --- two raters --------------------------------------------------------------------------------


def test_enough_calls_show_every_figure_with_its_table() -> None:
    found = agreement(pairs_of([[70, 5], [3, 22]], [PASS, FAIL]))
    assert (found.n, found.raters) == (100, 2)
    assert found.table == ((70, 5), (3, 22))
    assert found.prevalence == pytest.approx({PASS: 0.74, FAIL: 0.26})
    assert shown(found.raw).value == pytest.approx(0.92)
    for figure in (found.raw, found.kappa, found.gwet, found.alpha):
        assert shown(figure).n == 100
        assert shown(figure).low < shown(figure).value < shown(figure).high < 1


def test_the_same_ratings_give_the_same_interval_again() -> None:
    table = [[70, 5], [3, 22]]
    assert agreement(pairs_of(table)).kappa == agreement(pairs_of(table)).kappa


def test_the_bounds_of_raw_agreement_are_those_of_a_share() -> None:
    # The 2.5 and 97.5 % points of the beta distribution with 93 and 9: Bayes' interval of 92 of 100.
    found = shown(agreement(pairs_of([[70, 5], [3, 22]])).raw)
    assert (found.low, found.high) == pytest.approx((0.8501, 0.9587), abs=0.004)


def test_the_paradox_is_told_though_kappa_is_withheld() -> None:
    found = agreement(pairs_of([[96, 2], [2, 0]], [PASS, FAIL]))
    assert found.paradox
    assert shown(found.gwet).value == pytest.approx(0.958, abs=0.0005)
    assert found.kappa == Withheld(Why.TOO_RARE, 100, 100, 2)
    assert points(pairs_of([[96, 2], [2, 0]])).kappa == pytest.approx(-0.020, abs=0.0005)


def test_agreement_that_kappa_confirms_is_no_paradox() -> None:
    assert not agreement(pairs_of([[48, 2], [2, 48]])).paradox


def test_few_calls_tell_how_many_more_it_takes() -> None:
    found = agreement(pairs_of([[9, 1], [1, 9]], [PASS, FAIL]))
    assert found.raw == Withheld(Why.TOO_FEW, 20, 40)
    assert found.kappa == Withheld(Why.TOO_FEW, 20, 40)
    rare = agreement(pairs_of([[19, 1], [0, 0]], [PASS, FAIL]))
    assert rare.gwet == Withheld(Why.TOO_FEW, 20, 40)
    assert rare.kappa == Withheld(Why.TOO_FEW, 20, 160, 4)


def test_ratings_that_are_all_alike_show_raw_agreement_alone() -> None:
    found = agreement(pairs_of([[80, 0], [0, 0]], [PASS, FAIL]))
    assert shown(found.raw).value == shown(found.raw).high == 1
    assert 0.95 < shown(found.raw).low < 0.96
    assert found.kappa == Withheld(Why.ALL_ALIKE, 80, None, 4)
    assert found.alpha == Withheld(Why.ALL_ALIKE, 80, None, 4)
    assert found.gwet == Withheld(Why.ALL_ALIKE, 80, None, 1)
    assert not found.paradox


def test_perfect_agreement_on_both_verdicts_is_one_with_a_lower_bound() -> None:
    found = agreement(pairs_of([[60, 0], [0, 20]]))
    for figure in (found.raw, found.kappa, found.gwet, found.alpha):
        assert shown(figure).value == shown(figure).high == pytest.approx(1)
        assert 0.7 < shown(figure).low < 0.97


def test_a_scale_gives_near_ratings_their_due() -> None:
    near = pairs_of([[20, 5, 0], [5, 20, 5], [0, 5, 20]], ["0", "1", "2"])
    plain, weighted = agreement(near), agreement(near, Weights.QUADRATIC, Level.INTERVAL)
    for before, after in (
        (plain.raw, weighted.raw),
        (plain.kappa, weighted.kappa),
        (plain.gwet, weighted.gwet),
        (plain.alpha, weighted.alpha),
    ):
        assert shown(before).value < shown(after).value
        assert shown(after).low <= shown(after).value <= shown(after).high


def test_uneven_points_move_linear_weights() -> None:
    rows = [("0", "1")] * 5 + [("0", "5")] * 5 + [("5", "5")] * 5
    even = points(ratings(rows, ["0", "1", "5"]), Weights.LINEAR).kappa
    uneven = points(ratings(rows, ["0", "1", "5"], [0, 1, 5]), Weights.LINEAR).kappa
    assert even != pytest.approx(uneven)


# --- many raters, and missing ratings ----------------------------------------------------------


def panel(calls: int, raters: int, seed: int = 7) -> list[list[str | None]]:
    random = np.random.default_rng(seed)
    failed = random.random((calls, 1)) < 0.2
    said = np.where(random.random((calls, raters)) < 0.92, failed, ~failed)
    absent = random.random((calls, raters)) < 0.2
    return [
        [None if gone else FAIL if fails else PASS for fails, gone in zip(row, out, strict=True)]
        for row, out in zip(said.tolist(), absent.tolist(), strict=True)
    ]


def test_kappa_is_of_two_raters_alone() -> None:
    found = agreement(ratings(panel(100, 4)))
    assert found.kappa is None
    assert found.raters == 4
    assert shown(found.gwet).low < shown(found.gwet).value < shown(found.gwet).high
    assert shown(found.alpha).low < shown(found.alpha).value < shown(found.alpha).high


def test_the_table_of_many_counts_pairs_of_raters_both_ways() -> None:
    found = agreement(ratings([[PASS, PASS, FAIL], [PASS, None, PASS]]))
    assert found.categories == (FAIL, PASS)
    assert found.table == ((0, 2), (2, 4))


def test_each_pair_of_raters_who_share_calls_is_looked_at() -> None:
    rows = panel(100, 3)
    found = by_pair(ratings([[*row, None] for row in rows]))
    assert set(found) == {(0, 1), (0, 2), (1, 2)}
    assert found[0, 2] == agreement(ratings([[row[0], row[2]] for row in rows]))


def test_a_rater_who_left_before_rating_leaves_a_pair() -> None:
    rows = [[PASS, PASS, None]] * 50 + [[FAIL, FAIL, None]] * 20 + [[PASS, FAIL, None]] * 5
    found = agreement(ratings(rows))
    assert found == agreement(ratings([row[:2] for row in rows]))
    assert found.raters == 2
    assert shown(found.kappa).n == 75


def test_alpha_of_two_raters_a_call_asks_for_as_much_whoever_they_are() -> None:
    pairs = [[PASS, PASS, None]] * 40 + [[None, PASS, PASS]] * 38 + [[PASS, None, FAIL]] * 2
    withheld = agreement(ratings(pairs)).alpha
    assert withheld == Withheld(Why.TOO_RARE, 80, 240, 3)
    three = [[PASS, PASS, PASS]] * 76 + [[PASS, FAIL, FAIL]] * 4
    assert shown(agreement(ratings(three)).alpha).value == pytest.approx(0.49, abs=0.01)


def test_calls_that_one_rated_are_not_counted() -> None:
    rows = [[PASS, PASS], [FAIL, FAIL]] * 40 + [[PASS, None]] * 30
    assert agreement(ratings(rows)).n == 80


def test_one_rater_has_nobody_to_agree_with() -> None:
    found = agreement(ratings([[PASS, None], [FAIL, None]]))
    assert found.n == 0
    assert found.raw == Withheld(Why.ONE_RATER, 0, 60)
    assert found.kappa == Withheld(Why.ONE_RATER, 0, 60, 4)
    assert agreement(ratings([[PASS], [FAIL]])).gwet == Withheld(Why.ONE_RATER, 0, 60)


def test_no_ratings_at_all_are_too_few() -> None:
    for empty in (ratings([]), ratings([], [PASS, FAIL]), ratings([[None, None]])):
        found = agreement(empty)
        assert (found.n, found.raters) == (0, 0)
        assert isinstance(found.raw, Withheld)
        assert found.raw.why is Why.TOO_FEW
        assert isinstance(found.alpha, Withheld)


@pytest.mark.parametrize(
    ("rows", "categories", "places"),
    [
        ([[PASS, PASS], [PASS]], None, None),
        ([[PASS, "perhaps"]], [PASS, FAIL], None),
        ([[PASS, PASS]], [PASS, PASS], None),
        ([[PASS, PASS]], [PASS, FAIL], [1]),
        ([[PASS, PASS]], [PASS, FAIL], [1, 1]),
    ],
)
def test_what_is_no_table_of_ratings_is_refused(
    rows: list[list[str]], categories: list[str] | None, places: list[float] | None
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ratings(rows, categories, places)


def test_a_table_that_is_not_square_is_refused() -> None:
    with pytest.raises(ValueError, match="as many rows"):
        pairs_of([[1, 2]])


def test_a_page_of_criteria_is_worked_out_at_once() -> None:
    criteria = [ratings(panel(300, 6, seed)) for seed in range(20)]
    agreement(criteria[0])
    began = time.process_time()
    for each in criteria:
        agreement(each)
    assert time.process_time() - began < 1


# --- total scores ------------------------------------------------------------------------------


def totals(calls: int, raters: int = 3) -> list[list[float | None]]:
    random = np.random.default_rng(3)
    grid = random.normal(80, 8, (calls, 1)) + random.normal(0, 4, (calls, raters))
    return [list(row) for row in grid.tolist()]


def test_the_intraclass_correlation_has_an_interval_and_says_what_it_left_out() -> None:
    scores = totals(80)
    found = intraclass([*scores, [90.0, None, 80.0]])
    assert (found.raters, found.left_out) == (3, 1)
    assert shown(found.figure).n == 80
    assert shown(found.figure).value == pytest.approx(correlation(np.array(scores)))
    assert shown(found.figure).low < 0.8 < shown(found.figure).high
    assert shown(found.figure).high < 1


@pytest.mark.parametrize(
    ("scores", "why", "more"),
    [
        ([], Why.ONE_RATER, 60),
        ([[80.0]] * 70, Why.ONE_RATER, 60),
        ([[80.0, 70.0]] * 5, Why.TOO_FEW, 55),
        ([[80.0, None]] * 70, Why.TOO_FEW, 60),
        ([[80.0, 80.0]] * 70, Why.ALL_ALIKE, None),
        ([[80.0, 70.0]] * 70, Why.ALL_ALIKE, None),
        ([[float(place), float(place)] for place in range(70)], Why.ALL_ALIKE, None),
        ([[80.0, 70.0]] * 69 + [[50.0, 50.0]], Why.ALL_ALIKE, None),
    ],
)
def test_scores_without_spread_or_number_have_no_correlation(
    scores: list[list[float | None]], why: Why, more: int | None
) -> None:
    figure = intraclass(scores).figure
    assert isinstance(figure, Withheld)
    assert (figure.why, figure.more) == (why, more)


def test_a_correlation_of_scores_that_are_all_the_same_is_refused() -> None:
    with pytest.raises(ValueError, match="all the same"):
        correlation(np.full((5, 2), 80.0))


def test_a_lenient_rater_stands_above_the_master() -> None:
    master = [60.0 + step % 30 for step in range(80)]
    rows = [[score + 6 + step % 5, score - step % 4] for step, score in enumerate(master)]
    lenient, severe = leniency(rows, master)
    assert lenient.against is Against.MASTER
    assert shown(lenient.difference).value == pytest.approx(8)
    assert shown(lenient.difference).low > 7
    assert shown(lenient.near).value == 0
    assert shown(lenient.near).low == 0
    assert shown(severe.difference).high < 0
    assert shown(severe.near).value == 1


def test_without_a_master_the_others_are_the_measure() -> None:
    rows = [[80.0 + step % 7, 70.0, 72.0, None] for step in range(70)]
    found = leniency(rows)
    assert [each.against for each in found] == [Against.OTHERS] * 4
    assert shown(found[0].difference).value == pytest.approx(12)
    assert found[3].n == 0
    assert found[3].difference == Withheld(Why.TOO_FEW, 0, 30)
    assert sum(shown(each.difference).value > 0 for each in found[:3]) == 1


def test_differences_that_are_nearly_all_the_same_have_no_mean() -> None:
    master = [80.0] * 60
    same = leniency([[score] for score in master], master)[0]
    assert same.difference == Withheld(Why.ALL_ALIKE, 60, None, 12)
    assert shown(same.near).value == 1
    seldom = leniency([[90.0]] * 6 + [[80.0]] * 54, master)[0]
    assert seldom.difference == Withheld(Why.TOO_RARE, 60, 60, 6)


def test_masters_that_do_not_fit_the_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="1 master scores for 2 calls"):
        leniency([[80.0], [70.0]], [80.0])


# --- the machine -------------------------------------------------------------------------------


def test_the_machine_is_told_apart_by_what_people_said() -> None:
    verdicts = (
        [(FAIL, FAIL)] * 16
        + [(FAIL, PASS)] * 4
        + [(PASS, FAIL)] * 3
        + [(PASS, PASS)] * 57
        + [(FAIL, "cannot_judge"), (PASS, None), ("not_applicable", PASS), (None, FAIL)]
    )
    found = detection(verdicts)
    assert found.table == ((16, 4), (3, 57))
    assert (found.undecided_failed, found.undecided_passed) == (1, 1)
    assert (found.n, found.prevalence) == (80, 0.25)
    assert shown(found.sensitivity).value == pytest.approx(0.8)
    assert shown(found.sensitivity).n == 20
    # Wilson's bounds of 16 of 20.
    assert shown(found.sensitivity).low == pytest.approx(0.58398, abs=1e-5)
    assert shown(found.sensitivity).high == pytest.approx(0.91934, abs=1e-5)
    assert shown(found.specificity).value == pytest.approx(0.95)


def test_a_criterion_nobody_failed_says_nothing_of_sensitivity() -> None:
    found = detected(caught=0, missed=0, false_alarms=2, left_alone=98)
    assert found.sensitivity == Withheld(Why.NOBODY_FAILED, 100, None, 10)
    assert shown(found.specificity).value == pytest.approx(0.98)


def test_a_criterion_nobody_passed_says_nothing_of_specificity() -> None:
    found = detected(caught=20, missed=0, false_alarms=0, left_alone=0)
    assert found.specificity == Withheld(Why.NOBODY_PASSED, 20, None, 20)
    assert shown(found.sensitivity).high == 1


def test_few_failures_tell_how_many_more_and_how_many_calls_that_may_be() -> None:
    found = detected(caught=3, missed=1, false_alarms=0, left_alone=96)
    assert found.sensitivity == Withheld(Why.TOO_FEW, 100, 150, 6)


def test_no_verdicts_have_no_prevalence() -> None:
    assert detection([]).prevalence is None
    assert detection([]).sensitivity == Withheld(Why.TOO_FEW, 0, None, 10)
