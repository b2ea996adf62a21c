"""How far the machine is trusted: earned slowly on what reviews show, and lost at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.domain.licence import (
    Bounds,
    Cause,
    Decision,
    Evidence,
    Level,
    Look,
    Measure,
    Shortfall,
    Terms,
    decide,
)
from qa.statistics.skill import Beside, evidence

TERMS = Terms()
HUMAN, ASSIST, AUTO = Level
GOOD = evidence(Beside(both_fail=58, only_person=1, only_machine=3, both_pass=418))
FAIR = evidence(Beside(both_fail=48, only_person=11, only_machine=20, both_pass=401))
POOR = evidence(Beside(both_fail=10, only_person=49, only_machine=100, both_pass=321))
SOME = evidence(Beside(both_fail=18, only_person=1, only_machine=1, both_pass=140))
NOTHING = evidence(Beside())


def look(window: Evidence, recent: Evidence = SOME) -> Look:
    return Look(window, recent)


def after(level: Level, *looks: Look, terms: Terms = TERMS) -> Decision:
    return decide(level, looks, terms)


def measured(low: float, high: float) -> Evidence:
    return Evidence(30, 300, {each: Bounds((low + high) / 2, low, high, 330) for each in Measure})


def test_a_level_is_earned_one_step_at_a_time_and_on_two_looks() -> None:
    good = look(GOOD)
    assert after(HUMAN, good) == Decision(HUMAN, HUMAN, Cause.ON_PROBATION)
    assert after(HUMAN, good, good) == Decision(HUMAN, ASSIST, Cause.EARNED)
    assert after(ASSIST, good, good) == Decision(ASSIST, AUTO, Cause.EARNED)
    assert after(AUTO, good, good) == Decision(AUTO, AUTO, Cause.HELD)
    assert after(HUMAN, good, good).changed
    assert not after(AUTO, good).changed


def test_looks_that_count_follow_on_one_another() -> None:
    good, poor = look(GOOD), look(POOR)
    assert after(ASSIST, good, look(FAIR), good).cause is Cause.ON_PROBATION
    assert after(HUMAN, good, poor).level is HUMAN
    assert after(HUMAN, poor, good, good).level is ASSIST


def test_what_a_level_is_not_reached_by_is_said() -> None:
    decision = after(ASSIST, look(FAIR), look(FAIR))
    assert decision.level is ASSIST
    assert decision.cause is Cause.HELD
    short = {each.measure: each for each in decision.shortfalls}
    assert Measure.SENSITIVITY in short
    assert short[Measure.SENSITIVITY].needed == 0.8
    assert short[Measure.SENSITIVITY].bounds == FAIR.figures[Measure.SENSITIVITY]


def test_too_few_reviews_say_how_many_more() -> None:
    few = evidence(Beside(both_fail=3, both_pass=15))
    assert after(HUMAN, look(few, few)).shortfalls[0] == Shortfall(failures=5, passes=5)
    assert after(HUMAN, look(NOTHING, NOTHING)).shortfalls[0] == Shortfall(failures=8, passes=20)


def test_a_criterion_that_nobody_failed_is_never_left_to_the_machine() -> None:
    spotless = look(evidence(Beside(both_pass=5_000)))
    assert after(HUMAN, spotless, spotless).level is HUMAN
    assert after(HUMAN, spotless, spotless).shortfalls[0].failures == 8
    assert after(AUTO, spotless).level is HUMAN
    assert after(AUTO, spotless).cause is Cause.TOO_FEW


def test_auto_is_lost_on_the_first_look_below_its_terms() -> None:
    decision = after(AUTO, look(GOOD), look(FAIR))
    assert (decision.level, decision.cause) == (ASSIST, Cause.BELOW_TERMS)
    assert decision.shortfalls[0].needed == pytest.approx(0.7)


def test_what_falls_far_falls_to_the_lowest() -> None:
    assert after(AUTO, look(POOR, POOR)).level is HUMAN
    assert after(ASSIST, look(POOR, POOR)).level is HUMAN


def test_drift_is_seen_in_the_latest_weeks_while_the_window_still_looks_well() -> None:
    broken = evidence(Beside(both_fail=4, only_person=14, only_machine=1, both_pass=140))
    decision = after(AUTO, look(GOOD, broken))
    assert decision.cause is Cause.DRIFTED
    assert decision.shortfalls[0].measure is Measure.SENSITIVITY
    assert after(HUMAN, look(GOOD, broken), look(GOOD, broken)).level is not AUTO
    assert after(ASSIST, look(GOOD), look(GOOD, broken)).level is not AUTO


def test_what_was_earned_is_kept_a_little_below_what_earned_it() -> None:
    at, under, gone = measured(0.91, 0.99), measured(0.82, 0.97), measured(0.69, 0.97)
    assert after(ASSIST, look(at), look(at)).level is AUTO
    assert after(ASSIST, look(under), look(under)).level is ASSIST
    assert after(AUTO, look(under)).level is AUTO
    assert after(AUTO, look(gone)).level is ASSIST
    assert after(AUTO, look(under), terms=replace(TERMS, slack=0.0)).level is ASSIST


def test_a_level_outlives_a_quiet_window_but_not_an_empty_one() -> None:
    quiet = evidence(Beside(both_fail=14, both_pass=60))
    assert after(AUTO, look(GOOD, NOTHING)).level is AUTO
    assert after(AUTO, look(evidence(Beside(both_fail=7, both_pass=90)), NOTHING)).cause in {
        Cause.TOO_FEW,
        Cause.BELOW_TERMS,
    }
    assert after(AUTO, look(quiet, NOTHING)).cause is not Cause.TOO_FEW
    assert after(AUTO, look(NOTHING, NOTHING)) == Decision(
        AUTO, HUMAN, Cause.TOO_FEW, (Shortfall(failures=8, passes=20),)
    )


def test_without_any_look_nothing_is_left_to_the_machine() -> None:
    assert after(AUTO) == Decision(AUTO, HUMAN, Cause.TOO_FEW)
    assert after(HUMAN) == Decision(HUMAN, HUMAN, Cause.HELD)


def test_bounds_of_the_evidence() -> None:
    found = evidence(Beside(both_fail=0, only_person=2, only_machine=2, both_pass=96), 0.95)
    assert (found.failures, found.passes) == (2, 98)
    assert found.figures[Measure.SENSITIVITY].value == 0
    assert found.figures[Measure.SENSITIVITY].high > 0.6
    agreement = found.figures[Measure.AGREEMENT]
    assert agreement.value == pytest.approx(0.958, abs=0.0005)
    assert agreement.low < 0.92 < agreement.high < 1
    assert NOTHING.figures == {}
    alike = evidence(Beside(both_pass=50)).figures
    assert Measure.SENSITIVITY not in alike
    assert alike[Measure.AGREEMENT].value == alike[Measure.AGREEMENT].high == 1


def test_the_bounds_of_agreement_hold_as_often_as_they_say() -> None:
    drawn = np.random.default_rng(7)
    cells = np.array([0.08, 0.02, 0.04, 0.86])
    failed = cells[0] + (cells[1] + cells[2]) / 2
    true = 1 - (cells[1] + cells[2]) / (1 - 2 * failed * (1 - failed))
    held = 0
    for counts in drawn.multinomial(160, cells, 2_000).tolist():
        bounds = evidence(Beside(*counts), 0.95).figures[Measure.AGREEMENT]
        held += bounds.low <= true <= bounds.high
    assert 0.93 <= held / 2_000 <= 0.97


def year(sensitivity: float, specificity: float, broken: float | None, seed: int) -> list[Level]:
    """52 weeks of 40 random reviews, one in ten a failure; broken from week 30 on."""
    drawn = np.random.default_rng(seed)
    weeks, looks, level, levels = [], [], HUMAN, []
    for week in range(52):
        missed = sensitivity if broken is None or week < 30 else broken
        failures = int(drawn.binomial(40, 0.1))
        found = int(drawn.binomial(failures, missed))
        passed = int(drawn.binomial(40 - failures, specificity))
        weeks.append((found, failures - found, 40 - failures - passed, passed))
        window, recent = (
            evidence(Beside(*(sum(cell) for cell in zip(*weeks[-size:], strict=True))))
            for size in (TERMS.window_weeks, TERMS.recent_weeks)
        )
        looks.append(Look(window, recent))
        level = decide(level, looks, TERMS).level
        levels.append(level)
    return levels


def test_a_simulated_year_of_a_good_criterion() -> None:
    years = [year(0.97, 0.98, None, seed) for seed in range(60)]
    first = sorted(each.index(AUTO) if AUTO in each else 99 for each in years)
    assert 5 <= first[30] <= 14
    assert sum(each[-1] is AUTO for each in years) >= 56


def test_a_simulated_year_of_one_that_breaks_in_week_30() -> None:
    years = [year(0.97, 0.98, 0.5, seed) for seed in range(60)]
    trusted = [each for each in years if each[29] is AUTO]
    assert len(trusted) >= 55
    lost = sorted(next(i for i in range(30, 52) if each[i] is not AUTO) - 29 for each in trusted)
    assert lost[len(lost) // 2] <= 4
    assert lost[-3] <= 8
    assert sum(each[-1] is AUTO for each in trusted) == 0


@pytest.mark.parametrize(("sensitivity", "specificity"), [(0.8, 0.98), (0.97, 0.9)])
def test_a_year_of_a_criterion_no_better_than_the_terms(
    sensitivity: float, specificity: float
) -> None:
    years = [year(sensitivity, specificity, None, seed) for seed in range(150)]
    # At most one in twenty on average; 14 of 150 would come once in a hundred even so.
    assert sum(AUTO in each for each in years) <= 14
