"""The rubrics and runs of the store (``qa.ports.Rubrics``, ``qa.ports.Runs``); calls are in ``calls``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.domain.errors import RubricInvalid
from qa.domain.records import RunReport
from qa.domain.scorecard import RubricRef
from qa.store import serial
from qa.store.tables import RubricRow, RunRow


class SqlRubrics:
    """Rubric texts under their sha256."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, ref: RubricRef, source: str) -> None:
        """Keep a rubric's YAML text under its sha256; a second time changes nothing.

        Raises ``RubricInvalid`` when this id and version are in use with another text.
        """
        if self._session.get(RubricRow, ref.sha256) is None:
            same = (RubricRow.rubric_id == ref.id, RubricRow.version == ref.version)
            if self._session.scalar(select(RubricRow.sha256).where(*same)) is not None:
                raise RubricInvalid(
                    f"rubric {ref.id} {ref.version} was changed after calls were scored with it",
                    hint="give the changed text a new version; scores keep the text they were made with",
                )
            row = RubricRow(sha256=ref.sha256, rubric_id=ref.id, version=ref.version, source=source)
            self._session.add(row)
            self._session.flush()

    def source(self, sha256: str) -> str | None:
        """The YAML text, or ``None`` when no scorecard has used it."""
        row = self._session.get(RubricRow, sha256)
        return row.source if row else None


class SqlRuns:
    """Runs and their reports."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, at: datetime) -> int:
        """Note that a run begins; its id."""
        row = RunRow(started_at=at)
        self._session.add(row)
        self._session.flush()
        return row.id

    def finish(self, run_id: int, report: RunReport) -> None:
        """Store a run's report."""
        row = self._session.get_one(RunRow, run_id)
        row.finished_at = report.finished_at
        row.report = serial.report_to_json(report)
        self._session.flush()

    def latest(self) -> RunReport | None:
        """The report of the last finished run."""
        row = self._session.scalar(
            select(RunRow)
            .where(RunRow.finished_at.is_not(None))
            .order_by(RunRow.finished_at.desc(), RunRow.id.desc())
            .limit(1)
        )
        return serial.report_from_json(row.report) if row and row.report else None
