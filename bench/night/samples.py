"""What real models take for a sample call here, and what they hear in one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.samples_report import COMPANY_NAMES, SAMPLES
from qa import bootstrap
from qa.config import Settings
from qa.domain.records import CallDetail, RunReport

_WARMING = ("en-slow-internet", "zh-late-parcel")
_TIMED = ("en-higher-bill", "en-refund-rude", "zh-card-number", "zh-refund-rude")


@dataclass(frozen=True, slots=True)
class Usual:
    """What one sample call takes with real models, their loading left out.

    Attributes:
        audio_s: Its length.
        stages_s: Seconds in all stages.
        recognise_s: Seconds of recognition alone.
    """

    audio_s: float
    stages_s: float
    recognise_s: float

    def document(self) -> dict[str, float]:
        """For JSON."""
        return asdict(self)


def real_seconds() -> Usual:
    """Time some sample calls: what four more take in a run that has two to load the models with."""
    few, _ = heard(_WARMING)
    more, _ = heard((*_WARMING, *_TIMED))
    count = len(_TIMED)
    return Usual(
        audio_s=(more.audio_s - few.audio_s) / count,
        stages_s=(sum(more.stage_s.values()) - sum(few.stage_s.values())) / count,
        recognise_s=(more.stage_s["recognise"] - few.stage_s["recognise"]) / count,
    )


def heard(names: Sequence[str] = (*_WARMING, *_TIMED)) -> tuple[RunReport, tuple[CallDetail, ...]]:
    """Take sample calls through the real pipeline: the report, and what was heard in each."""
    with tempfile.TemporaryDirectory(prefix="callqa-nights-") as home:
        settings = Settings.model_construct(
            home=Path(home), company_names=COMPANY_NAMES, settle_s=0.0
        )
        outcome = bootstrap.run(settings, [SAMPLES / "stereo" / f"{name}.wav" for name in names])
        return outcome.report, tuple(outcome.details())
