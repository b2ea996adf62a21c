"""File names and file ids made of call ids, which may be anything at all.

A name that is made is one plain component: no separator, no leading dot or dash, nothing that Windows keeps for its
devices, at most ``_LONGEST`` bytes. It never leaves the folder that it is put in.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_LONGEST = 180
"""Bytes of UTF-8, so that a digest and an extension fit under the 255 that file systems take."""
_FOREIGN = re.compile(r"[^\w.-]+")
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CONIN|CONOUT|COM\d|LPT\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their extension."""
INDEX = "index"
"""Kept for the list of what is in a folder."""


class FileNames:
    """Names that differ from one another also where a file system does not tell upper from lower case."""

    def __init__(self) -> None:
        self._taken = {INDEX}

    def of(self, call_id: str) -> str:
        """The name for a call, without an extension.

        An id that is a plain name is kept as it is; any other is given a digest of the id, so that two that look
        alike afterwards stay apart, and so is one that only differs in case from another.
        """
        plain = _plain(call_id)
        name = plain if plain == call_id else ""
        digest = hashlib.sha256(call_id.encode(errors="surrogatepass")).hexdigest()
        length = 8
        while not name or _folded(name) in self._taken:
            name = f"{plain}-{digest[:length]}" if plain else digest[:length]
            length += 1
        self._taken.add(_folded(name))
        return name


def _plain(text: str) -> str:
    made = _FOREIGN.sub("_", unicodedata.normalize("NFC", text))
    made = made.encode(errors="replace")[:_LONGEST].decode(errors="ignore").lstrip(".-").rstrip(".")
    return f"_{made}" if _DEVICES.fullmatch(unicodedata.normalize("NFKC", made)) else made


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
