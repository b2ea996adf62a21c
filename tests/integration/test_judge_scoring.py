"""A rubric that asks a judge, from the settings to the stored scorecard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from qa import bootstrap
from qa.bootstrap.steps import pipeline
from qa.cli.checks import checks
from qa.config import Settings
from qa.domain.call import Role
from qa.domain.errors import ModelMissing, SettingsInvalid
from qa.domain.scorecard import Outcome
from qa.services.checkup import check_up
from qa.services.ingest import Job
from tests.contract.judge_server import Server, says, serving, status, verdict
from tests.integration import heard_before

AT = datetime(2026, 11, 20, tzinfo=UTC)
RUBRIC = """\
schema: 1
id: asking
version: 2026.11.1
title: {zh: 问, en: Asking}
sections: [{id: all, title: {zh: 全部, en: All}}]
criteria:
  - id: greeting
    section: all
    title: {zh: 问候, en: Greeting}
    standard: {zh: 问好。, en: Says hello.}
    example: {zh: 您好, en: Hello}
    points: 5
    pass_if: {phrase: {zh: [您好], en: [hello]}}
  - id: empathy
    section: all
    title: {zh: 同理心, en: Empathy}
    standard: {zh: 道歉。, en: Apologises.}
    example: {zh: 抱歉, en: I am sorry}
    points: 5
    pass_if:
      any:
        - phrase: {zh: [抱歉], en: [sorry]}
        - judge: {question: {zh: "坐席安慰客户了吗？", en: "Does the agent console the customer?"}}
"""
TURNS = (
    (Role.AGENT, "Hello, how can I help?"),
    (Role.CUSTOMER, "It broke again."),
    (Role.AGENT, "Oh no, that must be a nuisance for you."),
)
CONSOLED = verdict("yes", (3, "that must be a nuisance"))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def asking(settings: Settings, server: Server, tmp_path: Path) -> Settings:
    """Settings with a rubric that asks, and an endpoint to ask."""
    (tmp_path / "asking.yaml").write_text(RUBRIC, encoding="utf-8")
    return settings.model_copy(
        update={
            "rubric_dir": tmp_path,
            "rubric": "asking",
            "judge": "http",
            "judge_model": "some-model",
            "judge_url": server.url,
            "judge_key": SecretStr("sk-do-not-tell"),
        }
    )


def job(settings: Settings, turns: Sequence[tuple[Role, str]] = TURNS) -> Job:
    """A call that was heard before."""
    return heard_before.job(settings, turns)


def night(settings: Settings, todo: Job) -> tuple[Outcome, ...]:
    """Score a call and store it, as a run does; its outcomes."""
    source = bootstrap.rubric_source(settings)
    scored = pipeline(settings, source.rubric)[-1].factory().run(todo)
    with bootstrap.unit_of_work(settings)(writes=True) as store:
        run_id = store.runs.begin(AT)
        store.rubrics.keep(source.rubric.ref, source.text)
        store.calls.add_scored(scored, run_id=run_id, at=AT)
        store.commit()
    return tuple(verdict.outcome for verdict in scored.scorecard.verdicts)


def planned(settings: Settings) -> tuple[Job, ...]:
    """What the next run would do about it."""
    return heard_before.planned(settings, bootstrap.unit_of_work(settings), job(settings))


def test_a_call_is_scored_while_the_judge_is_down_and_again_once_it_is_back(
    asking: Settings, server: Server
) -> None:
    server.script.append(status(404))
    assert night(asking, job(asking)) == (Outcome.PASS, Outcome.CANNOT_JUDGE)
    (again,) = planned(asking)
    assert again.heard is not None
    assert night(asking, again) == (Outcome.PASS, Outcome.CANNOT_JUDGE)

    server.script[:] = [says(CONSOLED)]
    (again,) = planned(asking)
    assert night(asking, again) == (Outcome.PASS, Outcome.PASS)
    assert planned(asking) == ()
    assert server.asked[0][1]["Authorization"] == "Bearer sk-do-not-tell"


def test_a_silent_judge_is_asked_again_also_where_a_rule_beside_it_is_unsure(
    asking: Settings, server: Server
) -> None:
    phrase = "phrase: {zh: [抱歉], en: [sorry]}"
    written = RUBRIC.replace(phrase, "question: {within: {last_turns: 1}}")
    (asking.rubric_dir / "asking.yaml").write_text(written, encoding="utf-8")
    unsure = (*TURNS[:2], (Role.AGENT, "I will check what is going on?"))
    server.script.append(status(404))
    assert night(asking, job(asking, unsure)) == (Outcome.PASS, Outcome.CANNOT_JUDGE)
    (again,) = planned(asking)
    assert night(asking, again) == (Outcome.PASS, Outcome.CANNOT_JUDGE)

    server.script[:] = [says(verdict("yes", (3, "I will check")))]
    (again,) = planned(asking)
    assert night(asking, again) == (Outcome.PASS, Outcome.PASS)
    assert planned(asking) == ()


def test_another_judge_scores_again_what_was_heard_before(asking: Settings, server: Server) -> None:
    server.script.append(says(CONSOLED))
    night(asking, job(asking))
    (todo,) = planned(asking)
    night(asking, todo)
    assert planned(asking) == ()
    for change in ({"judge_model": "another"}, {"judge": "off"}):
        (todo,) = planned(asking.model_copy(update=change))
        assert todo.heard is not None
    server.script[:] = [status(404)]
    off = asking.model_copy(update={"judge": "off"})
    assert night(off, planned(off)[0]) == (Outcome.PASS, Outcome.FAIL)


def test_a_rubric_that_asks_nobody_is_scored_the_same_with_a_judge_and_without(
    asking: Settings,
) -> None:
    on = asking.model_copy(update={"rubric": "service-standard"})
    off = on.model_copy(update={"judge": "off"})
    assert [job.fingerprint for job in planned(on)] == [job.fingerprint for job in planned(off)]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"judge_model": ""}, SettingsInvalid),
        ({"judge_url": ""}, SettingsInvalid),
        ({"judge_url": "http://models.example/v1"}, SettingsInvalid),
        ({"judge": "transformers", "judge_model": ""}, SettingsInvalid),
        ({"judge": "transformers", "judge_model": "nobody/has-this"}, ModelMissing),
    ],
)
def test_a_judge_that_cannot_be_used_is_found_before_the_night_begins(
    asking: Settings, change: dict[str, str], error: type[Exception]
) -> None:
    rubric = bootstrap.rubric_source(asking).rubric
    with pytest.raises(error):
        bootstrap.scoring_models(asking.model_copy(update=change), rubric)


@pytest.mark.parametrize(
    ("change", "state", "told"),
    [
        ({}, "note", "what is said in calls is sent to http://127.0.0.1"),
        ({"judge": "off"}, "note", "none is set up"),
        ({"judge": "off", "rubric": "service-standard"}, "ok", "off"),
        ({"judge_url": "http://models.example/v1"}, "fault", "unencrypted"),
    ],
)
def test_the_doctor_says_where_the_words_go(
    asking: Settings, change: dict[str, str], state: str, told: str
) -> None:
    looked_at = [
        each for each in checks(asking.model_copy(update=change)) if each.subject == "judge"
    ]
    (found,) = check_up(looked_at)
    assert found.state == state
    assert told in found.detail
    assert "sk-do-not-tell" not in f"{found}"
