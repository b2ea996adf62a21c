"""Nights in a store that nobody sat through: their runs' reports and figures, written through the real ports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qa.domain.call import CallRecord
from qa.domain.night import NightKind
from qa.domain.records import Refusal, RunReport
from qa.domain.wording import Reason
from qa.ports import UnitOfWorkFactory
from qa.ports.nights import CriterionFigures, NightFigures
from qa.statistics.means import ScoreSum

FIRST = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def report(at: datetime, **changes: Any) -> RunReport:
    """The report of a night of a hundred recordings that went well, or as ``changes`` say."""
    well = RunReport(
        started_at=at,
        finished_at=at + timedelta(hours=2),
        found=100,
        scored=100,
        rescored=0,
        done_before=0,
        duplicates=0,
        refusals=(),
        audio_s=36_000.0,
        wall_s=7_200.0,
        stage_s={"recognise": 6_000.0, "score": 600.0, "decode": 60.0},
        warnings=(),
    )
    return replace(well, **changes)


def refusal(name: str, code: str = "recording.empty", **params: Any) -> Refusal:
    """A recording that could not be scored."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Refusal(CallRecord(f"call-{name}"), name, digest, "f", Reason(code, params))


def figures(calls: int = 100, *, score: float = 80.0, failed: int = 10) -> NightFigures:
    """Figures of a night whose scores lie five points around a mean."""
    scores = [score - 5, score + 5] * (calls // 2)
    sums = ScoreSum(len(scores), sum(scores), sum(each**2 for each in scores))
    return NightFigures(
        rubric_id="service-standard",
        calls=calls,
        scores=sums,
        critical=calls // 20,
        heard=calls,
        unsure=calls // 25,
        confidence=ScoreSum(calls, 91.0 * calls, 91.0**2 * calls + calls),
        silence=ScoreSum(calls, 12.0 * calls, 12.0**2 * calls + calls),
        languages={"zh": calls // 2, "en": calls - calls // 2},
        criteria={"greeting": CriterionFigures(calls, failed, sums)},
    )


def keep_night(
    open_store: UnitOfWorkFactory,
    told: RunReport | None,
    *,
    at: datetime,
    counted: NightFigures | None = None,
    findings: dict[str, Any] | None = None,
    kind: NightKind = NightKind.NIGHT,
    source: str = "/recordings",
    since: datetime | None = None,
    refused: Sequence[Refusal] = (),
) -> int:
    """Write a night that looked a day back, or as far as it says; without a report it died. The night's id."""
    with open_store(writes=True) as unit:
        run_id = unit.runs.begin(at)
        night_id = unit.nights.begin(
            run_id, kind=kind, source=source, since=since or at - DAY, deadline=None, at=at
        )
        unit.nights.planned(night_id, found=100, jobs=100)
        for each in refused:
            unit.calls.add_refusal(each, run_id=run_id, at=at)
        if told is not None:
            unit.runs.finish(run_id, told)
            unit.nights.finish(night_id, told)
            unit.nights.keep(night_id, counted, findings or {})
        unit.commit()
    return night_id


def steady_nights(open_store: UnitOfWorkFactory, nights: int, *, until: datetime) -> None:
    """Write nights that differ as chance has it, the last a day before ``until``."""
    for back in range(nights, 0, -1):
        at = until - back * DAY
        counted = figures(score=80.0 + (back % 3 - 1), failed=9 + back % 3)
        keep_night(open_store, report(at), at=at, counted=counted)
