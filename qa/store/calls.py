"""The calls of the store (``qa.ports.Calls``): written whole, found by list, read one by one.

A recording is shown by one call. Where a later run says that it belongs to another call id (a manifest came
after the first scoring, say), the call moves with it, so that no recording is listed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, and_, delete, exists, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, defer, joinedload, selectinload

from qa.domain.call import CallRecord
from qa.domain.errors import CallNotFound
from qa.domain.meanings import Meanings
from qa.domain.records import (
    CallDetail,
    CallPage,
    CallQuery,
    CallSummary,
    Hearing,
    RecordingFacts,
    Refusal,
    ScoredCall,
)
from qa.domain.scope import EVERYTHING, Scope
from qa.store import call_list, mapping, serial
from qa.store.call_texts import make_searchable, said_in
from qa.store.meanings import keep_meanings, meanings_of
from qa.store.merging import merge_call, move_scorecard, retire_scorecards
from qa.store.parts import parts
from qa.store.rescored import write_together
from qa.store.review_standing import show_review_of
from qa.store.scoping import begun_within
from qa.store.scorecards import NewScorecard, add_scorecards, show_scorecard
from qa.store.tables import (
    NOT_SCORABLE,
    SCORED,
    CallRow,
    HearingRow,
    RecordingRow,
    RefusalRow,
    ScorecardRow,
    VerdictRow,
)

_EXPORT_BATCH = 100
"""Calls read at a time for an export; each brings its whole transcript."""


class SqlCalls:
    """Calls in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that add.
        public_id: Makes the public id of a new call.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- planning ------------------------------------------------------------------------------

    def scored_fingerprints(self, sha256s: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Per recording, the fingerprints of its current scorecard and its current refusals.

        What was replaced is history and is to be done again where it is asked for again. A refusal is
        current as its recording's latest on a call that shows it or that got no scorecard since.
        Every sha256 that was asked for is a key, with an empty set where nothing is current.
        """
        found: dict[str, set[str]] = {sha256: set() for sha256 in sha256s}
        for part in parts(found):
            scored = (
                select(RecordingRow.sha256, ScorecardRow.fingerprint)
                .join(ScorecardRow, ScorecardRow.recording_id == RecordingRow.id)
                .where(RecordingRow.sha256.in_(part), ScorecardRow.is_current)
            )
            for sha256, fingerprint in self._session.execute(scored.union(_refused(part))):
                found[sha256].add(fingerprint)
        return {sha256: frozenset(fingerprints) for sha256, fingerprints in found.items()}

    def heard_fingerprints(self, sha256s: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Per recording, the speech fingerprints under which what was heard in it is stored."""
        found: dict[str, set[str]] = {sha256: set() for sha256 in sha256s}
        for part in parts(found):
            heard = (
                select(RecordingRow.sha256, HearingRow.fingerprint)
                .join(HearingRow, HearingRow.recording_id == RecordingRow.id)
                .where(RecordingRow.sha256.in_(part))
            )
            for sha256, fingerprint in self._session.execute(heard):
                found[sha256].add(fingerprint)
        return {sha256: frozenset(fingerprints) for sha256, fingerprints in found.items()}

    def hearings(self, wanted: Mapping[str, str]) -> Mapping[str, tuple[RecordingFacts, Hearing]]:
        """What was heard in recordings, each under a speech fingerprint, where it is stored; both by sha256."""
        found: dict[str, tuple[RecordingFacts, Hearing]] = {}
        for part in parts(wanted):
            rows = self._session.execute(
                select(RecordingRow, HearingRow)
                .options(defer(RecordingRow.peaks, raiseload=True))
                .join(HearingRow, HearingRow.recording_id == RecordingRow.id)
                .where(
                    RecordingRow.sha256.in_(part),
                    HearingRow.fingerprint.in_({wanted[sha256] for sha256 in part}),
                )
            )
            for recording, hearing in rows:
                if wanted[recording.sha256] == hearing.fingerprint:
                    facts = mapping.recording_facts(recording, drawn=False)
                    found[recording.sha256] = facts, mapping.hearing(hearing)
        return found

    def meanings(self, wanted: Mapping[str, str]) -> Mapping[str, Meanings]:
        """What was found to be meant in recordings, as heard under a speech fingerprint; both by sha256."""
        return meanings_of(self._session, wanted)

    # --- writing -------------------------------------------------------------------------------

    def add_scored(self, scored: ScoredCall, *, run_id: int, at: datetime) -> bool:
        """Write a finished call; ``False`` and no change where its fingerprint is the current one.

        The recording, what was heard in it and its scorecard under a fingerprint are kept as first
        stored: a scorecard that had become history is current again, with this run and time, and so is the
        review of it that counted. The call's scorecard so far becomes history with its reviews, a refusal
        that it showed is shown no longer.
        """
        recording = self._recording_row(scored.recording)
        stored = self._stored_scorecard(recording.id, scored.fingerprint)
        if stored is None:
            hearing = self._hearing_row(scored.hearing, recording.id)
        elif stored.is_current:
            return False
        else:
            hearing = stored.hearing
            scored = replace(scored, scorecard=mapping.scorecard(stored))
        scored = replace(scored, hearing=mapping.hearing(hearing))
        call = self._call_of_recording(scored.record, recording.sha256)
        show_scorecard(call, scored, at)
        self._session.flush()
        retire_scorecards(self._session, [call.id])
        if stored is None:
            new = NewScorecard(scored, call.id, recording.id, hearing.id)
            card_id = add_scorecards(self._session, [new], run_id=run_id, at=at)[call.id]
        else:
            card_id = stored.id
            stored.run_id = run_id
            stored.scored_at = at
            stored.is_current = True
            move_scorecard(self._session, stored, to=call)
        show_review_of(self._session, call, card_id)
        keep_meanings(self._session, {hearing.id: scored.meanings})
        said = said_in(self._session, hearing.id, scored.hearing.transcript)
        make_searchable(self._session, call, said)
        self._session.flush()
        return True

    def add_together(
        self, calls: Sequence[ScoredCall], *, run_id: int, at: datetime
    ) -> tuple[str, ...]:
        """Write finished calls as ``add_scored`` does one by one; the contents that it was ``True`` of."""
        if write_together(self._session, calls, run_id=run_id, at=at):
            return tuple(one.recording.sha256 for one in calls)
        return tuple(
            one.recording.sha256 for one in calls if self.add_scored(one, run_id=run_id, at=at)
        )

    def add_refusal(self, refusal: Refusal, *, run_id: int, at: datetime) -> None:
        """Write why a recording has no score; a scorecard that it already has stays current.

        The same refusal (call, recording, fingerprint) is stored once, with its latest reason and run.
        """
        call = (
            self._call_scored_with(refusal.sha256)
            or self._call_by_id(refusal.record.call_id)
            or self._new_call()
        )
        if call.status != SCORED:
            _show_refusal(call, refusal)
            self._session.flush()
            make_searchable(self._session, call, ())
        self._keep_refusal(call.id, refusal, run_id, at)
        self._session.flush()

    # --- reading -------------------------------------------------------------------------------

    def search(self, query: CallQuery) -> CallPage:
        """One page of calls. A page below 1 is the first; one past the end has no rows."""
        return call_list.page(self._session, query)

    def rows(self, query: CallQuery) -> tuple[CallSummary, ...]:
        """The rows of one page of calls alone."""
        return call_list.rows(self._session, query)

    def summaries(self, sha256s: Sequence[str]) -> Mapping[str, CallSummary]:
        """Rows of the calls whose current recording has one of these contents, by content.

        Where refused recordings of several calls have the same content, the latest call's row stands.
        """
        found: dict[str, CallSummary] = {}
        for part in parts(sha256s):
            rows = self._session.scalars(
                select(CallRow).where(CallRow.sha256.in_(part)).order_by(CallRow.id)
            )
            found.update((row.sha256, mapping.call_summary(row)) for row in rows if row.sha256)
        return found

    def detail(self, public_id: str) -> CallDetail:
        """One call. Raises ``CallNotFound``."""
        row = self._session.scalar(whole().where(CallRow.public_id == public_id))
        if row is None:
            raise CallNotFound(
                f"no call has the id {public_id}", hint="open it from the list of calls"
            )
        return mapping.call_detail(row)

    def sound(self, public_id: str) -> tuple[str | None, str | None]:
        """The agent of a call and the path of its playable copy."""
        found = self._session.execute(
            select(CallRow.agent_id, RecordingRow.audio)
            .outerjoin(
                ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current)
            )
            .outerjoin(RecordingRow, RecordingRow.id == ScorecardRow.recording_id)
            .where(CallRow.public_id == public_id)
        ).one_or_none()
        if found is None:
            raise CallNotFound(f"no call has the id {public_id}")
        return found.agent_id, found.audio

    def every(self, scope: Scope = EVERYTHING) -> Iterator[CallDetail]:
        """All calls of a scope, in order of call id, read in batches, for exports."""
        batch = whole().where(*begun_within(scope)).order_by(CallRow.call_id).limit(_EXPORT_BATCH)
        rows = self._session.scalars(batch).all()
        while rows:
            yield from map(mapping.call_detail, rows)
            last = rows[-1].call_id
            # What was read is let go, or an export would end with every transcript in memory.
            self._session.expunge_all()
            rows = self._session.scalars(batch.where(CallRow.call_id > last)).all()

    # --- parts of writing ----------------------------------------------------------------------

    def _recording_row(self, facts: RecordingFacts) -> RecordingRow:
        row = self._session.scalar(select(RecordingRow).where(RecordingRow.sha256 == facts.sha256))
        if row is None:
            row = mapping.recording_row(facts)
            self._session.add(row)
            self._session.flush()
        return row

    def _stored_scorecard(self, recording_id: int, fingerprint: str) -> ScorecardRow | None:
        """A recording's scorecard under a fingerprint, current or not, with all that belongs to it."""
        return self._session.scalar(
            select(ScorecardRow)
            .options(
                joinedload(ScorecardRow.hearing),
                selectinload(ScorecardRow.verdicts).selectinload(VerdictRow.evidence),
            )
            .where(ScorecardRow.recording_id == recording_id)
            .where(ScorecardRow.fingerprint == fingerprint)
        )

    def _hearing_row(self, hearing: Hearing, recording_id: int) -> HearingRow:
        row = self._session.scalar(
            select(HearingRow).where(
                HearingRow.recording_id == recording_id,
                HearingRow.fingerprint == hearing.fingerprint,
            )
        )
        if row is None:
            row = mapping.hearing_row(hearing, recording_id)
            self._session.add(row)
            self._session.flush()
        return row

    def _call_by_id(self, call_id: str) -> CallRow | None:
        return self._session.scalar(select(CallRow).where(CallRow.call_id == call_id))

    def _call_scored_with(self, sha256: str | None) -> CallRow | None:
        """The call whose scorecard is of this recording."""
        if sha256 is None:
            return None
        return self._session.scalar(
            select(CallRow).where(CallRow.sha256 == sha256, CallRow.status == SCORED)
        )

    def _call_of_recording(self, record: CallRecord, sha256: str) -> CallRow:
        """The one call that is to show a recording: by call id, else the one that shows it, else new."""
        shown_by = self._session.scalars(
            select(CallRow)
            .where(CallRow.sha256 == sha256, CallRow.call_id != record.call_id)
            .order_by(CallRow.id)
        ).all()
        others = list(shown_by)
        call = self._call_by_id(record.call_id)
        if call is None:
            call = others.pop(0) if others else self._new_call()
        for other in others:
            merge_call(self._session, other, into=call)
        return call

    def _new_call(self) -> CallRow:
        call = CallRow(public_id=self._public_id())
        self._session.add(call)
        return call

    def _keep_refusal(self, call_id: int, refusal: Refusal, run_id: int, at: datetime) -> None:
        sha256 = refusal.sha256 or ""
        # Stored anew rather than changed: the ids then tell, whatever the clock did, which came last.
        self._session.execute(
            delete(RefusalRow).where(
                RefusalRow.call_id == call_id,
                RefusalRow.sha256 == sha256,
                RefusalRow.fingerprint == refusal.fingerprint,
            )
        )
        self._session.add(
            RefusalRow(
                call_id=call_id,
                sha256=sha256,
                fingerprint=refusal.fingerprint,
                run_id=run_id,
                name=refusal.name,
                refused_at=at,
                reason_code=refusal.reason.code,
                reason_params=dict(refusal.reason.params),
            )
        )


