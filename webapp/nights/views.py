"""The pages of nights: all of them, one with its morning report, and both to download."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from qa.domain.access import Action
from qa.domain.night import NightKind
from qa.domain.wording import Reason, render
from qa.interop.metrics import CONTENT_TYPE, registry, text
from qa.interop.night_text import reason_label, stage_name
from qa.services.nights.reading import night_metrics, night_report, nights_page
from qa.services.paging import pages_of
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.i18n import language
from webapp.nights import drawing, listing

blueprint = Blueprint("nights", __name__)

FILES_SHOWN = 50
"""Recordings of one reason that the page names; the table to download has all."""
_ALL_ROWS = 100_000
_FILE_COLUMNS = ("outcome", "code", "reason", "recording", "call_id")


@blueprint.app_template_filter()
def instant(written: str) -> datetime:
    """A moment of a report as one that can be shown."""
    return datetime.fromisoformat(written)


@blueprint.app_template_filter()
def quoted(name: str) -> str:
    """A file name as a shell takes it."""
    return shlex.quote(name)


@blueprint.get("/nights")
@needs(Action.SEE_NIGHTS)
def index() -> str:
    """The nights, the latest first unless asked for otherwise."""
    query = listing.read(request.args)
    page = nights_page(deps().open_store, deps().clock, actor(), query)
    return render_template(
        "nights/index.html",
        query=query,
        page=page,
        pages=pages_of(page.total, query.page_size),
        kinds=tuple(NightKind),
        listing=listing,
        outcomes=drawing.outcomes,
        say=_say,
    )


@blueprint.get("/nights.csv")
@needs(Action.SEE_NIGHTS)
def table() -> Response:
    """The nights, for a spreadsheet."""
    query = replace(listing.read(request.args), page=1, page_size=_ALL_ROWS)
    rows = nights_page(deps().open_store, deps().clock, actor(), query).rows
    return csv_file("nights.csv", listing.COLUMNS, map(listing.night_line, rows))


@blueprint.get("/nights/<int:night_id>")
@needs(Action.SEE_NIGHTS)
def show(night_id: int) -> str:
    """The morning report."""
    document = _document(night_id)
    return render_template(
        "nights/night.html",
        report=document,
        overall=[each for each in document["drift"]["figures"] if not each["criterion"]],
        criteria=_criteria(document),
        files_shown=FILES_SHOWN,
        slots=drawing.slots,
        label=lambda code: reason_label(code, language()),
        stage=lambda name: stage_name(name, language()),
        say=_say,
    )


@blueprint.get("/nights/<int:night_id>/report.json")
@needs(Action.SEE_NIGHTS)
def as_json(night_id: int) -> Response:
    """The same as a document for programs."""
    written = current_app.json.dumps(_document(night_id))
    return Response(
        written,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="night-{night_id}.json"'},
    )


@blueprint.get("/nights/<int:night_id>/files.csv")
@needs(Action.SEE_NIGHTS)
def files(night_id: int) -> Response:
    """Every recording without a score, for a spreadsheet."""
    document = _document(night_id)
    lines = (
        {"outcome": outcome, "code": group["code"], **each}
        for outcome in ("not_scorable", "quarantined")
        for group in document[outcome]
        for each in group["files"]
    )
    return csv_file(f"night-{night_id}-files.csv", _FILE_COLUMNS, lines)


@blueprint.get("/metrics")
@needs(Action.SEE_NIGHTS)
def metrics() -> Response:
    """How the nights went, for Prometheus."""
    found = night_metrics(deps().open_store, deps().clock, actor())
    return Response(text(registry(found)), content_type=CONTENT_TYPE)


def _document(night_id: int) -> dict[str, Any]:
    return night_report(
        deps().open_store, deps().rubrics, deps().clock, actor(), night_id, language=language()
    )


def _criteria(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each criterion's figures with their limits, what moved first, then what fails most."""
    figures = document["figures"]
    if figures is None:
        return []
    courses = {(each["criterion"], each["figure"]): each for each in document["drift"]["figures"]}
    rows = [
        {
            **each,
            "failed_course": courses.get((each["criterion"], "failed")),
            "score_course": courses.get((each["criterion"], "marks")),
        }
        for each in figures["criteria"]
    ]
    return sorted(
        rows,
        key=lambda row: (
            not any(row[name] and row[name]["signal"] for name in ("failed_course", "score_course"))
        ),
    )


def _say(code: str, **params: str | float) -> str:
    return render(Reason(code, params), language())
