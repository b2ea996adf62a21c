"""Rubrics that extend others: what they inherit, what they change, and the text that is kept of them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli.rubric import command
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Outcome
from qa.interop.rubric_yaml import Folders, load, parse

BASE = """\
schema: 1
id: base
version: 2026.1.1
title: {zh: 基础, en: Base}
min_confidence: 0.7
sections:
  - {id: opening, title: {zh: 开场, en: Opening}}
  - {id: closing, title: {zh: 结束, en: Closing}}
detectors:
  greets: {phrase: {zh: [您好]}}
  thanks: {phrase: {zh: [谢谢]}}
criteria:
  - id: greeting
    section: opening
    title: {zh: 问候, en: Greets}
    standard: {zh: 问候客户, en: Greets the customer}
    example: {zh: 您好, en: Good morning}
    bad_example: {zh: 喂, en: "Yes?"}
    points: 4
    critical: true
    applies_if: {metadata: {field: direction, one_of: [inbound]}}
    fail_if: {phrase: {zh: [喂]}}
    pass_if: {use: greets}
    when_absent: cannot_judge
  - id: name
    section: opening
    title: {zh: 自报家门, en: Gives the name}
    standard: {zh: 报出公司名称, en: Says the company's name}
    example: {zh: 这里是云帆科技, en: This is Northwind}
    points: 2
    pass_if: {company_name: {}}
  - id: thanks
    section: closing
    title: {zh: 致谢, en: Thanks}
    standard: {zh: 感谢客户, en: Thanks the customer}
    example: {zh: 感谢您的来电, en: Thank you for calling}
    points: 3
    levels:
      - {share: 1, title: {zh: 致谢, en: thanks}, if: {use: thanks}}
      - {share: 0, title: {zh: 没有致谢, en: no thanks}}
"""
HEAD = """\
schema: 1
id: {id}
version: 2026.1.1
title: {{zh: 变体, en: Variant}}
extends: {parent}
"""
NEW = """\
    title: {zh: 新, en: New}
    standard: {zh: 新标准, en: A new standard}
    example: {zh: 例, en: Example}
    points: 1
    pass_if: {phrase: {zh: [新]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    return tmp_path


def variant(folder: Path, changes: str, *, own: str = "variant", parent: str = "base") -> Rubric:
    path = folder / f"{own}.yaml"
    path.write_text(HEAD.format(id=own, parent=parent) + changes, "utf-8")
    source = load(path)
    assert parse(source.text) == source.rubric
    return source.rubric


def named(rubric: Rubric, criterion_id: str) -> Criterion:
    criterion = rubric.criterion(criterion_id)
    assert criterion is not None
    return criterion


def ids(rubric: Rubric) -> list[str]:
    return [each.id for each in rubric.criteria]


# --- what is inherited -------------------------------------------------------------------------


def test_a_rubric_that_changes_nothing_inherits_all_but_its_name(folder: Path) -> None:
    base, same = load(folder / "base.yaml").rubric, variant(folder, "")
    assert (same.sections, same.criteria) == (base.sections, base.criteria)
    assert (same.ref.id, same.title.en) == ("variant", "Variant")


def test_a_field_is_overridden_and_the_others_stay(folder: Path) -> None:
    changed = named(variant(folder, "criteria:\n  - {id: greeting, points: 9}\n"), "greeting")
    base = named(load(folder / "base.yaml").rubric, "greeting")
    assert changed.points == 9
    assert (changed.pass_if, changed.fail_if, changed.critical) == (
        base.pass_if,
        base.fail_if,
        True,
    )
    assert (changed.standard, changed.bad_example) == (base.standard, base.bad_example)


def test_the_default_of_the_confidence_is_inherited_and_can_be_changed(folder: Path) -> None:
    assert named(variant(folder, ""), "name").min_confidence == 0.7
    assert named(variant(folder, "min_confidence: 0.8\n"), "name").min_confidence == 0.8


def test_a_section_is_renamed_by_its_id(folder: Path) -> None:
    changes = "sections:\n  - {id: closing, title: {zh: 收尾, en: The end}}\n"
    assert [each.title.en for each in variant(folder, changes).sections] == ["Opening", "The end"]


def test_a_named_detector_is_replaced_wherever_the_parent_uses_it(folder: Path) -> None:
    changed = variant(folder, "detectors:\n  greets: {phrase: {zh: [早上好]}}\n")
    plain = variant(folder, "criteria:\n  - {id: greeting, pass_if: {phrase: {zh: [早上好]}}}\n")
    assert named(changed, "greeting").pass_if == named(plain, "greeting").pass_if


def test_detectors_of_the_parent_can_be_used_in_new_criteria(folder: Path) -> None:
    new = "criteria:\n  - id: again\n    section: closing\n" + NEW.replace(
        "{phrase: {zh: [新]}}", "{use: greets}"
    )
    rubric = variant(folder, new)
    assert named(rubric, "again").pass_if == named(rubric, "greeting").pass_if


def test_what_a_grandparent_says_comes_down_through_the_parent(folder: Path) -> None:
    variant(folder, "criteria:\n  - {id: greeting, points: 9}\n", own="middle")
    last = variant(folder, "criteria:\n  - {id: name, points: 8}\n", own="last", parent="middle")
    assert [each.points for each in last.criteria] == [9, 8, 3]


# --- yes and no, or a scale --------------------------------------------------------------------


def test_a_scale_takes_the_place_of_yes_and_no(folder: Path) -> None:
    levels = (
        "criteria:\n  - id: greeting\n    levels:\n"
        "      - {share: 1, title: {zh: 好, en: good}, if: {use: greets}}\n"
        "      - {share: 0, title: {zh: 差, en: poor}}\n"
    )
    changed = named(variant(folder, levels), "greeting")
    assert (changed.pass_if, changed.fail_if, changed.when_absent) == (None, None, Outcome.FAIL)
    assert [level.share for level in changed.levels] == [1, 0]
    assert changed.applies_if is not None


@pytest.mark.parametrize("step", ["pass_if", "fail_if"])
def test_yes_and_no_take_the_place_of_a_scale(folder: Path, step: str) -> None:
    changed = named(
        variant(folder, f"criteria:\n  - {{id: thanks, {step}: {{use: greets}}}}\n"), "thanks"
    )
    assert changed.levels == ()
    assert getattr(changed, step) is not None


def test_an_inherited_field_is_left_out_by_name(folder: Path) -> None:
    changes = "criteria:\n  - {id: greeting, without: [applies_if, fail_if, critical]}\n"
    changed = named(variant(folder, changes), "greeting")
    assert (changed.applies_if, changed.fail_if, changed.critical) == (None, None, False)
    assert changed.pass_if is not None


def test_without_pass_if_nothing_is_said_of_its_absence(folder: Path) -> None:
    changed = named(
        variant(folder, "criteria:\n  - {id: greeting, without: [pass_if]}\n"), "greeting"
    )
    assert (changed.pass_if, changed.when_absent) == (None, Outcome.FAIL)


# --- where criteria and sections stand ---------------------------------------------------------


def test_a_criterion_is_left_out(folder: Path) -> None:
    assert ids(variant(folder, "without: [name]\n")) == ["greeting", "thanks"]


def test_a_section_is_left_out_with_its_criteria(folder: Path) -> None:
    rubric = variant(folder, "without: [opening]\n")
    assert ([each.id for each in rubric.sections], ids(rubric)) == (["closing"], ["thanks"])


def test_a_criterion_that_moves_to_another_section_outlives_its_own(folder: Path) -> None:
    changes = "without: [opening]\ncriteria:\n  - {id: greeting, section: closing}\n"
    assert ids(variant(folder, changes)) == ["greeting", "thanks"]


def test_a_new_criterion_stands_at_the_end_of_its_section(folder: Path) -> None:
    changes = "criteria:\n  - id: new\n    section: opening\n" + NEW
    assert ids(variant(folder, changes)) == ["greeting", "name", "new", "thanks"]


def test_a_new_criterion_stands_after_the_one_that_it_names(folder: Path) -> None:
    changes = "criteria:\n  - id: new\n    after: greeting\n    section: opening\n" + NEW
    assert ids(variant(folder, changes)) == ["greeting", "new", "name", "thanks"]


def test_an_inherited_criterion_moves_after_the_one_that_it_names(folder: Path) -> None:
    assert ids(variant(folder, "criteria:\n  - {id: greeting, after: name}\n")) == [
        "name",
        "greeting",
        "thanks",
    ]


def test_a_new_section_stands_at_the_end_or_after_the_one_that_it_names(folder: Path) -> None:
    new = (
        "sections:\n  - {id: new, title: {zh: 新, en: New}%s}\ncriteria:\n  - id: c\n    section: new\n"
        + NEW
    )
    for after, order in (
        ("", ["opening", "closing", "new"]),
        (", after: opening", ["opening", "new", "closing"]),
    ):
        assert [each.id for each in variant(folder, new % after).sections] == order


# --- the text that is kept ---------------------------------------------------------------------


def test_the_text_of_a_rubric_that_extends_nothing_is_its_file(folder: Path) -> None:
    source = load(folder / "base.yaml")
    assert source.text == BASE
    assert source.rubric.ref.sha256 == hashlib.sha256(BASE.encode()).hexdigest()


def test_the_text_of_an_extending_rubric_stands_alone(folder: Path) -> None:
    variant(folder, "criteria:\n  - {id: greeting, points: 9}\n")
    source = load(folder / "variant.yaml")
    for gone in ("extends", "without", "after"):
        assert gone not in source.text
    assert source.rubric.ref.sha256 == hashlib.sha256(source.text.encode()).hexdigest()
    (folder / "base.yaml").unlink()
    assert parse(source.text) == source.rubric


def test_a_change_of_the_parent_is_another_rubric_and_leaves_the_kept_one(folder: Path) -> None:
    variant(folder, "")
    kept = load(folder / "variant.yaml")
    (folder / "base.yaml").write_text(BASE.replace("points: 4", "points: 5"), "utf-8")
    now = load(folder / "variant.yaml")
    assert now.rubric.ref.sha256 != kept.rubric.ref.sha256
    assert named(parse(kept.text), "greeting").points == 4


def test_neither_layout_nor_order_of_fields_changes_the_text(folder: Path) -> None:
    variant(folder, "without: [name]\ncriteria:\n  - {id: greeting, points: 9, critical: false}\n")
    first = load(folder / "variant.yaml").text
    changes = "criteria:\n  # A note.\n  - critical: false\n    points: 9\n    id: greeting\nwithout: [name]\n"
    variant(folder, changes)
    assert load(folder / "variant.yaml").text == first


def test_the_text_is_the_same_on_every_machine(folder: Path) -> None:
    variant(
        folder,
        "without: [greeting, name]\ncriteria:\n"
        "  - {id: thanks, min_confidence: 0.55, bad_example: {zh: '是: 的', en: \"no\"}}\n",
    )
    assert load(folder / "variant.yaml").text == (
        "schema: 1\nid: variant\nversion: 2026.1.1\ntitle:\n  zh: 变体\n  en: Variant\n"
        "min_confidence: 0.7\nsections:\n- id: opening\n  title:\n    zh: 开场\n    en: Opening\n"
        "- id: closing\n  title:\n    zh: 结束\n    en: Closing\n"
        "detectors:\n  greets:\n    phrase:\n      zh:\n      - 您好\n  thanks:\n    phrase:\n      zh:\n"
        "      - 谢谢\ncriteria:\n- id: thanks\n  section: closing\n  title:\n    zh: 致谢\n    en: Thanks\n"
        "  standard:\n    zh: 感谢客户\n    en: Thanks the customer\n"
        "  example:\n    zh: 感谢您的来电\n    en: Thank you for calling\n"
        "  bad_example:\n    zh: '是: 的'\n    en: 'no'\n  points: 3\n  levels:\n"
        "  - share: 1\n    title:\n      zh: 致谢\n      en: thanks\n    if:\n      use: thanks\n"
        "  - share: 0\n    title:\n      zh: 没有致谢\n      en: no thanks\n  min_confidence: 0.55\n"
    )


# --- finding the parent ------------------------------------------------------------------------


def test_a_rubric_that_ships_can_be_extended_from_any_folder(tmp_path: Path) -> None:
    rubric = variant(tmp_path, "without: [privacy, safeguards]\n", parent="service-standard")
    assert "privacy" not in ids(rubric)
    assert rubric.criterion("greeting") is not None


def test_the_sites_own_parent_hides_the_one_that_ships(folder: Path) -> None:
    (folder / "service-standard.yaml").write_text(
        BASE.replace("id: base", "id: service-standard"), "utf-8"
    )
    variant(folder, "", parent="service-standard")
    assert ids(Folders(folder).get("variant").rubric) == ["greeting", "name", "thanks"]


# --- to read -----------------------------------------------------------------------------------


def test_the_command_shows_levels_and_the_bad_example(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_RUBRIC_DIR", str(folder))
    shown = CliRunner().invoke(command, ["show", "base", "--lang", "en"]).output
    assert "    not like this: Yes?\n" in shown
    assert "    3: thanks\n    0: no thanks\n" in shown
