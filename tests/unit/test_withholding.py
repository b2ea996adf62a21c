from __future__ import annotations

import pytest

from qa.domain.call import Role
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Searched, Verdict
from qa.domain.withholding import judged, withheld
from qa.domain.wording import Reason

CLIP = Evidence(14.0, 16.5, Role.AGENT, "read me the code")


def verdict(name: str, outcome: Outcome, points: float = 0.0) -> Verdict:
    counts = outcome.counts
    return Verdict(
        criterion=name,
        outcome=outcome,
        points=points,
        max_points=10.0,
        confidence=0.87,
        reason=Reason("found.phrase", {"speaker": "agent", "at_s": 14.0}),
        evidence=(CLIP,) if counts else (),
        searched=Searched(0.0, 15.0, Role.AGENT) if counts else None,
    )


CARD = Scorecard(
    RubricRef("service-standard", "1", "a"),
    50.0,
    ("privacy",),
    (
        verdict("greeting", Outcome.PASS, 10.0),
        verdict("privacy", Outcome.FAIL),
        verdict("transfer", Outcome.NOT_APPLICABLE),
        verdict("answered_in_three_rings", Outcome.NOT_MEASURABLE),
    ),
)


def test_nothing_of_a_withheld_verdict_is_left() -> None:
    shown = withheld(CARD, {"privacy"})
    hidden = shown.verdicts[1]
    assert hidden.outcome is Outcome.CANNOT_JUDGE
    assert (hidden.points, hidden.confidence, hidden.max_points) == (0.0, 0.0, 10.0)
    assert hidden.evidence == ()
    assert hidden.searched is None
    assert hidden.reason == Reason("review.withheld")
    assert shown.critical_failed == ()
    assert shown.verdicts[0] == CARD.verdicts[0]


def test_a_scorecard_of_which_something_is_withheld_has_no_score() -> None:
    assert withheld(CARD, {"transfer"}).score is None
    assert withheld(CARD, ()) is CARD
    assert withheld(CARD, {"another"}) is CARD


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE])
def test_what_is_withheld_looks_alike_whatever_the_machine_said(outcome: Outcome) -> None:
    one = Scorecard(CARD.rubric, 1.0, (), (verdict("greeting", outcome),))
    other = Scorecard(CARD.rubric, 99.0, ("greeting",), (verdict("greeting", Outcome.FAIL),))
    assert withheld(one, {"greeting"}) == withheld(other, {"greeting"})


def test_what_lacks_its_data_is_no_secret() -> None:
    assert judged(CARD.verdicts) == {"greeting", "privacy", "transfer"}
