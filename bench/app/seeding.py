"""A store of many scored calls: golden dialogues scored for once through the real ports, then copied in the database.

Copies differ in what lists show and sort by (call, agent, time) and share what was heard. Tasks, reviews, disputes
and plans lie over them as they would after some months of work.
"""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from bench.scoring import golden
from qa import bootstrap
from qa.config import Settings
from qa.domain.call import CallRecord, Direction
from qa.domain.people import UserRole
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.scoring import score
from qa.services.score_text import dialogue_case
from qa.store import search_index
from qa.store.engine import make_engine, writing
from qa.store.tables import Base

AGENTS = 200
REVIEWERS = 20
TEAMS = 8
TEMPLATES = 60
OPEN_TASKS = 30_000
REVIEWED = 20_000
DISPUTES = 400
PLANS = 300
CASES = 200
PEAKS = tuple(round(0.5 + 0.4 * ((place * 7919) % 100 - 50) / 50, 2) for place in range(2_400))
"""A waveform of two minutes at 20 a second."""
SPAN_DAYS = 180
_CHUNK = 5_000
_SEED = 20_260_301


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the bench needs to know of the store.

    Attributes:
        calls: Public ids of some calls.
        agents: Ids of all agents.
        tokens: Cookies of reviewers who are logged in.
    """

    calls: tuple[str, ...]
    agents: tuple[str, ...]
    tokens: tuple[str, ...]


def seed(settings: Settings, calls: int, say: Callable[[str], None]) -> Seeded:
    """Fill an empty store with so many calls."""
    _templates(settings)
    engine = make_engine(settings.store_url)
    now = datetime.now(UTC)
    with writing(engine).begin() as connection:
        tokens = _people(connection, now)
        say(f"{TEMPLATES} calls scored; copying to {calls}")
        _copies(connection, calls, now)
        say("calls copied; tasks, reviews, disputes and plans")
        _work(connection, now)
    _analyse(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            select(_table("calls").c.public_id)
            .where(_table("calls").c.score.is_not(None))
            .limit(2_000)
        )
        public_ids = tuple(rows.scalars())
    engine.dispose()
    return Seeded(public_ids, tuple(map(_agent, range(AGENTS))), tokens)


def _templates(settings: Settings) -> None:
    """Score golden dialogues and write them as a run does."""
    source = bootstrap.rubric_source(settings)
    written = [
        each.dialogue
        for shelf, each in golden.chosen(("train",))
        if shelf.rubric.ref.id == golden.STANDARD
    ]
    with bootstrap.unit_of_work(settings)(writes=True) as store:
        at = datetime.now(UTC)
        run_id = store.runs.begin(at)
        store.rubrics.keep(source.rubric.ref, source.text)
        for number, dialogue in enumerate(written[:TEMPLATES]):
            case = dialogue_case(dialogue, golden.case_of())
            record = CallRecord(
                f"template-{number}", agent_id=_agent(number), direction=Direction.INBOUND
            )
            facts = RecordingFacts(
                sha256=hashlib.sha256(f"template-{number}".encode()).hexdigest(),
                name=f"template-{number}.wav",
                duration_s=120.0,
                sample_rate=8_000,
                channels=2,
                layout="stereo",
                peaks=Peaks(20, (PEAKS, PEAKS)),
                audio=f"audio/template-{number}.flac",
            )
            hearing = Hearing("bench", dialogue.transcript, dialogue.signals, {"written": "1"})
            card = score(source.rubric, case)
            store.calls.add_scored(
                ScoredCall(record, facts, hearing, card, f"template-{number}"), run_id=run_id, at=at
            )
        store.commit()


def _people(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Teams, agents and reviewers; the cookies of reviewers who are logged in."""
    teams = [
        {"public_id": _id(), "name": f"Team {number + 1}", "created_at": now}
        for number in range(TEAMS)
    ]
    connection.execute(insert(_table("teams")), teams)
    common = {"active": True, "created_at": now, "password_hash": "-", "password_changed_at": now}
    users = [
        {
            **common,
            "public_id": _id(),
            "login": _agent(number).lower(),
            "name": f"Agent {number}",
            "role": UserRole.AGENT.value,
            "team_id": number % TEAMS + 1,
            "agent_id": _agent(number),
        }
        for number in range(AGENTS)
    ] + [
        {
            **common,
            "public_id": _id(),
            "login": f"reviewer{number}",
            "name": f"Reviewer {number}",
            "role": UserRole.SUPERVISOR.value,
            "team_id": number % TEAMS + 1,
            "agent_id": None,
        }
        for number in range(REVIEWERS)
    ]
    connection.execute(insert(_table("users")), users)
    tokens = [secrets.token_urlsafe(32) for _ in range(REVIEWERS)]
    connection.execute(
        insert(_table("sessions")),
        [
            {
                "public_id": _id(),
                "token_hash": hashlib.sha256(token.encode()).hexdigest(),
                "user_id": AGENTS + 1 + number,
                "created_at": now,
                "seen_at": now,
                "expires_at": now + timedelta(days=7),
                "address": "127.0.0.1",
                "browser": "bench",
            }
            for number, token in enumerate(tokens)
        ],
    )
    return tuple(tokens)


