"""Wrong deductions over everything whose right verdicts are known: the figure that matters most to an agent.

A deduction is wrong where a criterion is failed that is not to be failed, whatever the right outcome is. The
share is of the verdicts that are to be passed. The made calls have no right verdicts: what recognition alone
deducts from those on the words that were said is a figure of its own.
"""

from __future__ import annotations

from bench.scoring import golden
from bench.scoring.counts import Verdicts, together
from bench.scoring.figures import recognition
from bench.scoring.figures.verdicts import whole_of
from bench.scoring.heard import FORMS
from bench.scoring.options import Options
from bench.speech.figure import Bar, Figure, table

WRONG_PERCENT = 1.0


def measure(options: Options) -> Figure:
    """Count them in the golden dialogues, the traps, and the samples as they are heard."""
    pairs = recognition.pairs(options)
    parts: dict[str, Verdicts] = {
        f"golden dialogues, {options.split}": whole_of(golden.given(options.splits)),
        "traps": whole_of(golden.given(("traps",))),
        **{f"samples, {form}": recognition.against_gold(pairs, form) for form in FORMS},
    }
    parts["all"] = together(parts.values())
    wrong = parts["all"].wrong_deductions
    heard = {form: recognition.against_said(pairs, form) for form in FORMS}
    misheard = together(heard.values()).wrong_deductions
    return Figure(
        bars=(
            Bar(
                f"wrong deductions, {wrong.of} passes",
                wrong.percent if wrong.of else 0.0,
                WRONG_PERCENT,
                "at most",
                "%",
            ),
            Bar(
                f"deductions by recognition alone, {misheard.of} passes",
                misheard.percent if misheard.of else 0.0,
                WRONG_PERCENT,
                "at most",
                "%",
            ),
        ),
        tables=(
            table(
                "Wrong deductions",
                ("", "right passes", "wrong deductions", "% (95 % interval)"),
                [
                    (
                        name,
                        verdicts.wrong_deductions.of,
                        verdicts.wrong_deductions.hits,
                        verdicts.wrong_deductions.shown,
                    )
                    for name, verdicts in (
                        *parts.items(),
                        *(
                            (f"made calls, {form}, heard against said", heard[form])
                            for form in FORMS
                        ),
                    )
                ],
            ),
        ),
        data={
            **{name: verdicts.wrong_deductions.document() for name, verdicts in parts.items()},
            "by recognition alone": {
                form: verdicts.wrong_deductions.document() for form, verdicts in heard.items()
            },
        },
    )
