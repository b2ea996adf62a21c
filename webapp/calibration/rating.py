"""Rating one call of a session blind: the page, its saves and its submit, and the sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import (
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from qa.domain.access import Action
from qa.domain.calibration import CalibrationConflict, Obstacle
from qa.domain.errors import InputInvalid
from qa.domain.records import Hearing
from qa.domain.reviewing import Entry
from qa.domain.scorecard import Outcome
from qa.ports.calibration import RatingPlace
from qa.services.calibration.rating import RatingChanged, RatingForm, save_rating, submit_rating
from qa.services.calibration.rating_view import (
    CriterionRating,
    RatingView,
    open_rating,
    rating_sound,
)
from webapp.calibration.blueprint import blueprint
from webapp.calibration.meeting import call_page, call_waveform
from webapp.calls.transcript import lines, spoken
from webapp.calls.waveform import marks, waveform
from webapp.deps import deps
from webapp.filters import moment, worded
from webapp.guard import actor, needs
from webapp.notices import tell
from webapp.review import form

_UNDECIDED = "rating.undecided"
"""Why a rating is not complete; the page marks every criterion that is not decided either."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The points that stand in a criterion's head: of what is chosen, 0 of what it may be worth before."""

    outcome: Outcome
    points: float
    max_points: float


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as the page asks for it; it has the shape that the review's own fields are made from.

    Attributes:
        asked: Its choices, and what is entered so far.
        counts: What is chosen; nothing is open until it is decided.
    """

    id: str
    asked: CriterionRating
    counts: Worth


# --- the page ----------------------------------------------------------------------------------


@blueprint.get("/<session_id>/calls/<int:position>")
@needs(Action.CALIBRATE)
def call(session_id: str, position: int) -> str:
    """One call: to rate it blind while the session is open, side by side once it is laid open."""
    place = RatingPlace(session_id, position)
    try:
        view = _opened(place)
    except CalibrationConflict as conflict:
        if conflict.obstacle in (Obstacle.NOT_OPEN, Obstacle.CLOSED, Obstacle.NOT_A_RATER):
            return call_page(place)
        raise
    return _page(view)


@blueprint.get("/<session_id>/calls/<int:position>/waveform.json")
@needs(Action.CALIBRATE)
def peaks(session_id: str, position: int) -> Response:
    """Peaks and lanes of a call; the machine's marks only once the session is laid open."""
    place = RatingPlace(session_id, position)
    try:
        detail = _opened(place).detail
    except CalibrationConflict:
        return jsonify(call_waveform(place))
    if detail.recording is None:
        abort(404)
    heard = replace(detail, hearing=unmarked(detail.hearing))
    return jsonify(waveform(heard, detail.recording, ()))


@blueprint.get("/<session_id>/calls/<int:position>/audio")
@needs(Action.CALIBRATE)
def audio(session_id: str, position: int) -> Response:
    """The playable copy, whole or by byte range."""
    place = RatingPlace(session_id, position)
    path = rating_sound(deps().open_store, deps().shelf, actor(), place)
    name = f"{session_id}-{position}{path.suffix}"
    return send_file(path, mimetype="audio/flac", conditional=True, download_name=name)


def unmarked(hearing: Hearing | None) -> Hearing | None:
    """What was heard without what the machine made of it.

    Silences stay, unnamed. That one is dead air, a hold or an interruption is a verdict in the making, and
    what the recogniser refused is a hint at how it judged.
    """
    if hearing is None:
        return None
    signals = replace(hearing.signals, overlaps=(), ringback=(), holds=(), dead_air=())
    return replace(hearing, signals=signals, transcript=replace(hearing.transcript, dropped=()))


# --- its form ----------------------------------------------------------------------------------


@blueprint.post("/<session_id>/calls/<int:position>")
@needs(Action.CALIBRATE)
def send(session_id: str, position: int) -> Response:
    """Save or submit a rating; a script gets the outcome as data, a form as a page."""
    place = RatingPlace(session_id, position)
    sent: RatingForm | None = None
    try:
        sent = RatingForm(
            revision=request.form.get("revision", 0, type=int),
            entries=form.entries(request.form),
            note=request.form.get("note", ""),
        )
        return _saved(place, sent) if request.form.get("do") == "save" else _submitted(place, sent)
    except InputInvalid as fault:
        return _refused(place, sent, fault)
    except RatingChanged as changed:
        return _stale(place, sent, changed)
    except CalibrationConflict as conflict:
        if not _by_script():
            raise
        told = render_template("calibration/_told.html", told=conflict)
        return make_response(jsonify(told=told), 409)


