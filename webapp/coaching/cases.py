"""The case library: examples to hear, and the form that makes one of a stretch of a call."""

from __future__ import annotations

import io

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from qa.domain.access import Action
from qa.domain.cases import Case, CaseKind
from qa.domain.errors import InputInvalid
from qa.domain.people import Team
from qa.domain.records import CallDetail
from qa.services import cases
from qa.services.cases import CaseDraft
from webapp import forms
from webapp.coaching import case_list, fields
from webapp.coaching.rubric import criterion_choices, criterion_title, rubric_in_use
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("cases", __name__)
blueprint.add_app_template_filter(fields.shown_place)

_TYPED = ("kind", "criterion", "start", "end", "comment", "team")


@blueprint.app_context_processor
def _names() -> dict[str, object]:
    """What the form on the page of a call offers, asked for where that form is shown."""
    return {
        "case_criteria": _criteria,
        "case_teams": _teams,
        "cases_of_call": _cases_of_call,
        "may_remove_case": _may_remove,
    }


@blueprint.get("/cases")
@needs(Action.SEE_CASES)
def index() -> str:
    """The cases that somebody may hear, newest first."""
    query = case_list.read(request.args)
    return render_template(
        "coaching/cases.html",
        cases=cases.list_cases(deps().open_store, actor(), query),
        listing=case_list,
        criteria=criterion_choices(),
    )


@blueprint.get("/cases/<case_id>")
@needs(Action.SEE_CASES)
def case(case_id: str) -> str:
    """One case."""
    found = cases.open_case(deps().open_store, actor(), case_id)
    return render_template("coaching/case.html", case=found)


@blueprint.get("/cases/<case_id>/sound")
@needs(Action.SEE_CASES)
def sound(case_id: str) -> Response:
    """The stretch of a case, whole or by byte range, and nothing of the call around it."""
    clip = cases.case_sound(deps().open_store, deps().shelf, actor(), case_id)
    return send_file(
        io.BytesIO(clip),
        mimetype="audio/flac",
        conditional=True,
        # A case never changes: a player that asks for a part of it gets the part of the same file.
        etag=case_id,
        download_name=f"{case_id}.flac",
    )


@blueprint.get("/calls/<public_id>/cases/new")
@needs(Action.MARK_CASE)
def blank(public_id: str) -> str:
    """The form that makes a case of a call, filled in from the address."""
    return _form(public_id, {name: request.args.get(name, "") for name in _TYPED})


@blueprint.post("/calls/<public_id>/cases/new")
@needs(Action.MARK_CASE)
def mark(public_id: str) -> Response | tuple[str, int]:
    """Make a case of a stretch of a call."""
    try:
        cases.mark_case(
            deps().open_store,
            actor(),
            deps().clock,
            deps().standard(),
            CaseDraft(
                call=public_id,
                kind=CaseKind(forms.choice("kind", list(CaseKind))),
                criterion=request.form.get("criterion", ""),
                start_s=fields.place("start"),
                end_s=fields.place("end"),
                comment=request.form.get("comment", ""),
                team=request.form.get("team", ""),
            ),
        )
    except InputInvalid as error:
        typed = {name: request.form.get(name, "") for name in _TYPED}
        return _form(public_id, typed, error), 422
    return tell("case_marked", make_response(redirect(url_for("calls.call", public_id=public_id))))


@blueprint.post("/cases/<case_id>/remove")
@needs(Action.MARK_CASE)
def remove(case_id: str) -> Response:
    """Take a case out of the library."""
    cases.remove_case(deps().open_store, actor(), deps().clock, case_id)
    return tell("case_removed", make_response(redirect(url_for(".index"))))


def _form(public_id: str, typed: dict[str, str], error: InputInvalid | None = None) -> str:
    """A page of its own for the form, for who comes without a script or sent what cannot be taken."""
    call = cases.call_to_mark(deps().open_store, actor(), public_id)
    return render_template("coaching/mark_case.html", call=call, typed=typed, error=error)


def _criteria(call: CallDetail) -> list[tuple[str, str]]:
    return [(each, criterion_title(each)) for each in cases.criteria_of(call, rubric_in_use())]


def _teams() -> tuple[Team, ...]:
    return cases.teams(deps().open_store, actor())


def _cases_of_call(public_id: str) -> tuple[Case, ...]:
    return cases.cases_of_call(deps().open_store, actor(), public_id)


def _may_remove(case: Case) -> bool:
    return cases.may_remove(actor(), case)
