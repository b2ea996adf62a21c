"""The fuzzer finds what it looks for, and finds nothing in the importers."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from random import Random

import pytest

from bench.fuzz import fuzzing
from bench.fuzz.__main__ import targets
from qa.domain.call import CallRecord
from qa.domain.errors import RecordsInvalid
from qa.ports.importing import Described, Imported

TARGETS = targets()
CHANCE = Random


class _Broken:
    """An importer that does one thing it must not."""

    name = "broken"
    about = "nothing"

    def __init__(self, fault: str) -> None:
        self._fault = fault

    def probe(self, path: Path) -> bool:
        return path.suffix == ".json"

    def read(self, path: Path) -> Imported:
        if self._fault == "raises":
            raise KeyError("uuid")
        if self._fault == "opens":
            (path.parent.parent / "secret.wav").read_bytes()
        if self._fault == "hangs":
            time.sleep(60)
        if self._fault == "refuses":
            raise RecordsInvalid(f"{path.name} is nothing")
        return Imported((Described(CallRecord("a"), in_name="parcel"),))


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_an_importer_withstands_what_is_made_of_its_golden_files(tmp_path: Path, name: str) -> None:
    outcome = fuzzing.fuzz(TARGETS[name], tmp_path, seconds=30, random=CHANCE(7), most=60)
    assert outcome.faults == []
    assert outcome.executions == 60
    assert outcome.taken > 0


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("raises", "KeyError"),
        ("opens", "secret.wav"),
        ("hangs", "did not come back"),
        ("refuses", ""),
        ("nothing", ""),
    ],
)
def test_what_an_importer_must_not_do_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, said: str
) -> None:
    monkeypatch.setattr(fuzzing, "LIMIT_S", 0.2)
    sound = _Broken("nothing")
    target = dataclasses.replace(TARGETS["twilio-json"], importer=_Late(sound, _Broken(fault)))
    outcome = fuzzing.fuzz(target, tmp_path, seconds=10, random=CHANCE(1), most=3)
    if said:
        assert said in outcome.faults[0][0]
    else:
        assert outcome.faults == []


class _Late(_Broken):
    """Does no wrong the first time, which is before anybody watches."""

    def __init__(self, first: _Broken, then: _Broken) -> None:
        super().__init__("nothing")
        self._readers = [first]
        self._then = then

    def read(self, path: Path) -> Imported:
        reader = self._readers.pop() if self._readers else self._then
        return reader.read(path)
