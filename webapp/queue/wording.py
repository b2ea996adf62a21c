"""How reasons, states, priorities and obstacles of the queue read on a page.

A page words hundreds of them, so each asks for its own wording alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint
from flask_babel import gettext

from qa.domain.queue import Obstacle, Priority, TaskReason, TaskState

_REASONS: Mapping[TaskReason, Callable[[], str]] = {
    TaskReason.FAILED_CRITICAL: lambda: gettext("Critical failure"),
    TaskReason.DISPUTED: lambda: gettext("Disputed"),
    TaskReason.LOW_CONFIDENCE: lambda: gettext("Machine unsure"),
    TaskReason.HAND: lambda: gettext("Put in by hand"),
    TaskReason.NEW_AGENT: lambda: gettext("New agent"),
    TaskReason.NEW_RUBRIC: lambda: gettext("New rubric"),
    TaskReason.RANDOM: lambda: gettext("Random draw"),
    TaskReason.AGENT_MINIMUM: lambda: gettext("Agent's minimum"),
}
_STATES: Mapping[TaskState, Callable[[], str]] = {
    TaskState.NEW: lambda: gettext("New"),
    TaskState.ASSIGNED: lambda: gettext("Assigned"),
    TaskState.IN_REVIEW: lambda: gettext("In review"),
    TaskState.DISPUTED: lambda: gettext("Disputed"),
    TaskState.DONE: lambda: gettext("Done"),
}
_PRIORITIES: Mapping[Priority, Callable[[], str]] = {
    Priority.URGENT: lambda: gettext("Urgent"),
    Priority.HIGH: lambda: gettext("High"),
    Priority.NORMAL: lambda: gettext("Normal"),
    Priority.LOW: lambda: gettext("Low"),
}
_OBSTACLES: Mapping[Obstacle, Callable[[], str]] = {
    Obstacle.GONE: lambda: gettext("It is not there any more."),
    Obstacle.CHANGED: lambda: gettext("Somebody changed it meanwhile."),
    Obstacle.DONE: lambda: gettext("It is done already."),
    Obstacle.IN_REVIEW: lambda: gettext("Somebody is reviewing it."),
    Obstacle.TAKEN: lambda: gettext("Somebody else has taken it."),
    Obstacle.NOT_HELD: lambda: gettext("Nobody holds it."),
    Obstacle.OWN_CALL: lambda: gettext("It is the reviewer's own call."),
    Obstacle.OWN_SCORING: lambda: gettext("The dispute is about the reviewer's own scoring."),
}
_BARRED: Mapping[Obstacle, Callable[[], str]] = {
    Obstacle.OWN_CALL: lambda: gettext("Your own call"),
    Obstacle.OWN_SCORING: lambda: gettext("About your scoring"),
}


def init_blueprint(blueprint: Blueprint) -> None:
    """Give the templates of the whole app these names."""
    blueprint.add_app_template_filter(task_reason)
    blueprint.add_app_template_filter(task_state)
    blueprint.add_app_template_filter(task_priority)
    blueprint.add_app_template_filter(task_obstacle)
    blueprint.add_app_template_filter(barred_because)


def task_reason(reason: TaskReason) -> str:
    """Why a call is in the queue."""
    return _REASONS[reason]()


def task_state(state: TaskState) -> str:
    """How far a task is."""
    return _STATES[state]()


def task_priority(priority: Priority) -> str:
    """How urgent a task is."""
    return _PRIORITIES[priority]()


def task_obstacle(obstacle: Obstacle) -> str:
    """Why a task stays as it is."""
    return _OBSTACLES[obstacle]()


def barred_because(obstacle: Obstacle) -> str:
    """Why a task is not for who looks."""
    return _BARRED[obstacle]()
