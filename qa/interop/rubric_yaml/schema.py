"""The JSON Schema of rubrics, and its findings said so that the writer of a rubric can act on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from qa.domain.errors import RubricInvalid
from qa.interop.rubric_yaml.document import Node, fault, shown

_TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of rubrics."""
    text = (resources.files("rubrics") / "schema" / "rubric.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def check_form(document: Node) -> None:
    """Hold a document against the schema, and its ids against one another.

    Raises:
        RubricInvalid: A field is unknown, missing or of the wrong kind, or an id is used twice.
    """
    error = best_match(_validator().iter_errors(document.plain()))
    if error is not None:
        raise _invalid(document, error)
    for part in ("sections", "criteria"):
        seen: set[object] = set()
        for place, node in enumerate(
            document.fields[part].items if part in document.fields else ()
        ):
            own = node.fields["id"].value
            if own in seen:
                raise fault(document, (part, place, "id"), f"the id `{own}` is used twice")
            seen.add(own)


def nearest(word: str, known: Iterable[str]) -> str:
    """What somebody may have meant by a word that is not known, or all that is known."""
    known = sorted(known)
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"


def _invalid(document: Node, error: ValidationError) -> RubricInvalid:
    path = list(error.absolute_path)
    if error.validator != "additionalProperties":
        return fault(document, path, _said(error), hint=_advice(error))
    rules: Any = error.schema
    known: Mapping[str, Any] = rules.get("properties", {})
    fields = document.at(path).fields
    stranger = next(key for key in fields if key not in known)
    return fault(
        document,
        path,
        f"`{shown(stranger)}` is not known here",
        hint=nearest(stranger, known),
        place=fields[stranger].key_place,
    )


def _said(error: ValidationError) -> str:
    rules: Any = error.schema
    steps = list(error.absolute_schema_path)
    if error.validator == "not" and "dependentSchemas" in steps:
        return f"it cannot stand beside `{steps[steps.index('dependentSchemas') + 1]}`"
    if error.validator == "pattern" and "description" in rules:
        return f"{_described(error.instance)} is none: {rules['description']}"
    say = _WORDINGS.get(str(error.validator))
    return say(error.validator_value, error.instance) if say else shown(error.message)


def _missing(required: Any, instance: Any) -> str:
    return f"`{next(key for key in required if key not in instance)}` is missing"


def _one_missing(choices: Any, _: Any) -> str:
    return f"one of `{'`, `'.join(choice['required'][0] for choice in choices)}` is missing"


def _wrong_type(wanted: Any, instance: Any) -> str:
    if instance is None:
        return "it is empty"
    return f"it must be {_TYPES[wanted]}, not {_described(instance)}"


def _described(instance: Any) -> str:
    if isinstance(instance, dict | list):
        return _TYPES["object" if isinstance(instance, dict) else "array"]
    return f"`{str(instance).lower() if isinstance(instance, bool) else shown(str(instance))}`"


_WORDINGS: Mapping[str, Callable[[Any, Any], str]] = {
    "required": _missing,
    "anyOf": _one_missing,
    "type": _wrong_type,
    "const": lambda value, found: f"it must be `{value}`, not {_described(found)}",
    "enum": lambda values, found: (
        f"it must be one of {', '.join(map(str, values))}, not {_described(found)}"
    ),
    "minimum": lambda least, found: f"it must be {least} or more, not {_described(found)}",
    "maximum": lambda most, found: f"it must be {most} or less, not {_described(found)}",
    "exclusiveMinimum": lambda least, found: (
        f"it must be more than {least}, not {_described(found)}"
    ),
    "pattern": lambda pattern, found: f"{_described(found)} is not of the form {pattern}",
    "dependentRequired": lambda needs, _: " and ".join(
        f"`{key}` goes with `{'`, `'.join(others)}`" for key, others in needs.items()
    ),
    "minLength": lambda *_: "it is empty",
    "minItems": lambda least, _: f"it needs {least} or more",
    "maxItems": lambda most, _: f"it has more than {most}",
    "maxLength": lambda most, _: f"it is longer than {most} characters",
    "uniqueItems": lambda *_: "something is in it twice",
    "minProperties": lambda *_: "it is empty",
    "maxProperties": lambda _, found: (
        f"one operator at a time, not `{'` and `'.join(map(shown, found))}`"
    ),
}


def _advice(error: ValidationError) -> str:
    if (
        error.validator == "type"
        and error.validator_value == "string"
        and error.instance is not None
    ):
        return "put it in quotes" if not isinstance(error.instance, dict | list) else ""
    if error.validator == "maxProperties":
        return "join several under `all` or `any`"
    return ""
