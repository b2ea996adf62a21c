"""What the pages reach the data through, carried by the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from qa.config import Settings
from qa.domain.people import UserRole
from qa.domain.rubric import Rubric
from qa.ports import AudioShelf, Clock, UnitOfWorkFactory
from qa.ports.identity import OpenIdProvider, Passwords
from qa.services.browse import RubricTexts
from qa.services.login import SessionRules


@dataclass(frozen=True, slots=True)
class Deps:
    """The ports behind the pages.

    Attributes:
        standard: The rubric in use, read once. Raises ``RubricNotFound`` and ``RubricInvalid``.
    """

    open_store: UnitOfWorkFactory
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
    """The current app's ports."""
    carried: Deps = current_app.extensions["callqa"]
    return carried
