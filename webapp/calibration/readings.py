"""How criteria are to be read: said in a meeting or between two, listed, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.clarification import Clarification
from qa.domain.errors import InputInvalid
from qa.domain.rubric import Rubric
from qa.domain.wording import Language
from qa.interop.lines import Line
from qa.ports.calibration import RatingPlace
from qa.services import clarifications as service
from qa.services.browse import title_of
from qa.services.calibration.reveal import open_reveal
from qa.services.clarifications import ClarificationDraft
from webapp.calibration.blueprint import blueprint
from webapp.calibration.meeting import Typed, call_page, to_criterion
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.i18n import language
from webapp.notices import tell

COLUMNS = (
    "rubric",
    "criterion",
    "criterion_title",
    "text",
    "session",
    "author",
    "made_at",
    "withdrawn_by",
    "withdrawn_at",
)
"""Of the table that can be downloaded."""


@blueprint.get("/clarifications")
@needs(Action.CALIBRATE)
def clarifications() -> str:
    """All that hold, by criterion; on demand those that were taken back, too."""
    return _page()


@blueprint.get("/clarifications.csv")
@needs(Action.CALIBRATE)
def clarification_table() -> Response:
    """All of them, for a spreadsheet."""
    return csv_file(
        "clarifications.csv",
        COLUMNS,
        _lines(_listed(withdrawn=True), deps().standard(), language()),
    )


@blueprint.post("/clarifications")
@needs(Action.CALIBRATE)
def clarify() -> Response | tuple[str, int]:
    """Say how a criterion of the rubric in use is to be read."""
    typed = Typed(request.form.get("criterion", ""), text=request.form.get("text", ""))
    try:
        _clarify(deps().standard(), ClarificationDraft(typed.criterion, typed.text))
    except InputInvalid as error:
        return _page(Typed(typed.criterion, text=typed.text, error=error)), 422
    return tell("clarified", _to_list())


@blueprint.post("/<session_id>/calls/<int:position>/clarifications")
@needs(Action.CALIBRATE)
def clarify_here(session_id: str, position: int) -> Response | tuple[str, int]:
    """Say how a criterion is to be read, out of a meeting on a call."""
    place = RatingPlace(session_id, position)
    typed = Typed(request.form.get("criterion", ""), text=request.form.get("text", ""))
    try:
        _clarify(_rubric_of(place), ClarificationDraft(typed.criterion, typed.text, session_id))
    except InputInvalid as error:
        return call_page(place, Typed(typed.criterion, text=typed.text, error=error)), 422
    return tell("clarified", to_criterion(place, typed.criterion))


@blueprint.post("/clarifications/<clarification_id>/withdraw")
@needs(Action.CALIBRATE)
def withdraw(clarification_id: str) -> Response:
    """Take one back; it stays in the history."""
    service.withdraw(deps().open_store, deps().clock, actor(), clarification_id)
    return tell("clarification_withdrawn", _to_list())


def _clarify(rubric: Rubric, draft: ClarificationDraft) -> None:
    service.clarify(deps().open_store, deps().clock, actor(), rubric, draft)


def _rubric_of(place: RatingPlace) -> Rubric:
    """The rubric that a call of a session is rated by; the one in use where its text is not at hand."""
    reveal = open_reveal(deps().open_store, deps().rubrics, actor(), place.calibration)
    found = (each.rubric for each in reveal.calls if each.drawn.position == place.position)
    return next((each for each in found if each), None) or deps().standard()


def _listed(*, withdrawn: bool) -> tuple[Clarification, ...]:
    return service.list_clarifications(deps().open_store, actor(), withdrawn=withdrawn)


def _page(typed: Typed | None = None) -> str:
    withdrawn = "withdrawn" in request.args
    rubric = deps().standard()
    order = {each.id: place for place, each in enumerate(rubric.criteria)}
    by_criterion: dict[str, list[Clarification]] = {}
    for each in _listed(withdrawn=withdrawn):
        by_criterion.setdefault(each.criterion, []).append(each)
    return render_template(
        "calibration/clarifications.html",
        listed=sorted(
            by_criterion.items(), key=lambda item: (order.get(item[0], len(order)), item[0])
        ),
        title=lambda criterion: title_of(rubric, criterion),
        criteria=[(each.id, each.title.in_language(language())) for each in rubric.criteria],
        withdrawn=withdrawn,
        typed=typed,
    )


def _lines(listed: Iterable[Clarification], rubric: Rubric, shown_in: Language) -> Iterator[Line]:
    for each in listed:
        yield {
            "rubric": each.rubric_id,
            "criterion": each.criterion,
            "criterion_title": title_of(rubric, each.criterion).in_language(shown_in),
            "text": each.text,
            "session": each.calibration_title,
            "author": each.author.name,
            "made_at": each.made_at.isoformat(),
            "withdrawn_by": each.withdrawn_by.name if each.withdrawn_by else None,
            "withdrawn_at": each.withdrawn_at.isoformat() if each.withdrawn_at else None,
        }


def _to_list() -> Response:
    return make_response(redirect(url_for(".clarifications"), 303))
