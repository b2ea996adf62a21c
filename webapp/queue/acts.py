"""What is done with tasks: claim, release, skip, next, change several, put calls in, keep a list.

Each form carries the address of the list that it was sent from along, to go back to. What cannot be done
because somebody was quicker is said on a page of its own, with how things are now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from qa.domain.access import Action
from qa.domain.errors import InputInvalid
from qa.domain.queue import Priority, Task, TaskConflict
from qa.domain.wording import Reason
from qa.services import queue_lead, queue_work, saved_filters
from qa.services.queue_lead import AssignTo, Change, Chosen, SetDue, SetPriority, Unassign
from webapp import forms
from webapp.accounts.arrival import page_of
from webapp.calls import listing as calls_listing
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.i18n import time_zone
from webapp.notices import tell
from webapp.queue import listing
from webapp.queue.blueprint import blueprint
from webapp.queue.views import reader, table_page

BOARD = "board"


@blueprint.get("/<any(claim, release, skip, next, bulk, add, lists):_act>")
@needs(Action.SEE_QUEUE)
def no_act(_act: str) -> Response:
    """What is done by a form alone, asked for as a page: one came back to it, or switched the language."""
    return page_of(url_for(".index"))


# --- one task ----------------------------------------------------------------------------------


@blueprint.post("/claim")
@needs(Action.REVIEW)
def claim() -> Response:
    """Take a task."""
    return _work(queue_work.claim, "queue_claimed")


@blueprint.post("/release")
@needs(Action.REVIEW)
def release() -> Response:
    """Let go of a task."""
    return _work(queue_work.release, "queue_released")


@blueprint.post("/skip")
@needs(Action.REVIEW)
def skip() -> Response:
    """Leave a task to others."""
    return _work(queue_work.skip, "queue_skipped")


@blueprint.post("/next")
@needs(Action.REVIEW)
def take_next() -> Response:
    """Take the task to do next and go to its call."""
    leaving = request.form.get("leaving") or None
    task = queue_work.take_next(deps().open_store, deps().clock, actor(), leaving=leaving)
    if task is None:
        return tell("queue_empty", _back())
    return make_response(redirect(url_for("calls.call", public_id=task.call), 303))


def _work(act: Callable[..., Task], notice: str) -> Response:
    try:
        act(deps().open_store, deps().clock, actor(), forms.text("task"))
    except TaskConflict as conflict:
        page = render_template("queue/conflict.html", conflict=conflict, back=_back_address())
        return make_response(page, 409)
    return tell(notice, _back())


# --- several tasks -----------------------------------------------------------------------------


@blueprint.post("/bulk")
@needs(Action.ASSIGN)
def bulk() -> Response:
    """Change the tasks that were chosen."""
    try:
        changed = queue_lead.change(deps().open_store, deps().clock, actor(), _chosen(), _change())
    except InputInvalid as fault:
        query = listing.read_back(request.form.get("back", ""), reader())
        page = table_page(query, fault=fault, sent=request.form)
        return make_response(page, 422)
    if not changed.kept:
        return tell("queue_changed", _back())
    page = render_template("queue/kept.html", changed=changed, back=_back_address())
    return make_response(page, 200 if changed.number else 409)


def _chosen() -> list[Chosen]:
    """The tasks that were ticked, as the page showed them: id and revision."""
    chosen = []
    for value in request.form.getlist("task"):
        public_id, _, revision = value.rpartition(".")
        chosen.append(Chosen(public_id, int(revision) if revision.isdecimal() else 0))
    return chosen


def _change() -> Change:
    match forms.choice("do", ("assign", "unassign", "due", "priority")):
        case "assign":
            return AssignTo(forms.text("assignee"))
        case "due":
            due = forms.day_end("due", time_zone())
            if due is None:
                raise InputInvalid("due is empty", field="due", reason=Reason("form.required"))
            return SetDue(due)
        case "priority":
            named = {str(priority.value): priority for priority in Priority}
            return SetPriority(named[forms.choice("priority", named)])
        case _:
            return Unassign()


# --- calls put in by hand ----------------------------------------------------------------------


@blueprint.post("/add")
@needs(Action.ASSIGN)
def add() -> Response:
    """Put calls into the queue, from their own page or from the list of calls."""
    calls = request.form.getlist("call")
    if not calls:
        return tell("queue_none_chosen", _to_calls())
    added = queue_lead.add_by_hand(
        deps().open_store,
        deps().clock,
        actor(),
        calls,
        due_days=deps().settings.queue_due_days,
    )
    notice = "queue_not_added"
    if added:
        notice = "queue_added" if added == len(set(calls)) else "queue_added_some"
    if request.form.get("from") == "call":
        return tell(notice, _to(url_for("calls.call", public_id=calls[0])))
    return tell(notice, _to_calls())


def _to_calls() -> Response:
    """Back to the list of calls, as it was filtered."""
    args = MultiDict(listing.pairs(request.form.get("back", "")))
    return _to(_address("calls.index", calls_listing.same_page(calls_listing.read(args))))


# --- lists that somebody keeps -----------------------------------------------------------------


@blueprint.post("/lists")
@needs(Action.SEE_QUEUE)
def keep_list() -> Response:
    """Keep the list as it is filtered under a name, or forget one that was kept."""
    if forget := request.form.get("forget"):
        saved_filters.delete_filter(deps().open_store, actor(), forget)
        return tell("list_forgotten", _back())
    query = listing.read_back(request.form.get("back", ""), reader())
    try:
        saved_filters.save_filter(
            deps().open_store,
            actor(),
            deps().clock,
            page="queue",
            name=request.form.get("name", ""),
            query=listing.address(query),
        )
    except InputInvalid as fault:
        return make_response(table_page(query, fault=fault, sent=request.form), 422)
    return tell("list_kept", _back())


# --- where to ----------------------------------------------------------------------------------


def _back() -> Response:
    return _to(_back_address())


def _back_address() -> str:
    """The list that a form was sent from; never anything but our own pages."""
    endpoint = ".board" if request.form.get("view") == BOARD else ".index"
    query = listing.read_back(request.form.get("back", ""), reader())
    return _address(endpoint, listing.same_page(query))


def _address(endpoint: str, arguments: Mapping[str, Any]) -> str:
    return url_for(endpoint, **arguments)


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
