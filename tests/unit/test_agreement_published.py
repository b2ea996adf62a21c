"""Coefficients of agreement equal what their authors printed."""

from __future__ import annotations

import numpy as np
import pytest

from qa.statistics.agreement import Level, Weights, pairs_of, points, ratings
from qa.statistics.agreement.intraclass import correlation


def rows(*raters: str) -> list[tuple[str | None, ...]]:
    """A row for each unit from a word for each rater, a dot where a rating is missing."""
    return [
        tuple(None if rating == "." else rating for rating in unit)
        for unit in zip(*raters, strict=True)
    ]


# Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), sections A, B and C. Gwet's "Handbook" (2014)
# works his own coefficients out on the last of them.
BINARY = rows("0100000010", "1110010000")
NOMINAL = rows("aabbdcccedda", "babbbccceddd")
CANONICAL = rows("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


@pytest.mark.parametrize(
    ("units", "level", "alpha"),
    [
        (BINARY, Level.NOMINAL, 0.095),
        (NOMINAL, Level.NOMINAL, 0.692),
        (CANONICAL, Level.NOMINAL, 0.743),
        (CANONICAL, Level.ORDINAL, 0.815),
        (CANONICAL, Level.INTERVAL, 0.849),
    ],
)
def test_alpha_is_krippendorffs(
    units: list[tuple[str | None, ...]], level: Level, alpha: float
) -> None:
    assert points(ratings(units), level=level).alpha == pytest.approx(alpha, abs=0.0005)


@pytest.mark.parametrize(
    ("weights", "raw", "gwet"),
    [(Weights.SAME, 0.818, 0.775), (Weights.QUADRATIC, 0.975, 0.914)],
)
def test_ac1_and_ac2_of_four_raters_with_missing_ratings_are_gwets(
    weights: Weights, raw: float, gwet: float
) -> None:
    found = points(ratings(CANONICAL), weights)
    assert found.raw == pytest.approx(raw, abs=0.0005)
    assert found.gwet == pytest.approx(gwet, abs=0.0005)


def test_ac1_and_ac2_of_two_raters_are_gwets() -> None:
    # "Handbook of Inter-Rater Reliability" (2014): two abstractors, 100 pregnancies, three kinds.
    abstractors = pairs_of([[13, 0, 0], [0, 20, 4], [0, 7, 56]])
    assert points(abstractors).kappa == pytest.approx(0.796, abs=0.0005)
    assert points(abstractors).gwet == pytest.approx(0.849, abs=0.0005)
    assert points(abstractors, Weights.QUADRATIC).gwet == pytest.approx(0.940, abs=0.0005)


@pytest.mark.parametrize(
    ("table", "kappa", "gwet"),
    [
        # Gwet (2008): 125 subjects whom two raters agree about on one side.
        ([[118, 5], [2, 0]], -0.023, 0.941),
        # Feinstein and Cicchetti (1990): both agree on 85 of 100, and kappa is 0.70 or 0.32.
        ([[40, 9], [6, 45]], 0.700, 0.701),
        ([[80, 10], [5, 5]], 0.318, 0.808),
        # The example of docs/agreement.md.
        ([[96, 2], [2, 0]], -0.020, 0.958),
    ],
)
def test_kappa_and_ac1_part_where_one_rating_prevails(
    table: list[list[int]], kappa: float, gwet: float
) -> None:
    found = points(pairs_of(table))
    assert found.kappa == pytest.approx(kappa, abs=0.0005)
    assert found.gwet == pytest.approx(gwet, abs=0.0005)


@pytest.mark.parametrize(
    ("table", "kappa", "linear"),
    [
        # SAS/STAT User's Guide, FREQ procedure, "Agreement Study": two dermatologists, 88 patients.
        ([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], 0.345, 0.508),
        # Altman, "Practical Statistics for Medical Research" (1991): two radiologists (0.47 and 0.57).
        ([[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]], 0.473, 0.568),
    ],
)
def test_weighted_kappa_is_what_textbooks_print(
    table: list[list[int]], kappa: float, linear: float
) -> None:
    assert points(pairs_of(table)).kappa == pytest.approx(kappa, abs=0.0005)
    assert points(pairs_of(table), Weights.LINEAR).kappa == pytest.approx(linear, abs=0.0005)


def test_kappa_of_two_judges_is_cohens() -> None:
    # Cohen (1968), table 1: 200 cases, three diagnoses, kappa 0.492.
    judges = pairs_of([[88, 10, 2], [14, 40, 6], [18, 10, 12]])
    assert points(judges).kappa == pytest.approx(0.492, abs=0.0005)


def test_intraclass_correlation_is_shrout_and_fleisss() -> None:
    # Shrout and Fleiss (1979), tables 2 and 4: six targets, four judges, ICC(2,1) 0.29.
    scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert correlation(np.array(scores, dtype=float)) == pytest.approx(0.290, abs=0.0005)