def _refused(sha256s: Sequence[str]) -> Select[str, str]:
    """Content and fingerprint of the refusals of these recordings that are current."""
    later = aliased(RefusalRow)
    shown = and_(ScorecardRow.id.is_(None), CallRow.sha256 == RefusalRow.sha256)
    # Run before time: a clock may step back between two runs.
    after_the_scorecard = tuple_(RefusalRow.run_id, RefusalRow.refused_at) > tuple_(
        ScorecardRow.run_id, ScorecardRow.scored_at
    )
    return (
        select(RefusalRow.sha256, RefusalRow.fingerprint)
        .join(CallRow, CallRow.id == RefusalRow.call_id)
        .outerjoin(
            ScorecardRow, and_(ScorecardRow.call_id == RefusalRow.call_id, ScorecardRow.is_current)
        )
        .where(
            RefusalRow.sha256.in_(sha256s),
            or_(shown, after_the_scorecard),
            ~exists().where(
                later.call_id == RefusalRow.call_id,
                later.sha256 == RefusalRow.sha256,
                later.id > RefusalRow.id,
            ),
        )
    )


def _show_refusal(call: CallRow, refusal: Refusal) -> None:
    """Show on a call without a scorecard why it has none."""
    mapping.describe(call, refusal.record)
    call.status = NOT_SCORABLE
    call.recording_name = refusal.name
    call.sha256 = refusal.sha256
    call.language = refusal.record.language
    call.refusal_code = refusal.reason.code
    call.refusal_params = dict(refusal.reason.params)
    call.refusal_quality = serial.quality_to_json(refusal.quality)


def whole() -> Select[CallRow]:
    """Calls with everything that ``mapping.call_detail`` reads."""
    current = joinedload(CallRow.scorecard)
    return select(CallRow).options(
        current.joinedload(ScorecardRow.recording),
        current.joinedload(ScorecardRow.hearing),
        current.selectinload(ScorecardRow.verdicts).selectinload(VerdictRow.evidence),
    )
