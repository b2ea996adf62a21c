"""Who has an account and in which team: for admins."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from flask import Blueprint, Response, render_template, request, url_for

from qa import bootstrap
from qa.domain.access import Action
from qa.domain.errors import Conflict, InputInvalid
from qa.domain.people import (
    AGENT_ID_LIMIT,
    LOGIN_LIMIT,
    NAME_LIMIT,
    Account,
    Team,
    User,
    UserRole,
)
from qa.interop.lines import table_csv
from qa.services import accounts, login, teams
from qa.services.accounts import Invited
from webapp import forms
from webapp.accounts import directory
from webapp.accounts.arrival import page_of, to
from webapp.accounts.own import logins, time_zones
from webapp.accounts.wording import init_blueprint, role_name
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.notices import tell
from webapp.security import own_origin

blueprint = Blueprint("people", __name__)
init_blueprint(blueprint)

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese as the machine's old code page."""
_FIELDS = ("login", "name", "role", "team", "agent_id", "language", "time_zone")
_LIMITS = {"login": LOGIN_LIMIT, "name": NAME_LIMIT, "agent_id": AGENT_ID_LIMIT}


@blueprint.get("/people")
@needs(Action.MANAGE_PEOPLE)
def index() -> str:
    """Everybody, as the address filters and sorts them."""
    query = directory.read(request.args)
    everybody = accounts.everybody(deps().open_store, actor())
    return render_template(
        "accounts/people.html",
        people=directory.listed(everybody, query),
        total=len(everybody),
        query=query,
        directory=directory,
        teams=_teams(),
        roles=tuple(UserRole),
    )


@blueprint.get("/people.csv")
@needs(Action.MANAGE_PEOPLE)
def table() -> Response:
    """The same people for a spreadsheet."""
    everybody = accounts.everybody(deps().open_store, actor())
    lines = (
        directory.line(user) for user in directory.listed(everybody, directory.read(request.args))
    )
    return Response(
        chain([_BYTE_ORDER_MARK], table_csv(directory.COLUMNS, lines)),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="people.csv"'},
    )


@blueprint.get("/people/add")
@needs(Action.MANAGE_PEOPLE)
def blank() -> str:
    """The form for a new account."""
    return _form(None, {"role": UserRole.AGENT})


@blueprint.post("/people/add")
@needs(Action.MANAGE_PEOPLE)
def add() -> str | tuple[str, int]:
    """Make an account, and the link that its owner chooses a password by."""
    typed = _typed()
    try:
        user = accounts.add_user(deps().open_store, actor(), deps().clock, _account())
    except InputInvalid as error:
        return _form(None, typed, error), 422
    return _link(_invite(user.public_id), new=True)


@blueprint.get("/people/<user_id>")
@needs(Action.MANAGE_PEOPLE)
def person(user_id: str) -> str:
    """One account."""
    user = accounts.account(deps().open_store, actor(), user_id)
    return _form(user, _entered(user))


@blueprint.post("/people/<user_id>")
@needs(Action.MANAGE_PEOPLE)
def change(user_id: str) -> Response | tuple[str, int]:
    """Change what is entered about somebody, unless somebody else has since the form was made."""
    typed = _typed()
    try:
        accounts.change_user(
            deps().open_store,
            actor(),
            deps().clock,
            user_id,
            _account(),
            revision=request.form.get("revision", ""),
        )
    except InputInvalid as error:
        user = accounts.account(deps().open_store, actor(), user_id)
        revision = request.form.get("revision", "")
        return _form(user, typed, error, revision=revision), 422
    except Conflict:
        user = accounts.account(deps().open_store, actor(), user_id)
        return _form(user, typed, changed=_differing(_entered(user), typed)), 409
    return tell("saved", to(url_for("people.person", user_id=user_id)))


@blueprint.get("/people/<user_id>/<any(link, active):_act>")
@needs(Action.MANAGE_PEOPLE)
def no_act(user_id: str, _act: str) -> Response:
    """The page of the forms."""
    return page_of(url_for("people.person", user_id=user_id))


@blueprint.post("/people/<user_id>/link")
@needs(Action.MANAGE_PEOPLE)
def invite(user_id: str) -> str | tuple[str, int]:
    """Make a link that somebody chooses a password by; it is shown this once."""
    try:
        return _link(_invite(user_id), new=False)
    except InputInvalid as error:
        user = accounts.account(deps().open_store, actor(), user_id)
        return _form(user, _entered(user), error), 422


