"""``use``: a named detector in the place of its name, never in a circle and never without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.interop.rubric_yaml.document import Node, Path, Place, fault
from qa.interop.rubric_yaml.schema import nearest

MAX_VALUES = 100_000
"""Values of a rubric with every ``use`` written out.

Ten names that each use the one before ten times would be ten thousand million detectors.
"""

MAX_NESTED = 80
"""Mappings and lists within one another with every ``use`` written out."""


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many values something is when written out, and how deep they are nested."""

    values: int
    depth: int


class Uses:
    """The detectors of a document that have a name.

    Raises:
        RubricInvalid: A detector uses itself or one that is not there, or they grow without end.
    """

    def __init__(self, document: Node) -> None:
        self._document = document
        detectors = document.fields.get("detectors")
        self.named = detectors.fields if detectors else {}
        self._extents: dict[str, _Extent] = {}
        self._values = 0
        for name, node in self.named.items():
            if name not in self._extents:
                self._extents[name] = self._extent(node, ("detectors", name), (name,), 0)

    def written_out(self, path: Path) -> Any:
        """The description of a detector with every ``use`` replaced by what it names."""
        extent = self._extent(self._document.at(path), path, (), 0)
        self._values += extent.values
        if self._values > MAX_VALUES:
            raise self._without_end(path)
        return self._plain(self._document.at(path))

    def place_of(self, path: Path, message: str) -> Place:
        """Where the text that a message repeats stands in a detector, or the detector's own place."""
        node = self._document.at(path)
        texts = (each for each in self._texts(node) if repr(each.value) in message)
        return next(texts, node).place

    def _extent(self, node: Node, path: Path, inside: tuple[str, ...], depth: int) -> _Extent:
        if depth > MAX_NESTED:
            raise self._without_end(path)
        wanted = node.fields.get("use")
        if wanted is not None:
            return self._extent_of_name(str(wanted.value), (*path, "use"), inside, depth)
        parts = [
            self._extent(part, (*path, step), inside, depth + 1) for step, part in _parts(node)
        ]
        extent = _Extent(
            1 + sum(part.values for part in parts),
            1 + max((part.depth for part in parts), default=0),
        )
        if extent.values > MAX_VALUES:
            raise self._without_end(path)
        return extent

    def _extent_of_name(
        self, name: str, path: Path, inside: tuple[str, ...], depth: int
    ) -> _Extent:
        if name not in self.named:
            raise fault(
                self._document,
                path,
                f"there is no detector `{name}`",
                hint=nearest(name, self.named) if self.named else "name it under `detectors`",
            )
        if name in inside:
            circle = " -> ".join((*inside[inside.index(name) :], name))
            raise fault(self._document, path, f"the detector `{name}` uses itself: {circle}")
        if name not in self._extents:
            self._extents[name] = self._extent(
                self.named[name], ("detectors", name), (*inside, name), depth
            )
        extent = self._extents[name]
        if depth + extent.depth > MAX_NESTED:
            raise self._without_end(path)
        return extent

    def _plain(self, node: Node) -> Any:
        wanted = node.fields.get("use")
        if wanted is not None:
            return self._plain(self.named[str(wanted.value)])
        if isinstance(node.value, dict):
            return {key: self._plain(part) for key, part in node.value.items()}
        if isinstance(node.value, list):
            return [self._plain(part) for part in node.value]
        return node.value

    def _texts(self, node: Node) -> Iterator[Node]:
        wanted = node.fields.get("use")
        if wanted is not None:
            yield from self._texts(self.named[str(wanted.value)])
        if isinstance(node.value, str):
            yield node
        for _, part in _parts(node):
            yield from self._texts(part)

    def _without_end(self, path: Path) -> Exception:
        return fault(
            self._document,
            path,
            f"with every `use` written out it is more than {MAX_VALUES} values or {MAX_NESTED} deep",
            hint="name fewer detectors that use others",
        )


def _parts(node: Node) -> Iterator[tuple[str | int, Node]]:
    yield from node.fields.items()
    yield from enumerate(node.items)
