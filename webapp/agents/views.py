"""The list of agents, and each one's page."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.people import UserRole
from qa.services.agent_page import COLLEAGUES_NEEDED, WEEKS, AgentList, agent_page, list_agents
from qa.services.licences.provisional import awaiting_a_person
from qa.services.paging import pages_of
from qa.statistics.means import NEEDED
from qa.statistics.proportions import Share, wilson
from webapp.agents import listing
from webapp.agents.chart import chart, lowest_of
from webapp.agents.listing import AgentQuery
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.i18n import time_zone
from webapp.listing import page_of

blueprint = Blueprint("agents", __name__)


@blueprint.get("/me")
@needs(Action.SEE_AGENT)
def me() -> Response | str:
    """One's own page; who takes no calls is led to the list of those who do."""
    who = actor()
    if who.agent_id is None and who.role is not UserRole.AGENT:
        return make_response(redirect(url_for("agents.index")))
    return page(who.agent_id or "")


@blueprint.get("/agents")
@needs(Action.SEE_AGENT)
def index() -> str:
    """Every agent with their scores of the last weeks."""
    query = listing.read(request.args)
    found = _found(query)
    rows = listing.arranged(found.rows, query)
    pages = pages_of(len(rows), listing.ROWS)
    place = min(query.page, pages)
    shown = rows[(place - 1) * listing.ROWS : place * listing.ROWS]
    return render_template(
        "agents/index.html",
        query=query,
        rows=shown,
        lowest=lowest_of(row.mean for row in shown if row.mean),
        total=len(rows),
        page=place,
        pages=pages,
        teams=found.teams,
        listing=listing,
        lengths=WEEKS,
        needed=NEEDED,
        awaiting=_awaiting(),
    )


@blueprint.get("/agents.csv")
@needs(Action.SEE_AGENT)
def table() -> Response:
    """The list as its address narrows and sorts it, for a spreadsheet."""
    query = listing.read(request.args)
    rows = listing.arranged(_found(query).rows, query)
    return csv_file("agents.csv", listing.COLUMNS, listing.lines(rows))


def _awaiting() -> int:
    """How many criteria make the score of a call provisional that nobody has reviewed."""
    licensing = deps().settings.licenses
    rubric = deps().standard() if licensing else None
    return awaiting_a_person(deps().open_store, rubric, licensing=licensing)


def _found(query: AgentQuery) -> AgentList:
    return list_agents(
        deps().open_store,
        deps().clock,
        actor(),
        zone=time_zone(),
        weeks=query.weeks,
        team=query.team,
    )


@blueprint.get("/agents/<path:agent_id>")
@needs(Action.SEE_AGENT)
def page(agent_id: str) -> str:
    """An agent's page."""
    view = agent_page(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        agent_id,
        zone=time_zone(),
        weeks=listing.weeks_of(request.args),
        page=page_of(request.args),
    )
    means = (view.comparison.own_mean, view.comparison.team_mean)
    return render_template(
        "agents/page.html",
        view=view,
        chart=chart(view.course),
        lowest=lowest_of(each for each in means if each),
        lengths=WEEKS,
        needed=NEEDED,
        colleagues_needed=COLLEAGUES_NEEDED,
        awaiting=_awaiting(),
        share=lambda hits, calls: wilson(Share(hits, calls)),
    )
