"""Golden dialogues: how verdicts are counted, which are named, and where the dialogues lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Case
from qa.domain.dialogue import Dialogue, WrittenTurn, written_call
from qa.domain.errors import DialogueInvalid
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.interop.dialogue_golden import company_names, golden
from qa.services.rubric_test import (
    Golden,
    Split,
    Tally,
    shown_wrong,
    trial_document,
    try_rubric,
    unknown_criteria,
)
from qa.services.score_text import CaseOf

PASS, FAIL, UNSURE, NONE = (
    Outcome.PASS,
    Outcome.FAIL,
    Outcome.CANNOT_JUDGE,
    Outcome.NOT_APPLICABLE,
)


@pytest.fixture
def case_maker() -> CaseOf:
    def make(*known: object) -> Case:
        return Case(*known, (), phonetics())  # type: ignore[arg-type]

    return make


def dialogue(text: str, name: str = "d", **expected: Outcome) -> Dialogue:
    transcript, signals = written_call([WrittenTurn(Role.AGENT, text)])
    return Dialogue(name, f"{name}.yaml", CallRecord(name), transcript, signals, expected=expected)


def test_a_tally_counts_what_is_right_wrong_and_left_to_a_person() -> None:
    tally = Tally()
    for expected, got in [
        (PASS, PASS),
        (FAIL, FAIL),
        (FAIL, PASS),
        (FAIL, UNSURE),
        (PASS, FAIL),
        (NONE, UNSURE),
        (UNSURE, UNSURE),
        (PASS, None),
    ]:
        tally.count(expected, got)
    assert (tally.right, tally.wrong, tally.not_sure) == (3, 3, 2)
    assert tally.sensitivity == pytest.approx(1 / 3)
    assert tally.specificity == pytest.approx(4 / 5)
    assert (Tally().sensitivity, Tally().specificity) == (None, None)


def test_wrong_verdicts_are_named_but_those_of_the_held_back_split(
    standard: Rubric, case_maker: CaseOf
) -> None:
    def found(split: Split) -> Golden:
        return Golden(split, dialogue("喂，说吧。", split, greeting=PASS, farewell=FAIL))

    trial = try_rubric(standard, [found("train"), found("test")], case_maker)
    assert not trial.passed
    assert [one.golden.split for one in trial.wrong] == ["train", "test"]
    assert [one.golden.split for one in shown_wrong(trial, show_test=False)] == ["train"]
    assert len(shown_wrong(trial, show_test=True)) == 2
    assert trial.splits["test"].sum.right == 1
    told = trial_document(trial, "zh", show_test=False)
    (wrong,) = told["wrong"]
    assert (wrong["dialogue"], wrong["expected"], wrong["got"]) == ("train", "pass", "fail")
    assert "坐席" in wrong["reason"]


def test_only_the_asked_splits_and_criteria_count(standard: Rubric, case_maker: CaseOf) -> None:
    both = [
        Golden(split, dialogue("喂。", split, greeting=PASS, thanks=FAIL))
        for split in ("train", "test")
    ]
    trial = try_rubric(standard, both, case_maker, splits=["train"], criteria=["thanks"])
    assert list(trial.splits) == ["train"]
    assert list(trial.splits["train"].criteria) == ["thanks"]
    assert trial.passed


def test_a_verdict_left_to_a_person_is_not_wrong(standard: Rubric, case_maker: CaseOf) -> None:
    one = Golden("train", dialogue("喂，说吧。", courtesy=PASS))
    trial = try_rubric(standard, [one], case_maker)
    assert trial.passed
    assert [wrong.not_sure for wrong in trial.wrong] == [True]


def test_a_criterion_that_the_rubric_lacks_is_wrong_and_named(
    standard: Rubric, case_maker: CaseOf
) -> None:
    one = Golden("train", dialogue("您好。", no_such_thing=PASS))
    trial = try_rubric(standard, [one], case_maker)
    assert unknown_criteria(trial) == ("no_such_thing",)
    assert not trial.passed


def test_what_cannot_be_read_is_kept(standard: Rubric, case_maker: CaseOf) -> None:
    fault = DialogueInvalid("bad.yaml, line 3: no")
    assert try_rubric(standard, [fault], case_maker).unread == (fault,)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for place, rubric in (
        ("mine/train", ""),
        ("mine/test", ""),
        ("other/train", ""),
        ("traps", "rubric: mine\n"),
        ("traps", "rubric: other\n"),
        (".", ""),
    ):
        where = tmp_path / place
        where.mkdir(parents=True, exist_ok=True)
        name = f"{place.replace('/', '-').replace('.', 'top')}{len(rubric)}.yaml"
        (where / name).write_text(f"{rubric}turns: [{{agent: 您好}}]", encoding="utf-8")
    return tmp_path


def test_the_dialogues_of_a_rubric_are_found_by_their_folders(folder: Path) -> None:
    found = [one for one in golden(folder, "mine") if isinstance(one, Golden)]
    assert [(one.split, one.dialogue.id) for one in found] == [
        ("train", "top0"),
        ("train", "mine-train0"),
        ("test", "mine-test0"),
        ("traps", "traps13"),
    ]


def test_the_company_is_named_beside_the_dialogues(folder: Path) -> None:
    assert company_names(folder) == ()
    (folder / "company_names.txt").write_text("# names\n云帆科技\n\nNorthwind\n", encoding="utf-8")
    assert company_names(folder) == ("云帆科技", "Northwind")
    (folder / "company_names.txt").write_bytes(b"\xff")
    with pytest.raises(DialogueInvalid, match="company_names"):
        company_names(folder)


def test_every_golden_dialogue_that_ships_can_be_read(root: Path) -> None:
    places = root / "rubrics" / "golden"
    rubrics = [place.name for place in places.iterdir() if place.is_dir() and place.name != "traps"]
    assert "service-standard" in rubrics
    for rubric in rubrics:
        unread = [one for one in golden(places, rubric) if isinstance(one, DialogueInvalid)]
        assert unread == []
