"""What every way in has in common: from where somebody comes, where they go on to, and their cookie."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, request, url_for
from flask_babel import ngettext

from qa.domain.access import Action, actor_of, may
from qa.domain.errors import InputInvalid
from qa.domain.people import Client
from qa.domain.wording import Reason
from qa.services import login
from qa.services.login import LoggedIn
from webapp import cookies
from webapp.deps import deps

_BROWSER_LIMIT = 300
_ADDRESS_LIMIT = 2_000
_COUNTED_IN_SECONDS = 120
"""Beyond two minutes nobody counts seconds."""


def client() -> Client:
    """From where a request comes."""
    return Client(request.remote_addr or "", request.user_agent.string[:_BROWSER_LIMIT])


def same_site(address: str | None) -> str:
    """An address to go on to after logging in: a path of this app, else the front page.

    Browsers drop tabs and line ends from addresses and read a backslash as a slash, so a path that begins with
    a slash, a tab and a slash is another site's; none of these is ever part of an address that this app makes.
    """
    front = url_for("calls.index")
    if not address or len(address) > _ADDRESS_LIMIT:
        return front
    if not address.startswith("/") or address.startswith("//"):
        return front
    return address if address.isprintable() and "\\" not in address else front


def page_before() -> str:
    """The page that a request was made from, to go back to."""
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if parts.netloc != request.host:
        return same_site(None)
    return same_site(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def to(address: str) -> Response:
    """A redirect as the kind of response that the views here return."""
    return make_response(redirect(address))


def page_of(address: str) -> Response:
    """From where a form alone is sent to, to the page that it stands on, with what the address asks besides.

    Somebody came back to it, or switched the language there.
    """
    query = request.query_string.decode("ascii", "replace")
    return to(f"{address}?{query}" if query else address)


def let_in(response: Response, logged_in: LoggedIn) -> Response:
    """Give a browser its new login; the one that it had is ended.

    Whose front page is not the list of calls, which they may not see, is led to theirs.
    """
    before = cookies.carried()
    if before is not None:
        login.log_out(deps().open_store, deps().clock, before)
    cookies.give(response, logged_in.token)
    sees_calls = may(actor_of(logged_in.user), Action.SEE_CALLS)
    if response.location == url_for("calls.index") and not sees_calls:
        response.location = url_for("nights.index")
    return response


def waiting(wait_s: int) -> str:
    """How long to wait, in words; empty for not at all."""
    if not wait_s:
        return ""
    if wait_s < _COUNTED_IN_SECONDS:
        worded: str = ngettext("%(num)d second", "%(num)d seconds", wait_s)
    else:
        worded = ngettext("%(num)d minute", "%(num)d minutes", -(-wait_s // 60))
    return worded


def unequal() -> InputInvalid:
    """What is wrong with a password that was typed differently the second time."""
    return InputInvalid("the passwords differ", field="repeated", reason=Reason("password.unequal"))
