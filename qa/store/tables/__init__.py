"""The tables, by what they are about; every module that defines one is imported here, so that none is missed."""

from __future__ import annotations

from qa.store.tables.base import Base
from qa.store.tables.calibration import (
    CalibrationCallRow,
    CalibrationRaterRow,
    CalibrationRow,
    ClarificationRow,
    MasterRow,
    RatingDecisionRow,
    RatingRow,
)
from qa.store.tables.calls import (
    NOT_SCORABLE,
    SCORED,
    CallRow,
    CallTextRow,
    EvidenceRow,
    HearingRow,
    MeaningsRow,
    RecordingRow,
    RefusalRow,
    RubricRow,
    ScorecardRow,
    VerdictRow,
)
from qa.store.tables.coaching import CaseRow, PlanNoteRow, PlanRow
from qa.store.tables.figures import CriterionWeekRow, ScoreWeekRow
from qa.store.tables.learning import LessonChangeRow, LessonRow, LessonStepRow
from qa.store.tables.licences import LicenceChangeRow, LicenceRow, WeekRow
from qa.store.tables.nights import NightRow
from qa.store.tables.people import (
    ApiTokenRow,
    InvitationRow,
    LoginAttemptRow,
    SavedFilterRow,
    SessionRow,
    TeamRow,
    UserRow,
)
from qa.store.tables.programs import RequestKeyRow
from qa.store.tables.reviews import (
    DecisionRow,
    DisputeRow,
    ResponseRow,
    ReviewRow,
    SkippedTaskRow,
    TaskRow,
    TranscriptEditRow,
)
from qa.store.tables.runs import AttemptRow, DigestRow, RunLockRow, RunRow
from qa.store.tables.sampling import DrawCallRow, DrawRow
from qa.store.tables.webhooks import DeliveryRow, WebhookRow

__all__ = [
    "NOT_SCORABLE",
    "SCORED",
    "ApiTokenRow",
    "AttemptRow",
    "Base",
    "CalibrationCallRow",
    "CalibrationRaterRow",
    "CalibrationRow",
    "CallRow",
    "CallTextRow",
    "CaseRow",
    "ClarificationRow",
    "CriterionWeekRow",
    "DecisionRow",
    "DeliveryRow",
    "DigestRow",
    "DisputeRow",
    "DrawCallRow",
    "DrawRow",
    "EvidenceRow",
    "HearingRow",
    "InvitationRow",
    "LessonChangeRow",
    "LessonRow",
    "LessonStepRow",
    "LicenceChangeRow",
    "LicenceRow",
    "LoginAttemptRow",
    "MasterRow",
    "MeaningsRow",
    "NightRow",
    "PlanNoteRow",
    "PlanRow",
    "RatingDecisionRow",
    "RatingRow",
    "RecordingRow",
    "RefusalRow",
    "RequestKeyRow",
    "ResponseRow",
    "ReviewRow",
    "RubricRow",
    "RunLockRow",
    "RunRow",
    "SavedFilterRow",
    "ScoreWeekRow",
    "ScorecardRow",
    "SessionRow",
    "SkippedTaskRow",
    "TaskRow",
    "TeamRow",
    "TranscriptEditRow",
    "UserRow",
    "VerdictRow",
    "WebhookRow",
    "WeekRow",
]