@blueprint.post("/people/<user_id>/active")
@needs(Action.MANAGE_PEOPLE)
def set_active(user_id: str) -> Response | tuple[str, int]:
    """Let somebody log in again, or no longer."""
    active = request.form.get("active") == "yes"
    try:
        accounts.set_active(deps().open_store, actor(), deps().clock, user_id, active=active)
    except InputInvalid as error:
        user = accounts.account(deps().open_store, actor(), user_id)
        return _form(user, _entered(user), error), 422
    said = "account_enabled" if active else "account_disabled"
    return tell(said, to(url_for("people.person", user_id=user_id)))


@blueprint.post("/people/<user_id>/logins/end")
@needs(Action.MANAGE_PEOPLE)
def end_logins(user_id: str) -> Response:
    """Log somebody out everywhere."""
    login.end_sessions(deps().open_store, actor(), deps().clock, user_id)
    return tell("login_ended", to(url_for("people.person", user_id=user_id)))


@blueprint.get("/teams")
@needs(Action.MANAGE_PEOPLE)
def all_teams() -> str:
    """All teams, with how many people they have."""
    return _teams_page()


@blueprint.post("/teams")
@needs(Action.MANAGE_PEOPLE)
def add_team() -> Response | tuple[str, int]:
    """Make a team."""
    name = request.form.get("name", "")
    try:
        teams.add_team(deps().open_store, actor(), deps().clock, name)
    except InputInvalid as error:
        return _teams_page(typed=name, error=error), 422
    return tell("saved", to(url_for("people.all_teams")))


@blueprint.get("/teams/<team_id>")
@needs(Action.MANAGE_PEOPLE)
def no_team(team_id: str) -> Response:  # noqa: ARG001 - all teams stand on one page
    """The page of the form."""
    return page_of(url_for("people.all_teams"))


@blueprint.post("/teams/<team_id>")
@needs(Action.MANAGE_PEOPLE)
def rename_team(team_id: str) -> Response | tuple[str, int]:
    """Give a team another name."""
    name = request.form.get("name", "")
    try:
        teams.rename_team(deps().open_store, actor(), team_id, name)
    except InputInvalid as error:
        return _teams_page(renaming=team_id, typed=name, error=error), 422
    return tell("saved", to(url_for("people.all_teams")))


def _teams() -> tuple[Team, ...]:
    return teams.teams(deps().open_store, actor())


def _teams_page(
    *, renaming: str | None = None, typed: str = "", error: InputInvalid | None = None
) -> str:
    everybody = accounts.everybody(deps().open_store, actor())
    sizes = {
        team.public_id: sum(user.team == team for user in everybody if user.active)
        for team in _teams()
    }
    return render_template(
        "accounts/teams.html",
        teams=_teams(),
        sizes=sizes,
        renaming=renaming,
        typed=typed,
        limit=NAME_LIMIT,
        error=error,
    )


def _invite(user_id: str) -> Invited:
    lifetime = bootstrap.invitation_lifetime(deps().settings)
    return accounts.invite(deps().open_store, actor(), deps().clock, user_id, lifetime=lifetime)


def _link(invited: Invited, *, new: bool) -> str:
    if deps().settings.hosts:
        address = bootstrap.invitation_link(deps().settings, invited.token)
    else:
        address = own_origin() + url_for("entry.welcome", token=invited.token)
    return render_template(
        "accounts/link.html",
        user=invited.user,
        address=address,
        expires_at=invited.expires_at,
        new=new,
    )


def _account() -> Account:
    """What was typed, as an account; the service looks at each field."""
    return Account(
        login=request.form.get("login", ""),
        name=request.form.get("name", ""),
        role=UserRole(forms.choice("role", list(UserRole))),
        team=request.form.get("team"),
        agent_id=request.form.get("agent_id"),
        language=request.form.get("language"),
        time_zone=request.form.get("time_zone", "").strip(),
    )


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _FIELDS}


def _entered(user: User) -> dict[str, str]:
    return {name: getattr(user.account, name) or "" for name in _FIELDS}


def _differing(now: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    return {name: now[name] for name in _FIELDS if now[name] != typed[name]}


def _form(
    user: User | None,
    typed: Mapping[str, str],
    error: InputInvalid | None = None,
    *,
    revision: str | None = None,
    changed: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "accounts/person.html",
        user=user,
        directory=directory,
        typed=typed,
        revision=revision if revision is not None else user.revision if user else "",
        changed=changed,
        limits=_LIMITS,
        role_choices=[(role, role_name(role)) for role in UserRole],
        team_choices=[(team.public_id, team.name) for team in _teams()],
        zones=time_zones(),
        logins=logins(user.public_id) if user else (),
        error=error,
        myself=user is not None and user.id == actor().user_id,
    )
