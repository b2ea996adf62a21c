"""The cookie of a browser that is logged in: a random token, read by no script and sent to no other site."""

from __future__ import annotations

from flask import Response, request

from webapp.security import secure

_NAME = "callqa"


def name() -> str:
    """Its name. The prefix makes browsers hold it to https, to this host and to the whole of it (RFC 6265bis)."""
    return f"__Host-{_NAME}" if secure() else _NAME


def give(response: Response, token: str) -> None:
    """Let a browser keep a token until it is closed; the server ends it earlier when it is not used."""
    response.set_cookie(name(), token, path="/", secure=secure(), httponly=True, samesite="Lax")


def take_back(response: Response) -> None:
    """Let a browser forget its token."""
    response.delete_cookie(name(), path="/", secure=secure(), httponly=True, samesite="Lax")


def carried() -> str | None:
    """The token that a request came with, whether or not it still lets in."""
    return request.cookies.get(name())
