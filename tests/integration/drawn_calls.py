"""A site whose machine errs at known rates: calls of two teams over many weeks, drawn at random and reviewed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from qa.domain.people import UserRole
from qa.store.tables import (
    CallRow,
    DecisionRow,
    DrawCallRow,
    DrawRow,
    HearingRow,
    RecordingRow,
    ReviewRow,
    RubricRow,
    RunRow,
    ScorecardRow,
    TeamRow,
    UserRow,
    VerdictRow,
)

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
RUBRIC = "service-standard"
SHA256 = "5" * 64
GREETING = f"{RUBRIC}/greeting"
_FIRST = 10_000
"""Id of the first call: a store that holds others may be filled up."""
_DRAW = 901


@dataclass(frozen=True, slots=True)
class Site:
    """What a site is like.

    Attributes:
        passing: Share of each team's calls that people would pass, by the team's name.
        finds: Sensitivity of the machine for failures; ``leaves``, its specificity.
        chance: Share drawn at random; ``reviewed`` of these, people have reviewed.
        others: Criteria beside the greeting, which the machine passes.
        fails_from: From this week on, the machine fails another tenth of the calls.
    """

    calls: int = 2_000
    weeks: int = 20
    agents: int = 4
    passing: tuple[tuple[str, float], ...] = (("Orders", 0.9), ("Returns", 0.7))
    finds: float = 0.9
    leaves: float = 0.85
    chance: float = 0.2
    reviewed: float = 1.0
    others: int = 0
    fails_from: int | None = None
    seed: int = 7


def build(session: Session, site: Site, now: datetime = NOW) -> dict[str, float]:
    """Write it; what people would say of all calls of each team, by its name, as the share that passes."""
    lots = random.Random(site.seed)  # noqa: S311 - a simulation
    _people(session, site, now)
    rows: dict[type[Any], list[dict[str, Any]]] = {
        table: []
        for table in (CallRow, ScorecardRow, VerdictRow, ReviewRow, DecisionRow, DrawCallRow)
    }
    passed: dict[str, list[bool]] = {name: [] for name, _share in site.passing}
    monday = now - timedelta(days=now.weekday(), hours=now.hour)
    first = monday - timedelta(weeks=site.weeks)
    for number in range(_FIRST, _FIRST + site.calls):
        place = number % len(site.passing)
        team, share = site.passing[place]
        agent = f"{team[0]}{number // len(site.passing) % site.agents}"
        at = first + timedelta(weeks=site.weeks) * lots.random()
        good = lots.random() < share
        machine = lots.random() < (site.leaves if good else 1 - site.finds)
        week = (at - first) // timedelta(weeks=1)
        if site.fails_from is not None and week >= site.fails_from and lots.random() < 0.3:
            machine = False
        human_score = (90.0 if good else 60.0) + lots.uniform(-8, 8)
        machine_score = human_score + (0.0 if good == machine else 15.0 - 30.0 * good)
        passed[team].append(good)
        rows[CallRow].append(_call(number, agent, at, machine_score, failed=not machine))
        rows[ScorecardRow].append(_card(number, at, machine_score))
        outcomes = {"greeting": machine, **{f"other_{n}": True for n in range(site.others)}}
        for position, (criterion, fine) in enumerate(outcomes.items()):
            rows[VerdictRow].append(_verdict(number, position, criterion, fine=fine))
        if lots.random() >= site.chance:
            continue
        rows[DrawCallRow].append(
            {
                "draw_id": _DRAW,
                "call_id": number,
                "reason": "random",
                "chance": site.chance,
                "in_floor": True,
            }
        )
        if lots.random() >= site.reviewed:
            continue
        rows[ReviewRow].append(_review(number, at, human_score))
        rows[CallRow][-1] |= {
            "reviewed_at": at + timedelta(hours=1),
            "reviewed_score": human_score,
            "reviewed_critical_count": 0,
        }
        # As people do: only what they change is decided, the rest is left as it stands.
        if good != machine:
            rows[DecisionRow].append(_decision(number, at, machine=machine, good=good))
    session.execute(
        insert(DrawRow),
        [
            {
                "id": _DRAW,
                "public_id": "draw",
                "seed": "a seed",
                "settings": {"floor": site.chance, "shares": {}, "agent_minimum": 0},
                "since": first,
                "until": now,
                "population": site.calls,
                "uncovered": 0,
                "drawn_at": now,
                "accepted_at": now,
            }
        ],
    )
    for table, found in rows.items():
        for start in range(0, len(found), 5_000):
            session.execute(insert(table), found[start : start + 5_000])
    return {team: sum(goods) / len(goods) for team, goods in passed.items()}


def _people(session: Session, site: Site, now: datetime) -> None:
    teams = [
        {"id": number, "public_id": f"team-{name}", "name": name, "created_at": now}
        for number, (name, _share) in enumerate(site.passing, start=101)
    ]
    agents = [
        {
            "id": 1_000 * team["id"] + number,
            "public_id": f"agent-{team['name']}-{number}",
            "login": f"{team['name']}{number}".lower(),
            "name": f"{team['name']} agent {number}",
            "role": UserRole.AGENT.value,
            "team_id": team["id"],
            "agent_id": f"{team['name'][0]}{number}",
            "active": True,
            "created_at": now,
        }
        for team in teams
        for number in range(site.agents)
    ]
    reviewer = {
        "id": 999,
        "public_id": "reviewer",
        "login": "reviewer",
        "name": "Reviewer",
        "role": UserRole.SUPERVISOR.value,
        "active": True,
        "created_at": now,
    }
    session.execute(insert(TeamRow), teams)
    session.execute(insert(UserRow), agents)
    session.execute(insert(UserRow), [reviewer])
    session.execute(
        insert(RubricRow),
        [{"sha256": SHA256, "rubric_id": RUBRIC, "version": "1", "source": "not a rubric"}],
    )
    session.execute(insert(RunRow), [{"id": 901, "started_at": now}])
    session.execute(
        insert(RecordingRow),
        [
            {
                "id": 901,
                "sha256": "9" * 64,
                "name": "call.wav",
                "duration_s": 180.0,
                "sample_rate": 8_000,
                "channels": 2,
                "layout": "stereo",
                "audio": "audio/call.flac",
                "peaks_per_second": 20,
                "peaks": [[0.1], [0.1]],
            }
        ],
    )
    session.execute(
        insert(HearingRow),
        [
            {
                "id": 901,
                "recording_id": 901,
                "fingerprint": "heard",
                "language": "en",
                "role_confidence": 1.0,
                "speaker_confidence": 1.0,
                "turns": [],
                "dropped": [],
                "signals": {},
                "models": {},
                "quality": None,
            }
        ],
    )


def _call(number: int, agent: str, at: datetime, score: float, *, failed: bool) -> dict[str, Any]:
    return {
        "id": number,
        "public_id": f"c{number}",
        "call_id": f"C-{number}",
        "agent_id": agent,
        "direction": "inbound",
        "started_at": at,
        "ended_by": "unknown",
        "attributes": {},
        "status": "scored",
        "recording_name": f"{number}.wav",
        "duration_s": 180.0,
        "language": "en",
        "score": score,
        "scored_at": at,
        "failed": ["greeting"] if failed else [],
        "critical_failed": [],
        "open": [],
        "failed_count": int(failed),
        "critical_count": 0,
        "open_count": 0,
        "rubric_id": RUBRIC,
        "rubric_version": "1",
        "rubric_sha256": SHA256,
        "reviewed_at": None,
        "reviewed_score": None,
        "reviewed_critical_count": None,
    }


def _card(number: int, at: datetime, score: float) -> dict[str, Any]:
    return {
        "id": number,
        "call_id": number,
        "recording_id": 901,
        "hearing_id": 901,
        "run_id": 901,
        "fingerprint": f"f{number}",
        "is_current": True,
        "scored_at": at,
        "rubric_id": RUBRIC,
        "rubric_version": "1",
        "rubric_sha256": SHA256,
        "score": score,
        "critical_failed": [],
    }


def _verdict(number: int, position: int, criterion: str, *, fine: bool) -> dict[str, Any]:
    return {
        "scorecard_id": number,
        "position": position,
        "criterion": criterion,
        "outcome": "pass" if fine else "fail",
        "points": 10.0 if fine else 0.0,
        "max_points": 10.0,
        "confidence": 0.9,
        "reason_code": "absent.nothing",
        "reason_params": {},
    }


def _review(number: int, at: datetime, score: float) -> dict[str, Any]:
    return {
        "id": number,
        "public_id": f"r{number}",
        "call_id": number,
        "scorecard_id": number,
        "reviewer_id": 999,
        "purpose": "review",
        "state": "submitted",
        "is_current": True,
        "revision": 1,
        "opened_at": at,
        "saved_at": at,
        "submitted_at": at + timedelta(hours=1),
        "score": score,
        "critical_failed": [],
        "note": "",
        "pending": [],
    }


def _decision(number: int, at: datetime, *, machine: bool, good: bool) -> dict[str, Any]:
    return {
        "review_id": number,
        "position": 0,
        "criterion": "greeting",
        "machine_outcome": "pass" if machine else "fail",
        "machine_points": 10.0 * machine,
        "outcome": "pass" if good else "fail",
        "points": 10.0 * good,
        "max_points": 10.0,
        "reason": "Heard it.",
        "note": "",
        "evidence": [],
        "decided_at": at,
    }
