"""What a stored call's sentences mean is asked of the encoder once, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, select

from models import heads
from models.encoder_use import UseEncoder
from qa import bootstrap
from qa.bootstrap.steps import pipeline
from qa.config import Settings
from qa.domain.call import Role
from qa.domain.meanings import Meanings
from qa.domain.records import ScoredCall
from qa.domain.scorecard import Scorecard
from qa.ports import Vectors
from qa.services.ingest import Job
from qa.store.engine import writing
from qa.store.tables import HearingRow, MeaningsRow, ScorecardRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration import heard_before
from tests.integration.test_store_calls import NIGHT, scored, sha, write

SAID = "head empathy"
OLD = Meanings("use@1 heads@a", {SAID: {"0f": 0.25, "1f": 0.5}})
NEW = Meanings("use@1 heads@b", {SAID: {"0f": 0.75}})
RUBRIC = "service-standard"
HEAD = "asks_to_wait"
"""A head that the rubric asks about every call."""
TURNS = (
    (Role.AGENT, "您好，云帆科技客服中心，请问有什么可以帮您？"),
    (Role.CUSTOMER, "我的路由器三天前就该到了，现在还没收到，急死我了。"),
    (Role.AGENT, "这事儿搁谁身上都不好受，我马上给您看看。"),
    (Role.AGENT, "您是说三天前下的单到现在还没送到，对吧？"),
    (Role.CUSTOMER, "对。"),
    (Role.AGENT, "包裹明天上午送到，送到以后我再给您打电话。"),
    (Role.CUSTOMER, "好的，谢谢。"),
    (Role.AGENT, "不客气，感谢来电，再见。"),
)


def known(store: SqlUnitOfWorkFactory, *names: str, fingerprint: str = "speech-1") -> list[object]:
    with store() as unit:
        found = unit.calls.meanings({sha(name): fingerprint for name in names})
    return [found.get(sha(name)) for name in names]


def test_what_was_learned_last_is_kept_by_recording_and_speech_fingerprint(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    write(open_store, scored("A", meanings=OLD), scored("B"))
    assert known(open_store, "A", "B", "C") == [OLD, None, None]
    assert known(open_store, "A", fingerprint="speech-2") == [None]
    write(open_store, scored("A", fingerprint="score-2"))
    assert known(open_store, "A") == [OLD]
    write(open_store, scored("A", fingerprint="score-3", meanings=NEW))
    assert known(open_store, "A") == [NEW]


def test_it_goes_with_the_transcript(open_store: SqlUnitOfWorkFactory, engine: Engine) -> None:
    write(open_store, scored("A", meanings=OLD))
    with writing(engine).begin() as connection:
        connection.execute(delete(ScorecardRow))
        connection.execute(delete(HearingRow))
        assert connection.scalar(select(func.count()).select_from(MeaningsRow)) == 0


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the encoder that ships is asked from now on."""
    encoded: list[str] = []
    real = UseEncoder.encode

    def encode(self: UseEncoder, sentences: Sequence[str]) -> Vectors:
        encoded.extend(sentences)
        return real(self, sentences)

    monkeypatch.setattr(UseEncoder, "encode", encode)
    return encoded


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with the service standard in a folder where it can be changed."""
    return settings.model_copy(update={"rubric_dir": tmp_path, "rubric": RUBRIC})


def publish(desk: Settings, number: int) -> None:
    """The service standard under a version of its own."""
    text = bootstrap.rubric_file(Settings(), RUBRIC).read_text(encoding="utf-8")
    lines = [
        f"version: 2099.1.{number}" if line.startswith("version:") else line
        for line in text.splitlines()
    ]
    (desk.rubric_dir / f"{RUBRIC}.yaml").write_text("\n".join(lines), encoding="utf-8")


def heard(desk: Settings) -> Job:
    return heard_before.job(desk, TURNS)


def brought(desk: Settings, store: SqlUnitOfWorkFactory) -> Job:
    """The call as the next run finds it in the store."""
    (job,) = heard_before.planned(desk, store, heard(desk))
    return job


def night(
    desk: Settings, open_store: SqlUnitOfWorkFactory, job: Job, lesson: str | None = None
) -> ScoredCall:
    """Score a call in a process that has not scored any, and store it, as a run does."""
    source = bootstrap.rubric_source(desk)
    done: ScoredCall = pipeline(desk, source.rubric, lesson)[-1].factory().run(job)
    with open_store(writes=True) as store:
        run_id = store.runs.begin(NIGHT)
        store.rubrics.keep(source.rubric.ref, source.text)
        assert store.calls.add_together([done], run_id=run_id, at=NIGHT) == (job.sha256,)
        store.commit()
    return done


@pytest.fixture
def first(desk: Settings, open_store: SqlUnitOfWorkFactory, encoded: list[str]) -> ScoredCall:
    """The call as the rubric's first version scored it, with an encoder that is watched."""
    publish(desk, 1)
    return night(desk, open_store, heard(desk))


