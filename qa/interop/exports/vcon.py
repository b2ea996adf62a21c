"""vCon, the container for conversations (IETF, draft-ietf-vcon-vcon-core, syntax 0.4.0), in its unsigned form.

The recording is there by name and hash, its sound only where it is asked for. A dialog must say when it began, so
that a call whose records do not is without one; nothing is guessed. Numbers of customers are left out, as they are
of every export.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

from qa.interop.exports.choices import Choices
from qa.interop.lines import Line

_SYNTAX = "0.4.0"
_ROLES = "CC"
"""The extension for contact centres (draft-ietf-vcon-cc-extension), which says what the role of a party is."""
_VENDOR = "Call QA"
_AGENT, _CUSTOMER = 0, 1
"""Places of the parties."""
_ORIGINATORS = {"inbound": _CUSTOMER, "outbound": _AGENT}


def render(line: Line, choices: Choices, *, transcript: bool = True) -> bytes:
    """One call (see ``conversation_lines``); without its transcript, its scorecard alone."""
    dialog = _dialog(line, choices)
    of = {"dialog": 0} if dialog else {}
    card = line["scorecard"]
    analyses = []
    if transcript and line["transcript"] is not None:
        analyses.append(_analysis("transcript", line["transcript"], of))
    analyses.append(_analysis("scorecard", card, of))
    container = {
        "vcon": _SYNTAX,
        "uuid": _id(line),
        "created_at": line["scored_at"] or choices.at.isoformat(timespec="seconds"),
        "subject": line["call_id"],
        "extensions": [_ROLES],
        "parties": [
            {"role": "agent", **({"name": card["agent_id"]} if card["agent_id"] else {})},
            {"role": "customer"},
        ],
        "dialog": dialog,
        "analysis": analyses,
    }
    return json.dumps(container, ensure_ascii=False, indent=1).encode() + b"\n"


def _dialog(line: Line, choices: Choices) -> list[dict[str, Any]]:
    heard = line["transcript"]
    # A call that came as a transcript has no recording to speak of.
    if heard is None or heard["started_at"] is None or line["duration_s"] is None:
        return []
    recording = {
        "type": "recording",
        "start": heard["started_at"],
        "duration": line["duration_s"],
        "parties": _parties(heard["channels"], line["layout"]),
        "filename": heard["recording"],
        "content_hash": f"sha256-{_base64(bytes.fromhex(heard['sha256']))}",
    }
    if line["direction"] in _ORIGINATORS:
        recording["originator"] = _ORIGINATORS[line["direction"]]
    sound = choices.audio(line["audio"]) if choices.audio and line["audio"] else None
    if sound is not None:
        # The playable copy is another file than the recording, so that it has another hash.
        recording |= {
            "mediatype": "audio/flac",
            "filename": f"{heard['sha256']}.flac",
            "content_hash": f"sha256-{_base64(hashlib.sha256(sound).digest())}",
            "body": _base64(sound),
            "encoding": "base64url",
        }
    return [recording]


def _parties(channels: Line, layout: str) -> list[int] | list[list[int]]:
    """Who is heard: an entry for each of two channels, both parties in each where nobody knows whose it is."""
    places = {"agent": _AGENT, "customer": _CUSTOMER}
    both = [_AGENT, _CUSTOMER]
    if channels:
        return [places[role] for role in sorted(channels, key=channels.__getitem__)]
    return both if layout == "mono" else [both, both]


def _analysis(kind: str, body: Line, of: dict[str, int]) -> dict[str, Any]:
    return {
        "type": kind,
        **of,
        "vendor": _VENDOR,
        "product": "call-qa",
        "schema": f"call-qa-{kind}-1",
        "mediatype": "application/json",
        "encoding": "json",
        "body": json.dumps(body, ensure_ascii=False),
    }


def _id(line: Line) -> str:
    """A UUID of version 8 (RFC 9562) that the same scorecard of the same call always has."""
    told = json.dumps([line["public_id"], line["scored_at"], line["scorecard"]["sha256"]])
    digest = bytearray(hashlib.sha256(told.encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(digest)))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
