"""A call with every kind of verdict, two supervisors to review it, and a clock that a test moves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import Actor, actor_of
from qa.domain.call import CallRecord, Role
from qa.domain.people import Account, UserRole
from qa.domain.records import CallSummary, Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.review import Basis, Review
from qa.domain.reviewing import Choice, Entry
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Evidence, Outcome, Scorecard, Verdict, total
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript, Turn, Word
from qa.domain.wording import Reason
from qa.ports import UnitOfWorkFactory
from qa.services import corrections, review
from qa.services.browse import RubricTexts
from qa.services.review import ReviewForm, ReviewView, Saved, Submitted

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASS, FAIL = Outcome.PASS, Outcome.FAIL
UNSURE, UNKNOWN = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE

SAID = (
    (Role.AGENT, 0.5, "Good morning this is Northwind"),
    (Role.CUSTOMER, 4.0, "My parcel has not come"),
    (Role.AGENT, 8.0, "Please read me the code"),
)
OUTCOMES = {
    "greeting": PASS,
    "farewell": FAIL,
    "confirm_need": UNSURE,
    "customer_hangs_up_first": UNKNOWN,
    "privacy": PASS,
}
SILENT = Signals(
    duration_s=12.0,
    activity={},
    silences=(),
    overlaps=(),
    response_gaps=(),
    talk_share={},
    speech_rate={},
    overlap_confidence=1.0,
)
SCALE = "empathy"
"""A criterion of the shipped rubric that is a scale."""


@dataclass
class Clock:
    """The time, as a test sets it."""

    time: datetime = AT

    def now(self) -> datetime:
        return self.time

    def wait(self, **span: float) -> None:
        self.time += timedelta(**span)


def agree(note: str = "") -> Entry:
    return Entry(None, note=note)


def choose(outcome: Outcome, reason: str = "", note: str = "", *clips: Evidence) -> Entry:
    return Entry(Choice(outcome), reason, note, clips)


OPEN_ONES: Mapping[str, Entry] = {
    "confirm_need": choose(UNSURE),
    "customer_hangs_up_first": choose(UNKNOWN),
}
"""What leaves open on purpose whatever the machine left open."""


@dataclass
class Lab:
    """A store with one scored call of agent A201, and people."""

    open_store: UnitOfWorkFactory
    clock: Clock = field(default_factory=Clock)
    rubrics: RubricTexts = field(default_factory=lambda: RubricTexts(bootstrap.parse_rubric))
    actors: dict[str, Actor] = field(default_factory=dict)
    call: str = ""

    def __post_init__(self) -> None:
        """Write the people and the call."""
        for login, role, agent_id in (
            ("ada", UserRole.ADMIN, None),
            ("sun", UserRole.SUPERVISOR, None),
            ("sam", UserRole.SUPERVISOR, None),
            ("lee", UserRole.SUPERVISOR, "A201"),
            ("an", UserRole.AGENT, "A101"),
        ):
            with self.open_store(writes=True) as unit:
                account = Account(login, login.title(), role, agent_id=agent_id)
                self.actors[login] = actor_of(unit.people.add_user(account, at=AT))
                unit.commit()
        self.call = self.score()

    # --- the call ------------------------------------------------------------------------------

    def score(
        self,
        call_id: str = "c1",
        *,
        outcomes: Mapping[str, Outcome] = OUTCOMES,
        fingerprint: str = "f1",
        hearing: str = "h1",
        content: str = "",
        agent_id: str = "A201",
    ) -> str:
        """Score a call, or score it anew under another fingerprint; its public id."""
        source = bootstrap.rubric_source(Settings())
        content = hashlib.sha256((content or call_id).encode()).hexdigest()
        transcript = Transcript("en", tuple(_turn(*said) for said in SAID))
        facts = RecordingFacts(
            content, f"{call_id}.wav", 12.0, 8_000, 1, "mono", Peaks(20, ((0.1,),)), "a.flac"
        )
        scored = ScoredCall(
            record=CallRecord(call_id, agent_id=agent_id),
            recording=facts,
            hearing=Hearing(hearing, transcript, SILENT, {"recogniser": "1"}),
            scorecard=_card(source.rubric, outcomes),
            fingerprint=fingerprint,
        )
        with self.open_store(writes=True) as unit:
            unit.rubrics.keep(source.rubric.ref, source.text)
            run = unit.runs.begin(self.clock.now())
            assert unit.calls.add_together([scored], run_id=run, at=self.clock.now())
            unit.commit()
            return unit.calls.summaries([content])[content].public_id

    def row(self) -> CallSummary:
        """The call's row in the list."""
        with self.open_store() as unit:
            sha256 = unit.calls.detail(self.call).sha256
            assert sha256
            return unit.calls.summaries([sha256])[sha256]

    def score_of(self) -> tuple[float | None, int | None]:
        """What the list shows of the review that counts."""
        return self.row().reviewed_score, self.row().reviewed_critical

    # --- reviewing -----------------------------------------------------------------------------

    def open(self, who: str) -> ReviewView:
        return review.open_review(
            self.open_store, self.rubrics, self.clock, self.actors[who], self.call
        )

    def form(self, who: str, entries: Mapping[str, Entry], note: str = "") -> ReviewForm:
        """A form filled in on the page as it is now."""
        view = self.open(who)
        return ReviewForm(view.basis, view.revision, entries, note)

    def save(self, who: str, form: ReviewForm) -> Saved:
        return review.save_draft(
            self.open_store, self.rubrics, self.clock, self.actors[who], self.call, form=form
        )

    def submit(self, who: str, form: ReviewForm, *, leave_open: bool = False) -> Submitted:
        return review.submit(
            self.open_store,
            self.rubrics,
            self.clock,
            self.actors[who],
            self.call,
            form=form,
            leave_open=leave_open,
        )

    def review(self, who: str, entries: Mapping[str, Entry], note: str = "") -> Review:
        """Open, fill in and submit, leaving open what is not decided."""
        return self.submit(who, self.form(who, entries, note), leave_open=True).review

    def go_on(self, form: ReviewForm, *, basis: Basis, revision: int) -> ReviewForm:
        """The form again, sent from the page that tells what changed."""
        return replace(form, basis=basis, revision=revision)

    # --- correcting ----------------------------------------------------------------------------

    def page(self) -> tuple[str, int]:
        """Version of the transcript, and the latest correction that its page knows."""
        with self.open_store() as unit:
            made = unit.reviews.corrections(self.call)
            detail = unit.calls.detail(self.call)
        return corrections.transcript_version(detail), made[-1].id if made else 0

    def correct(
        self, who: str, turn: int, text: str, *, page: tuple[str, int] | None = None
    ) -> None:
        transcript, seen = page or self.page()
        corrections.correct_text(
            self.open_store,
            self.clock,
            self.actors[who],
            self.call,
            turn=turn,
            text=text,
            transcript=transcript,
            seen=seen,
        )