def same(one: Scorecard, other: Scorecard) -> bool:
    return replace(one, rubric=other.rubric) == other


@pytest.mark.models
def test_a_changed_rubric_scores_a_stored_call_without_the_encoder_and_alike(
    first: ScoredCall, desk: Settings, open_store: SqlUnitOfWorkFactory, encoded: list[str]
) -> None:
    assert first.meanings is not None
    assert encoded
    encoded.clear()

    publish(desk, 2)
    job = brought(desk, open_store)
    assert job.meanings == first.meanings
    again = night(desk, open_store, job)
    assert encoded == []
    assert again.meanings is None
    assert again.scorecard.rubric != first.scorecard.rubric
    assert same(again.scorecard, first.scorecard)

    publish(desk, 3)
    anew = night(desk, open_store, replace(brought(desk, open_store), meanings=None))
    assert encoded
    assert same(anew.scorecard, again.scorecard)


@pytest.mark.models
def test_what_other_models_found_is_asked_of_these(
    first: ScoredCall, desk: Settings, open_store: SqlUnitOfWorkFactory, encoded: list[str]
) -> None:
    assert first.meanings is not None
    asked = sorted(encoded)
    encoded.clear()

    publish(desk, 2)
    wrong = {name: dict.fromkeys(told, 1.0) for name, told in first.meanings.told.items()}
    again = night(
        desk, open_store, replace(brought(desk, open_store), meanings=Meanings("another@1", wrong))
    )
    assert sorted(encoded) == asked
    assert again.meanings == first.meanings
    assert same(again.scorecard, first.scorecard)


@pytest.mark.models
def test_a_lesson_that_is_taken_up_is_asked_itself(
    first: ScoredCall, desk: Settings, open_store: SqlUnitOfWorkFactory, encoded: list[str]
) -> None:
    assert first.meanings is not None
    assert f"head {HEAD}" in first.meanings.told
    encoded.clear()

    publish(desk, 2)
    shipped = heads.shipped()
    head = shipped.by_name[HEAD]
    lesson = heads.document(
        shipped.encoder, {HEAD: replace(head, bias=0.0, weights=0 * head.weights)}
    )
    taught = night(desk, open_store, brought(desk, open_store), lesson)
    assert encoded
    assert taught.meanings is not None
    assert taught.meanings.told_by != first.meanings.told_by
    assert set(taught.meanings.told[f"head {HEAD}"].values()) == {0.5}

    publish(desk, 3)
    again = night(desk, open_store, brought(desk, open_store), lesson)
    assert again.meanings is None

    publish(desk, 4)
    anew = night(desk, open_store, replace(brought(desk, open_store), meanings=None), lesson)
    assert same(again.scorecard, anew.scorecard)
    assert same(again.scorecard, taught.scorecard)
