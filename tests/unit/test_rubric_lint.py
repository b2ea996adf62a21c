"""The lint: each remark on a rubric that deserves it, with its line, and none on one that does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.services.rubric_lint import Remark
from qa.services.rubric_lint_phrases import forms_of

RUBRIC = """\
schema: 1
id: mine
version: 2026.11.1
title: {zh: 标准, en: Standard}
sections:
  - id: all
    title: {zh: 全部, en: All}
detectors:
  says_hello:
    phrase:
      zh: [您好, 早上好]
      en: [hello, good morning]
criteria:
  - id: greeting
    section: all
    title: {zh: 问候, en: Greets}
    standard: {zh: 先问好。, en: The agent says hello first.}
    example: {zh: 您好，请讲。, en: "Hello, go ahead."}
    bad_example: {zh: 喂，说吧。, en: "Yeah, what is it."}
    points: 5
    pass_if: {use: says_hello}
  - id: courtesy
    section: all
    title: {zh: 礼貌, en: Polite}
    standard: {zh: 不说难听的话。, en: Nothing rude is said.}
    example: {zh: 麻烦您报一下单号。, en: May I have the number.}
    bad_example: {zh: 烦死了你等着吧。, en: Shut up and wait.}
    points: 5
    fail_if:
      phrase:
        zh: [烦死了, 你等着吧]
        en: [shut up and wait]
