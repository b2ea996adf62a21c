"""For each kind of id in an address of the app: one of something that is somebody's own, and one of somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from qa.domain.cases import CaseKind
from qa.domain.people import Client, User
from qa.domain.sampling import SamplingPlan
from qa.domain.scorecard import Outcome
from qa.domain.tokens import token_hash
from qa.services import cases, plan_steps, sampling, teams
from qa.services.calibration.steps import Draft, Terms, make_calibration
from qa.services.cases import CaseDraft
from qa.services.clarifications import ClarificationDraft, clarify
from qa.services.plan_steps import PlanDraft
from tests.integration.nights_lab import figures, keep_night, report
from tests.web.lesson_desk import add_lesson


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of one kind for one person: of something that is theirs, and of something that is somebody else's.

    ``theirs`` is ``None`` for a kind that belongs to nobody in particular.
    """

    own: str
    theirs: str | None = None


KINDS: dict[str, Callable[[Any, str], Ids]] = {}
"""By the part of the address before the id and the name of the id."""


def kind(*places: str) -> Callable[[Callable[[Any, str], Ids]], Callable[[Any, str], Ids]]:
    def register(provider: Callable[[Any, str], Ids]) -> Callable[[Any, str], Ids]:
        KINDS.update(dict.fromkeys(places, provider))
        return provider

    return register


@kind("calls/public_id", "calls/call")
def _call(staff: Any, _login: str) -> Ids:
    return Ids(staff.ids["bad-call"], staff.ids["good-call"])


@kind("agents/agent_id")
def _agent(_staff: Any, _login: str) -> Ids:
    return Ids("A201", "A101")


@kind("coaching/plan_id")
def _plan(staff: Any, _login: str) -> Ids:
    return Ids(*(_begin_plan(staff, agent) for agent in ("A201", "A101")))


@kind("cases/case_id")
def _case(staff: Any, _login: str) -> Ids:
    elsewhere = teams.add_team(staff.open_store, staff.actor("ada"), _clock(staff), "Exchanges")
    return Ids(*(_mark_case(staff, each) for each in (staff.users["amy"].team, elsewhere)))


@kind("disputes/public_id")
def _dispute(staff: Any, _login: str) -> Ids:
    with staff.open_store(writes=True) as unit:
        disputed = unit.answers.raise_dispute(
            # Not of the call that everything else is asked of: who may decide it is led past that call to it.
            staff.ids["good-call"],
            criterion="greeting",
            contested=Outcome.FAIL,
            contested_points=0.0,
            by=staff.users["an"].id,
            reason="I said good morning.",
            at=_now(),
        )
        unit.commit()
    return Ids(disputed)


@kind("sampling/public_id")
def _draw(staff: Any, _login: str) -> Ids:
    plan = SamplingPlan(floor=1)
    rules = sampling.Rules(plan, period_days=3650)
    return Ids(sampling.keep(staff.open_store, _clock(staff), staff.actor("ada"), rules) or "")


@kind("calibration/session_id")
def _calibration(staff: Any, _login: str) -> Ids:
    raters = [staff.users[login].public_id for login in ("sun", "ada")]
    terms = Terms("Blind", "", _now() + timedelta(days=7))
    # Not of the call that everything else is asked of: its raters find it nowhere else.
    draft = Draft(terms, [staff.ids["mono-call"]], raters)
    made = make_calibration(staff.open_store, _clock(staff), staff.actor("sun"), draft)
    return Ids(made.public_id)


@kind("clarifications/clarification_id")
def _clarification(staff: Any, _login: str) -> Ids:
    draft = ClarificationDraft("farewell", "Said softly counts.")
    actor = staff.actor("sun")
    return Ids(clarify(staff.open_store, _clock(staff), actor, _rubric(staff), draft).public_id)


@kind("learning/lesson_id")
def _lesson(staff: Any, _login: str) -> Ids:
    return Ids(add_lesson(staff))


@kind("people/user_id")
def _person(staff: Any, _login: str) -> Ids:
    return Ids(staff.users["an"].public_id)


