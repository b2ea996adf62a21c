"""The morning report in words, section by section: what the terminal draws and a mail holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from string import Formatter
from typing import Any

from rich.cells import cell_len

from qa.domain.phrasebook import PHRASEBOOK
from qa.domain.wording import Language, Param, Reason, render

FILES_NAMED = 20
"""Recordings of one reason that the terminal names; the page and the JSON have them all."""
_ALWAYS = ("found", "scored")
_COUNTS = (
    "found",
    "planned",
    "scored",
    "rescored",
    "not_scorable",
    "retried",
    "quarantined",
    "waiting",
    "put_off",
    "done_before",
    "duplicates",
    "left",
)
_POINTS = ("score", "marks")
"""Figures that are points of a hundred; the others are shares."""
_SUMMED = ("score", "critical", "unsure", "silence", "chinese")
"""Figures of all calls that are told even where nothing moved."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report.

    Attributes:
        rows: Lines of cells: a name, its value, and what more there is to say.
        calls_for: Whether somebody should look at it.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    calls_for: bool = False


def subject(document: Mapping[str, Any], language: Language, zone: tzinfo) -> str:
    """One line for the subject of a mail."""
    outcome = _say(f"night.state.{document['state']}", language)
    return _say("night.subject", language, day=_day(document, zone), outcome=outcome)


def heading(document: Mapping[str, Any], language: Language, zone: tzinfo) -> tuple[str, ...]:
    """The first lines: which night, how it ended, and why it stopped where it did."""
    state, stopped = document["state"], document["stopped"]
    title = _say("night.title", language, day=_day(document, zone), night=document["night"])
    lines = [f"{title}: {_say(f'night.state.{state}', language)}"]
    if stopped:
        why = _say(f"night.stopped.{stopped}", language)
        left = document["recordings"].get("left", 0)
        lines.append(_say("night.why_stopped", language, why=why, left=left))
    if document.get("error"):
        lines.append(_say("night.error", language, error=document["error"]))
    elif document.get("failed"):
        lines.append(_say("night.failed_outside", language))
    return tuple(lines)


def sections(document: Mapping[str, Any], language: Language) -> tuple[Section, ...]:
    """The parts of a report that have anything in them. Takes it whole, or ``for_outside``."""
    found = (
        _recordings(document, language),
        _work(document, language),
        _refused("not_scorable", document, language),
        _refused("quarantined", document, language),
        Section(
            _say("night.waiting", language),
            tuple((name,) for name in _named(document.get("waiting", ()), language)),
        ),
        _stages(document, language),
        _figures(document, language),
        _moved(document, language),
        Section(
            _say("night.weekly", language),
            tuple(_weekly(each, language) for each in document["weekly_alarms"]),
            calls_for=True,
        ),
        Section(
            _say("night.licences", language),
            tuple(
                (f"{each['rubric']} {each['criterion']}", f"{each['before']} → {each['after']}")
                for each in document["licences"]
            ),
        ),
        Section(
            _say("night.not_told", language),
            tuple(
                (_say(f"night.channel.{each['channel']}", language), each["reason"])
                for each in document.get("told", ())
                if not each["ok"]
            ),
            calls_for=True,
        ),
        Section(
            _say("night.notes", language),
            tuple((line,) for line in _named(document.get("warnings", ()), language)),
        ),
    )
    return tuple(section for section in found if section.rows)


def plain(document: Mapping[str, Any], language: Language, zone: tzinfo) -> str:
    """The report as plain text for a mail, its columns in line where Chinese takes two places too."""
    blocks = [
        "\n".join(heading(document, language, zone)),
        *(
            "\n".join([section.title, *_columns(section.rows)])
            for section in sections(document, language)
        ),
        _say("night.open", language, night=document["night"]),
    ]
    return "\n\n".join(blocks) + "\n"


def reason_label(code: str, language: Language) -> str:
    """What recordings of one reason have in common: its wording with a gap for what differs."""
    fields = {name for _, name, _, _ in Formatter().parse(PHRASEBOOK[code][language]) if name}
    return _say(code, language, **dict.fromkeys(fields, "…"))


def stage_name(stage: str, language: Language) -> str:
    """A stage of the pipeline by name; one that nobody has worded yet as it calls itself."""
    code = f"night.stage.{stage}"
    return _say(code, language) if code in PHRASEBOOK else stage


# --- the parts -----------------------------------------------------------------------------------------


def _recordings(document: Mapping[str, Any], language: Language) -> Section:
    counts = document["recordings"]
    whole = document["state"] in ("finished", "cut")
    rows = tuple(
        (_say(f"night.{name}", language), f"{counts[name]:,}")
        for name in _COUNTS
        if counts.get(name) or name in _ALWAYS
        if not (whole and name == "planned")
    )
    return Section(_say("night.recordings", language), rows)


