"""The tables, by what they are about; every module that defines one is imported here, so that none is missed."""

from __future__ import annotations

from qa.store.tables.base import Base
from qa.store.tables.calls import (
    NOT_SCORABLE,
    SCORED,
    CallRow,
    CallTextRow,
    EvidenceRow,
    HearingRow,
    RecordingRow,
    RefusalRow,
    RubricRow,
    RunRow,
    ScorecardRow,
    VerdictRow,
)
from qa.store.tables.coaching import CaseRow, PlanNoteRow, PlanRow
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
from qa.store.tables.webhooks import DeliveryRow, WebhookRow

__all__ = [
    "NOT_SCORABLE",
    "SCORED",
    "ApiTokenRow",
    "Base",
    "CallRow",
    "CallTextRow",
    "CaseRow",
    "DecisionRow",
    "DeliveryRow",
    "DisputeRow",
    "EvidenceRow",
    "HearingRow",
    "InvitationRow",
    "LoginAttemptRow",
    "PlanNoteRow",
    "PlanRow",
    "RecordingRow",
    "RefusalRow",
    "RequestKeyRow",
    "ResponseRow",
    "ReviewRow",
    "RubricRow",
    "RunRow",
    "SavedFilterRow",
    "ScorecardRow",
    "SessionRow",
    "SkippedTaskRow",
    "TaskRow",
    "TeamRow",
    "TranscriptEditRow",
    "UserRow",
    "VerdictRow",
    "WebhookRow",
]
