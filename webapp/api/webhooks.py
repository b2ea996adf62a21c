"""Who is told of what happens here: for admins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from qa import bootstrap
from qa.domain.access import Action
from qa.domain.errors import InputInvalid
from qa.domain.webhook import TEST_EVENT, DeliveryState, Event
from qa.ports.programs import Sender
from qa.services import webhooks
from qa.services.webhooks import Added
from webapp.accounts.arrival import to
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("webhooks", __name__)

EVENTS: Mapping[str, Callable[[], str]] = {
    Event.SCORECARD_READY: lambda: gettext("A call was scored"),
    Event.REVIEW_SUBMITTED: lambda: gettext("A review was submitted"),
    Event.DISPUTE_OPENED: lambda: gettext("An agent disputes a criterion"),
    Event.NIGHT_FINISHED: lambda: gettext("A night ended"),
    TEST_EVENT: lambda: gettext("Test message"),
}
STATES: Mapping[DeliveryState, Callable[[], str]] = {
    DeliveryState.WAITING: lambda: gettext("Waiting"),
    DeliveryState.DELIVERED: lambda: gettext("Delivered"),
    DeliveryState.GIVEN_UP: lambda: gettext("Given up"),
}
LONGEST_ADDRESS = 500


@blueprint.app_template_global()
def event_name(event: str) -> str:
    """What happened, in words."""
    return EVENTS[event]() if event in EVENTS else event


@blueprint.app_template_global()
def delivery_state(state: DeliveryState) -> str:
    """How far a message is, in words."""
    return STATES[state]()


@blueprint.get("/admin/webhooks")
@needs(Action.MANAGE_WEBHOOKS)
def index() -> str:
    """All addresses."""
    return _list({"events": list(Event)})


@blueprint.post("/admin/webhooks")
@needs(Action.MANAGE_WEBHOOKS)
def add() -> str | tuple[str, int]:
    """Enter an address; its secret is shown this once."""
    url, events = request.form.get("url", ""), request.form.getlist("events")
    try:
        added = webhooks.add_webhook(
            deps().open_store,
            _sender(),
            actor(),
            deps().clock,
            url=url,
            events=events,
        )
    except InputInvalid as error:
        return _list({"url": url, "events": events}, error), 422
    return _one(added.webhook.public_id, added=added)


@blueprint.get("/admin/webhooks/<webhook_id>")
@needs(Action.MANAGE_WEBHOOKS)
def one(webhook_id: str) -> str:
    """One address, and what was sent to it."""
    return _one(webhook_id)


@blueprint.post("/admin/webhooks/<webhook_id>")
@needs(Action.MANAGE_WEBHOOKS)
def change(webhook_id: str) -> Response | tuple[str, int]:
    """Change what an address is told of, or pause it."""
    chosen = request.form.getlist("events")
    try:
        webhooks.change_webhook(
            deps().open_store,
            actor(),
            webhook_id,
            events=chosen,
            active=request.form.get("active") == "yes",
        )
    except InputInvalid as error:
        return _one(webhook_id, chosen=chosen, error=error), 422
    return tell("saved", to(url_for("webhooks.one", webhook_id=webhook_id)))


@blueprint.post("/admin/webhooks/<webhook_id>/remove")
@needs(Action.MANAGE_WEBHOOKS)
def remove(webhook_id: str) -> Response:
    """Forget an address."""
    webhooks.remove_webhook(deps().open_store, actor(), webhook_id)
    return tell("webhook_removed", to(url_for("webhooks.index")))


@blueprint.post("/admin/webhooks/<webhook_id>/test")
@needs(Action.MANAGE_WEBHOOKS)
def test(webhook_id: str) -> Response:
    """Send a message that says nothing, and show what became of it."""
    webhooks.send_test(deps().open_store, _sender(), actor(), deps().clock, webhook_id)
    return tell("test_sent", to(url_for("webhooks.one", webhook_id=webhook_id)))


@blueprint.post("/admin/deliveries/<delivery_id>/again")
@needs(Action.MANAGE_WEBHOOKS)
def again(delivery_id: str) -> Response:
    """Have a message sent once more."""
    webhook = webhooks.send_again(deps().open_store, actor(), deps().clock, delivery_id)
    return tell("sending_again", to(url_for("webhooks.one", webhook_id=webhook)))


def _sender() -> Sender:
    return bootstrap.sender(deps().settings)


def _list(typed: Mapping[str, object], error: InputInvalid | None = None) -> str:
    return render_template(
        "api/webhooks.html",
        webhooks=webhooks.list_webhooks(deps().open_store, actor()),
        events=tuple(Event),
        limit=LONGEST_ADDRESS,
        typed=typed,
        error=error,
    )


def _one(
    webhook_id: str,
    *,
    added: Added | None = None,
    chosen: Collection[str] | None = None,
    error: InputInvalid | None = None,
) -> str:
    history = webhooks.webhook_history(deps().open_store, actor(), webhook_id)
    return render_template(
        "api/webhook.html",
        webhook=history.webhook,
        deliveries=history.deliveries,
        events=tuple(Event),
        chosen=history.webhook.events if chosen is None else chosen,
        added=added,
        error=error,
    )
