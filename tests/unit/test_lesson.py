"""What can learn, what is kept back to try it on, and what earns a head its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from models import encoders, heads
from models.head_trainer import SiteTrainer
from models.semantics import identity
from qa import bootstrap
from qa.config import Settings
from qa.domain.detectors.base import Marks
from qa.domain.detectors.logic import All, AnyOf, NoneOf, Not
from qa.domain.learnable import heads_of, learnables
from qa.domain.lesson import (
    TEST_LEAST,
    TRAIN_LEAST,
    Compared,
    Counts,
    Example,
    HeadFigures,
    Lesson,
    LessonState,
    Missing,
    Sign,
    Step,
    TimeSplit,
    is_outdated,
    of_one_mind,
    split_by_time,
)
from qa.domain.people import Person
from qa.domain.rubric import Rubric
from qa.domain.scorecard import RubricRef
from qa.domain.wording import Reason
from qa.ports.learning import BankSentence, HeadMaterial
from qa.services.learning.examples import Told
from qa.services.learning.training import Learnt, learn_head, settled
from tests.unit.meanings import PairEncoder, head_for

AT = datetime(2026, 9, 1, tzinfo=UTC)
SUN = Person(1, "sun", "孙悦")


def example(place: int, sign: Sign, sentence: str = "", *, call: str = "") -> Example:
    return Example(
        head="thanks",
        criterion="thanks",
        call=call or f"call-{place}",
        sentence=sentence or f"sentence {place} {sign.value}",
        language="en",
        sign=sign,
        decided_at=AT + timedelta(hours=place),
        by=SUN,
    )


def decided(positives: int, negatives: int, *, calls: int = 30) -> list[Example]:
    places = [
        *((place, Sign.POSITIVE) for place in range(positives)),
        *((place, Sign.NEGATIVE) for place in range(negatives)),
    ]
    return [
        replace(
            example(place, sign),
            call=f"call-{place % calls}",
            decided_at=AT + timedelta(hours=place % calls),
        )
        for place, sign in places
    ]


# --- the time split ----------------------------------------------------------------------------


def test_what_was_decided_last_is_kept_to_try_a_head_on() -> None:
    split = split_by_time(decided(40, 40, calls=40))
    assert isinstance(split, TimeSplit)
    assert max(each.decided_at for each in split.train) < split.at
    assert min(each.decided_at for each in split.test) == split.at
    assert len({each.call for each in split.test}) == 10
    assert not {each.call for each in split.test} & {each.call for each in split.train}


def test_more_than_a_quarter_is_kept_where_that_holds_too_few_of_a_sign() -> None:
    late = [example(place, Sign.POSITIVE) for place in range(40)]
    late += [example(place, Sign.NEGATIVE) for place in range(24)]
    split = split_by_time(late)
    assert isinstance(split, TimeSplit)
    assert sum(each.sign is Sign.NEGATIVE for each in split.test) == TEST_LEAST
    assert sum(each.sign is Sign.NEGATIVE for each in split.train) >= TRAIN_LEAST


def test_all_of_a_call_is_on_one_side_whichever_was_decided_when() -> None:
    examples = decided(40, 40, calls=40)
    early = replace(examples[39], sentence="and another", decided_at=AT)
    split = split_by_time([*examples, early])
    assert isinstance(split, TimeSplit)
    assert early in split.test


def test_too_few_say_how_many_more_are_needed() -> None:
    least = TRAIN_LEAST + TEST_LEAST
    assert split_by_time([]) == Missing(least, least)
    assert split_by_time(decided(least, 5)) == Missing(0, least - 5)
    assert split_by_time(decided(3, least)) == Missing(least - 3, 0)


def test_one_sentence_said_in_many_calls_is_one() -> None:
    same = [example(place, Sign.POSITIVE, "are you happy") for place in range(60)]
    other = [example(place, Sign.NEGATIVE) for place in range(60)]
    missing = split_by_time([*same, *other])
    assert isinstance(missing, Missing)
    assert missing.positives == TRAIN_LEAST + TEST_LEAST - 1


def test_everything_decided_in_one_call_cannot_be_split() -> None:
    examples = [
        replace(example(place, sign), call="one")
        for place in range(30)
        for sign in (Sign.POSITIVE, Sign.NEGATIVE)
    ]
    assert isinstance(split_by_time(examples), Missing)


# --- of one mind -------------------------------------------------------------------------------


def test_what_most_calls_say_of_a_sentence_stands_and_the_later_word_breaks_a_tie() -> None:
    def signs(*said: Sign) -> set[Sign]:
        examples = [example(place, sign, "was it worth it") for place, sign in enumerate(said)]
        return {each.sign for each in of_one_mind(examples)}

    yes, no, around = Sign.POSITIVE, Sign.NEGATIVE, Sign.BACKGROUND
    assert signs(yes, yes, no) == {yes}
    assert signs(no, yes, no) == {no}
    assert signs(no, yes) == {yes}
    assert signs(yes, no) == {no}
    assert signs(yes, around, around) == {yes}, "nobody pointed at the others"


def test_a_late_word_rewrites_nothing_of_what_is_learnt_from() -> None:
    examples = decided(40, 40, calls=40)
    late = replace(examples[39], sentence=examples[0].sentence, sign=Sign.NEGATIVE)
    split = split_by_time([*examples, late])
    assert isinstance(split, TimeSplit)
    assert examples[0] in split.train
    assert late in split.test


# --- what earns a place ------------------------------------------------------------------------


def figures(
    later: tuple[Counts, Counts], bank: tuple[Counts, Counts] = (Counts(9, 1), Counts(9, 1))
) -> HeadFigures:
    nothing = Compared(0, 0, Counts(0, 0), Counts(0, 0))
    return HeadFigures(
        "thanks",
        ("thanks",),
        {},
        9,
        AT,
        {"zh": Compared(10, 10, *later), "en": nothing},
        {"zh": Compared(10, 10, *bank), "en": nothing},
    )


def test_a_head_earns_its_place_by_what_it_finds_later_and_by_harming_nothing() -> None:
    assert figures((Counts(2, 1), Counts(6, 1))).earned
    assert not figures((Counts(6, 1), Counts(6, 1))).earned
    assert not figures((Counts(2, 1), Counts(6, 2))).earned, "a false alarm of its own"
    assert not figures((Counts(2, 1), Counts(6, 1)), (Counts(9, 1), Counts(8, 1))).earned
    assert not figures((Counts(2, 1), Counts(6, 1)), (Counts(9, 1), Counts(9, 2))).earned


def test_what_one_language_gains_makes_up_for_nothing_that_another_loses() -> None:
    found = figures((Counts(2, 1), Counts(6, 1)))
    worse = Compared(10, 10, Counts(5, 0), Counts(4, 0))
    better = Compared(10, 10, Counts(4, 0), Counts(5, 0))
    assert found.earned
    assert not replace(found, later={**found.later, "en": worse}).earned
    assert not replace(found, bank={"zh": better, "en": worse}).earned


def test_a_sentence_that_was_found_is_lost_whatever_else_is_found() -> None:
    found = figures((Counts(2, 1), Counts(6, 1)))
    swapped = replace(found.later["zh"], lost=1)
    assert not replace(found, later={**found.later, "zh": swapped}).earned


class Knows:
    """A head, new or in use, that is sure of some sentences."""

    name = "thanks"

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences

    def surely(self, sentences: Sequence[str]) -> list[bool]:
        return [each in self.sentences for each in sentences]

    def surely_now(self, _name: str, sentences: Sequence[str]) -> list[bool]:
        return self.surely(sentences)

    def bank(self) -> list[BankSentence]:
        return []


def test_a_head_that_finds_another_sentence_in_its_stead_still_loses_one(standard: Rubric) -> None:
    examples = decided(40, 40, calls=40)
    rubric = replace(standard, criteria=tuple(c for c in standard.criteria if c.id == "thanks"))
    asked = learnables(rubric)
    said = [Told(each, (each.sentence,)) for each in examples]
    found = [each.sentence for each in examples if each.sign is Sign.POSITIVE]

    class Newly(Knows):
        def train(self, _name: str, _material: HeadMaterial) -> Knows:
            return Knows(*found[:39])

    case_of = bootstrap.case_of(Settings(encoder="off", judge="off", _env_file=None))  # type: ignore[call-arg]

    def taught(*now: str) -> Learnt | Reason:
        return learn_head(asked, said, [], Newly(*now), case_of)  # type: ignore[arg-type]

    assert isinstance(taught(found[38]), Learnt)
    lost = taught(found[39])
    assert isinstance(lost, Reason)
    assert lost.params["lost"] == 1


# --- what it was made upon ---------------------------------------------------------------------


def lesson(name: str, made: int, *steps: tuple[LessonState, int]) -> Lesson:
    dated = [Step(LessonState.CANDIDATE, AT + timedelta(hours=made), None, "")]
    dated += [Step(state, AT + timedelta(hours=at), None, "") for state, at in steps]
    return Lesson(
        public_id=name,
        state=dated[-1].state,
        revision=len(dated),
        rubric=RubricRef("service-standard", "1", "sha"),
        encoder="pairs@1",
        digest="",
        figures=(),
        left=(),
        rescored=0,
        since=AT,
        made_at=dated[0].at,
        steps=tuple(dated),
    )


def test_a_candidate_is_outdated_by_other_heads_than_those_it_was_made_upon() -> None:
    use, retired = LessonState.IN_USE, LessonState.RETIRED
    first, beside = lesson("a", 1), lesson("b", 2)
    assert not is_outdated(beside, [first, beside])
    assert is_outdated(beside, [lesson("a", 1, (use, 3)), beside])
    assert not is_outdated(beside, [lesson("a", 1, (use, 3), (retired, 4)), beside])
    upon = lesson("c", 5)
    assert not is_outdated(upon, [lesson("a", 1, (use, 3)), upon])
    assert is_outdated(upon, [lesson("a", 1, (use, 3), (retired, 6)), upon])
    back = lesson("a", 1, (use, 3), (retired, 6))
    assert not is_outdated(back, [back, lesson("c", 5, (use, 6))]), "it was in use as it is"


# --- what can learn ----------------------------------------------------------------------------


def test_a_head_is_good_or_bad_by_where_it_stands(standard: Rubric) -> None:
    thanks = standard.criterion("thanks")
    assert thanks

    def of(**rule: object) -> list[tuple[bool, bool]]:
        bare = replace(thanks, pass_if=None, fail_if=None, levels=())
        found = learnables(replace(standard, criteria=(replace(bare, **rule),)))
        return [(each.good, each.plain) for each in found]

    assert isinstance(thanks.pass_if, AnyOf)
    phrase, head = thanks.pass_if.parts
    assert of(pass_if=AnyOf((phrase, head))) == [(True, True)]
    assert of(fail_if=AnyOf((phrase, head))) == [(False, True)]
    assert of(pass_if=Not(head)) == [(False, True)]
    assert of(fail_if=NoneOf((phrase, head))) == [(True, True)]
    assert of(pass_if=All((phrase, AnyOf((phrase, head))))) == [(True, False)]
    assert of(pass_if=head, fail_if=head) == [], "nobody's verdict says which"
    assert of(applies_if=head, pass_if=phrase) == []


def test_the_rules_beside_a_head_are_without_it(standard: Rubric) -> None:
    thanks = standard.criterion("thanks")
    assert thanks
    (found,) = learnables(replace(standard, criteria=(thanks,)))
    assert list(heads_of(thanks)) == ["thanks"]
    assert not list(heads_of(found.beside))


# --- sentences ---------------------------------------------------------------------------------


class Pairs:
    """Of several sentences the one that shares most letters with an example."""

    def nearest(self, sentences: list[str], examples: list[str]) -> int:
        return SiteTrainer(PairEncoder(), None).nearest(sentences, examples)


def test_of_a_clip_with_several_sentences_the_one_that_is_meant_is_found() -> None:
    known = Told(example(1, Sign.POSITIVE, "was it worth the wait"), ("was it worth the wait",))
    clip = Told(
        example(2, Sign.POSITIVE, "all right"), ("all right", "was it worth your wait", "bye now")
    )
    found = settled([known, clip], [], Pairs())  # type: ignore[arg-type]
    assert [each.sentence for each in found] == ["was it worth the wait", "was it worth your wait"]


def test_the_latest_word_on_a_sentence_of_a_call_stands() -> None:
    def told(place: int, sign: Sign) -> Told:
        return Told(example(place, sign, "was it worth it", call="one"), ("was it worth it",))

    found = settled([told(1, Sign.POSITIVE), told(2, Sign.NEGATIVE)], [], Pairs())  # type: ignore[arg-type]
    assert [each.sign for each in found] == [Sign.NEGATIVE]
    found = settled([told(2, Sign.POSITIVE), told(1, Sign.NEGATIVE)], [], Pairs())  # type: ignore[arg-type]
    assert [each.sign for each in found] == [Sign.POSITIVE]


def test_what_is_pointed_at_outweighs_that_nothing_was_found_elsewhere() -> None:
    said = "was it worth it"
    pointed = Told(example(1, Sign.POSITIVE, said, call="one"), (said,))
    around = Told(example(2, Sign.BACKGROUND, said, call="one"), (said,))
    found = settled([pointed, around], [], Pairs())  # type: ignore[arg-type]
    assert [each.sign for each in found] == [Sign.POSITIVE]


# --- heads over heads --------------------------------------------------------------------------


def test_a_lesson_lies_over_the_heads_that_ship_and_those_of_another_encoder_do_not() -> None:
    encoder = PairEncoder()
    own = heads.document(identity(encoder), {"ours": head_for("was it worth it")})
    assert encoders.heads_in_use(encoder, own) == ("ours",)
    assert encoders.heads_in_use(encoder, None) == ()
    assert "lesson@" in encoders.used(encoder, own)
    other = heads.document("another@1", {"ours": head_for("was it worth it")})
    assert encoders.heads_in_use(encoder, other) == ()
    assert encoders.used(encoder, other) == encoders.used(encoder, None)


def test_a_document_is_read_as_it_was_written() -> None:
    written = heads.Head(Marks(0.9, 0.7), -1.5, np.array([0.25, -1.0], dtype=np.float32))
    read = heads.parse(heads.document("e@1", {"ours": written}))
    assert read.encoder == "e@1"
    assert read.by_name["ours"].marks == written.marks
    assert read.by_name["ours"].bias == written.bias
    assert read.by_name["ours"].weights.tolist() == [0.25, -1.0]


def test_a_new_lesson_keeps_the_heads_of_the_one_in_use() -> None:
    encoder = PairEncoder()
    before = heads.document(identity(encoder), {"ours": head_for("was it worth it")})
    text, digest = SiteTrainer(encoder, before).document([])
    assert set(heads.parse(text).by_name) == {"ours"}
    assert digest == heads.parse(text).digest
