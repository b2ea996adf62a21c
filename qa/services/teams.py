"""Teams: groups of agents with those who lead them."""

from __future__ import annotations

from qa.domain.access import Action, Actor, require
from qa.domain.errors import NotFound
from qa.domain.faults import invalid
from qa.domain.people import Team, same_name, team_name
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory


def teams(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[Team, ...]:
    """All teams, by name; who may see the queue narrows it to one."""
    require(actor, Action.SEE_QUEUE)
    with open_store() as unit:
        return unit.people.teams()


def team_named(open_store: UnitOfWorkFactory, actor: Actor, name: str) -> Team:
    """The team of a name. Raises ``NotFound``."""
    require(actor, Action.SEE_QUEUE)
    with open_store() as unit:
        team = _named(unit, name)
    if team is None:
        raise NotFound(f"there is no team {name}", hint="see qa team list, or make it: qa team add")
    return team


def add_team(open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, name: str) -> Team:
    """Make a team. Raises ``InputInvalid`` for a name that cannot be, or is another team's."""
    require(actor, Action.MANAGE_PEOPLE)
    with open_store(writes=True) as unit:
        team = unit.people.add_team(_free_name(unit, name, None), at=clock.now())
        unit.commit()
    return team


def rename_team(open_store: UnitOfWorkFactory, actor: Actor, team: str, name: str) -> Team:
    """Give a team, named by its public id, another name.

    Raises:
        InputInvalid: The name cannot be, or is another team's.
        NotFound: There is no such team.
    """
    require(actor, Action.MANAGE_PEOPLE)
    with open_store(writes=True) as unit:
        found = unit.people.team(team)
        unit.people.rename_team(found.id, _free_name(unit, name, found))
        renamed = unit.people.team(team)
        unit.commit()
    return renamed


def _free_name(unit: UnitOfWork, name: str, before: Team | None) -> str:
    tidy = team_name(name)
    holder = _named(unit, tidy)
    if holder is not None and holder != before:
        raise invalid("name", "team.taken")
    return tidy


def _named(unit: UnitOfWork, name: str) -> Team | None:
    """The team of a name, in capitals or not: two that a reader cannot tell apart are one too many."""
    wanted = same_name(name)
    return next((team for team in unit.people.teams() if same_name(team.name) == wanted), None)
