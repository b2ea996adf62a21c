"""Rubric files: what is accepted, what is refused and how that is said, and the command line."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from qa.cli.rubric import command
from qa.domain.detectors.metadata import FIELDS
from qa.domain.detectors.privacy_words import SECRETS
from qa.domain.detectors.registry import OPERATORS
from qa.domain.detectors.signal import KINDS
from qa.domain.detectors.window import Window
from qa.domain.errors import RubricInvalid, RubricNotFound
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.interop.rubric_yaml import Folders, find, load, parse, schema

IDS = (
    "answered_in_three_rings",
    "greeting",
    "company_name",
    "confirm_need",
    "questioning",
    "open_mind",
    "listening",
    "empathy",
    "hold_notice",
    "transfer",
    "courtesy",
    "clear_answer",
    "follow_up",
    "progress_feedback",
    "thanks",
    "satisfaction_question",
    "farewell",
    "customer_hangs_up_first",
    "privacy",
)

TEXT = {"zh": "文", "en": "text"}


def rubric(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "schema": 1,
        "id": "mine",
        "version": "2026.1.1",
        "title": TEXT,
        "sections": [{"id": "all", "title": TEXT}],
        "criteria": [criterion()],
    }
    return {**document, **changes}


def criterion(**changes: Any) -> dict[str, Any]:
    return {
        "id": "hello",
        "section": "all",
        "title": TEXT,
        "standard": TEXT,
        "example": TEXT,
        "points": 5,
        "pass_if": {"phrase": {"zh": ["您好"]}},
        **changes,
    }


def text_of(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def refused(document: Any) -> RubricInvalid:
    with pytest.raises(RubricInvalid) as caught:
        parse(document if isinstance(document, str) else text_of(document), name="mine.yaml")
    return caught.value


# --- the rubric that ships ---------------------------------------------------------------------


def test_the_shipped_rubric_has_the_criteria_of_the_guide_in_their_order(standard: Rubric) -> None:
    assert tuple(each.id for each in standard.criteria) == IDS
    assert sum(each.points for each in standard.criteria) == 100
    assert [each.id for each in standard.criteria if each.critical] == ["privacy"]


def test_every_section_of_the_shipped_rubric_is_used_in_its_order(standard: Rubric) -> None:
    order = list(dict.fromkeys(each.section for each in standard.criteria))
    assert order == [section.id for section in standard.sections]


def test_a_rubric_is_pinned_by_the_bytes_of_its_file() -> None:
    path = find("service-standard")
    assert load(path).rubric.ref.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_text_of_a_rubric_reads_back_as_the_same_rubric() -> None:
    source = load(find("service-standard"))
    assert parse(source.text) == source.rubric


# --- the schema and the table of operators -----------------------------------------------------


def test_the_schema_and_the_table_of_operators_name_the_same() -> None:
    named = set(schema()["$defs"]["detector"]["properties"])
    assert named == set(OPERATORS) | {"use"}


def test_the_schema_lists_what_the_operators_take() -> None:
    definitions = schema()["$defs"]
    operators = definitions["detector"]["properties"]
    assert tuple(operators["signal"]["properties"]["kind"]["enum"]) == KINDS
    assert tuple(operators["privacy_request"]["properties"]["secrets"]["items"]["enum"]) == SECRETS
    assert set(definitions["window"]["properties"]) == {field.name for field in fields(Window)}
    pattern = operators["metadata"]["properties"]["field"]["pattern"]
    assert all(name in pattern for name in FIELDS)


def test_every_object_of_the_schema_refuses_what_it_does_not_know() -> None:
    def objects(node: Any) -> list[dict[str, Any]]:
        if isinstance(node, list):
            return [found for part in node for found in objects(part)]
        if not isinstance(node, dict):
            return []
        own = [node] if node.get("type") == "object" else []
        return own + [found for part in node.values() for found in objects(part)]

    Draft202012Validator.check_schema(schema())
    found = objects(dict(schema()))
    assert len(found) > 10
    assert all("additionalProperties" in each for each in found)
    assert all(each["additionalProperties"] is not True for each in found)


# --- what a rubric may say ---------------------------------------------------------------------


def test_defaults_are_the_rubrics_then_the_products() -> None:
    first = parse(text_of(rubric())).criteria[0]
    assert (first.critical, first.when_absent, first.min_confidence) == (False, Outcome.FAIL, 0.6)
    document = rubric(
        min_confidence=0.7, criteria=[criterion(), criterion(id="b", min_confidence=0.9)]
    )
    assert [each.min_confidence for each in parse(text_of(document)).criteria] == [0.7, 0.9]


def test_a_named_detector_is_the_same_as_one_written_out() -> None:
    spec = {"phrase": {"zh": ["您好"], "within": {"first_s": 5}}}
    named = rubric(
        detectors={"greets": spec}, criteria=[criterion(pass_if={"none": [{"use": "greets"}]})]
    )
    plain = rubric(criteria=[criterion(pass_if={"none": [spec]})])
    assert parse(text_of(named)).criteria == parse(text_of(plain)).criteria


@pytest.mark.parametrize(
    ("document", "says", "hints"),
    [
        (rubric(criteria=[criterion(pionts=3)]), "criteria > hello: `pionts`", "`points`"),
        (
            rubric(criteria=[criterion(pass_if={"phrase": {"zh": ["好"], "spaeker": "agent"}})]),
            "hello > pass_if > phrase: `spaeker`",
            "`speaker`",
        ),
        (
            rubric(criteria=[criterion(pass_if={"prhase": {"zh": ["好"]}})]),
            "hello > pass_if: `prhase`",
            "`phrase`",
        ),
        (rubric(criteria=[criterion(points=0)]), "hello > points", ""),
        (rubric(criteria=[criterion(points="ten")]), "hello > points", ""),
        (rubric(criteria=[criterion(title={"zh": "好"})]), "hello > title: `en` is missing", ""),
        (rubric(criteria=[criterion(section="none")]), "no section `none`", "there are: all"),
        (rubric(criteria=[criterion(), criterion()]), "the id `hello` is used twice", ""),
        (rubric(sections=[]), "sections", ""),
        (rubric(criteria=[]), "criteria", ""),
        (rubric(version="first"), "version", ""),
        (rubric(id="My Rubric"), "id", ""),
        (rubric(schema=2), "schema", ""),
        (
            rubric(criteria=[{k: v for k, v in criterion().items() if k != "pass_if"}]),
            "`pass_if`, `fail_if`, `levels` is missing",
            "",
        ),
        (
            rubric(
                criteria=[criterion(pass_if={"metadata": {"field": "ringseconds", "at_most": 1}})]
            ),
            "hello > pass_if > metadata > field",
            "",
        ),
        (
            rubric(criteria=[criterion(pass_if={"phrase": {"zh": ["(您"]}})]),
            "hello > pass_if: phrase '(您'",
            "",
        ),
        (rubric(criteria=[criterion(pass_if={"use": "x"})]), "no detector `x`", "`detectors`"),
        (
            rubric(detectors={"greets": {"use": "greets"}}),
            "the detector `greets` uses itself",
            "",
        ),
        ("schema: 1\nschema: 1\n", "line 2", ""),
        ("a: &a [1]\nb: *a\n", "aliases are not used", ""),
        ("a: [", "mine.yaml, line", ""),
        ("!!python/object/apply:os.system ['true']", "mine.yaml, line 1", ""),
        ("", "mine.yaml, line 1, column 1: the file is empty", ""),
        ("- 1", "mine.yaml, line 1, column 1: the file: it must be a mapping", ""),
        ("\x00", "mine.yaml", ""),
    ],
)
def test_a_rubric_that_cannot_be_used_is_refused_with_its_place(
    document: Any, says: str, hints: str
) -> None:
    error = refused(document)
    assert error.message.startswith("mine.yaml")
    assert says in error.message
    assert hints in error.hint


def test_when_absent_without_pass_if_is_refused() -> None:
    plain = {key: value for key, value in criterion().items() if key != "pass_if"}
    spec = {"signal": {"kind": "overtalk", "at_least_s": 1}}
    error = refused(rubric(criteria=[{**plain, "fail_if": spec, "when_absent": "fail"}]))
    assert "hello > when_absent" in error.message


def test_aliases_that_grow_without_end_are_refused_at_once() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
        for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    begun = time.thread_time()
    refused(bomb)
    assert time.thread_time() - begun < 1


# --- finding -----------------------------------------------------------------------------------


def test_the_sites_own_rubric_hides_the_one_that_ships(tmp_path: Path) -> None:
    own = tmp_path / "service-standard.yaml"
    own.write_text(text_of(rubric(id="service-standard")), "utf-8")
    assert find("service-standard", tmp_path) == own
    assert len(Folders(tmp_path).get("service-standard").rubric.criteria) == 1


def test_a_rubric_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(RubricNotFound) as caught:
        find("service-standrad")
    assert "service-standrad" in caught.value.message
    assert "`service-standard`" in caught.value.hint


@pytest.mark.parametrize("name", ["../service-standard", "schema/rubric.schema", "/etc/passwd"])
def test_an_id_is_never_a_path(name: str) -> None:
    with pytest.raises(RubricNotFound):
        find(name)


def test_a_file_whose_name_is_not_its_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(text_of(rubric()), "utf-8")
    with pytest.raises(RubricInvalid, match="its id is `mine`"):
        load(path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes("标题".encode("gbk"))
    with pytest.raises(RubricInvalid, match="not UTF-8"):
        load(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricInvalid, match="cannot be read"):
        load(tmp_path / "mine.yaml")


# --- the command line --------------------------------------------------------------------------


def test_the_command_lists_every_rubric() -> None:
    result = CliRunner().invoke(command, ["list", "--lang", "zh"])
    assert result.exit_code == 0
    assert "service-standard" in result.output
    assert "客户服务标准" in result.output


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_shows_every_criterion_in_the_language_asked_for(
    standard: Rubric, language: str
) -> None:
    result = CliRunner().invoke(command, ["show", "service-standard", "--lang", language])
    for each in standard.criteria:
        assert getattr(each.title, language) in result.output
        assert getattr(each.example, language) in result.output


def test_the_command_checks_files_and_names_a_bad_one(tmp_path: Path) -> None:
    good, bad = tmp_path / "mine.yaml", tmp_path / "bad.yaml"
    accepted = criterion(example={"zh": "您好。", "en": "您好, hello."})
    good.write_text(text_of(rubric(criteria=[accepted])), "utf-8")
    bad.write_text("schema: 1", "utf-8")
    assert CliRunner().invoke(command, ["check", str(good)]).exit_code == 0
    result = CliRunner().invoke(command, ["check", str(bad), str(good)])
    assert result.exit_code == 2
    assert "bad.yaml" in result.stderr
    assert "mine.yaml" in result.stdout


def test_the_schema_file_is_plain_json(root: Path) -> None:
    text = (root / "rubrics" / "schema" / "rubric.schema.json").read_text("utf-8")
    assert json.loads(text) == schema()
