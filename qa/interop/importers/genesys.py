"""Genesys Cloud: the JSON that a bulk export of recordings lays beside each of them.

``<recordingId>_metadata.json`` beside ``<recordingId>.<audio>``, times in UTC. Of its keys those are read whose
meaning is plain; an agent or a queue is taken where there was one alone, since a call that was passed on is
nobody's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from qa.domain.call import CallRecord, Direction
from qa.domain.errors import RecordsInvalid
from qa.interop.importers import files, values
from qa.ports.importing import Described, Imported

_SIDECAR = "_metadata"
KEPT = ("conversationId", "recordingId", "mediaType", "divisionId", "region")


@dataclass(frozen=True, slots=True)
class Genesys:
    """Reads the sidecar of a recording."""

    name: str = "genesys-json"
    about: str = "Genesys Cloud: <recordingId>_metadata.json beside the recording"

    def probe(self, path: Path) -> bool:
        """Whether it names a conversation and a recording."""
        return files.is_object(path) and files.names(path, ("conversationId", "recordingId"))

    def read(self, path: Path) -> Imported:
        """The recording of a sidecar."""
        sidecar = values.mapping(files.document(path))
        recording = values.text(sidecar.get("recordingId"))
        if not recording or not values.text(sidecar.get("conversationId")):
            raise RecordsInvalid(
                f"{path} names no conversation and recording", hint="is it Genesys Cloud's?"
            )
        direction = _direction(sidecar)
        party = {Direction.INBOUND: "ani", Direction.OUTBOUND: "dnis"}.get(direction, "")
        named = tuple(
            shown for key in ("filePath", "fileName") if (shown := values.text(sidecar.get(key)))
        )
        record = CallRecord(
            # A conversation may have several recordings; each is scored by itself.
            call_id=recording,
            agent_id=_alone(sidecar, "agentIds", "userIds"),
            customer_number=values.number(sidecar.get(party)),
            direction=direction,
            started_at=values.moment(sidecar.get("startTime"), UTC),
            queue=_alone(sidecar, "queueIds"),
            language=values.language(sidecar.get("language")),
            attributes=values.attributes(sidecar, KEPT),
        )
        return Imported((Described(record, named, in_name=path.stem.removesuffix(_SIDECAR)),))


def _direction(sidecar: Mapping[str, Any]) -> Direction:
    said = (sidecar.get("originatingDirection"), sidecar.get("initialDirection"))
    found = (values.direction(each) for each in said)
    return next((each for each in found if each is not Direction.UNKNOWN), Direction.UNKNOWN)


def _alone(sidecar: Mapping[str, Any], *keys: str) -> str | None:
    """The one id of a list of ids."""
    for key in keys:
        ids = {values.text(each) for each in values.items(sidecar.get(key))} - {""}
        if len(ids) == 1:
            return ids.pop()
    return None
