"""vCon: a conversation in one JSON file (IETF draft-ietf-vcon-vcon-core), as lenient as its drafts differ.

Read are the parties, the recordings (inline as base64url, or named by a file's name; a ``url`` is never fetched)
and a transcript among the analyses. Each recording is a call of its own; without a recording that is here, the
transcript is scored in its place. Who is the agent only a party's ``role`` says; a ``caller`` is whoever rang, and the
customer only where somebody is named the agent. A signed vCon (JWS) is refused, since
nothing here checks the signature, and so is an encrypted one.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

from qa.domain.call import CallRecord, Direction, Role
from qa.domain.errors import RecordsInvalid
from qa.domain.transcript import Span, Word
from qa.interop.importers import files, spoken, values
from qa.ports.importing import Described, Imported, Transcribed

REVISION = "1"
_SUFFIXES = (".json", ".vcon")
_AUDIO = {
    **dict.fromkeys(("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"), ".wav"),
    **dict.fromkeys(("audio/mpeg", "audio/mp3", "audio/x-mp3"), ".mp3"),
    **dict.fromkeys(("audio/ogg", "audio/opus"), ".ogg"),
    **dict.fromkeys(("audio/mp4", "audio/x-m4a", "audio/m4a"), ".m4a"),
    **dict.fromkeys(("audio/flac", "audio/x-flac"), ".flac"),
    "audio/webm": ".webm",
}
_ROLES = {
    "agent": Role.AGENT,
    "customer": Role.CUSTOMER,
    "contact": Role.CUSTOMER,
}
_CALLER = "caller"


@dataclass(frozen=True, slots=True)
class VCon:
    """Reads a vCon.

    Attributes:
        simplified: Puts Chinese into simplified characters.
    """

    simplified: spoken.Simplified | None = None
    name: str = "vcon"
    about: str = "vCon: recordings inline or by name, or a transcript scored without audio"

    def probe(self, path: Path) -> bool:
        """Whether it begins as a vCon does, or as one that is signed or encrypted."""
        if not files.is_object(path, _SUFFIXES):
            return False
        if path.suffix.lower() == ".vcon":
            return True
        start = files.beginning(path)
        plainly = '"parties"' in start and ('"vcon"' in start or '"dialog"' in start)
        return plainly or ('"payload"' in start and '"signatures"' in start) or _is_sealed(start)

    def read(self, path: Path) -> Imported:
        """The calls of a conversation."""
        vcon = values.mapping(files.document(path))
        if "signatures" in vcon or "payload" in vcon:
            raise RecordsInvalid(
                f"{path} is a signed vCon, and nothing here checks its signature",
                hint="check it where its key is, and lay the vCon that it holds here",
            )
        if "ciphertext" in vcon or "recipients" in vcon:
            raise RecordsInvalid(
                f"{path} is an encrypted vCon",
                hint="open it where its key is, and lay the vCon here",
            )
        uuid = values.text(vcon.get("uuid"))
        if not uuid or not isinstance(vcon.get("parties"), list):
            raise RecordsInvalid(f"{path} is no vCon: it names no uuid and parties")
        parties = [values.mapping(each) for each in values.items(vcon.get("parties"))]
        warnings: list[str] = []
        dialogs = [
            (place, dialog)
            for place, dialog in enumerate(values.items(vcon.get("dialog")))
            if isinstance(dialog, dict) and dialog.get("type") == "recording"
        ]
        calls: list[Described] = []
        for place, dialog in dialogs:
            call_id = f"{uuid}-{place}" if len(dialogs) > 1 else uuid
            record = _record(vcon, parties, dialog, call_id)
            calls.extend(_recording(path, record, dialog, place))
            if isinstance(dialog.get("url"), str):
                warnings.append(
                    f"{path.name} dialog {place}: its recording is elsewhere and is not fetched"
                )
        if not calls:
            calls = self._transcript(path, vcon, parties)
        if not calls:
            warnings.append(
                f"{path.name}: no recording is in it and no transcript that is understood"
            )
        return Imported(tuple(calls), tuple(warnings))

    def _transcript(
        self, path: Path, vcon: Mapping[str, Any], parties: Sequence[Mapping[str, Any]]
    ) -> list[Described]:
        roles = _roles([party.get("role") for party in parties])
        for place, analysis in enumerate(values.mappings(vcon.get("analysis"))):
            if analysis.get("type") != "transcript":
                continue
            body = _body(analysis)
            said = list(_said(body, roles, spoken.Bounds(path)))
            speakers = {each.speaker for each in said}
            known = Role.AGENT in speakers and Role.UNKNOWN not in speakers
            sure = values.share(body.get("role_confidence"))
            call = spoken.heard(
                said,
                language=values.language(body.get("language")),
                duration_s=values.seconds(body.get("duration")),
                channels=values.share(body.get("speaker_confidence")) == 1,
                simplified=self.simplified,
                role_confidence=(1.0 if sure is None else sure) if known else 0.0,
            )
            if call is None:
                continue
            dialogs = values.mappings(vcon.get("dialog"))
            record = _record(
                vcon, parties, dialogs[0] if dialogs else {}, values.text(vcon.get("uuid"))
            )
            by = [values.text(analysis.get(key)) for key in ("vendor", "product")]
            made_by = " ".join([f"{self.name} {REVISION}", *(each for each in by if each)])
            return [
                Described(
                    record, transcribed=Transcribed(*call, made_by), place=f"analysis {place}"
                )
            ]
        return []


def _recording(
    path: Path, record: CallRecord, dialog: Mapping[str, Any], number: int
) -> Iterator[Described]:
    """A recording that is inside, or named by a file's name."""
    named = values.text(dialog.get("filename"))
    recordings = (named,) if named else ()
    place = f"dialog {number}"
    body = dialog.get("body")
    if isinstance(body, str) and body and dialog.get("encoding") == "base64url":
        media = values.text(dialog.get("mediatype") or dialog.get("mimetype")).lower()
        suffix = _AUDIO.get(media.split(";")[0].strip(), ".wav")
        # Read again when it is needed: the recordings of a night do not fit into memory.
        inline = partial(inline_audio, path, number)
        yield Described(record, recordings, inline=inline, suffix=suffix, place=place)
    elif named:
        yield Described(record, recordings, place=place)


