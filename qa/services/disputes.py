"""Disputes, from an agent's objection to the decision of somebody who has not scored the call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from qa.domain import dispute as rules
from qa.domain.access import Action, Actor, require
from qa.domain.dispute import REASON_LIMIT, Dispute, NotDisputable, ScoreChanged
from qa.domain.errors import InputInvalid, NotAllowed, NotFound
from qa.domain.review import Purpose
from qa.domain.reviewing import Entry
from qa.domain.webhook import Event
from qa.domain.wording import Reason
from qa.domain.written import written
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.browse import CriterionView, RubricTexts
from qa.services.dispute_view import DisputeOption, machine_view, options_of
from qa.services.review import amend
from qa.services.standing import standing_of

# --- raising and taking back -------------------------------------------------------------------


def raise_dispute(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    call: str,
    *,
    criterion: str,
    reason: str,
    seen: str,
    window: timedelta,
) -> str:
    """Object to one criterion of an own call; the dispute's public id.

    The call goes into the review queue as disputed.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Dates it.
        actor: The call's own agent.
        call: Public id of the call.
        criterion: Id of the criterion.
        reason: Why, for whoever decides.
        seen: What their page was made from (``Standing.token``).
        window: How long a score can be objected to; as long again is given to decide.

    Raises:
        InputInvalid: The reason is empty or too long (field ``reason``).
        NotFound: There is no such scored call or criterion, or it is somebody else's.
        NotAllowed: The actor is not an agent.
        ScoreChanged: The score is another one now.
        NotDisputable: Too late, nothing lost, or disputed already.
    """
    require(actor, Action.DISPUTE)
    with open_store(writes=True) as unit:
        stands = standing_of(unit, rubrics, actor, Action.DISPUTE, call)
        verdict = stands.verdict(criterion)
        if verdict is None:
            raise NotFound(f"call {call} was not scored for {criterion}")
        if actor.user_id is None:
            raise NotAllowed("a dispute needs an account, so that it can say whose it is")
        kept = written(reason, field="reason", limit=REASON_LIMIT)
        if seen != stands.token:
            raise ScoreChanged(call)
        now = clock.now()
        obstacle = rules.obstacle(
            verdict,
            unit.answers.disputes_of(call),
            scorecard=stands.version,
            until=rules.deadline(stands.scored_at, stands.reviewed_at, window),
            now=now,
        )
        if obstacle is not None:
            raise NotDisputable(obstacle, criterion)
        public_id = unit.answers.raise_dispute(
            call,
            criterion=criterion,
            contested=verdict.outcome,
            contested_points=verdict.points,
            by=actor.user_id,
            reason=kept,
            at=now,
        )
        unit.tasks.raise_dispute(call, due_at=now + window, at=now)
        unit.webhooks.announce(
            Event.DISPUTE_OPENED,
            {
                "dispute": public_id,
                "call": call,
                "call_id": stands.detail.record.call_id,
                "agent_id": stands.detail.record.agent_id,
                "criterion": criterion,
            },
            at=now,
        )
        unit.commit()
        return public_id


def withdraw(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str) -> Dispute:
    """Take an own dispute back.

    Raises:
        NotFound: There is none, or it is somebody else's.
        NotAllowed: The actor is not an agent.
        DisputeClosed: It was decided or taken back before.
    """
    require(actor, Action.DISPUTE)
    with open_store(writes=True) as unit:
        found = unit.answers.dispute(public_id)
        if found.raised_by.id != actor.user_id:
            raise NotFound(f"no dispute has the id {public_id}")
        now = clock.now()
        closed = rules.withdrawn(found, now)
        unit.answers.settle(closed)
        # Whoever was to look at it because of this need not; the queue's own rules may still ask for it.
        unit.tasks.finish(found.call, at=now)
        unit.commit()
        return closed


# --- deciding ----------------------------------------------------------------------------------


def decide(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    choice: str,
    reason: str,
    seen: str,
) -> Dispute:
    """Settle a dispute; what is decided counts for the call at once, as a review of its own.

    Where the call is no longer scored for the criterion there is nothing left to decide: the dispute is
    closed as changed, with the reason alone.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Dates it.
        actor: A supervisor or admin who has not scored the call.
        public_id: Of the dispute.
        choice: Code of one of ``DisputeView.options``; not read where there are none.
        reason: Why, for the agent and the first reviewer.
        seen: Version of the scorecard that their page showed, empty for none.

    Raises:
        InputInvalid: Nothing was chosen (field ``choice``), or the reason is empty or too long (``reason``).
        NotAllowed: The actor's role never decides disputes.
        NotFound: There is no such dispute.
        NotImpartial: It is their own call, or they have scored it.
        DisputeClosed: It was decided or taken back meanwhile.
        ScoreChanged: The call was scored anew meanwhile.
    """
    require(actor, Action.DECIDE_DISPUTE)
    with open_store(writes=True) as unit:
        found = unit.answers.dispute(public_id)
        user_id = rules.require_decidable(found, actor)
        detail = unit.calls.detail(found.call)
        if seen != (detail.version or ""):
            raise ScoreChanged(found.call)
        rubric = rubrics.of(unit, detail.scorecard.rubric if detail.scorecard else None)
        option = _chosen(machine_view(detail, rubric, found.criterion), choice)
        settled = rules.decided(
            found,
            actor,
            outcome=option.choice.outcome if option else None,
            points=option.points if option else 0.0,
            reason=written(reason, field="reason", limit=REASON_LIMIT),
            at=clock.now(),
            by=unit.people.persons([user_id])[user_id],
        )
        if option is not None:
            review = amend(
                unit,
                rubrics,
                clock,
                actor,
                found.call,
                entries={found.criterion: Entry(option.choice, settled.decision_reason)},
                purpose=Purpose.DISPUTE,
            )
            settled = replace(
                settled,
                decided_at=review.submitted_at,
                decision_review=review.public_id,
            )
        unit.answers.settle(settled)
        unit.tasks.finish(found.call, at=clock.now(), by=user_id)
        unit.commit()
        return settled


def _chosen(view: CriterionView | None, code: str) -> DisputeOption | None:
    """The option that a code names. Raises ``InputInvalid`` where it names none of those there are."""
    options = options_of(view)
    if not options:
        return None
    found = next((each for each in options if each.choice.code == code), None)
    if found is None:
        raise InputInvalid(
            "nothing was decided", field="choice", reason=Reason("form.not_a_choice")
        )
    return found
