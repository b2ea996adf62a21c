"""What the pages reach the data through, carried by the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import current_app, g

from qa.config import Settings
from qa.domain.people import UserRole
from qa.domain.rubric import Rubric
from qa.ports import AudioShelf, Clock, Store
from qa.ports.identity import OpenIdProvider, Passwords
from qa.services.browse import RubricTexts
from qa.services.login import SessionRules


@dataclass(frozen=True, slots=True)
class Deps:
    """The ports behind the pages.

    Attributes:
        open_store: Once it is known who asks, without the calls that they have still to rate blind.
        standard: The rubric in use, read once. Raises ``RubricNotFound`` and ``RubricInvalid``.
    """

    open_store: Store
    shelf: AudioShelf
    rubrics: RubricTexts
    standard: Callable[[], Rubric]
    clock: Clock
    settings: Settings
    passwords: Passwords
    rules: SessionRules
    open_id: OpenIdProvider | None
    open_id_role: UserRole | None


def deps() -> Deps:
    """The current app's ports, as who asks may see what is behind them."""
    narrowed: Deps | None = g.get("callqa_deps")
    if narrowed is not None:
        return narrowed
    carried: Deps = current_app.extensions["callqa"]
    return carried


def look_as(user_id: int) -> None:
    """Let the rest of a request see the store through somebody's eyes."""
    g.callqa_deps = replace(deps(), open_store=deps().open_store.for_reader(user_id))
