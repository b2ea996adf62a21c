"""An export's scope as conditions of a query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from qa.domain.scope import Scope
from qa.store.tables import CallRow, RefusalRow

_refused = (
    select(func.max(RefusalRow.refused_at))
    .where(RefusalRow.call_id == CallRow.id)
    .correlate(CallRow)
    .scalar_subquery()
)
_began = func.coalesce(CallRow.started_at, CallRow.scored_at, _refused)
"""When a call took place; one whose records do not say counts by when it was scored or refused."""


def begun_within(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on the calls of a scope: when they took place, whose they are, which."""
    return [*_between(_began, scope), *of_calls(scope)]


def submitted_within(
    moment: InstrumentedAttribute[datetime | None], scope: Scope
) -> list[ColumnElement[bool]]:
    """Conditions on what people did about the calls of a scope, by when they did it."""
    return [*_between(moment, scope), *of_calls(scope)]


def of_calls(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on whose the calls of a scope are, and which."""
    asked: list[ColumnElement[bool]] = []
    if scope.agents is not None:
        asked.append(CallRow.agent_id.in_(sorted(scope.agents)))
    if scope.calls is not None:
        asked.append(CallRow.call_id.in_(sorted(scope.calls)))
    return asked


def _between(
    moment: ColumnElement[Any] | InstrumentedAttribute[Any], scope: Scope
) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if scope.since is not None:
        asked.append(moment >= scope.since)
    if scope.until is not None:
        asked.append(moment < scope.until)
    return asked
