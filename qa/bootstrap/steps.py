"""The stages of a recording's way, each built where it runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qa.batch.items import audio_s
from qa.batch.step import Step
from qa.bootstrap.models_used import (
    judge,
    recipe,
    recogniser_name,
    registry,
    scoring_models,
    semantics,
    vocabulary,
)
from qa.bootstrap.storage import shelf
from qa.config import Settings
from qa.domain.rubric import Rubric

if TYPE_CHECKING:
    from qa.batch import attribute, stages


def pipeline(settings: Settings, rubric: Rubric, learned: str | None = None) -> tuple[Step, ...]:
    """The stages of a recording's way, each with a picklable factory.

    Args:
        settings: Of the installation.
        rubric: What is scored by.
        learned: The document of the lesson in use, if there is one. It goes along, so that a lesson that is
            taken up while a run is under way has no part in it.
    """
    return (
        Step("decode", partial(_decode, settings)),
        Step("voice activity", partial(_find_voice, settings)),
        Step("listen", _listen),
        Step("recognise", partial(_recognise, settings), size=audio_s),
        Step("diarize", partial(_attribute, settings), size=audio_s, foresees=True),
        Step("measure", partial(_measure, settings)),
        Step("score", partial(_score, settings, rubric, learned), audio=False),
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
    }[recogniser_name(settings)]
    return Recognise(
        build(registry(settings), threads=settings.threads),
        (*settings.company_names, *vocabulary(settings)),
    )


def _attribute(settings: Settings) -> attribute.Attribute:
    from models import diarizer_pyannote
    from models.environment import workers_to_use
    from qa.batch.attribute import Attribute

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


def _score(settings: Settings, rubric: Rubric, learned: str | None) -> stages.Score:
    from models.phonetics import phonetics
    from qa.batch.stages import Score

    models = scoring_models(settings, rubric, learned)
    return Score(
        rubric,
        settings.company_names,
        phonetics(),
        judge=judge(settings),
        semantics=semantics(settings, learned) if "encoder" in models else None,
        models=models,
    )
