"""A call that somebody has still to rate blind is in no query that is made for them, however it is asked."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, Select, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from qa.domain.errors import CallNotFound, InputInvalid
from qa.domain.records import CallQuery
from qa.domain.reviewing import Choice, Entry
from qa.ports.calibration import RatingPlace
from qa.services.calibration import steps as calibration
from qa.services.calibration.export import rating_lines
from qa.services.calibration.rating import open_rating
from qa.store.engine import reading
from qa.store.sight import SIGHTED, blind_calls, hide
from qa.store.tables import Base, CallRow, ScorecardRow, UserRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.calibration_lab import CalibrationLab
from tests.integration.review_lab import FAIL

_Call, _Card = aliased(CallRow), aliased(ScorecardRow)
_INNER = select(CallRow.id.label("id")).where(CallRow.score.is_not(None)).subquery()
ASKED: dict[str, Select[str]] = {
    "rows": select(CallRow.call_id),
    "another name": select(_Call.call_id),
    "a join": select(CallRow.call_id).join(ScorecardRow, ScorecardRow.call_id == CallRow.id),
    "a join from the other side": select(CallRow.call_id)
    .select_from(ScorecardRow)
    .join(CallRow, CallRow.id == ScorecardRow.call_id),
    "a subquery": select(CallRow.call_id).where(CallRow.id.in_(select(_INNER.c.id))),
    "a common table": select(CallRow.call_id).where(
        CallRow.id.in_(select(select(CallRow.id).cte("wanted").c.id))
    ),
    "all that exist": select(CallRow.call_id).where(
        exists().where(_Card.call_id == CallRow.id, _Card.is_current)
    ),
}
"""Ways to ask for the ids of calls."""


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> CalibrationLab:
    return CalibrationLab(open_store)


@pytest.fixture
def narrowed(lab: CalibrationLab, engine: Engine) -> Session:
    """A session for sun, who has still to rate ``c2``."""
    lab.make(("c2",))
    session = Session(reading(engine))
    hide(session, blind_calls(session, lab.id_of("sun")))
    return session


def calls_seen(lab: CalibrationLab, who: str) -> list[str]:
    with lab.seen_by(who)() as unit:
        page = unit.calls.search(CallQuery(sort="call_id", descending=False))
        assert page.total == len(page.rows)
        return [each.record.call_id for each in page.rows]


@pytest.mark.parametrize("how", ASKED)
def test_no_way_to_ask_for_calls_finds_it(narrowed: Session, how: str) -> None:
    with narrowed:
        assert sorted(narrowed.scalars(ASKED[how])) == ["c1", "c3"]
        sighted = narrowed.scalars(ASKED[how], execution_options=SIGHTED)
        assert sorted(sighted) == ["c1", "c2", "c3"]


def test_neither_counts_nor_unions_nor_a_look_by_its_key_find_it(narrowed: Session) -> None:
    with narrowed:
        assert narrowed.scalar(select(func.count()).select_from(CallRow)) == 2
        both = union_all(select(CallRow.id, literal(1)), select(ScorecardRow.call_id, literal(2)))
        assert narrowed.scalar(select(func.count()).select_from(both.subquery())) == 4
        hidden = narrowed.scalar(
            select(CallRow.id).where(CallRow.call_id == "c2"), execution_options=SIGHTED
        )
        assert narrowed.get(CallRow, hidden) is None
        asked = select(exists().where(CallRow.call_id == "c2"))
        assert narrowed.scalar(asked) is False


def test_what_is_loaded_beside_something_else_leaves_it_out(narrowed: Session) -> None:
    with narrowed:
        cards = narrowed.scalars(
            select(ScorecardRow).options(joinedload(ScorecardRow.recording))
        ).all()
        assert len(cards) == 2
        outer = select(UserRow.login, CallRow.call_id).outerjoin(CallRow, CallRow.call_id == "c2")
        assert {call for _login, call in narrowed.execute(outer)} == {None}


def test_every_table_that_hangs_on_a_call_is_left_out_with_it() -> None:
    calls = Base.metadata.tables["calls"]
    hanging = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is calls
    }
    assert {name for _table, name in hanging} == {"call_id"}, "qa.store.sight goes by this name"
    assert {table for table, _name in hanging} >= {"tasks", "reviews", "scorecards", "cases"}


# --- who sees it -------------------------------------------------------------------------------


def test_it_is_hidden_from_its_raters_until_the_session_is_laid_open(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    assert calls_seen(lab, "sun") == calls_seen(lab, "sam") == ["c1", "c3"]
    assert calls_seen(lab, "ada") == calls_seen(lab, "lee") == ["c1", "c2", "c3"]
    lab.rate("sun", session)
    assert calls_seen(lab, "sun") == ["c1", "c3"]  # a submitted rating opens nothing
    lab.rate("sam", session)
    assert calls_seen(lab, "sun") == ["c1", "c2", "c3"]


def test_it_is_shown_to_who_leaves_and_hidden_from_who_comes_later(lab: CalibrationLab) -> None:
    session = lab.make(("c2",))
    calibration.leave_calibration(lab.open_store, lab.clock, lab.actors["sun"], session)
    assert calls_seen(lab, "sun") == ["c1", "c2", "c3"]
    calibration.invite_raters(
        lab.open_store, lab.clock, lab.actors["ada"], session, [lab.public_id("lee")]
    )
    assert calls_seen(lab, "lee") == ["c1", "c3"]


def test_a_call_that_is_still_to_be_rated_elsewhere_is_in_no_reveal(lab: CalibrationLab) -> None:
    before = lab.make(("c2", "c3"), ("sam", "ada"), title="before")
    lab.rate_all(before)
    lab.make(("c2",), ("sun",), title="now")
    view = lab.reveal(before, "sun")
    assert [each.drawn.call_name for each in view.calls] == ["c3"]
    assert {row.comparison.position for row in view.rows} == {2}
    assert "reveal.hidden" in [each.code for each in view.remarks]
    assert len(lab.reveal(before, "ada").calls) == 2
    exported = rating_lines(lab.seen_by("sun"), lab.actors["sun"])
    assert {each["call_id"] for each in exported} == {"c3"}
    everything = rating_lines(lab.open_store, lab.actors["ada"])
    assert {each["call_id"] for each in everything} == {"c2", "c3"}


def test_who_has_to_rate_a_call_cannot_draw_it_into_a_session_of_their_own(
    lab: CalibrationLab,
) -> None:
    lab.make(("c2",))
    draft = lab.draft(("c2", "c3"), ("lee",), title="mine")
    store = lab.seen_by("sun")
    with pytest.raises(InputInvalid) as caught:
        calibration.make_calibration(store, lab.clock, lab.actors["sun"], draft)
    assert caught.value.reason.code == "calibration.call_unknown"
    assert calibration.make_calibration(
        lab.seen_by("lee"), lab.clock, lab.actors["lee"], draft
    ).public_id


def test_a_review_of_it_can_neither_be_made_nor_read(lab: CalibrationLab) -> None:
    lab.call = lab.score("c2", fingerprint="f9", agent_id="A900")
    view = lab.open("ada")
    lab.review("ada", {"farewell": Entry(Choice(FAIL))})
    lab.make(("c2",))
    with lab.seen_by("sun")() as unit:
        assert unit.reviews.of_call(view.detail.public_id) == ()
        assert unit.reviews.current(view.detail.public_id) is None
        assert list(unit.reviews.every()) == []
        with pytest.raises(CallNotFound):
            unit.calls.detail(view.detail.public_id)
    with lab.seen_by("lee")() as unit:
        assert len(unit.reviews.of_call(view.detail.public_id)) == 1


# --- when calls become one ---------------------------------------------------------------------


def test_a_call_that_becomes_another_is_hidden_under_its_new_name(
    lab: CalibrationLab, engine: Engine
) -> None:
    session = lab.make(("c2",))
    # The same recording, under the id that a manifest gives it later.
    lab.clock.wait(hours=1)
    lab.score("renamed", content="c2", fingerprint="f2", agent_id="A900")
    assert calls_seen(lab, "ada") == ["c1", "c3", "renamed"]
    assert calls_seen(lab, "sun") == ["c1", "c3"]
    place = lab.session(session).calls[0]
    assert place.call is not None
    assert place.call_name == "c2"
    seen = open_rating(lab.seen_by("sun"), lab.rubrics, lab.actors["sun"], RatingPlace(session, 1))
    assert seen.detail.scorecard is None
    with Session(reading(engine)) as asked:
        assert len(blind_calls(asked, lab.id_of("sun"))) == 1


def test_of_two_calls_that_become_one_the_session_keeps_one(lab: CalibrationLab) -> None:
    session = lab.make(("c2", "c3"))
    lab.clock.wait(hours=1)
    lab.score("c2", content="c3", fingerprint="f2", agent_id="A900")
    assert calls_seen(lab, "ada") == ["c1", "c2"]
    kept, gone = lab.session(session).calls
    assert kept.call is not None
    assert (gone.call, gone.call_name) == (None, "c3")
    assert calls_seen(lab, "sun") == ["c1"]
