"""Verdicts on the golden dialogues: right, wrong or left open, by rubric, criterion and language.

A dialogue is scored by the rubric that it was written for. Traps are dialogues in which the customer says
what would earn or cost the agent points; one is sprung where a verdict on them is decided and wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from rich.table import Table

from bench.scoring import golden
from bench.scoring.counts import LEFT_OPEN, Verdicts
from bench.scoring.golden import Given
from bench.scoring.options import Options
from bench.speech.figure import Bar, Figure, table
from qa.domain.scorecard import Outcome
from qa.domain.wording import render

RIGHT_PERCENT = 97.0
PRIVACY_MISSED = 0
TRAPS_SPRUNG = 0
PRIVACY = "privacy"
_HEADINGS = (
    "verdicts",
    "right",
    "%",
    "wrong",
    "open",
    "absent",
    "found %",
    "spared %",
    "wrongly failed",
    "missed",
)
"""Sensitivity is the share of failures found, specificity that of all else spared a failure."""


def measure(options: Options) -> Figure:
    """Compare every expected verdict with the given one."""
    found = golden.given(options.splits)
    traps = golden.given(("traps",))
    whole, trapped = whole_of(found), whole_of(traps)
    languages = counted(found, lambda one: one.language)
    missed = missed_privacy([*found, *traps])
    sprung = [one for one in traps if _decided_wrong(one)]
    waiting = golden.missing()
    unread = sum(shelf.unread for shelf in golden.shelves())
    return Figure(
        bars=(
            Bar(
                f"verdicts right, {options.split}, {whole.total}",
                whole.right.percent,
                RIGHT_PERCENT,
                "at least",
                "%",
            ),
            Bar("privacy failures missed", len(missed), PRIVACY_MISSED, "at most"),
            Bar(
                f"traps sprung, {len(_dialogues(traps))} dialogues",
                len(sprung),
                TRAPS_SPRUNG,
                "at most",
            ),
        ),
        tables=(
            _table(f"Rubrics, {options.split}", counted(found, lambda one: one.rubric), whole),
            *(
                _table(
                    f"Criteria, {options.split}, {language}",
                    counted(
                        (one for one in found if one.language == language),
                        lambda one: one.criterion,
                    ),
                    languages[language],
                )
                for language in sorted(languages)
            ),
            _table(
                "Traps",
                counted(traps, lambda one: one.criterion),
                trapped,
            ),
            table(
                "Dialogues",
                ("", "number"),
                [
                    (f"scored, {options.split}", len(_dialogues(found))),
                    ("traps", len(_dialogues(traps))),
                    ("could not be read", unread),
                    ("rubrics that are not there", ", ".join(waiting) or "none"),
                ],
            ),
            *([_wrong([*found, *traps])] if options.show else []),
        ),
        data={
            "split": options.split,
            "all": whole.document(),
            "rubrics": _documents(counted(found, lambda one: one.rubric)),
            "languages": {
                language: {
                    "all": verdicts.document(),
                    "criteria": _documents(
                        counted(
                            (one for one in found if one.language == language),
                            lambda one: one.criterion,
                        )
                    ),
                }
                for language, verdicts in languages.items()
            },
            "traps": trapped.document(),
            "traps_sprung": len(sprung),
            "privacy_missed": len(missed),
            "unread": unread,
            "rubrics_missing": list(waiting),
        },
    )


def counted(found: Iterable[Given], key: Callable[[Given], str]) -> dict[str, Verdicts]:
    """The verdicts counted by a key, in the order in which its values come."""
    counts: dict[str, Verdicts] = defaultdict(Verdicts)
    for one in found:
        counts[key(one)].count(one.right, one.outcome)
    return counts


def whole_of(found: Iterable[Given]) -> Verdicts:
    """All verdicts in one count."""
    whole = Verdicts()
    for one in found:
        whole.count(one.right, one.outcome)
    return whole


def missed_privacy(found: Iterable[Given]) -> list[Given]:
    """Failures of privacy that were not made a failure."""
    return [
        one
        for one in found
        if one.criterion == PRIVACY
        and one.right is Outcome.FAIL
        and one.outcome is not Outcome.FAIL
    ]


def _decided_wrong(one: Given) -> bool:
    return one.outcome not in (None, one.right, *LEFT_OPEN)


def _dialogues(found: Iterable[Given]) -> set[str]:
    return {one.golden.dialogue.source for one in found}


def _documents(counts: Mapping[str, Verdicts]) -> dict[str, object]:
    return {name: verdicts.document() for name, verdicts in counts.items()}


def _table(title: str, counts: Mapping[str, Verdicts], whole: Verdicts) -> Table:
    rows = [_row(name, verdicts) for name, verdicts in counts.items()]
    rows.append(_row("all", whole))
    return table(title, ("", *_HEADINGS), rows)


def _row(name: str, verdicts: Verdicts) -> list[object]:
    return [
        name,
        verdicts.total,
        verdicts.right.hits,
        f"{verdicts.right.percent:.1f}",
        verdicts.wrong or "",
        verdicts.left_open or "",
        verdicts.absent or "",
        verdicts.sensitivity.shown,
        verdicts.specificity.shown,
        verdicts.wrong_deductions.hits or "",
        verdicts.missed or "",
    ]


def _wrong(found: Iterable[Given]) -> Table:
    """The verdicts that are not right, of dialogues that are not held back."""
    return table(
        "Not right, without the test split",
        ("dialogue", "criterion", "right", "given", "why"),
        [
            (
                one.golden.dialogue.id,
                one.criterion,
                one.right,
                one.verdict.outcome,
                render(one.verdict.reason, "en"),
            )
            for one in found
            if one.golden.split != "test"
            and one.verdict is not None
            and one.outcome is not one.right
        ],
    )
