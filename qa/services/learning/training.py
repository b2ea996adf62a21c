"""Heads trained on what was decided earlier, and tried on what was decided later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from qa.domain.dialogue import Dialogue
from qa.domain.learnable import Learnable
from qa.domain.lesson import (
    Compared,
    Counts,
    Example,
    HeadFigures,
    Missing,
    Sign,
    TimeSplit,
    split_by_time,
)
from qa.domain.scorecard import Outcome
from qa.domain.wording import LANGUAGES, Reason
from qa.ports.learning import BankSentence, HeadMaterial, HeadTrainer, TrainedHead
from qa.services.learning.alone import asked_about, finds
from qa.services.learning.examples import Told
from qa.services.score_text import CaseOf, dialogue_case


@dataclass(frozen=True, slots=True)
class Learnt:
    """A head that earned its place."""

    head: TrainedHead
    figures: HeadFigures


@dataclass(frozen=True, slots=True)
class _Desk:
    """One head in training.

    Attributes:
        asked: The criteria that ask it.
        hit: Whether the rules beside it find a sentence.
    """

    name: str
    asked: Sequence[Learnable]
    bank: Sequence[BankSentence]
    trainer: HeadTrainer
    hit: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A sentence of a test with its sign."""

    sentence: str
    language: str
    positive: bool


def learn_head(
    asked: Sequence[Learnable],
    said: Sequence[Told],
    golden: Sequence[Dialogue],
    trainer: HeadTrainer,
    case_of: CaseOf,
) -> Learnt | Reason:
    """Train one head; the reason where it does not learn.

    Args:
        asked: The criteria that ask it.
        said: What people's decisions on them say of sentences.
        golden: Written calls with the right verdicts, none of which the head is tried on.
        trainer: Trains it.
        case_of: Makes cases without models.
    """
    name = asked[0].head.name
    bank = trainer.bank()
    examples = settled(said, [each for each in bank if each.head == name], trainer)
    split = split_by_time(examples)
    if isinstance(split, Missing):
        return _too_few(name, asked, examples, split)
    desk = _Desk(name, asked, bank, trainer, _rules(asked, case_of))
    material = _material(desk, split.train, golden, case_of)
    head = trainer.train(name, material)
    figures = _figures(desk, split, examples, head)
    if figures.spoiled:
        head = trainer.train(name, replace(material, strict=True))
        figures = _figures(desk, split, examples, head)
    return Learnt(head, figures) if figures.earned else _no_better(figures)


def settled(
    said: Iterable[Told], bank: Sequence[BankSentence], trainer: HeadTrainer
) -> tuple[Example, ...]:
    """One example a sentence of a call: the one that a clip means, and the latest word on each sentence.

    Of a clip with several sentences the one is meant that is most like what is known to do it.
    """
    told = list(said)
    known = [each.sentence for each in bank if each.positive and not each.held_back]
    known += [
        each.example.sentence
        for each in told
        if each.example.sign is Sign.POSITIVE and len(each.choices) == 1
    ]
    latest: dict[tuple[str, str], Example] = {}
    for each in told:
        example = each.example
        if len(each.choices) > 1:
            place = trainer.nearest(each.choices, known) if known else len(each.choices) - 1
            example = replace(example, sentence=each.choices[place])
        key = (example.call, example.sentence)
        before = latest.get(key)
        # What a person pointed at outweighs that it was said where somebody found nothing.
        if before is None or (
            example.sign is not Sign.BACKGROUND
            and (before.sign is Sign.BACKGROUND or example.decided_at >= before.decided_at)
        ):
            latest[key] = example
    return tuple(latest.values())


# --- material ----------------------------------------------------------------------------------


def _rules(asked: Sequence[Learnable], case_of: CaseOf) -> Callable[[str], bool]:
    """Whether the rules beside a head find a sentence, asked once of each."""
    rules = [finds(each.beside, case_of) for each in asked]
    known: dict[str, bool] = {}

    def hit(sentence: str) -> bool:
        if sentence not in known:
            known[sentence] = any(rule(sentence) for rule in rules)
        return known[sentence]

    return hit