@kind("teams/team_id")
def _team(staff: Any, _login: str) -> Ids:
    return Ids(staff.users["an"].team.public_id)


@kind("logins/session_id")
def _session(staff: Any, login: str) -> Ids:
    def open_for(user: User) -> str:
        with staff.open_store(writes=True) as unit:
            digest = token_hash(f"{user.login} for {login}")
            session = unit.logins.add_session(
                user.id,
                digest,
                Client("127.0.0.1", "test"),
                at=_now(),
                expires_at=_now() + timedelta(days=1),
            )
            unit.commit()
        return str(session.public_id)

    return Ids(open_for(_somebody(staff, login)), open_for(staff.users["an"]))


@kind("tokens/token_id")
def _token(staff: Any, login: str) -> Ids:
    def issue_to(user: User) -> str:
        with staff.open_store(writes=True) as unit:
            issued = unit.tokens.add(
                user.id,
                name="a program",
                token_hash=token_hash(f"{user.login} for {login}"),
                scopes=(),
                at=_now(),
                expires_at=None,
            )
            unit.commit()
        return str(issued.public_id)

    return Ids(issue_to(_somebody(staff, login)), issue_to(staff.users["an"]))


@kind("webhooks/webhook_id")
def _webhook(staff: Any, _login: str) -> Ids:
    return Ids(_add_webhook(staff))


@kind("deliveries/delivery_id")
def _delivery(staff: Any, _login: str) -> Ids:
    webhook = _add_webhook(staff)
    with staff.open_store(writes=True) as unit:
        delivery = unit.webhooks.put_in(webhook, "webhook.test", {}, at=_now())
        unit.commit()
    return Ids(delivery.public_id)


@kind("nights/night_id")
def _night(staff: Any, _login: str) -> Ids:
    return Ids(str(keep_night(staff.open_store, report(_now()), at=_now(), counted=figures())))


for place, value in {
    "static/filename": "css/base.css",
    "first/secret": "guessed",
    "welcome/token": "guessed",
    "turns/turn": "1",
    "dispute/criterion": "farewell",
    "licences/rubric_id": "service-standard",
    "<rubric_id>/criterion": "farewell",
    "calls/position": "1",
    "criteria/criterion": "greeting",
}.items():
    kind(place)(lambda _staff, _login, value=value: Ids(value))


# --- what the ids stand for ------------------------------------------------------------------------


def _now() -> datetime:
    return datetime.now(UTC)


def _clock(staff: Any) -> Any:
    return staff.app.extensions["callqa"].clock


def _somebody(staff: Any, login: str) -> User:
    user: User = staff.users["sam" if login == "stranger" else login]
    return user


def _rubric(staff: Any) -> Any:
    return staff.app.extensions["callqa"].standard()


def _begin_plan(staff: Any, agent_id: str) -> str:
    draft = PlanDraft(
        action="Listen to the example.",
        owner=staff.users["sun"].public_id,
        due_at=_now() + timedelta(days=7),
        follow_up_at=None,
        agent_id=agent_id,
        criterion="farewell",
    )
    actor = staff.actor("sun")
    plan = plan_steps.begin_plan(staff.open_store, actor, _clock(staff), _rubric(staff), draft)
    return plan.public_id


def _mark_case(staff: Any, team: Any) -> str:
    draft = CaseDraft(
        call=staff.ids["good-call"],
        kind=CaseKind.GOOD,
        criterion="greeting",
        start_s=0.5,
        end_s=3.0,
        comment="A greeting worth hearing.",
        team=team.public_id,
    )
    actor = staff.actor("sun")
    case = cases.mark_case(staff.open_store, actor, _clock(staff), _rubric(staff), draft)
    return case.public_id


def _add_webhook(staff: Any) -> str:
    with staff.open_store(writes=True) as unit:
        webhook = unit.webhooks.add(
            "http://127.0.0.1:9/told", (), "secret", created_by=staff.users["ada"].id, at=_now()
        )
        unit.commit()
    return str(webhook.public_id)
