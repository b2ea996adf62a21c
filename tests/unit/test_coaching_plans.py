"""Coaching plans: who may do what with them, in which order, and what stale or repeated forms do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from qa.domain.access import CONSOLE, VISITOR
from qa.domain.coaching import NEXT, NOTES_LIMIT, Plan, PlanNotFound, PlanQuery, PlanState
from qa.domain.errors import Conflict, InputInvalid, NotAllowed
from qa.services import plan_steps, plans
from qa.services.plan_steps import FURTHEST, TEXT_LIMIT, PlanAlreadyOpen
from tests.unit.coaching_lab import NOW, Lab, begin, close, draft, lab_in, rubric, stored

LONG = "一" * (TEXT_LIMIT + 1)


@pytest.fixture
def lab(empty_home: Path, tmp_path: Path) -> Lab:
    return lab_in(Path(shutil.copytree(empty_home, tmp_path / "var")))


# --- beginning ---------------------------------------------------------------------------------


def test_a_plan_is_kept_as_it_was_entered(lab: Lab) -> None:
    call = lab.call()
    plan = begin(lab, call=call)
    assert stored(lab, plan) == plan
    assert (plan.agent_id, plan.agent_name, plan.criterion) == ("A201", "Amy", "greeting")
    assert (plan.call, plan.call_id) == (call, "C-1")
    assert (plan.state, plan.revision, plan.created_at) == (PlanState.OPEN, 0, NOW)
    assert plan.terms.owner.name == "Sun"
    assert plan.rubric_id == "service-standard"


def test_the_same_form_sent_twice_begins_one_plan(lab: Lab) -> None:
    assert begin(lab) == begin(lab)
    assert plans.list_plans(lab.open_store, lab.people["sun"], lab.clock, PlanQuery()).total == 1


def test_an_agent_has_one_open_plan_for_a_criterion(lab: Lab) -> None:
    first = begin(lab)
    with pytest.raises(PlanAlreadyOpen) as refused:
        begin(lab, action="Something else.")
    assert refused.value.plan == first.public_id
    assert begin(lab, criterion="privacy").public_id != first.public_id


def test_a_closed_plan_makes_room_for_the_next(lab: Lab) -> None:
    first = begin(lab)
    plan_steps.close_plan(
        lab.open_store, lab.people["sun"], lab.clock, first.public_id, "Better.", revision=0
    )
    assert begin(lab).public_id != first.public_id


def test_an_agent_of_call_records_needs_no_account(lab: Lab) -> None:
    lab.call(agent_id="A999")
    assert begin(lab, agent_id="A999").agent_name == ""


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"agent_id": "A998"}, "agent", "plan.agent_unknown"),
        ({"agent_id": ""}, "agent", "plan.agent_unknown"),
        ({"criterion": "beauty"}, "criterion", "form.not_a_choice"),
        ({"action": " \n "}, "action", "form.required"),
        ({"action": LONG}, "action", "form.too_long"),
        ({"owner": "nobody"}, "owner", "form.not_a_choice"),
        ({"due_at": NOW - timedelta(seconds=1)}, "due", "plan.due_past"),
        (
            {"due_at": NOW + FURTHEST + timedelta(days=1), "follow_up_at": None},
            "due",
            "plan.too_far",
        ),
        ({"follow_up_at": NOW + timedelta(days=6)}, "follow_up", "plan.follow_up_early"),
        ({"follow_up_at": NOW + FURTHEST * 2}, "follow_up", "plan.too_far"),
        ({"call": "gone"}, "call", "plan.call_gone"),
    ],
)
def test_what_cannot_be_taken_names_its_field_and_writes_nothing(
    lab: Lab, changes: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        begin(lab, **changes)
    assert (refused.value.field, refused.value.reason.code) == (field, code)
    assert plans.list_plans(lab.open_store, lab.people["sun"], lab.clock, PlanQuery()).total == 0


def test_a_plan_does_not_come_from_somebody_elses_call(lab: Lab) -> None:
    call = lab.call(agent_id="A101")
    with pytest.raises(InputInvalid) as refused:
        begin(lab, call=call)
    assert refused.value.reason.code == "plan.call_of_other"


@pytest.mark.parametrize("owner", ["amy", "otto"])
def test_only_who_may_coach_owns_a_plan(lab: Lab, owner: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        begin(lab, owner=lab.ids[owner])
    assert refused.value.field == "owner"


def test_who_left_owns_no_new_plan_and_keeps_the_old_one(lab: Lab) -> None:
    plan = begin(lab, owner=lab.ids["sam"])
    with lab.open_store(writes=True) as unit:
        unit.people.set_active(plan.terms.owner.id, active=False)
        unit.commit()
    with pytest.raises(InputInvalid):
        begin(lab, owner=lab.ids["sam"], criterion="privacy")
    changed = change(lab, plan, owner=lab.ids["sam"], action="Smile.")
    assert changed.terms.owner.name == "Sam"


def test_nobody_coaches_themselves(lab: Lab) -> None:
    with lab.open_store(writes=True) as unit:
        sam = unit.people.user(lab.ids["sam"])
        unit.people.change_user(sam.id, replace(sam.account, agent_id="A777"))
        unit.commit()
    with pytest.raises(InputInvalid) as refused:
        begin(lab, agent_id="A777", owner=lab.ids["sam"])
    assert refused.value.reason.code == "plan.owner_is_agent"


# --- changing ----------------------------------------------------------------------------------


def change(lab: Lab, plan: Plan, *, revision: int | None = None, **changes: Any) -> Plan:
    return plan_steps.change_plan(
        lab.open_store,
        lab.people["sam"],
        lab.clock,
        plan.public_id,
        draft(lab, **changes),
        revision=plan.revision if revision is None else revision,
    )


def acknowledge(lab: Lab, plan: Plan, who: str = "amy") -> Plan:
    return plan_steps.acknowledge_plan(
        lab.open_store, lab.people[who], lab.clock, plan.public_id, plan.revision
    )


def test_a_stale_form_overwrites_nothing(lab: Lab) -> None:
    plan = begin(lab)
    assert change(lab, plan, action="First.").revision == 1
    with pytest.raises(Conflict):
        change(lab, plan, action="Second.")
    assert stored(lab, plan).terms.action == "First."


def test_a_change_of_nothing_is_none(lab: Lab) -> None:
    plan = begin(lab)
    assert change(lab, plan) == plan


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"action": "Other."}, False),
        ({"due_at": NOW + timedelta(days=9)}, False),
        ({"follow_up_at": None}, True),
        ({"owner": "sam"}, True),
    ],
)
def test_what_asks_something_else_is_to_be_acknowledged_again(
    lab: Lab, changes: dict[str, Any], stays: bool
) -> None:
    plan = acknowledge(lab, begin(lab))
    assert plan.acknowledged_at == NOW
    if "owner" in changes:
        changes = {"owner": lab.ids["sam"]}
    assert (change(lab, plan, **changes).acknowledged_at is not None) is stays
    assert (stored(lab, plan).acknowledged_at is not None) is stays


def test_a_due_date_that_has_passed_may_stay_but_not_be_set(lab: Lab) -> None:
    plan = begin(lab)
    lab.clock.wait(days=10)
    assert change(lab, plan, action="Still to do.").revision == 1
    with pytest.raises(InputInvalid):
        change(lab, plan, revision=1, due_at=NOW + timedelta(days=1))


# --- acknowledging and noting ------------------------------------------------------------------


def test_only_the_agent_acknowledges_and_a_second_time_changes_nothing(lab: Lab) -> None:
    plan = begin(lab)
    with pytest.raises(NotAllowed):
        acknowledge(lab, plan, "sun")
    first = acknowledge(lab, plan)
    lab.clock.wait(hours=1)
    assert acknowledge(lab, plan) == first == stored(lab, plan)


def test_what_was_changed_unseen_is_not_acknowledged(lab: Lab) -> None:
    plan = begin(lab)
    change(lab, plan, action="Other.")
    with pytest.raises(Conflict):
        acknowledge(lab, plan)


def note(lab: Lab, plan: Plan, text: str, who: str = "amy") -> None:
    plan_steps.note_plan(lab.open_store, lab.people[who], lab.clock, plan.public_id, text)


def test_owner_and_agent_write_notes_in_order(lab: Lab) -> None:
    plan = begin(lab)
    note(lab, plan, "今天试了。\r\n<b>好</b>", "amy")
    note(lab, plan, "Good!", "sun")
    note(lab, plan, "Good!", "sun")
    notes = stored(lab, plan).notes
    assert [(each.author.name, each.text) for each in notes] == [
        ("Amy", "今天试了。\n<b>好</b>"),
        ("Sun", "Good!"),
    ]


def test_a_plan_takes_no_endless_notes(lab: Lab) -> None:
    plan = begin(lab)
    with lab.open_store(writes=True) as unit:
        for number in range(NOTES_LIMIT):
            unit.coaching.add_note(
                plan.public_id, str(number), author_id=lab.people["amy"].user_id or 0, at=NOW
            )
        unit.commit()
    with pytest.raises(InputInvalid) as refused:
        note(lab, plan, "one more")
    assert refused.value.reason.code == "plan.too_many_notes"


# --- ending ------------------------------------------------------------------------------------

Step = Callable[[Lab, Plan], object]

STEPS: dict[str, Step] = {
    "change": lambda lab, plan: change(lab, plan, action="More."),
    "acknowledge": acknowledge,
    "note": lambda lab, plan: note(lab, plan, "And yet."),
    "close": lambda lab, plan: close(lab, plan, "Another outcome."),
    "cancel": lambda lab, plan: cancel(lab, plan, "Another reason."),
}


def cancel(lab: Lab, plan: Plan, reason: str = "Left.", who: str = "sun") -> Plan:
    return plan_steps.cancel_plan(
        lab.open_store, lab.people[who], lab.clock, plan.public_id, reason, revision=plan.revision
    )


@pytest.mark.parametrize(("end", "state"), [(close, PlanState.DONE), (cancel, PlanState.CANCELLED)])
@pytest.mark.parametrize("step", STEPS)
def test_an_ended_plan_does_not_change_any_more(
    lab: Lab, end: Callable[[Lab, Plan], Plan], state: PlanState, step: str
) -> None:
    ended = end(lab, begin(lab))
    assert (ended.state, ended.closed_at) == (state, NOW)
    with pytest.raises(Conflict):
        STEPS[step](lab, ended)
    assert stored(lab, ended) == ended


@pytest.mark.parametrize("end", [close, cancel])
def test_the_same_ending_sent_twice_is_one(lab: Lab, end: Callable[[Lab, Plan], Plan]) -> None:
    plan = begin(lab)
    ended = end(lab, plan)
    lab.clock.wait(minutes=1)
    assert end(lab, plan) == ended == stored(lab, plan)


def test_a_plan_changed_unseen_is_not_closed(lab: Lab) -> None:
    plan = begin(lab)
    change(lab, plan, action="Other.")
    with pytest.raises(Conflict):
        close(lab, plan)


@pytest.mark.parametrize("text", ["", " ", LONG])
@pytest.mark.parametrize(("end", "field"), [(close, "outcome"), (cancel, "reason")])
def test_an_ending_says_why(
    lab: Lab, end: Callable[[Lab, Plan, str], Plan], field: str, text: str
) -> None:
    plan = begin(lab)
    with pytest.raises(InputInvalid) as refused:
        end(lab, plan, text)
    assert refused.value.field == field
    assert stored(lab, plan).state is PlanState.OPEN


def test_every_state_says_where_it_leads() -> None:
    assert set(NEXT) == set(PlanState)
    assert NEXT[PlanState.OPEN] == {PlanState.DONE, PlanState.CANCELLED}


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["amy", "otto"])
@pytest.mark.parametrize("step", ["change", "close", "cancel"])
def test_only_who_coaches_steers_a_plan(lab: Lab, who: str, step: str) -> None:
    plan = begin(lab)
    steps: dict[str, Callable[[], object]] = {
        "change": lambda: plan_steps.change_plan(
            lab.open_store, lab.people[who], lab.clock, plan.public_id, draft(lab), revision=0
        ),
        "close": lambda: close(lab, plan, who=who),
        "cancel": lambda: cancel(lab, plan, who=who),
    }
    with pytest.raises(NotAllowed):
        steps[step]()
    with pytest.raises(NotAllowed):
        begin(lab, who, criterion="privacy")
    assert stored(lab, plan) == plan


def test_somebody_elses_plan_is_not_there(lab: Lab) -> None:
    plan = begin(lab)
    steps: tuple[Callable[[], object], ...] = (
        lambda: plans.open_plan(lab.open_store, lab.people["an"], lab.clock, plan.public_id, 28),
        lambda: note(lab, plan, "Hello", "an"),
        lambda: acknowledge(lab, plan, "an"),
    )
    for step in steps:
        with pytest.raises(PlanNotFound):
            step()
    listed = plans.list_plans(lab.open_store, lab.people["an"], lab.clock, PlanQuery())
    assert (listed.rows, listed.total, listed.counts.open) == ((), 0, 0)


def test_an_agents_list_stays_theirs_whatever_is_asked_for(lab: Lab) -> None:
    begin(lab)
    mine = begin(lab, agent_id="A101")
    asked = PlanQuery(agent_id="A201")
    listed = plans.list_plans(lab.open_store, lab.people["an"], lab.clock, asked)
    assert [plan.public_id for plan in listed.rows] == [mine.public_id]
    lines = plans.plan_lines(lab.open_store, lab.people["an"], lab.clock, asked, {})
    assert [line["agent_id"] for line in lines] == ["A101"]


def test_without_an_account_nothing_is_seen_or_signed(lab: Lab) -> None:
    with pytest.raises(NotAllowed):
        plans.list_plans(lab.open_store, VISITOR, lab.clock, PlanQuery())
    with pytest.raises(NotAllowed):
        plan_steps.begin_plan(lab.open_store, CONSOLE, lab.clock, rubric(), draft(lab))
