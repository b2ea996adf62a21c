"""Plans and cases in both databases: lists, counts and searches, and what becomes of them with their call."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event
from sqlalchemy.exc import IntegrityError

from qa.domain.call import Role
from qa.domain.cases import Case, CaseKind, CaseQuery, Said
from qa.domain.coaching import Plan, PlanCounts, PlanQuery, PlanState
from qa.domain.errors import CallNotFound, Conflict
from qa.ports import UnitOfWorkFactory
from qa.ports.coaching import NewCase, NewPlan
from qa.services import plan_steps
from qa.services.plan_steps import PlanDraft
from qa.store.tables import CallRow, RefusalRow, ScorecardRow
from tests.unit.coaching_lab import NOW, Lab, rubric

DAY = timedelta(days=1)


@pytest.fixture
def lab(open_store: UnitOfWorkFactory) -> Lab:
    return Lab(open_store).staff()


def add_plan(lab: Lab, **changes: Any) -> Plan:
    sun = lab.people["sun"].user_id or 0
    new = NewPlan(
        agent_id="A201",
        criterion="greeting",
        rubric_id="service-standard",
        action="先报公司名称。😀",
        owner_id=sun,
        created_by=sun,
        call=None,
        due_at=NOW + 7 * DAY,
        follow_up_at=NOW + 28 * DAY,
    )
    with lab.open_store(writes=True) as unit:
        plan = unit.coaching.add_plan(replace(new, **changes), at=NOW)
        unit.commit()
    return plan


def add_case(lab: Lab, call: str, **changes: Any) -> Case:
    new = NewCase(
        call=call,
        kind=CaseKind.GOOD,
        criterion="greeting",
        start_s=0.5,
        end_s=3.1,
        comment="开场清楚。",
        said=(Said(Role.AGENT, "Good morning"),),
        team=None,
        added_by=lab.people["sun"].user_id or 0,
    )
    with lab.open_store(writes=True) as unit:
        case = unit.coaching.add_case(replace(new, **changes), at=NOW)
        unit.commit()
    return case


# --- plans -------------------------------------------------------------------------------------


def test_a_plan_is_read_as_it_was_written(lab: Lab) -> None:
    plan = add_plan(lab, call=lab.call())
    with lab.open_store(writes=True) as unit:
        unit.coaching.add_note(
            plan.public_id, "好的", author_id=lab.people["amy"].user_id or 0, at=NOW + DAY
        )
        terms = replace(plan.terms, action="Smile.", follow_up_at=None)
        changed = replace(plan, terms=terms, acknowledged_at=NOW, revision=1)
        unit.coaching.keep_plan(changed)
        unit.commit()
    with lab.open_store() as unit:
        stored = unit.coaching.plan(plan.public_id)
        assert replace(stored, notes=()) == changed
        assert [(note.author.name, note.text, note.made_at) for note in stored.notes] == [
            ("Amy", "好的", NOW + DAY)
        ]
        assert unit.coaching.open_plan("A201", "greeting") == changed
        assert unit.coaching.open_plan("A201", "privacy") is None


def test_the_store_too_holds_one_open_plan_of_an_agent_on_a_criterion(lab: Lab) -> None:
    add_plan(lab)
    with pytest.raises(IntegrityError):
        add_plan(lab)
    add_plan(lab, criterion="privacy")


def test_two_supervisors_who_begin_the_same_plan_at_once_begin_one(lab: Lab) -> None:
    draft = PlanDraft("Greet.", lab.ids["sam"], NOW + DAY, None, "A201", "greeting")
    plans: list[Plan] = []
    refused: list[Exception] = []

    def begin(who: str) -> None:
        try:
            plan = plan_steps.begin_plan(
                lab.open_store, lab.people[who], lab.clock, rubric(), draft
            )
        except plan_steps.PlanAlreadyOpen as error:
            refused.append(error)
        else:
            plans.append(plan)

    threads = [threading.Thread(target=begin, args=(who,)) for who in ("sun", "sam")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(plans), len(refused)) == (1, 1)


def test_two_who_change_a_plan_at_once_do_not_overwrite_one_another(lab: Lab) -> None:
    plan = add_plan(lab)
    outcomes: list[str] = []

    def change(who: str) -> None:
        draft = PlanDraft(f"{who}'s words", lab.ids["sun"], NOW + DAY, None)
        try:
            plan_steps.change_plan(
                lab.open_store, lab.people[who], lab.clock, plan.public_id, draft, revision=0
            )
        except Conflict:
            outcomes.append("refused")
        else:
            outcomes.append(f"{who}'s words")

    threads = [threading.Thread(target=change, args=(who,)) for who in ("sun", "sam", "ada")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with lab.open_store() as unit:
        stored = unit.coaching.plan(plan.public_id)
    assert sorted(outcomes, key=len)[:2] == ["refused", "refused"]
    assert (stored.terms.action, stored.revision) == (sorted(outcomes, key=len)[2], 1)


def test_a_list_is_counted_narrowed_and_ordered(lab: Lab) -> None:
    sam = lab.people["sam"].user_id
    late = add_plan(lab, due_at=NOW - DAY, follow_up_at=NOW - DAY / 2)
    later = add_plan(lab, criterion="privacy", owner_id=sam, follow_up_at=None)
    done = add_plan(lab, agent_id="A101")
    with lab.open_store(writes=True) as unit:
        unit.coaching.keep_plan(replace(done, state=PlanState.DONE, closed_at=NOW, outcome="Yes"))
        unit.commit()

    with lab.open_store() as unit:

        def listed(**query: Any) -> list[str]:
            page = unit.coaching.plans(PlanQuery(**query), now=NOW)
            return [plan.public_id for plan in page.rows]

        assert listed() == [late.public_id, later.public_id]
        assert listed(state=None, sort="agent_id")[0] == done.public_id
        assert listed(due="overdue") == listed(due="follow_up") == [late.public_id]
        assert listed(owner=lab.ids["sam"]) == [later.public_id]
        assert listed(sort="follow_up_at", descending=True) == [late.public_id, later.public_id]
        assert listed(sort="follow_up_at") == [late.public_id, later.public_id]
        assert listed(sort="owner") == [later.public_id, late.public_id]
        assert listed(page=2, page_size=1) == [later.public_id]
        assert listed(page=9) == []
        assert unit.coaching.plan_counts(PlanQuery(due="overdue"), now=NOW) == PlanCounts(
            open=2, overdue=1, follow_up=1, done=1, cancelled=0
        )
        assert unit.coaching.plan_counts(PlanQuery(agent_id="nobody"), now=NOW) == PlanCounts(
            open=0, overdue=0, follow_up=0, done=0, cancelled=0
        )


def test_pages_ask_little_of_the_database(lab: Lab, engine: Engine) -> None:
    for number in range(5):
        call = lab.call(agent_id=f"B{number}")
        add_plan(lab, agent_id=f"B{number}", call=call)
        add_case(lab, call)
    asked: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda *values: asked.append(str(values[2])), named=False
    )
    with lab.open_store() as unit:
        asked.clear()
        assert len(unit.coaching.plans(PlanQuery(), now=NOW).rows) == 5
        assert len(asked) == 2
        unit.coaching.plan_counts(PlanQuery(), now=NOW)
        assert len(asked) == 3
        assert len(unit.coaching.cases(CaseQuery(everywhere=True)).rows) == 5
        assert len(asked) == 5


# --- cases -------------------------------------------------------------------------------------


def test_a_case_is_read_as_it_was_written(lab: Lab) -> None:
    case = add_case(lab, lab.call(), team=lab.teams["Sales"])
    with lab.open_store() as unit:
        assert unit.coaching.case(case.public_id) == case
    assert (case.start_s, case.end_s, case.audio) == (0.5, 3.1, "audio/C-1.flac")
    assert case.team is not None
    assert case.team.name == "Sales"


def test_the_library_is_searched_in_any_script(lab: Lab) -> None:
    call = lab.call()
    wide = add_case(lab, call, comment="ＡＢＣ 100%_纯")
    chinese = add_case(lab, call, comment="问候，语很清楚", said=(Said(Role.AGENT, "您好"),))
    add_case(lab, call, kind=CaseKind.PROBLEM, criterion=None, team=lab.teams["Returns"])
    with lab.open_store() as unit:

        def found(**query: Any) -> list[str]:
            page = unit.coaching.cases(CaseQuery(everywhere=True, **query))
            return [case.public_id for case in page.rows]

        assert found(search="abc") == [wide.public_id]
        assert found(search="100%_") == [wide.public_id]
        assert found(search="问候语") == [chinese.public_id]
        assert found(search="您好") == [chinese.public_id]
        assert len(found(kind=CaseKind.PROBLEM)) == 1
        assert len(found(team=lab.teams["Returns"], language="en")) == 1
        assert unit.coaching.cases(CaseQuery()).total == 2
        returns = lab.people["amy"].team_id
        assert unit.coaching.cases(CaseQuery(reader_team=returns)).total == 3


def test_what_was_removed_is_in_no_list(lab: Lab) -> None:
    call = lab.call()
    case = add_case(lab, call)
    with lab.open_store(writes=True) as unit:
        unit.coaching.remove_case(case.public_id, at=NOW)
        unit.commit()
    with lab.open_store() as unit:
        assert unit.coaching.case(case.public_id).removed_at == NOW
        assert unit.coaching.cases(CaseQuery(everywhere=True)).total == 0
        assert unit.coaching.cases_of_call(call) == ()
        assert unit.coaching.newest_good(["greeting"], CaseQuery(everywhere=True)) == {}


def test_a_call_without_a_recording_makes_no_case(lab: Lab) -> None:
    with pytest.raises(CallNotFound):
        add_case(lab, "gone")


def test_a_call_that_is_deleted_takes_its_cases_and_leaves_its_plans(
    lab: Lab, engine: Engine
) -> None:
    call = lab.call()
    plan, case = add_plan(lab, call=call), add_case(lab, call)
    with engine.begin() as connection:
        for history in (ScorecardRow, RefusalRow):
            connection.execute(delete(history))
        connection.execute(delete(CallRow).where(CallRow.public_id == call))
    with lab.open_store() as unit:
        stored = unit.coaching.plan(plan.public_id)
        assert (stored.call, stored.call_id, stored.terms) == (None, None, plan.terms)
        assert unit.coaching.cases(CaseQuery(everywhere=True)).total == 0
        assert case.public_id


def test_a_recording_that_turns_out_to_be_another_calls_takes_plans_and_cases_along(
    lab: Lab,
) -> None:
    lab.call(call_id="C-right", content="other", at=None)
    wrong = lab.call(call_id="C-wrong", content="shared")
    plan, case = add_plan(lab, call=wrong), add_case(lab, wrong)
    right = lab.call(call_id="C-right", content="shared", version="2")
    with lab.open_store() as unit:
        assert unit.coaching.plan(plan.public_id).call == right
        assert unit.coaching.case(case.public_id).call == right
        assert unit.coaching.case(case.public_id).audio == case.audio
