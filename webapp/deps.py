"""What the pages reach the data through, carried by the app."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from qa.ports import AudioShelf, UnitOfWorkFactory
from qa.services.browse import RubricTexts


@dataclass(frozen=True, slots=True)
class Deps:
    """The ports behind the pages."""

    open_store: UnitOfWorkFactory
    shelf: AudioShelf
    rubrics: RubricTexts


def deps() -> Deps:
    """The current app's ports."""
    carried: Deps = current_app.extensions["callqa"]
    return carried
