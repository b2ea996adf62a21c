"""The OpenAPI 3.1 document of the API, made from its operations and models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from qa.domain.access import Scope
from webapp.api.models import Model, Problem
from webapp.api.operations import Operation
from webapp.api.problems import CONTENT_TYPE

VERSION = "1.0.0"
"""Of the API: the first number is in its address, the second rises with what is added."""
BASE = "/api/v1"

SCOPES: Mapping[Scope, str] = {
    Scope.READ_CALLS: "Read calls, scorecards and transcripts.",
    Scope.READ_REVIEWS: "Read submitted reviews.",
    Scope.WRITE_REVIEWS: "Submit reviews.",
    Scope.READ_METRICS: "Read `/metrics`, figures of nights for Prometheus.",
}
_REFERENCE = "#/components/schemas/{model}"
_MEANINGS = {
    304: "Nothing has changed since the `ETag` that `If-None-Match` names.",
    400: "The request cannot be read.",
    401: "There is no token, or it does not let in.",
    403: "The role or the token's scopes do not include it.",
    404: "It is not there, not yours to see, or your account is linked to no agent.",
    409: "Somebody changed it meanwhile, or a dispute has to be settled first.",
    413: "The body is too large.",
    415: "The body is not said to be JSON.",
    422: "Something in the request cannot be taken; `errors` says what is wrong where.",
    500: "A fault of the server.",
    503: "The store cannot be reached.",
}
_ALWAYS = (401, 403, 422, 500, 503)

Document = dict[str, Any]


def document(operations: Sequence[Operation]) -> Document:
    """The document of some operations."""
    taken = {of for each in operations for of in (each.query, each.headers, each.body) if of}
    given = {each.answer for each in operations} | {Problem}
    _, definitions = models_json_schema(
        sorted(
            [(model, "validation") for model in taken]
            + [(model, "serialization") for model in given],
            key=lambda pair: pair[0].__name__,
        ),
        ref_template=_REFERENCE,
    )
    schemas = definitions["$defs"]
    paths: dict[str, Document] = {}
    for each in operations:
        rule = each.rule.replace("<", "{").replace(">", "}")
        paths.setdefault(rule, {})[each.method.lower()] = _operation(each, schemas)
    for model in taken:
        if all(model is not each.body for each in operations):
            # Parameters are told one by one.
            schemas.pop(model.__name__, None)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Call QA",
            "version": VERSION,
            "description": "Scored calls, what counts for them after review, and the reviews.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": BASE}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "cqa_…",
                    "description": "A token of “My account”; "
                    + " ".join(f"`{scope}`: {meaning}" for scope, meaning in SCOPES.items()),
                },
                "browser": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "callqa",
                    "description": "The login of a browser, for reading alone.",
                },
            },
        },
    }


def _operation(of: Operation, schemas: Mapping[str, Document]) -> Document:
    security: list[Document] = [{"token": [str(of.scope)] if of.scope else []}]
    if of.method == "GET":
        security.append({"browser": []})
    told: Document = {
        "operationId": of.name,
        "summary": of.summary,
        "security": security,
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": meaning,
                "schema": {"type": "string"},
            }
            for name, meaning in of.path.items()
        ]
        + _parameters(of.query, "query", schemas)
        + _parameters(of.headers, "header", schemas),
        "responses": _responses(of),
    }
    if of.body:
        told["requestBody"] = {"required": True, "content": _content(of.body, "application/json")}
    return told


def _parameters(
    model: type[Model] | None, place: str, schemas: Mapping[str, Document]
) -> list[Document]:
    """The fields of a model as parameters. What may be left out is left out: null cannot be written."""
    if model is None:
        return []
    parameters = []
    for name, schema in schemas[model.__name__]["properties"].items():
        told = {key: value for key, value in schema.items() if key not in {"title", "anyOf"}}
        for choice in schema.get("anyOf", ()):
            if choice.get("type") != "null":
                told |= choice
        if told.get("default", "") is None:
            del told["default"]
        description = told.pop("description", "")
        parameter: Document = {"name": name, "in": place, "required": False, "schema": told}
        if description:
            parameter["description"] = description
        parameters.append(parameter)
    return parameters


def _responses(of: Operation) -> Document:
    told: Document = {str(of.status): _success(of, "The answer.")}
    if of.repeats:
        status, meaning = of.repeats
        told[str(status)] = _success(of, meaning)
    if of.method == "GET":
        told["304"] = {"description": _MEANINGS[304]}
    for status in sorted({*_ALWAYS, *of.problems}):
        told[str(status)] = {
            "description": _MEANINGS[status],
            "content": _content(Problem, CONTENT_TYPE),
        }
    return told


def _success(of: Operation, meaning: str) -> Document:
    told: Document = {"description": meaning, "content": _content(of.answer, "application/json")}
    if of.method == "GET":
        told["headers"] = {"ETag": {"schema": {"type": "string"}}}
    else:
        told["headers"] = {"Location": {"schema": {"type": "string"}}}
    return told


def _content(model: type[Model], kind: str) -> Document:
    return {kind: {"schema": {"$ref": _REFERENCE.format(model=model.__name__)}}}
