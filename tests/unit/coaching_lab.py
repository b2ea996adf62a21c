"""A store with people and calls to coach by: every call's outcome and day are said by the test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import Actor, actor_of
from qa.domain.call import CallRecord, Role
from qa.domain.coaching import Plan
from qa.domain.people import Account, UserRole
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.rubric import Criterion, Rubric, Section
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Verdict, total
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript, Turn, Word
from qa.domain.wording import Reason, Text
from qa.ports import UnitOfWorkFactory
from qa.services import plan_steps, plans
from qa.services.plan_steps import PlanDraft

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
DURATION_S = 180.0
CRITERIA = ("greeting", "privacy")

TURNS = (
    (Role.AGENT, 0.5, 3.0, "Good morning, this is Northwind."),
    (Role.CUSTOMER, 3.4, 6.0, "My parcel has not come."),
    (Role.AGENT, 6.2, 8.2, "I am sorry, let me look."),
)
"""What is said in every call; the words of a turn share its time."""


@dataclass(slots=True)
class SetClock:
    """A clock that stands until a test moves it."""

    moment: datetime = NOW

    def now(self) -> datetime:
        """The moment set."""
        return self.moment

    def wait(self, **time: float) -> datetime:
        """Move on, by what ``timedelta`` takes."""
        self.moment += timedelta(**time)
        return self.moment


def rubric(version: str = "1") -> Rubric:
    """A rubric of two criteria that nothing can be scored with."""
    return Rubric(
        ref=RubricRef("service-standard", version, _sha(version)),
        title=Text(zh="服务标准", en="Service standard"),
        sections=(Section("all", Text(zh="全部", en="All")),),
        criteria=tuple(_criterion(each) for each in CRITERIA),
    )


def _criterion(criterion_id: str) -> Criterion:
    text = Text(zh=criterion_id, en=criterion_id)
    return Criterion(
        id=criterion_id,
        section="all",
        title=text,
        standard=text,
        example=text,
        points=10.0,
        critical=False,
        applies_if=None,
        pass_if=None,
        fail_if=None,
        when_absent=Outcome.FAIL,
        min_confidence=0.5,
    )


@dataclass(slots=True)
class Lab:
    """People: admin ``ada``, supervisors ``sun`` and ``sam``, agents ``amy`` (A201) and ``an`` (A101)."""

    open_store: UnitOfWorkFactory
    clock: SetClock = field(default_factory=SetClock)
    teams: dict[str, str] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def staff(self) -> Lab:
        """Give everybody an account."""
        with self.open_store(writes=True) as unit:
            for name in ("Returns", "Sales"):
                self.teams[name] = unit.people.add_team(name, at=NOW).public_id
            for login, role, team, agent_id in (
                ("ada", UserRole.ADMIN, None, None),
                ("sun", UserRole.SUPERVISOR, "Returns", None),
                ("sam", UserRole.SUPERVISOR, "Sales", None),
                ("amy", UserRole.AGENT, "Returns", "A201"),
                ("an", UserRole.AGENT, "Sales", "A101"),
                ("otto", UserRole.OPERATOR, None, None),
            ):
                account = Account(
                    login, login.title(), role, self.teams[team] if team else None, agent_id
                )
                user = unit.people.add_user(account, at=NOW)
                self.people[login] = actor_of(user)
                self.ids[login] = user.public_id
            unit.commit()
        return self

    def call(
        self,
        outcome: Outcome = Outcome.FAIL,
        *,
        agent_id: str | None = "A201",
        at: datetime | None = NOW - timedelta(days=1),
        call_id: str = "",
        version: str = "1",
        scored_at: datetime = NOW,
        audio: str = "",
        content: str = "",
    ) -> str:
        """Store a call all of whose criteria ended so; its public id."""
        name = call_id or f"C-{next(self._numbers)}"
        sha256 = _sha(content or name)
        card_rubric = rubric(version)
        verdicts = tuple(_verdict(each, outcome) for each in CRITERIA)
        scored = ScoredCall(
            record=CallRecord(
                name, agent_id=agent_id, started_at=at, customer_number="13800138000"
            ),
            recording=RecordingFacts(
                sha256=sha256,
                name=f"{name}.wav",
                duration_s=DURATION_S,
                sample_rate=8_000,
                channels=2,
                layout="stereo",
                peaks=Peaks(20, ((0.1,), (0.1,))),
                audio=audio or f"audio/{content or name}.flac",
            ),
            hearing=Hearing(
                "heard",
                Transcript("en", tuple(_turn(*each) for each in TURNS)),
                Signals(DURATION_S, {}, (), (), (), {}, {}, 1.0),
                {},
            ),
            scorecard=Scorecard(card_rubric.ref, total(verdicts), (), verdicts),
            fingerprint=f"fingerprint-{content or name}-{version}",
        )
        with self.open_store(writes=True) as unit:
            run_id = unit.runs.begin(scored_at)
            assert unit.calls.add_scored(scored, run_id=run_id, at=scored_at)
            unit.commit()
        with self.open_store() as unit:
            return unit.calls.summaries([sha256])[sha256].public_id


def lab_in(home: Path) -> Lab:
    """Everybody in a data folder that nobody is in yet."""
    return Lab(bootstrap.unit_of_work(Settings(home=home))).staff()


def _turn(role: Role, start_s: float, end_s: float, text: str) -> Turn:
    spoken = text.split()
    step_s = (end_s - start_s) / len(spoken)
    words = tuple(
        Word(start_s + place * step_s, start_s + (place + 1) * step_s, f" {word}", 0.9)
        for place, word in enumerate(spoken)
    )
    return Turn(role, start_s, end_s, text, words)


def _verdict(criterion: str, outcome: Outcome) -> Verdict:
    return Verdict(
        criterion=criterion,
        outcome=outcome,
        points=10.0 if outcome is Outcome.PASS else 0.0,
        max_points=10.0,
        confidence=0.9,
        reason=Reason("absent.nothing"),
        evidence=(Evidence(0.5, 3.0, Role.AGENT, TURNS[0][3]),) if outcome.counts else (),
    )


def _sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


# --- plans -------------------------------------------------------------------------------------


def draft(lab: Lab, **changes: Any) -> PlanDraft:
    """What somebody enters of a plan for amy's greeting."""
    whole = PlanDraft(
        agent_id="A201",
        criterion="greeting",
        action="Say the company's name first.",
        owner=lab.ids["sun"],
        due_at=NOW + timedelta(days=7),
        follow_up_at=NOW + timedelta(days=28),
    )
    return replace(whole, **changes)


def begin(lab: Lab, who: str = "sun", **changes: Any) -> Plan:
    """Begin that plan."""
    return plan_steps.begin_plan(
        lab.open_store, lab.people[who], lab.clock, rubric(), draft(lab, **changes)
    )


def stored(lab: Lab, plan: Plan) -> Plan:
    """A plan as the store has it."""
    return plans.open_plan(lab.open_store, lab.people["ada"], lab.clock, plan.public_id, 28).plan


def close(lab: Lab, plan: Plan, outcome: str = "Done.", who: str = "sun") -> Plan:
    """Close a plan."""
    return plan_steps.close_plan(
        lab.open_store,
        lab.people[who],
        lab.clock,
        plan.public_id,
        outcome,
        revision=plan.revision,
    )
