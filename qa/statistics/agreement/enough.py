"""How many ratings a figure needs before its interval holds what it promises.

Derived from simulation (``python -m bench.agreement``; the table is in docs/agreement.md): intervals of agreement
cover the true value 93 to 97 times of 100 under these rules, and leave that band soon below them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from qa.statistics.agreement.figures import Why, Withheld

ROUNDING = 1e-9
"""What adding up shares of calls may lose."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a figure needs.

    Attributes:
        calls: Calls rated by two or more.
        rare: Those of them, as a mean over raters, that got another rating than the most common one; or whose
            scores differ by something else than those of most.
    """

    calls: int
    rare: int


BY_COUNT = Rule(calls=60, rare=0)
"""For raw agreement and Gwet's coefficients, which rare failures leave steady."""
BY_CHANCE = Rule(calls=60, rare=4)
"""For kappa, and for alpha of two raters a call, whose correction for chance rests on the rarer ratings."""
BY_PANEL = Rule(calls=60, rare=1)
"""For alpha of three or more raters a call, who meet the rarer ratings often enough between them."""
FAILED, PASSED = 10, 20
"""Calls that people failed before sensitivity is shown, and passed before specificity is."""
SCORES = 60
"""Calls scored by all before the intraclass correlation is shown."""
DIFFERENCES = Rule(calls=30, rare=12)
"""Calls scored by a rater and by somebody else before their leniency is shown, and those of them whose difference is
another than the most common one."""


def lacking(rule: Rule, calls: int, rare: float) -> Withheld | None:
    """What calls lack under a rule; ``None`` where they are enough.

    Args:
        rule: What the figure needs.
        calls: Calls rated by two or more.
        rare: Calls, as a mean over raters, that got another rating than the most common one.
    """
    missing = max(0, ceil(rule.rare - rare - ROUNDING))
    expected = _calls_for(missing, calls, rare)
    if calls < rule.calls:
        return Withheld(Why.TOO_FEW, calls, max(rule.calls - calls, expected or 0), missing)
    return Withheld(Why.TOO_RARE, calls, expected, missing) if missing else None


def too_few(calls: int, needed: int) -> Withheld | None:
    """What calls lack of a plain number of them; ``None`` where they are enough."""
    return None if calls >= needed else Withheld(Why.TOO_FEW, calls, needed - calls)


def too_few_of(kind: Why, calls: int, found: int, needed: int) -> Withheld | None:
    """What calls lack of one outcome, for sensitivity or specificity; ``None`` where there are enough.

    Args:
        kind: What to say where no call has it.
        calls: Calls judged by people and the machine.
        found: Those of them that have the outcome.
        needed: How many of those it takes.
    """
    missing = needed - found
    if missing <= 0:
        return None
    why = kind if calls and not found else Why.TOO_FEW
    return Withheld(why, calls, _calls_for(missing, calls, found), missing)


def _calls_for(missing: int, calls: int, found: float) -> int | None:
    """Calls it takes to meet some more of an outcome, going by how often it came; ``None`` where it never did."""
    return ceil(missing * calls / found * (1 - ROUNDING)) if found > ROUNDING else None
