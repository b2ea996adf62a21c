"""What recognition costs: the recorded calls scored on the words that were said and on those that were heard.

The samples come with right verdicts. The made calls do not: theirs on the words that were said are compared
with theirs on what was heard. What can be measured in neither telling is left out of the comparison.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rich.table import Table

from bench.samples_report import COMPANY_NAMES
from bench.scoring import golden, heard
from bench.scoring.counts import Move, Moves, Verdicts, moved
from bench.scoring.heard import FORMS, Told
from bench.scoring.options import Options
from bench.speech.corpus import Form
from bench.speech.figure import Bar, Figure, table
from qa.domain.detectors.base import Case
from qa.domain.scorecard import Outcome
from qa.domain.scoring import score

STEREO_PERCENT = 97.0
MONO_PERCENT = 92.0
_MOVES = ("verdicts", "changed", *(str(kind) for kind in Move if kind is not Move.SAME))


@dataclass(frozen=True, slots=True)
class Pair:
    """One verdict on the words that were said, and on those that were heard."""

    told: Told
    criterion: str
    by_text: Outcome
    by_ear: Outcome

    @property
    def gold(self) -> Outcome | None:
        """The right one, where people have agreed on it."""
        return self.told.gold.get(self.criterion)


@cache
def pairs(options: Options) -> tuple[Pair, ...]:
    """Every verdict of every recorded call; a refused recording leaves all of its own open."""
    rubric = golden.standard()
    case_of = golden.case_of(COMPANY_NAMES)
    found: list[Pair] = []
    for told in heard.told_twice(options):
        by_text = {
            verdict.criterion: verdict.outcome
            for verdict in score(rubric, told.by_text(case_of)).verdicts
        }
        case: Case | None = told.by_ear(case_of)
        by_ear: dict[str, Outcome] = (
            {verdict.criterion: verdict.outcome for verdict in score(rubric, case).verdicts}
            if case
            else dict.fromkeys(by_text, Outcome.CANNOT_JUDGE)
        )
        found += [Pair(told, name, said, by_ear[name]) for name, said in by_text.items()]
    return tuple(found)


def measure(options: Options) -> Figure:
    """Compare the verdicts on words said with those on words heard."""
    found = pairs(options)
    refused = sum(
        told.by_ear(golden.case_of(COMPANY_NAMES)) is None for told in heard.told_twice(options)
    )
    right: dict[str, Verdicts] = {
        "as said": against_gold(found, "stereo", by_ear=False),
        **{form: against_gold(found, form) for form in FORMS},
    }
    by_form = {form: moves_by_criterion(found, form) for form in FORMS}
    return Figure(
        bars=tuple(
            Bar(
                f"samples right, {form}, {right[form].total} verdicts",
                right[form].right.percent,
                percent,
                "at least",
                "%",
            )
            for form, percent in (("stereo", STEREO_PERCENT), ("mono", MONO_PERCENT))
        ),
        tables=(
            table(
                "Samples against the right verdicts",
                ("", "verdicts", "right", "%", "wrong", "left open", "wrongly failed", "missed"),
                [
                    (
                        name,
                        verdicts.total,
                        verdicts.right.hits,
                        f"{verdicts.right.percent:.1f}",
                        verdicts.wrong,
                        verdicts.left_open,
                        verdicts.wrong_deductions.hits,
                        verdicts.missed,
                    )
                    for name, verdicts in right.items()
                ],
            ),
            *(_table(form, by_form[form]) for form in FORMS),
            table(
                "What moved, by language",
                ("", *_MOVES),
                [
                    (f"{form}, {language}", *moved(moves))
                    for form in FORMS
                    for language, moves in _moves_by_language(found, form).items()
                ],
            ),
            *([_changed(found)] if options.show else []),
        ),
        data={
            "samples": {name: verdicts.document() for name, verdicts in right.items()},
            "recordings_refused": refused,
            "moves": {
                form: {name: moves.document() for name, moves in by_form[form].items()}
                for form in FORMS
            },
        },
    )


def against_gold(found: tuple[Pair, ...], form: Form, *, by_ear: bool = True) -> Verdicts:
    """The verdicts on the samples of one form beside the right ones."""
    verdicts = Verdicts()
    for pair in found:
        if pair.told.form == form and pair.gold is not None:
            verdicts.count(pair.gold, pair.by_ear if by_ear else pair.by_text)
    return verdicts


def against_said(found: tuple[Pair, ...], form: Form) -> Verdicts:
    """The verdicts on the made calls of one form as heard, taking those on the words said for right."""
    verdicts = Verdicts()
    for pair in found:
        if pair.told.form == form and not pair.told.gold:
            verdicts.count(pair.by_text, pair.by_ear)
    return verdicts


def moves_by_criterion(found: tuple[Pair, ...], form: Form) -> dict[str, Moves]:
    """How recognition moved the verdicts of one form, samples and made calls together."""
    moves: dict[str, Moves] = defaultdict(Moves)
    for pair in _of(found, form):
        moves[pair.criterion].count(pair.by_text, pair.by_ear)
    return {**moves, "all": _sum(moves)}


def _moves_by_language(found: tuple[Pair, ...], form: Form) -> dict[str, Moves]:
    moves: dict[str, Moves] = defaultdict(Moves)
    for pair in _of(found, form):
        moves[pair.told.call.language].count(pair.by_text, pair.by_ear)
    return dict(sorted(moves.items()))


def _of(found: tuple[Pair, ...], form: Form) -> Iterator[Pair]:
    return (pair for pair in found if pair.told.form == form)


def _sum(moves: Mapping[str, Moves]) -> Moves:
    whole = Moves()
    for part in moves.values():
        whole.add(part)
    return whole


def _table(form: Form, moves: Mapping[str, Moves]) -> Table:
    return table(
        f"From words said to words heard, {form}, samples and made calls",
        ("", *_MOVES),
        [(name, *moved(part)) for name, part in moves.items() if part.total],
    )


def _changed(found: tuple[Pair, ...]) -> Table:
    return table(
        "Verdicts that recognition changed",
        ("call", "criterion", "said", "heard", "right"),
        [
            (pair.told.name, pair.criterion, pair.by_text, pair.by_ear, pair.gold or "")
            for pair in found
            if pair.by_text is not pair.by_ear
        ],
    )
