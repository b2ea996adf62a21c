"""``extends``: a rubric that says only what it changes, and the whole rubric that comes of it.

The whole stands alone. It is what the store keeps and what the sha256 pins, so that a later change of a parent
never changes a rubric in use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import yaml

from qa.domain.errors import RubricNotFound
from qa.interop.rubric_yaml.document import Node, Path, fault
from qa.interop.rubric_yaml.schema import check_form, nearest

MAX_CHAIN = 8
"""Rubrics from the one that is read to the one that extends nothing, both counted."""

_ORDER = ("schema", "id", "version", "title", "min_confidence", "sections", "detectors", "criteria")
_CRITERION_ORDER = (
    "id",
    "section",
    "title",
    "standard",
    "example",
    "bad_example",
    "points",
    "critical",
    "applies_if",
    "fail_if",
    "pass_if",
    "when_absent",
    "levels",
    "min_confidence",
)
_GIVES_WAY: Mapping[str, tuple[str, ...]] = {
    "levels": ("pass_if", "fail_if", "when_absent"),
    "pass_if": ("levels",),
    "fail_if": ("levels",),
}
"""What an inherited criterion loses when a field is set: it is decided on a scale, or by yes and no."""

Find = Callable[[str], Node]
"""The document of a rubric by its id; raises ``RubricNotFound`` or ``RubricInvalid``."""


def whole(document: Node, find: Find) -> Node:
    """A document with all that it inherits, which extends nothing; itself where it extends nothing.

    Raises:
        RubricInvalid: A parent is not there, the rubrics extend one another in a circle, there are more
            than ``MAX_CHAIN`` of them, or something is changed that is not there.
    """
    chain = [document]
    while "extends" in chain[-1].fields:
        chain.append(_parent(chain, find))
    return reduce(_changed, reversed(chain))


def text_of(document: Node) -> str:
    """A document as YAML, in an order that depends on nothing but the rubric."""
    fields = document.plain()
    ordered = _in_order(fields, _ORDER)
    ordered["criteria"] = [_in_order(each, _CRITERION_ORDER) for each in fields["criteria"]]
    return yaml.dump(
        ordered, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf")
    )


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which writes a value out each time instead of referring to it."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the parent's signature
        return True


def _in_order(fields: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {key: fields[key] for key in order if key in fields}


def _parent(chain: Sequence[Node], find: Find) -> Node:
    extending = chain[-1]
    wanted = _text(extending, "extends")
    ids = [_text(document, "id") for document in chain]
    if wanted in ids:
        circle = " -> ".join((*ids, wanted))
        raise fault(extending, ("extends",), f"rubrics extend one another in a circle: {circle}")
    if len(chain) == MAX_CHAIN:
        raise fault(
            extending,
            ("extends",),
            f"more than {MAX_CHAIN} rubrics extend one another: {' -> '.join((*ids, wanted))}",
        )
    try:
        return find(wanted)
    except RubricNotFound as error:
        raise fault(extending, ("extends",), error.message, hint=error.hint) from error


def _changed(parent: Node, child: Node) -> Node:
    """A rubric with the changes that an extending one makes; itself a rubric that extends nothing."""
    gone = _left_out(parent, child)
    named_again = {_text(each, "id") for each in _list(child, "criteria")}
    criteria = [
        each
        for each in _list(parent, "criteria")
        if _text(each, "id") not in gone
        and (_text(each, "section") not in gone or _text(each, "id") in named_again)
    ]
    sections = [each for each in _list(parent, "sections") if _text(each, "id") not in gone]
    own = {key: node for key, node in child.fields.items() if key not in ("extends", "without")}
    fields = {
        **parent.fields,
        **own,
        "sections": _beside(child, _merged_list(child, "sections", sections)),
        "criteria": _beside(child, _merged_list(child, "criteria", criteria)),
    }
    detectors = [each.fields["detectors"] for each in (parent, child) if "detectors" in each.fields]
    if detectors:
        merged = {key: node for each in detectors for key, node in each.fields.items()}
        fields["detectors"] = _beside(child, merged)
    changed = _beside(child, fields)
    check_form(changed)
    return changed


def _left_out(parent: Node, child: Node) -> frozenset[str]:
    """The criteria and sections that a rubric leaves out, by their ids."""
    changed = {
        _text(each, "id") for part in ("sections", "criteria") for each in _list(child, part)
    }
    known = {_text(each, "id") for part in ("sections", "criteria") for each in _list(parent, part)}
    gone = [str(each.value) for each in _list(child, "without")]
    for place, left_out in enumerate(gone):
        if left_out not in known:
            raise fault(
                child,
                ("without", place),
                f"`{_text(parent, 'id')}` has no criterion or section `{left_out}`",
                hint=nearest(left_out, known),
            )
        if left_out in changed:
            raise fault(
                child, ("without", place), f"`{left_out}` is left out here and changed below"
            )
    return frozenset(gone)


def _merged_list(child: Node, part: str, inherited: Sequence[Node]) -> list[Node]:
    """Sections or criteria with the changed ones in their places and the new ones at the end of theirs."""
    merged = list(inherited)
    for place, change in enumerate(_list(child, part)):
        path = (part, place)
        at = _index(merged, _text(change, "id"))
        node = _merged(child, path, merged.pop(at) if at is not None else _beside(change, {}))
        if "after" in change.fields:
            at = _index_after(child, path, merged)
        elif at is None:
            section = node.fields["section"].value if "section" in node.fields else None
            at = max((i + 1 for i, each in enumerate(merged) if _in(each, section)), default=None)
        merged.insert(len(merged) if at is None else at, node)
    return merged


def _merged(child: Node, path: Path, inherited: Node) -> Node:
    """One section or criterion: what is inherited, with the fields that the change sets."""
    change = child.at(path)
    lost = {each for key in change.fields for each in _GIVES_WAY.get(key, ())}
    for place, node in enumerate(_list(change, "without")):
        left_out = str(node.value)
        if left_out not in inherited.fields:
            raise fault(
                child, (*path, "without", place), f"it inherits no `{left_out}` to leave out"
            )
        lost |= {left_out, *(("when_absent",) if left_out == "pass_if" else ())}
    kept = {key: node for key, node in inherited.fields.items() if key not in lost}
    own = {key: node for key, node in change.fields.items() if key not in ("after", "without")}
    return _beside(change, {**kept, **own})


def _index_after(child: Node, path: Path, merged: Sequence[Node]) -> int:
    wanted = _text(child.at(path), "after")
    at = _index(merged, wanted)
    if at is None:
        known = [_text(each, "id") for each in merged]
        raise fault(
            child,
            (*path, "after"),
            f"nothing to stand after: there is no `{wanted}`",
            hint=nearest(wanted, known),
        )
    return at + 1


def _index(nodes: Sequence[Node], wanted: str) -> int | None:
    return next((i for i, each in enumerate(nodes) if _text(each, "id") == wanted), None)


def _in(criterion: Node, section: object) -> bool:
    return section is not None and criterion.fields["section"].value == section


def _beside(node: Node, value: dict[str, Node] | list[Node]) -> Node:
    """Another value in the place of a node."""
    return Node(value, node.place, node.key_place)


def _list(node: Node, key: str) -> Sequence[Node]:
    return node.fields[key].items if key in node.fields else ()


def _text(node: Node, key: str) -> str:
    return str(node.fields[key].value) if key in node.fields else ""
