"""Whoever has still to rate a call blind comes across nothing of it, whichever page, export or program asks.

The routes are those of ``app.url_map``: a new one takes part by itself. Each is asked for the call that waits to
be rated and for all that hangs on it, by each rater, and the answers are searched for what must not be in them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from qa.domain.calibration import CalibrationState
from qa.domain.cases import CaseKind
from qa.domain.queue import Entry as QueueEntry
from qa.domain.queue import Priority, TaskReason
from qa.domain.records import CallQuery
from qa.domain.review import Basis
from qa.domain.reviewing import Choice, Entry
from qa.domain.scorecard import Outcome, Scorecard
from qa.domain.wording import LANGUAGES, render
from qa.ports.calibration import RatingPlace
from qa.services import cases, plan_steps, responses, review
from qa.services.calibration import rating, reveal, steps
from qa.services.calibration.rating import RatingForm
from qa.services.calibration.reveal import Agreement
from qa.services.calibration.steps import Draft, Terms
from qa.services.cases import CaseDraft
from qa.services.plan_steps import PlanDraft
from qa.services.review import ReviewForm
from tests.web.route_ids import Ids
from tests.web.walking import Walk, ids_in, routes

RATERS = ("sun", "sam", "ada")
"""Two supervisors, and an admin, who sees whatever there is to see."""
CALL = "bad-call"
RECORDING = f"{CALL}.wav"
CUSTOMER = "+1-202-555-0104"
QUOTED = "Please read me the code that you got."
"""What the machine has for evidence; on the page that a call is rated on it is heard like all else."""

FAILED = ("farewell", "privacy")
"""What the machine has failed in it, each for a reason that names a place in this call."""
WRITTEN = (
    "reviewed-by-ada",
    "noted-by-ada",
    "objected-by-amy",
    "replied-by-amy",
    "shown-as-a-case",
    "rated-by-sam",
    "noted-by-sam",
    "rated-in-the-session-before",
    "agreed-in-the-session-before",
)
"""What people wrote about the call, a word each that nobody else uses."""

ITS_OWN = "calibration."
"""Where the call is to be rated, and the page of its session, which names what is to be rated."""


@dataclass(frozen=True, slots=True)
class Blind:
    """A call that waits to be rated by everybody in ``RATERS``.

    Attributes:
        session: Public id of the session.
        before: Of one that is revealed, in which others rated the same call.
        card: What the machine says of it.
        ids: By kind of id, those of what hangs on the call.
    """

    staff: Any
    session: str
    before: str
    card: Scorecard
    ids: dict[str, Ids]

    @property
    def call(self) -> str:
        """Its public id."""
        public_id: str = self.staff.ids[CALL]
        return public_id

    @property
    def traces(self) -> tuple[str, ...]:
        """What no page may show."""
        return (self.call, CALL, RECORDING, CUSTOMER, QUOTED, *WRITTEN, *self.verdicts)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The machine's reasons that it gives for this call alone, in both languages."""
        reasons = [each.reason for each in self.card.verdicts if each.criterion in FAILED]
        return tuple(render(reason, language) for reason in reasons for language in LANGUAGES)


def _now() -> datetime:
    return datetime.now(UTC)


def _text(value: str) -> Entry:
    return Entry(Choice(Outcome.FAIL), value)


