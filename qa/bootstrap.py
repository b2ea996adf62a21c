"""The composition root: settings in, wired use cases out.

Everything heavy is imported inside the function or the stage factory that needs it: the web app and
``qa export`` start without a model, a run whose work is done loads none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qa.batch.items import audio_s
from qa.batch.local import LocalExecutor
from qa.batch.lock import run_lock
from qa.batch.plan import Recipe, StorePlanner
from qa.batch.step import Step
from qa.config import Settings
from qa.domain.records import CallDetail, CallSummary, RunReport
from qa.domain.rubric import Rubric
from qa.interop import rubric_yaml
from qa.interop.folders import gather
from qa.interop.manifest import read_manifest
from qa.interop.vocabulary import read_vocabulary
from qa.ports import AudioShelf, UnitOfWorkFactory
from qa.services.ingest import Event, Identified, Watcher, ingest
from qa.services.rubrics import RubricSource

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from models.registry import Registry
    from qa.batch import stages

RECOGNISERS = {"auto": "faster-whisper"}
"""What a general choice of recogniser means."""


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)


class Unwatched:
    """A ``Watcher`` for runs that nobody looks at."""

    def planned(self, found: int, jobs: int) -> None:
        """Nothing to show."""

    def happened(self, event: Event) -> None:
        """Nothing to show."""


# --- store and shelf ---------------------------------------------------------------------------


def engine(settings: Settings) -> Engine:
    """The database engine; the schema is not looked at."""
    from qa.store.engine import make_engine

    return make_engine(settings.store_url)


def unit_of_work(settings: Settings) -> UnitOfWorkFactory:
    """Transactions on a store whose schema is current.

    An empty database is set up. Raises ``SchemaOutdated`` for one that another version made.
    """
    from qa.store.schema import ensure_current
    from qa.store.unit_of_work import SqlUnitOfWorkFactory

    database = engine(settings)
    ensure_current(database)
    return SqlUnitOfWorkFactory(database)


def shelf(settings: Settings) -> AudioShelf:
    """Where playable audio is kept."""
    from qa.audio.shelf import FlacShelf

    return FlacShelf(settings.home)


# --- rubrics -----------------------------------------------------------------------------------


def rubric_source(settings: Settings) -> RubricSource:
    """The rubric in use. Raises ``RubricNotFound`` and ``RubricInvalid``."""
    return rubric_yaml.Folders(settings.rubric_dir).get(settings.rubric)


def parse_rubric(text: str) -> Rubric:
    """A rubric from its YAML text, as the store keeps it."""
    return rubric_yaml.parse(text)


# --- models ------------------------------------------------------------------------------------


def registry(settings: Settings) -> Registry:
    """The weights of this installation."""
    from models.registry import Registry

    return Registry(settings.models_home)


def recipe(settings: Settings) -> Recipe:
    """What calls are heard with, by name and revision; loads nothing."""
    from models.identity import models_used
    from qa.audio import acoustics

    return Recipe(
        models={
            **models_used(_recogniser_name(settings), settings.diarization_pipeline),
            "acoustics": f"rules@{acoustics.VERSION}",
        },
        company_names=settings.company_names,
        vocabulary=_vocabulary(settings),
    )


def _vocabulary(settings: Settings) -> tuple[str, ...]:
    return read_vocabulary(settings.vocabulary) if settings.vocabulary else ()


def _recogniser_name(settings: Settings) -> str:
    return RECOGNISERS.get(settings.asr, settings.asr)


# --- the pipeline ------------------------------------------------------------------------------


def pipeline(settings: Settings, rubric_text: str) -> tuple[Step, ...]:
    """The stages of a recording's way, each with a picklable factory."""
    return (
        Step("decode", partial(_decode, settings)),
        Step("voice activity", partial(_find_voice, settings)),
        Step("listen", _listen),
        Step("recognise", partial(_recognise, settings), size=audio_s),
        Step("diarize", partial(_attribute, settings), size=audio_s, foresees=True),
        Step("measure", partial(_measure, settings)),
        Step("score", partial(_score, settings, rubric_text), audio=False),
    )


