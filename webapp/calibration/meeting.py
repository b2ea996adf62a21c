"""A session laid open: the whole of it and one call side by side, what is agreed, and all of it as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.calibration import (
    TITLE_LIMIT,
    Calibration,
    CalibrationNotFound,
    DrawnCall,
    RatingDecision,
)
from qa.domain.errors import CallNotFound, InputInvalid
from qa.domain.records import CallQuery
from qa.domain.wording import Language
from qa.interop.lines import Line as TableLine
from qa.ports.calibration import RatingPlace
from qa.services.browse import CallView, open_call
from qa.services.calibration.masters import Agreement, MasterChanged
from qa.services.calibration.masters import agree as enter_agreed
from qa.services.calibration.reveal import RevealView, Row, open_reveal
from qa.services.calibration.unanimous import agree_on_undisputed, undisputed
from qa.services.calibration.view import CalibrationView, open_calibration
from webapp.calibration.blueprint import blueprint
from webapp.calls.readings import readings
from webapp.calls.transcript import latest, lines, spoken
from webapp.calls.waveform import Waveform, marks, waveform
from webapp.coaching.fields import shown_day
from webapp.deps import deps
from webapp.download import csv_file
from webapp.filters import here
from webapp.guard import actor, needs
from webapp.i18n import language
from webapp.listing import one_of
from webapp.notices import tell

Order = Literal["divergence", "call", "criterion"]
ORDERS: tuple[Order, ...] = get_args(Order)

COLUMNS = (
    "call",
    "call_id",
    "criterion",
    "criterion_title",
    "rubric",
    "rubric_version",
    "by",
    "name",
    "verdict",
    "points",
    "max_points",
    "reason",
    "note",
    "seen_before",
    "decided_at",
)
"""Of the table that can be downloaded; ``by`` is ``machine``, ``rater`` or ``agreed``."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one criterion and could not be taken."""

    criterion: str
    choice: str = ""
    reason: str = ""
    text: str = ""
    error: InputInvalid | None = None
    changed: MasterChanged | None = None


# --- pages -------------------------------------------------------------------------------------


def reveal_page(view: CalibrationView) -> str:
    """The page of a session that is laid open: what people disagree on most first."""
    session = view.calibration
    reveal = _revealed(session.public_id)
    order: Order = one_of(request.args, "sort", ORDERS) or "divergence"
    rows = _ordered(reveal, order)
    return render_template(
        "calibration/reveal.html",
        view=view,
        session=session,
        reveal=reveal,
        order=order,
        apart=[row for row in rows if not row.comparison.agreed],
        alike=[row for row in rows if row.comparison.agreed],
        names={each.position: each for each in session.calls},
        titles={row.comparison.criterion: here(row.title) for row in rows},
        **terms_of(session),
    )


def terms_of(session: Calibration) -> dict[str, Any]:
    """The terms of a session as the form that changes them is filled in."""
    return {
        "typed": {"title": session.title, "note": session.note, "due": shown_day(session.due_at)},
        "title_limit": TITLE_LIMIT,
        "editing": False,
        "error": None,
    }


def call_page(place: RatingPlace, typed: Typed | None = None) -> str:
    """One call of a session that is laid open, its criteria side by side.

    Raises:
        CalibrationConflict: The session is not laid open.
        CalibrationNotFound: There is no such session, or no such call in it.
    """
    reveal = _revealed(place.calibration)
    drawn = _drawn(reveal, place.position)
    view = _heard(drawn)
    hearing = view.detail.hearing if view else None
    turns = view.turns if view else ()
    rows = [row for row in reveal.rows if row.comparison.position == place.position]
    positions = [each.drawn.position for each in reveal.calls]
    here_at = positions.index(place.position) if place.position in positions else 0
    return render_template(
        "calibration/compare.html",
        session=reveal.calibration,
        reveal=reveal,
        drawn=drawn,
        totals=next((each for each in reveal.calls if each.drawn == drawn), None),
        rows=rows,
        undisputed=len(undisputed([row.comparison for row in rows])),
        typed=typed,
        readings=readings(drawn.rubric),
        call=view.detail if view else None,
        spoken=spoken(view.detail) if view else "",
        lines=lines(hearing, turns, ()),
        marked={mark["kind"] for mark in marks(hearing, (), ())},
        swaps=(),
        seen=latest(turns),
        waveform_address=url_for(".peaks", session_id=place.calibration, position=place.position),
        previous=positions[here_at - 1] if here_at > 0 else None,
        next=positions[here_at + 1] if here_at + 1 < len(positions) else None,
    )


def call_waveform(place: RatingPlace) -> Waveform:
    """What the waveform of a call is drawn from once the session is laid open."""
    view = _heard(_drawn(_revealed(place.calibration), place.position))
    if view is None or view.detail.recording is None:
        abort(404)
    return waveform(view.detail, view.detail.recording, ())


def _revealed(session_id: str) -> RevealView:
    return open_reveal(deps().open_store, deps().rubrics, actor(), session_id)


