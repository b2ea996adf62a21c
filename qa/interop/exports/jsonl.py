"""JSON Lines (jsonlines.org): one object a line, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from qa.interop.exports.choices import Choices
from qa.interop.lines import Line, json_line


def write(lines: Iterable[Line], out: BinaryIO, choices: Choices) -> int:  # noqa: ARG001 - every writer's signature
    """Write every line as it is; how many."""
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the last count is the answer
        out.write(json_line(line).encode())
    return count
