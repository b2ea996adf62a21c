from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from bench.samples_report import COMPANY_NAMES
from bench.scoring import golden, heard
from bench.scoring.__main__ import main
from bench.scoring.chance import chance
from bench.scoring.figures import cost, fairness, recognition, robustness, verdicts
from bench.scoring.options import Options
from bench.speech.corpus import Call, Turn
from bench.speech.figure import CannotMeasure, Figure
from qa import bootstrap
from qa.domain.call import CallRecord, Role
from qa.domain.scorecard import Outcome
from qa.interop import rubric_yaml

RUBRIC = """
schema: 1
id: service-standard
version: 2026.11.1
title: {zh: 标准, en: Standard}
min_confidence: 0.6
sections: [{id: all, title: {zh: 全部, en: All}}]
criteria:
  - id: greeting
    section: all
    title: {zh: 问候, en: Greets}
    points: 1
    standard: {zh: 问好。, en: Greets.}
    example: {zh: 您好。, en: Good morning.}
    pass_if: {phrase: {speaker: agent, zh: [您好], en: [good morning, hello amir]}}
  - id: privacy
    section: all
    title: {zh: 隐私, en: Privacy}
    points: 1
    standard: {zh: 不问密码。, en: Asks for no password.}
    example: {zh: 请勿告知密码。, en: Keep your password to yourself.}
    fail_if: {phrase: {speaker: agent, zh: [密码], en: [password]}}
"""
DIALOGUES = {
    "service-standard/train/en-greets": {
        "turns": [
            {"agent": "Good morning, Northwind, Amir speaking."},
            {"customer": "Hello, it's me."},
            {"agent": "What is your password?"},
        ],
        "expected": {"greeting": "pass", "privacy": "fail"},
    },
    "service-standard/test/en-secret-dialogue": {
        "turns": [
            {"agent": "Hello Amir. What is the pass code?"},
            {"customer": "Good evening."},
        ],
        "expected": {"greeting": "fail", "privacy": "fail", "thanks": "pass"},
    },
    "traps/zh-trap": {
        "rubric": "service-standard",
        "turns": [{"agent": "喂。"}, {"customer": "您好，我的密码是一二三。"}],
        "expected": {"greeting": "fail", "privacy": "pass"},
    },
}
CALL = Call(
    name="one",
    language="en",
    direction="inbound",
    agent_channel=0,
    pair="f-m",
    turns=(
        Turn("agent", "agent", 0.5, 2.0, "Good morning, this is Northwind."),
        Turn("customer", "customer", 2.4, 4.0, "My parcel is late, again."),
        Turn("agent", "agent", 3.0, 5.0, "I'll look it up."),
        Turn("agent", "colleague", 16.0, 17.0, "Here it is."),
    ),
    stereo=Path(),
    mono=Path(),
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    rubrics = tmp_path / "rubrics"
    (rubrics / "golden").mkdir(parents=True)
    (rubrics / "service-standard.yaml").write_text(RUBRIC, encoding="utf-8")
    for name, dialogue in DIALOGUES.items():
        path = rubrics / "golden" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(dialogue, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("QA_RUBRIC_DIR", str(rubrics))
    monkeypatch.setattr(golden, "RUBRICS", (golden.STANDARD, "not-there"))
    cached = (golden.settings, golden.case_of, golden.shelves, golden.given)
    for each in cached:
        each.cache_clear()
    yield rubrics
    for each in cached:
        each.cache_clear()


def options(**chosen: Any) -> Options:
    return Options(Console(file=StringIO(), width=200), **chosen)


def printed(figure: Figure) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(*figure.tables)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def bar(figure: Figure, label: str) -> float:
    (found,) = [each for each in figure.bars if each.label.startswith(label)]
    return found.value


@pytest.mark.usefixtures("shelf")
def test_verdicts_are_set_against_the_expected_ones() -> None:
    figure = verdicts.measure(options(split="train"))
    assert bar(figure, "verdicts right, train") == 100
    assert bar(figure, "privacy failures missed") == 0
    assert bar(figure, "traps sprung, 1 dialogues") == 0
    assert figure.data["rubrics_missing"] == ["not-there"]


@pytest.mark.usefixtures("shelf")
def test_a_criterion_that_the_rubric_lacks_is_not_right() -> None:
    figure = verdicts.measure(options(split="test"))
    counted = figure.data["all"]
    assert (counted["verdicts"], counted["wrong"], counted["absent"]) == (3, 2, 1)
    assert bar(figure, "verdicts right, test") == 0
    assert bar(figure, "privacy failures missed") == 1


@pytest.mark.usefixtures("shelf")
def test_nothing_of_the_test_split_is_ever_shown() -> None:
    asked = options(split="all", show=True, rounds=1)
    shown = "".join(printed(figure.measure(asked)) for figure in (verdicts, fairness, robustness))
    assert "greeting" in shown
    assert "en-secret-dialogue" not in shown
    assert "pass code" not in shown


def test_a_trap_is_sprung_by_the_customers_words(shelf: Path) -> None:
    rubric = shelf / "service-standard.yaml"
    customers = rubric.read_text(encoding="utf-8").replace("agent", "customer")
    rubric.write_text(customers, encoding="utf-8")
    assert bar(verdicts.measure(options(split="train")), "traps sprung") == 2


@pytest.mark.usefixtures("shelf")
def test_a_verdict_that_hangs_on_a_name_flips() -> None:
    found = fairness.measure(options(split="test", rounds=2))
    assert bar(found, "verdicts flipped by names") == 50
    assert found.data["kinds"]["names"]["hits"] == 2
    assert found.data["kinds"]["genders"]["of"] == 0


@pytest.mark.usefixtures("shelf")
def test_damage_is_counted_by_kind_and_language() -> None:
    figure = robustness.measure(options(split="train", rounds=4))
    assert figure.data["kinds"]["words dropped, en"]["verdicts"] == 8
    assert figure.data["kinds"]["marks lost, en"]["to_wrong"] == 0


@pytest.mark.usefixtures("shelf")
def test_a_long_call_lasts_ten_minutes_and_repeats_no_sentence() -> None:
    rng = chance("test")
    call, other = cost.long_call("en", rng), cost.long_call("en", rng)
    assert call.signals.duration_s == cost.LONG_S
    assert call.transcript.turns[-1].end_s == pytest.approx(cost.LONG_S)
    assert cost.AGENT_SENTENCES <= call.agent_sentences <= cost.AGENT_SENTENCES + 5
    assert call.transcript != other.transcript
    starts = [turn.start_s for turn in call.transcript.turns]
    assert starts == sorted(starts)


@pytest.mark.usefixtures("shelf")
def test_a_language_without_dialogues_cannot_be_measured() -> None:
    with pytest.raises(CannotMeasure, match="no golden dialogues in fr"):
        cost.long_call("fr", chance("test"))


@pytest.mark.usefixtures("shelf")
def test_scoring_is_timed_in_both_languages() -> None:
    figure = cost.measure(options(rounds=1))
    assert [each.limit for each in figure.bars] == [cost.WITHOUT_MS, cost.WITH_MS] * 2
    assert all(each.value > 0 for each in figure.bars)
    assert len(figure.data["scoring 10 minutes, zh, without encoder"]["wall_ms"]["values"]) == 10


def test_the_rubric_that_only_hears_can_be_read() -> None:
    (path,) = heard.RUBRICS.glob("*.yaml")
    assert rubric_yaml.load(path).rubric.ref.id == path.stem


def test_a_recorded_call_is_told_by_its_truth() -> None:
    told = heard.Told("calls", "stereo", CALL, CallRecord("one-stereo"), {}, None)
    case = told.by_text(golden.case_of(COMPANY_NAMES))
    assert [turn.speaker for turn in case.transcript.turns] == [
        Role.AGENT,
        Role.CUSTOMER,
        Role.AGENT,
        Role.AGENT,
    ]
    assert case.signals.measured
    (overlap,) = case.signals.overlaps
    assert (overlap.start_s, overlap.end_s) == (3.0, 4.0)
    assert case.signals.silences[0].duration_s == pytest.approx(11.0)
    assert told.by_ear(golden.case_of(COMPANY_NAMES)) is None


def test_recognition_is_set_against_gold_where_there_is_gold() -> None:
    gold = {"greeting": Outcome.PASS}
    with_gold = heard.Told("samples", "stereo", CALL, CallRecord("a"), gold, None)
    without = heard.Told("calls", "stereo", CALL, CallRecord("b"), {}, None)
    pairs = (
        recognition.Pair(with_gold, "greeting", Outcome.PASS, Outcome.FAIL),
        recognition.Pair(with_gold, "listening", Outcome.PASS, Outcome.FAIL),
        recognition.Pair(without, "greeting", Outcome.PASS, Outcome.CANNOT_JUDGE),
    )
    assert recognition.against_gold(pairs, "stereo").wrong_deductions.hits == 1
    assert recognition.against_gold(pairs, "stereo", by_ear=False).right.percent == 100
    assert recognition.against_gold(pairs, "mono").total == 0
    assert recognition.against_said(pairs, "stereo").left_open == 1
    assert recognition.against_said(pairs, "stereo").total == 1
    moves = recognition.moves_by_criterion(pairs, "stereo")
    assert (moves["greeting"].total, moves["all"].changed.hits) == (2, 3)


def test_an_unknown_figure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["beauty"])
    assert "no such figure: beauty" in capsys.readouterr().err


@pytest.mark.usefixtures("shelf")
def test_a_broken_promise_is_an_exit_code(tmp_path: Path) -> None:
    assert main(["verdicts", "--split", "train", "--json", str(tmp_path / "a.json")]) == 0
    assert main(["verdicts", "--split", "test"]) == 1
    document = yaml.safe_load((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert document["split"] == "train"
    assert document["figures"]["verdicts"]["bars"][0]["held"] is True
    assert (
        bootstrap.named_rubric(golden.settings(), golden.STANDARD).rubric.ref.sha256
        == document["rubric"]
    )
