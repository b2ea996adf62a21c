"""What was rated blind, for other programs: a line for each decision of a session that is laid open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from qa.domain.access import Action, Actor, require
from qa.domain.calibration import Rating, RatingDecision
from qa.domain.people import Person
from qa.domain.scope import EVERYTHING, Scope
from qa.domain.scorecard import Evidence
from qa.ports import UnitOfWorkFactory
from qa.ports.calibration import RevealedCall

Line = dict[str, Any]


def rating_lines(
    open_store: UnitOfWorkFactory, actor: Actor, scope: Scope = EVERYTHING
) -> Iterator[Line]:
    """One line a decision of every rating of a scope's calls, in the order of reveals, calls and submissions.

    The scope's times are those at which sessions were laid open.

    Nothing of a session that is not laid open is in it, nor a call that the actor has still to rate in
    another one. Raises ``NotAllowed``.
    """
    require(actor, Action.CALIBRATE)
    return _rating_lines(open_store, scope)


def _rating_lines(open_store: UnitOfWorkFactory, scope: Scope) -> Iterator[Line]:
    with open_store() as store:
        for call in store.calibrations.revealed(since=scope.since, until=scope.until):
            if scope.takes(call.drawn.call_name, call.drawn.agent_id):
                for rating in call.ratings:
                    yield from rating_decisions(call, rating)


def rating_decisions(call: RevealedCall, rating: Rating) -> Iterator[Line]:
    """The lines of one rating, each with what the machine said and what was agreed."""
    whole = {
        "session": call.calibration,
        "session_title": call.title,
        "revealed_at": call.revealed_at.isoformat(),
        "position": call.drawn.position,
        "call_id": call.drawn.call_name,
        "agent_id": call.drawn.agent_id,
        "rubric": asdict(call.drawn.rubric),
        "scorecard": call.drawn.scorecard,
        "rating": rating.public_id,
        "rater": _person(rating.rater),
        "seen_before": rating.seen_before,
        "opened_at": rating.opened_at.isoformat(),
        "submitted_at": rating.submitted_at.isoformat() if rating.submitted_at else None,
        "rating_score": rating.score,
        "rating_note": rating.note,
    }
    machine = {each.criterion: each for each in call.machine.verdicts} if call.machine else {}
    masters = {each.criterion: each for each in call.masters}
    for decision in rating.decisions:
        verdict, master = machine.get(decision.criterion), masters.get(decision.criterion)
        yield {
            **whole,
            **_decision(decision),
            "machine_verdict": str(verdict.outcome) if verdict else None,
            "machine_points": verdict.points if verdict else None,
            "master_verdict": str(master.outcome) if master else None,
            "master_points": master.points if master else None,
            "master_reason": master.reason if master else None,
        }


def _decision(decision: RatingDecision) -> Line:
    return {
        "criterion": decision.criterion,
        "verdict": str(decision.outcome),
        "points": decision.points,
        "max_points": decision.max_points,
        "reason": decision.reason,
        "note": decision.note,
        "evidence": [_evidence(clip) for clip in decision.evidence],
        "decided_at": decision.decided_at.isoformat(),
    }


def _evidence(clip: Evidence) -> Line:
    return {
        "start_s": round(clip.start_s, 2),
        "end_s": round(clip.end_s, 2),
        "speaker": str(clip.speaker),
        "quote": clip.quote,
    }


def _person(person: Person) -> Line:
    return {"id": person.public_id, "name": person.name}
