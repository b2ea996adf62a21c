"""Operations of the API: what each takes and gives, told once, for the request and for the document alike."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from qa.domain.access import Action, Scope
from qa.domain.wording import Reason
from webapp.api.models import Model
from webapp.api.problems import RequestInvalid, fault, faults_of
from webapp.guard import needs, public
from webapp.i18n import language

BODY_LIMIT_BYTES = 1 << 20
"""Of a request: a review with every text at its limit is refused earlier, by the limits of its fields."""

_View = TypeVar("_View", bound=Callable[..., Any])
_Asked = TypeVar("_Asked", bound=Model)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        name: Its id in the document, and the endpoint's name.
        scope: What a token needs for it; ``None`` for any token.
        path: Parameters of the rule, with what they are.
        problems: Statuses that it may answer besides success, and besides those that any may.
        repeats: Status and meaning of the answer to a request that had been made before.
    """

    name: str
    method: str
    rule: str
    summary: str
    scope: Scope | None
    path: Mapping[str, str]
    query: type[Model] | None
    headers: type[Model] | None
    body: type[Model] | None
    answer: type[Model]
    status: int
    problems: tuple[int, ...]
    repeats: tuple[int, str] | None


OPERATIONS: list[Operation] = []
"""All of them, in the order in which they are documented."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view gives where the model alone does not say it.

    Attributes:
        status: ``None`` for the operation's own.
        location: Address of what was made.
    """

    model: Model
    status: int | None = None
    location: str | None = None


def operation(
    blueprint: Blueprint,
    method: str,
    rule: str,
    *,
    summary: str,
    answer: type[Model],
    action: Action | None,
    scope: Scope | None = None,
    path: Mapping[str, str] | None = None,
    query: type[Model] | None = None,
    headers: type[Model] | None = None,
    body: type[Model] | None = None,
    status: int = 200,
    problems: tuple[int, ...] = (),
    repeats: tuple[int, str] | None = None,
) -> Callable[[_View], _View]:
    """Make a view of a blueprint that gets what was asked as models and gives a model.

    Args:
        blueprint: Where it belongs.
        method: ``GET`` or ``POST``.
        rule: Its address, under the blueprint's.
        summary: What it does, in one line.
        answer: What it gives.
        action: What it is for; ``None`` for a view that looks itself who asks.
        scope: What a token needs for it.
        path: Parameters of the rule, with what they are.
        query: What the address may ask; given to the view as ``query``.
        headers: Headers that are read; given as ``headers``.
        body: What is sent; given as ``body``.
        status: Of its answer.
        problems: Statuses of problems that it may answer.
        repeats: Status and meaning of the answer to a repeat.
    """

    def register(view: _View) -> _View:
        described = Operation(
            name=view.__name__,
            method=method,
            rule=rule,
            summary=summary,
            scope=scope,
            path=path or {},
            query=query,
            headers=headers,
            body=body,
            answer=answer,
            status=status,
            problems=problems,
            repeats=repeats,
        )
        OPERATIONS.append(described)

        @functools.wraps(view)
        def answered(**values: str) -> Response:
            asked: dict[str, Model] = {}
            _refuse_unknown(query)
            if query:
                asked["query"] = _query(query)
            if headers:
                asked["headers"] = _headers(headers)
            if body:
                asked["body"] = _body(body)
            given = view(**values, **asked)
            return _response(given if isinstance(given, Answer) else Answer(given), described)

        mark = needs(action) if action else public
        blueprint.add_url_rule(rule, view.__name__, mark(answered), methods=[method])
        return view

    return register


def _query(model: type[_Asked]) -> _Asked:
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise RequestInvalid(422, faults_of(error)) from None


def _refuse_unknown(model: type[Model] | None) -> None:
    """Refuse what an operation does not know, for a filter that is silently left out would lie."""
    known = model.model_fields if model else {}
    faults = [
        fault(name, Reason("api.repeated" if name in known else "api.unknown_field"))
        for name, values in request.args.lists()
        if name not in known or len(values) > 1
    ]
    if faults:
        raise RequestInvalid(422, faults)


def _headers(model: type[_Asked]) -> _Asked:
    names = [field.alias or name for name, field in model.model_fields.items()]
    sent = {name: request.headers[name] for name in names if name in request.headers}
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise RequestInvalid(422, faults_of(error)) from None


def _body(model: type[_Asked]) -> _Asked:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    request.max_content_length = BODY_LIMIT_BYTES
    try:
        return model.model_validate_json(request.get_data(cache=False), strict=True)
    except ValidationError as error:
        unread = any(each["type"] == "json_invalid" for each in error.errors())
        raise RequestInvalid(400 if unread else 422, faults_of(error)) from None


def _response(given: Answer, described: Operation) -> Response:
    response = Response(
        given.model.model_dump_json(), given.status or described.status, mimetype="application/json"
    )
    response.headers["Content-Language"] = language()
    if given.location:
        response.headers["Location"] = given.location
    if described.method == "GET":
        response.add_etag()
        response.make_conditional(request)
    return response
