"""A call that was heard before, made from what is written down, and what the next run does about it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa import bootstrap
from qa.batch.plan import StorePlanner, hearing_fingerprint
from qa.config import Settings
from qa.domain.call import CallRecord, Role
from qa.domain.dialogue import WrittenTurn, written_call
from qa.domain.records import Hearing, Peaks, RecordingFacts
from qa.ports import UnitOfWorkFactory
from qa.services.ingest import Identified, Job


def job(settings: Settings, turns: Sequence[tuple[Role, str]]) -> Job:
    """A call that was heard before."""
    transcript, signals = written_call([WrittenTurn(who, said) for who, said in turns], timed=True)
    record = CallRecord("C1")
    print_of_hearing = hearing_fingerprint(bootstrap.recipe(settings), record)
    sha256 = hashlib.sha256(b"C1").hexdigest()
    peaks = Peaks(20, ((0.1,), (0.1,)))
    facts = RecordingFacts(
        sha256, "c1.wav", signals.duration_s, 8000, 2, "stereo", peaks, "audio/c1.flac"
    )
    hearing = Hearing(print_of_hearing, transcript, signals, {"written": "1"})
    return Job(Path("c1.wav"), sha256, record, "unplanned", print_of_hearing, (facts, hearing))


def planned(settings: Settings, open_store: UnitOfWorkFactory, call: Job) -> tuple[Job, ...]:
    """What the next run would do about it."""
    rubric = bootstrap.rubric_source(settings).rubric
    recipe = replace(
        bootstrap.recipe(settings), scoring_models=bootstrap.scoring_models(settings, rubric)
    )
    planner = StorePlanner(open_store, recipe, rubric.ref)
    jobs = planner.plan([Identified(call.path, call.sha256, call.record)])
    return planner.bring(jobs)
