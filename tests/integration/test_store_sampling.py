"""Draws in a real database: what they are made from, what is kept of them, and what they stand for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from qa.domain.access import CONSOLE
from qa.domain.errors import NotFound
from qa.domain.queue import TaskReason, entry
from qa.domain.sampling import SamplingPlan, lot
from qa.ports.queue import TaskQuery
from qa.ports.sampling import DrawnQuery, Span
from qa.services import sampling
from qa.services.sampling import Rules
from qa.store.engine import writing
from qa.store.sight import hide
from qa.store.tables import CallRow, DrawCallRow, DrawRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.drawn_calls import NOW, Site, build

SITE = Site(calls=400, weeks=4, chance=0.0)
RULES = Rules(SamplingPlan(floor=0.25, agent_minimum=0), period_days=60)


class StoppedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def site(engine: Engine, open_store: SqlUnitOfWorkFactory) -> SqlUnitOfWorkFactory:
    """Four weeks of calls from which nothing was drawn; every fortieth failed a critical criterion."""
    with Session(writing(engine)) as session:
        build(session, SITE)
        session.execute(delete(DrawCallRow))
        session.execute(delete(DrawRow))
        session.execute(update(CallRow).where(CallRow.id % 40 == 0).values(critical_count=1))
        session.commit()
    return open_store


def test_a_draw_takes_what_the_lots_say_and_keeps_each_calls_probability(
    site: SqlUnitOfWorkFactory,
) -> None:
    prospect = sampling.fill(site, StoppedClock(), CONSOLE, RULES)
    assert prospect.looked_at == 400
    with site() as unit:
        (record,) = unit.sampling.draws(skip=0, size=10)
        calls = unit.sampling.drawn(record.public_id, DrawnQuery())
        tasks = unit.tasks.search(TaskQuery(page_size=500), viewer_id=None)
    assert (record.population, record.uncovered, record.accepted_at) == (400, 0, NOW)
    critical = {f"c{number}" for number in range(10_000, 10_400) if number % 40 == 0}
    drawn = {f"c{number}" for number in range(10_000, 10_400) if lot(f"c{number}") < 0.25}
    assert {each.call: each.chance for each in calls} == {
        **dict.fromkeys(drawn, 0.25),
        **dict.fromkeys(critical, 1.0),
    }
    assert {each.call for each in calls if each.in_floor} == drawn
    assert calls[0].reason is TaskReason.FAILED_CRITICAL
    assert {row.task.call: row.task.chance for row in tasks} == {
        call: 0.25 if call in drawn else None for call in drawn | critical
    }
    assert record.by_reason[TaskReason.FAILED_CRITICAL].calls == len(critical)


def test_the_next_draw_is_made_from_what_was_scored_since(
    engine: Engine, site: SqlUnitOfWorkFactory
) -> None:
    sampling.fill(site, StoppedClock(), CONSOLE, RULES)
    with Session(writing(engine)) as session:
        later = NOW + timedelta(minutes=5)
        session.execute(update(CallRow).where(CallRow.id < 10_010).values(scored_at=later))
        session.commit()

    class Later(StoppedClock):
        def now(self) -> datetime:
            return NOW + timedelta(minutes=10)

    again = sampling.look(site, Later(), CONSOLE, RULES)
    assert (again.span, again.looked_at) == (Span(NOW, Later().now()), 10)
    sampling.fill(site, Later(), CONSOLE, RULES)
    with site() as unit:
        assert [span.until for span in unit.sampling.spans()] == [Later().now()]
        # What one night drew and another scored anew is drawn again, and waits in the queue once.
        tasks = [
            row.task.call for row in unit.tasks.search(TaskQuery(page_size=500), viewer_id=None)
        ]
    assert len(tasks) == len(set(tasks))


def test_calls_of_a_draw_come_in_any_order_and_in_parts(site: SqlUnitOfWorkFactory) -> None:
    public_id = sampling.keep(site, StoppedClock(), CONSOLE, RULES)
    assert public_id
    with site() as unit:
        every = unit.sampling.drawn(public_id, DrawnQuery())
        by_agent = unit.sampling.drawn(public_id, DrawnQuery(sort="agent"))
        turned = unit.sampling.drawn(public_id, DrawnQuery(sort="chance", descending=True))
        part = unit.sampling.drawn(public_id, DrawnQuery(sort="duration", skip=3, size=4))
        random = unit.sampling.drawn(public_id, DrawnQuery(reason=TaskReason.RANDOM))
        assert unit.sampling.count() == 1
    assert [each.agent_id for each in by_agent] == sorted(each.agent_id or "" for each in every)
    assert turned[0].chance == 1.0
    assert len(part) == 4
    assert {each.reason for each in random} == {TaskReason.RANDOM}
    assert not any(each.waiting or each.reviewed for each in every)


def test_what_was_discarded_is_not_there_any_more(site: SqlUnitOfWorkFactory) -> None:
    public_id = sampling.keep(site, StoppedClock(), CONSOLE, RULES)
    assert public_id
    sampling.discard(site, CONSOLE, public_id)
    with site() as unit:
        assert unit.sampling.drawn_until() is None
        assert unit.sampling.drawn(public_id, DrawnQuery()) == ()
        with pytest.raises(NotFound):
            unit.sampling.draw(public_id)


def test_a_draw_that_can_not_take_every_call_covers_nothing(site: SqlUnitOfWorkFactory) -> None:
    rules = replace(RULES, plan=replace(RULES.plan, floor=0.0))
    assert sampling.fill(site, StoppedClock(), CONSOLE, rules).uncovered == 390
    with site() as unit:
        assert unit.sampling.spans() == ()
        assert unit.sampling.drawn_until() == NOW


def test_who_rates_a_call_blind_draws_it_all_the_same_and_does_not_come_across_it(
    site: SqlUnitOfWorkFactory,
) -> None:
    public_id = sampling.keep(site, StoppedClock(), CONSOLE, RULES)
    assert public_id
    with site() as unit:
        every = unit.sampling.drawn(public_id, DrawnQuery())
        to_review = unit.sampling.unreviewed(public_id)
    blind = every[0].call
    with site(writes=True) as unit:
        hide(unit._session, {int(blind[1:])})
        span = Span(NOW - timedelta(days=60), NOW)
        frame = unit.sampling.frame(span, doubt_below=0.7, new_since=NOW)
        assert blind in {each.call for each in frame}
        assert {each.call for each in unit.sampling.drawn(public_id, DrawnQuery())} == {
            each.call for each in every if each.call != blind
        }
        assert unit.sampling.unreviewed(public_id) == to_review
        entries = [entry(blind, TaskReason.RANDOM, at=NOW, due_days=7)]
        assert unit.tasks.add(entries, by=None, at=NOW) == 0
        assert unit.tasks.add(entries, by=None, at=NOW, seen=False) == 1
