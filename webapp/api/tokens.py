"""One's own tokens: the keys that let programs act for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from qa.domain.access import Action, Scope
from qa.domain.errors import InputInvalid
from qa.services import tokens
from qa.services.tokens import LIFETIMES_DAYS, NAME_LIMIT, Issued
from webapp import forms
from webapp.accounts.arrival import to
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("tokens", __name__)

SCOPES: Mapping[Scope, Callable[[], str]] = {
    Scope.READ_CALLS: lambda: gettext("Read calls, scorecards and transcripts"),
    Scope.READ_REVIEWS: lambda: gettext("Read submitted reviews"),
    Scope.WRITE_REVIEWS: lambda: gettext("Submit reviews in my name"),
    Scope.READ_METRICS: lambda: gettext("Read the metrics of nights"),
}
_USUAL_DAYS = 90


@blueprint.get("/account/tokens")
@needs(Action.USE_ACCOUNT)
def index() -> str:
    """One's own tokens."""
    return _page({"days": str(_USUAL_DAYS), "scopes": [Scope.READ_CALLS]})


@blueprint.post("/account/tokens")
@needs(Action.USE_ACCOUNT)
def issue() -> str | tuple[str, int]:
    """Make a token; it is shown this once."""
    typed = {
        "name": request.form.get("name", ""),
        "days": request.form.get("days", ""),
        "scopes": request.form.getlist("scopes"),
    }
    try:
        issued = tokens.issue_token(
            deps().open_store,
            actor(),
            deps().clock,
            name=forms.text("name", limit=NAME_LIMIT),
            scopes=request.form.getlist("scopes"),
            days=int(forms.choice("days", [str(days) for days in LIFETIMES_DAYS])),
        )
    except InputInvalid as error:
        return _page(typed, error=error), 422
    return _page({"days": str(_USUAL_DAYS), "scopes": [Scope.READ_CALLS]}, issued=issued)


@blueprint.post("/account/tokens/<token_id>/revoke")
@needs(Action.USE_ACCOUNT)
def revoke(token_id: str) -> Response:
    """End a token."""
    tokens.revoke_token(deps().open_store, actor(), deps().clock, token_id)
    return tell("token_revoked", to(url_for("tokens.index")))


def _page(
    typed: Mapping[str, object], *, error: InputInvalid | None = None, issued: Issued | None = None
) -> str:
    now = deps().clock.now()
    found = tokens.own_tokens(deps().open_store, actor())
    offered = tokens.offered(actor())
    return render_template(
        "api/tokens.html",
        working=[token for token in found if token.works(now)],
        ended=[token for token in found if not token.works(now)],
        offered=[(scope, SCOPES[scope]()) for scope in offered],
        wording={scope: wording() for scope, wording in SCOPES.items()},
        lifetimes=[(str(days), gettext("%(num)s days", num=days)) for days in LIFETIMES_DAYS],
        limit=NAME_LIMIT,
        typed=typed,
        error=error,
        issued=issued,
    )
