"""A store of many scored calls: golden dialogues scored for once through the real ports, then copied in the database.

Copies differ in what lists show and sort by (call, agent, time) and share what was heard. Tasks, reviews, disputes
and plans lie over them as they would after some months of work.
"""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, column, func, insert, select, table, text

from bench.app import work
from bench.app.rows import AGENTS, CHUNK, REVIEWERS, SEED, agent_id, public_id, table_of
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

TEAMS = 8
TEMPLATES = 60
PEAKS = tuple(round(0.5 + 0.4 * ((place * 7919) % 100 - 50) / 50, 2) for place in range(2_400))
"""A waveform of two minutes at 20 a second."""
SPAN_DAYS = 180


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
        work.lay_over(connection, now)
    _analyse(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            select(table_of("calls").c.public_id)
            .where(table_of("calls").c.score.is_not(None))
            .limit(2_000)
        )
        public_ids = tuple(rows.scalars())
    engine.dispose()
    return Seeded(public_ids, tuple(map(agent_id, range(AGENTS))), tokens)


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
                f"template-{number}", agent_id=agent_id(number), direction=Direction.INBOUND
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
        {"public_id": public_id(), "name": f"Team {number + 1}", "created_at": now}
        for number in range(TEAMS)
    ]
    connection.execute(insert(table_of("teams")), teams)
    common = {"active": True, "created_at": now, "password_hash": "-", "password_changed_at": now}
    users = [
        {
            **common,
            "public_id": public_id(),
            "login": agent_id(number).lower(),
            "name": f"Agent {number}",
            "role": UserRole.AGENT.value,
            "team_id": number % TEAMS + 1,
            "agent_id": agent_id(number),
        }
        for number in range(AGENTS)
    ] + [
        {
            **common,
            "public_id": public_id(),
            "login": f"reviewer{number}",
            "name": f"Reviewer {number}",
            "role": UserRole.SUPERVISOR.value,
            "team_id": number % TEAMS + 1,
            "agent_id": None,
        }
        for number in range(REVIEWERS)
    ]
    connection.execute(insert(table_of("users")), users)
    tokens = [secrets.token_urlsafe(32) for _ in range(REVIEWERS)]
    connection.execute(
        insert(table_of("sessions")),
        [
            {
                "public_id": public_id(),
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


_RECORDINGS = table(
    "recordings",
    *(
        column(each.name, LargeBinary() if each.name == "peaks" else each.type)
        for each in table_of("recordings").columns
    ),
)
"""With waveforms as they are stored: packing each anew would take minutes."""
_COPIED = {
    "recordings": _RECORDINGS,
    **{name: table_of(name) for name in ("calls", "call_texts", "scorecards")},
}
"""Tables that a call has a row of its own in, each after those that it refers to."""


def _copies(connection: Connection, calls: int, now: datetime) -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secret
    templates = {
        name: [dict(row) for row in connection.execute(select(copied)).mappings()]
        for name, copied in _COPIED.items()
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
    for start in range(0, calls, CHUNK):
        chunk: dict[str, list[dict[str, Any]]] = {name: [] for name in (*_COPIED, "copies")}
        for number in range(start, min(start + CHUNK, calls)):
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
                    "public_id": public_id(),
                    "call_id": name,
                    "agent_id": agent_id(chance.randrange(AGENTS)),
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
        for name, copied in _COPIED.items():
            connection.execute(insert(copied), chunk[name])
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


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL's sequences go on behind the ids that were given."""
    if connection.dialect.name != "postgresql":
        return
    for name in ("recordings", "calls", "scorecards"):
        highest = connection.scalar(select(func.max(table_of(name).c.id)))
        connection.execute(select(func.setval(f"{name}_id_seq", highest)))


def _analyse(engine: Engine) -> None:
    """Bring the database's statistics up to date, as its own upkeep would overnight."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        vacuum = "VACUUM " if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"{vacuum}ANALYZE")
