"""Test a rubric on golden dialogues: written calls whose right verdicts people have agreed on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from qa.domain.dialogue import Dialogue
from qa.domain.errors import DialogueInvalid
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.scoring import score
from qa.domain.wording import Language, render
from qa.services.score_text import CaseOf, dialogue_case

Split = Literal["train", "test", "traps"]
SPLITS: tuple[Split, ...] = ("train", "test", "traps")
"""``train`` is for writing rules by, ``test`` is held back, in ``traps`` the customer says the agent's lines."""


@dataclass(frozen=True, slots=True)
class Golden:
    """A dialogue with the right verdicts, and the split that it belongs to."""

    split: Split
    dialogue: Dialogue


@dataclass(frozen=True, slots=True)
class WrongVerdict:
    """A verdict that is not the expected one; ``got`` is ``None`` where the rubric has no such criterion."""

    golden: Golden
    criterion: str
    expected: Outcome
    got: Verdict | None

    @property
    def not_sure(self) -> bool:
        """Whether it was left to a person, which deducts nothing."""
        return self.got is not None and self.got.outcome is Outcome.CANNOT_JUDGE


@dataclass(slots=True)
class Tally:
    """How one criterion's verdicts came out.

    Attributes:
        right: As expected.
        wrong: Otherwise, and not left to a person.
        not_sure: Left to a person where a verdict was expected.
        failures: Fails that were expected; ``caught`` of them were found.
        others: Other outcomes that were expected; ``spared`` of them were not made a fail.
    """

    right: int = 0
    wrong: int = 0
    not_sure: int = 0
    failures: int = 0
    caught: int = 0
    others: int = 0
    spared: int = 0

    @property
    def sensitivity(self) -> float | None:
        """Share of the expected fails that were found, ``None`` where there is none."""
        return self.caught / self.failures if self.failures else None

    @property
    def specificity(self) -> float | None:
        """Share of all else that was not made a fail, ``None`` where there is none."""
        return self.spared / self.others if self.others else None

    def count(self, expected: Outcome, got: Outcome | None) -> None:
        """Count one verdict."""
        if got is expected:
            self.right += 1
        elif got is Outcome.CANNOT_JUDGE:
            self.not_sure += 1
        else:
            self.wrong += 1
        if expected is Outcome.FAIL:
            self.failures += 1
            self.caught += got is Outcome.FAIL
        else:
            self.others += 1
            self.spared += got is not Outcome.FAIL

    def add(self, other: Tally) -> None:
        """Count another's verdicts, too."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class SplitResult:
    """One split's outcome: how many dialogues, and the tally of each criterion in the rubric's order."""

    dialogues: int = 0
    criteria: dict[str, Tally] = field(default_factory=dict)

    @property
    def sum(self) -> Tally:
        """All criteria together."""
        together = Tally()
        for tally in self.criteria.values():
            together.add(tally)
        return together


@dataclass(frozen=True, slots=True)
class RubricTest:
    """What a rubric made of its golden dialogues.

    Attributes:
        splits: By split, those that have dialogues.
        wrong: Every verdict that is not the expected one, those left to a person included.
        unread: Dialogues that could not be read.
    """

    splits: Mapping[Split, SplitResult]
    wrong: tuple[WrongVerdict, ...]
    unread: tuple[DialogueInvalid, ...]

    @property
    def passed(self) -> bool:
        """Whether no verdict is wrong; one that is left to a person is not."""
        return not any(result.sum.wrong for result in self.splits.values())


def try_rubric(
    rubric: Rubric,
    found: Iterable[Golden | DialogueInvalid],
    case_of: CaseOf,
    *,
    splits: Iterable[Split] = SPLITS,
    criteria: Collection[str] = (),
) -> RubricTest:
    """Score golden dialogues and compare every expected verdict.

    Args:
        rubric: The rubric.
        found: The dialogues, and what could not be read.
        case_of: Makes their cases.
        splits: The splits that count.
        criteria: The criteria that count; all where none is named.
    """
    wanted = set(splits)
    results = {split: SplitResult() for split in SPLITS if split in wanted}
    wrong: list[WrongVerdict] = []
    unread: list[DialogueInvalid] = []
    for one in found:
        if isinstance(one, DialogueInvalid):
            unread.append(one)
            continue
        if one.split not in wanted:
            continue
        result = results[one.split]
        result.dialogues += 1
        card = score(rubric, dialogue_case(one.dialogue, case_of))
        verdicts = {verdict.criterion: verdict for verdict in card.verdicts}
        for criterion, expected in one.dialogue.expected.items():
            if criteria and criterion not in criteria:
                continue
            got = verdicts.get(criterion)
            tally = result.criteria.setdefault(criterion, Tally())
            tally.count(expected, got.outcome if got else None)
            if got is None or got.outcome is not expected:
                wrong.append(WrongVerdict(one, criterion, expected, got))
    order = {criterion.id: place for place, criterion in enumerate(rubric.criteria)}
    for result in results.values():
        result.criteria = dict(
            sorted(result.criteria.items(), key=lambda item: order.get(item[0], len(order)))
        )
    return RubricTest(
        {split: result for split, result in results.items() if result.dialogues},
        tuple(wrong),
        tuple(unread),
    )


def unknown_criteria(test: RubricTest) -> tuple[str, ...]:
    """Criteria that dialogues expect a verdict of and the rubric does not have."""
    return tuple(dict.fromkeys(one.criterion for one in test.wrong if one.got is None))


def shown_wrong(test: RubricTest, *, show_test: bool) -> tuple[WrongVerdict, ...]:
    """The wrong verdicts to name: without those of the held-back split, so that nobody tunes on them."""
    return tuple(one for one in test.wrong if show_test or one.golden.split != "test")


def trial_document(test: RubricTest, language: Language, *, show_test: bool) -> dict[str, Any]:
    """The outcome ready for JSON."""
    return {
        "passed": test.passed,
        "splits": {
            split: {
                "dialogues": result.dialogues,
                "sum": _tally(result.sum),
                "criteria": {
                    criterion: _tally(tally) for criterion, tally in result.criteria.items()
                },
            }
            for split, result in test.splits.items()
        },
        "wrong": [_wrong(one, language) for one in shown_wrong(test, show_test=show_test)],
        "unread": [{"message": error.message, "hint": error.hint} for error in test.unread],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "right": tally.right,
        "wrong": tally.wrong,
        "not_sure": tally.not_sure,
        "failures": tally.failures,
        "sensitivity": tally.sensitivity,
        "specificity": tally.specificity,
    }


def _wrong(one: WrongVerdict, language: Language) -> dict[str, Any]:
    return {
        "dialogue": one.golden.dialogue.id,
        "file": one.golden.dialogue.source,
        "split": one.golden.split,
        "criterion": one.criterion,
        "expected": str(one.expected),
        "got": str(one.got.outcome) if one.got else None,
        "not_sure": one.not_sure,
        "reason": render(one.got.reason, language) if one.got else None,
        "quotes": [clip.quote for clip in one.got.evidence if clip.quote] if one.got else [],
    }