def _work(document: Mapping[str, Any], language: Language) -> Section:
    audio = document["audio"]
    rows = (
        [(_say("night.took", language), _length(document["wall_s"]))] if document["wall_s"] else []
    )
    if audio["seconds"]:
        hours = _say("night.hours_value", language, hours=f"{audio['hours']:,.2f}")
        rows.append((_say("night.hours", language), hours))
    if audio["speed"] is not None:
        speed = _say("night.speed_value", language, speed=f"{audio['speed']:.1f}")
        rows.append((_say("night.speed", language), speed))
    return Section(_say("night.work", language), tuple(rows))


def _refused(name: str, document: Mapping[str, Any], language: Language) -> Section:
    rows: list[tuple[str, ...]] = []
    for group in document[name]:
        label = reason_label(group["code"], language)
        rows.append((label, f"{group['count']:,}"))
        files = group.get("files", [])
        rows += [_file_row(each, label) for each in files[:FILES_NAMED]]
        if len(files) > FILES_NAMED:
            rows.append((f"  {_say('night.more', language, count=len(files) - FILES_NAMED)}",))
    if name == "quarantined" and rows and any("files" in group for group in document[name]):
        rows.append((_say("night.retry", language, command="qa retry NAME, qa retry --all"),))
    return Section(_say(f"night.{name}", language), tuple(rows), calls_for=True)


def _file_row(file: Mapping[str, Any], label: str) -> tuple[str, ...]:
    """A recording; its own reason where that says more than what all of the kind have in common."""
    named = f"  {file['recording']}"
    return (named,) if file["reason"] == label else (named, "", file["reason"])


def _stages(document: Mapping[str, Any], language: Language) -> Section:
    rows = tuple(
        (
            stage_name(each["stage"], language),
            _say("night.seconds", language, seconds=f"{each['seconds']:,.1f}"),
            f"{each['share']:.0%}",
        )
        for each in document["stages"]
    )
    return Section(_say("night.stages", language), rows)


def _figures(document: Mapping[str, Any], language: Language) -> Section:
    figures = document["figures"]
    if figures is None:
        return Section("", ())
    title = _say("night.figures", language, calls=f"{figures['calls']:,}")
    rows = tuple(
        _figure_row(each, language)
        for each in document["drift"]["figures"]
        if each["figure"] in _SUMMED and each["value"] is not None
    )
    return Section(title, rows)


def _moved(document: Mapping[str, Any], language: Language) -> Section:
    drift = document["drift"]
    title = _say("night.moved", language)
    if not drift["figures"]:
        return Section(title, ())
    if not drift["enough"]:
        line = _say("night.too_few", language, nights=drift["nights"], needed=drift["needed"])
        return Section(title, ((line,),))
    if not drift["alarms"]:
        return Section(title, ((_say("night.steady", language, nights=drift["nights"]),),))
    rows = tuple(
        (*_figure_row(each, language), _say(f"night.signal.{each['signal']}", language))
        for each in drift["alarms"]
    )
    return Section(title, rows, calls_for=True)


def _figure_row(figure: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    name = _say(f"night.figure.{figure['figure']}", language)
    named = f"{figure['title']}: {name}" if figure["criterion"] else name
    value = _reading(figure, figure["value"])
    if figure["low"] is None:
        return named, value
    low, high = _reading(figure, figure["low"]), _reading(figure, figure["high"])
    return named, value, _say("night.usual", language, low=low, high=high)


def _reading(figure: Mapping[str, Any], value: float) -> str:
    return f"{value:.1f}" if figure["figure"] in _POINTS else f"{value:.1%}"


def _weekly(alarm: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    usual = _say("night.usual", language, low=f"{alarm['low']:g}", high=f"{alarm['high']:g}")
    signal = _say(f"night.signal.{alarm['signal']}", language)
    return (
        f"{alarm['rubric']} {alarm['figure']} {alarm['week']}",
        f"{alarm['value']:g}",
        usual,
        signal,
    )


# --- words ---------------------------------------------------------------------------------------------


def _say(code: str, language: Language, **params: Param) -> str:
    return render(Reason(code, params), language)


def _day(document: Mapping[str, Any], zone: tzinfo) -> str:
    return datetime.fromisoformat(document["started_at"]).astimezone(zone).date().isoformat()


def _length(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}"


def _named(lines: list[str], language: Language) -> Iterator[str]:
    yield from lines[:FILES_NAMED]
    if len(lines) > FILES_NAMED:
        yield _say("night.more", language, count=len(lines) - FILES_NAMED)


def _columns(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Rows with their cells under one another; the last of each ends where it ends."""
    widths: dict[int, int] = {}
    for row in rows:
        for place, cell in enumerate(row[:-1]):
            widths[place] = max(widths.get(place, 0), cell_len(cell))
    return [
        "  "
        + "  ".join(
            cell + " " * (widths[place] - cell_len(cell)) if place < len(row) - 1 else cell
            for place, cell in enumerate(row)
        )
        for row in rows
    ]
