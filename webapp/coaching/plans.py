"""Coaching plans: the list, one plan, and every step that is taken with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action, Reach, require
from qa.domain.coaching import Plan
from qa.domain.errors import Conflict, InputInvalid
from qa.domain.wording import Reason
from qa.interop.lines import table_csv
from qa.services import plan_steps, plans
from qa.services.cases import good_example
from qa.services.plan_effect import FEWEST_CALLS, USUAL_DAYS, WINDOWS_DAYS
from qa.services.plan_steps import PlanAlreadyOpen, PlanDraft
from webapp.coaching import chart, fields, plan_list
from webapp.coaching.rubric import (
    criterion_choices,
    criterion_in_use,
    init_blueprint,
    worded_titles,
)
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("coaching", __name__)
blueprint.add_app_template_filter(fields.shown_day)
init_blueprint(blueprint)

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese as the machine's old code page."""
_TYPED = ("agent", "criterion", "action", "owner", "due", "follow_up", "call")


# --- lists -------------------------------------------------------------------------------------


@blueprint.get("/coaching")
@needs(Action.SEE_PLANS)
def index() -> str:
    """The plans: for who coaches a table of all, for an agent their own."""
    query = plan_list.read(request.args)
    listed = plans.list_plans(deps().open_store, actor(), deps().clock, query)
    if require(actor(), Action.SEE_PLANS) is Reach.OWN:
        return render_template("coaching/own_plans.html", plans=listed, listing=plan_list)
    return render_template(
        "coaching/plans.html",
        plans=listed,
        listing=plan_list,
        coaches=plans.coaches(deps().open_store, actor()),
        criteria=criterion_choices(),
    )


@blueprint.get("/coaching.csv")
@needs(Action.SEE_PLANS)
def table() -> Response:
    """Every plan of the list as its address filters and sorts it, for a spreadsheet."""
    query = plan_list.read(request.args)
    lines = plans.plan_lines(deps().open_store, actor(), deps().clock, query, worded_titles())
    return Response(
        chain([_BYTE_ORDER_MARK], table_csv(plan_list.COLUMNS, lines)),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="coaching.csv"'},
    )


# --- beginning and changing --------------------------------------------------------------------


@blueprint.get("/coaching/new")
@needs(Action.COACH)
def blank() -> str:
    """The form of a new plan, filled in from the address."""
    typed = {name: request.args.get(name, "") for name in ("agent", "criterion", "call")}
    return _new_form(typed)


@blueprint.post("/coaching/new")
@needs(Action.COACH)
def begin() -> Response | tuple[str, int]:
    """Begin a plan."""
    try:
        plan = plan_steps.begin_plan(
            deps().open_store, actor(), deps().clock, deps().standard(), _draft(None)
        )
    except InputInvalid as error:
        return _new_form(_typed(), error), 422
    return tell("plan_begun", _to(plan.public_id))


@blueprint.get("/coaching/<plan_id>/edit")
@needs(Action.COACH)
def edit(plan_id: str) -> str:
    """The form of a plan that is under way."""
    return _edit_form(_open(plan_id).plan)


@blueprint.post("/coaching/<plan_id>/edit")
@needs(Action.COACH)
def change(plan_id: str) -> Response | tuple[str, int]:
    """Put a plan under other terms, unless somebody else has changed it since the form was made."""
    plan = _open(plan_id).plan
    revision = _revision()
    try:
        plan_steps.change_plan(
            deps().open_store, actor(), deps().clock, plan_id, _draft(plan), revision=revision
        )
    except InputInvalid as error:
        return _edit_form(plan, error=error, revision=revision), 422
    except Conflict:
        return _edit_form(_open(plan_id).plan, stale=True), 409
    return tell("saved", _to(plan_id))


# --- one plan ----------------------------------------------------------------------------------


@blueprint.get("/coaching/<plan_id>")
@needs(Action.SEE_PLANS)
def plan(plan_id: str) -> str:
    """One plan, and what came of it so far."""
    return _page(plan_id)


@blueprint.post("/coaching/<plan_id>/acknowledge")
@needs(Action.SEE_PLANS)
def acknowledge(plan_id: str) -> Response | tuple[str, int]:
    """Say, as its agent, that one has read a plan as it stands."""
    return _step(
        plan_id,
        "plan_acknowledged",
        lambda: plan_steps.acknowledge_plan(
            deps().open_store, actor(), deps().clock, plan_id, _revision()
        ),
    )


@blueprint.post("/coaching/<plan_id>/notes")
@needs(Action.SEE_PLANS)
def note(plan_id: str) -> Response | tuple[str, int]:
    """Write a note to a plan."""
    text = request.form.get("note", "")
    return _step(
        plan_id,
        "note_added",
        lambda: plan_steps.note_plan(deps().open_store, actor(), deps().clock, plan_id, text),
    )


