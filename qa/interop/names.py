"""Templates of file names: what a recorder writes into the name of a recording, read back.

``q-{queue}-{customer_number}-{started_at:%Y%m%d-%H%M%S}-{call_id}``: what stands in braces is a column of the manifest
or any other name (kept as an attribute), ``{*}`` is anything; the rest is as it stands. A field ends where the character
that follows it in the template first comes, so that a name is read in one way or not at all. A template with ``/`` is
held against that many folders too, one that ends in an audio file's ending wants that ending, any other minds none.
Names are matched by RE2, in time linear in their length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import PurePath
from typing import Any, NoReturn

from qa.domain.call import CallRecord, Direction
from qa.domain.errors import SettingsInvalid
from qa.interop.importers import values

MAX_TEMPLATE = 300
MAX_FIELDS = 20
MAX_NAME = 1024
"""Characters of a name, with the folders that are looked at."""

_FIELD = re.compile(r"\{(?P<name>\*|[a-z][a-z0-9_]{0,39})(?::(?P<form>[^{}]*))?\}")
_CLOCK = {"Y": "[0-9]{4}", "y": "[0-9]{2}", "m": "[0-9]{2}", "d": "[0-9]{2}", "H": "[0-9]{2}"} | {
    "M": "[0-9]{2}",
    "S": "[0-9]{2}",
    "s": "[0-9]{1,12}",
    "z": "(?:Z|[+-][0-9]{2}:?[0-9]{2})",
}
_DIRECTIVE = re.compile(r"%(.)")
_MOMENT = "{started_at:%Y%m%d-%H%M%S}"
_FREEPBX = (
    f"q-{{queue}}-{{customer_number}}-{_MOMENT}-{{call_id}}",
    f"in-{{did}}-{{customer_number}}-{_MOMENT}-{{call_id}}",
    f"out-{{customer_number}}-{{agent_id}}-{_MOMENT}-{{call_id}}",
    f"external-{{agent_id}}-{{customer_number}}-{_MOMENT}-{{call_id}}",
    f"exten-{{agent_id}}-{{caller}}-{_MOMENT}-{{call_id}}",
    f"force-{{extension}}-{{agent_id}}-{_MOMENT}-{{call_id}}",
    f"rg-{{ring_group}}-{{customer_number}}-{_MOMENT}-{{call_id}}",
)
SHIPPED: Mapping[str, tuple[str, ...]] = {
    "freepbx": _FREEPBX,
    "issabel": (
        *_FREEPBX,
        f"OUT{{agent_id}}-{_MOMENT}-{{call_id}}",
        f"q{{queue}}-{_MOMENT}-{{call_id}}",
        f"g{{ring_group}}-{_MOMENT}-{{call_id}}",
    ),
}
"""Templates by name. What a name begins with says who called: ``q-`` ``in-`` ``external-`` ``rg-`` come from outside."""

_BEGINNINGS = (
    (re.compile(r"(?:q|in|external|rg)-"), Direction.INBOUND),
    (re.compile(r"(?:out-|OUT)"), Direction.OUTBOUND),
)


@dataclass(frozen=True, slots=True)
class NameTemplate:
    """One template, compiled.

    Attributes:
        source: As it was written.
        fields: The names of its fields by the group that holds each.
        clock: The ``strptime`` form of ``started_at``, if it has one.
        shipped: Whether its beginning tells the direction.
    """

    source: str
    fields: Mapping[str, str]
    clock: str
    folders: int
    ending: bool
    shipped: bool
    zone: tzinfo | None
    _pattern: Any = field(compare=False, repr=False, default=None)

    def read(self, path: PurePath) -> CallRecord | None:
        """What a name says; ``None`` where it is none of this template's."""
        parts = path.parts[-1 - self.folders :]
        name = "/".join((*parts[:-1], parts[-1] if self.ending else path.stem))
        if len(name) > MAX_NAME or not name.isprintable():
            return None
        match = self._pattern.fullmatch(name)
        if match is None:
            return None
        found = {self.fields[group]: text for group, text in match.groupdict().items() if text}
        began = found.pop("started_at", "")
        started_at = _moment(began, self.clock, self.zone) if began else None
        if began and started_at is None:
            return None  # a date that no calendar has: the name means something else
        return _record(found, started_at, self._direction(path.name))

    def _direction(self, name: str) -> Direction:
        if not self.shipped:
            return Direction.UNKNOWN
        found = (way for beginning, way in _BEGINNINGS if beginning.match(name))
        return next(found, Direction.UNKNOWN)


