"""Style sheets, scripts and fonts, under an address that changes whenever any of them does.

A browser may then keep them for good and asks for none of them twice, and scripts, which import one another by
relative paths, are always of one version. What is text, of a page too, travels compressed to who asks for it so.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_compress import Compress

FOLDER = Path(__file__).parent / "static"
KEPT_FOR = timedelta(days=365)
"""How long a browser keeps them; what is longer than a year means the same (RFC 9111, 1.2.2)."""


_COMPRESSED = ["text/html", "text/css", "text/javascript", "image/svg+xml"]


def init_app(app: Flask) -> None:
    """Let browsers keep an app's files, and get its texts compressed."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEPT_FOR
    app.config["COMPRESS_MIMETYPES"] = _COMPRESSED
    Compress(app)


def address(folder: Path = FOLDER) -> str:
    """The path that a folder's files are served below: it holds a digest of their names and contents."""
    digest = hashlib.sha256()
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return f"/static/{digest.hexdigest()[:12]}"
