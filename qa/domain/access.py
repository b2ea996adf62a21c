"""Who may do what: one table, asked by the web app, the API and the command line alike.

What the table does not allow is refused. A thing out of somebody's reach is answered as if it were not there,
so that nobody learns of it by asking; an act that a role never has is refused as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.domain.errors import CallNotFound, NotAllowed, NotFound
from qa.domain.people import User, UserRole


class Action(StrEnum):
    """Everything that can be asked of Call QA once it is known who asks."""

    SEE_CALLS = "see_calls"
    LISTEN = "listen"
    EXPORT = "export"
    SEE_QUEUE = "see_queue"
    ASSIGN = "assign"
    REVIEW = "review"
    CORRECT_TRANSCRIPT = "correct_transcript"
    SEE_AGENT = "see_agent"
    RESPOND = "respond"
    DISPUTE = "dispute"
    DECIDE_DISPUTE = "decide_dispute"
    SEE_PLANS = "see_plans"
    COACH = "coach"
    SEE_CASES = "see_cases"
    MARK_CASE = "mark_case"
    CALIBRATE = "calibrate"
    MANAGE_LICENCES = "manage_licences"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_WEBHOOKS = "manage_webhooks"
    USE_ACCOUNT = "use_account"
    RUN_BATCH = "run_batch"
    SEE_NIGHTS = "see_nights"


class Reach(StrEnum):
    """Of how much of it an action may be done: of what concerns oneself, or of everything."""

    OWN = "own"
    ALL = "all"


class Scope(StrEnum):
    """What a program that carries a user's token may do, at most what the user may."""

    READ_CALLS = "calls:read"
    READ_REVIEWS = "reviews:read"
    WRITE_REVIEWS = "reviews:write"
    READ_METRICS = "metrics:read"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks.

    Attributes:
        user_id: ``None`` for who has no account: a visitor, or the command line.
        role: ``None`` for a visitor of an installation that has no accounts yet.
        agent_id: The agent of call records that they are.
        scopes: Of the token that they came with; ``None`` for a person at a browser or a terminal.
    """

    user_id: int | None
    name: str
    role: UserRole | None
    agent_id: str | None = None
    team_id: int | None = None
    scopes: frozenset[Scope] | None = None


CONSOLE = Actor(user_id=None, name="console", role=UserRole.ADMIN)
"""Whoever runs ``qa`` on the machine: they can read the data folder, so the table withholds nothing from them."""

VISITOR = Actor(user_id=None, name="", role=None)
"""Whoever opens the app on this machine while it has no accounts: may look and listen, and change nothing."""

STRANGER = Actor(user_id=None, name="", role=None, scopes=frozenset())
"""Whoever opens the app without having logged in once it has accounts: nothing, but to log in."""


def actor_of(user: User, scopes: frozenset[Scope] | None = None) -> Actor:
    """The actor that an account's owner is; ``scopes`` of the token that they came with, if they did."""
    return Actor(
        user_id=user.id,
        name=user.name,
        role=user.role,
        agent_id=user.agent_id,
        team_id=user.team.id if user.team else None,
        scopes=scopes,
    )


_ADMIN, _SUPERVISOR, _AGENT, _OPERATOR = UserRole
_ALL, _OWN = Reach.ALL, Reach.OWN

POLICY: Mapping[Action, Mapping[UserRole | None, Reach]] = {
    Action.SEE_CALLS: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN, None: _ALL},
    Action.LISTEN: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN, None: _ALL},
    Action.EXPORT: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN, _OPERATOR: _ALL, None: _ALL},
    Action.SEE_QUEUE: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.ASSIGN: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.REVIEW: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.CORRECT_TRANSCRIPT: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.SEE_AGENT: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN},
    Action.RESPOND: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN},
    Action.DISPUTE: {_AGENT: _OWN},
    Action.DECIDE_DISPUTE: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.SEE_PLANS: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN},
    Action.COACH: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.SEE_CASES: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _AGENT: _OWN},
    Action.MARK_CASE: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.CALIBRATE: {_ADMIN: _ALL, _SUPERVISOR: _ALL},
    Action.MANAGE_LICENCES: {_ADMIN: _ALL},
    Action.MANAGE_PEOPLE: {_ADMIN: _ALL},
    Action.MANAGE_WEBHOOKS: {_ADMIN: _ALL},
    Action.USE_ACCOUNT: dict.fromkeys(UserRole, _OWN),
    Action.RUN_BATCH: {_ADMIN: _ALL, _OPERATOR: _ALL},
    Action.SEE_NIGHTS: {_ADMIN: _ALL, _SUPERVISOR: _ALL, _OPERATOR: _ALL, None: _ALL},
}
"""For each action, who may do it and of how much; who is not named may not."""

_SCOPED: Mapping[Scope, frozenset[Action]] = {
    Scope.READ_CALLS: frozenset({Action.SEE_CALLS, Action.LISTEN, Action.EXPORT}),
    Scope.READ_REVIEWS: frozenset({Action.SEE_QUEUE, Action.SEE_AGENT}),
    Scope.WRITE_REVIEWS: frozenset({Action.REVIEW}),
    Scope.READ_METRICS: frozenset({Action.SEE_NIGHTS}),
}


def reach(actor: Actor, action: Action) -> Reach | None:
    """Of how much an actor may do something; ``None`` for not at all."""
    if actor.scopes is not None and not any(action in _SCOPED[scope] for scope in actor.scopes):
        return None
    return POLICY.get(action, {}).get(actor.role)


def may(actor: Actor, action: Action) -> bool:
    """Whether an actor may do something at all, if only with what is their own."""
    return reach(actor, action) is not None


def require(actor: Actor, action: Action) -> Reach:
    """Of how much an actor may do something. Raises ``NotAllowed`` where it is nothing."""
    granted = reach(actor, action)
    if granted is None:
        raise NotAllowed(
            f"{actor.name or 'a visitor'} may not {action.value.replace('_', ' ')}",
            hint="ask an admin of this installation",
        )
    return granted


def require_account(actor: Actor) -> int:
    """The user id of who asks about their own account.

    Raises:
        NotAllowed: They have none, or came with a token, which reaches no account.
    """
    require(actor, Action.USE_ACCOUNT)
    if actor.user_id is None:
        raise NotAllowed(f"{actor.name} has no account", hint="log in to the review app")
    return actor.user_id


def require_agent(
    actor: Actor, action: Action, agent_id: str | None, *, missing: NotFound | None = None
) -> None:
    """Check an action on what belongs to an agent, such as one of their calls.

    Args:
        actor: Who asks.
        action: For what.
        agent_id: Whose it is; ``None`` for nobody's, which only those who reach everything reach.
        missing: Raised for what is out of reach, as if it were not there [``CallNotFound``].

    Raises:
        NotAllowed: The actor's role never does this.
        NotFound: It is somebody else's.
    """
    if require(actor, action) is Reach.ALL:
        return
    if actor.agent_id is None or actor.agent_id != agent_id:
        raise missing or CallNotFound("there is no such call")


def only_agent(actor: Actor, action: Action) -> str | None:
    """The agent that a list must be narrowed to, or ``None`` for who sees everything.

    Raises:
        NotAllowed: The actor's role never does this.
        NotFound: The actor sees only their own, and is no agent of any call record.
    """
    if require(actor, action) is Reach.ALL:
        return None
    if actor.agent_id is None:
        raise CallNotFound(
            "this account is not linked to an agent of the call records",
            hint="ask an admin to enter your agent id",
        )
    return actor.agent_id
