"""The pages of lessons: all of them, one with what it would change, and the decision on it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa import bootstrap
from qa.domain.access import Action
from qa.domain.errors import InputInvalid, ModelMissing
from qa.domain.faults import invalid
from qa.domain.lesson import REASON_LIMIT, Lesson, LessonChanged
from qa.services.learning import deciding, view
from webapp import forms
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.i18n import language
from webapp.learning import listing
from webapp.learning.drawing import pair
from webapp.notices import tell

blueprint = Blueprint("learning", __name__)


def encoder_in_use() -> str | None:
    """The encoder that heads must be of; ``None`` where none is installed."""
    try:
        return bootstrap.encoder_in_use(deps().settings)
    except ModelMissing:
        return None


@blueprint.get("/learning")
@needs(Action.CALIBRATE)
def index() -> str:
    """All lessons, the latest made first."""
    page = view.lessons_page(deps().open_store, actor(), deps().standard())
    return render_template("learning/index.html", page=page, encoder=encoder_in_use(), pair=pair)


@blueprint.get("/learning/<lesson_id>")
@needs(Action.CALIBRATE)
def show(lesson_id: str) -> str:
    """One lesson with what it would change."""
    return _lesson(lesson_id)


@blueprint.get("/learning/<lesson_id>/changes.csv")
@needs(Action.CALIBRATE)
def table(lesson_id: str) -> Response:
    """All that a lesson changes, for a spreadsheet."""
    page = view.every_change(
        deps().open_store, deps().rubrics, actor(), lesson_id, listing.read(request.args)
    )
    lines = listing.lines(page.changes.rows, page.titles, language())
    return csv_file("lesson-changes.csv", listing.COLUMNS, lines)


@blueprint.post("/learning/<lesson_id>/accept")
@needs(Action.CALIBRATE)
def accept(lesson_id: str) -> Response | tuple[str, int]:
    """Put a lesson to use."""

    def decide() -> Lesson:
        if not request.form.get("sure"):
            raise invalid("sure", "lesson.confirm")
        return deciding.accept(
            deps().open_store,
            deps().clock,
            actor(),
            lesson_id,
            revision=_revision(),
            encoder=encoder_in_use(),
        )

    return _decided(lesson_id, decide, "lesson_accepted")


@blueprint.post("/learning/<lesson_id>/reject")
@needs(Action.CALIBRATE)
def reject(lesson_id: str) -> Response | tuple[str, int]:
    """Turn a candidate down."""
    return _decided(
        lesson_id,
        lambda: deciding.reject(
            deps().open_store,
            deps().clock,
            actor(),
            lesson_id,
            reason=forms.text("reason", limit=REASON_LIMIT, required=False),
            revision=_revision(),
        ),
        "lesson_rejected",
    )


@blueprint.post("/learning/<lesson_id>/retire")
@needs(Action.CALIBRATE)
def retire(lesson_id: str) -> Response | tuple[str, int]:
    """Go back to the heads that ship."""
    return _decided(
        lesson_id,
        lambda: deciding.give_up(
            deps().open_store,
            deps().clock,
            actor(),
            lesson_id,
            reason=forms.text("reason", limit=REASON_LIMIT, required=False),
            revision=_revision(),
        ),
        "lesson_retired",
    )


def _revision() -> int:
    """The revision that the page was made from."""
    return int(forms.number("revision", lowest=1, highest=1_000_000))


def _decided(
    lesson_id: str, decide: Callable[[], Lesson], notice: str
) -> Response | tuple[str, int]:
    try:
        decide()
    except InputInvalid as error:
        return _lesson(lesson_id, error=error), 422
    except LessonChanged:
        return _lesson(lesson_id, changed=True), 409
    address = url_for(".show", lesson_id=lesson_id)
    return tell(notice, make_response(redirect(address, 303)))


def _lesson(lesson_id: str, *, error: InputInvalid | None = None, changed: bool = False) -> str:
    query = listing.read(request.args)
    page = view.lesson_page(deps().open_store, deps().rubrics, actor(), lesson_id, query)
    return render_template(
        "learning/lesson.html",
        page=page,
        lesson=page.lesson,
        query=query,
        listing=listing,
        pages=-(-page.changes.total // query.page_size),
        encoder=encoder_in_use(),
        pair=pair,
        error=error,
        changed=changed,
        typed=request.form,
        limit=REASON_LIMIT,
    )
