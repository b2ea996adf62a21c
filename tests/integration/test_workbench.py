"""The workbench's commands, run as click runs them, on files and on a real store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qa.cli.main import cli
from qa.config import Settings
from qa.domain.errors import CallNotFound, DialogueInvalid, RubricNotFound
from tests.integration.stored_calls import CURT, POLITE, store_calls

Qa = Callable[..., Result]

GOOD = "agent: Good morning, Northwind.\ncustomer: hello\nagent: Thank you for calling, goodbye!\n"


@pytest.fixture
def qa(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Qa:
    """Runs ``qa`` in this process, in an empty folder, with a store of its own."""
    monkeypatch.setenv("QA_HOME", str(settings.home))
    monkeypatch.setenv("QA_COMPANY_NAMES", ",".join(settings.company_names))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def stored(settings: Settings) -> None:
    """Two scored calls and a refused one."""
    store_calls(settings, {"call-1": POLITE, "call-2": CURT}, refused="call-3")


@pytest.fixture
def changed(root: Path, tmp_path: Path) -> Path:
    """The rubric that ships with another greeting, no farewell, and a criterion of its own."""
    text = (root / "rubrics" / "service-standard.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "drafts"
    folder.mkdir()
    (folder / "service-standard.yaml").write_text(text, encoding="utf-8")
    child = folder / "changed.yaml"
    child.write_text(
        """\
schema: 1
id: changed
version: 2026.12.1
title: {zh: 改过的, en: Changed}
extends: service-standard
without: [farewell]
criteria:
  - id: greeting
    pass_if: {phrase: {zh: [喂], en: [hey]}}
  - id: says_so
    section: opening
    title: {zh: 说吧, en: Says so}
    standard: {zh: 说“说吧”。, en: The agent says so.}
    example: {zh: 说吧。, en: Say so.}
    bad_example: {zh: 讲吧。, en: Tell it.}
    points: 1
    pass_if: {phrase: {zh: [说吧], en: [say so]}}
