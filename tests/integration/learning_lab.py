"""A site with a rubric that asks heads, its calls, and people who review them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

import rubrics
from qa import bootstrap
from qa.config import Settings
from qa.domain.access import Actor, actor_of
from qa.domain.call import CallRecord, Role
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.people import Account, UserRole
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.review import Basis, Decision, Purpose
from qa.domain.scorecard import Evidence, Outcome, Verdict
from qa.domain.scoring import score
from qa.domain.transcript import Transcript
from qa.ports import Store
from qa.ports.reviews import DraftContent
from qa.services.rubrics import RubricSource
from qa.services.score_text import CaseOf

BEGINS = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
ASKED = {"satisfaction_question": "satisfaction_question", "courtesy": "discourtesy"}
"""The criteria of the site's rubric that ask a head, and which."""

OPENING = {
    "zh": (
        ("A", "您好，云帆科技，请问有什么可以帮您？"),
        ("C", "我的包裹三天没到了。"),
        ("A", "请稍等，我帮您查一下。包裹已经到了您附近的站点，明天上午送到。"),
        ("C", "好的，知道了。"),
    ),
    "en": (
        ("A", "Good morning, this is Northwind, how can I help you?"),
        ("C", "My parcel is three days late."),
        ("A", "Let me look that up for you. It is at your local depot and comes tomorrow morning."),
        ("C", "All right then."),
    ),
}
CLOSING = {
    "zh": (("C", "嗯。"), ("A", "感谢您的来电，再见。")),
    "en": (("C", "Hm."), ("A", "Thank you for calling, goodbye.")),
}
_ROLES = {"A": Role.AGENT, "C": Role.CUSTOMER}
_PEOPLE = {
    "ada": Account("ada", "Ada Lovelace", UserRole.ADMIN),
    "sun": Account("sun", "孙悦", UserRole.SUPERVISOR),
    "sam": Account("sam", "Sam Okafor", UserRole.SUPERVISOR, agent_id="A900"),
    "amy": Account("amy", "Amy Tan", UserRole.AGENT, agent_id="A201"),
}


@dataclass
class Clock:
    """The time, as a test sets it."""

    time: datetime = BEGINS

    def now(self) -> datetime:
        return self.time


