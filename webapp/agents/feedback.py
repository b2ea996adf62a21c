"""A scored call as feedback to its agent, what is said about it, and the agent's objections."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.dispute import (
    REASON_LIMIT,
    DisputeClosed,
    NotDisputable,
    Obstacle,
    ScoreChanged,
)
from qa.domain.errors import InputInvalid, NotFound
from qa.domain.response import REPLY_LIMIT
from qa.services import disputes, responses
from qa.services.feedback import Feedback, feedback
from qa.services.licences.provisional import awaiting_in
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("feedback", __name__)

Page = str | tuple[str, int]


@blueprint.get("/calls/<public_id>/feedback")
@needs(Action.SEE_AGENT)
def show(public_id: str) -> str:
    """A call as feedback."""
    return _page(public_id)


@blueprint.post("/calls/<public_id>/read")
@needs(Action.RESPOND)
def acknowledge(public_id: str) -> Page | Response:
    """The agent has read it."""
    try:
        responses.acknowledge(
            deps().open_store,
            deps().rubrics,
            deps().clock,
            actor(),
            public_id,
            seen=request.form.get("seen", ""),
        )
    except ScoreChanged:
        return _page(public_id, changed=True), 409
    return tell("feedback_read", _to(public_id))


@blueprint.post("/calls/<public_id>/replies")
@needs(Action.RESPOND)
def reply(public_id: str) -> Page | Response:
    """Say something about it."""
    typed = request.form.get("text", "")
    try:
        responses.reply(
            deps().open_store, deps().rubrics, deps().clock, actor(), public_id, text=typed
        )
    except InputInvalid as error:
        return _page(public_id, typed=typed, error=error), 422
    return tell("reply_sent", _to(public_id, "thread"))


@blueprint.get("/calls/<public_id>/dispute/<criterion>")
@needs(Action.DISPUTE)
def object_to(public_id: str, criterion: str) -> Page:
    """The form to object to one criterion."""
    return _dispute_page(public_id, criterion)


@blueprint.post("/calls/<public_id>/dispute/<criterion>")
@needs(Action.DISPUTE)
def raise_dispute(public_id: str, criterion: str) -> Page | Response:
    """Object to one criterion; what was typed stays where that cannot be."""
    typed = request.form.get("reason", "")
    try:
        disputes.raise_dispute(
            deps().open_store,
            deps().rubrics,
            deps().clock,
            actor(),
            public_id,
            criterion=criterion,
            reason=typed,
            seen=request.form.get("seen", ""),
            window=window(),
        )
    except InputInvalid as error:
        return _dispute_page(public_id, criterion, typed=typed, error=error), 422
    except ScoreChanged:
        return _dispute_page(public_id, criterion, typed=typed, changed=True), 409
    except NotDisputable as error:
        return _dispute_page(public_id, criterion, typed=typed, obstacle=error.obstacle), 409
    return tell("dispute_raised", _to(public_id, "disputes-title"))


@blueprint.post("/disputes/<public_id>/withdraw")
@needs(Action.DISPUTE)
def withdraw(public_id: str) -> Response:
    """Take an objection back; one that was decided meanwhile is shown as it is."""
    try:
        ended = disputes.withdraw(deps().open_store, deps().clock, actor(), public_id)
    except DisputeClosed as closed:
        return tell("dispute_closed", _to(closed.call, "disputes-title"))
    return tell("dispute_withdrawn", _to(ended.call, "disputes-title"))


def window() -> timedelta:
    """How long a score can be objected to, and an objection decided."""
    return timedelta(days=deps().settings.dispute_days)


def _read(public_id: str) -> Feedback:
    return feedback(
        deps().open_store, deps().rubrics, deps().clock, actor(), public_id, window=window()
    )


def _page(
    public_id: str, *, typed: str = "", error: InputInvalid | None = None, changed: bool = False
) -> str:
    view = _read(public_id)
    return render_template(
        "agents/feedback.html",
        view=view,
        call=view.stands.detail,
        own=view.stands.detail.record.agent_id == actor().agent_id,
        awaiting=awaiting_in(
            deps().open_store,
            view.stands.detail.scorecard,
            view.stands.review,
            licensing=deps().settings.licenses,
        ),
        typed=typed,
        error=error,
        changed=changed,
        limit=REPLY_LIMIT,
    )


def _dispute_page(
    public_id: str,
    criterion: str,
    *,
    typed: str = "",
    error: InputInvalid | None = None,
    changed: bool = False,
    obstacle: Obstacle | None = None,
) -> str:
    view = _read(public_id)
    point = view.point(criterion)
    if point is None:
        raise NotFound(f"call {public_id} was not scored for {criterion}")
    return render_template(
        "agents/dispute.html",
        view=view,
        call=view.stands.detail,
        point=point,
        typed=typed,
        error=error,
        changed=changed,
        obstacle=obstacle or point.obstacle,
        limit=REASON_LIMIT,
        window_days=window().days,
    )


def _to(public_id: str, place: str | None = None) -> Response:
    address = url_for("feedback.show", public_id=public_id, _anchor=place)
    return make_response(redirect(address, 303))
