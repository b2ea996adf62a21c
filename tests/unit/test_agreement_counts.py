"""Figures of agreement from counts of verdicts: bad input ends in a reason, never in a number."""

from __future__ import annotations

from itertools import product

import pytest

from qa.ports.agreement import (
    FAILED,
    NOT_APPLICABLE,
    PASSED,
    UNDECIDED,
    Beside,
    Said,
    Together,
)
from qa.services.agreement.figures import (
    machine_figures,
    name_of,
    pair_figures,
    people_figures,
)
from qa.statistics.agreement import Agreement, Figure, Shown, Why, Withheld


def together(*said: tuple[tuple[Said, ...], int]) -> list[Together]:
    return [Together("greeting", 0, each, calls) for each, calls in said]


def beside(*cells: tuple[Said, Said, int]) -> list[Beside]:
    return [Beside("greeting", 0, machine, person, calls) for machine, person, calls in cells]


def why(shown: Shown | None) -> Why | None:
    return shown.why if isinstance(shown, Withheld) else None


def figures_of(found: Agreement) -> tuple[Shown | None, ...]:
    return found.raw, found.kappa, found.gwet, found.alpha


def test_a_verdict_is_named_by_its_outcome_or_by_its_level() -> None:
    assert [name_of(code) for code in (FAILED, 50, PASSED, NOT_APPLICABLE)] == [
        "fail",
        "50",
        "pass",
        "not_applicable",
    ]


def test_two_raters_who_are_not_told_apart_have_no_kappa() -> None:
    found = people_figures(
        together(((PASSED, PASSED), 80), ((FAILED, PASSED), 10), ((FAILED, FAILED), 30)),
        scale=False,
    )
    assert found.n == 120
    assert found.kappa is None
    assert isinstance(found.raw, Figure)
    assert found.raw.value == pytest.approx(110 / 120)
    assert found.prevalence["fail"] == pytest.approx(70 / 240)
    assert found.table == ((60, 10), (10, 160))


def test_a_pair_keeps_whose_verdict_is_whose() -> None:
    found = pair_figures([(FAILED, PASSED)] * 3 + [(PASSED, PASSED)] * 7, scale=False)
    assert found.categories == ("fail", "pass")
    assert found.table == ((0, 3), (0, 7))
    assert not any(isinstance(each, Figure) for each in figures_of(found))


def test_the_kappa_paradox_is_told_of_pairs_and_of_many_alike() -> None:
    pair = [(PASSED, PASSED)] * 96 + [(FAILED, PASSED)] * 2 + [(PASSED, FAILED)] * 2
    assert pair_figures(pair, scale=False).paradox
    for many in (
        together(((PASSED, PASSED), 96), ((FAILED, PASSED), 4)),
        together(((PASSED, PASSED, PASSED), 400), ((FAILED, PASSED, PASSED), 24)),
    ):
        assert people_figures(many, scale=False).paradox
    good = together(((PASSED, PASSED), 80), ((FAILED, PASSED), 4), ((FAILED, FAILED), 40))
    assert not people_figures(good, scale=False).paradox


@pytest.mark.parametrize(
    "found",
    [
        people_figures([], scale=False),
        people_figures(together(((PASSED, PASSED), 20)), scale=False),
        pair_figures([], scale=False),
    ],
    ids=["nothing", "few and alike", "no pair"],
)
def test_too_little_is_no_figure(found: Agreement) -> None:
    assert why(found.raw) is Why.TOO_FEW
    assert not any(isinstance(each, Figure) for each in figures_of(found))


def test_verdicts_that_are_all_alike_say_nothing_beyond_chance() -> None:
    found = people_figures(together(((PASSED, PASSED), 500)), scale=False)
    assert isinstance(found.raw, Figure)
    assert found.raw.value == 1
    assert isinstance(found.alpha, Withheld)


def test_on_a_scale_to_differ_by_one_level_is_nearly_to_agree() -> None:
    near = together(((PASSED, PASSED), 40), ((50, PASSED), 20), ((FAILED, FAILED), 40))
    far = together(((PASSED, PASSED), 40), ((FAILED, PASSED), 20), ((FAILED, FAILED), 40))
    one, other = people_figures(near, scale=True), people_figures(far, scale=True)
    assert isinstance(one.gwet, Figure)
    assert isinstance(other.gwet, Figure)
    assert one.gwet.value > other.gwet.value
    assert one.categories == ("fail", "50", "pass")
    apart = people_figures(together(((NOT_APPLICABLE, PASSED), 50)), scale=True)
    assert apart.n == 0  # what does not apply has no place on a scale


def test_off_a_scale_every_pass_is_the_same() -> None:
    found = people_figures(together(((50, PASSED), 100)), scale=False)
    assert found.categories == ("fail", "pass")
    assert isinstance(found.raw, Figure)
    assert found.raw.value == 1


def test_failures_are_counted_for_what_they_cost_an_agent() -> None:
    found = machine_figures(
        beside(
            (FAILED, FAILED, 10),
            (PASSED, FAILED, 3),
            (NOT_APPLICABLE, FAILED, 2),
            (FAILED, PASSED, 4),
            (FAILED, NOT_APPLICABLE, 1),
            (PASSED, PASSED, 70),
            (PASSED, NOT_APPLICABLE, 5),
            (NOT_APPLICABLE, NOT_APPLICABLE, 9),
            (UNDECIDED, FAILED, 6),
            (UNDECIDED, PASSED, 7),
            (FAILED, UNDECIDED, 8),
            (UNDECIDED, UNDECIDED, 1),
        ),
        scale=False,
    )
    assert found.detection.table == ((10, 5), (5, 75))
    assert (found.undecided, found.unsettled) == (13, 9)
    assert (found.detection.undecided_failed, found.detection.undecided_passed) == (6, 7)
    assert found.found.n == 104
    assert isinstance(found.detection.sensitivity, Figure)
    assert found.detection.sensitivity.value == pytest.approx(10 / 15)


def test_a_criterion_that_nobody_failed_shows_nothing_of_what_the_machine_finds() -> None:
    found = machine_figures(beside((PASSED, PASSED, 300)), scale=False)
    assert why(found.detection.sensitivity) is Why.NOBODY_FAILED
    assert isinstance(found.detection.specificity, Figure)
    none = machine_figures(beside((FAILED, FAILED, 40)), scale=False)
    assert why(none.detection.specificity) is Why.NOBODY_PASSED


def test_the_machine_alone_beside_open_disagreement_is_no_figure() -> None:
    found = machine_figures(beside((FAILED, UNDECIDED, 8), (UNDECIDED, PASSED, 3)), scale=False)
    assert found.found.n == 0
    assert not any(isinstance(each, Figure) for each in figures_of(found.found))


@pytest.mark.parametrize("scale", [False, True])
def test_every_count_ends_in_figures_or_reasons(*, scale: bool) -> None:
    codes = (FAILED, PASSED, NOT_APPLICABLE, 50)
    for one, other in product(codes, codes):
        for calls in (1, 45, 200):
            found = [
                people_figures(together(((one, other), calls)), scale=scale),
                pair_figures([(one, other)] * calls, scale=scale),
                machine_figures(beside((one, other, calls)), scale=scale).found,
                machine_figures(beside((UNDECIDED, one, calls)), scale=scale).found,
            ]
            for each in found:
                assert all(
                    shown.low <= shown.value <= shown.high
                    for shown in figures_of(each)
                    if isinstance(shown, Figure)
                )
