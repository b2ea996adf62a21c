"""Stored calls scored by other processes, with the service standard and its encoder: the scorecards are the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from qa import bootstrap
from qa.batch.local import LocalExecutor
from qa.batch.scorers import Scorers
from qa.bootstrap.steps import pipeline
from qa.config import Settings
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.interop import dialogue_yaml
from qa.services.ingest import Finished, Job

DIALOGUES = 12


def _jobs(root: Path, folder: Path) -> list[Job]:
    files = sorted((root / "rubrics/golden/service-standard/train").glob("*.yaml"))[:DIALOGUES]
    jobs = []
    for file in files:
        dialogue = dialogue_yaml.parse(file.read_text("utf-8"), file)
        signals = dialogue.signals
        facts = RecordingFacts(
            sha256=file.stem,
            name=f"{file.stem}.wav",
            duration_s=signals.duration_s,
            sample_rate=8_000,
            channels=2,
            layout="stereo",
            peaks=Peaks(20, ((0.1,), (0.1,))),
            audio="",
        )
        hearing = Hearing("written", dialogue.transcript, signals, {"written": "1"})
        path = folder / facts.name
        jobs.append(Job(path, file.stem, dialogue.record, "new", "written", (facts, hearing), True))
    return jobs


def _scored(executor: LocalExecutor, jobs: Iterator[Job]) -> list[ScoredCall]:
    return [event.scored for event in executor.run(jobs) if isinstance(event, Finished)]


def test_the_scorecards_are_those_of_one_process(root: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, company_names=("云帆科技", "Northwind"), _env_file=None)  # type: ignore[call-arg]
    steps = pipeline(settings, bootstrap.rubric_source(settings).rubric)
    jobs = _jobs(root, tmp_path)
    here = _scored(LocalExecutor(steps), iter(jobs))
    handed: list[bool] = []
    with Scorers(steps, processes=2, many=1) as scorers:

        def when_up() -> Iterator[Job]:
            deadline = time.monotonic() + 120
            yield jobs[0]
            while scorers._pool is None:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            for job in jobs[1:]:
                handed.append(scorers._pool is not None)
                yield job

        elsewhere = _scored(LocalExecutor(steps, scorers=scorers), when_up())
        assert scorers._pool is not None, "none of the processes ended"
    assert len(here) == DIALOGUES
    assert {card.scorecard.rubric.id for card in here} == {"service-standard"}
    assert all("encoder" in card.models for card in here)
    assert elsewhere == here
    assert handed == [True] * (DIALOGUES - 1)