def _copies(connection: Connection, calls: int, now: datetime) -> None:
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    templates = {
        name: [dict(row) for row in connection.execute(select(_table(name))).mappings()]
        for name in ("recordings", "calls", "call_texts", "scorecards")
    }
    by_call = {row["id"]: row for row in templates["calls"]}
    texts = {row["call_id"]: row["text"] for row in templates["call_texts"]}
    recordings = {row["id"]: row for row in templates["recordings"]}
    cards = templates["scorecards"]
    connection.execute(
        text("CREATE TABLE bench_copies (scorecard_id INTEGER, template_id INTEGER)")
    )
    # PostgreSQL's sequences know nothing of ids that are given, so they are counted on by hand.
    first = {
        name: max(row["id"] for row in templates[name])
        for name in ("recordings", "calls", "scorecards")
    }
    for start in range(0, calls, _CHUNK):
        chunk: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("recordings", "calls", "call_texts", "scorecards", "copies")
        }
        for number in range(start, min(start + _CHUNK, calls)):
            card = cards[number % len(cards)]
            call = by_call[card["call_id"]]
            at = now - timedelta(seconds=chance.randrange(SPAN_DAYS * 86_400))
            ids = {name: base + number + 1 for name, base in first.items()}
            sha256 = hashlib.sha256(f"copy-{number}".encode()).hexdigest()
            name = f"call-{number:06}"
            chunk["recordings"].append(
                {
                    **recordings[card["recording_id"]],
                    "id": ids["recordings"],
                    "sha256": sha256,
                    "name": f"{name}.wav",
                }
            )
            chunk["calls"].append(
                {
                    **call,
                    "id": ids["calls"],
                    "public_id": _id(),
                    "call_id": name,
                    "agent_id": _agent(chance.randrange(AGENTS)),
                    "started_at": at,
                    "scored_at": at + timedelta(hours=8),
                    "recording_name": f"{name}.wav",
                    "sha256": sha256,
                }
            )
            chunk["call_texts"].append(
                {"call_id": ids["calls"], "text": f"{name}\n{texts[card['call_id']]}"}
            )
            chunk["scorecards"].append(
                {
                    **card,
                    "id": ids["scorecards"],
                    "call_id": ids["calls"],
                    "recording_id": ids["recordings"],
                    "fingerprint": name,
                    "scored_at": at + timedelta(hours=8),
                }
            )
            chunk["copies"].append({"scorecard_id": ids["scorecards"], "template_id": card["id"]})
        for name in ("recordings", "calls", "call_texts", "scorecards"):
            connection.execute(insert(_table(name)), chunk[name])
        connection.execute(
            text("INSERT INTO bench_copies VALUES (:scorecard_id, :template_id)"), chunk["copies"]
        )
    for statement in _COPY_VERDICTS:
        connection.execute(text(statement))
    search_index.drop(connection)
    search_index.make(connection)
    _count_on(connection)


_COPY_VERDICTS = (
    """INSERT INTO verdicts (scorecard_id, position, criterion, outcome, points, max_points, confidence,
           reason_code, reason_params, searched_start_s, searched_end_s, searched_speaker)
       SELECT c.scorecard_id, v.position, v.criterion, v.outcome, v.points, v.max_points, v.confidence,
           v.reason_code, v.reason_params, v.searched_start_s, v.searched_end_s, v.searched_speaker
       FROM bench_copies c JOIN verdicts v ON v.scorecard_id = c.template_id""",
    """INSERT INTO evidence (verdict_id, position, start_s, end_s, speaker, quote)
       SELECT own.id, e.position, e.start_s, e.end_s, e.speaker, e.quote
       FROM bench_copies c
       JOIN verdicts v ON v.scorecard_id = c.template_id
       JOIN evidence e ON e.verdict_id = v.id
       JOIN verdicts own ON own.scorecard_id = c.scorecard_id AND own.criterion = v.criterion""",
    "DROP TABLE bench_copies",
)


def _work(connection: Connection, now: datetime) -> None:
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    calls, cards = _table("calls"), _table("scorecards")
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
    for part in _parts(list(_tasks(open_calls, reviewers, now, chance))):
        connection.execute(insert(_table("tasks")), part)
    for part in _parts(list(_reviews(reviewed, reviewers, now, chance))):
        connection.execute(insert(_table("reviews")), part)
    connection.execute(text(_DECIDE))
    connection.execute(text(_SHOW_REVIEWED))
    connection.execute(insert(_table("disputes")), list(_disputes(reviewed, now)))
    connection.execute(insert(_table("plans")), list(_plans(reviewers, now)))
    connection.execute(insert(_table("cases")), list(_cases(reviewed, reviewers, now)))


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
            "public_id": _id(),
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
            "public_id": _id(),
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
            "public_id": _id(),
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
            "public_id": _id(),
            "agent_id": _agent(number % AGENTS),
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
            "public_id": _id(),
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


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL's sequences go on behind the ids that were given."""
    if connection.dialect.name != "postgresql":
        return
    for name in ("recordings", "calls", "scorecards"):
        highest = connection.scalar(select(func.max(_table(name).c.id)))
        connection.execute(select(func.setval(f"{name}_id_seq", highest)))


def _analyse(engine: Engine) -> None:
    """Bring the database's statistics up to date, as its own upkeep would overnight."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _agent(number: int) -> str:
    return f"A{1_000 + number}"


def _id() -> str:
    return secrets.token_urlsafe(16)
