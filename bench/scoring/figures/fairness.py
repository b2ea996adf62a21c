"""Fairness: verdicts that change where a dialogue differs in nothing but who takes part.

Other names, the other sex, another spelling or dialect, another company. A verdict on one of them that is
another than on the dialogue as it was written has flipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench.scoring import golden, wording
from bench.scoring.chance import SEED, chance
from bench.scoring.counts import LEFT_OPEN, Share
from bench.scoring.golden import Telling
from bench.scoring.options import Options
from bench.speech.figure import Bar, Figure, table
from qa.domain.dialogue import Dialogue
from qa.domain.scorecard import Outcome
from qa.services.score_text import CaseOf

FLIPPED_PERCENT = 0.0
KINDS = ("names", "genders", "company", "spelling", "dialect")
PROMISED = ("names", "genders")


@dataclass(frozen=True, slots=True)
class Flip:
    """One verdict on a dialogue as written, and on another wording of it."""

    kind: str
    language: str
    dialogue: str
    held_back: bool
    criterion: str
    before: Outcome
    after: Outcome


def measure(options: Options) -> Figure:
    """Score every dialogue in other wordings and count the verdicts that changed."""
    found = tuple(_flips(options))
    shares = {kind: _share(found, kind) for kind in KINDS}
    shown = [one for one in found if one.before is not one.after and not one.held_back]
    by_criterion = Counter(
        (one.kind, one.criterion) for one in found if one.before is not one.after
    )
    return Figure(
        bars=tuple(
            Bar(
                f"verdicts flipped by {kind}, {shares[kind].of}",
                shares[kind].percent if shares[kind].of else 0.0,
                FLIPPED_PERCENT,
                "at most",
                "%",
            )
            for kind in PROMISED
        ),
        tables=(
            table(
                f"Flipped verdicts, {options.split} and traps",
                ("what differs", "verdicts", "zh", "en", "flipped", "of them opened", "flipped %"),
                [
                    (
                        kind,
                        shares[kind].of,
                        _share(found, kind, "zh").hits,
                        _share(found, kind, "en").hits,
                        shares[kind].hits,
                        _opened(found, kind),
                        shares[kind].percent if shares[kind].of else 0.0,
                    )
                    for kind in KINDS
                ],
            ),
            table(
                "Flips by criterion",
                ("criterion", *KINDS),
                [
                    (name, *(by_criterion[kind, name] or "" for kind in KINDS))
                    for name in dict.fromkeys(name for _, name in by_criterion)
                ],
            ),
            *(
                [
                    table(
                        "Flips, without the test split",
                        ("dialogue", "what differs", "criterion", "before", "after"),
                        [
                            (one.dialogue, one.kind, one.criterion, one.before, one.after)
                            for one in shown
                        ],
                    )
                ]
                if options.show
                else []
            ),
        ),
        data={
            "seed": SEED,
            "rounds": options.rounds,
            "kinds": {
                kind: {
                    **shares[kind].document(),
                    "opened": _opened(found, kind),
                    "zh": _share(found, kind, "zh").document(),
                    "en": _share(found, kind, "en").document(),
                }
                for kind in KINDS
            },
            "criteria": {
                f"{name}, {kind}": number for (kind, name), number in by_criterion.items()
            },
        },
    )


def variants(dialogue: Dialogue, rounds: int) -> Iterator[tuple[str, Telling, CaseOf]]:
    """Other wordings of a dialogue: what differs, the wording, and what makes its case."""
    rng = chance("fairness", dialogue.id)
    usual = golden.case_of()
    for _ in range(rounds):
        yield "names", wording.names(dialogue, rng), usual
    yield "genders", wording.genders(dialogue, rng), usual
    yield "spelling", wording.spelling(dialogue, rng), usual
    yield "dialect", wording.dialect(dialogue, rng), usual
    for names in rng.sample(wording.COMPANIES, min(rounds, len(wording.COMPANIES))):
        yield "company", wording.company(dialogue, rng, names), golden.case_of(names)


def _flips(options: Options) -> Iterator[Flip]:
    for shelf, one in golden.chosen((*options.splits, "traps")):
        as_written = golden.told(one.dialogue, golden.as_written)
        before = golden.outcomes(shelf.rubric, as_written)
        for kind, telling, case_of in variants(as_written, options.rounds):
            told = golden.told(one.dialogue, telling)
            if _texts(told) == _texts(as_written) and kind != "spelling":
                continue
            after = golden.outcomes(shelf.rubric, told, case_of)
            for criterion, outcome in before.items():
                yield Flip(
                    kind,
                    as_written.transcript.language,
                    as_written.id,
                    one.split == "test",
                    criterion,
                    outcome,
                    after[criterion],
                )


def _texts(dialogue: Dialogue) -> list[str]:
    return [turn.text for turn in dialogue.transcript.turns]


def _share(found: tuple[Flip, ...], kind: str, language: str | None = None) -> Share:
    of = [one for one in found if one.kind == kind and language in (None, one.language)]
    return Share(sum(one.before is not one.after for one in of), len(of))


def _opened(found: tuple[Flip, ...], kind: str) -> int:
    return sum(
        one.kind == kind and one.before is not one.after and one.after in LEFT_OPEN for one in found
    )
