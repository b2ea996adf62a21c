"""The models that hear and judge a call, and what makes the case of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.batch.plan import Recipe
from qa.config import Settings
from qa.domain.call import CallRecord
from qa.domain.detectors.base import Case, Judge, Semantics
from qa.domain.detectors.head import asks_encoder
from qa.domain.detectors.judge import questions
from qa.domain.rubric import Rubric
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from qa.interop.vocabulary import read_vocabulary
from qa.ports import Encoder
from qa.services.score_text import CaseOf

if TYPE_CHECKING:
    from models.judge import JudgeChoice
    from models.registry import Registry

RECOGNISERS = {"auto": "faster-whisper"}
"""What a general choice of recogniser means."""


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
            **models_used(recogniser_name(settings), settings.diarization_pipeline),
            "acoustics": f"rules@{acoustics.VERSION}",
        },
        company_names=settings.company_names,
        vocabulary=vocabulary(settings),
    )


def judge_choice(settings: Settings) -> JudgeChoice | None:
    """Who answers the questions of a rubric; ``None`` for nobody."""
    from models.judge import JudgeChoice

    if settings.judge == "off":
        return None
    return JudgeChoice(
        settings.judge,
        settings.judge_model,
        settings.judge_url,
        settings.judge_key.get_secret_value() if settings.judge_key else "",
        settings.judge_plain_http,
        settings.judge_timeout_s,
        settings.threads,
    )


def judge(settings: Settings) -> Judge | None:
    """Who answers the questions of a rubric, ready to be asked."""
    choice = judge_choice(settings)
    return choice.build() if choice else None


def encoder(settings: Settings) -> Encoder | None:
    """The sentence encoder in use, not yet loaded; ``None`` for none.

    Raises ``ModelMissing`` where the settings name one that is not there.
    """
    from models import encoders

    return encoders.chosen(settings.encoder, registry(settings), threads=settings.threads)


def semantics(settings: Settings, learned: str | None = None) -> Semantics | None:
    """What tells how near sentences are in meaning; ``None`` without an encoder.

    Args:
        settings: Of the installation.
        learned: The document of the lesson in use (``qa.bootstrap.lessons.learned``), if there is one.
    """
    from models import encoders

    chosen = encoder(settings)
    return encoders.semantics(chosen, learned) if chosen else None


def scoring_models(
    settings: Settings, rubric: Rubric, learned: str | None = None
) -> dict[str, str]:
    """What a rubric is scored with besides its rules, by name and revision; loads nothing.

    Args:
        settings: Of the installation.
        rubric: The rubric.
        learned: The document of the lesson in use, if there is one.
    """
    from models import encoders

    models = {}
    choice = judge_choice(settings)
    if choice and any(questions(rubric)):
        models["judge"] = choice.identity()
    chosen = encoder(settings) if asks_encoder(rubric) else None
    if chosen:
        models["encoder"] = encoders.used(chosen, learned)
    return models


def vocabulary(settings: Settings) -> tuple[str, ...]:
    """Names that the recogniser should expect, besides the company's."""
    return read_vocabulary(settings.vocabulary) if settings.vocabulary else ()


def recogniser_name(settings: Settings) -> str:
    """The recogniser that the settings mean."""
    return RECOGNISERS.get(settings.asr, settings.asr)


def case_of(settings: Settings, learned: str | None = None) -> CaseOf:
    """What makes the case of a call that was heard before or is written down.

    Args:
        settings: Of the installation.
        learned: The document of the lesson in use, if it is to take part.
    """
    from models.phonetics import phonetics

    sounds, answers, meanings = phonetics(), judge(settings), semantics(settings, learned)

    def case(record: CallRecord, transcript: Transcript, signals: Signals) -> Case:
        return Case(
            record,
            transcript,
            signals,
            settings.company_names,
            sounds,
            judge=answers,
            semantics=meanings,
        )

    return case