def _turn(speaker: Role, start_s: float, text: str) -> Turn:
    words = tuple(
        Word(start_s + 0.5 * place, start_s + 0.5 * place + 0.4, piece, 0.9)
        for place, piece in enumerate(text.split(" "))
    )
    return Turn(speaker, start_s, words[-1].end_s, text, words)


def _card(rubric: Rubric, outcomes: Mapping[str, Outcome]) -> Scorecard:
    scale = rubric.criterion(SCALE)
    assert scale
    assert scale.levels
    said = []
    for criterion in rubric.criteria:
        if criterion.id not in outcomes and criterion.id != SCALE:
            continue
        outcome = outcomes.get(criterion.id, PASS)
        points = criterion.points if outcome is PASS else 0.0
        if criterion.id == SCALE and SCALE not in outcomes:
            points = criterion.worth(criterion.levels[1].share)
        reason = Reason("found.phrase", {"speaker": "agent", "at_s": 0.5})
        evidence = (Evidence(0.5, 2.0, Role.AGENT, "Good morning"),) if outcome.counts else ()
        said.append(Verdict(criterion.id, outcome, points, criterion.points, 0.9, reason, evidence))
    critical = tuple(
        each.criterion
        for each in said
        if each.outcome is FAIL and (of := rubric.criterion(each.criterion)) and of.critical
    )
    return Scorecard(rubric.ref, total(tuple(said)), critical, tuple(said))