""",
        encoding="utf-8",
    )
    return child


# --- qa score-text -----------------------------------------------------------------------------


def test_a_scorecard_shows_verdicts_reasons_and_words_in_either_language(
    qa: Qa, tmp_path: Path
) -> None:
    (tmp_path / "call.txt").write_text(GOOD, encoding="utf-8")
    english = qa("score-text", "call.txt")
    assert english.exit_code == 0, english.output
    assert "Thank you for calling, goodbye!" in english.output
    assert "not measurable" in english.output
    assert "estimates" in english.output
    chinese = qa("score-text", "call.txt", "--lang", "zh")
    assert "坐席" in chinese.output
    assert "不合格" in chinese.output


def test_json_lines_have_the_shape_of_every_scorecard(qa: Qa, tmp_path: Path) -> None:
    (tmp_path / "call.txt").write_text(GOOD, encoding="utf-8")
    line = json.loads(qa("score-text", "call.txt", "--json").stdout)
    assert (line["call_id"], line["recording"], line["status"]) == ("call", "call.txt", "scored")
    assert line["times_estimated"] is True
    verdicts = {each["id"]: each["verdict"] for each in line["criteria"]}
    assert (verdicts["thanks"], verdicts["listening"]) == ("pass", "not_measurable")


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_scored(
    qa: Qa, tmp_path: Path
) -> None:
    (tmp_path / "bad.txt").write_text("bob: hello", encoding="utf-8")
    (tmp_path / "call.txt").write_text(GOOD, encoding="utf-8")
    done = qa("score-text", "bad.txt", "call.txt")
    assert done.exit_code == 3
    assert "bad.txt, line 1" in done.stderr
    assert "Thank you" in done.stdout
    lines = qa("score-text", "bad.txt", "call.txt", "--json").stdout.splitlines()
    assert [json.loads(line)["status"] for line in lines] == ["not_scorable", "scored"]


def test_traditional_characters_are_scored_as_simplified_ones(qa: Qa, tmp_path: Path) -> None:
    (tmp_path / "call.txt").write_text("坐席：您好，雲帆科技。\n客户：你好", encoding="utf-8")
    line = json.loads(qa("score-text", "call.txt", "--json").stdout)
    verdicts = {each["id"]: each["verdict"] for each in line["criteria"]}
    assert verdicts["company_name"] == "pass"


def test_bad_usage_ends_with_2(qa: Qa) -> None:
    assert qa("score-text").exit_code == 2
    assert qa("score-text", "gone.txt").exit_code == 2


# --- qa rubric test ----------------------------------------------------------------------------


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    for split, expected in (("train", "fail"), ("test", "fail")):
        place = folder / "service-standard" / split
        place.mkdir(parents=True)
        (place / f"{split}-one.yaml").write_text(
            "turns: [{agent: 您好，云帆科技。}, {customer: 你好}]\n"
            f"expected: {{greeting: {expected}, company_name: pass}}\n",
            encoding="utf-8",
        )
    (folder / "company_names.txt").write_text("云帆科技\n", encoding="utf-8")
    return folder


def test_wrong_verdicts_are_named_and_those_held_back_only_counted(qa: Qa, golden: Path) -> None:
    tested = qa("rubric", "test", "service-standard", "--golden", golden)
    assert tested.exit_code == 3
    assert "train-one" in tested.output
    assert "test-one" not in tested.output
    assert "test-one" in qa("rubric", "test", "--golden", golden, "--show-test").output


def test_the_golden_set_names_its_own_company(
    qa: Qa, golden: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QA_COMPANY_NAMES")
    done = qa("rubric", "test", "--golden", golden, "--criterion", "company_name", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["splits"]["train"]["sum"]["right"] == 1


def test_no_dialogues_and_bad_dialogues_end_with_2(qa: Qa, golden: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    nothing = qa("rubric", "test", "--golden", tmp_path / "none")
    assert nothing.exit_code == 2
    assert "service-standard" in nothing.stderr
    (golden / "service-standard" / "train" / "bad.yaml").write_text("turns: 3", encoding="utf-8")
    bad = qa("rubric", "test", "--golden", golden)
    assert bad.exit_code == 2
    assert "bad.yaml, line 1" in bad.stderr


def test_the_golden_dialogues_that_ship_are_found(qa: Qa) -> None:
    told = json.loads(qa("rubric", "test", "service-standard", "--json").stdout)
    assert told["splits"]["train"]["dialogues"] >= 20
    assert told["splits"]["traps"]["dialogues"] >= 20
    assert not [one for one in told["wrong"] if one["split"] == "test"]


# --- qa rubric check ---------------------------------------------------------------------------


def test_remarks_have_file_line_and_advice_and_strict_makes_them_errors(
    qa: Qa, changed: Path
) -> None:
    text = changed.read_text(encoding="utf-8").replace("zh: [说吧]", "zh: [说吧, 您说吧]")
    changed.write_text(text, encoding="utf-8")
    checked = qa("rubric", "check", changed)
    # The example of the greeting is inherited, and the changed criterion does not accept it.
    assert f"{changed}:9: error: greeting > example > zh" in checked.stdout
    assert f"{changed}:17: warning: says_so" in checked.stdout
    assert checked.exit_code == 2
    assert "->" in checked.stdout
    greeting = "  - id: greeting\n    pass_if: {phrase: {zh: [喂], en: [hey]}}\n"
    changed.write_text(text.replace(greeting, ""), encoding="utf-8")
    assert qa("rubric", "check", changed).exit_code == 0
    assert qa("rubric", "check", changed, "--strict").exit_code == 2
    line = json.loads(qa("rubric", "check", changed, "--json").stdout.splitlines()[-1])
    assert (line["code"], line["line"]) == ("shadowed", 15)


def test_every_rubric_is_checked_though_one_cannot_be_used(qa: Qa, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("id: bad", encoding="utf-8")
    checked = qa("rubric", "check", "bad.yaml", "no-such-rubric", "service-standard")
    assert checked.exit_code == 2
    assert "bad.yaml" in checked.stderr
    assert "no-such-rubric" in checked.stderr
    assert "service-standard: service-standard" in checked.stdout


# --- qa rubric diff ----------------------------------------------------------------------------


@pytest.mark.usefixtures("stored")
def test_each_verdict_that_changes_is_shown_with_both_reasons(qa: Qa, changed: Path) -> None:
    done = qa("rubric", "diff", "service-standard", changed)
    assert done.exit_code == 0, done.output
    assert "call-1" in done.output
    assert "greeting  pass -> fail" in done.output
    assert "您好，云帆科技，请问有什么可以帮您？" in done.output
    assert "farewell  pass -> not in it" in done.output
    assert "2 calls, 2 of them changed, 1 without a transcript" in done.output


@pytest.mark.usefixtures("stored")
def test_a_diff_in_json_is_a_line_for_each_call_and_the_sums_last(qa: Qa, changed: Path) -> None:
    lines = [
        json.loads(line)
        for line in qa("rubric", "diff", "service-standard", changed, "--json").stdout.splitlines()
    ]
    assert [line["call_id"] for line in lines[:-1]] == ["call-1", "call-2"]
    says_so = {
        line["call_id"]: change["after"]["verdict"]
        for line in lines[:-1]
        for change in line["changes"]
        if change["criterion"] == "says_so"
    }
    assert says_so == {"call-1": "fail", "call-2": "pass"}
    sums = lines[-1]
    assert (sums["calls"], sums["changed"], sums["unheard"]) == (2, 2, 1)
    assert sums["criteria"]["greeting"]["changed"] == 2
    assert sums["criteria"]["thanks"]["changed"] == 0
    assert sums["score_before"] != sums["score_after"]


@pytest.mark.usefixtures("stored")
def test_a_rubric_differs_in_nothing_from_itself(qa: Qa) -> None:
    lines = qa("rubric", "diff", "service-standard", "service-standard", "--json").stdout
    (sums,) = map(json.loads, lines.splitlines())
    assert (sums["calls"], sums["changed"]) == (2, 0)


# --- qa rubric explain -------------------------------------------------------------------------


@pytest.mark.usefixtures("stored")
def test_a_stored_call_is_explained_under_its_own_rubric_or_another(qa: Qa, changed: Path) -> None:
    own = qa("rubric", "explain", "call-1", "greeting")
    assert own.exit_code == 0, own.output
    assert "pass_if  any" in own.output
    assert "parts 1  phrase" in own.output
    assert "您好，云帆科技" in own.output
    other = json.loads(
        qa("rubric", "explain", "call-1", "greeting", "--rubric", changed, "--json").stdout
    )
    assert other["verdict"] == "fail"
    assert other["steps"][0]["finding"]["answer"] == "no"


def test_a_written_dialogue_is_explained(qa: Qa, tmp_path: Path) -> None:
    (tmp_path / "call.txt").write_text(GOOD, encoding="utf-8")
    told = qa("rubric", "explain", "thanks", "--text", "call.txt", "--lang", "zh")
    assert told.exit_code == 0, told.output
    assert "Thank you for calling" in told.output
    assert "把握 100%" in told.output


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["call-9", "greeting"], CallNotFound),
        (["call-3", "greeting"], CallNotFound),
        (["call-1", "greting"], RubricNotFound),
        (["greeting", "--text", "bad.txt"], DialogueInvalid),
        (["greeting"], SystemExit),
        (["call-1", "greeting", "--text", "bad.txt"], SystemExit),
    ],
)
def test_what_cannot_be_explained_is_said(
    qa: Qa, tmp_path: Path, arguments: list[str], error: type[BaseException]
) -> None:
    (tmp_path / "bad.txt").write_text("bob: hello", encoding="utf-8")
    done: Any = qa("rubric", "explain", *arguments)
    assert done.exit_code != 0
    assert isinstance(done.exception, error)
