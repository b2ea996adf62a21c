"""Errors of the API as problem documents (RFC 9457), in the language of the request."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from qa.domain.errors import InputInvalid, QAError, TokenRefused
from qa.domain.phrasebook import PHRASEBOOK
from qa.domain.wording import Reason, render
from qa.services.review import ReviewChanged
from webapp.api.models import CurrentState, Fault, Problem
from webapp.errors import status_of
from webapp.guard import LoginNeeded
from webapp.i18n import language
from webapp.security import from_program

CONTENT_TYPE = "application/problem+json"
PREFIX = "/api/"

_log = logging.getLogger(__name__)

_HTTP_CODES = {
    400: "bad_request",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


class RequestInvalid(Exception):
    """A request does not have the form that the API takes.

    Args:
        status: 400 for what cannot be read, 422 for what cannot be taken.
        faults: What is wrong where.
    """

    def __init__(self, status: int, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.status = status
        self.faults = faults


def register(blueprint: Blueprint) -> None:
    """Answer whatever goes wrong in a blueprint's views with a problem document."""
    blueprint.register_error_handler(RequestInvalid, _invalid)
    blueprint.register_error_handler(LoginNeeded, _unknown_caller)
    blueprint.register_error_handler(QAError, _known)
    blueprint.register_error_handler(HTTPException, of_http)
    blueprint.register_error_handler(Exception, _unknown)


def fault(field: str, reason: Reason) -> Fault:
    """What is wrong with one part of a request."""
    return Fault(field=field, code=reason.code, detail=render(reason, language()))


def faults_of(error: ValidationError) -> list[Fault]:
    """What a model did not take, each with where it is."""
    return [
        fault(".".join(map(str, each["loc"])), _reason(each))
        for each in error.errors(include_url=False, include_input=False)
    ]


_REASONS = {
    "missing": "form.required",
    "string_too_short": "form.required",
    "extra_forbidden": "api.unknown_field",
    "json_invalid": "api.not_json",
    "too_long": "api.too_many",
    "greater_than_equal": "api.too_small",
    "less_than_equal": "api.too_large",
    "int_parsing": "api.not_whole",
    "int_type": "api.not_whole",
    "bool_parsing": "api.not_yes_or_no",
    "bool_type": "api.not_yes_or_no",
    "datetime_parsing": "api.not_a_moment",
    "literal_error": "api.not_offered",
    "enum": "api.not_offered",
    "string_pattern_mismatch": "api.not_offered",
}


def _reason(error: Mapping[str, Any]) -> Reason:
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "string_too_long":
        return Reason("api.too_long", {"limit": context["max_length"]})
    code = _REASONS.get(kind, "api.wrong_kind")
    limit = context.get("max_length") or context.get("ge", context.get("le"))
    return Reason(code, {"limit": limit} if "{limit}" in PHRASEBOOK[code]["en"] else {})


def _invalid(error: RequestInvalid) -> Response:
    code = "bad_request" if error.status == HTTPStatus.BAD_REQUEST else "input_invalid"
    return _answer(error.status, code, errors=error.faults)


def _unknown_caller(_error: LoginNeeded) -> Response:
    return _known(TokenRefused(Reason("token.missing")))


def _known(error: QAError) -> Response:
    if isinstance(error, TokenRefused):
        return _unauthorised(error)
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s: %s", error.code, error.message)
    if isinstance(error, InputInvalid):
        errors = [fault(_place(error.field), error.reason)]
        return _answer(status, error.code, errors=errors)
    if isinstance(error, ReviewChanged):
        name = error.current.reviewer.name if error.current else ""
        told = render(Reason(f"api.changed_{error.change}", {"name": name}), language())
        return _answer(status, error.code, detail=told, current=_current(error))
    reason = getattr(error, "reason", None)
    detail = render(reason, language()) if isinstance(reason, Reason) else ""
    return _answer(status, error.code, detail=detail)


def _place(field: str) -> str:
    """The name of a field of a review's form as it is in a request."""
    return f"decisions.{field}" if "." in field else field


def _current(error: ReviewChanged) -> CurrentState:
    return CurrentState(
        change=error.change.value,
        scorecard=error.basis.scorecard,
        base=error.basis.review,
        draft_revision=error.draft.revision if error.draft else 0,
    )


def _unauthorised(error: TokenRefused) -> Response:
    code = error.reason.code.replace(".", "_")
    response = _answer(401, code, detail=render(error.reason, language()))
    challenge = 'Bearer realm="Call QA"'
    if from_program():
        challenge += ', error="invalid_token"'
    response.headers["WWW-Authenticate"] = challenge
    return response


def of_http(error: HTTPException) -> Response | HTTPException:
    """What the framework refused, such as an address that is not there or a body that is too large."""
    status = error.code
    if status is None or status < HTTPStatus.BAD_REQUEST:
        return error
    response = _answer(status, _HTTP_CODES.get(status, "refused"))
    allowed = dict(error.get_headers()).get("Allow")
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _unknown(error: Exception) -> Response:
    """A fault of ours. The log gets the frames and the kind, never the message: it may quote a call."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed: %s\n%s", request.endpoint, type(error).__name__, frames)
    return _answer(500, "internal_error")


def _answer(
    status: int,
    code: str,
    *,
    detail: str = "",
    errors: Sequence[Fault] = (),
    current: CurrentState | None = None,
) -> Response:
    title, advice = _wording(status)
    problem = Problem(
        type=f"urn:callqa:problem:{code}",
        title=title,
        status=status,
        code=code,
        detail=detail or advice,
        errors=list(errors),
        current=current,
    )
    response = Response(problem.model_dump_json(), status, mimetype=CONTENT_TYPE)
    response.headers["Content-Language"] = language()
    return response


def _wording(status: int) -> tuple[str, str]:
    """What a status means, and what to do about it."""
    known = {
        400: (
            gettext("The request cannot be read"),
            gettext("Send what the API's document describes; nothing was changed."),
        ),
        401: (gettext("Nobody knows who asks"), ""),
        403: (
            gettext("That is not allowed"),
            gettext("Your role or your token's permissions do not include it."),
        ),
        404: (
            gettext("There is nothing here"),
            gettext("It may have been removed, or it is not yours to see."),
        ),
        405: (
            gettext("That cannot be done here"),
            gettext("The Allow header says what can be."),
        ),
        409: (
            gettext("Somebody changed this meanwhile"),
            gettext("Nothing was overwritten. Read it again, and decide again."),
        ),
        413: (
            gettext("That is too much at once"),
            gettext("Nothing was changed. Send less."),
        ),
        415: (
            gettext("This kind of content is not read"),
            gettext("Send JSON, and say so: Content-Type: application/json."),
        ),
        422: (
            gettext("Something in the request cannot be taken"),
            gettext("Nothing was changed; “errors” says what is wrong where."),
        ),
        429: (
            gettext("Too often in a short time"),
            gettext("Wait a little, then try again. Nothing was changed."),
        ),
        503: (
            gettext("The store cannot be reached"),
            gettext("Nothing is lost. Try again in a minute."),
        ),
    }
    return known.get(
        status,
        (
            gettext("Something went wrong on our side"),
            gettext("Nothing is lost; the log of “qa serve” says more."),
        ),
    )
