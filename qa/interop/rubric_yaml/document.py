"""A YAML text as values that know where they stand, read without YAML's traps.

A rubric needs texts, numbers, true and false, lists and mappings. What else YAML offers is refused with its
place: aliases (a few lines can unfold to billions), tags, keys given twice, dates, octal and other numbers that
are not what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from qa.domain.errors import RubricInvalid

MAX_DEPTH = 40
"""Mappings and lists within one another; the deepest detector of a readable rubric needs half of it."""

_TAG = "tag:yaml.org,2002:"
_KINDS: Mapping[type[yaml.Node], tuple[str, ...]] = {
    yaml.MappingNode: ("map",),
    yaml.SequenceNode: ("seq",),
    yaml.ScalarNode: ("null", "bool", "int", "float", "str"),
}
_PLAIN_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")
_MAX_DIGITS = 30
_SHOWN = 60
_SURROGATES = re.compile("[\ud800-\udfff]")

Path = Sequence[str | int]
"""Keys and places in lists that lead from the whole document to one value."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document.

    Attributes:
        value: A mapping or a list of further nodes, or a text, a number, true, false or ``None``.
        place: Where it begins.
        key_place: Where its key stands; in a list, where it begins itself.
    """

    value: dict[str, Node] | list[Node] | str | float | bool | None
    place: Place
    key_place: Place

    @property
    def fields(self) -> Mapping[str, Node]:
        """The nodes of a mapping by their keys; none for what is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> Sequence[Node]:
        """The nodes of a list; none for what is no list."""
        return self.value if isinstance(self.value, list) else ()

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: Path) -> Node:
        """The node that a path leads to."""
        node = self
        for step in path:
            node = node.items[step] if isinstance(step, int) else node.fields[step]
        return node

    def named(self, path: Path) -> str:
        """A path as a reader finds it: criteria, sections and levels by their ids or their number."""
        parts: list[str] = []
        node = self
        for step in path:
            node = node.at((step,))
            if isinstance(step, int):
                own = node.fields.get("id")
                parts.append(shown(str(own.value)) if own else f"{step + 1}.")
            else:
                parts.append(shown(step))
        return " > ".join(parts) or "the file"


def shown(text: str) -> str:
    """A text of a rubric as a message repeats it: on one line, and not much of it."""
    plain = text if text.isprintable() else repr(text)[1:-1]
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def fault(
    document: Node, path: Path, message: str, *, hint: str = "", place: Place | None = None
) -> RubricInvalid:
    """The error of one value of a document, with its file, line and column.

    Args:
        document: The whole document.
        path: Leads to the value.
        message: What is wrong with it.
        hint: What to do.
        place: Where in the value, if not at its beginning.
    """
    return RubricInvalid(
        f"{place or document.at(path).place}: {document.named(path)}: {message}", hint=hint
    )


def read(text: str, name: str) -> Node:
    """The document of a YAML text.

    Args:
        text: The YAML.
        name: What an error calls it, such as the file's path.

    Raises:
        RubricInvalid: It is not YAML, or of a kind that rubrics do without.
    """
    try:
        loader = _Loader(text, name)
        root = loader.get_single_node()
        if root is None:
            raise RubricInvalid(f"{Place(name, 1, 1)}: the file is empty")
        return _node(root, loader, None)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        column = error.position - (text.rfind("\n", 0, error.position) + 1)
        raise RubricInvalid(
            f"{Place(name, line + 1, column + 1)}: a character that no text holds"
            f" (#x{error.character:04x})"
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = _place(mark) if mark else name
        raise RubricInvalid(f"{where}: {_said(error)}", hint=_advice(error)) from error


class _Loader(yaml.SafeLoader):
    """The safe loader's way to nodes, without aliases and without end to its depth."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise _refusal(
                "aliases are not used in rubrics; name a detector and `use` it", event.start_mark
            )
        if self._depth > MAX_DEPTH:
            raise _refusal(f"nested more than {MAX_DEPTH} deep", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def get_event(self) -> Any:
        """The next event, taken."""
        self.peek_event()
        return super().get_event()  # type: ignore[no-untyped-call]

    def peek_event(self) -> Any:
        """The next event, left in its place; an escape of no character is a fault like any other."""
        try:
            return super().peek_event()  # type: ignore[no-untyped-call]
        except (ValueError, OverflowError) as error:
            raise _refusal("an escape that stands for no character", self.get_mark()) from error


def _node(node: yaml.Node, loader: _Loader, key: yaml.Node | None) -> Node:
    place = _place(node.start_mark)
    key_place = _place(key.start_mark) if key else place
    kind = str(node.tag).removeprefix(_TAG)
    if kind not in _KINDS[type(node)]:
        raise _refusal(
            f"a value of the kind `{kind}` is not used here; put a text in quotes", node.start_mark
        )
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node, loader), place, key_place)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(part, loader, None) for part in node.value], place, key_place)
    return Node(_scalar(node, loader), place, key_place)


def _mapping(node: yaml.MappingNode, loader: _Loader) -> dict[str, Node]:
    fields: dict[str, Node] = {}
    for key, value in node.value:
        if key.tag != f"{_TAG}str" or not isinstance(key, yaml.ScalarNode):
            raise _refusal("a key must be a text; put it in quotes", key.start_mark)
        name = str(_scalar(key, loader))
        if name in fields:
            first = fields[name].key_place
            raise _refusal(
                f"`{shown(name)}` is given twice, first in line {first.line}", key.start_mark
            )
        fields[name] = _node(value, loader, key)
    return fields


def _scalar(node: yaml.Node, loader: _Loader) -> Any:
    written = str(node.value)
    if _SURROGATES.search(written):
        raise _refusal("half a character (an escape of a surrogate)", node.start_mark)
    number = node.tag in {f"{_TAG}int", f"{_TAG}float"}
    if number and (len(written) > _MAX_DIGITS or not _PLAIN_NUMBER.fullmatch(written)):
        raise _refusal(
            f"`{written[:_MAX_DIGITS]}` is no plain number; write one like 15 or 0.6, or put a text in quotes",
            node.start_mark,
        )
    try:
        return loader.construct_object(node)
    except (KeyError, ValueError) as error:
        raise _refusal("a value that is not of the kind its tag says", node.start_mark) from error


def _refusal(problem: str, mark: Any) -> RubricInvalid:
    return RubricInvalid(f"{_place(mark)}: {problem}")


def _place(mark: Any) -> Place:
    return Place(mark.name, mark.line + 1, mark.column + 1)


def _said(error: yaml.MarkedYAMLError) -> str:
    return ": ".join(part for part in (error.context, error.problem) if part)


def _advice(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if r"'\t'" in problem:
        return "indent with spaces: YAML allows no tabs there"
    if "mapping values are not allowed" in problem:
        return "put a text with `: ` in it in quotes"
    if "expected ',' or" in problem:
        return "put a text with `?`, `,`, `[` or `{` in it in quotes"
    return ""
