"""Golden files of one importer, mutated and read as a run reads them."""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.fuzz.mutate import HOSTILE, mutated
from bench.fuzz.watching import Hang, Watch, watched
from qa.domain.errors import QAError
from qa.interop.folders import Gathered, Importing, gather
from qa.interop.names import NameTemplate, read_name
from qa.ports.importing import Importer
from qa.services.ingest import Source

LIMIT_S = 5.0
"""An input of some kilobytes takes a thousandth of this."""

RECORDINGS = (
    "1777601700.16.wav",
    "parcel.wav",
    "6f1c9d2e-0b7a-4c3d-8e5f-1a2b3c4d5e6f.wav",
    "e2b7c9d4-51f0-4a0e-b7e9-9a6c1f0a2b33.ogg",
    "RE00000000000000000000000000000003.wav",
    "RE1.mp3",
)


@dataclass(slots=True)
class Outcome:
    """What came of some executions.

    Attributes:
        executions: Inputs that were read.
        taken: Of them, those that gave at least one call of their own or one record.
        refused: Of them, those refused in a sentence.
        faults: What must not have happened, each with the input that made it happen.
        slowest_s: The longest that an input took.
    """

    executions: int = 0
    taken: int = 0
    refused: int = 0
    faults: list[tuple[str, bytes]] = field(default_factory=list)
    slowest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """One importer and what its inputs are made of."""

    importer: Importer
    golden: Sequence[tuple[str, bytes]]
    others: list[bytes]
    templates: tuple[NameTemplate, ...]


def fuzz(target: Target, folder: Path, *, seconds: float, random: Random, most: int = 0) -> Outcome:
    """Read mutated files for some time.

    Args:
        target: What is tried.
        folder: An empty folder of this call's own.
        seconds: How long.
        random: Where chance comes from.
        most: Executions after which it ends all the same; 0 for no limit.
    """
    here, work = folder / "here", folder / "work"
    here.mkdir()
    work.mkdir()
    (folder / "secret.wav").write_bytes(b"outside")
    for name in RECORDINGS:
        (here / name).write_bytes(b"sound")
    outcome = Outcome()
    _read(
        target, _written(here, *target.golden[0]), work, outcome, named=True
    )  # imports, unwatched
    outcome = Outcome()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not (most and outcome.executions >= most):
        name, content = random.choice(target.golden)
        content = mutated(name, content, target.others, random)
        path = _written(here, name, content)
        began = time.monotonic()
        watch = Watch((here, work))
        try:
            with watched(watch, LIMIT_S):
                _read(target, path, work, outcome, named=random.random() < 0.5)
                _name(target, random)
        except Hang:
            outcome.faults.append(("it did not come back", content))
        except Exception as error:  # noqa: BLE001 - what is looked for
            where = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"
            outcome.faults.append((fault, content))
        outcome.faults += [(done, content) for done in watch.outside]
        outcome.executions += 1
        outcome.slowest_s = max(outcome.slowest_s, time.monotonic() - began)
        path.unlink()
    return outcome


def _written(here: Path, name: str, content: bytes) -> Path:
    path = here / name
    path.write_bytes(content)
    return path


def _read(target: Target, path: Path, work: Path, outcome: Outcome, *, named: bool) -> None:
    """As a run finds it by itself, or as somebody names it."""
    known = (target.importer,)
    records = ((path, target.importer.name),) if named else ()
    importing = Importing(known, target.templates, records, work=work)
    try:
        gathered = gather([path.parent], None, importing)
        _check(gathered, work)
    except QAError as error:
        if not error.message.strip():
            raise ValueError("a refusal without a sentence") from error
        outcome.refused += 1
    else:
        outcome.taken += _told(gathered)


def _told(gathered: Gathered) -> bool:
    return any(source.record.call_id or source.transcribed for source in gathered.sources)


def _check(gathered: Gathered, work: Path) -> None:
    """What must hold of whatever was read. Raises ``ValueError``."""
    for source in gathered.sources:
        record = source.record
        texts = (record.call_id, record.agent_id, record.customer_number, record.queue)
        for text in (*texts, *record.attributes, *record.attributes.values()):
            if text and (not text.isprintable() or len(text) > 200):
                raise ValueError(f"a record holds {text[:40]!r}")
        if record.ring_seconds is not None and not 0 <= record.ring_seconds < math.inf:
            raise ValueError("ringing without measure")
        _check_words(source)
        if source.elsewhere is not None:
            try:
                source.elsewhere.bring(source.path)
            except (OSError, QAError):
                continue
            if work not in source.path.parents:
                raise ValueError("a recording was written elsewhere")
            source.elsewhere.release(source.path)


def _check_words(source: Source) -> None:
    if source.transcribed is None:
        return
    transcript, signals = source.transcribed.transcript, source.transcribed.signals
    starts = [turn.start_s for turn in transcript.turns]
    if not starts or starts != sorted(starts):
        raise ValueError("turns out of order")
    for turn in transcript.turns:
        if not turn.words or not 0 <= turn.start_s <= turn.end_s <= signals.duration_s < math.inf:
            raise ValueError("a turn outside the call")
        for word in turn.words:
            if not 0 <= word.start_s <= word.end_s or not 0 <= word.confidence <= 1:
                raise ValueError("a word without place")


def _name(target: Target, random: Random) -> None:
    name = random.choice(RECORDINGS)
    at = random.randrange(len(name))
    put = str(random.choice(HOSTILE))
    made = Path((name[:at] + put + name[at:]).replace("/", "-").replace("\0", "-") or "x")
    if made.name:
        read_name(made, target.templates)
