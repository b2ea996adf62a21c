"""A lesson in the seeded store, as ``qa learn`` would have left it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from qa import bootstrap
from qa.config import Settings
from qa.domain.call import Role
from qa.domain.lesson import Change, Compared, Counts, HeadFigures, Sign
from qa.domain.scorecard import Evidence, Outcome
from qa.domain.wording import Reason
from qa.ports.learning import NewLesson

FIGURES = HeadFigures(
    head="satisfaction_question",
    criteria=("satisfaction_question",),
    learnt={
        "zh": {Sign.POSITIVE: 16, Sign.NEGATIVE: 2, Sign.BACKGROUND: 35},
        "en": {Sign.POSITIVE: 15, Sign.NEGATIVE: 0, Sign.BACKGROUND: 31},
    },
    calls=60,
    split_at=datetime(2026, 9, 12, 23, 0, tzinfo=UTC),
    later={
        "zh": Compared(9, 12, Counts(1, 0), Counts(6, 0), repeated=1),
        "en": Compared(8, 11, Counts(0, 0), Counts(6, 0)),
    },
    bank={
        "zh": Compared(27, 26, Counts(27, 8), Counts(27, 8)),
        "en": Compared(18, 22, Counts(17, 4), Counts(17, 4)),
    },
)
LEFT = Reason(
    "lesson.too_few",
    {
        "head": "discourtesy",
        "criterion": "courtesy",
        "positives": 3,
        "negatives": 40,
        "more_positives": 17,
        "more_negatives": 0,
    },
)
REASON = Reason("found.phrase", {"speaker": "agent", "at_s": 9.5})


def change(call: str, call_id: str, criterion: str = "satisfaction_question") -> Change:
    return Change(
        call=call,
        call_id=call_id,
        agent_id=None,
        criterion=criterion,
        before=Outcome.FAIL,
        before_points=0.0,
        after=Outcome.PASS,
        after_points=5.0,
        max_points=5.0,
        reason=REASON,
        evidence=(Evidence(9.5, 11.0, Role.AGENT, "您这通电话打得还划算吧？"),),
    )


def add_lesson(
    staff: Any, changes: list[Change] | None = None, *, encoder: str | None = None
) -> str:
    """Add a candidate to the staff's store (see ``keep_lesson``)."""
    return keep_lesson(staff.settings, staff.ids, changes, encoder=encoder)


def keep_lesson(
    settings: Settings,
    ids: Mapping[str, str],
    changes: list[Change] | None = None,
    *,
    encoder: str | None = None,
) -> str:
    """Add a candidate; its public id. It changes verdicts of two calls where nothing else is said."""
    now = datetime.now(UTC)
    if changes is None:
        changes = [
            change(ids["bad-call"], "bad-call"),
            change(ids["good-call"], "good-call"),
            change(ids["good-call"], "good-call", "thanks"),
        ]
    new = NewLesson(
        rubric=bootstrap.rubric_source(settings).rubric.ref,
        encoder=encoder or bootstrap.encoder_in_use(settings) or "none",
        document='encoder = "x"\nbank_sha256 = ""\n',
        digest="8246c8c26bf4",
        figures=[FIGURES],
        left=[LEFT],
        rescored=42,
        since=now - timedelta(days=30),
    )
    with bootstrap.unit_of_work(settings)(writes=True) as unit:
        lesson = unit.lessons.add(new, changes, at=now)
        unit.commit()
    return lesson.public_id