def templates(sources: Sequence[str], zone: tzinfo | None = None) -> tuple[NameTemplate, ...]:
    """Templates of their sources or the names of shipped ones.

    Args:
        sources: Each a template, or a key of ``SHIPPED``.
        zone: Where the recorder's clock stands; ``None`` for this machine's zone.

    Raises ``SettingsInvalid`` where one is no template.
    """
    made: list[NameTemplate] = []
    for source in sources:
        known = SHIPPED.get(source.strip().lower())
        made.extend(_compiled(each, zone, shipped=bool(known)) for each in known or (source,))
    return tuple(made)


def read_name(path: PurePath, known: Sequence[NameTemplate]) -> CallRecord | None:
    """What the first template that fits says of a name."""
    found = (template.read(path) for template in known)
    return next((record for record in found if record is not None), None)


def _compiled(source: str, zone: tzinfo | None, *, shipped: bool) -> NameTemplate:
    import re2

    from qa.interop.folders import AUDIO_SUFFIXES

    if len(source) > MAX_TEMPLATE:
        _refuse(source[:40], f"it is longer than {MAX_TEMPLATE} characters")
    fields: dict[str, str] = {}
    pattern, clock, at = "", "", 0
    for number, match in enumerate(_FIELD.finditer(source)):
        pattern += _literal(source, source[at : match.start()])
        at = match.end()
        name, form = match["name"], match["form"]
        if form and name != "started_at":
            _refuse(source, f"only started_at has a form, not {name}")
        if name == "*":
            pattern += "[^/]*?"
            continue
        if name in fields.values():
            _refuse(source, f"{name} stands in it twice")
        group = f"f{number}"
        fields[group] = name
        if name == "started_at":
            clock = form or "%Y%m%d-%H%M%S"
            pattern += f"(?P<{group}>{_clock(source, clock)})"
        else:
            follows = source[at : at + 1]
            ends = "" if follows in ("", "{") else re.escape(follows)
            pattern += f"(?P<{group}>[^/{ends}]+{'' if ends else '?'})"
    pattern += _literal(source, source[at:])
    if not fields or len(fields) > MAX_FIELDS:
        _refuse(source, f"it has no field, or more than {MAX_FIELDS}")
    options = re2.Options()
    options.log_errors = False
    return NameTemplate(
        source=source,
        fields=fields,
        clock=clock,
        folders=source.count("/"),
        ending=PurePath(source).suffix.lower() in AUDIO_SUFFIXES,
        shipped=shipped,
        zone=zone,
        _pattern=re2.compile(pattern, options),
    )


def _literal(source: str, text: str) -> str:
    if "{" in text or "}" in text:
        _refuse(source, "a brace belongs to no field")
    return re.escape(text)


def _clock(source: str, form: str) -> str:
    pattern, at = "", 0
    for match in _DIRECTIVE.finditer(form):
        if match[1] not in _CLOCK:
            _refuse(
                source, f"%{match[1]} is not read; use {' '.join(f'%{each}' for each in _CLOCK)}"
            )
        pattern += re.escape(form[at : match.start()]) + _CLOCK[match[1]]
        at = match.end()
    return pattern + re.escape(form[at:])


def _moment(written: str, form: str, zone: tzinfo | None) -> datetime | None:
    if form == "%s":
        return values.epoch(written)
    try:
        return values.in_utc(datetime.strptime(written, form), zone)  # noqa: DTZ007 - the zone follows
    except ValueError:
        return None


def _record(found: dict[str, str], started_at: datetime | None, direction: Direction) -> CallRecord:
    told = values.direction(found.pop("direction", ""))
    channel = found.pop("agent_channel", "")
    number = found.pop("customer_number", None)
    return CallRecord(
        call_id=values.text(found.pop("call_id", "")),
        agent_id=values.text(found.pop("agent_id", "")) or None,
        customer_number=values.number(number),
        direction=told if told is not Direction.UNKNOWN else direction,
        started_at=started_at,
        agent_channel=int(channel) if channel in ("0", "1") else None,
        queue=values.text(found.pop("queue", "")) or None,
        language=values.language(found.pop("language", "")),
        attributes=values.attributes(found, tuple(found)),
    )


def _refuse(source: str, fault: str) -> NoReturn:
    raise SettingsInvalid(
        f"`{source}` is no template of file names: {fault}",
        hint="write it as {queue}-{agent_id}-{started_at:%Y%m%d-%H%M%S}-{call_id}, or name freepbx or issabel",
    )
