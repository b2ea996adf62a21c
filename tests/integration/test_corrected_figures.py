"""Corrected figures of a site whose truth is known, in a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from qa import bootstrap
from qa.domain.access import CONSOLE, VISITOR
from qa.domain.errors import NotAllowed
from qa.services.browse import RubricTexts
from qa.services.corrected import page as corrected
from qa.services.corrected.page import FiguresPage
from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.corrected import Corrected, RoganGladen
from qa.store.engine import writing
from qa.store.tables import CallRow, DrawCallRow, DrawRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.drawn_calls import GREETING, NOW, Site, build

SMALL = Site(calls=800, weeks=14, chance=0.5)


class StoppedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return NOW


def page(open_store: SqlUnitOfWorkFactory, measure: str = GREETING, **asked: str) -> FiguresPage:
    return corrected.figures_page(
        open_store,
        RubricTexts(bootstrap.parse_rubric),
        StoppedClock(),
        CONSOLE,
        measure=measure,
        **asked,  # type: ignore[arg-type]  # the team alone
    )


def built(engine: Engine, open_store: SqlUnitOfWorkFactory, site: Site = SMALL) -> dict[str, float]:
    with Session(writing(engine)) as session:
        truth = build(session, site)
        session.commit()
    corrected.count(open_store, StoppedClock(), CONSOLE)
    return truth


def test_the_truth_lies_in_the_corrected_interval_where_the_machine_is_far_off(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    truth = built(engine, open_store, replace(SMALL, leaves=0.7))
    found = {each.name: each for each in page(open_store).teams}
    assert set(found) == set(truth)
    for team, share in truth.items():
        figure = found[team].figure
        assert isinstance(figure, Corrected)
        assert figure.low <= share <= figure.high
        assert figure.calls == found[team].calls == 400
        assert figure.machine < figure.low
        check = found[team].check
        assert isinstance(check, RoganGladen)
        assert check.low <= share <= check.high


def test_a_verdict_that_the_reviewer_left_as_it_stood_counts_as_theirs(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, finds=1.0, leaves=1.0))
    whole = page(open_store).everybody
    assert isinstance(whole.figure, Corrected)
    assert whole.figure.power == pytest.approx(1.0)
    assert whole.figure.value == pytest.approx(whole.machine, abs=0.005)


def test_scores_are_corrected_too(engine: Engine, open_store: SqlUnitOfWorkFactory) -> None:
    built(engine, open_store)
    found = page(open_store, corrected.SCORE)
    figure = found.everybody.figure
    assert isinstance(figure, Corrected)
    # 90 for each pass and 60 for each failure, of which four fifths pass.
    assert figure.low <= 84 <= figure.high
    assert found.everybody.check is None
    assert found.ceiling == 100


def test_teams_whose_intervals_overlap_are_not_apart(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, passing=(("Orders", 0.8), ("Returns", 0.79))))
    assert page(open_store).apart == frozenset()


def test_teams_that_differ_clearly_are_apart_the_better_one_first(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, passing=(("Orders", 0.95), ("Returns", 0.5))))
    assert page(open_store).apart == {("team-Orders", "team-Returns")}


def test_agents_stand_by_name_in_groups_only_where_these_are_clearly_apart(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, passing=(("Orders", 0.97), ("Returns", 0.3))))
    everybody = page(open_store).agents
    assert [row.agent.agent_id for row in everybody.rows] == [
        *(f"O{n}" for n in range(4)),
        *(f"R{n}" for n in range(4)),
    ]
    assert everybody.groups == 2
    assert {row.agent.agent_id[0]: row.group for row in everybody.rows} == {"O": 0, "R": 1}
    alike = page(open_store, team="team-Returns").agents
    assert (alike.groups, len(alike.rows), alike.withheld) == (1, 4, None)


def test_too_few_reviews_are_a_number_of_reviews_that_it_takes(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, calls=100, chance=0.1))
    found = page(open_store)
    assert isinstance(found.everybody.figure, Withheld)
    assert (found.everybody.figure.why, found.everybody.figure.more) == (
        Why.TOO_FEW,
        30 - found.everybody.reviewed,
    )
    assert found.agents.withheld
    assert all(row.estimate is None for row in found.agents.rows)
    assert all(row.missing == 5 - row.reviewed for row in found.agents.rows if row.reviewed < 5)


def test_calls_that_wait_for_review_are_stood_for_by_those_of_their_reason(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    truth = built(engine, open_store, replace(SMALL, calls=1_600, reviewed=0.5))
    found = page(open_store)
    assert found.reviewers_wait > 300
    for each in found.teams:
        assert isinstance(each.figure, Corrected)
        assert each.figure.low <= truth[each.name or ""] <= each.figure.high


def test_while_nobody_reviewed_what_was_drawn_for_a_reason_there_is_no_figure(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, reviewed=0.5))
    with Session(writing(engine)) as session:
        unreviewed = select(CallRow.id).where(CallRow.reviewed_at.is_(None))
        waiting = session.execute(
            update(DrawCallRow)
            .where(DrawCallRow.call_id.in_(unreviewed))
            .values(reason="low_confidence")
            .returning(DrawCallRow.call_id)
        ).all()
        session.commit()
    figure = page(open_store).everybody.figure
    assert isinstance(figure, Withheld)
    assert figure.more == len(waiting)


def test_weeks_that_no_draw_covered_do_not_count(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store)
    with Session(writing(engine)) as session:
        half = NOW - timedelta(weeks=7)
        session.execute(update(DrawRow).values(since=half))
        session.commit()
    found = page(open_store)
    assert found.since
    assert found.since >= half
    assert found.left_out >= 7
    assert found.everybody.calls < 500


def test_a_draw_that_could_not_take_every_call_is_none_to_reckon_with(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store)
    with Session(writing(engine)) as session:
        session.execute(update(DrawRow).values(uncovered=3))
        session.commit()
    found = page(open_store)
    assert found.since is None
    assert (found.teams, found.agents.rows) == ((), ())


def test_a_change_of_the_machine_is_seen_where_it_was_and_reviews_say_that_calls_are_the_same(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    built(engine, open_store, replace(SMALL, calls=2_400, weeks=20, fails_from=12))
    course = page(open_store).course
    (before, after) = course.stretches
    assert abs((after.begins - (NOW - timedelta(weeks=8))) / timedelta(weeks=1)) <= 2
    assert after.stretch.high < before.stretch.low
    assert isinstance(before.figure, Corrected)
    assert isinstance(after.figure, Corrected)
    assert after.figure.high > before.figure.low


def test_counting_again_counts_the_same(engine: Engine, open_store: SqlUnitOfWorkFactory) -> None:
    built(engine, open_store)
    first = page(open_store).everybody.calls
    corrected.count(open_store, StoppedClock(), CONSOLE)
    assert page(open_store).everybody.calls == first == 800


def test_an_empty_store_has_no_figures_and_nothing_to_count(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    corrected.count(open_store, StoppedClock(), CONSOLE)
    found = page(open_store)
    assert (found.counted_at, found.since, found.everybody.calls) == (None, None, 0)
    assert found.measure == corrected.SCORE


def test_only_who_calibrates_sees_figures(open_store: SqlUnitOfWorkFactory) -> None:
    texts = RubricTexts(bootstrap.parse_rubric)
    with pytest.raises(NotAllowed):
        corrected.figures_page(open_store, texts, StoppedClock(), VISITOR)
    with pytest.raises(NotAllowed):
        corrected.count(open_store, StoppedClock(), VISITOR)
