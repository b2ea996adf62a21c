"""How values read on a page."""

from __future__ import annotations

import math
from datetime import datetime

from flask import Flask
from flask_babel import gettext

from qa.domain.wording import Reason, Text, render
from webapp.i18n import language, time_zone


def init_app(app: Flask) -> None:
    """Give the templates their filters."""
    app.add_template_filter(clock)
    app.add_template_filter(stretch)
    app.add_template_filter(moment)
    app.add_template_filter(worded)
    app.add_template_filter(here)
    app.add_template_filter(points)
    app.add_template_filter(percent)
    app.add_template_filter(fine_percent)
    app.add_template_filter(seconds)
    app.add_template_filter(decibels)
    app.add_template_filter(language_name)
    app.add_template_filter(masked)


def clock(seconds: float | None) -> str:
    """A place or length in a recording: ``1:05``, ``1:02:03``; a dash where it is not known."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def stretch(start_s: float, end_s: float) -> str:
    """A stretch in whole seconds that hold all of it: ``0:14–0:17``."""
    return f"{clock(start_s)}–{clock(math.ceil(end_s))}"


def moment(at: datetime | None) -> str:
    """A date and time to the minute on the reader's clock."""
    return "–" if at is None else at.astimezone(time_zone()).strftime("%Y-%m-%d %H:%M")


def worded(reason: Reason) -> str:
    """A reason in the reader's language."""
    return render(reason, language())


def here(text: Text) -> str:
    """A text in the reader's language."""
    return text.in_language(language())


def points(value: float | None) -> str:
    """Points or a score without needless decimals; a dash where there is none."""
    return "–" if value is None else f"{value:g}"


def percent(share: float) -> str:
    """A share of one as whole per cent."""
    return f"{round(share * 100)}%"


def fine_percent(share: float) -> str:
    """A share of one where a tenth of a per cent matters: ``12%``, ``1.3%``, ``<0.1%``, ``0%``."""
    if share >= 0.1 or share == 0:  # noqa: PLR2004 - two figures are read, more are not
        return f"{share:.0%}"
    return f"{share:.1%}" if share >= 0.0005 else "<0.1%"  # noqa: PLR2004 - less would read 0.0%


def seconds(length_s: float) -> str:
    """A length with its unit: ``35 s``, tenths below ten, ``<0.1 s`` for next to nothing."""
    if length_s >= 10:  # noqa: PLR2004 - two figures are read, more are not
        shown = f"{length_s:.0f}"
    elif length_s >= 0.05:  # noqa: PLR2004 - less would read 0.0
        shown = f"{length_s:.1f}"
    else:
        shown = "<0.1"
    worded: str = gettext("%(seconds)s s", seconds=shown)
    return worded


def decibels(level: float) -> str:
    """A level or a ratio in whole decibels, with a proper minus."""
    return f"{level:.0f}".replace("-", "−")


def language_name(code: str | None) -> str:
    """A spoken language by name."""
    names: dict[str, str] = {"zh": gettext("Chinese"), "en": gettext("English")}
    return names.get(code or "", "–")


def masked(number: str | None) -> str | None:
    """A telephone number by its last four digits: enough to recognise, too little to call."""
    return f"•••• {number[-4:]}" if number else None
