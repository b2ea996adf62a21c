"""Dialogues as people write them down: a line for each turn, begun by who speaks.

``agent: Good morning`` and ``客户：您好``, either with a time before it, ``[01:23]`` or ``[83.5]``. A line that is
indented goes on with the turn above; one that begins with ``#`` is a note.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from qa.domain.call import CallRecord, Role
from qa.domain.dialogue import Dialogue, Simplified, WrittenTurn, backwards, written_call
from qa.domain.errors import DialogueInvalid

SPEAKERS: dict[Role, tuple[str, ...]] = {
    Role.AGENT: ("agent", "advisor", "adviser", "坐席", "座席", "客服", "话务员"),
    Role.CUSTOMER: ("customer", "caller", "client", "客户", "顾客", "用户"),
}
"""How a line may name its speaker; capitals do not matter."""

_ROLES = {name: role for role, names in SPEAKERS.items() for name in names}
_HINT = "begin each turn with `agent:` or `customer:` (坐席： or 客户：); indent a line that goes on with the one above"
_LINE = re.compile(r"(?:\[(?P<time>[^\]]*)\]\s*)?(?P<who>[^:：\[\]]{1,40}?)\s*[:：]\s*(?P<text>.*)")
_TIME = re.compile(r"(?:(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,3}):)?(?P<s>\d{1,6}(?:[.,]\d{1,3})?)")


def parse(text: str, path: Path, simplified: Simplified | None = None) -> Dialogue:
    """The dialogue of a plain text. Raises ``DialogueInvalid`` naming the line."""
    turns: list[WrittenTurn] = []
    numbers: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if turns and line[0].isspace():
            before = turns[-1]
            turns[-1] = WrittenTurn(before.speaker, f"{before.text} {line.strip()}", before.at_s)
            continue
        turns.append(_turn(line.strip(), f"{path}, line {number}"))
        numbers.append(number)
    if not turns:
        raise DialogueInvalid(f"{path} holds no turns", hint=_HINT)
    wrong = backwards(turns)
    if wrong is not None:
        _refuse(
            f"{path}, line {numbers[wrong]}",
            "its time is before that of a turn above",
            "put the turns in order of time",
        )
    transcript, signals = written_call(turns, simplified=simplified)
    return Dialogue(path.stem, str(path), CallRecord(path.stem), transcript, signals)


def _turn(line: str, where: str) -> WrittenTurn:
    match = _LINE.fullmatch(line)
    if match is None:
        _refuse(where, "it does not say who speaks", _HINT)
    name = match["who"].strip().lower()
    role = _ROLES.get(name)
    if role is None:
        near = get_close_matches(name, _ROLES, n=1, cutoff=0.7)
        hint = f"did you mean `{near[0]}`? {_HINT}" if near else _HINT
        _refuse(where, f"`{match['who'].strip()}` is no speaker", hint)
    if not match["text"].strip():
        _refuse(
            where, "nothing is said", "write what is said after the colon, or leave the line out"
        )
    at_s = None if match["time"] is None else _seconds(match["time"].strip(), where)
    return WrittenTurn(role, match["text"].strip(), at_s)


def _seconds(written: str, where: str) -> float:
    """Seconds of ``1:02:03``, ``01:23.5`` or ``83.5``."""
    match = _TIME.fullmatch(written)
    if match is None:
        _refuse(where, f"`[{written}]` is no time", "write [mm:ss], [hh:mm:ss] or seconds, [83.5]")
    hours, minutes = (int(match[part] or 0) for part in ("h", "m"))
    return 3600 * hours + 60 * minutes + float(match["s"].replace(",", "."))


def _refuse(where: str, fault: str, hint: str) -> NoReturn:
    raise DialogueInvalid(f"{where}: {fault}", hint=hint)
