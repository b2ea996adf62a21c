"""Choosing calls for a session, and entering at once what nobody disputes, over real databases."""

from __future__ import annotations

import pytest

from qa.domain.access import VISITOR
from qa.domain.calibration import CalibrationConflict, CalibrationNotFound
from qa.domain.errors import InputInvalid, NotAllowed
from qa.ports.calibration import RatingPlace
from qa.services.calibration import masters, steps
from qa.services.calibration.masters import Agreement
from qa.services.calibration.picking import pick_calls
from qa.services.calibration.unanimous import agree_on_undisputed
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.calibration_lab import CalibrationLab, everything
from tests.integration.review_lab import FAIL, OUTCOMES, SCALE


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> CalibrationLab:
    return CalibrationLab(open_store)


def names(
    lab: CalibrationLab, who: str, search: str = "", chosen: tuple[str, ...] = ()
) -> set[str]:
    picking = pick_calls(lab.seen_by(who), lab.actors[who], search=search, chosen=chosen)
    return {each.call_name for each in picking.found}


def agree_on_all(lab: CalibrationLab, session: str, who: str = "ada", reason: str = "All.") -> int:
    return agree_on_undisputed(
        lab.seen_by(who), lab.clock, lab.actors[who], RatingPlace(session, 1), reason=reason
    )


def test_what_is_chosen_is_not_found_again_and_what_one_rates_blind_not_at_all(
    lab: CalibrationLab,
) -> None:
    assert names(lab, "ada") == {"c1", "c2", "c3"}
    assert names(lab, "ada", chosen=("c2", "gone")) == {"c1", "c3"}
    assert names(lab, "ada", search="c3") == {"c3"}
    lab.make(calls=("c2",), raters=("sun",))
    assert names(lab, "sun") == {"c1", "c3"}
    assert names(lab, "ada") == {"c1", "c2", "c3"}
    with pytest.raises(NotAllowed):
        pick_calls(lab.open_store, VISITOR, search="", chosen=())


def test_a_form_sent_again_by_an_owner_who_rates_is_the_session_it_made(
    lab: CalibrationLab,
) -> None:
    draft = lab.draft(raters=("sun", "sam"))
    made = [
        steps.make_calibration(lab.seen_by("sun"), lab.clock, lab.actors["sun"], draft)
        for _ in range(2)
    ]
    assert made[0].public_id == made[1].public_id


def test_what_nobody_disputes_is_entered_at_once_and_nothing_else(lab: CalibrationLab) -> None:
    session = lab.make()
    disputed = next(iter(OUTCOMES))
    lab.rate_all(session, sam=everything(**{disputed: FAIL}))
    assert agree_on_all(lab, session) == len(OUTCOMES)  # the scale too, but not what is disputed
    agreed = {
        row.comparison.criterion
        for row in lab.reveal(session).rows
        if row.comparison.position == 1 and row.comparison.master
    }
    assert agreed == {*OUTCOMES, SCALE} - {disputed}
    assert agree_on_all(lab, session, reason="Again.") == 0


def test_what_was_entered_before_stays(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.rate_all(session)
    criterion = next(iter(OUTCOMES))
    masters.agree(
        lab.seen_by("ada"),
        lab.rubrics,
        lab.clock,
        lab.actors["ada"],
        session,
        agreement=Agreement(1, criterion, "fail", "We heard it twice.", 0),
    )
    agree_on_all(lab, session)
    [row] = [
        row
        for row in lab.reveal(session).rows
        if (row.comparison.position, row.comparison.criterion) == (1, criterion)
    ]
    assert row.comparison.master
    assert row.comparison.master.reason == "We heard it twice."


def test_one_rater_alone_is_nobody_who_agrees(lab: CalibrationLab) -> None:
    session = lab.make(raters=("sam",))
    lab.rate_all(session)
    assert agree_on_all(lab, session) == 0


def test_nothing_is_entered_without_a_reason_or_by_others_or_too_early_or_late(
    lab: CalibrationLab,
) -> None:
    session = lab.make()
    with pytest.raises(CalibrationConflict):
        agree_on_all(lab, session)
    lab.rate_all(session)
    with pytest.raises(InputInvalid):
        agree_on_all(lab, session, reason="  ")
    with pytest.raises(NotAllowed):
        agree_on_all(lab, session, who="sam")
    with pytest.raises(CalibrationNotFound):
        agree_on_undisputed(
            lab.open_store, lab.clock, lab.actors["ada"], RatingPlace(session, 9), reason="All."
        )
    steps.close_calibration(lab.open_store, lab.clock, lab.actors["ada"], session)
    with pytest.raises(CalibrationConflict):
        agree_on_all(lab, session)
