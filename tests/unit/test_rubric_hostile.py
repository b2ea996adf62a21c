"""Rubrics that are wrong, or made to do harm: each refused with its file, line, column and reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from qa.domain.errors import RubricInvalid
from qa.interop.rubric_yaml import MAX_BYTES, load, parse

GOOD = """\
schema: 1
id: mine
version: 2026.1.1
title: {zh: 文, en: text}
sections:
  - {id: all, title: {zh: 文, en: text}}
criteria:
  - id: hello
    section: all
    title: {zh: 文, en: text}
    standard: {zh: 文, en: text}
    example: {zh: 文, en: text}
    points: 5
    pass_if: {phrase: {zh: [您好]}}
"""
MET_BY = "    pass_if: {phrase: {zh: [您好]}}\n"
LEVELS = """\
    levels:
      - {share: 1, title: {zh: 好, en: good}, if: {phrase: {zh: [您好]}}}
      - {share: 0.5, title: {zh: 中, en: fair}, if: {phrase: {zh: [你好]}}}
      - {share: 0, title: {zh: 差, en: poor}}
"""
SCALE = GOOD.replace(MET_BY, LEVELS)
EXTENDING = """\
schema: 1
id: mine
version: 2026.1.1
title: {zh: 文, en: text}
extends: service-standard
"""


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def refused(text: str) -> RubricInvalid:
    begun = time.thread_time()
    with pytest.raises(RubricInvalid) as caught:
        parse(text, name="mine.yaml")
    assert time.thread_time() - begun < 2
    return caught.value


@pytest.mark.parametrize("text", [GOOD, SCALE, EXTENDING])
def test_what_the_hostile_ones_are_made_from_is_good(text: str) -> None:
    assert parse(text).ref.id == "mine"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            changed("    points: 5\n", "    pionts: 5\n"),
            "mine.yaml, line 13, column 5: criteria > hello: `pionts` is not known here",
            "did you mean `points`?",
        ),
        (
            changed("{zh: [您好]}", "{zh: [您好], whitin: {first_s: 5}}"),
            (
                "mine.yaml, line 14, column 34: criteria > hello > pass_if > phrase:"
                " `whitin` is not known here"
            ),
            "did you mean `within`?",
        ),
        (
            changed("points: 5", "points: -1"),
            "mine.yaml, line 13, column 13: criteria > hello > points: it must be more than 0, not `-1`",
            "",
        ),
        (
            changed("points: 5", "points: 100000"),
            (
                "mine.yaml, line 13, column 13: criteria > hello > points: it must be 1000 or less,"
                " not `100000`"
            ),
            "",
        ),
        (
            changed("points: 5", "points: .nan"),
            (
                "mine.yaml, line 13, column 13: `.nan` is no plain number; write one like 15 or 0.6,"
                " or put a text in quotes"
            ),
            "",
        ),
        (
            changed("points: 5", "points: .inf"),
            (
                "mine.yaml, line 13, column 13: `.inf` is no plain number; write one like 15 or 0.6,"
                " or put a text in quotes"
            ),
            "",
        ),
        (
            changed("points: 5", "points: 010"),
            (
                "mine.yaml, line 13, column 13: `010` is no plain number; write one like 15 or 0.6,"
                " or put a text in quotes"
            ),
            "",
        ),
        (
            changed("points: 5", f"points: {'9' * 5000}"),
            (
                f"mine.yaml, line 13, column 13: `{'9' * 30}` is no plain number; write one like 15 or 0.6,"
                " or put a text in quotes"
            ),
            "",
        ),
        (
            changed("points: 5", "points: five"),
            "mine.yaml, line 13, column 13: criteria > hello > points: it must be a number, not `five`",
            "",
        ),
        (
            changed("points: 5", "points:"),
            "mine.yaml, line 13, column 12: criteria > hello > points: it is empty",
            "",
        ),
        (
            changed("points: 5", "points: 5\n    critical: 1"),
            (
                "mine.yaml, line 14, column 15: criteria > hello > critical:"
                " it must be true or false, not `1`"
            ),
            "",
        ),
        (
            changed("points: 5", "points: 5\n    min_confidence: 1.5"),
            (
                "mine.yaml, line 14, column 21: criteria > hello > min_confidence:"
                " it must be 1 or less, not `1.5`"
            ),
            "",
        ),
        (
            changed("[您好]", "[您好, no]"),
            (
                "mine.yaml, line 14, column 33: criteria > hello > pass_if > phrase > zh > 2.:"
                " it must be a text, not `false`"
            ),
            "put it in quotes",
        ),
        (
            changed("    section: all\n", "    section: [all]\n"),
            "mine.yaml, line 9, column 14: criteria > hello > section: it must be a text, not a list",
            "",
        ),
        (
            changed("version: 2026.1.1", "version: 2026-01-01"),
            (
                "mine.yaml, line 3, column 10: a value of the kind `timestamp` is not used here;"
                " put a text in quotes"
            ),
            "",
        ),
        (
            changed("version: 2026.1.1", "version: first"),
            (
                "mine.yaml, line 3, column 10: version: `first` is none: year, month and count,"
                " like 2026.11.1; a changed rubric gets a new one"
            ),
            "",
        ),
        (
            changed("id: mine", 'id: "mine\\n"'),
            (
                "mine.yaml, line 2, column 5: id: `mine\\n` is none: small letters, digits and hyphens,"
                " a letter first"
            ),
            "",
        ),
        (
            changed("{phrase: {zh: [您好]}}", "{phrase: {zh: [您好]}, company_name: {}}"),
            (
                "mine.yaml, line 14, column 14: criteria > hello > pass_if:"
                " one operator at a time, not `phrase` and `company_name`"
            ),
            "join several under `all` or `any`",
        ),
        (
            changed("    section: all\n", "    section: none\n"),
            "mine.yaml, line 9, column 14: criteria > hello > section: there is no section `none`",
            "there are: all",
        ),
        (
            GOOD + GOOD[GOOD.index("  - id: hello") :],
            "mine.yaml, line 15, column 9: criteria > hello > id: the id `hello` is used twice",
            "",
        ),
        (
            changed("points: 5", "points: 5\n    points: 50"),
            "mine.yaml, line 14, column 5: `points` is given twice, first in line 13",
            "",
        ),
        (
            changed("    points: 5", "\tpoints: 5"),
            (
                "mine.yaml, line 13, column 1: while scanning for the next token:"
                " found character '\\t' that cannot start any token"
            ),
            "indent with spaces: YAML allows no tabs there",
        ),
        (
            changed("{zh: [您好]}", "{zh: [(您]}"),
            (
                "mine.yaml, line 14, column 29: criteria > hello > pass_if: phrase '(您':"
                " `(` cannot stand there"
            ),
            "",
        ),
        (
            changed("points: 5", "points: 5\n    after: hello"),
            "mine.yaml, line 14, column 5: criteria > hello: `after` is not known here",
            (
                "there are: applies_if, bad_example, critical, example, fail_if, id, levels, min_confidence,"
                " pass_if, points, section, standard, title, when_absent"
            ),
        ),
        (
            changed("criteria:", "without: [hello]\ncriteria:"),
            "mine.yaml, line 1, column 1: the file: `without` goes with `extends`",
            "",
        ),
        ("", "mine.yaml, line 1, column 1: the file is empty", ""),
        (
            "- 1",
            "mine.yaml, line 1, column 1: the file: it must be a mapping, not a list",
            "",
        ),
        (
            "!!python/object/apply:os.system ['true']",
            (
                "mine.yaml, line 1, column 1: a value of the kind `python/object/apply:os.system`"
                " is not used here; put a text in quotes"
            ),
            "",
        ),
        (
            changed("schema: 1", "schema: 1\n<<: {id: x}"),
            "mine.yaml, line 2, column 1: a key must be a text; put it in quotes",
            "",
        ),
        (
            changed("{zh: 文, en: text}\nsections", '{zh: 文, en: "\\ud800"}\nsections'),
            "mine.yaml, line 4, column 20: half a character (an escape of a surrogate)",
            "",
        ),
        (
            changed("{zh: 文, en: text}\nsections", '{zh: 文, en: "\\UFFFFFFFF"}\nsections'),
            "mine.yaml, line 4, column 23: an escape that stands for no character",
            "",
        ),
        (
            changed("text}\nsections", "te\x00xt}\nsections"),
            "mine.yaml, line 4, column 22: a character that no text holds (#x0000)",
            "",
        ),
        (
            GOOD + "---\nschema: 1\n",
            (
                "mine.yaml, line 15, column 1: expected a single document in the stream:"
                " but found another document"
            ),
            "",
        ),
        (
            changed("title: {zh: 文, en: text}\nsections", "title: {zh: 文, en: a?}\nsections"),
            (
                "mine.yaml, line 4, column 21: while parsing a flow mapping:"
                " expected ',' or '}', but got '?'"
            ),
            "put a text with `?`, `,`, `[` or `{` in it in quotes",
        ),
        (
            changed("title: {zh: 文, en: text}\nsections", "title: one: two\nsections"),
            "mine.yaml, line 4, column 11: mapping values are not allowed here",
            "put a text with `: ` in it in quotes",
        ),
    ],
)
def test_a_fault_is_said_with_its_line_and_column(text: str, message: str, hint: str) -> None:
    error = refused(text)
    assert (error.message, error.hint) == (message, hint)


# --- what grows without end --------------------------------------------------------------------


def test_aliases_are_refused_where_the_first_stands() -> None:
    bomb = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"
    assert refused(bomb).message == (
        "mine.yaml, line 2, column 8: aliases are not used in rubrics; name a detector and `use` it"
    )


def test_a_text_that_is_nested_too_deep_is_refused_at_that_depth() -> None:
    assert (
        refused("[" * 100_000).message == "mine.yaml, line 1, column 42: nested more than 40 deep"
    )


def named(*detectors: str) -> str:
    lines = "".join(f"  {each}\n" for each in detectors)
    return changed("criteria:", f"detectors:\n{lines}criteria:")


def test_names_that_use_names_may_not_grow_like_aliases() -> None:
    layers = [f"d{i}: {{any: [{', '.join([f'{{use: d{i + 1}}}'] * 10)}]}}" for i in range(12)]
    assert refused(named(*layers, "d12: {phrase: {zh: [您好]}}")).message == (
        "mine.yaml, line 15, column 13: detectors > d7 > any: with every `use` written out"
        " it is more than 100000 values or 80 deep"
    )


def test_names_that_use_names_may_not_grow_deep() -> None:
    layers = [f"d{i}: {{none: [{{use: d{i + 1}}}]}}" for i in range(400)]
    assert "or 80 deep" in refused(named(*layers, "d400: {phrase: {zh: [您好]}}")).message


def test_many_uses_of_one_large_detector_are_refused_together() -> None:
    phrases = ", ".join(f"词{i}" for i in range(3000))
    uses = ", ".join(["{use: large}"] * 40)
    text = changed(
        MET_BY,
        f"    pass_if: {{any: [{uses}]}}\n",
        named(f"large: {{phrase: {{zh: [{phrases}]}}}}"),
    )
    assert refused(text).message.startswith(
        "mine.yaml, line 16, column 20: criteria > hello > pass_if > any: with every `use`"
    )


def test_a_detector_that_uses_itself_is_refused_with_the_circle() -> None:
    text = named("a: {none: [{use: b}]}", "b: {use: c}", "c: {any: [{use: b}]}")
    assert refused(text).message == (
        "mine.yaml, line 10, column 19: detectors > c > any > 1. > use:"
        " the detector `b` uses itself: b -> c -> b"
    )


def test_a_use_of_nothing_is_refused_with_the_nearest_name() -> None:
    error = refused(
        changed(MET_BY, "    pass_if: {use: greats}\n", named("greets: {company_name: {}}"))
    )
    assert error.message == (
        "mine.yaml, line 16, column 20: criteria > hello > pass_if > use: there is no detector `greats`"
    )
    assert error.hint == "did you mean `greets`?"


def test_a_bad_phrase_of_a_named_detector_is_found_in_the_named_detector() -> None:
    text = named("says:", "  phrase:", "    zh:", "      - 您好", "      - 您(好")
    assert refused(text).message == (
        "mine.yaml, line 12, column 11: detectors > says: phrase '您(好': `(` cannot stand there"
    )


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("(a|b", "missing ): (a|b"),
        ("(?=a)b", "invalid perl operator: (?="),
        ("(a{1000}){1000}", "invalid repetition size: {1000}"),
    ],
)
def test_an_expression_that_could_run_away_is_refused_where_it_stands(
    expression: str, message: str
) -> None:
    text = changed(MET_BY, f"    pass_if: {{regex: {{en: [{expression!r}]}}}}\n")
    assert refused(text).message == (
        f"mine.yaml, line 14, column 28: criteria > hello > pass_if: regular expression {expression!r}:"
        f" {message}"
    )


# --- scales ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            changed(LEVELS, LEVELS + MET_BY, SCALE),
            "line 18, column 14: criteria > hello > pass_if: it cannot stand beside `levels`",
        ),
        (
            changed("share: 0.5", "share: 2", SCALE),
            "line 16, column 17: criteria > hello > levels > 2. > share: it must be 1 or less, not `2`",
        ),
        (
            changed("share: 0.5", "share: 1", SCALE),
            (
                "line 16, column 17: criteria > hello > levels > 2. > share: it earns 5 points and the level"
                " before it 5: levels go from the best to the worst"
            ),
        ),
        (
            changed("share: 0.5", "share: 0.0001", SCALE),
            (
                "line 16, column 17: criteria > hello > levels > 2. > share: of 5 points it earns nothing,"
                " though only a share of 0 is a fail"
            ),
        ),
        (
            changed(", if: {phrase: {zh: [你好]}}", "", SCALE),
            (
                "line 16, column 9: criteria > hello > levels > 2.:"
                " only the last level may do without `if`: no call comes past this one"
            ),
        ),
        (
            changed(
                "      - {share: 0.5, title: {zh: 中, en: fair}, if: {phrase: {zh: [你好]}}}\n",
                "",
                SCALE,
            ).replace("      - {share: 0, title: {zh: 差, en: poor}}\n", ""),
            "line 15, column 7: criteria > hello > levels: it needs 2 or more",
        ),
        (
            changed("points: 5", "points: 5\n    when_absent: pass", SCALE),
            "line 14, column 18: criteria > hello > when_absent: it cannot stand beside `levels`",
        ),
    ],
)
def test_a_scale_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    assert refused(text).message == f"mine.yaml, {message}"


# --- extends -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        (
            "without: [greetings]\n",
            "line 6, column 11: without > 1.: `service-standard` has no criterion or section `greetings`",
            "did you mean `greeting`?",
        ),
        (
            "without: [greeting]\ncriteria:\n  - {id: greeting, points: 3}\n",
            "line 6, column 11: without > 1.: `greeting` is left out here and changed below",
            "",
        ),
        (
            "criteria:\n  - {id: greeting, points: 3}\n  - {id: greeting, points: 4}\n",
            "line 8, column 10: criteria > greeting > id: the id `greeting` is used twice",
            "",
        ),
        (
            "criteria:\n  - {id: brand_new, points: 3}\n",
            "line 7, column 5: criteria > brand_new: `section` is missing",
            "",
        ),
        (
            "criteria:\n  - {id: greeting, after: goodbye}\n",
            "line 7, column 27: criteria > greeting > after: nothing to stand after: there is no `goodbye`",
            "",
        ),
        (
            "criteria:\n  - {id: greeting, without: [fail_if]}\n",
            "line 7, column 30: criteria > greeting > without > 1.: it inherits no `fail_if` to leave out",
            "",
        ),
        (
            "criteria:\n  - {id: greeting, without: [title]}\n",
            (
                "line 7, column 30: criteria > greeting > without > 1.: it must be one of applies_if, fail_if,"
                " pass_if, when_absent, levels, critical, min_confidence, bad_example, not `title`"
            ),
            "",
        ),
        (
            "without: [opening]\ncriteria:\n  - {id: greeting, points: 2}\n",
            "criteria > greeting > section: there is no section `opening`",
            "did you mean `closing`?",
        ),
        (
            "detectors:\n  says_transfer: {use: explains_transfer}\n  explains_transfer: {use: says_transfer}\n",
            (
                "line 8, column 28: detectors > explains_transfer > use:"
                " the detector `says_transfer` uses itself: says_transfer -> explains_transfer -> says_transfer"
            ),
            "",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(more: str, message: str, hint: str) -> None:
    error = refused(EXTENDING + more)
    assert message in error.message
    assert hint in error.hint


def put(folder: Path, rubric_id: str, parent: str) -> Path:
    path = folder / f"{rubric_id}.yaml"
    text = EXTENDING.replace("mine", rubric_id).replace("service-standard", parent)
    path.write_text(text, "utf-8")
    return path


def test_rubrics_that_extend_one_another_are_refused_with_the_circle(tmp_path: Path) -> None:
    first = put(tmp_path, "a", "b")
    put(tmp_path, "b", "c")
    last = put(tmp_path, "c", "a")
    with pytest.raises(RubricInvalid) as caught:
        load(first)
    assert caught.value.message == (
        f"{last}, line 5, column 10: extends: rubrics extend one another in a circle: a -> b -> c -> a"
    )


def test_a_rubric_that_extends_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricInvalid, match="in a circle: a -> a"):
        load(put(tmp_path, "a", "a"))


def test_a_chain_of_more_than_eight_is_refused(tmp_path: Path) -> None:
    ids = [f"r{i}" for i in range(8)]
    paths = [
        put(tmp_path, own, parent)
        for own, parent in zip(ids, [*ids[1:], "service-standard"], strict=True)
    ]
    assert load(paths[1]).rubric.ref.id == "r1"
    with pytest.raises(RubricInvalid, match="more than 8 rubrics extend one another: r0 -> r1"):
        load(paths[0])


def test_a_parent_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = put(tmp_path, "a", "service-standrad")
    with pytest.raises(RubricInvalid) as caught:
        load(path)
    assert caught.value.message == (
        f"{path}, line 5, column 10: extends: there is no rubric `service-standrad`"
    )
    assert caught.value.hint == "did you mean `service-standard`?"


@pytest.mark.parametrize("parent", ["../a", "/etc/passwd", "a/b", "A"])
def test_a_parent_is_an_id_and_never_a_path(tmp_path: Path, parent: str) -> None:
    with pytest.raises(RubricInvalid, match=r"line 5, column 10: extends: .* is none"):
        load(put(tmp_path, "a", parent))


def test_a_fault_of_the_parent_names_the_parents_file(tmp_path: Path) -> None:
    parent = tmp_path / "mine.yaml"
    parent.write_text(changed("points: 5", "points: ten"), "utf-8")
    with pytest.raises(RubricInvalid) as caught:
        load(put(tmp_path, "a", "mine"))
    assert caught.value.message.startswith(
        f"{parent}, line 13, column 13: criteria > hello > points"
    )


def test_a_fault_that_the_parents_text_becomes_is_told_where_the_parent_wrote_it(
    tmp_path: Path,
) -> None:
    parent = tmp_path / "mine.yaml"
    parent.write_text(
        named("d: {company_name: {}}").replace("{phrase: {zh: [您好]}}", "{use: d}"), "utf-8"
    )
    child = tmp_path / "a.yaml"
    child.write_text(
        EXTENDING.replace("mine", "a").replace("service-standard", "mine")
        + "detectors:\n  d: {phrase: {zh: [)]}}\n",
        "utf-8",
    )
    with pytest.raises(RubricInvalid) as caught:
        load(child)
    assert caught.value.message == (
        f"{child}, line 7, column 21: detectors > d: phrase ')': `)` cannot stand there"
    )


# --- files -------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD + "#" * MAX_BYTES, "utf-8")
    with pytest.raises(RubricInvalid) as caught:
        load(path)
    assert caught.value.message == f"{path} is larger than {MAX_BYTES} bytes"


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(b"schema: 1\ntitle: " + "标题".encode("gbk"))
    with pytest.raises(RubricInvalid) as caught:
        load(path)
    assert caught.value.message == f"{path}, line 2: it is not UTF-8 text"


def test_a_message_repeats_no_more_than_a_line_of_what_is_wrong() -> None:
    for text in (
        changed("id: mine", f"id: {'X' * 50_000}"),
        changed("points: 5", f"{'x' * 50_000}: 5"),
        changed("id: hello", f"id: {'x' * 50_000}\n    pionts: 5"),
    ):
        assert len(refused(text).message) < 300