"""

Lint = Callable[[str], tuple[Remark, ...]]


@pytest.fixture
def lint(tmp_path: Path, settings: Settings) -> Lint:
    def linted(text: str) -> tuple[Remark, ...]:
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return bootstrap.linted_rubric(settings, str(path))[1]

    return linted


def test_a_sound_rubric_has_no_remarks(lint: Lint) -> None:
    assert lint(RUBRIC) == ()


@pytest.mark.parametrize(
    ("old", "new", "level", "code", "line"),
    [
        ("早上好]", "早上好]\n      except: {zh: [您好]}", "error", "own-exception", 11),
        ("早上好]", "早上好, (大家|)您好]", "warning", "shadowed", 11),
        ("早上好]", "早上好, 早上好]", "warning", "shadowed", 11),
        (
            "      en: [hello, good morning]\n",
            "      en: [hello]\n      within: {before_s: 5}\n",
            "error",
            "unreachable-window",
            13,
        ),
        (
            "      en: [hello, good morning]\n",
            "      en: [hello]\n      within: {first_s: 5, last_s: 5}\n",
            "warning",
            "unreachable-window",
            13,
        ),
        ("您好，请讲。", "请讲。", "error", "example-fails", 18),
        ("喂，说吧。", "您好，说吧。", "error", "bad-example-passes", 19),
        ("Shut up and wait.", "Be quiet.", "error", "bad-example-passes", 27),
        ("您好，请讲。", "您好，烦死了。", "warning", "example-costs-elsewhere", 18),
        ("你等着吧。", "你等着吧您好。", None, "", 0),
        (
            "points: 5\n    fail_if",
            "points: 5\n    min_confidence: 0\n    fail_if",
            "warning",
            "min-confidence-0",
            29,
        ),
        (
            "        zh: [烦死了, 你等着吧]\n        en: ",
            "        en: ",
            "warning",
            "one-language",
            31,
        ),
        (
            "        en: [shut up and wait]",
            "        sounds_like: true\n        en: [shut up and wait]",
            "warning",
            "costs-by-sound",
            32,
        ),
        (
            "    pass_if: {use: says_hello}\n",
            "    pass_if: {phrase: {zh: [您好], en: [hello]}}\n",
            "warning",
            "unused",
            10,
        ),
        (
            "    points: 5\n    pass_if: {use: says_hello}\n",
            "    points: 5\n    critical: true\n    pass_if: {phrase: {zh: [您好], en: [hello], sounds_like: true}}\n",
            "warning",
            "critical-by-sound",
            22,
        ),
        (
            "    points: 5\n    pass_if: {use: says_hello}\n",
            "    points: 5\n    critical: true\n    pass_if:\n      any: [{use: says_hello}, {judge: {question: {zh: 问好了吗, en: Is there a greeting}}}]\n",
            "warning",
            "critical-by-judge",
            23,
        ),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(  # noqa: PLR0917 - one remark in all its parts
    lint: Lint, old: str, new: str, level: str | None, code: str, line: int
) -> None:
    assert old in RUBRIC
    found = [(each.level, each.code, each.line) for each in lint(RUBRIC.replace(old, new, 1))]
    if level is None:
        assert found == []
    else:
        assert (level, code, line) in found


def test_vague_words_count_only_where_no_phrase_says_what_is_meant(lint: Lint) -> None:
    vague = RUBRIC.replace("The agent says hello first.", "The agent is friendly.")
    assert lint(vague) == ()
    by_signal = vague.replace(
        "pass_if: {use: says_hello}", "fail_if: {signal: {kind: overtalk, at_least_s: 2}}"
    )
    remarks = lint(by_signal)
    assert ("vague", 17) in [(each.code, each.line) for each in remarks]


def test_words_that_fail_one_criterion_and_earn_points_in_another_are_named(lint: Lint) -> None:
    both = RUBRIC.replace("早上好]", "早上好, 你等着吧]")
    (remark,) = [each for each in lint(both) if each.code == "earns-elsewhere"]
    assert (remark.line, remark.where) == (27, "courtesy > bad_example > zh")
    assert "greeting" in remark.message


@pytest.mark.parametrize(
    "spared",
    [
        "not: {phrase: {zh: [您好], en: [hello], sounds_like: true}}",
        "none: [{phrase: {zh: [您好], en: [hello], sounds_like: true}}]",
        "before: {anchor: {phrase: {zh: [您好], en: [hello], sounds_like: true}}, find: {use: says_hello}}",
    ],
)
def test_what_spares_the_agent_may_sound_like_the_phrase(lint: Lint, spared: str) -> None:
    breaks = RUBRIC[RUBRIC.index("      phrase:\n        zh: [烦死了") :]
    costing = "      not: {none: [{phrase: {zh: [您好], en: [hello], sounds_like: true}}]}\n"

    assert "costs-by-sound" not in {
        each.code for each in lint(RUBRIC.replace(breaks, f"      {spared}\n"))
    }
    assert "costs-by-sound" in {each.code for each in lint(RUBRIC.replace(breaks, costing))}


def test_bounds_that_nothing_meets_are_an_error(lint: Lint) -> None:
    bounds = RUBRIC.replace(
        "{use: says_hello}", "{metadata: {field: rings, at_least: 4, at_most: 3}}"
    )
    assert "never" in [each.code for each in lint(bounds) if each.level == "error"]


def test_what_is_inherited_is_linted_in_its_own_file(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "mine.yaml").write_text(
        RUBRIC.replace("早上好]", "早上好, 早上好]"), encoding="utf-8"
    )
    child = tmp_path / "child.yaml"
    child.write_text(
        "schema: 1\nid: child\nversion: 2026.11.1\ntitle: {zh: 子, en: Child}\nextends: mine\n"
        "criteria:\n  - {id: greeting, min_confidence: 0}\n",
        encoding="utf-8",
    )
    _, remarks = bootstrap.linted_rubric(settings, str(child))
    assert [(each.code, each.line) for each in remarks] == [("min-confidence-0", 7)]


def test_a_sentence_under_like_and_unlike_is_an_error(lint: Lint) -> None:
    both = RUBRIC.replace(
        "{use: says_hello}",
        "{any: [{use: says_hello},"
        " {semantic: {like: {zh: [您好啊。], en: [hello]}, unlike: {zh: [你好啊]}}}]}",
    )
    assert ("error", "own-exception", 21) in [
        (each.level, each.code, each.line) for each in lint(both)
    ]


@pytest.mark.parametrize(
    ("phrase", "forms"),
    [
        ("您好", {"您好"}),
        ("(a|b) c", {"a c", "b c"}),
        ("(a|) c?", {"a c?", " c?"}),
        ("^a*b$", {"ab", "a zzz b"}),
        ("(a|b|c|d|e|f|g)" * 3, set()),
    ],
)
def test_the_forms_of_a_phrase_are_all_its_branches(phrase: str, forms: set[str]) -> None:
    assert set(forms_of(phrase)) == forms