@blueprint.post("/coaching/<plan_id>/close")
@needs(Action.COACH)
def close(plan_id: str) -> Response | tuple[str, int]:
    """Close a plan with what came of it."""
    text = request.form.get("outcome", "")
    return _step(
        plan_id,
        "plan_closed",
        lambda: plan_steps.close_plan(
            deps().open_store, actor(), deps().clock, plan_id, text, revision=_revision()
        ),
    )


@blueprint.post("/coaching/<plan_id>/cancel")
@needs(Action.COACH)
def cancel(plan_id: str) -> Response | tuple[str, int]:
    """Give a plan up, with the reason."""
    text = request.form.get("reason", "")
    return _step(
        plan_id,
        "plan_cancelled",
        lambda: plan_steps.cancel_plan(
            deps().open_store, actor(), deps().clock, plan_id, text, revision=_revision()
        ),
    )


def _step(plan_id: str, said: str, step: Callable[[], object]) -> Response | tuple[str, int]:
    """Take a step and show the plan; refused, the page says why and keeps what was typed."""
    try:
        step()
    except InputInvalid as error:
        return _page(plan_id, error=error), 422
    except Conflict:
        return _page(plan_id, stale=True), 409
    return tell(said, _to(plan_id))


# --- parts -------------------------------------------------------------------------------------


def _open(plan_id: str, days: int = USUAL_DAYS) -> plans.PlanView:
    return plans.open_plan(deps().open_store, actor(), deps().clock, plan_id, days)


def _page(plan_id: str, *, error: InputInvalid | None = None, stale: bool = False) -> str:
    asked = request.args.get("days", USUAL_DAYS, type=int)
    view = _open(plan_id, asked if asked in WINDOWS_DAYS else USUAL_DAYS)
    return render_template(
        "coaching/plan.html",
        view=view,
        plan=view.plan,
        criterion=criterion_in_use(view.plan.criterion),
        example=good_example(deps().open_store, actor(), view.plan.criterion),
        bars=chart.bars(view.effect),
        windows=WINDOWS_DAYS,
        fewest=FEWEST_CALLS,
        typed={name: request.form.get(name, "") for name in ("note", "outcome", "reason")},
        error=error,
        stale=stale,
    )


def _new_form(typed: dict[str, str], error: InputInvalid | None = None) -> str:
    choices = plans.plan_choices(deps().open_store, actor(), typed.get("call"))
    return render_template(
        "coaching/plan_form.html",
        plan=None,
        typed={"owner": _own_id(choices), **typed},
        choices=choices,
        criteria=criterion_choices(),
        error=error,
        standing=error.plan if isinstance(error, PlanAlreadyOpen) else None,
        revision=0,
        now={},
    )


def _edit_form(
    plan: Plan,
    *,
    error: InputInvalid | None = None,
    revision: int | None = None,
    stale: bool = False,
) -> str:
    entered = _entered(plan)
    typed = _typed() if error or stale else entered
    return render_template(
        "coaching/plan_form.html",
        plan=plan,
        typed=typed,
        choices=plans.plan_choices(deps().open_store, actor()),
        criteria=(),
        error=error,
        standing=None,
        revision=plan.revision if revision is None else revision,
        stale=stale,
        now={name: value for name, value in entered.items() if stale and value != typed[name]},
    )


def _own_id(choices: plans.PlanChoices) -> str:
    """Who begins a plan coaches, unless they say otherwise."""
    own = (owner.public_id for owner in choices.owners if owner.id == actor().user_id)
    return next(own, "")


def _entered(plan: Plan) -> dict[str, str]:
    terms = plan.terms
    return {
        "action": terms.action,
        "owner": terms.owner.public_id,
        "due": fields.shown_day(terms.due_at),
        "follow_up": fields.shown_day(terms.follow_up_at),
    }


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _TYPED}


def _draft(plan: Plan | None) -> PlanDraft:
    """What was typed; the service looks at each field. Raises ``InputInvalid`` for what is no date."""
    due_at = fields.day("due", plan.terms.due_at if plan else None)
    if due_at is None:
        raise InputInvalid("due is empty", field="due", reason=Reason("form.required"))
    before: datetime | None = plan.terms.follow_up_at if plan else None
    return PlanDraft(
        agent_id=request.form.get("agent", ""),
        criterion=request.form.get("criterion", ""),
        action=request.form.get("action", ""),
        owner=request.form.get("owner", ""),
        due_at=due_at,
        follow_up_at=fields.day("follow_up", before, required=False),
        call=request.form.get("call") or None,
    )


def _revision() -> int:
    """The state that a form was made from; one that says nothing of it is stale."""
    return request.form.get("revision", -1, type=int)


def _to(plan_id: str) -> Response:
    return make_response(redirect(url_for(".plan", plan_id=plan_id)))
