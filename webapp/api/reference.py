"""The reference part of docs/api.md, made from the operations and models like the OpenAPI document.

``python -m webapp.api.reference`` writes it; a test holds that it is what this makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from webapp.api import views
from webapp.api.openapi import BASE, SCOPES, Document, document
from webapp.api.operations import OPERATIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
MARK = "<!-- From here on this page is written by `python -m webapp.api.reference`. -->"


def reference() -> str:
    """The reference as Markdown."""
    told = document(OPERATIONS)
    lines = ["", "## Permissions", "", "| Scope | Lets a token |", "|---|---|"]
    lines += [f"| `{scope}` | {meaning} |" for scope, meaning in SCOPES.items()]
    lines += ["", "## Operations"]
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            lines += _operation(f"{method.upper()} {BASE}{path}", operation)
    lines += ["", "## Models"]
    for name, schema in told["components"]["schemas"].items():
        lines += _model(name, schema)
    return "\n".join(lines) + "\n"


def _operation(address: str, operation: Document) -> Iterator[str]:
    yield from ("", f"### {address}", "", f"{operation['summary']}.")
    scopes = operation["security"][0]["token"]
    yield from ("", f"Scope: {', '.join(f'`{each}`' for each in scopes) or 'any'}.")
    if operation["parameters"]:
        yield from ("", "| Parameter | In | Type | What it is |", "|---|---|---|---|")
    for each in operation["parameters"]:
        schema = each["schema"]
        default = f" Default: {schema['default']}." if "default" in schema else ""
        meaning = f"{each.get('description', '')}{default}".strip()
        yield f"| `{each['name']}` | {each['in']} | {_type(schema)} | {meaning} |"
    yield ""
    if "requestBody" in operation:
        yield f"Body: {_content(operation['requestBody'])}."
        yield ""
    answers = [
        f"`{status}` {_content(answer)}".strip()
        for status, answer in operation["responses"].items()
        if status < "300"
    ]
    problems = [f"`{status}`" for status in operation["responses"] if status >= "300"]
    yield f"Answers: {', '.join(answers)}; or {', '.join(problems)}."


def _model(name: str, schema: Document) -> Iterator[str]:
    yield from ("", f"### {name}", "", schema.get("description", "").replace("``", "`"))
    if "enum" in schema:
        yield from ("", "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + ".")
        return
    yield from ("", "| Field | Type | What it is |", "|---|---|---|")
    needed = schema.get("required", ())
    for field, of in schema["properties"].items():
        meaning = of.get("description", "")
        if field not in needed and "default" in of:
            meaning = f"{meaning} May be left out.".strip()
        yield f"| `{field}` | {_type(of)} | {meaning} |"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kind = schema["type"]
    if kind == "array":
        return f"list of {_type(schema['items'])}"
    if kind == "object":
        return f"map to {_type(schema['additionalProperties'])}"
    return str(schema.get("format", kind)) + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" {low:g}-{high:g}"
    if low is not None:
        return f" ≥ {low:g}"
    longest = schema.get("maxLength")
    return f" ≤ {longest} characters" if longest else ""


def _content(of: Mapping[str, Any]) -> str:
    contents = of.get("content", {})
    return next((_type(each["schema"]) for each in contents.values()), "")


def page() -> str:
    """docs/api.md with its reference as it has to be."""
    written, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return f"{written}{MARK}\n{reference()}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    told = f"{len(OPERATIONS)} operations under {views.blueprint.url_prefix}"
    print(f"{PAGE} describes {told}")  # noqa: T201 - a command's one line
