"""How roles, states and fields of an account read on a page."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext

from qa.domain.people import UserRole


def init_blueprint(blueprint: Blueprint) -> None:
    """Give the templates of the whole app these names.

    As functions: a filter on a constant is worked out once, in the language of whoever comes first.
    """
    blueprint.add_app_template_global(role_name)
    blueprint.add_app_template_global(state_name)
    blueprint.add_app_template_global(field_name)


def role_name(role: str) -> str:
    """A role by name."""
    names: dict[str, str] = {
        UserRole.ADMIN: gettext("Admin"),
        UserRole.SUPERVISOR: gettext("Supervisor"),
        UserRole.AGENT: gettext("Agent"),
        UserRole.OPERATOR: gettext("Operator"),
    }
    return names[role]


def state_name(state: str) -> str:
    """A state of ``webapp.accounts.directory`` by name."""
    names: dict[str, str] = {
        "active": gettext("Active"),
        "invited": gettext("No password yet"),
        "disabled": gettext("Disabled"),
    }
    return names[state]


def field_name(field: str) -> str:
    """A field of an account by name."""
    names: dict[str, str] = {
        "login": gettext("Login"),
        "name": gettext("Name"),
        "role": gettext("Role"),
        "team": gettext("Team"),
        "agent_id": gettext("Agent id"),
        "language": gettext("Language"),
        "time_zone": gettext("Time zone"),
    }
    return names[field]
