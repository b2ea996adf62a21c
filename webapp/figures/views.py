"""Corrected figures of teams and agents, their course, and the count that they rest on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.services.corrected import page as corrected
from qa.services.corrected.agents import AGENT_NEEDED
from qa.services.corrected.page import WEEKS, FiguresPage
from qa.statistics.agreement.figures import Withheld
from webapp.deps import deps
from webapp.download import csv_file
from webapp.figures import listing
from webapp.figures.chart import chart, lowest_of
from webapp.figures.listing import FiguresQuery
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("figures", __name__, url_prefix="/figures")


@blueprint.get("")
@needs(Action.CALIBRATE)
def index() -> str:
    """Every team's figure of one measure, the agents of one team, and how the measure ran."""
    query = listing.read(request.args)
    page = _found(query)
    return render_template(
        "figures/index.html",
        query=query,
        page=page,
        rows=listing.arranged(page, query),
        ranked=listing.can_rank(page),
        groups=listing.grouped(page.agents.rows),
        chart=chart(page.course, page.ceiling),
        lowest=lowest_of(page),
        listing=listing,
        lengths=WEEKS,
        agent_needed=AGENT_NEEDED,
        is_withheld=lambda figure: isinstance(figure, Withheld),
    )


@blueprint.get("/teams.csv")
@needs(Action.CALIBRATE)
def teams() -> Response:
    """The teams' figures, for a spreadsheet."""
    query = listing.read(request.args)
    page = _found(query)
    lines = listing.team_lines(page, listing.arranged(page, query))
    return csv_file("team-figures.csv", listing.TEAM_COLUMNS, lines)


@blueprint.get("/agents.csv")
@needs(Action.CALIBRATE)
def agents() -> Response:
    """The agents' figures, for a spreadsheet."""
    page = _found(listing.read(request.args))
    return csv_file("agent-figures.csv", listing.AGENT_COLUMNS, listing.agent_lines(page))


@blueprint.post("/count")
@needs(Action.CALIBRATE)
def count() -> Response:
    """Count the machine's verdicts of the weeks that changed."""
    # Kept for all: what is counted must not hang on who asks for it.
    corrected.count(deps().open_store.for_everybody(), deps().clock, actor())
    arguments: dict[str, Any] = dict(listing.arguments(listing.read(request.form)))
    back = url_for(".index", **arguments)
    return tell("figures_counted", make_response(redirect(back, 303)))


def _found(query: FiguresQuery) -> FiguresPage:
    return corrected.figures_page(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        measure=query.measure,
        weeks=query.weeks,
        team=query.team or None,
    )
