"""The recorded calls of the bench, told twice: by the truth that comes with them, and by a recogniser."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from bench.samples_report import COMPANY_NAMES, SAMPLES, truth_of
from bench.scoring.options import Options
from bench.speech import corpus, ours
from bench.speech.figure import CACHE
from models.wording import simplified
from qa import bootstrap
from qa.config import Settings, load_settings
from qa.domain.call import CallRecord
from qa.domain.detectors.base import Case
from qa.domain.records import CallDetail
from qa.domain.scorecard import Outcome
from qa.interop import dialogue_json
from qa.services.score_text import CaseOf

HOME = CACHE / "scoring-calls"
"""The data folder in which the recordings have been heard."""

RUBRICS = Path(__file__).with_name("hearing")
FORMS: tuple[corpus.Form, ...] = ("stereo", "mono")
Source = Literal["samples", "calls"]


@dataclass(frozen=True, slots=True)
class Told:
    """One call in one form, told twice.

    Attributes:
        gold: The right outcomes by criterion, where people have agreed on them.
        heard: What a recogniser heard, ``None`` where it refused the recording.
    """

    source: Source
    form: corpus.Form
    call: corpus.Call
    record: CallRecord
    gold: Mapping[str, Outcome]
    heard: CallDetail | None

    @property
    def name(self) -> str:
        """Of the recording."""
        return f"{self.call.name}-{self.form}"

    def by_text(self, case_of: CaseOf) -> Case:
        """The case with the words and times of the truth."""
        turns = [
            {
                "speaker": turn.speaker,
                "start_s": turn.start_s,
                "end_s": turn.end_s,
                "text": turn.text,
            }
            for turn in self.call.turns
        ]
        line = json.dumps({"call_id": self.name, "language": self.call.language, "turns": turns})
        told = dialogue_json.parse(line, self.name, self.name, simplified)
        # These times are somebody's clock, and all that the line holds is speech and silence.
        signals = replace(told.signals, measured=True)
        return case_of(self.record, told.transcript, signals)

    def by_ear(self, case_of: CaseOf) -> Case | None:
        """The case with what was heard; ``None`` where nothing was."""
        if self.heard is None or self.heard.hearing is None:
            return None
        hearing = self.heard.hearing
        return case_of(self.record, hearing.transcript, hearing.signals)


@cache
def told_twice(options: Options) -> tuple[Told, ...]:
    """Every call of the bench in every form. Recognises what the data folder does not hold yet."""
    if options.fresh:
        shutil.rmtree(HOME, ignore_errors=True)
    return tuple(_told(options))


def _told(options: Options) -> Iterator[Told]:
    samples = _detail_by_id(options, SAMPLES / "manifest.csv", [SAMPLES])
    for form in FORMS:
        for call in corpus.samples():
            detail = samples[f"{call.name}-{form}"]
            gold = {name: Outcome(said) for name, said in truth_of(call.name).items()}
            yield Told("samples", form, call, detail.record, gold, detail)
    for form in FORMS:
        calls = corpus.made_calls()
        # A recorder of two channels knows which of them is the agent's.
        recordings = [call.recording(form, with_map=True) for call in calls]
        with tempfile.TemporaryDirectory() as folder:
            manifest = Path(folder) / "manifest.csv"
            corpus.write_manifest(manifest, recordings)
            heard = _detail_by_id(options, manifest, [one.path for one in recordings])
        for call, recording in zip(calls, recordings, strict=True):
            detail = heard[recording.call_id]
            yield Told("calls", form, call, detail.record, {}, detail)


def _detail_by_id(
    options: Options, manifest: Path, paths: Sequence[Path]
) -> Mapping[str, CallDetail]:
    options.say(f"hearing what is not in {HOME} yet: {manifest.parent.name}")
    settings = Settings.model_construct(
        home=HOME,
        model_dir=ours.MODELS,
        company_names=COMPANY_NAMES,
        rubric_dir=RUBRICS,
        rubric="hearing",
        threads=load_settings().threads,
    )
    outcome = bootstrap.run(settings, paths, manifest)
    return {detail.record.call_id: detail for detail in outcome.details()}
