"""Asterisk's ``Master.csv`` (cdr_csv), and the same table with a heading as FreePBX and Issabel export it.

``Master.csv`` has no heading. Its columns are accountcode, src, dst, dcontext, clid, channel, dstchannel,
lastapp, lastdata, start, answer, end, duration, billsec, disposition, amaflags; then uniqueid and userfield, each
where ``cdr.conf`` asks for it; then peeraccount, linkedid and sequence where ``newcdrcolumns`` is set. Times are
the switch's own, without an offset (``usegmtime`` makes them UTC).

What a record does not say is not made up: no column names who hung up. A call is inbound where a DID or a
context of trunks brought it in, or its recording's name says so; only such an answered call's ringing is known,
and only where a phone was dialled and no menu or queue answered before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from qa.domain.call import CallRecord, Direction
from qa.domain.errors import RecordsInvalid
from qa.interop.importers import files, values
from qa.ports.importing import Described, Imported

COLUMNS = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp"),
    *("lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags"),
)
_TAILS: Mapping[int, tuple[str, ...]] = {
    16: (),
    18: ("uniqueid", "userfield"),
    19: ("peeraccount", "linkedid", "sequence"),
    21: ("uniqueid", "userfield", "peeraccount", "linkedid", "sequence"),
}
DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION")
KEPT = ("accountcode", "did", "linkedid")
"""Columns that stay with the call as attributes."""

_UNIQUE = re.compile(r"(?:[A-Za-z0-9_.-]{1,60}-)?[0-9]{9,12}\.[0-9]{1,10}")
_FROM_TRUNK = re.compile(r"from-(?:trunk|pstn|did)(?:-.*)?")
_DEVICE = re.compile(
    r"(?:SIP|PJSIP|IAX2|SCCP|Agent|DAHDI)/([0-9A-Za-z_.]{1,40})(?:[-@/].*)?|Local/([0-9]{1,10})@.*"
)
_AUDIO = re.compile(r"(?:audio:)?([^\s,;]+\.(?:wav|WAV|gsm|mp3|ogg|flac|wav49|opus))")
_KIND = re.compile(r"(in|external|q|rg|out)-")


@dataclass(frozen=True, slots=True)
class Asterisk:
    """Reads Asterisk's call records.

    Attributes:
        zone: Where the switch's clock stands; ``None`` for this machine's zone.
    """

    zone: tzinfo | None = None
    name: str = "asterisk-csv"
    about: str = "Asterisk, FreePBX, Issabel: Master.csv, or the CDR table with a heading"

    def probe(self, path: Path) -> bool:
        """Whether the first line is a record or the heading of the table."""
        row = files.first_row(path)
        return _is_heading(row) or _is_record(row)

    def read(self, path: Path) -> Imported:
        """The calls of a file; a row that is none is passed over."""
        heading: Sequence[str] | None = None
        calls: list[Described] = []
        odd: list[int] = []
        for line, row in files.rows(path):
            if heading is None and not calls and _is_heading(row):
                heading = [cell.strip().lower() for cell in row]
            elif heading is not None and len(row) == len(heading):
                calls.append(self._call(dict(zip(heading, row, strict=True)), f"line {line}"))
            elif heading is None and _is_record(row):
                calls.append(self._call(_named(row), f"line {line}"))
            elif any(cell.strip() for cell in row):
                odd.append(line)
        if heading is None and not calls:
            raise RecordsInvalid(
                f"{path} holds no call record of Asterisk",
                hint=f"a row begins with the columns {', '.join(COLUMNS)}",
            )
        lines = (
            [f"{len(odd)} rows of {path.name} are no call records, such as line {odd[0]}"]
            if odd
            else []
        )
        return Imported(tuple(calls), tuple(lines))

    def _call(self, row: Mapping[str, str], place: str) -> Described:
        recordings = _recordings(row)
        direction = _direction(row, recordings)
        answered = row.get("disposition", "").strip().upper() == "ANSWERED"
        inbound, outbound = direction is Direction.INBOUND, direction is Direction.OUTBOUND
        party = {Direction.INBOUND: "src", Direction.OUTBOUND: "dst"}.get(direction, "")
        device = "dstchannel" if inbound else "channel"
        unique = values.text(row.get("uniqueid"))
        record = CallRecord(
            call_id=unique,
            agent_id=_device(row.get(device, "")) if answered and (inbound or outbound) else None,
            customer_number=values.number(row.get(party)),
            direction=direction,
            started_at=values.moment(row.get("start") or row.get("calldate"), self.zone),
            ring_seconds=_ring_s(row) if answered and inbound else None,
            queue=_queue(row),
            attributes=values.attributes(row, KEPT),
        )
        return Described(record, recordings, in_name=unique, place=place, full=answered)


def _is_heading(row: Sequence[str]) -> bool:
    names = {cell.strip().lower() for cell in row}
    return {"disposition", "billsec", "uniqueid"} <= names and bool(names & {"calldate", "start"})


def _is_record(row: Sequence[str]) -> bool:
    return (
        len(COLUMNS) <= len(row) <= max(_TAILS)
        and row[14].strip().upper() in DISPOSITIONS
        and values.whole(row[12].strip()) is not None
    )


def _named(row: Sequence[str]) -> dict[str, str]:
    tail = _TAILS.get(len(row))
    if tail is None:  # one of uniqueid and userfield; which, only the value tells
        unique = bool(_UNIQUE.fullmatch(row[16].strip()))
        rest = ("peeraccount", "linkedid", "sequence") if len(row) > 18 else ()  # noqa: PLR2004 - both columns
        tail = ("uniqueid" if unique else "userfield", *rest)
    return dict(zip((*COLUMNS, *tail), row, strict=False))


def _recordings(row: Mapping[str, str]) -> tuple[str, ...]:
    """What the recording is called: FreePBX's own column, or the field that dial plans use for it."""
    named = row.get("recordingfile", "").strip()
    in_field = _AUDIO.fullmatch(row.get("userfield", "").strip()[:1024])
    return tuple(each for each in (named[:1024], in_field[1] if in_field else "") if each)


def _direction(row: Mapping[str, str], recordings: Sequence[str]) -> Direction:
    for recording in recordings:
        kind = _KIND.match(recording.rsplit("/", 1)[-1])
        if kind:
            return Direction.OUTBOUND if kind[1] == "out" else Direction.INBOUND
    trunk = _FROM_TRUNK.fullmatch(row.get("dcontext", "").strip())
    return Direction.INBOUND if trunk or row.get("did", "").strip() else Direction.UNKNOWN


def _device(channel: str) -> str | None:
    """The phone or extension of a channel, ``1001`` of ``PJSIP/1001-0000002a``."""
    match = _DEVICE.fullmatch(channel.strip()[: values.MAX_TEXT])
    return values.text(match[1] or match[2]) or None if match else None


def _queue(row: Mapping[str, str]) -> str | None:
    if row.get("lastapp", "").strip().lower() != "queue":
        return None
    return values.text(row.get("lastdata", "").split(",")[0].split("|")[0]) or None


def _ring_s(row: Mapping[str, str]) -> float | None:
    """Seconds to the answer, where a phone rang; of a switch that answers by itself there are none."""
    if row.get("lastapp", "").strip().lower() != "dial":
        return None
    duration_s, talked_s = (
        values.whole(row.get(name, "").strip()) for name in ("duration", "billsec")
    )
    if duration_s is None or talked_s is None or duration_s <= talked_s:
        return None
    return values.seconds(duration_s - talked_s)