def write_rubric(folder: Path) -> None:
    """The service standard with heads beside the phrases of some criteria, as a site would write it."""
    standard = yaml.safe_load(
        Path(rubrics.__file__).with_name("service-standard.yaml").read_text(encoding="utf-8")
    )
    changed = []
    for criterion in standard["criteria"]:
        head = ASKED.get(criterion["id"])
        if head:
            rule = "fail_if" if "fail_if" in criterion and head == "discourtesy" else "pass_if"
            within = {"within": {"last_turns": 4, "last_share": 0.4}} if rule == "pass_if" else {}
            both = {"any": [criterion[rule], {"head": {"name": head, **within}}]}
            changed.append({"id": criterion["id"], rule: both})
    document = {
        "schema": 1,
        "id": "our-site",
        "version": "2026.9.1",
        "title": {"zh": "本公司", "en": "Our site"},
        "extends": "service-standard",
        "criteria": changed,
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (folder / "our-site.yaml").write_text(text, encoding="utf-8")


def write_rubric_without_heads(folder: Path) -> None:
    """The service standard as ``plain``, without the heads that it asks."""
    standard = yaml.safe_load(
        Path(rubrics.__file__).with_name("service-standard.yaml").read_text(encoding="utf-8")
    )
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({**_headless(standard), "id": "plain"}, allow_unicode=True)
    (folder / "plain.yaml").write_text(text, encoding="utf-8")


def _headless(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _headless(each) for key, each in part.items()}
    if isinstance(part, list):
        return [_headless(each) for each in part if not (isinstance(each, dict) and "head" in each)]
    return part


def settings_of(home: Path, **more: object) -> Settings:
    """The settings of a site whose rubric stands in its data folder."""
    write_rubric(home / "rubrics")
    return Settings(
        home=home,
        rubric="our-site",
        rubric_dir=home / "rubrics",
        company_names=("云帆科技", "Northwind"),
        _env_file=None,
        **more,
    )


@dataclass
class Site:
    """A store that a test fills.

    Attributes:
        settings: Of ``settings_of``.
        scored: By call id, each call's public id.
    """

    settings: Settings
    open_store: Store = field(init=False)
    source: RubricSource = field(init=False)
    case_of: CaseOf = field(init=False)
    clock: Clock = field(default_factory=Clock)
    users: dict[str, Actor] = field(default_factory=dict)
    scored: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open_store = bootstrap.unit_of_work(self.settings)
        self.source = bootstrap.rubric_source(self.settings)
        self.case_of = bootstrap.case_of(self.settings)
        with self.open_store(writes=True) as unit:
            there = {user.login: user for user in unit.people.everybody()}
            for login, account in _PEOPLE.items():
                user = there.get(login) or unit.people.add_user(account, at=BEGINS)
                self.users[login] = actor_of(user)
            unit.commit()

    # --- calls ---------------------------------------------------------------------------------

    def call(
        self,
        call_id: str,
        said: str,
        language: str,
        *,
        agent_id: str = "A101",
        verdicts: dict[str, Outcome] | None = None,
        fingerprint: str = "f1",
    ) -> str:
        """Score a call in which the agent says something before the end; its public id.

        ``verdicts`` stand in place of what the rubric says.
        """
        lines = [*OPENING[language], *([("A", said)] if said else []), *CLOSING[language]]
        transcript, signals = written_call(
            [WrittenTurn(_ROLES[who], text) for who, text in lines], timed=True
        )
        record = CallRecord(call_id, agent_id=agent_id, started_at=self.clock.now())
        card = score(self.source.rubric, self.case_of(record, transcript, signals))
        if verdicts:
            changed = tuple(_instead(each, verdicts.get(each.criterion)) for each in card.verdicts)
            card = type(card)(card.rubric, card.score, card.critical_failed, changed)
        content = hashlib.sha256(call_id.encode()).hexdigest()
        facts = RecordingFacts(
            sha256=content,
            name=f"{call_id}.wav",
            duration_s=signals.duration_s,
            sample_rate=8_000,
            channels=2,
            layout="stereo",
            peaks=Peaks(20, ((0.1,), (0.1,))),
            audio=f"audio/{call_id}.flac",
        )
        hearing = Hearing("written", transcript, signals, {"written": "1"})
        scored = ScoredCall(record, facts, hearing, card, f"{fingerprint}-{call_id}")
        with self.open_store(writes=True) as unit:
            run = unit.runs.begin(self.clock.now())
            unit.rubrics.keep(self.source.rubric.ref, self.source.text)
            assert unit.calls.add_scored(scored, run_id=run, at=self.clock.now())
            unit.commit()
            self.scored[call_id] = unit.calls.summaries([content])[content].public_id
        return self.scored[call_id]

    def verdict(self, call: str, criterion: str) -> Verdict:
        with self.open_store() as unit:
            card = unit.calls.detail(call).scorecard
        assert card
        return next(each for each in card.verdicts if each.criterion == criterion)

    def transcript(self, call: str) -> Transcript:
        with self.open_store() as unit:
            hearing = unit.calls.detail(call).hearing
        assert hearing
        return hearing.transcript

    def clip(self, call: str, text: str) -> Evidence:
        """Where a turn with some words stands, as a reviewer picks it."""
        turn = next(each for each in self.transcript(call).turns if text in each.text)
        return Evidence(turn.start_s, turn.end_s, turn.speaker, turn.text)

    # --- reviews -------------------------------------------------------------------------------

    def review(
        self,
        call: str,
        outcome: Outcome,
        said: str = "",
        *,
        by: str = "sun",
        criterion: str = "satisfaction_question",
        submitted: bool = True,
        purpose: Purpose = Purpose.REVIEW,
    ) -> str:
        """Submit a review with a decision on one criterion, and a clip of what the agent said; its public id."""
        at = self.clock.now()
        machine = self.verdict(call, criterion)
        with self.open_store(writes=True) as unit:
            current = unit.reviews.current(call)
            version = unit.calls.detail(call).version
            assert version
            user_id = self.users[by].user_id
            assert user_id
            decision = Decision(
                criterion=criterion,
                machine=machine.outcome,
                machine_points=machine.points,
                outcome=outcome,
                points=machine.max_points if outcome is Outcome.PASS else 0.0,
                max_points=machine.max_points,
                reason="" if outcome is machine.outcome else "I listened.",
                note="",
                evidence=(self.clip(call, said),) if said else (),
                decided_at=at,
            )
            draft = unit.reviews.put_draft(
                call,
                reviewer_id=user_id,
                purpose=purpose,
                basis=Basis(version, current.public_id if current else None),
                content=DraftContent([decision], [], ""),
                at=at,
            )
            if submitted:
                unit.reviews.submit(
                    draft.public_id,
                    decisions=[decision],
                    score=90.0,
                    critical_failed=[],
                    at=at,
                )
            unit.commit()
        return draft.public_id

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.time += timedelta(**(by or {"hours": 1}))


def _instead(verdict: Verdict, outcome: Outcome | None) -> Verdict:
    if outcome is None:
        return verdict
    return Verdict(
        verdict.criterion,
        outcome,
        verdict.max_points if outcome is Outcome.PASS else 0.0,
        verdict.max_points,
        0.9,
        verdict.reason,
        verdict.evidence,
        verdict.searched,
    )
