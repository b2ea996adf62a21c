"""The queue as a table, as a board and as a file."""

from __future__ import annotations

from flask import Response, render_template, request

from qa.domain.access import Action
from qa.domain.queue import OPEN_STATES, Priority, TaskReason, TaskState
from qa.ports.queue import TaskQuery
from qa.services import queue as service
from qa.services.saved_filters import saved_filters
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.queue import listing
from webapp.queue.blueprint import blueprint


@blueprint.get("")
@needs(Action.SEE_QUEUE)
def index() -> str:
    """What is to be reviewed, the most urgent first unless the address says otherwise."""
    return table_page(listing.read(request.args, reader()))


@blueprint.get("/board")
@needs(Action.SEE_QUEUE)
def board() -> str:
    """The same by how far it is."""
    shown = service.board(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        listing.read(request.args, reader()),
    )
    return render_template("queue/board.html", board=shown, query=shown.query, **_around())


@blueprint.get("/tasks.csv")
@needs(Action.SEE_QUEUE)
def table() -> Response:
    """Every task of the list as its address filters and sorts it, for a spreadsheet."""
    query = listing.read(request.args, reader())
    lines = service.task_lines(deps().open_store, actor(), query)
    return csv_file("queue.csv", service.TASK_COLUMNS, lines)


def table_page(query: TaskQuery, **parts: object) -> str:
    """The page of the table; ``parts`` is what else its template is to show."""
    shown = service.list_tasks(deps().open_store, deps().rubrics, deps().clock, actor(), query)
    return render_template(
        "queue/queue.html", queue=shown, query=shown.query, **{**_around(), **parts}
    )


def reader() -> listing.Reader:
    """Who looks, now."""
    return listing.Reader(actor(), deps().clock.now())


def _around() -> dict[str, object]:
    """What the table and the board both show around their tasks."""
    return {
        "listing": listing,
        "reasons": tuple(TaskReason),
        "states": tuple(TaskState),
        "open_states": OPEN_STATES,
        "priorities": tuple(Priority),
        "kept_lists": saved_filters(deps().open_store, actor(), "queue"),
    }