@pytest.fixture
def blind(staff: Any) -> Blind:
    """A call with everything that can hang on one, then drawn into a session."""
    store, clock = staff.open_store, staff.app.extensions["callqa"].clock
    rubrics, rubric = (
        staff.app.extensions["callqa"].rubrics,
        staff.app.extensions["callqa"].standard(),
    )
    call = staff.ids[CALL]
    ada, amy, sun = (staff.actor(login) for login in ("ada", "amy", "sun"))
    with store(writes=True) as unit:
        detail = unit.calls.detail(call)
        assert detail.scorecard
        assert detail.version
        unit.tasks.add(
            [QueueEntry(call, TaskReason.HAND, Priority.URGENT, _now() + timedelta(days=1))],
            by=None,
            at=_now(),
        )
        unit.commit()
    settled = ReviewForm(
        Basis(detail.version, None), 0, {"greeting": _text("reviewed-by-ada")}, "noted-by-ada"
    )
    review.submit(store, rubrics, clock, ada, call, form=settled, leave_open=True)
    responses.reply(store, rubrics, clock, amy, call, text="replied-by-amy")
    before = _revealed(staff, call)
    case = cases.mark_case(
        store,
        ada,
        clock,
        rubric,
        CaseDraft(
            call=call,
            kind=CaseKind.GOOD,
            criterion="greeting",
            start_s=0.5,
            end_s=3.0,
            comment="shown-as-a-case",
            team=None,
        ),
    ).public_id
    plan = plan_steps.begin_plan(
        store,
        sun,
        clock,
        rubric,
        PlanDraft(
            action="Listen to the example.",
            owner=staff.users["sun"].public_id,
            due_at=_now() + timedelta(days=7),
            follow_up_at=None,
            agent_id="A201",
            criterion="greeting",
            call=call,
        ),
    ).public_id
    dispute = _disputed(staff, call)
    session = steps.make_calibration(
        store,
        clock,
        ada,
        Draft(
            Terms("This month", "", _now() + timedelta(days=3)),
            [call],
            [staff.users[login].public_id for login in RATERS],
        ),
    ).public_id
    _rate(staff, "sam", session, "rated-by-sam", note="noted-by-sam")
    return Blind(
        staff,
        session,
        before,
        detail.scorecard,
        {
            "calls/public_id": Ids(call),
            "calls/call": Ids(call),
            "cases/case_id": Ids(case),
            "coaching/plan_id": Ids(plan),
            "disputes/public_id": Ids(dispute),
            "calibration/session_id": Ids(session),
            "calls/position": Ids("1"),
            "agents/agent_id": Ids("A201"),
        },
    )


def _form(view: Any, reason: str, note: str = "") -> RatingForm:
    """Everything decided, with a word that nobody else uses."""
    entries = {each.id: Entry(each.options[0].choice, reason) for each in view.criteria}
    return RatingForm(view.revision, entries, note)


def _rate(staff: Any, login: str, session: str, reason: str, *, note: str = "") -> None:
    deps, place, actor = staff.app.extensions["callqa"], RatingPlace(session, 1), staff.actor(login)
    view = rating.open_rating(staff.open_store, deps.rubrics, actor, place)
    rating.submit_rating(
        staff.open_store,
        deps.rubrics,
        deps.clock,
        actor,
        place,
        form=_form(view, reason, note),
    )


def _revealed(staff: Any, call: str) -> str:
    """A session that is laid open already, with a rating and a master of the call."""
    deps, ada = staff.app.extensions["callqa"], staff.actor("ada")
    terms = Terms("Last month", "", _now() + timedelta(days=3))
    draft = Draft(terms, [call], [staff.users["ada"].public_id])
    session = steps.make_calibration(staff.open_store, deps.clock, ada, draft).public_id
    _rate(staff, "ada", session, "rated-in-the-session-before")
    reveal.agree(
        staff.open_store,
        deps.rubrics,
        deps.clock,
        ada,
        session,
        agreement=Agreement(1, "greeting", "fail", "agreed-in-the-session-before", 0),
    )
    return session


def _disputed(staff: Any, call: str) -> str:
    with staff.open_store(writes=True) as unit:
        disputed: str = unit.answers.raise_dispute(
            call,
            criterion="farewell",
            contested=Outcome.FAIL,
            contested_points=0.0,
            by=staff.users["amy"].id,
            reason="objected-by-amy",
            at=_now(),
        )
        unit.commit()
    return disputed


# --- asking ------------------------------------------------------------------------------------


class BlindWalk(Walk):
    """A rater's way through every route, asked for the call and for what hangs on it."""

    def __init__(self, blind: Blind, login: str) -> None:
        super().__init__(blind.staff, login)
        self.blind = blind
        places = {
            place for rule, _method in routes(blind.staff.app) for place in ids_in(rule).values()
        }
        # Of what belongs to no call, a criterion that the machine has failed in it serves as well as any.
        self.ids = dict.fromkeys(places, Ids(FAILED[0])) | self.ids | blind.ids

    def leaks(self, rule: Rule, method: str) -> list[str]:
        """What an answer shows that it must not."""
        answer = self.answer(rule, method)
        shown = _text_of(answer)
        answer.close()
        forbidden = set(self.blind.traces)
        if (
            rule.endpoint.startswith(ITS_OWN)
            and self.ids["calibration/session_id"].own == self.blind.session
        ):
            forbidden = {*WRITTEN, *self.blind.verdicts}
        if answer.status_code in (302, 303, 403, 404):
            forbidden.discard(self.blind.call)  # it says again what it was asked for
        if self.login == "sam":
            forbidden -= {"rated-by-sam", "noted-by-sam"}
        return [
            f"{method} {rule.rule} ({answer.status_code}): {trace}"
            for trace in sorted(forbidden)
            if trace in shown
        ]


