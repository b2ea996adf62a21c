"""What sentences were found to mean, beside the transcripts that have them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from qa.domain.meanings import Meanings
from qa.store.parts import parts
from qa.store.tables import HearingRow, MeaningsRow, RecordingRow


def keep_meanings(session: Session, learned: Mapping[int, Meanings | None]) -> None:
    """Write what was learned, by hearing, over what was known; ``None`` changes nothing."""
    rows = [
        {"hearing_id": hearing_id, "told_by": meanings.told_by, "told": meanings.told}
        for hearing_id, meanings in learned.items()
        if meanings is not None
    ]
    if not rows:
        return
    connection = session.connection()
    connection.execute(
        delete(MeaningsRow).where(MeaningsRow.hearing_id.in_([row["hearing_id"] for row in rows]))
    )
    connection.execute(insert(MeaningsRow), rows)


def meanings_of(session: Session, wanted: Mapping[str, str]) -> dict[str, Meanings]:
    """What is kept of recordings, each as heard under a speech fingerprint; both by sha256."""
    found: dict[str, Meanings] = {}
    for part in parts(wanted):
        rows = session.execute(
            select(
                RecordingRow.sha256, HearingRow.fingerprint, MeaningsRow.told_by, MeaningsRow.told
            )
            .join(HearingRow, HearingRow.recording_id == RecordingRow.id)
            .join(MeaningsRow, MeaningsRow.hearing_id == HearingRow.id)
            .where(
                RecordingRow.sha256.in_(part),
                HearingRow.fingerprint.in_({wanted[sha256] for sha256 in part}),
            )
        )
        found |= {
            sha256: Meanings(told_by, told)
            for sha256, fingerprint, told_by, told in rows
            if wanted[sha256] == fingerprint
        }
    return found
