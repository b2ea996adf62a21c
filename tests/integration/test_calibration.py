"""Blind sessions from the first invitation to the last master, over real databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from qa.domain.access import CONSOLE
from qa.domain.calibration import (
    CalibrationConflict,
    CalibrationNotFound,
    CalibrationQuery,
    CalibrationState,
    Obstacle,
    RatingState,
)
from qa.domain.call import Role
from qa.domain.errors import InputInvalid, NotAllowed
from qa.domain.people import Account, UserRole
from qa.domain.reviewing import TEXT_LIMIT, Choice, Entry
from qa.domain.scorecard import Evidence, Outcome
from qa.services import accounts
from qa.services.calibration import steps as calibration
from qa.services.calibration.rating import RatingChanged
from qa.services.calibration.reveal import Agreement, MasterChanged
from qa.store.engine import writing
from qa.store.tables import CallRow, CallTextRow, ScorecardRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.calibration_lab import CalibrationLab, everything
from tests.integration.review_lab import FAIL, OUTCOMES, PASS, SCALE, UNSURE

CLIP = Evidence(8.0, 10.5, Role.AGENT, "Please read me the code")


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> CalibrationLab:
    return CalibrationLab(open_store)


def drop_call(engine: Engine, call_id: str) -> None:
    """Delete a call as an administrator of the database would."""
    with Session(writing(engine)) as session:
        row = session.query(CallRow).filter_by(call_id=call_id).one()
        session.execute(delete(CallTextRow).where(CallTextRow.call_id == row.id))
        session.execute(delete(ScorecardRow).where(ScorecardRow.call_id == row.id))
        session.execute(delete(CallRow).where(CallRow.id == row.id))
        session.commit()


# --- making ------------------------------------------------------------------------------------


def test_a_session_keeps_the_scorecards_of_the_moment_it_was_made(lab: CalibrationLab) -> None:
    session = lab.session(lab.make())
    assert session.state is CalibrationState.OPEN
    assert [each.call_name for each in session.calls] == ["c2", "c3"]
    assert [each.person.name for each in session.raters] == ["Sun", "Sam"]
    pinned = session.calls[0].scorecard
    lab.clock.wait(hours=1)
    lab.score("c2", fingerprint="f2", agent_id="A900")
    assert lab.session(session.public_id).calls[0].scorecard == pinned


def test_the_same_form_sent_twice_makes_one_session(lab: CalibrationLab) -> None:
    draft = lab.draft()
    made = [
        calibration.make_calibration(lab.open_store, lab.clock, lab.actors["ada"], draft).public_id
        for _ in range(2)
    ]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"calls": []}, "calls", "calibration.no_calls"),
        ({"calls": ["c2", "nowhere"]}, "calls", "calibration.call_unknown"),
        ({"calls": [f"c{n}" for n in range(51)]}, "calls", "calibration.too_many_calls"),
        ({"raters": []}, "raters", "calibration.no_raters"),
        ({"raters": ["nobody"]}, "raters", "form.not_a_choice"),
    ],
)
def test_a_session_needs_calls_and_raters_that_are_there(
    lab: CalibrationLab, changes: dict[str, list[str]], field: str, code: str
) -> None:
    draft = replace(lab.draft(), **changes)  # type: ignore[arg-type]
    with pytest.raises(InputInvalid) as caught:
        calibration.make_calibration(lab.open_store, lab.clock, lab.actors["ada"], draft)
    assert (caught.value.field, caught.value.reason.code) == (field, code)
    with lab.open_store() as unit:
        assert unit.calibrations.page(CalibrationQuery()).total == 0


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "calibration.due_past"), (366, "calibration.due_far")]
)
def test_a_deadline_lies_ahead_and_within_a_year(
    lab: CalibrationLab, days: float, code: str
) -> None:
    with pytest.raises(InputInvalid) as caught:
        lab.make(days=days)
    assert (caught.value.field, caught.value.reason.code) == ("due", code)


def test_an_agent_neither_makes_a_session_nor_is_asked_to_rate(lab: CalibrationLab) -> None:
    with pytest.raises(NotAllowed):
        lab.make(who="an")
    with pytest.raises(InputInvalid) as caught:
        lab.make(raters=("sun", "an"))
    assert caught.value.reason.code == "calibration.rater_unfit"


def test_the_console_owns_no_session(lab: CalibrationLab) -> None:
    with pytest.raises(NotAllowed):
        calibration.make_calibration(lab.open_store, lab.clock, CONSOLE, lab.draft())


def test_a_session_is_changed_by_its_owner_and_admins_alone(lab: CalibrationLab) -> None:
    session = lab.session(lab.make(who="sun"))
    terms = calibration.Terms("April", "before lunch", session.due_at + timedelta(days=1))
    for who in ("sun", "ada"):
        changed = calibration.edit_calibration(
            lab.open_store,
            lab.clock,
            lab.actors[who],
            session.public_id,
            replace(terms, title=f"April by {who}"),
            revision=lab.session(session.public_id).revision,
        )
        assert changed.title == f"April by {who}"
    with pytest.raises(NotAllowed):
        calibration.edit_calibration(
            lab.open_store, lab.clock, lab.actors["sam"], session.public_id, terms, revision=3
        )


def test_a_change_from_a_stale_page_is_refused(lab: CalibrationLab) -> None:
    session = lab.session(lab.make())
    terms = calibration.Terms("April", "", session.due_at)
    edit = (lab.open_store, lab.clock, lab.actors["ada"], session.public_id)
    calibration.edit_calibration(*edit, terms, revision=1)
    with pytest.raises(CalibrationConflict) as caught:
        calibration.edit_calibration(*edit, replace(terms, title="May"), revision=1)
    assert caught.value.obstacle is Obstacle.CHANGED
    assert lab.session(session.public_id).title == "April"


# --- rating ------------------------------------------------------------------------------------


def test_a_rater_sees_the_rubric_and_the_words_and_nothing_of_the_machine(
    lab: CalibrationLab,
) -> None:
    view = lab.rate_view("sun", lab.make())
    assert [each.id for each in view.criteria] == [
        name for name in _rubric_order(lab) if name in {*OUTCOMES, SCALE}
    ]
    assert view.detail.scorecard is None
    assert view.detail.version is None
    assert view.detail.scored_at is None
    assert view.turns[0].text == "Good morning this is Northwind"
    # Whatever the machine made of a criterion, the same is offered.
    last = {each.options[-1].choice.code for each in view.criteria}
    assert last == {"cannot_judge"}
    assert view.left == 2


def _rubric_order(lab: CalibrationLab) -> list[str]:
    session = lab.session(lab.make(title="order"))
    with lab.open_store() as unit:
        rubric = lab.rubrics.of(unit, session.calls[0].rubric)
    assert rubric
    return [each.id for section in rubric.sections for each in rubric.of(section.id)]


def test_a_draft_is_kept_with_what_is_not_decided_yet(lab: CalibrationLab) -> None:
    session = lab.make()
    entries = {
        "greeting": Entry(Choice(FAIL), "no name", "", (CLIP,)),
        "farewell": Entry(None, note="listen again"),
    }
    saved = lab.save_rating("sun", session, entries=entries)
    assert (saved.state, saved.revision, saved.score) == (RatingState.DRAFT, 1, None)
    entry = {each.id: each.entry for each in lab.rate_view("sun", session).criteria}
    assert entry["greeting"] == entries["greeting"]
    assert entry["farewell"].note == "listen again"
    again = lab.save_rating("sun", session, entries=entries)
    assert again.revision == 2
    assert again.decisions == saved.decisions


def test_a_save_from_a_stale_window_overwrites_nothing(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.save_rating("sun", session, entries={"greeting": Entry(Choice(PASS))})
    with pytest.raises(RatingChanged) as caught:
        lab.save_rating("sun", session, entries={"greeting": Entry(Choice(FAIL))}, revision=0)
    assert caught.value.reason.code == "rating.saved_elsewhere"
    same = lab.save_rating("sun", session, entries={"greeting": Entry(Choice(PASS))}, revision=0)
    assert same.revision == 1


def test_a_rating_is_final_once_every_criterion_is_decided(lab: CalibrationLab) -> None:
    session = lab.make()
    half = everything()
    del half["farewell"]
    with pytest.raises(InputInvalid) as caught:
        lab.rate("sun", session, entries=half)
    assert (caught.value.field, caught.value.reason.code) == (
        "farewell.choice",
        "rating.undecided",
    )
    assert lab.rate_view("sun", session).revision == 1  # the draft is kept
    done = lab.rate("sun", session, entries=everything(greeting=FAIL, farewell=UNSURE))
    assert done.rating.state is RatingState.SUBMITTED
    assert done.rating.score is not None
    assert not done.repeated
    assert done.next == 2


def test_a_second_submit_of_the_same_form_does_nothing(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.save_rating("sun", session)
    first = lab.rate("sun", session, revision=1)
    again = lab.rate("sun", session, revision=1)
    assert again.repeated
    assert again.rating == first.rating
    with pytest.raises(RatingChanged) as caught:
        lab.rate("sun", session, entries=everything(FAIL), revision=1)
    assert caught.value.reason.code == "rating.ended_elsewhere"


@pytest.mark.parametrize(
    ("entry", "field", "code"),
    [
        (Entry(Choice(PASS), "x" * (TEXT_LIMIT + 1)), "greeting.reason", "form.too_long"),
        (Entry(Choice(Outcome.NOT_MEASURABLE)), "greeting.choice", "form.not_a_choice"),
        (
            Entry(Choice(PASS), evidence=(replace(CLIP, end_s=99.0),)),
            "greeting.evidence",
            "review.clip_outside",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(
    lab: CalibrationLab, entry: Entry, field: str, code: str
) -> None:
    session = lab.make()
    with pytest.raises(InputInvalid) as caught:
        lab.save_rating("sun", session, entries={"greeting": entry})
    assert (caught.value.field, caught.value.reason.code) == (field, code)


def test_nobody_rates_their_own_call(lab: CalibrationLab) -> None:
    session = lab.make(("c1", "c2"), ("lee", "sun"))
    with pytest.raises(CalibrationConflict) as caught:
        lab.rate_view("lee", session, 1)
    assert caught.value.obstacle is Obstacle.OWN_CALL
    assert lab.rate_view("lee", session, 2).left == 1


def test_only_invited_raters_rate(lab: CalibrationLab) -> None:
    session = lab.make(raters=("sun",))
    with pytest.raises(CalibrationConflict) as caught:
        lab.rate_view("sam", session)
    assert caught.value.obstacle is Obstacle.NOT_A_RATER
    with pytest.raises(NotAllowed):
        lab.rate_view("an", session)
    with pytest.raises(CalibrationNotFound):
        lab.rate_view("sun", session, 9)
    with pytest.raises(CalibrationNotFound):
        lab.rate_view("sun", "nowhere")


def test_who_reviewed_a_call_before_is_marked_as_not_blind(lab: CalibrationLab) -> None:
    view = lab.open("sun")
    lab.review("sun", {"farewell": Entry(Choice(FAIL))})
    assert view.card
    session = lab.make(("c1", "c2"), ("sun", "sam"))
    assert lab.rate("sun", session, 1).rating.seen_before
    assert not lab.rate("sun", session, 2).rating.seen_before
    assert not lab.rate("sam", session, 1).rating.seen_before


# --- the reveal --------------------------------------------------------------------------------


def test_the_last_rating_lays_the_session_open(lab: CalibrationLab) -> None:
    session = lab.make()
    for who, position in (("sun", 1), ("sun", 2), ("sam", 1)):
        assert not lab.rate(who, session, position).revealed
    assert lab.session(session).state is CalibrationState.OPEN
    with pytest.raises(CalibrationConflict) as caught:
        lab.reveal(session)
    assert caught.value.obstacle is Obstacle.STILL_OPEN
    assert lab.rate("sam", session, 2).revealed
    assert lab.session(session).state is CalibrationState.REVEALED
    with pytest.raises(CalibrationConflict) as caught:
        lab.rate_view("sam", session)
    assert caught.value.obstacle is Obstacle.NOT_OPEN


def test_a_deadline_that_passes_lays_nothing_open(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.rate("sun", session)
    lab.clock.wait(days=30)
    view = calibration.open_calibration(lab.open_store, lab.clock, lab.actors["ada"], session)
    assert view.overdue
    assert view.calibration.state is CalibrationState.OPEN
    assert lab.rate("sam", session).rating.state is RatingState.SUBMITTED


def test_the_owner_sees_numbers_and_no_rating(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.rate("sun", session)
    lab.save_rating("sam", session, entries={"greeting": Entry(Choice(FAIL))})
    view = calibration.open_calibration(lab.open_store, lab.clock, lab.actors["ada"], session)
    assert [(each.begun, each.submitted, each.asked) for each in view.progress] == [
        (1, 1, 2),
        (1, 0, 2),
    ]
    assert view.manages
    assert not view.own
    assert {each.name for each in view.invitable} == {"Ada", "Lee"}


def test_the_owner_ends_the_rating_and_drafts_are_never_shown(lab: CalibrationLab) -> None:
    session = lab.make()
    with pytest.raises(CalibrationConflict) as caught:
        lab.lay_open(session)
    assert caught.value.obstacle is Obstacle.NOTHING_RATED
    lab.rate("sun", session, 1, everything(FAIL))
    lab.save_rating("sam", session, entries=everything(PASS))
    lab.lay_open(session)
    assert lab.lay_open(session).revealed  # a second time does nothing
    view = lab.reveal(session)
    assert {
        opinion.decision.outcome
        for row in view.rows
        for opinion in row.comparison.opinions
        if opinion.decision
    } <= {FAIL, PASS}
    sam = [
        opinion.decision
        for row in view.rows
        for opinion in row.comparison.opinions
        if opinion.rater.person.name == "Sam"
    ]
    assert set(sam) == {None}
    codes = [each.code for each in view.remarks]
    assert codes == ["reveal.one_rater", "reveal.missing"]
    assert view.remarks[1].params == {"n": 3, "names": "Sun, Sam"}


def test_what_people_disagree_on_comes_first(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate_all(
        session,
        sun=everything(confirm_need=FAIL, greeting=PASS, farewell=FAIL),
        sam=everything(confirm_need=PASS, greeting=PASS, farewell=FAIL),
    )
    rows = lab.reveal(session).rows
    assert rows[0].comparison.criterion == "confirm_need"
    assert rows[0].comparison.differing == 1.0
    assert rows[0].comparison.suggestion is None
    assert not any(option.suggested for option in rows[0].options)
    greeting = next(each for each in rows if each.comparison.criterion == "greeting")
    assert [each.choice.code for each in greeting.options if each.suggested] == ["pass"]
    assert greeting.comparison.machine
    assert greeting.comparison.machine.evidence


def test_who_leaves_rates_no_more_and_what_they_submitted_stays(lab: CalibrationLab) -> None:
    session = lab.make(raters=("sun", "sam", "lee"))
    lab.rate("lee", session, 1, everything(FAIL))
    lab.rate("sun", session, 1)
    lab.rate("sun", session, 2)
    calibration.leave_calibration(lab.open_store, lab.clock, lab.actors["lee"], session)
    with pytest.raises(CalibrationConflict) as caught:
        lab.rate_view("lee", session, 2)
    assert caught.value.obstacle is Obstacle.LEFT
    with pytest.raises(InputInvalid) as invited:
        calibration.invite_raters(
            lab.open_store, lab.clock, lab.actors["ada"], session, [lab.public_id("lee")]
        )
    assert invited.value.reason.code == "calibration.rater_left"
    lab.rate("sam", session, 1)
    assert lab.rate("sam", session, 2).revealed
    view = lab.reveal(session)
    assert [each.person.name for each in view.raters] == ["Sun", "Sam", "Lee"]
    assert "reveal.left" in [each.code for each in view.remarks]


def test_leaving_lays_open_what_everybody_else_has_rated(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate("sun", session)
    with pytest.raises(NotAllowed):
        calibration.leave_calibration(
            lab.open_store,
            lab.clock,
            lab.actors["lee"],
            session,
            rater=lab.public_id("sam"),
        )
    after = calibration.leave_calibration(
        lab.open_store, lab.clock, lab.actors["ada"], session, rater=lab.public_id("sam")
    )
    assert after.state is CalibrationState.REVEALED
    assert [each.code for each in lab.reveal(session).remarks] == [
        "reveal.one_rater",
        "reveal.left",
    ]


def test_a_session_does_not_wait_for_who_is_let_in_no_more(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate("sun", session)
    accounts.set_active(
        lab.open_store, lab.actors["ada"], lab.clock, lab.public_id("sam"), active=False
    )
    assert lab.session(session).state is CalibrationState.REVEALED


def test_a_session_does_not_wait_for_who_became_an_agent(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate("sun", session)
    accounts.change_user(
        lab.open_store,
        lab.actors["ada"],
        lab.clock,
        lab.public_id("sam"),
        Account("sam", "Sam", UserRole.AGENT, agent_id="A777"),
    )
    assert lab.session(session).state is CalibrationState.REVEALED


def test_a_session_that_everybody_left_waits_for_its_owner(lab: CalibrationLab) -> None:
    session = lab.make()
    for who in ("sun", "sam"):
        calibration.leave_calibration(lab.open_store, lab.clock, lab.actors[who], session)
    assert lab.session(session).state is CalibrationState.OPEN
    closed = calibration.close_calibration(lab.open_store, lab.clock, lab.actors["ada"], session)
    assert closed.state is CalibrationState.CLOSED
    assert not closed.revealed
    with pytest.raises(CalibrationConflict) as caught:
        lab.reveal(session)
    assert caught.value.obstacle is Obstacle.NOTHING_RATED


def test_a_session_with_ratings_is_revealed_before_it_is_closed(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.rate("sun", session)
    with pytest.raises(CalibrationConflict) as caught:
        calibration.close_calibration(lab.open_store, lab.clock, lab.actors["ada"], session)
    assert caught.value.obstacle is Obstacle.SOMETHING_RATED


def test_a_call_that_is_deleted_is_asked_of_nobody_and_its_ratings_stay(
    lab: CalibrationLab, engine: Engine
) -> None:
    session = lab.make()
    lab.rate("sun", session, 2, everything(FAIL))
    lab.rate("sun", session, 1)
    drop_call(engine, "c3")
    drawn = lab.session(session).calls[1]
    assert (drawn.call, drawn.scorecard, drawn.call_name) == (None, None, "c3")
    with pytest.raises(CalibrationConflict) as caught:
        lab.rate_view("sam", session, 2)
    assert caught.value.obstacle is Obstacle.CALL_GONE
    assert lab.rate("sam", session, 1).revealed
    view = lab.reveal(session)
    gone = [row for row in view.rows if row.comparison.position == 2]
    assert {row.comparison.machine for row in gone} == {None}
    assert any(row.comparison.decisions for row in gone)
    assert not any(row.options for row in gone)
    assert "reveal.gone" in [each.code for each in view.remarks]
    with pytest.raises(CalibrationConflict):
        lab.agree(session, Agreement(2, "greeting", "fail", "we agreed", 0))


def test_a_call_that_is_scored_anew_keeps_what_it_was_drawn_with(lab: CalibrationLab) -> None:
    session = lab.make()
    lab.rate("sun", session, 1)
    lab.clock.wait(hours=1)
    lab.score("c2", fingerprint="f2", outcomes=OUTCOMES | {"greeting": FAIL}, agent_id="A900")
    lab.rate("sun", session, 2)
    lab.rate("sam", session, 1)
    lab.rate("sam", session, 2)
    view = lab.reveal(session)
    greeting = next(
        row
        for row in view.rows
        if (row.comparison.position, row.comparison.criterion) == (1, "greeting")
    )
    assert greeting.comparison.machine
    assert greeting.comparison.machine.outcome is PASS
    assert [each.rescored for each in view.calls] == [True, False]
    assert "reveal.rescored" in [each.code for each in view.remarks]


def test_calls_of_two_rubric_versions_are_rated_each_by_its_own(
    lab: CalibrationLab, engine: Engine
) -> None:
    with Session(writing(engine)) as session:
        session.execute(
            update(ScorecardRow)
            .where(ScorecardRow.call_id.in_(select(CallRow.id).where(CallRow.call_id == "c3")))
            .values(rubric_version="0", rubric_sha256="0" * 64)
        )
        session.commit()
    made = lab.make()
    without_levels = everything() | {SCALE: Entry(Choice(PASS))}
    for who in ("sun", "sam"):
        lab.rate(who, made, 1)
        lab.rate(who, made, 2, without_levels)
    view = lab.reveal(made)
    assert "reveal.rubrics" in [each.code for each in view.remarks]
    assert [each.rubric is None for each in view.calls] == [False, True]


# --- masters -----------------------------------------------------------------------------------


def test_a_master_is_entered_by_a_person_with_a_reason(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate_all(session, sun=everything(greeting=FAIL), sam=everything(greeting=FAIL))
    row = next(each for each in lab.reveal(session).rows if each.comparison.criterion == "greeting")
    assert row.comparison.agreed
    assert row.comparison.master is None  # a majority is none, however large
    for choice, reason, field in (
        ("", "we agreed", "choice"),
        ("no_such", "we agreed", "choice"),
        ("fail", "  ", "reason"),
    ):
        with pytest.raises(InputInvalid) as caught:
            lab.agree(session, Agreement(1, "greeting", choice, reason, 0))
        assert caught.value.field == field
    master = lab.agree(session, Agreement(1, "greeting", "fail", "no company name", 0))
    assert (master.outcome, master.points, master.revision) == (FAIL, 0.0, 1)
    assert lab.agree(session, Agreement(1, "greeting", "fail", "no company name", 0)) == master
    assert lab.reveal(session).calls[0].agreed == 1
    assert lab.reveal(session).calls[0].master is None


def test_a_master_that_somebody_else_entered_is_not_overwritten(lab: CalibrationLab) -> None:
    session = lab.make(("c2",), who="sun")
    lab.rate_all(session)
    lab.agree(session, Agreement(1, "greeting", "fail", "no name", 0), who="ada")
    with pytest.raises(MasterChanged) as caught:
        lab.agree(session, Agreement(1, "greeting", "pass", "a name", 0), who="sun")
    assert caught.value.master.reason == "no name"
    after = lab.agree(session, Agreement(1, "greeting", "pass", "a name", 1), who="sun")
    assert (after.outcome, after.revision) == (PASS, 2)
    with lab.open_store() as unit:
        assert len(unit.calibrations.masters(session)) == 1
    with pytest.raises(NotAllowed):
        lab.agree(session, Agreement(1, "greeting", "fail", "mine", 2), who="sam")


def test_a_closed_session_takes_no_master(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate_all(session)
    calibration.close_calibration(lab.open_store, lab.clock, lab.actors["ada"], session)
    with pytest.raises(CalibrationConflict) as caught:
        lab.agree(session, Agreement(1, "greeting", "fail", "late", 0))
    assert caught.value.obstacle is Obstacle.CLOSED
    assert lab.reveal(session).rows


def test_a_call_has_a_master_score_once_all_of_it_is_agreed(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    lab.rate_all(session)
    for row in lab.reveal(session).rows:
        choice = next(option.choice.code for option in row.options if option.suggested)
        lab.agree(session, Agreement(1, row.comparison.criterion, choice, "as all say", 0))
    call = lab.reveal(session).calls[0]
    assert call.agreed == call.criteria
    assert call.master == call.scores[0].score == 100.0


# --- what others read --------------------------------------------------------------------------


def test_revealed_calls_are_read_with_machine_ratings_and_masters(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    other = lab.make(("c3",), title="open")
    lab.rate_all(session)
    lab.rate("sun", other)
    lab.agree(session, Agreement(1, "greeting", "fail", "no name", 0))
    with lab.open_store() as unit:
        found = list(unit.calibrations.revealed())
        assert not list(unit.calibrations.revealed(until=lab.clock.now()))
        assert not list(unit.calibrations.revealed(rubric_id="another"))
    assert [each.calibration for each in found] == [session]
    assert found[0].machine
    assert [each.rater.name for each in found[0].ratings] == ["Sun", "Sam"]
    assert [each.reason for each in found[0].masters] == ["no name"]


def test_sessions_that_wait_for_a_rater_come_by_their_deadline(lab: CalibrationLab) -> None:
    later = lab.make(("c2",), title="later", days=9)
    sooner = lab.make(("c3",), title="sooner", days=2)
    waiting = calibration.list_calibrations(
        lab.open_store, lab.clock, lab.actors["sun"], CalibrationQuery()
    ).waiting
    assert [each.calibration.public_id for each in waiting] == [sooner, later]
    lab.rate("sun", sooner)
    with lab.open_store() as unit:
        left = unit.calibrations.waiting_for(lab.id_of("sun"))
        assert [each.calibration.public_id for each in left] == [later]
        assert unit.calibrations.waiting_for(lab.id_of("ada")) == ()


@pytest.mark.parametrize("sort", ["due_at", "created_at", "title", "state", "owner"])
def test_the_list_is_sorted_and_filtered(lab: CalibrationLab, sort: str) -> None:
    first = lab.make(("c2",), title="a", days=1)
    lab.clock.wait(hours=1)
    second = lab.make(("c3",), ("lee",), title="b", days=2, who="sun")
    lab.rate("lee", second)
    query = CalibrationQuery(sort=sort, descending=False)  # type: ignore[arg-type]
    with lab.open_store() as unit:
        rows = unit.calibrations.page(query).rows
        assert [each.calibration.public_id for each in rows] == [first, second]
        assert [(each.submitted, each.asked) for each in rows] == [(0, 2), (1, 1)]
        by_owner = unit.calibrations.page(replace(query, owner=lab.public_id("sun")))
        by_rater = unit.calibrations.page(replace(query, rater=lab.public_id("lee")))
        by_state = unit.calibrations.page(replace(query, state=CalibrationState.REVEALED))
    for found in (by_owner, by_rater, by_state):
        assert [each.calibration.public_id for each in found.rows] == [second]
