"""Broken and odd files beside good ones: each has a named outcome, and the night goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.night import zoo
from bench.night.audit import kept
from bench.night.nights import Driver, Place
from qa import bootstrap
from qa.config import Settings

LEAST = 40

HEARD = ("voice activity", "listen")
"""Stages that are real besides decoding, measuring and scoring."""

UNDERSTOOD = ("recognise", "diarize")
"""The others."""

CALL = ("daniel", "internet")
"""What the agent says in the stretch of a call that the files hold, and what the customer does."""

NO_WORDS = "recording.no_words"
HALF_A_SENTENCE = {b"left-silent.wav"}
"""Without the agent there is the customer's first half sentence alone: too little to be sure of any word of it."""


@pytest.mark.models
def test_every_odd_file_has_the_outcome_that_it_is_owed_and_the_night_completes(
    tmp_path: Path, driver: Driver, rubric_folder: Path
) -> None:
    folder = tmp_path / "zoo"
    folder.mkdir()
    animals = zoo.write(folder)
    owed = {one.name: one.outcome for one in animals}
    assert len(owed) >= LEAST
    place = Place(folder, tmp_path / "home", rubric_folder)

    night = driver.run(place.night(real=HEARD, unprivileged=True))

    assert night.code == 3, night.errors
    assert "Traceback" not in night.errors
    assert "Warning:" not in night.errors.replace("Warning: Xing stream size", "")
    assert zoo.outcomes(night.report, animals) == owed
    scored = list(owed.values()).count(zoo.SCORED)
    left = kept(place)
    assert (left.rows["scorecards"], left.rows["attempts"]) == (scored, 0)
    assert left.strangers == ()

    again = driver.run(place.night(real=HEARD, unprivileged=True))

    assert (again.report["scored"], again.report["done_before"]) == (0, scored)
    assert zoo.outcomes(again.report, animals) == owed
    assert kept(place).result() == left.result()


@pytest.mark.models
def test_what_can_be_decoded_is_heard_by_the_real_models_and_has_its_outcome(
    tmp_path: Path, driver: Driver, rubric_folder: Path
) -> None:
    folder = tmp_path / "zoo"
    folder.mkdir()
    animals = zoo.write(folder)
    reached = [one for one in animals if one.sounds and one.outcome in zoo.TO_THE_MODELS]
    some = tmp_path / "reached"
    some.mkdir()
    for one in reached:
        (folder / one.text).rename(some / one.text)
    place = Place(some, tmp_path / "home", rubric_folder)

    night = driver.run(place.night(real=(*HEARD, *UNDERSTOOD)))

    assert night.code == 3, night.errors
    outcomes = zoo.outcomes(night.report, reached)
    wordless = {name for name, outcome in outcomes.items() if outcome == NO_WORDS}
    assert wordless <= HALF_A_SENTENCE
    assert outcomes == {
        one.name: NO_WORDS if one.name in wordless else one.outcome for one in reached
    }
    said = _said(place)
    assert len(said) == list(outcomes.values()).count(zoo.SCORED)
    assert {name for name, text in said.items() if not any(word in text for word in CALL)} == set()


def _said(place: Place) -> dict[str, str]:
    """What was heard in each recording that has a scorecard, in small letters."""
    with bootstrap.unit_of_work(Settings(home=place.home, _env_file=None))() as store:  # type: ignore[call-arg]
        return {
            call.recording_name: " ".join(
                turn.text for turn in call.hearing.transcript.turns
            ).lower()
            for call in store.calls.every()
            if call.hearing is not None
        }
