"""Lists of coaching plans: what is due, how they are narrowed, sorted and taken away, and what forms offer."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qa.domain.coaching import PlanQuery, PlanState
from qa.domain.errors import NotAllowed
from qa.domain.people import UserRole
from qa.services import plans
from tests.unit.coaching_lab import NOW, Lab, begin, close, lab_in, stored


@pytest.fixture
def lab(empty_home: Path, tmp_path: Path) -> Lab:
    return lab_in(Path(shutil.copytree(empty_home, tmp_path / "var")))


def test_what_is_overdue_and_what_is_to_be_followed_up(lab: Lab) -> None:
    late = begin(lab)
    begin(lab, criterion="privacy", due_at=NOW + timedelta(days=20))
    done = begin(lab, agent_id="A101")
    close(lab, done)
    lab.clock.wait(days=8)
    look = {
        due: plans.list_plans(lab.open_store, lab.people["sun"], lab.clock, PlanQuery(due=due))
        for due in (None, "overdue", "follow_up")
    }
    assert [plan.public_id for plan in look["overdue"].rows] == [late.public_id]
    assert (look[None].total, look["follow_up"].total) == (2, 0)
    lab.clock.wait(days=30)
    counts = plans.list_plans(
        lab.open_store, lab.people["sun"], lab.clock, PlanQuery(state=PlanState.DONE)
    ).counts
    assert (counts.open, counts.overdue, counts.follow_up) == (2, 2, 2)
    assert (counts.done, counts.cancelled) == (1, 0)
    assert late.overdue(lab.clock.now())
    assert not stored(lab, done).overdue(lab.clock.now())


def test_a_list_is_narrowed_and_sorted(lab: Lab) -> None:
    begin(lab, due_at=NOW + timedelta(days=5))
    begin(lab, criterion="privacy", owner=lab.ids["sam"])
    begin(lab, agent_id="A101", due_at=NOW + timedelta(days=1), follow_up_at=None)

    def listed(**query: Any) -> list[tuple[str, str]]:
        found = plans.list_plans(lab.open_store, lab.people["ada"], lab.clock, PlanQuery(**query))
        return [(plan.agent_id, plan.criterion) for plan in found.rows]

    by_due = [("A101", "greeting"), ("A201", "greeting"), ("A201", "privacy")]
    assert listed() == by_due
    assert listed(descending=True) == by_due[::-1]
    assert listed(owner=lab.ids["sam"]) == [("A201", "privacy")]
    assert listed(criterion="greeting", agent_id="A201") == [("A201", "greeting")]
    assert listed(sort="owner")[0] == ("A201", "privacy")
    assert listed(sort="follow_up_at")[-1] == ("A101", "greeting")
    assert listed(sort="agent_id")[0] == ("A101", "greeting")
    assert listed(page=2, page_size=2) == [("A201", "privacy")]
    assert listed(page=99, page_size=2) == [("A201", "privacy")]


def test_the_whole_list_is_exported(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_EXPORT_PAGE", 1)
    begin(lab)
    begin(lab, agent_id="A101", call=lab.call(agent_id="A101"))
    lines = list(
        plans.plan_lines(
            lab.open_store,
            lab.people["sun"],
            lab.clock,
            PlanQuery(page=7),
            {"greeting": "问候语"},
        )
    )
    assert [line["agent_id"] for line in lines] == ["A201", "A101"]
    assert lines[0]["criterion_title"] == "问候语"
    assert lines[1]["call_id"] == "C-1"
    assert lines[0]["overdue"] is False


def test_the_form_offers_agents_with_an_id_and_who_may_coach(lab: Lab) -> None:
    call = lab.call()
    choices = plans.plan_choices(lab.open_store, lab.people["sun"], call)
    assert [agent.agent_id for agent in choices.agents] == ["A201", "A101"]
    assert {owner.role for owner in choices.owners} == {UserRole.ADMIN, UserRole.SUPERVISOR}
    assert choices.call is not None
    assert choices.call.agent_id == "A201"
    assert plans.plan_choices(lab.open_store, lab.people["sun"], "gone").call is None
    with pytest.raises(NotAllowed):
        plans.plan_choices(lab.open_store, lab.people["amy"])
