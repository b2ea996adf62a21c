"""What a trained model says may earn an agent points and never costs any, however a rubric is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Case, Detector, Marks
from qa.domain.detectors.registry import build
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.rubric import Criterion, Level
from qa.domain.scorecard import Outcome
from qa.domain.scoring import judge
from qa.domain.wording import Text

SENTENCES = (
    "您好，请讲。",
    "请您稍等一下。",
    "我帮您转到技术部。",
    "再见，祝您愉快。",
    "明天给您回电。",
)
TEXT = Text("", "")


class Opinionated:
    """Semantics that think of each sentence what they are told to."""

    def __init__(self, ratings: Sequence[float]) -> None:
        self._ratings = dict(zip(SENTENCES, ratings, strict=True))

    def likeness(self, sentences: Sequence[str], examples: Sequence[str]) -> Sequence[float]:
        return self.ratings(examples[0], sentences)

    def marks(self, head: str) -> Marks | None:
        return Marks(0.8, 0.6) if head != "unused" else None

    def ratings(self, _head: str, sentences: Sequence[str]) -> Sequence[float]:
        # A window may cut a sentence short.
        return [
            next(rating for whole, rating in self._ratings.items() if said in whole)
            for said in sentences
        ]


phrases = st.sampled_from(("您好", "稍等", "转到", "再见", "回电", "从不说")).map(
    lambda phrase: {"phrase": {"zh": [phrase]}}
)
heads = st.sampled_from(("greeting", "unused")).map(lambda name: {"head": {"name": name}})
alike = st.just({"semantic": {"like": {"zh": [SENTENCES[0]]}}})
places = st.one_of(phrases, heads, alike)
rings = st.just({"metadata": {"field": "ring_seconds", "at_most": 15}})


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda name, of: {name: of}, st.sampled_from(("all", "any", "none")), parts),
        inner.map(lambda part: {"not": part}),
        parts.flatmap(
            lambda of: st.integers(1, len(of)).map(
                lambda count: {"at_least": {"count": count, "of": of}}
            )
        ),
        st.builds(
            lambda name, of, has: {name: {"of": of, "has": has}},
            st.sampled_from(("each", "some")),
            places,
            inner,
        ),
        st.builds(
            lambda name, anchor, find: {name: {"anchor": anchor, "find": find}},
            st.sampled_from(("before", "after")),
            inner,
            inner,
        ),
    )


rules = st.recursive(places | rings, composed, max_leaves=8).map(build)
maybe_rules = st.none() | rules


@st.composite
def criteria(draw: st.DrawFn) -> Criterion:
    levels: tuple[Level, ...] = ()
    met: Detector | None = None
    broken: Detector | None = None
    if draw(st.booleans()):
        shares = sorted(draw(st.sets(st.sampled_from((0.2, 0.4, 1.0)), min_size=1)))
        levels = tuple(Level(share, TEXT, draw(rules)) for share in reversed(shares))
        levels = (*levels, Level(0.0, TEXT, None))
    else:
        met, broken = draw(maybe_rules), draw(maybe_rules)
        if met is None and broken is None:
            met = draw(rules)
    return Criterion(
        id="c",
        section="s",
        title=TEXT,
        standard=TEXT,
        example=TEXT,
        points=10,
        critical=False,
        applies_if=draw(maybe_rules),
        pass_if=met,
        fail_if=broken,
        when_absent=draw(
            st.sampled_from((Outcome.FAIL, Outcome.PASS, Outcome.CANNOT_JUDGE)),
        ),
        min_confidence=0.6,
        levels=levels,
    )


@st.composite
def calls(draw: st.DrawFn) -> Case:
    said = draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
    who = st.sampled_from((Role.AGENT, Role.AGENT, Role.CUSTOMER, Role.UNKNOWN))
    transcript, signals = written_call([WrittenTurn(draw(who), text) for text in said])
    return Case(CallRecord("c"), transcript, signals, (), phonetics())


ratings = st.lists(
    st.sampled_from((0.1, 0.7, 0.9, 0.99)), min_size=len(SENTENCES), max_size=len(SENTENCES)
)


@given(calls(), criteria(), ratings)
@settings(max_examples=300, deadline=None)
def test_no_call_fails_or_loses_points_that_would_not_without_the_model(
    call: Case, criterion: Criterion, thought: list[float]
) -> None:
    asked = judge(criterion, replace(call, semantics=Opinionated(thought)))
    alone = judge(criterion, call)
    if asked.outcome.counts and asked.points < asked.max_points:
        assert alone.outcome.counts
        assert alone.points <= asked.points
