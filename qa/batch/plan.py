"""Planning is a query: recordings whose current scorecard was not made with this fingerprint.

Two fingerprints are kept apart. The *hearing* fingerprint covers what decides the transcript (models
and their options, names to listen for, and what the call record says of channel, language and direction);
the *scorecard* fingerprint adds the rubric, the models that only scoring uses and the rest of the call
record. A changed rubric or a late call record therefore scores a stored transcript again and touches no audio.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qa.domain.call import CallRecord
from qa.domain.records import Hearing, Peaks, RecordingFacts
from qa.domain.scorecard import RubricRef
from qa.ports import UnitOfWorkFactory
from qa.services.ingest import Identified, Job

HEARING_REVISION = 3
"""Raise when code changes what is heard with the same models and options."""

SCORING_REVISION = 6
"""Raise when code changes a verdict on the same transcript and rubric, or what a sentence is found to mean: that is
remembered under this revision."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What hearing and scoring are done with.

    Attributes:
        models: What takes part, by task: weights, library and rules, each with its revision.
        company_names: Names to listen for and to find in the greeting.
        vocabulary: More names to listen for.
        scoring_models: What takes part in scoring alone, in the same form.
    """

    models: Mapping[str, str]
    company_names: tuple[str, ...]
    vocabulary: tuple[str, ...] = ()
    scoring_models: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StorePlanner:
    """Plans against the store."""

    open_store: UnitOfWorkFactory
    recipe: Recipe
    rubric: RubricRef

    def plan(self, found: Sequence[Identified]) -> tuple[Job, ...]:
        """The jobs whose current scorecard was made otherwise or not at all, in the order found."""
        jobs: list[Job] = []
        with self.open_store() as store:
            contents = [one.sha256 for one in found]
            done = store.calls.scored_fingerprints(contents)
            heard = store.calls.heard_fingerprints(contents)
            for one in found:
                hearing = self._hearing_fingerprint(one)
                fingerprint = scorecard_fingerprint(hearing, self.recipe, self.rubric, one.record)
                if fingerprint in done.get(one.sha256, frozenset()):
                    continue
                known = hearing in heard[one.sha256]
                jobs.append(
                    Job(
                        path=one.path,
                        sha256=one.sha256,
                        record=one.record,
                        fingerprint=fingerprint,
                        hearing_fingerprint=hearing,
                        heard=None if known else _transcribed(one, hearing),
                        known=known,
                        stamp=one.stamp,
                        elsewhere=one.elsewhere,
                    )
                )
        return tuple(jobs)

    def bring(self, jobs: Sequence[Job]) -> tuple[Job, ...]:
        """Jobs whose recordings are ``known``, with what was heard in them."""
        wanted = {job.sha256: job.hearing_fingerprint for job in jobs}
        with self.open_store() as store:
            heard = store.calls.hearings(wanted)
            meanings = store.calls.meanings(wanted)
        return tuple(
            dataclasses.replace(job, heard=heard.get(job.sha256), meanings=meanings.get(job.sha256))
            for job in jobs
        )

    def _hearing_fingerprint(self, one: Identified) -> str:
        if one.transcribed is None:
            return hearing_fingerprint(self.recipe, one.record)
        return _digest({"revision": HEARING_REVISION, "transcribed": one.transcribed.made_by})


def _transcribed(one: Identified, fingerprint: str) -> tuple[RecordingFacts, Hearing] | None:
    """What was heard in a call that came as a transcript: there is no audio, and nothing to draw."""
    if one.transcribed is None:
        return None
    signals = one.transcribed.signals
    facts = RecordingFacts(
        sha256=one.sha256,
        name=one.path.name,
        duration_s=signals.duration_s,
        sample_rate=0,
        channels=0,
        layout="mono",
        peaks=Peaks(1, ()),
        audio="",
    )
    models = {"transcript": one.transcribed.made_by}
    return facts, Hearing(fingerprint, one.transcribed.transcript, signals, models)


def hearing_fingerprint(recipe: Recipe, record: CallRecord) -> str:
    """Of everything that decides a transcript."""
    return _digest(
        {
            "revision": HEARING_REVISION,
            "models": dict(recipe.models),
            "names": recipe.company_names,
            "vocabulary": recipe.vocabulary,
            "agent_channel": record.agent_channel,
            "language": record.language,
            "direction": record.direction,
        }
    )


def scorecard_fingerprint(
    hearing: str, recipe: Recipe, rubric: RubricRef, record: CallRecord
) -> str:
    """Of everything that decides a scorecard."""
    return _digest(
        {
            "revision": SCORING_REVISION,
            "hearing": hearing,
            "names": recipe.company_names,
            "models": dict(recipe.scoring_models),
            "rubric": rubric.sha256,
            "record": dataclasses.asdict(record) | {"attributes": dict(record.attributes)},
        }
    )


def told_by(models: Mapping[str, str]) -> str | None:
    """What told the meanings of a scoring with these models; ``None`` where no encoder takes part."""
    encoder = models.get("encoder")
    return encoder and f"{encoder} scoring@{SCORING_REVISION}"


def provisional(fingerprint: str) -> str:
    """The fingerprint of a scorecard to be made again, since something gave no answer this time."""
    return _digest({"provisional": fingerprint})


def _digest(parts: Mapping[str, object]) -> str:
    # Escaped, since a file name that is not UTF-8 arrives as lone surrogates.
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a fingerprint")
