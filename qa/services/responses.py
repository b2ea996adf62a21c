"""What an agent answers to a scored call, and what a supervisor answers back, under the call."""

from __future__ import annotations

from qa.domain.access import Action, Actor, require
from qa.domain.dispute import ScoreChanged
from qa.domain.errors import LimitExceeded, NotAllowed
from qa.domain.response import REPLY_LIMIT, THREAD_LIMIT, ResponseKind, read_at, repeats
from qa.domain.written import written
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.browse import RubricTexts
from qa.services.standing import standing_of


def acknowledge(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    call: str,
    *,
    seen: str,
) -> None:
    """Note that the agent has read a score as it is; once read, a second time changes nothing.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Dates it.
        actor: The call's own agent.
        call: Public id of the call.
        seen: What their page was made from (``Standing.token``).

    Raises:
        NotFound: There is no such scored call, or it is somebody else's.
        NotAllowed: The actor is not the call's agent.
        ScoreChanged: The score is another one now.
    """
    require(actor, Action.RESPOND)
    with open_store(writes=True) as unit:
        stands = standing_of(unit, rubrics, actor, Action.RESPOND, call)
        own = actor.agent_id is not None and actor.agent_id == stands.detail.record.agent_id
        if actor.user_id is None or not own:
            raise NotAllowed(f"only the agent of call {call} can say that they have read it")
        if seen != stands.token:
            raise ScoreChanged(call)
        if read_at(unit.answers.thread(call), stands.changed_at) is None:
            unit.answers.respond(
                call, by=actor.user_id, kind=ResponseKind.READ, text="", at=clock.now()
            )
            unit.commit()


def reply(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    call: str,
    *,
    text: str,
) -> None:
    """Add a reply under a call; the same one sent twice in a row is written once.

    Raises:
        InputInvalid: The text is empty or too long (field ``text``).
        NotFound: There is no such scored call, or it is somebody else's.
        NotAllowed: The actor has no account.
        LimitExceeded: The thread is full.
    """
    require(actor, Action.RESPOND)
    kept = written(text, field="text", limit=REPLY_LIMIT)
    if actor.user_id is None:
        raise NotAllowed("a reply needs an account, so that it can say whose it is")
    with open_store(writes=True) as unit:
        standing_of(unit, rubrics, actor, Action.RESPOND, call)
        thread = unit.answers.thread(call)
        if repeats(thread, actor.user_id, kept):
            return
        if len(thread) >= THREAD_LIMIT:
            raise LimitExceeded(
                f"call {call} has {THREAD_LIMIT} entries under it",
                hint="talk to one another about this call",
            )
        unit.answers.respond(
            call, by=actor.user_id, kind=ResponseKind.REPLY, text=kept, at=clock.now()
        )
        unit.commit()
