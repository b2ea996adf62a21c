"""The pages of licences: all of them with drift, one criterion with its history, and tables to download."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa import bootstrap
from qa.domain.access import Action
from qa.domain.errors import Conflict, InputInvalid
from qa.domain.licence import Level, Measure, Terms
from qa.interop import licence_lines
from qa.services.drift import drift
from qa.services.licences import view
from qa.services.licences.steps import NOTE_LIMIT, review_licences, set_licence
from qa.statistics.skill import LICENCE_LEVEL
from webapp import forms
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.licences import listing
from webapp.licences.drawing import bar, marks, spark
from webapp.notices import tell

blueprint = Blueprint("licences", __name__)

FIGURES = "figures"
"""The choice that leaves a level to the figures again."""


def terms() -> Terms:
    """On what terms levels are earned and lost here."""
    return bootstrap.licence_terms(deps().settings)


@blueprint.get("/licences")
@needs(Action.CALIBRATE)
def index() -> str:
    """Every licence, the history of changes, and drift."""
    page = view.licences_page(deps().open_store, deps().rubrics, deps().clock, actor(), terms())
    return render_template(
        "licences/index.html",
        page=page,
        query=listing.read(request.args),
        listing=listing,
        charts=[(course, spark(course)) for course in page.drift.courses],
        **_common(),
    )


@blueprint.get("/licences/<rubric_id>/<criterion>")
@needs(Action.CALIBRATE)
def show(rubric_id: str, criterion: str) -> str:
    """One criterion's figures and history."""
    return _criterion(rubric_id, criterion)


@blueprint.post("/licences/<rubric_id>/<criterion>")
@needs(Action.MANAGE_LICENCES)
def change(rubric_id: str, criterion: str) -> Response | tuple[str, int]:
    """Set a level by hand, or leave it to the figures again."""
    try:
        level = forms.choice("level", (*Level, FIGURES))
        set_licence(
            deps().open_store,
            deps().rubrics,
            deps().clock,
            actor(),
            (rubric_id, criterion),
            level=None if level == FIGURES else Level(level),
            note=forms.text("note", limit=NOTE_LIMIT),
            seen=Level(forms.choice("seen", tuple(Level))),
        )
    except InputInvalid as error:
        return _criterion(rubric_id, criterion, error=error), 422
    except Conflict:
        return _criterion(rubric_id, criterion, changed=True), 409
    address = url_for(".show", rubric_id=rubric_id, criterion=criterion)
    return tell("licence_set", make_response(redirect(address, 303)))


@blueprint.post("/licences/look")
@needs(Action.MANAGE_LICENCES)
def look() -> Response:
    """Make the week's decision now; once it is made, nothing."""
    # Kept for all: what is decided must not hang on who asks for it.
    store = deps().open_store.for_everybody()
    looked = review_licences(store, deps().rubrics, deps().clock, actor(), terms())
    notice = "licences_decided" if looked.decided else "licences_decided_before"
    return tell(notice, make_response(redirect(url_for(".index"), 303)))


@blueprint.get("/licences.csv")
@needs(Action.CALIBRATE)
def table() -> Response:
    """All licences, for a spreadsheet."""
    rows = view.every_licence(deps().open_store, deps().rubrics, deps().clock, actor(), terms())
    lines = map(licence_lines.licence_line, listing.arranged(rows, listing.read(request.args)))
    return csv_file("licences.csv", licence_lines.LICENCE_COLUMNS, lines)


@blueprint.get("/licences/history.csv")
@needs(Action.CALIBRATE)
def history() -> Response:
    """All changes with their figures, for a spreadsheet."""
    changes = view.every_change(deps().open_store, actor())
    lines = map(licence_lines.change_line, changes)
    return csv_file("licence-history.csv", licence_lines.CHANGE_COLUMNS, lines)


@blueprint.get("/licences/drift.csv")
@needs(Action.CALIBRATE)
def drift_table() -> Response:
    """Every week of every figure with its limits, for a spreadsheet."""
    found = drift(deps().open_store, deps().clock, actor())
    return csv_file("drift.csv", licence_lines.DRIFT_COLUMNS, licence_lines.drift_lines(found))


def _criterion(
    rubric_id: str, criterion: str, *, error: InputInvalid | None = None, changed: bool = False
) -> str:
    page = view.criterion_page(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        terms=terms(),
        key=(rubric_id, criterion),
    )
    return render_template(
        "licences/criterion.html",
        page=page,
        row=page.row,
        error=error,
        changed=changed,
        typed=request.form,
        limit=NOTE_LIMIT,
        figures=FIGURES,
        **_common(),
    )


def _common() -> dict[str, object]:
    held = terms()
    return {
        "terms": held,
        "licensing": deps().settings.licenses,
        "measures": tuple(Measure),
        "levels": tuple(Level),
        "bar": lambda bounds, measure: bar(bounds, measure, held),
        "marks": lambda measure: marks(measure, held),
        "sure": LICENCE_LEVEL,
    }
