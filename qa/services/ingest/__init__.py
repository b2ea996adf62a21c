"""Score recordings: identify, plan, execute, commit call by call, report.

Safe to repeat and to kill at any moment: a recording is its content (sha256), a finished scorecard is
found again by its fingerprint, and each call is written whole or not at all.
"""

from qa.services.ingest.identity import Settle, identify, stamp_of
from qa.services.ingest.jobs import (
    CHANGED,
    Event,
    Executor,
    Finished,
    Identified,
    Job,
    Planner,
    Refused,
    Source,
    StageBegan,
    Stop,
    Watcher,
    never,
)
from qa.services.ingest.run import ingest

__all__ = [
    "CHANGED",
    "Event",
    "Executor",
    "Finished",
    "Identified",
    "Job",
    "Planner",
    "Refused",
    "Settle",
    "Source",
    "StageBegan",
    "Stop",
    "Watcher",
    "identify",
    "ingest",
    "never",
    "stamp_of",
]
