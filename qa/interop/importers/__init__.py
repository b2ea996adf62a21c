"""Getting calls in: an importer for each kind of record that switches, clouds and transcribers write.

Whatever stands in such a file was chosen by somebody else, a caller at worst: values are cut, cleaned and
checked, what is uncertain is left out, and no path or address in it is ever opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

from qa.domain.errors import SettingsInvalid
from qa.interop.importers.asterisk import Asterisk
from qa.interop.importers.freeswitch import FreeSwitchCsv, FreeSwitchJson
from qa.interop.importers.genesys import Genesys
from qa.interop.importers.own import OwnManifest
from qa.interop.importers.spoken import Simplified
from qa.interop.importers.transcribe import TranscribeAnalytics
from qa.interop.importers.twilio import Twilio
from qa.interop.importers.vcon import VCon
from qa.ports.importing import Importer

SUFFIXES = frozenset({".csv", ".json", ".vcon"})
"""Of files that may be call records."""


def importers(
    zone: tzinfo | None = None, simplified: Simplified | None = None
) -> tuple[Importer, ...]:
    """All importers, in the order in which a file is offered to them.

    Args:
        zone: Where the clock of a switch stands that writes times without an offset; ``None`` for here.
        simplified: Puts Chinese into simplified characters, as the recogniser's text is.
    """
    return (
        OwnManifest(),
        Asterisk(zone),
        FreeSwitchCsv(zone),
        FreeSwitchJson(),
        Genesys(),
        Twilio(),
        TranscribeAnalytics(simplified),
        VCon(simplified),
    )


def importer_for(path: Path, known: Sequence[Importer]) -> Importer | None:
    """The first importer that takes a file for one of its own."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    return next((each for each in known if each.probe(path)), None)


def importer_named(name: str, known: Sequence[Importer]) -> Importer:
    """The importer of a name. Raises ``SettingsInvalid``."""
    for each in known:
        if each.name == name:
            return each
    raise SettingsInvalid(
        f"`{name}` is no format of call records",
        hint=f"one of {', '.join(each.name for each in known)}; see `qa formats`",
    )