def _is_sealed(start: str) -> bool:
    return '"ciphertext"' in start and '"recipients"' in start


def _record(
    vcon: Mapping[str, Any],
    parties: Sequence[Mapping[str, Any]],
    dialog: Mapping[str, Any],
    call_id: str,
) -> CallRecord:
    roles = _roles([party.get("role") for party in parties])
    agents = [party for party, role in zip(parties, roles, strict=True) if role is Role.AGENT]
    customers = [party for party, role in zip(parties, roles, strict=True) if role is Role.CUSTOMER]
    originator = values.whole(dialog.get("originator"))
    first = roles[originator] if originator is not None and originator < len(roles) else None
    direction = {Role.CUSTOMER: Direction.INBOUND, Role.AGENT: Direction.OUTBOUND}.get(
        first or Role.UNKNOWN, Direction.UNKNOWN
    )
    return CallRecord(
        call_id=call_id,
        agent_id=_id_of(agents[0]) if len(agents) == 1 else None,
        customer_number=values.number(customers[0].get("tel")) if len(customers) == 1 else None,
        direction=direction,
        started_at=values.moment(dialog.get("start"), UTC),
        agent_channel=_agent_channel(dialog, roles),
        attributes=values.attributes(vcon, ("subject",)),
    )


def _roles(names: Sequence[object]) -> list[Role]:
    """The roles of several by their names."""
    found = [spoken.role_of(_ROLES, name) for name in names]
    if Role.AGENT in found and Role.CUSTOMER not in found:
        # Of an outbound call the agent is the caller; not where another party is, and nobody else the customer.
        callers = _ROLES | {_CALLER: Role.CUSTOMER}
        found = [spoken.role_of(callers, name) for name in names]
    return found


def _id_of(party: Mapping[str, Any]) -> str | None:
    """What an agent is called: by the first of these that the party carries."""
    keys = ("agent_id", "uuid", "name", "mailto", "tel")
    return next((shown for key in keys if (shown := values.text(party.get(key)))), None)


def _agent_channel(dialog: Mapping[str, Any], roles: Sequence[Role]) -> int | None:
    """The agent's channel, where a recording lists a party for each of two channels."""
    heard = [values.whole(each) for each in values.items(dialog.get("parties"))]
    found = [roles[each] if each is not None and each < len(roles) else None for each in heard]
    return found.index(Role.AGENT) if sorted(map(str, found)) == ["agent", "customer"] else None


def inline_audio(path: Path, number: int) -> bytes:
    """The recording that a dialog of a vCon carries. Raises ``RecordsInvalid``."""
    dialogs = values.items(values.mapping(files.document(path)).get("dialog"))
    dialog = values.mapping(dialogs[number]) if number < len(dialogs) else {}
    body = dialog.get("body")
    if not isinstance(body, str):
        raise RecordsInvalid(f"{path} carries no recording any more")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise RecordsInvalid(f"the recording inside {path} is not base64url") from error


def _body(analysis: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body of an analysis as an object; a bare list is its turns."""
    body = analysis.get("body")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {}
    return {"turns": body} if isinstance(body, list) else values.mapping(body)


def _said(
    body: Mapping[str, Any], roles: Sequence[Role], bounds: spoken.Bounds
) -> Iterator[spoken.Said]:
    """Turns: ``turns`` as our transcript lines have them, or the segments of WTF and of Whisper."""
    listed = values.mappings(body.get("turns")) or values.mappings(body.get("segments"))
    shared = values.mappings(body.get("words"))
    named = _roles([turn.get("speaker") for turn in listed])
    for turn, speaker in zip(listed, named, strict=True):
        text = turn.get("text", turn.get("body"))
        yield spoken.Said(
            _speaker(turn, roles, speaker),
            bounds.turn(text if isinstance(text, str) else ""),
            _span(turn),
            tuple(_words(turn.get("words"), shared, bounds)),
            _sure(turn),
        )


def _words(
    listed: Any, shared: Sequence[Mapping[str, Any]], bounds: spoken.Bounds
) -> Iterator[Word]:
    """The words of a turn: themselves, or (WTF) their places among all the words of the call."""
    for each in values.items(listed):
        place = values.whole(each)
        word = shared[place] if place is not None and place < len(shared) else values.mapping(each)
        span, text = _span(word), word.get("text", word.get("word"))
        if span is not None and isinstance(text, str) and (shown := bounds.word(text)):
            yield Word(span.start_s, span.end_s, shown, _sure(word))


def _sure(of: Mapping[str, Any]) -> float:
    for key in ("confidence", "probability"):
        found = values.share(of.get(key))
        if found is not None:
            return found
    return 1.0


def _speaker(turn: Mapping[str, Any], roles: Sequence[Role], named: Role) -> Role:
    """Whose turn it is: a party by its place, or a role by its name."""
    place = values.whole(turn.get("party"))
    return roles[place] if place is not None and place < len(roles) else named


def _span(of: Mapping[str, Any]) -> Span | None:
    start_s = values.seconds(of.get("start_s", of.get("start")))
    end_s = values.seconds(of.get("end_s", of.get("end")))
    return None if start_s is None or end_s is None or end_s < start_s else Span(start_s, end_s)