def _material(
    desk: _Desk, train: Sequence[Example], golden: Sequence[Dialogue], case_of: CaseOf
) -> HeadMaterial:
    """The bank's train split with what the site's people decided earlier."""
    name, bank, hit = desk.name, desk.bank, desk.hit
    withheld = {each.sentence for each in bank if each.head == name and each.held_back}
    signs = {each.sentence: each.positive for each in bank if each.head == name}
    signs.update({each.sentence: each.sign is Sign.POSITIVE for each in train})
    own = {sentence: sign for sentence, sign in signs.items() if sentence not in withheld}
    others = dict.fromkeys(
        each.sentence for each in bank if not each.held_back and each.sentence not in signs
    )
    return HeadMaterial(
        positives=[sentence for sentence, positive in own.items() if positive],
        negatives=[sentence for sentence, positive in own.items() if not positive],
        hits={sentence for sentence in own if hit(sentence)},
        background=[sentence for sentence in others if not hit(sentence)],
        calls=[
            asked_about(each.head, dialogue_case(call, case_of))
            for each in desk.asked
            for call in golden
            if call.expected.get(each.criterion) is (Outcome.FAIL if each.good else Outcome.PASS)
        ],
    )


# --- figures -----------------------------------------------------------------------------------


def _figures(
    desk: _Desk, split: TimeSplit, examples: Sequence[Example], head: TrainedHead
) -> HeadFigures:
    learnt: dict[str, dict[Sign, int]] = {
        language: {
            sign: sum(each.sign is sign and each.language == language for each in split.train)
            for sign in Sign
        }
        for language in LANGUAGES
    }
    later = [
        _Labelled(each.sentence, each.language, each.sign is Sign.POSITIVE) for each in split.test
    ]
    known = [
        _Labelled(each.sentence, each.language, each.positive)
        for each in desk.bank
        if each.head == head.name and each.held_back
    ]
    seen = frozenset(each.sentence for each in split.train)
    return HeadFigures(
        head=head.name,
        criteria=tuple(dict.fromkeys(each.criterion for each in desk.asked)),
        learnt=learnt,
        calls=len({each.call for each in examples}),
        split_at=split.at,
        later=_compared(later, head, desk, seen),
        bank=_compared(known, head, desk, frozenset()),
    )


def _compared(
    labelled: Sequence[_Labelled], head: TrainedHead, desk: _Desk, seen: frozenset[str]
) -> dict[str, Compared]:
    found: dict[str, Compared] = {}
    for language in LANGUAGES:
        here = list(dict.fromkeys(each for each in labelled if each.language == language))
        sentences = [each.sentence for each in here]
        by_rules = [desk.hit(sentence) for sentence in sentences]
        now, new = desk.trainer.surely_now(head.name, sentences), head.surely(sentences)
        finds_it = [
            [rule or head for rule, head in zip(by_rules, by_head, strict=True)]
            for by_head in (now, new)
        ]
        before, after = (
            Counts(
                sum(each.positive and found for each, found in zip(here, marks, strict=True)),
                sum(not each.positive and found for each, found in zip(here, marks, strict=True)),
            )
            for marks in finds_it
        )
        found[language] = Compared(
            positives=sum(each.positive for each in here),
            negatives=sum(not each.positive for each in here),
            before=before,
            after=after,
            repeated=sum(each.positive and each.sentence in seen for each in here),
            lost=sum(
                each.positive and was and not found
                for each, was, found in zip(here, *finds_it, strict=True)
            ),
        )
    return found


def _too_few(
    name: str, asked: Sequence[Learnable], examples: Sequence[Example], missing: Missing
) -> Reason:
    does = len({each.sentence for each in examples if each.sign is Sign.POSITIVE})
    does_not = len({each.sentence for each in examples if each.sign is not Sign.POSITIVE})
    return Reason(
        "lesson.too_few",
        {
            "head": name,
            "criterion": asked[0].criterion,
            "positives": does,
            "negatives": does_not,
            "more_positives": missing.positives,
            "more_negatives": missing.negatives,
        },
    )


def _no_better(figures: HeadFigures) -> Reason:
    compared = figures.later.values()
    return Reason(
        "lesson.no_better",
        {
            "head": figures.head,
            "criterion": figures.criteria[0],
            "before": sum(each.before.hits for each in compared),
            "after": sum(each.after.hits for each in compared),
            "of": sum(each.positives for each in compared),
            "false_before": sum(each.before.false for each in compared),
            "false_after": sum(each.after.false for each in compared),
            "lost": sum(each.lost for each in (*compared, *figures.bank.values())),
            "spoiled": sum(max(0, each.spoiled) for each in figures.bank.values()),
        },
    )
