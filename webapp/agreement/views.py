"""The pages of agreement: by criterion, one criterion, by rater, and over time."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, render_template, request

from qa.domain.access import Action
from qa.services.agreement.course import OF_MACHINE, AgreementCourse, agreement_course
from qa.services.agreement.criteria import AgreementOverview, Sides, agreement
from qa.services.agreement.criterion import criterion_page
from qa.services.agreement.document import document as agreement_document
from qa.services.agreement.figures import name_of
from qa.services.agreement.raters import RatersPage, agreement_by_rater
from qa.statistics.agreement import Figure
from webapp.agreement import course, listing, tables
from webapp.agreement.course import CourseAsked
from webapp.agreement.listing import Asked, RatersAsked
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.i18n import language, time_zone

blueprint = Blueprint("agreement", __name__, url_prefix="/agreement")


@blueprint.context_processor
def _helpers() -> dict[str, object]:
    return {
        "listing": listing,
        "is_figure": lambda shown: isinstance(shown, Figure),
        "name_of": name_of,
    }


# --- by criterion ------------------------------------------------------------------------------


@blueprint.get("")
@needs(Action.CALIBRATE)
def index() -> str:
    """Every criterion: how far people agree, or the machine with people."""
    asked = listing.read(request.args)
    found = _found(asked, "machine" if asked.machine else "people")
    return render_template(
        "agreement/index.html",
        asked=asked,
        view=found,
        rows=listing.arranged(found.rows, asked, language()),
        choices=found.choices,
    )


@blueprint.get("/criteria.csv")
@needs(Action.CALIBRATE)
def table() -> Response:
    """Every criterion with all its figures, for a spreadsheet."""
    asked = listing.read(request.args)
    rows = listing.arranged(_found(asked).rows, asked, language())
    lines = tables.criteria(rows, language())
    return csv_file("agreement.csv", tables.CRITERIA, lines)


@blueprint.get("/criteria.json")
@needs(Action.CALIBRATE)
def document() -> Response:
    """The same with bounds and reasons as they are, for a program."""
    asked = listing.read(request.args)
    rows = listing.arranged(_found(asked).rows, asked, language())
    return jsonify(agreement_document(rows))


def _found(asked: Asked, sides: Sides = "both") -> AgreementOverview:
    return agreement(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        asked.query,
        zone=time_zone(),
        sides=sides,
    )


@blueprint.get("/criteria/<criterion>")
@needs(Action.CALIBRATE)
def show(criterion: str) -> str:
    """One criterion: its tables, who agrees with whom, and the calls on which people differ."""
    asked = listing.read(request.args)
    view = criterion_page(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        asked.query,
        criterion=criterion,
        zone=time_zone(),
    )
    return render_template(
        "agreement/criterion.html",
        asked=asked,
        view=view,
        row=view.row,
        choices=view.choices,
        scale_title=tables.level_titles(view.row.levels, language()),
    )


@blueprint.get("/criteria/<criterion>/pairs.csv")
@needs(Action.CALIBRATE)
def pairs(criterion: str) -> Response:
    """Who agrees with whom about one criterion, for a spreadsheet."""
    asked = listing.read(request.args)
    view = criterion_page(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        asked.query,
        criterion=criterion,
        zone=time_zone(),
    )
    return csv_file("agreement-pairs.csv", tables.PAIRS, tables.pairs(view.pairs))


# --- by rater ----------------------------------------------------------------------------------


@blueprint.get("/raters")
@needs(Action.CALIBRATE)
def raters() -> str:
    """Every rater and the machine against what was agreed."""
    asked = listing.read_raters(request.args)
    view = _raters(asked)
    return render_template(
        "agreement/raters.html",
        asked=asked,
        view=view,
        rows=listing.arranged_raters(view.rows, asked),
        choices=view.choices,
    )


@blueprint.get("/raters.csv")
@needs(Action.CALIBRATE)
def raters_table() -> Response:
    """Every rater, for a spreadsheet."""
    asked = listing.read_raters(request.args)
    rows = listing.arranged_raters(_raters(asked).rows, asked)
    return csv_file("agreement-raters.csv", tables.RATERS, tables.raters(rows))


def _raters(asked: RatersAsked) -> RatersPage:
    return agreement_by_rater(
        deps().open_store, deps().rubrics, deps().clock, actor(), asked.query, zone=time_zone()
    )


# --- over time ---------------------------------------------------------------------------------


@blueprint.get("/course")
@needs(Action.CALIBRATE)
def over_time() -> str:
    """One figure of every criterion, month by month."""
    asked = course.read(request.args)
    view = _course(asked)
    charts = [(row, course.chart(row.figures)) for row in view.rows]
    return render_template(
        "agreement/course.html",
        asked=replace(asked.asked, machine=asked.measure in OF_MACHINE),
        wanted=asked,
        view=view,
        charts=charts,
        bare=all(mark.y is None for _row, marks in charts for mark in marks),
        choices=view.choices,
        course=course,
    )


@blueprint.get("/course.csv")
@needs(Action.CALIBRATE)
def course_table() -> Response:
    """The same for a spreadsheet: a line for each criterion and month."""
    asked = course.read(request.args)
    lines = tables.course(_course(asked), asked.measure, language())
    return csv_file("agreement-course.csv", tables.COURSE, lines)


def _course(asked: CourseAsked) -> AgreementCourse:
    return agreement_course(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        asked.asked.query,
        measure=asked.measure,
        step=asked.step,
        zone=time_zone(),
    )
