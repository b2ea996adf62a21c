"""What holds of every scale, whatever its detectors say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.measure import measure
from qa.domain.rubric import Criterion, Level
from qa.domain.scorecard import Evidence, Outcome, Searched
from qa.domain.scoring import judge
from qa.domain.transcript import Span, Transcript
from qa.domain.wording import Reason, Text

TEXT = Text("文", "text")
CASE = Case(
    CallRecord("c"),
    Transcript("zh", (), ()),
    measure(duration_s=9, activity={}, turns=(), overlap_confidence=1.0),
    (),
    phonetics(),
)


@dataclass(frozen=True, slots=True)
class Says:
    """A detector with its answer given."""

    answer: Answer
    certainty: Certainty

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002 - a detector
        clip = Evidence(1, 2, Role.AGENT, "您好")
        evidence = (clip,) if self.answer is Answer.YES else ()
        searched = Searched(0, 9, Role.AGENT)
        return Finding(self.answer, Reason("absent.nothing"), self.certainty, evidence, searched)


steps = st.sampled_from((0.0, 0.5, 0.7, 0.9, 1.0))
says = st.builds(Says, st.sampled_from(list(Answer)), st.builds(Certainty, steps, steps, steps))


@st.composite
def scales(draw: st.DrawFn) -> Criterion:
    twentieths = draw(st.lists(st.integers(0, 20), min_size=2, max_size=5))
    levels = [Level(share / 20, TEXT, draw(says)) for share in sorted(twentieths, reverse=True)]
    if draw(st.booleans()):
        levels[-1] = replace(levels[-1], holds_if=None)
    return Criterion(
        id="c",
        section="s",
        title=TEXT,
        standard=TEXT,
        example=TEXT,
        points=draw(st.floats(0.5, 100)),
        critical=False,
        applies_if=draw(st.none() | says),
        pass_if=None,
        fail_if=None,
        when_absent=Outcome.FAIL,
        min_confidence=draw(st.sampled_from((0.0, 0.6, 0.9))),
        levels=tuple(levels),
    )


@given(scales())
def test_a_scale_never_gives_more_than_its_points_and_the_verdict_follows_the_share(
    criterion: Criterion,
) -> None:
    verdict = judge(criterion, CASE)
    assert 0 <= verdict.points <= verdict.max_points == criterion.points
    level = criterion.level_of(verdict)
    assert (level is not None) == verdict.outcome.counts
    if level is None:
        assert verdict.points == 0
    else:
        assert verdict.outcome is (Outcome.PASS if level.share > 0 else Outcome.FAIL)
        assert abs(verdict.points - level.share * criterion.points) <= 0.0051


@given(scales())
def test_a_better_share_is_never_worth_less(criterion: Criterion) -> None:
    worth = [criterion.worth(level.share) for level in criterion.levels]
    assert worth == sorted(worth, reverse=True)


@given(scales(), st.integers(0, 4), st.sampled_from((Answer.UNSURE, Answer.MISSING)))
def test_a_level_that_nothing_is_known_of_opens_the_verdict_or_leaves_it(
    criterion: Criterion, place: int, answer: Answer
) -> None:
    known = judge(criterion, CASE)
    levels = list(criterion.levels)
    place = min(place, len(levels) - 1)
    levels[place] = replace(levels[place], holds_if=Says(answer, Certainty()))
    unknown = judge(replace(criterion, levels=tuple(levels)), CASE)
    if unknown.outcome.counts and known.outcome.counts:
        assert unknown.points == known.points


@given(scales())
def test_what_counts_is_as_sure_as_the_criterion_asks(criterion: Criterion) -> None:
    verdict = judge(criterion, CASE)
    if verdict.outcome.counts:
        assert verdict.confidence >= 0.8 * criterion.min_confidence - 0.001
