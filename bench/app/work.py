"""What people have done in some months: tasks, reviews, disputes, plans and cases, over the calls of a store."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, text

from bench.app.rows import AGENTS, REVIEWERS, SEED, agent_id, parts, public_id, table_of

OPEN_TASKS = 30_000
REVIEWED = 20_000
DISPUTES = 400
PLANS = 300
CASES = 200


def lay_over(connection: Connection, now: datetime) -> None:
    """Add it all, the same every time but for its ids."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    calls, cards = table_of("calls"), table_of("scorecards")
    rows = connection.execute(
        select(
            calls.c.id,
            calls.c.score,
            calls.c.critical_count,
            calls.c.agent_id,
            cards.c.id,
            cards.c.recording_id,
        )
        .join(cards, cards.c.call_id == calls.c.id)
        .where(calls.c.score.is_not(None), cards.c.is_current)
    ).all()
    drawn = chance.sample(range(len(rows)), min(len(rows), OPEN_TASKS + REVIEWED))
    split = len(drawn) * OPEN_TASKS // (OPEN_TASKS + REVIEWED)
    open_calls = [rows[place] for place in drawn[:split]]
    reviewed = [rows[place] for place in drawn[split:]]
    reviewers = range(AGENTS + 1, AGENTS + REVIEWERS + 1)
    for part in parts(list(_tasks(open_calls, reviewers, now, chance))):
        connection.execute(insert(table_of("tasks")), part)
    for part in parts(list(_reviews(reviewed, reviewers, now, chance))):
        connection.execute(insert(table_of("reviews")), part)
    connection.execute(text(_DECIDE))
    connection.execute(text(_SHOW_REVIEWED))
    connection.execute(insert(table_of("disputes")), list(_disputes(reviewed, now)))
    connection.execute(insert(table_of("plans")), list(_plans(reviewers, now)))
    connection.execute(insert(table_of("cases")), list(_cases(reviewed, reviewers, now)))


_DECIDE = """INSERT INTO decisions (review_id, position, criterion, machine_outcome, machine_points, outcome,
        points, max_points, reason, note, evidence, decided_at, decided_by)
    SELECT r.id, v.position, v.criterion, v.outcome, v.points,
        CASE WHEN v.outcome = 'fail' AND r.id % 7 = 0 THEN 'pass' ELSE v.outcome END,
        CASE WHEN v.outcome = 'fail' AND r.id % 7 = 0 THEN v.max_points ELSE v.points END,
        v.max_points, '', '', '[]', r.submitted_at, r.reviewer_id
    FROM reviews r JOIN verdicts v ON v.scorecard_id = r.scorecard_id"""
_SHOW_REVIEWED = """UPDATE calls SET
    reviewed_at = (SELECT submitted_at FROM reviews r WHERE r.call_id = calls.id AND r.is_current),
    reviewed_score = (SELECT score FROM reviews r WHERE r.call_id = calls.id AND r.is_current),
    reviewed_critical_count = 0
    WHERE id IN (SELECT call_id FROM reviews WHERE is_current)"""


def _tasks(
    rows: list[Any], reviewers: range, now: datetime, chance: random.Random
) -> Iterator[dict[str, Any]]:
    for row in rows:
        state = chance.choice(("new", "new", "new", "assigned", "assigned", "in_review"))
        made = now - timedelta(seconds=chance.randrange(30 * 86_400))
        yield {
            "public_id": public_id(),
            "call_id": row[0],
            "revision": 0,
            "reason": "failed_critical" if row[2] else chance.choice(("low_confidence", "random")),
            "priority": chance.choice((1, 2, 3)),
            "state": state,
            "assignee_id": None if state == "new" else chance.choice(reviewers),
            "due_at": made + timedelta(days=chance.choice((2, 5, 10))),
            "created_by": None,
            "created_at": made,
            "changed_at": made,
        }


def _reviews(
    rows: list[Any], reviewers: range, now: datetime, chance: random.Random
) -> Iterator[dict[str, Any]]:
    for row in rows:
        at = now - timedelta(seconds=chance.randrange(90 * 86_400))
        yield {
            "public_id": public_id(),
            "call_id": row[0],
            "scorecard_id": row[4],
            "reviewer_id": chance.choice(reviewers),
            "purpose": "review",
            "state": "submitted",
            "is_current": True,
            "revision": 3,
            "opened_at": at,
            "saved_at": at,
            "submitted_at": at,
            "score": row[1],
            "critical_failed": [],
            "note": "",
            "pending": [],
        }


def _disputes(rows: list[Any], now: datetime) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows[:DISPUTES]):
        yield {
            "public_id": public_id(),
            "call_id": row[0],
            "scorecard_id": row[4],
            "criterion": "greeting",
            "contested": "fail",
            "contested_points": 0.0,
            "raised_by": int(row[3][1:]) - 1_000 + 1,
            "raised_at": now - timedelta(hours=number),
            "reason": "I did greet the customer.",
            "state": "open",
        }


def _plans(reviewers: range, now: datetime) -> Iterator[dict[str, Any]]:
    for number in range(PLANS):
        began = now - timedelta(days=number % 60)
        yield {
            "public_id": public_id(),
            "agent_id": agent_id(number % AGENTS),
            "criterion": ("confirm_need", "empathy")[number // AGENTS],
            "rubric_id": "service-standard",
            "action": "Say the need back before looking it up.",
            "owner_id": reviewers[number % REVIEWERS],
            "created_by": reviewers[0],
            "state": "open",
            "created_at": began,
            "due_at": began + timedelta(days=30),
            "outcome": "",
            "revision": 1,
        }


def _cases(rows: list[Any], reviewers: range, now: datetime) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows[:CASES]):
        yield {
            "public_id": public_id(),
            "call_id": row[0],
            "kind": ("good", "problem")[number % 2],
            "criterion": "empathy",
            "start_s": 5.0,
            "end_s": 20.0,
            "comment": "Worth hearing.",
            "said": [],
            "searchable": "worth hearing.",
            "recording_id": row[5],
            "added_by": reviewers[number % REVIEWERS],
            "added_at": now,
        }
