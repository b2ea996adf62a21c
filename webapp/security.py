"""What every response carries, and which requests are refused before any view is asked.

The app answers to the names it was given and to no other, and it changes nothing for a request that does not
come from its own pages; another site open in the same browser gets nothing from it. Who asks, and whether they
may, is the guard's part (``webapp.guard``).
"""

from __future__ import annotations

import secrets
from http import HTTPStatus

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from qa.config import Settings

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
"""The names that reach this machine from itself alone."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""What changes nothing, wherever it comes from."""

FORM_LIMIT_BYTES = 4 * 2**20
"""The longest form: a note of 1 MB, percent-encoded, still reaches the field that says it is too long."""

_HSTS = "max-age=31536000; includeSubDomains"

_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not “no-referrer”: under it a browser sends “Origin: null” with our own forms, and over plain http to
    # another machine the origin is all that tells our pages from somebody else's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def init_app(app: Flask, settings: Settings) -> None:
    """Guard an app's requests and responses."""
    app.config.update(
        TRUSTED_HOSTS=[*LOOPBACK_NAMES, *settings.hosts],
        HTTPS=settings.https,
        PLAIN_TO_OTHERS=bool(settings.hosts) and not settings.https,
        MAX_CONTENT_LENGTH=FORM_LIMIT_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT_BYTES,
    )
    if settings.proxies:
        # The name asked for must be passed on in Host itself, which is checked like any other.
        depth = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=depth, x_proto=depth)  # type: ignore[method-assign]
    app.before_request(_refuse_foreign)
    app.after_request(_harden)
    app.context_processor(lambda: {"style_nonce": _style_nonce})


def from_program() -> bool:
    """Whether a request carries a token, which no browser adds by itself, instead of a cookie."""
    return request.authorization is not None and request.authorization.type == "bearer"


def secure() -> bool:
    """Whether browsers reach the app over https, directly or through a proxy that ends it."""
    return bool(current_app.config["HTTPS"]) or request.is_secure


def own_origin() -> str:
    """The origin that this request's own pages have, as browsers write it."""
    return f"{'https' if secure() else 'http'}://{request.host}"


def _refuse_foreign() -> None:
    """Refuse what another site's page asks for; following a link to the app is allowed.

    Browsers say where a request comes from in ``Sec-Fetch-Site``, but over plain http only to the machine
    itself; ``Origin`` comes with every form in either case. Other clients send neither, so they read with a
    cookie but change nothing without a token.
    """
    if from_program():
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site == "same-origin":
        return
    if request.method not in SAFE_METHODS:
        if site in {None, "none"} and request.headers.get("Origin") == own_origin():
            return
        abort(403)
    follows_link = (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )
    if site not in {None, "none"} and not follows_link:
        abort(403)


def _style_nonce() -> str:
    """The nonce that wavesurfer needs for the one style element of its shadow root."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    nonce: str = g.style_nonce
    return nonce


def _harden(response: Response) -> Response:
    styles = f"'self' 'nonce-{g.style_nonce}'" if "style_nonce" in g else "'self'"
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self' data:",  # Pico's form icons are data URLs in its style sheet
            "font-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
    response.headers.extend(_HEADERS)
    if secure() or not current_app.config["PLAIN_TO_OTHERS"]:
        # Browsers have it only where nobody can have changed it on the way, and complain of it elsewhere.
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if current_app.config["HTTPS"]:
        response.headers["Strict-Transport-Security"] = _HSTS
    if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
        response.cache_control.immutable = True
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
