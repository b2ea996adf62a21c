"""Logging in at an OpenID Connect provider: there by a link, back by the address that was registered with it.

Both are GET, for a redirect is all that a provider knows, and a form that leads to another site is refused by
our own content security policy.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext

from qa.domain.errors import InputInvalid, ProviderUnavailable
from qa.ports.identity import OpenIdProvider
from qa.services import oidc
from webapp.accounts.arrival import client, let_in, same_site, to
from webapp.accounts.entry import login_page
from webapp.deps import deps
from webapp.guard import public
from webapp.security import own_origin, secure

blueprint = Blueprint("openid", __name__)

_COOKIE = "callqa-openid"
_SEPARATOR = " "
"""Between what the service keeps and where to go on to: part of neither."""


@blueprint.get("/login/openid")
@public
def begin() -> Response:
    """Send a browser to the provider."""
    on_to = same_site(request.args.get("next"))
    try:
        address, kept = oidc.begin(_provider(), deps().clock, _back())
    except ProviderUnavailable:
        return login_page(502, on_to=on_to, refusal=_unavailable())
    response = to(address)
    response.set_cookie(
        _cookie(),
        f"{kept}{_SEPARATOR}{on_to}",
        max_age=oidc.HANDSHAKE_S,
        secure=secure(),
        httponly=True,
        samesite="Lax",  # it must come along when the provider sends the browser back
    )
    return response


@blueprint.get("/login/openid/back")
@public
def back() -> Response:
    """Let somebody in who comes back from the provider."""
    kept, _, address = request.cookies.get(_cookie(), "").partition(_SEPARATOR)
    on_to = same_site(address)
    try:
        logged_in = oidc.finish(
            deps().open_store,
            _provider(),
            deps().clock,
            deps().rules,
            kept=kept,
            state=request.args.get("state"),
            code=request.args.get("code"),
            redirect_uri=_back(),
            client=client(),
            create=deps().open_id_role,
        )
    except InputInvalid as error:
        response = login_page(422, on_to=on_to, error=error)
    except ProviderUnavailable:
        response = login_page(502, on_to=on_to, refusal=_unavailable())
    else:
        response = let_in(to(on_to), logged_in)
    response.delete_cookie(_cookie(), secure=secure(), httponly=True, samesite="Lax")
    return response


def _provider() -> OpenIdProvider:
    return deps().open_id or abort(404)


def _back() -> str:
    return own_origin() + url_for("openid.back")


def _cookie() -> str:
    return f"__Host-{_COOKIE}" if secure() else _COOKIE


def _unavailable() -> str:
    said: str = gettext("The login provider does not answer. Try again in a moment.")
    return said