def _text_of(answer: TestResponse) -> str:
    """All that an answer says, headers too, with its characters as people read them."""
    body = answer.get_data()
    if answer.is_json:
        said = json.dumps(answer.get_json(), ensure_ascii=False)
    else:
        marked = body.decode("utf-8", "replace")
        # Words are marked one by one in a transcript: they are read without the marks.
        read = " ".join(re.sub(r"<[^>]+>", "", marked).split())
        said = html.unescape(f"{marked}\n{read}")
    return f"{answer.headers}\n{said}"


def _asked(walk: BlindWalk) -> Iterator[tuple[Rule, str]]:
    for rule, method in routes(walk.staff.app):
        if not any(name.startswith("_") for name in rule.arguments):
            yield rule, method


@pytest.mark.parametrize("login", RATERS)
def test_no_route_shows_a_rater_anything_of_what_they_have_to_rate(
    blind: Blind, login: str
) -> None:
    walk = BlindWalk(blind, login)
    found = [leak for rule, method in _asked(walk) for leak in walk.leaks(rule, method)]
    walk.ids["calibration/session_id"] = Ids(blind.before)
    for rule, method in _asked(walk):
        if rule.endpoint.startswith(ITS_OWN):
            found += walk.leaks(rule, method)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("login", RATERS)
@pytest.mark.parametrize("page", ["", "/calls/1", "/calls/1/waveform.json", "/verdicts.csv"])
def test_a_session_that_is_laid_open_leaves_out_what_is_still_to_be_rated(
    blind: Blind, login: str, page: str
) -> None:
    answer = blind.staff.client_as(login).get(f"/calibration/{blind.before}{page}")
    shown = _text_of(answer)
    assert not [each for each in (*WRITTEN, *blind.verdicts, QUOTED) if each in shown]


@pytest.mark.parametrize("login", RATERS)
def test_its_own_page_leads_to_where_it_is_rated(blind: Blind, login: str) -> None:
    client = blind.staff.client_as(login)
    answer = client.get(f"/calls/{blind.call}")
    assert answer.status_code == 302
    assert answer.location == f"/calibration/{blind.session}/calls/1"
    assert client.get(answer.location).status_code == 200
    assert QUOTED in _text_of(client.get(answer.location))


@pytest.mark.parametrize("address", ["/?q=parcel", "/calls.csv?q=parcel", "/?outcome=critical"])
def test_no_search_and_no_filter_finds_it(blind: Blind, address: str) -> None:
    assert CALL not in _text_of(blind.staff.client_as("sun").get(address))


def test_its_agents_figures_are_without_it(blind: Blind) -> None:
    with blind.staff.open_store.for_reader(blind.staff.users["sun"].id)() as unit:
        assert unit.figures.agent("A201")  # who has an account is there all the same
        assert unit.calls.search(CallQuery(agent_id="A201")).total == 0
    with blind.staff.open_store() as unit:
        assert unit.calls.search(CallQuery(agent_id="A201")).total == 1


def test_it_is_there_again_once_the_session_is_laid_open(blind: Blind) -> None:
    for login in ("sun", "ada"):
        assert CALL not in _text_of(blind.staff.client_as(login).get("/"))
        _rate(blind.staff, login, blind.session, f"rated-by-{login}")
    with blind.staff.open_store() as unit:
        assert unit.calibrations.get(blind.session).state is CalibrationState.REVEALED
    client = blind.staff.client_as("sun")
    assert CALL in _text_of(client.get("/"))
    assert "rated-by-sam" in _text_of(client.get(f"/calibration/{blind.session}/calls/1"))


def test_who_leaves_the_session_sees_the_call_and_no_rating(blind: Blind) -> None:
    deps = blind.staff.app.extensions["callqa"]
    actor = blind.staff.actor("sun")
    steps.leave_calibration(blind.staff.open_store, deps.clock, actor, blind.session)
    client = blind.staff.client_as("sun")
    assert CALL in _text_of(client.get("/"))
    answer = client.get(f"/calls/{blind.call}")
    assert answer.location.startswith("/disputes/")  # which waits for them to decide it
    shown = _text_of(client.get(f"/calibration/{blind.session}"))
    assert not [each for each in ("rated-by-sam", "noted-by-sam") if each in shown]


@pytest.mark.parametrize("login", ["amy", "otto"])
def test_who_does_not_calibrate_never_sees_a_session(blind: Blind, login: str) -> None:
    client = blind.staff.client_as(login)
    assert client.get("/calibration").status_code == 403
    assert client.get(f"/calibration/{blind.session}").status_code == 403
    assert blind.session not in _text_of(client.get("/account"))
