"""The message catalogue: collects the texts of templates and code into the ``.po`` file.

``python -m webapp.catalogue`` updates it after a text has changed; nothing has to be compiled.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from webapp.i18n import CATALOGUE

_WEBAPP = Path(__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}


def used() -> Catalog:
    """Every text that the app shows, untranslated."""
    catalogue = Catalog(project="Call QA", charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        _WEBAPP, method_map=_METHODS, options_map=_OPTIONS
    ):
        catalogue.add(
            message, None, [(f"webapp/{file}", 0)], auto_comments=comments, context=context
        )
    return catalogue


def stored() -> Catalog:
    """The Chinese catalogue as it is kept."""
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="zh")


def update() -> None:
    """Bring the Chinese catalogue up to the texts in use; new ones come without a translation."""
    catalogue = stored()
    catalogue.update(used(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    write_po(
        written, catalogue, omit_header=True, include_lineno=False, sort_output=True, width=100
    )
    CATALOGUE.write_bytes(written.getvalue())


if __name__ == "__main__":
    update()