def _saved(place: RatingPlace, sent: RatingForm) -> Response:
    rating = save_rating(deps().open_store, deps().rubrics, deps().clock, actor(), place, form=sent)
    if _by_script():
        return jsonify(revision=rating.revision, at=moment(rating.saved_at), told="")
    return tell("draft_saved", _to(_address(place)))


def _submitted(place: RatingPlace, sent: RatingForm) -> Response:
    done = submit_rating(deps().open_store, deps().rubrics, deps().clock, actor(), place, form=sent)
    if done.revealed:
        notice, address = "rating_submitted_revealed", _session_address(place)
    elif done.next is None:
        notice, address = "rating_submitted_last", _session_address(place)
    else:
        notice = "rating_submitted"
        address = _address(RatingPlace(place.calibration, done.next))
    return tell(notice, jsonify(next=address) if _by_script() else _to(address))


def _refused(place: RatingPlace, sent: RatingForm | None, fault: InputInvalid) -> Response:
    """Something cannot be taken; a submit has kept the draft all the same, which its revision tells."""
    view = _opened(place)
    if not _by_script():
        return make_response(_page(view, sent, fault=fault), 422)
    return make_response(
        jsonify(
            faults={fault.field: worded(fault.reason)},
            lacks="choice" if fault.reason.code == _UNDECIDED else None,
            revision=view.revision,
        ),
        422,
    )


def _stale(place: RatingPlace, sent: RatingForm | None, changed: RatingChanged) -> Response:
    if _by_script():
        told = render_template("calibration/_told.html", told=changed)
        return make_response(jsonify(told=told), 409)
    return make_response(_page(_opened(place), sent, told=changed), 409)


# --- parts -------------------------------------------------------------------------------------


def _opened(place: RatingPlace) -> RatingView:
    return open_rating(deps().open_store, deps().rubrics, actor(), place)


def _page(
    view: RatingView,
    sent: RatingForm | None = None,
    *,
    fault: InputInvalid | None = None,
    told: RatingChanged | None = None,
) -> str:
    place: dict[str, Any] = {
        "session_id": view.calibration.public_id,
        "position": view.drawn.position,
    }
    hearing = unmarked(view.detail.hearing)
    shown = _sections(view, sent.entries if sent else None)
    criteria = [line for _title, each in shown for line in each]
    return render_template(
        "calibration/own.html" if view.submitted else "calibration/rate.html",
        view=view,
        session=view.calibration,
        drawn=view.drawn,
        call=view.detail,
        rubric=view.rubric,
        desk=view,
        sections=shown,
        number=len(criteria),
        decided=sum(line.asked.entry.choice is not None for line in criteria),
        saved_at=view.rating.saved_at if view.rating else None,
        note=sent.note if sent else view.note,
        fault=fault,
        told=told,
        blind=True,
        spoken=spoken(view.detail),
        lines=lines(hearing, view.turns, ()),
        marked={mark["kind"] for mark in marks(hearing, (), ())},
        swaps=(),
        seen=0,
        waveform_address=url_for(".peaks", **place),
        audio_address=url_for(".audio", **place),
        login_address=url_for("entry.log_in", next=request.full_path.removesuffix("?")),
        previous=view.previous,
        next=view.next,
    )


def _sections(
    view: RatingView, sent: Mapping[str, Entry] | None
) -> list[tuple[Any, tuple[Line, ...]]]:
    """The criteria by section; a form that was not taken is shown as it was sent."""

    def line(asked: CriterionRating) -> Line:
        if sent is not None:
            asked = replace(asked, entry=sent.get(asked.id, Entry(None)))
        chosen = next((each for each in asked.options if each.choice == asked.entry.choice), None)
        worth = Worth(
            outcome=chosen.choice.outcome if chosen else Outcome.CANNOT_JUDGE,
            points=chosen.points if chosen else 0.0,
            max_points=asked.max_points,
        )
        return Line(asked.id, asked, worth)

    return [(section.title, tuple(map(line, section.criteria))) for section in view.sections]


def _by_script() -> bool:
    """Whether a script of the page asks, which shows the outcome itself."""
    return request.accept_mimetypes.best == "application/json"


def _address(place: RatingPlace) -> str:
    return url_for(".call", session_id=place.calibration, position=place.position)


def _session_address(place: RatingPlace) -> str:
    return url_for(".show", session_id=place.calibration)


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
