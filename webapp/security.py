"""What every response carries and which requests are refused.

The app has no accounts: whoever reaches it hears customers. So it answers only to loopback names, and
only to its own pages; another site open in the same browser gets nothing from it.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, abort, g, request

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
"""The names that the app answers to; any other ``Host`` is refused (DNS rebinding)."""

_OWN = ("same-origin", "none")

_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def init_app(app: Flask) -> None:
    """Guard an app's requests and responses."""
    app.config["TRUSTED_HOSTS"] = list(LOOPBACK_NAMES)
    app.before_request(_refuse_foreign)
    app.after_request(_harden)
    app.context_processor(lambda: {"style_nonce": _style_nonce})


def _refuse_foreign() -> None:
    """Refuse what another site's page asks for; following a link to the app is allowed.

    Browsers say where a request comes from in ``Sec-Fetch-*``; other clients send none.
    """
    if request.headers.get("Sec-Fetch-Site", "none") in _OWN:
        return
    follows_link = (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )
    if not follows_link:
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
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
