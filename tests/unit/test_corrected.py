"""The machine's figures of all calls, corrected by the calls that people reviewed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.corrected import (
    NEEDED,
    Corrected,
    RoganGladen,
    corrected_mean,
    corrected_rate,
    rogan_gladen,
)
from qa.statistics.means import ScoreSum


def reviewed(*counts: tuple[int, int, int], chance: float = 0.05) -> tuple[Any, Any, Any]:
    """Reviewed calls from (machine's verdict, person's, how many)."""
    machine = [verdict for verdict, _, n in counts for _ in range(n)]
    person = [verdict for _, verdict, n in counts for _ in range(n)]
    return machine, person, [chance] * len(machine)


MIXED = reviewed((1, 1, 85), (1, 0, 3), (0, 1, 5), (0, 0, 7))


def given(found: Corrected | Withheld) -> Corrected:
    assert isinstance(found, Corrected)
    return found


def checked(found: RoganGladen | Withheld) -> RoganGladen:
    assert isinstance(found, RoganGladen)
    return found


def why(found: object) -> tuple[Why, int | None]:
    assert isinstance(found, Withheld)
    return found.why, found.more


def test_the_rate_is_that_of_each_verdict_by_how_many_calls_have_it() -> None:
    found = given(corrected_rate((230, 1770), *MIXED))
    assert found.value == pytest.approx(230 / 2000 * 5 / 12 + 1770 / 2000 * 85 / 88)
    assert found.low < found.value < found.high
    assert (found.n, found.calls, found.left_out) == (100, 2000, 0)
    assert found.effective == pytest.approx(100)
    assert found.machine == pytest.approx(0.885)


def test_with_two_verdicts_it_is_the_prediction_powered_estimate_at_its_best_power() -> None:
    machine, person, chance = (np.array(each, dtype=float) for each in MIXED)
    found = given(corrected_rate((230, 1770), machine, person, chance))
    power = np.cov(machine, person)[0, 1] / machine.var(ddof=1)
    assert found.power == pytest.approx(power)
    assert found.value == pytest.approx(power * 0.885 + (person - power * machine).mean())


def test_calls_that_were_likelier_to_be_drawn_count_for_less() -> None:
    machine, person, _ = MIXED
    chance = [0.2 if verdict == 0 else 0.05 for verdict in person]
    found = given(corrected_rate((230, 1770), machine, person, chance))
    assert found.value == pytest.approx(
        230 / 2000 * 100 / (100 + 35) + 1770 / 2000 * 1700 / (1700 + 15)
    )
    assert found.effective < 100


def test_a_review_whose_chance_nobody_knows_does_not_count() -> None:
    machine, person, chance = MIXED
    found = given(
        corrected_rate(
            (230, 1770), [*machine, 0, 0], [*person, 0, 0], [*chance, math.nan, math.nan]
        )
    )
    assert found.left_out == 2
    assert found.value == given(corrected_rate((230, 1770), *MIXED)).value


def test_a_verdict_that_nobody_reviewed_leaves_its_calls_open() -> None:
    sample = reviewed((2, 1, 60), (0, 0, 6))
    sure = given(corrected_rate((200, 0, 1800), *sample))
    unsure = given(corrected_rate((200, 400, 1400), *sample))
    assert unsure.high - unsure.low > sure.high - sure.low + 0.1


def test_when_everybody_passes_and_the_machine_agrees_there_is_still_an_interval() -> None:
    found = given(corrected_rate((0, 2000), *reviewed((1, 1, 60))))
    assert found.value == found.high == 1
    assert 0.9 < found.low < 0.96
    assert found.power == 0


@pytest.mark.parametrize("n", [0, 1, NEEDED - 1])
def test_too_few_reviews_say_how_many_more_it_takes(n: int) -> None:
    assert why(corrected_rate((200, 1800), *reviewed((1, 1, n)))) == (Why.TOO_FEW, NEEDED - n)
    scores = ScoreSum(2000, 160_000, 13_000_000)
    assert why(corrected_mean(scores, [80] * n, [80] * n, [0.1] * n)) == (Why.TOO_FEW, NEEDED - n)
    assert isinstance(given(corrected_rate((200, 1800), *reviewed((1, 1, NEEDED)))), Corrected)


def test_reviews_with_very_unequal_chances_are_fewer_than_they_look() -> None:
    chance = [1.0] * 35 + [0.01] * 5
    found = corrected_rate((200, 1800), [1] * 40, [1] * 40, chance)
    assert isinstance(found, Withheld)
    assert found.more is not None
    assert found.more > 100


@pytest.mark.parametrize("estimate", [corrected_rate, rogan_gladen])
def test_calls_that_could_not_be_drawn_are_not_estimated(estimate: Any) -> None:
    assert why(estimate((230, 1770), *MIXED, uncovered=1)) == (Why.NOT_COVERED, None)


def test_no_calls_have_no_figure() -> None:
    assert why(corrected_rate((0, 0), [], [], []))[0] is Why.TOO_FEW
    assert why(corrected_mean(ScoreSum(), [], [], []))[0] is Why.TOO_FEW


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.5])
def test_a_drawn_call_had_a_chance(chance: float) -> None:
    with pytest.raises(ValueError, match="chance above 0"):
        corrected_rate((1, 1), [1], [1], [chance])


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="2 machine's"):
        corrected_rate((1, 1), [1, 0], [1], [0.5])
    with pytest.raises(ValueError, match="none of those counted"):
        corrected_rate((1, 1), [2], [1], [0.5])
    with pytest.raises(ValueError, match="passes a call or does not"):
        corrected_rate((1, 1), [1], [0.5], [0.5])


def test_a_machine_that_gives_everybody_the_same_is_not_relied_on() -> None:
    human = np.random.default_rng(1).normal(80, 5, 50)
    found = given(
        corrected_mean(ScoreSum(2000, 140_000, 9_800_000), [70] * 50, human, [0.025] * 50)
    )
    assert found.power == 0
    assert found.value == pytest.approx(human.mean())


def test_a_machine_that_is_always_five_points_off_is_put_right() -> None:
    drawn = np.random.default_rng(2)
    human = drawn.uniform(50, 95, 2000)
    machine = human - 5
    sums = ScoreSum(2000, float(machine.sum()), float((machine**2).sum()))
    found = given(corrected_mean(sums, machine[:60], human[:60], [0.03] * 60))
    assert found.value == pytest.approx(human.mean())
    assert found.high - found.low < 0.5 * (found.human.high - found.human.low)


def test_the_check_takes_the_machines_two_errors_out() -> None:
    found = checked(rogan_gladen((230, 1770), *MIXED))
    sensitivity, specificity = 7 / 10, 85 / 90
    assert (found.sensitivity, found.specificity) == pytest.approx((sensitivity, specificity))
    assert found.value == pytest.approx((0.885 + sensitivity - 1) / (sensitivity + specificity - 1))
    assert (found.failures, found.passes) == (10, 90)
    assert found.low < found.value < found.high


def test_the_check_needs_failures_and_passes() -> None:
    assert why(rogan_gladen((0, 2000), *reviewed((1, 1, 60)))) == (Why.NOBODY_FAILED, None)
    assert why(rogan_gladen((2000, 0), *reviewed((0, 0, 60)))) == (Why.NOBODY_PASSED, None)
    assert why(rogan_gladen((200, 1800), *reviewed((1, 1, 58), (0, 0, 2)))) == (Why.TOO_FEW, 90)


def test_a_machine_without_skill_cannot_be_corrected_by_its_errors() -> None:
    sample = reviewed((1, 1, 40), (0, 1, 10), (1, 0, 8), (0, 0, 2))
    assert why(rogan_gladen((400, 1600), *sample)) == (Why.NO_SKILL, None)


@pytest.mark.parametrize("unequal", [False, True])
def test_bias_width_and_coverage_of_the_corrected_rate(unequal: bool) -> None:
    """True rate 0.90, sensitivity for passes 0.95, specificity 0.70, 2,000 calls, 100 reviews."""
    drawn = np.random.default_rng(20260302)
    values, held, widths, alone = [], 0, 0.0, 0.0
    for _ in range(300):
        person = drawn.random(2_000) < 0.9
        machine = np.where(person, drawn.random(2_000) < 0.95, drawn.random(2_000) >= 0.7)
        # Unequal: what the machine fails, and a tenth of the rest, four times as likely as the rest.
        pressing = (~machine | (drawn.random(2_000) < 0.1)) & unequal
        share = np.where(pressing, 4.0, 1.0)
        chance = 100 * share / share.sum()
        taken = drawn.random(2_000) < chance
        calls = int((~machine).sum()), int(machine.sum())
        found = given(corrected_rate(calls, machine[taken], person[taken], chance[taken]))
        values.append(found.value)
        held += found.low <= 0.9 <= found.high
        widths += found.high - found.low
        alone += found.human.high - found.human.low
    assert abs(np.mean(values) - 0.9) < 0.005
    # Around 0.95; two and a half standard errors of 300 repetitions are 0.03.
    assert 0.915 <= held / 300 <= 0.985
    assert widths <= 0.85 * alone
