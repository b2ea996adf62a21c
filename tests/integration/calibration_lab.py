"""Calls that several people rate blind: the review lab's people with what is done in a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from qa.domain.calibration import Calibration, to_rate
from qa.domain.reviewing import Choice, Entry
from qa.domain.scorecard import Outcome
from qa.ports.calibration import RatingPlace
from qa.services.calibration import rating, reveal, steps
from qa.services.calibration.rating import RatingForm, RatingView, Submitted
from qa.services.calibration.reveal import Agreement, RevealView
from qa.services.calibration.steps import Draft, Terms
from tests.integration.review_lab import OUTCOMES, PASS, SCALE, Lab


def everything(outcome: Outcome = PASS, **others: Outcome) -> dict[str, Entry]:
    """A form that decides every criterion: all alike but some; the scale as good as it gets."""
    decided = {name: Entry(Choice(others.get(name, outcome))) for name in OUTCOMES}
    return decided | {SCALE: Entry(Choice(PASS, 0))}


@dataclass
class CalibrationLab(Lab):
    """A store with three scored calls: ``c1`` of agent A201, who is lee, ``c2`` and ``c3`` of others."""

    def __post_init__(self) -> None:
        """Write the people and the calls."""
        super().__post_init__()
        self.score("c2", agent_id="A900")
        self.score("c3", agent_id="A901")

    # --- sessions ------------------------------------------------------------------------------

    def public_id(self, who: str) -> str:
        """Of somebody's account."""
        with self.open_store() as unit:
            return unit.people.user_by_id(self.id_of(who)).public_id

    def id_of(self, who: str) -> int:
        """Of somebody."""
        user_id = self.actors[who].user_id
        assert user_id is not None
        return user_id

    def draft(
        self,
        calls: Sequence[str] = ("c2", "c3"),
        raters: Sequence[str] = ("sun", "sam"),
        *,
        title: str = "March",
        days: float = 7,
    ) -> Draft:
        """A form for a new session; calls by the site's own ids."""
        terms = Terms(title, "", self.clock.now() + timedelta(days=days))
        return Draft(terms, list(calls), [self.public_id(who) for who in raters])

    def make(
        self,
        calls: Sequence[str] = ("c2", "c3"),
        raters: Sequence[str] = ("sun", "sam"),
        *,
        who: str = "ada",
        **terms: Any,
    ) -> str:
        """Make a session; its public id."""
        draft = self.draft(calls, raters, **terms)
        return steps.make_calibration(
            self.open_store, self.clock, self.actors[who], draft
        ).public_id

    def session(self, public_id: str) -> Calibration:
        """A session as it is stored."""
        with self.open_store() as unit:
            return unit.calibrations.get(public_id)

    def seen_by(self, who: str) -> Any:
        """The store as somebody sees it."""
        return self.open_store.for_reader(self.id_of(who))  # type: ignore[attr-defined]

    # --- rating --------------------------------------------------------------------------------

    def rate_view(self, who: str, session: str, position: int = 1) -> RatingView:
        """A call as its rater sees it."""
        return rating.open_rating(
            self.seen_by(who), self.rubrics, self.actors[who], RatingPlace(session, position)
        )

    def rate(
        self,
        who: str,
        session: str,
        position: int = 1,
        entries: Mapping[str, Entry] | None = None,
        *,
        revision: int | None = None,
        note: str = "",
    ) -> Submitted:
        """Submit a rating that decides everything, or as the entries say."""
        return rating.submit_rating(
            self.seen_by(who),
            self.rubrics,
            self.clock,
            self.actors[who],
            RatingPlace(session, position),
            form=self.form_of(who, session, position, entries, revision=revision, note=note),
        )

    def save_rating(
        self,
        who: str,
        session: str,
        position: int = 1,
        entries: Mapping[str, Entry] | None = None,
        *,
        revision: int | None = None,
    ) -> Any:
        """Save a draft of a rating."""
        return rating.save_rating(
            self.seen_by(who),
            self.rubrics,
            self.clock,
            self.actors[who],
            RatingPlace(session, position),
            form=self.form_of(who, session, position, entries, revision=revision),
        )

    def form_of(
        self,
        who: str,
        session: str,
        position: int,
        entries: Mapping[str, Entry] | None,
        *,
        revision: int | None = None,
        note: str = "",
    ) -> RatingForm:
        """The form that somebody sends."""
        if revision is None:
            revision = self.rate_view(who, session, position).revision
        return RatingForm(revision, everything() if entries is None else entries, note)

    def rate_all(self, session: str, **by: Mapping[str, Entry]) -> None:
        """Let each rater submit every call that is theirs to rate; by rater, what they say."""
        for rater in self.session(session).active_raters:
            who = next(
                name for name, actor in self.actors.items() if actor.user_id == rater.person.id
            )
            for each in to_rate(self.session(session), rater):
                self.rate(who, session, each.position, by.get(who))

    # --- the meeting ---------------------------------------------------------------------------

    def reveal(self, session: str, who: str = "ada") -> RevealView:
        """A session laid open, as somebody sees it."""
        return reveal.open_reveal(self.seen_by(who), self.rubrics, self.actors[who], session)

    def agree(self, session: str, agreement: Agreement, who: str = "ada") -> Any:
        """Enter what was agreed."""
        return reveal.agree(
            self.seen_by(who),
            self.rubrics,
            self.clock,
            self.actors[who],
            session,
            agreement=agreement,
        )

    def lay_open(self, session: str, who: str = "ada") -> Calibration:
        """End the rating by hand."""
        return steps.reveal_calibration(self.open_store, self.clock, self.actors[who], session)