def _decode(settings: Settings) -> stages.Decode:
    from qa.audio.decode import FileDecoder
    from qa.audio.peaks import draw
    from qa.batch.stages import Decode

    return Decode(FileDecoder(spill=settings.home), draw, shelf(settings))


def _find_voice(settings: Settings) -> stages.FindVoice:
    from models import vad_silero
    from qa.batch.stages import FindVoice

    return FindVoice(vad_silero.build(registry(settings)))


def _listen() -> stages.Listen:
    from qa.audio.acoustics import SoundAnalysis
    from qa.batch.stages import Listen

    return Listen(SoundAnalysis())


def _recognise(settings: Settings) -> stages.Recognise:
    from models import asr_faster_whisper, asr_openai_whisper
    from qa.batch.stages import Recognise

    build = {
        "faster-whisper": asr_faster_whisper.build,
        "openai-whisper": asr_openai_whisper.build,
    }[_recogniser_name(settings)]
    return Recognise(
        build(registry(settings), threads=settings.threads),
        (*settings.company_names, *_vocabulary(settings)),
    )


def _attribute(settings: Settings) -> stages.Attribute:
    from models import diarizer_pyannote
    from models.environment import workers_to_use
    from qa.batch.stages import Attribute

    # Its own pipeline is many small steps: a core to each recording. One from elsewhere is left alone.
    other = settings.diarization_pipeline
    return Attribute(
        partial(
            diarizer_pyannote.build,
            registry(settings),
            pipeline=other,
            threads=settings.threads if other else 1,
        ),
        workers=1 if other else workers_to_use(settings.threads),
    )


def _measure(settings: Settings) -> stages.Measure:
    from models.phonetics import phonetics
    from qa.audio.quality import speech_dbfs
    from qa.batch.stages import Measure

    return Measure(recipe(settings).models, settings.company_names, phonetics(), speech_dbfs)


def _score(settings: Settings, rubric_text: str) -> stages.Score:
    from models.phonetics import phonetics
    from qa.batch.stages import Score

    return Score(parse_rubric(rubric_text), settings.company_names, phonetics())


# --- use cases ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A run's report, and the way to the calls it was about."""

    report: RunReport
    found: tuple[Identified, ...]
    open_store: UnitOfWorkFactory

    def rows(self) -> tuple[CallSummary, ...]:
        """The calls of this run that the store knows, in the order found."""
        with self.open_store() as store:
            known = store.calls.summaries([one.sha256 for one in self.found])
        return tuple(known[one.sha256] for one in self.found if one.sha256 in known)

    def details(self) -> Iterator[CallDetail]:
        """The same, whole."""
        for row in self.rows():
            with self.open_store() as store:
                yield store.calls.detail(row.public_id)


def run(
    settings: Settings,
    paths: Sequence[Path],
    manifest_path: Path | None = None,
    *,
    engine: str = "local",
    watcher: Watcher | None = None,
) -> RunOutcome:
    """Score recordings (see ``qa.services.ingest``); one run at a time in a data folder."""
    from models.environment import workers_to_use

    manifest = read_manifest(manifest_path) if manifest_path else None
    gathered = gather(paths, manifest)
    source = rubric_source(settings)
    executors = {"local": LocalExecutor}
    with run_lock(settings.home):
        open_store = unit_of_work(settings)
        report, found = ingest(
            gathered.sources,
            rubric=source.rubric.ref,
            rubric_text=source.text,
            planner=StorePlanner(open_store, recipe(settings), source.rubric.ref),
            executor=executors[engine](
                pipeline(settings, source.text), workers=workers_to_use(settings.threads)
            ),
            open_store=open_store,
            clock=SystemClock(),
            watcher=watcher or Unwatched(),
            warnings=(*(manifest.warnings if manifest else ()), *gathered.warnings),
        )
    return RunOutcome(report, found, open_store)