def _drawn(reveal: RevealView, position: int) -> DrawnCall:
    drawn = reveal.calibration.drawn(position)
    if drawn is None:
        raise CalibrationNotFound(f"the session has no call {position}")
    return drawn


def _heard(drawn: DrawnCall) -> CallView | None:
    """The call as it can be listened to; ``None`` where it is gone, or is still to be rated elsewhere."""
    if drawn.call is None:
        return None
    try:
        return open_call(
            deps().open_store, deps().rubrics, actor(), drawn.call, CallQuery(page_size=1)
        )
    except CallNotFound:
        return None


def _ordered(reveal: RevealView, order: Order) -> Sequence[Row]:
    """The rows in an order; they come with what people disagree on most first."""
    if order == "call":
        return sorted(reveal.rows, key=lambda row: row.comparison.position)
    if order == "criterion":
        return sorted(reveal.rows, key=lambda row: here(row.title))
    return reveal.rows


# --- what is agreed ----------------------------------------------------------------------------


@blueprint.post("/<session_id>/calls/<int:position>/agreed")
@needs(Action.CALIBRATE)
def agree(session_id: str, position: int) -> Response | tuple[str, int]:
    """Enter what was agreed on a criterion; what was typed stays where that cannot be."""
    place = RatingPlace(session_id, position)
    criterion = request.form.get("criterion", "")
    agreement = Agreement(
        position=position,
        criterion=criterion,
        choice=request.form.get("choice", ""),
        reason=request.form.get("reason", ""),
        revision=request.form.get("revision", 0, type=int),
    )
    typed = Typed(criterion, agreement.choice, agreement.reason)
    try:
        enter_agreed(
            deps().open_store,
            deps().rubrics,
            deps().clock,
            actor(),
            session_id,
            agreement=agreement,
        )
    except InputInvalid as error:
        return call_page(place, Typed(criterion, typed.choice, typed.reason, error=error)), 422
    except MasterChanged as changed:
        return call_page(place, Typed(criterion, typed.choice, typed.reason, changed=changed)), 409
    return tell("agreed", to_criterion(place, criterion))


@blueprint.post("/<session_id>/calls/<int:position>/undisputed")
@needs(Action.CALIBRATE)
def agree_on_rest(session_id: str, position: int) -> Response | tuple[str, int]:
    """Enter at once what everybody said the same of."""
    place, reason = RatingPlace(session_id, position), request.form.get("reason", "")
    try:
        agree_on_undisputed(deps().open_store, deps().clock, actor(), place, reason=reason)
    except InputInvalid as error:
        return call_page(place, Typed("", reason=reason, error=error)), 422
    address = url_for(".call", session_id=session_id, position=position)
    return tell("agreed", make_response(redirect(address, 303)))


def to_criterion(place: RatingPlace, criterion: str) -> Response:
    """Back to a criterion of a call."""
    address = url_for(
        ".call",
        session_id=place.calibration,
        position=place.position,
        _anchor=f"criterion-{criterion}",
    )
    return make_response(redirect(address, 303))


# --- the table ---------------------------------------------------------------------------------


@blueprint.get("/<session_id>/verdicts.csv")
@needs(Action.CALIBRATE)
def verdicts(session_id: str) -> Response:
    """Everything that was said and agreed, one verdict a line, for a spreadsheet."""
    view = open_calibration(deps().open_store, deps().clock, actor(), session_id)
    if not view.calibration.revealed:
        return make_response(redirect(url_for(".show", session_id=session_id)))
    lines_of = _lines(_revealed(session_id), language())
    return csv_file(f"calibration-{session_id}.csv", COLUMNS, lines_of)


def _lines(reveal: RevealView, shown_in: Language) -> Iterator[TableLine]:
    calls = {each.position: each for each in reveal.calibration.calls}
    for row in sorted(reveal.rows, key=lambda each: each.comparison.position):
        compared = row.comparison
        call = calls[compared.position]
        common = {
            "call": compared.position,
            "call_id": call.call_name,
            "criterion": compared.criterion,
            "criterion_title": row.title.in_language(shown_in),
            "rubric": call.rubric.id,
            "rubric_version": call.rubric.version,
        }
        if compared.machine:
            machine = compared.machine
            yield {
                **common,
                "by": "machine",
                "verdict": machine.outcome.value,
                "points": machine.points,
                "max_points": machine.max_points,
            }
        for opinion in compared.opinions:
            yield {
                **common,
                "by": "rater",
                "name": opinion.rater.person.name,
                "seen_before": opinion.seen_before,
                **(_said(opinion.decision) if opinion.decision else {}),
            }
        if compared.master:
            master = compared.master
            yield {
                **common,
                "by": "agreed",
                "name": master.decided_by.name,
                "verdict": master.outcome.value,
                "points": master.points,
                "max_points": master.max_points,
                "reason": master.reason,
                "decided_at": master.decided_at.isoformat(),
            }


def _said(decision: RatingDecision) -> Mapping[str, object]:
    return {
        "verdict": decision.outcome.value,
        "points": decision.points,
        "max_points": decision.max_points,
        "reason": decision.reason,
        "note": decision.note,
        "decided_at": decision.decided_at.isoformat(),
    }
