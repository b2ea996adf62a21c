from __future__ import annotations

import pytest

from bench.scoring.counts import (
    Drift,
    Move,
    Moves,
    Share,
    Verdicts,
    move,
    moved,
    percentile,
    together,
)
from qa.domain.scorecard import Outcome

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE, CANNOT_JUDGE = Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE
NOT_MEASURABLE = Outcome.NOT_MEASURABLE


def verdicts(*pairs: tuple[Outcome, Outcome | None]) -> Verdicts:
    counted = Verdicts()
    for right, given in pairs:
        counted.count(right, given)
    return counted


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits, of).interval == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_an_interval_stays_within_nought_and_one() -> None:
    assert Share(0, 3).interval[0] == 0.0
    assert Share(3, 3).interval[1] == 1.0


def test_a_share_of_nothing_says_nothing() -> None:
    nothing = Share(0, 0)
    assert nothing.interval == (0.0, 1.0)
    assert nothing.shown == ""


def test_a_share_is_shown_with_its_interval() -> None:
    assert Share(81, 263).shown == "31 (26-37)"


def test_every_verdict_is_right_wrong_open_or_absent() -> None:
    counted = verdicts(
        (PASS, PASS),
        (FAIL, FAIL),
        (NOT_MEASURABLE, NOT_MEASURABLE),
        (PASS, FAIL),
        (FAIL, NOT_APPLICABLE),
        (PASS, CANNOT_JUDGE),
        (FAIL, NOT_MEASURABLE),
        (PASS, None),
    )
    assert counted.right == Share(3, 8)
    assert counted.wrong == 2
    assert counted.left_open == 2
    assert counted.absent == 1


def test_an_outcome_that_is_rightly_open_is_right() -> None:
    counted = verdicts((CANNOT_JUDGE, CANNOT_JUDGE), (NOT_MEASURABLE, CANNOT_JUDGE))
    assert counted.right.hits == 1
    assert counted.left_open == 1


def test_a_failure_left_open_is_not_found_and_a_pass_left_open_is_spared() -> None:
    counted = verdicts((FAIL, FAIL), (FAIL, CANNOT_JUDGE), (PASS, CANNOT_JUDGE), (PASS, FAIL))
    assert counted.sensitivity == Share(1, 2)
    assert counted.specificity == Share(1, 2)
    assert counted.missed == 1


def test_a_deduction_is_wrong_wherever_no_failure_is_right() -> None:
    counted = verdicts(
        (PASS, FAIL), (NOT_APPLICABLE, FAIL), (NOT_MEASURABLE, FAIL), (FAIL, FAIL), (PASS, PASS)
    )
    assert counted.wrong_deductions == Share(3, 2)


def test_counts_add_up_and_leave_their_parts_alone() -> None:
    one, other = verdicts((PASS, PASS)), verdicts((PASS, FAIL), (FAIL, None))
    whole = together([one, other])
    assert whole.total == 3
    assert whole.right == Share(1, 3)
    assert one.total == 1


def test_the_document_names_every_pair() -> None:
    document = verdicts((PASS, None), (PASS, FAIL), (PASS, FAIL)).document()
    assert document["pairs"] == {"pass -> absent": 1, "pass -> fail": 2}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (PASS, PASS, Move.SAME),
        (CANNOT_JUDGE, NOT_MEASURABLE, Move.SAME),
        (PASS, CANNOT_JUDGE, Move.OPENED),
        (FAIL, NOT_MEASURABLE, Move.OPENED),
        (PASS, FAIL, Move.DEDUCTED),
        (NOT_APPLICABLE, FAIL, Move.DEDUCTED),
        (CANNOT_JUDGE, FAIL, Move.DEDUCTED),
        (CANNOT_JUDGE, PASS, Move.SETTLED),
        (FAIL, PASS, Move.ACQUITTED),
        (FAIL, NOT_APPLICABLE, Move.ACQUITTED),
        (PASS, NOT_APPLICABLE, Move.TURNED),
    ],
)
def test_a_move_is_named_for_what_it_does_to_the_agent(
    before: Outcome, after: Outcome, kind: Move
) -> None:
    assert move(before, after) is kind


def test_moves_leave_out_what_neither_telling_measures() -> None:
    moves = Moves()
    moves.count(NOT_MEASURABLE, NOT_MEASURABLE)
    moves.count(PASS, PASS)
    moves.count(PASS, CANNOT_JUDGE)
    moves.count(PASS, FAIL)
    moves.count(FAIL, PASS)
    assert moves.changed == Share(3, 4)
    assert moves.to_wrong == Share(2, 4)
    assert list(moved(moves)) == [4, 3, 1, "", 1, 1, ""]


def test_drift_tells_open_from_wrong() -> None:
    drift = Drift()
    drift.count(PASS, PASS, PASS)
    drift.count(PASS, PASS, CANNOT_JUDGE)
    drift.count(PASS, PASS, FAIL)
    drift.count(PASS, PASS, NOT_APPLICABLE)
    drift.count(FAIL, PASS, FAIL)
    assert (drift.stayed, drift.to_open, drift.to_wrong, drift.to_right) == (1, 1, 2, 1)
    assert drift.deducted == 1
    assert drift.total == 5


def test_drift_of_what_was_wrong_before_and_stays_wrong_is_none() -> None:
    drift = Drift()
    drift.count(PASS, FAIL, FAIL)
    assert (drift.stayed, drift.to_wrong, drift.deducted) == (1, 0, 0)


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1.0), (0.5, 5.0), (0.9, 9.0), (0.91, 10.0), (1.0, 10.0)]
)
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([float(each) for each in range(10, 0, -1)], share) == value


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
