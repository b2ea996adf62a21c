"""Which calls could go into a session: found by a search or drawn before, without a word on how they were scored.

Who makes a session may rate in it, too; a score beside a call's name would be in their mind from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qa.domain.access import Action, Actor, require
from qa.domain.calibration import CALLS_LIMIT
from qa.domain.records import CallQuery
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.ports.calibration import Drawable
from qa.ports.sampling import DrawnQuery, DrawRecord

SHOWN = 20
"""Calls that a search shows; who looks for others narrows it."""
DRAWS = 10
"""Draws that are offered, the latest."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored call that a search found; of one that was drawn, only what the draw lists is known."""

    public_id: str
    call_name: str
    agent_id: str | None
    duration_s: float | None
    queue: str | None = None
    language: str | None = None
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picking:
    """What somebody picks from.

    Attributes:
        chosen: What they have picked so far, in their order; calls that are gone are left out.
        found: Calls that match the search and are not chosen yet, the latest first.
        more: Whether there are calls that match it beyond these.
        draws: Draws that were accepted, the latest first.
    """

    chosen: tuple[Drawable, ...]
    found: tuple[Candidate, ...]
    more: bool
    draws: tuple[DrawRecord, ...]


def pick_calls(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    *,
    search: str,
    chosen: Sequence[str],
    draw: str | None = None,
) -> Picking:
    """Calls to choose from beside those that are chosen.

    Args:
        open_store: Opens the store.
        actor: Who chooses.
        search: Matched as the list of calls does.
        chosen: By public or the site's own id.
        draw: Public id of an accepted draw to choose from instead; any other one counts as none.

    Raises:
        NotAllowed: The actor does not calibrate.
    """
    require(actor, Action.CALIBRATE)
    names = list(dict.fromkeys(name.strip() for name in chosen if name.strip()))
    with open_store() as unit:
        drawable = unit.calibrations.drawable(names)
        draws = tuple(each for each in unit.sampling.draws(skip=0, size=DRAWS) if each.accepted_at)
        picked = dict.fromkeys(drawable[name].public_id for name in names if name in drawable)
        if any(each.public_id == draw for each in draws) and draw is not None:
            found, more = _drawn(unit, draw)
        else:
            found, more = _searched(unit, search, SHOWN + len(picked))
    by_id = {each.public_id: each for each in drawable.values()}
    left = tuple(each for each in found if each.public_id not in picked)
    return Picking(tuple(by_id[each] for each in picked), left, more, draws)


def _searched(unit: UnitOfWork, search: str, size: int) -> tuple[tuple[Candidate, ...], bool]:
    page = unit.calls.search(CallQuery(search=search, page_size=size))
    found = tuple(
        Candidate(
            public_id=each.public_id,
            call_name=each.record.call_id,
            agent_id=each.record.agent_id,
            duration_s=each.duration_s,
            queue=each.record.queue,
            language=each.language,
            started_at=each.record.started_at,
        )
        for each in page.rows
        if each.refusal is None
    )
    return found, page.total > len(page.rows)


def _drawn(unit: UnitOfWork, draw: str) -> tuple[tuple[Candidate, ...], bool]:
    drawn = unit.sampling.drawn(draw, DrawnQuery(size=CALLS_LIMIT + 1))
    found = tuple(
        Candidate(each.call, each.call_id, each.agent_id, each.duration_s) for each in drawn
    )
    return found[:CALLS_LIMIT], len(found) > CALLS_LIMIT
