"""FreeSWITCH: the lines of ``mod_cdr_csv`` in the templates that ship with it, and the JSON of ``mod_json_cdr``.

A site may write any template; told apart are ``example`` (the default, with and without the local address before
it and the codecs after it) and ``asterisk``. There is a row for each leg, and a recording is found by its leg's uuid.
FreeSWITCH calls the leg that reaches it inbound, whoever called, so that word is not the call's direction:
``call_direction`` (FusionPBX) is, and the context ``public``, into which calls from outside are put.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from qa.domain.call import CallRecord, Direction, EndedBy
from qa.domain.errors import RecordsInvalid
from qa.interop.importers import files, values
from qa.ports.importing import Described, Imported

_EXAMPLE = (
    *("caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp"),
    *("answer_stamp", "end_stamp", "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid"),
    "accountcode",
)
_CODECS = ("read_codec", "write_codec")
_ASTERISK = (
    *("accountcode", "caller_id_number", "destination_number", "context", "caller_id"),
    *("channel_name", "bridge_channel", "last_app", "last_arg", "start_stamp", "answer_stamp"),
    *("end_stamp", "duration", "billsec", "hangup_cause", "amaflags", "uuid", "userfield"),
)
TEMPLATES: tuple[tuple[str, ...], ...] = (
    _EXAMPLE,
    (*_EXAMPLE, *_CODECS),
    ("local_ip_v4", *_EXAMPLE, *_CODECS),
    _ASTERISK,
)

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CAUSE = re.compile(r"[A-Z][A-Z0-9_]{2,60}")


@dataclass(frozen=True, slots=True)
class FreeSwitchCsv:
    """Reads the lines of ``mod_cdr_csv``.

    Attributes:
        zone: Where the switch's clock stands; ``None`` for this machine's zone.
    """

    zone: tzinfo | None = None
    name: str = "freeswitch-csv"
    about: str = "FreeSWITCH mod_cdr_csv: the templates `example` and `asterisk`"

    def probe(self, path: Path) -> bool:
        """Whether the first line is a row of a template that ships."""
        return _template(files.first_row(path)) is not None

    def read(self, path: Path) -> Imported:
        """The legs of a file; a row that is none is passed over."""
        calls: list[Described] = []
        odd: list[int] = []
        for line, row in files.rows(path):
            columns = _template(row)
            if columns is not None:
                calls.append(self._leg(dict(zip(columns, row, strict=True)), f"line {line}"))
            elif any(cell.strip() for cell in row):
                odd.append(line)
        if not calls:
            raise RecordsInvalid(
                f"{path} holds no row of a template that FreeSWITCH ships",
                hint="write the legs with the template `example`, or use a manifest",
            )
        lines = (
            [f"{len(odd)} rows of {path.name} are no call records, such as line {odd[0]}"]
            if odd
            else []
        )
        return Imported(tuple(calls), tuple(lines))

    def _leg(self, row: Mapping[str, str], place: str) -> Described:
        inbound = row["context"].strip() == "public"
        uuid = row["uuid"].strip()
        answered = bool(row["answer_stamp"].strip())
        record = CallRecord(
            call_id=uuid,
            customer_number=values.number(row["caller_id_number"]) if inbound else None,
            direction=Direction.INBOUND if inbound else Direction.UNKNOWN,
            started_at=values.moment(row["start_stamp"], self.zone),
            ring_seconds=_ring_s(row) if answered and inbound else None,
            attributes=values.attributes(row, ("accountcode", "hangup_cause")),
        )
        return Described(record, in_name=uuid, place=place, full=answered)


@dataclass(frozen=True, slots=True)
class FreeSwitchJson:
    """Reads a file of ``mod_json_cdr``: one leg each, its values URL-encoded or plain."""

    name: str = "freeswitch-json"
    about: str = "FreeSWITCH mod_json_cdr: a file for each leg"

    def probe(self, path: Path) -> bool:
        """Whether it begins as such a file does."""
        return files.is_object(path) and files.names(path, ("core-uuid",))

    def read(self, path: Path) -> Imported:
        """The leg of a file."""
        leg = values.mapping(files.document(path))
        variables = {
            key: unquote(value, errors="replace") if isinstance(value, str) else value
            for key, value in values.mapping(leg.get("variables")).items()
        }
        uuid = values.text(variables.get("uuid"))
        if not _UUID.fullmatch(uuid):
            raise RecordsInvalid(f"{path} names no uuid of a leg", hint="is it FreeSWITCH's?")
        return Imported((_described(variables, uuid, _caller(leg)),))


def _described(variables: Mapping[str, Any], uuid: str, caller: Mapping[str, Any]) -> Described:
    direction = values.direction(variables.get("call_direction"))
    if direction is Direction.UNKNOWN and values.text(caller.get("context")) == "public":
        direction = Direction.INBOUND
    inbound = direction is Direction.INBOUND
    answered = values.epoch(variables.get("answer_epoch")) is not None
    # The leg that an inbound call came in on is the caller's: a BYE received on it is theirs.
    first_leg = values.text(variables.get("direction")) == "inbound"
    hung_up = values.text(variables.get("sip_hangup_disposition")) == "recv_bye"
    number = caller.get("caller_id_number") if inbound else caller.get("destination_number")
    record = CallRecord(
        call_id=uuid,
        customer_number=values.number(number) if direction is not Direction.UNKNOWN else None,
        direction=direction,
        started_at=values.epoch(variables.get("start_epoch")),
        ring_seconds=_ring_s(variables) if answered and inbound and first_leg else None,
        ended_by=EndedBy.CUSTOMER if hung_up and inbound and first_leg else EndedBy.UNKNOWN,
        attributes=values.attributes(variables, ("accountcode", "hangup_cause", "domain_name")),
    )
    named = values.text(variables.get("record_name"))
    return Described(record, (named,) if named else (), in_name=uuid, full=answered)


def _caller(leg: Mapping[str, Any]) -> Mapping[str, Any]:
    flows = values.mappings(leg.get("callflow"))
    return values.mapping(flows[-1].get("caller_profile")) if flows else {}


def _template(row: Sequence[str]) -> tuple[str, ...] | None:
    """The template that a row was written with, told by where its uuid and its cause stand."""
    for columns in TEMPLATES:
        if len(row) != len(columns):
            continue
        cells = dict(zip(columns, row, strict=True))
        if _UUID.fullmatch(cells["uuid"].strip()) and _CAUSE.fullmatch(
            cells["hangup_cause"].strip()
        ):
            return columns
    return None


def _ring_s(leg: Mapping[str, Any]) -> float | None:
    """Seconds to the answer; of a switch that answers by itself there are none."""
    duration_s, talked_s = (values.whole(_plain(leg.get(name))) for name in ("duration", "billsec"))
    if duration_s is None or talked_s is None or duration_s <= talked_s:
        return None
    return values.seconds(duration_s - talked_s)


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
