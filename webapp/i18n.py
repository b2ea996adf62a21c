"""Chinese and English: which one a request gets, and the catalogue behind it.

The catalogue is read from its ``.po`` source when the app starts and compiled in memory, so that no
compiled file can be missing or older than its source, in a checkout as in an installed wheel.
"""

from __future__ import annotations

import io
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import LOCALTZ
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, Domain, get_locale

from qa.domain.wording import LANGUAGES, Language

COOKIE = "lang"
ARGUMENT = "lang"
CATALOGUE = Path(__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
_A_YEAR_S = 365 * 24 * 3600


class _CompiledDomain(Domain):  # type: ignore[misc]  # Flask-Babel is untyped
    """The message domain, filled from memory instead of from ``.mo`` files."""

    def __init__(self) -> None:
        super().__init__()
        self._compiled = {"zh": _compile(CATALOGUE)}

    def get_translations(self) -> Translations:
        """The catalogue of the request's language; English is the source and needs none."""
        return self._compiled.get(language(), _SOURCE)


_SOURCE = Translations()


def _compile(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = read_po(source, locale="zh")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def init_app(app: Flask, default: Language) -> None:
    """Give an app its two languages.

    Args:
        app: The app.
        default: The language for a browser that prefers neither.
    """
    app.config["DEFAULT_LANGUAGE"] = default
    babel = Babel(app, default_locale=default, locale_selector=_select)
    babel.domain_instance = domain = _CompiledDomain()
    # Flask-Babel's own look the domain up for every word of a page.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # put there by Jinja's extension
        gettext=lambda text: domain.get_translations().ugettext(text),
        ngettext=lambda one, many, num: domain.get_translations().ungettext(one, many, num),
        newstyle=True,
    )
    app.after_request(_remember)
    app.context_processor(lambda: {"lang": language(), "html_lang": _HTML_LANG[language()]})


_HTML_LANG = {"zh": "zh-CN", "en": "en"}


def language() -> Language:
    """The request's language."""
    if "language" not in g:
        # A page asks for hundreds of words; a locale is slow to name.
        g.language = "zh" if str(get_locale()) == "zh" else "en"
    known: Language = g.language
    return known


def time_zone() -> ZoneInfo:
    """The zone that the reader chose for their account, else this machine's own."""
    asking = g.get("asking")
    chosen = asking.user.time_zone if asking else None
    try:
        return ZoneInfo(chosen or str(LOCALTZ))
    except (ZoneInfoNotFoundError, ValueError):
        # A zone that the machine's database no longer knows must not take the page away.
        return ZoneInfo("UTC")


def _select() -> str:
    """What the address asks for, else what was last chosen here or in the account, else the browser's."""
    for wish in (request.args.get(ARGUMENT), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    asking = g.get("asking")
    if asking and asking.user.language in LANGUAGES:
        return str(asking.user.language)
    default: str = current_app.config["DEFAULT_LANGUAGE"]
    return request.accept_languages.best_match(LANGUAGES, default=default) or default


def _remember(response: Response) -> Response:
    wish = request.args.get(ARGUMENT)
    if wish in LANGUAGES and wish != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, wish, max_age=_A_YEAR_S, httponly=True, samesite="Lax")
    return response
