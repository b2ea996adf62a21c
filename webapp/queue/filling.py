"""Filling the queue by its rules: first what would enter, then a button that lets it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for

from qa import bootstrap
from qa.domain.access import Action
from qa.domain.errors import InputInvalid
from qa.domain.queue_rules import Rules
from qa.domain.wording import Reason
from qa.services import queue_fill
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell
from webapp.queue.blueprint import blueprint

BOUNDS: Mapping[str, tuple[int, int]] = {
    "random_percent": (0, 100),
    "agent_minimum": (0, 1000),
    "unsure_from": (0, 100),
    "period_days": (1, 3650),
    "due_days": (1, 365),
}
"""Fields of the form, and the least and the most that each takes."""


@blueprint.get("/fill")
@needs(Action.ASSIGN)
def preview() -> Response:
    """What would enter the queue by these rules; nothing does."""
    try:
        rules = _rules(request.args)
    except InputInvalid as fault:
        return _page(_standing(), None, sent=request.args, fault=fault, status=422)
    plan = queue_fill.preview(deps().open_store, deps().clock, actor(), rules)
    return _page(rules, plan)


@blueprint.post("/fill")
@needs(Action.ASSIGN)
def fill() -> Response:
    """Let in what was agreed to."""
    try:
        rules = _rules(request.form)
    except InputInvalid as fault:
        return _page(_standing(), None, sent=request.form, fault=fault, status=422)
    try:
        queue_fill.fill(
            deps().open_store,
            deps().clock,
            actor(),
            rules,
            agreed=request.form.get("agreed", ""),
        )
    except queue_fill.FillChanged as changed:
        return _page(rules, changed.plan, changed=True, status=409)
    return tell("queue_filled", make_response(redirect(url_for(".index"), 303)))


def _page(
    rules: Rules,
    plan: queue_fill.FillPlan | None,
    *,
    sent: Mapping[str, str] | None = None,
    fault: InputInvalid | None = None,
    changed: bool = False,
    status: int = 200,
) -> Response:
    page = render_template(
        "queue/fill.html",
        rules=rules,
        plan=plan,
        sent=sent or {},
        fault=fault,
        changed=changed,
        bounds=BOUNDS,
    )
    return make_response(page, status)


def _standing() -> Rules:
    """The rules of this installation."""
    return bootstrap.queue_rules(deps().settings)


def _rules(values: Mapping[str, str]) -> Rules:
    """The rules that a form asks for, or the installation's own where none was sent.

    Raises:
        InputInvalid: A field is no number within its bounds.
    """
    standing = _standing()
    if not any(name in values for name in BOUNDS):
        return standing
    return replace(
        standing,
        critical="critical" in values,
        random_percent=_number(values, "random_percent"),
        agent_minimum=round(_number(values, "agent_minimum")),
        unsure_from=round(_number(values, "unsure_from")),
        period_days=round(_number(values, "period_days")),
        due_days=round(_number(values, "due_days")),
    )


def _number(values: Mapping[str, str], name: str) -> float:
    lowest, highest = BOUNDS[name]
    try:
        read = float(values.get(name, ""))
    except ValueError:
        read = float("nan")
    if not lowest <= read <= highest:
        raise InputInvalid(
            f"{name} is no number from {lowest} to {highest}",
            field=name,
            reason=Reason("form.not_a_number", {"lowest": lowest, "highest": highest}),
        )
    return read
