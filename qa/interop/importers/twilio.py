"""Twilio: recordings as its REST API or its recording callback describe them, and the calls they are of.

Read are a recording, ``{"recording": ..., "call": ...}``, a list of either, and a page of the API
(``{"recordings": [...]}``, with ``{"calls": [...]}`` beside it). A recording of two channels
holds the leg that came first on the first one: of an inbound call the caller's, so that the agent's is the second.
Inbound is whatever reaches Twilio, an agent's browser or SIP phone that calls somebody, too: only a caller with a
telephone number is taken for the customer.
``outbound-dial`` is a leg that something else dialled, which says nothing of the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from qa.domain.call import CallRecord, Direction
from qa.domain.errors import RecordsInvalid
from qa.interop.importers import files, values
from qa.ports.importing import Described, Imported

_DIRECTIONS = {"inbound": Direction.INBOUND, "outbound-api": Direction.OUTBOUND}
_CALLBACK = {
    "RecordingSid": "sid",
    "CallSid": "call_sid",
    "RecordingChannels": "channels",
    "RecordingStartTime": "start_time",
    "RecordingSource": "source",
    "RecordingStatus": "status",
    "RecordingDuration": "duration",
}
TWO_CHANNELS = 2


@dataclass(frozen=True, slots=True)
class Twilio:
    """Reads recordings and calls as Twilio describes them."""

    name: str = "twilio-json"
    about: str = "Twilio: recording and call resources, or the recording callback's parameters"

    def probe(self, path: Path) -> bool:
        """Whether it begins with something of a recording."""
        start = files.beginning(path).lstrip()
        if path.suffix.lower() != ".json" or not start.startswith(("{", "[")):
            return False
        return ('"call_sid"' in start and '"RE' in start) or '"RecordingSid"' in start

    def read(self, path: Path) -> Imported:
        """The recordings of a file, each with its call where the file holds that."""
        document = files.document(path)
        recordings = list(_recordings(document))
        if not recordings:
            raise RecordsInvalid(
                f"{path} describes no recording", hint="is it Twilio's recording resource?"
            )
        calls = {values.text(call.get("sid")): call for call in _calls(document)}
        return Imported(
            tuple(
                _described(one, calls.get(values.text(one.get("call_sid")), {}))
                for one in recordings
            )
        )


def _described(recording: Mapping[str, Any], call: Mapping[str, Any]) -> Described:
    sid = values.text(recording.get("sid"))
    direction = _DIRECTIONS.get(values.text(call.get("direction")), Direction.UNKNOWN)
    if direction is Direction.INBOUND and not values.text(call.get("from")).startswith("+"):
        direction = Direction.UNKNOWN
    inbound = direction is Direction.INBOUND
    two = values.whole(recording.get("channels")) == TWO_CHANNELS
    conference = "conference" in values.text(recording.get("source")).lower()
    started = call.get("start_time") or recording.get("start_time")
    record = CallRecord(
        call_id=sid,
        customer_number=values.number(call.get("from")) if inbound else None,
        direction=direction,
        started_at=values.moment(started, UTC),
        agent_channel=1 if inbound and two and not conference else None,
        attributes=values.attributes(recording, ("call_sid", "source")),
    )
    return Described(record, in_name=sid)


def _recordings(document: Any) -> Iterator[Mapping[str, Any]]:
    for entry in _entries(document):
        whole = {**entry, **{ours: entry[key] for key, ours in _CALLBACK.items() if key in entry}}
        for one in (whole, values.mapping(entry.get("recording"))):
            if values.text(one.get("sid")).startswith("RE") and values.text(one.get("call_sid")):
                yield one


def _calls(document: Any) -> Iterator[Mapping[str, Any]]:
    for entry in _entries(document):
        for one in (entry, values.mapping(entry.get("call"))):
            if values.text(one.get("sid")).startswith("CA"):
                yield one


def _entries(document: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a file: itself, or those of its list or of the pages that it holds."""
    for one in [document, *values.items(document)]:
        if isinstance(one, dict):
            yield one
            for page in ("recordings", "calls"):
                yield from values.mappings(one.get(page))
