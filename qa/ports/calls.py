"""The store of calls, of the runs that scored them, and of the rubrics they were scored with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from qa.domain.meanings import Meanings
from qa.domain.records import (
    CallDetail,
    CallPage,
    CallQuery,
    CallSummary,
    Hearing,
    RecordingFacts,
    Refusal,
    RunReport,
    ScoredCall,
)
from qa.domain.scope import EVERYTHING, Scope
from qa.domain.scorecard import RubricRef


class Calls(Protocol):
    """The calls of the store. A public id is opaque: it tells nothing of file, path or order."""

    def scored_fingerprints(self, sha256s: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Per recording, the fingerprints of its current scorecard and its current refusals.

        What was replaced, by another fingerprint or by another recording of the call, does not count:
        it is to be done again where it is asked for again.
        """

    def heard_fingerprints(self, sha256s: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Per recording, the speech fingerprints under which what was heard in it is stored."""

    def hearings(self, wanted: Mapping[str, str]) -> Mapping[str, tuple[RecordingFacts, Hearing]]:
        """What was heard in recordings, each under a speech fingerprint, where it is stored; both by sha256.

        The facts come without the waveform, which nothing that scores has a use for.
        """

    def meanings(self, wanted: Mapping[str, str]) -> Mapping[str, Meanings]:
        """What was found to be meant in recordings, as heard under a speech fingerprint; both by sha256."""

    def add_scored(self, scored: ScoredCall, *, run_id: int, at: datetime) -> bool:
        """Write a finished call; ``False`` and no change where its fingerprint is the current one.

        An earlier scorecard of the same call stays in the store as history; the newest is current. One
        that is stored under this fingerprint and had become history is current again, as it was stored.
        """

    def add_together(
        self, calls: Sequence[ScoredCall], *, run_id: int, at: datetime
    ) -> tuple[str, ...]:
        """Write finished calls as ``add_scored`` does one by one; the contents that it was ``True`` of.

        Much quicker for calls whose recordings were heard before.
        """

    def add_refusal(self, refusal: Refusal, *, run_id: int, at: datetime) -> None:
        """Write why a recording has no score; a scorecard that it already has stays current."""

    def search(self, query: CallQuery) -> CallPage:
        """One page of calls, and how many there are."""

    def rows(self, query: CallQuery) -> tuple[CallSummary, ...]:
        """The rows of one page of calls alone, for who does not ask how many there are."""

    def summaries(self, sha256s: Sequence[str]) -> Mapping[str, CallSummary]:
        """Rows of the calls whose current recording has one of these contents, by content."""

    def detail(self, public_id: str) -> CallDetail:
        """One call. Raises ``CallNotFound``."""

    def sound(self, public_id: str) -> tuple[str | None, str | None]:
        """The agent of a call and the path of its playable copy, in the data folder; ``None`` for none.

        A browser asks for it many times a call, so nothing else is read. Raises ``CallNotFound``.
        """

    def every(self, scope: Scope = EVERYTHING) -> Iterator[CallDetail]:
        """All calls of a scope in order of call id, read in batches, for exports.

        Its times are those at which the calls took place; one whose records do not say, by when it was scored.
        """


class Runs(Protocol):
    """The stored runs."""

    def begin(self, at: datetime) -> int:
        """Note that a run begins; its id."""

    def finish(self, run_id: int, report: RunReport) -> None:
        """Store a run's report."""

    def latest(self) -> RunReport | None:
        """The report of the last finished run."""


class Rubrics(Protocol):
    """The text of every rubric that a scorecard was made with; kept so that a score can be explained."""

    def keep(self, ref: RubricRef, source: str) -> None:
        """Keep a rubric's YAML text under its sha256; a second time changes nothing.

        Raises ``RubricInvalid`` when this id and version are in use with another text.
        """

    def source(self, sha256: str) -> str | None:
        """The YAML text, or ``None`` when no scorecard has used it."""
