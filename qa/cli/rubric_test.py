"""``qa rubric test``: what a rubric makes of its golden dialogues."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.errors import BAD_USAGE, OK, shown
from qa.config import load_settings
from qa.domain.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from qa.domain.scorecard import Verdict
    from qa.services.rubric_test import RubricTest, SplitResult, WrongVerdict

SOME_WRONG = 3

_WORDS: dict[str, dict[Language, str]] = {
    "criterion": {"zh": "评分项", "en": "criterion"},
    "right": {"zh": "正确", "en": "right"},
    "wrong": {"zh": "错误", "en": "wrong"},
    "not_sure": {"zh": "待人工", "en": "not sure"},
    "sensitivity": {"zh": "不合格检出率", "en": "sensitivity"},
    "specificity": {"zh": "未误扣率", "en": "specificity"},
    "sum": {"zh": "合计", "en": "all"},
    "dialogues": {"zh": "段对话", "en": "dialogues"},
    "train": {"zh": "调优用", "en": "train"},
    "test": {"zh": "留作检验", "en": "test, held back"},
    "traps": {"zh": "陷阱", "en": "traps"},
    "expected": {"zh": "应为", "en": "expected"},
    "got": {"zh": "得到", "en": "got"},
    "absent": {"zh": "评分标准中没有此项", "en": "the rubric has no such criterion"},
    "hidden": {
        "zh": "留作检验的对话只列数字，以免有人照着它调规则（--show-test 显示）。",
        "en": "Of the held-back dialogues only counts are shown, so that nobody tunes on them (--show-test).",
    },
    "nothing": {
        "zh": "没有找到 {rubric} 的对话：{folder}",
        "en": "there are no dialogues for {rubric} in {folder}",
    },
}


@click.command("test")
@click.argument("wanted", metavar="[ID|FILE]", required=False)
@click.option(
    "--golden",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the dialogues [default: `golden` beside the rubric's file].",
)
@click.option(
    "--split",
    type=click.Choice(["train", "test", "traps", "all"]),
    default="all",
    show_default=True,
    help="Which of them.",
)
@click.option(
    "--criterion", "criteria", multiple=True, metavar="ID", help="Only this one; may be repeated."
)
@click.option("--show-test", is_flag=True, help="Name the wrong verdicts of the test split, too.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language [default: QA_LANGUAGE].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
def command(
    wanted: str | None,
    folder: Path | None,
    split: str,
    criteria: tuple[str, ...],
    show_test: bool,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Score golden dialogues and compare every verdict with the expected one.

    Sensitivity is the share of expected fails that were found, specificity the share of all else that was
    not made a fail. A verdict that is left to a person is neither right nor wrong.

    Exit codes: 0 no verdict is wrong, 3 some are, 2 a dialogue could not be read or there are none.
    """
    from rich.console import Console

    from qa import bootstrap
    from qa.services.rubric_test import (
        SPLITS,
        shown_wrong,
        trial_document,
        try_rubric,
        unknown_criteria,
    )

    settings = load_settings()
    language = lang or settings.language
    asked = wanted or settings.rubric
    rubric = bootstrap.named_rubric(settings, asked).rubric
    folder = folder or bootstrap.golden_folder(settings, asked)
    test = try_rubric(
        rubric,
        bootstrap.golden(folder, rubric.ref.id),
        bootstrap.case_of(bootstrap.golden_settings(settings, folder)),
        splits=[each for each in SPLITS if split in (each, "all")],
        criteria=criteria,
    )
    if as_json:
        document = trial_document(test, language, show_test=show_test)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        console = Console()
        for name, result in test.splits.items():
            console.print(_table(_WORDS[name][language], result, language))
        for one in shown_wrong(test, show_test=show_test):
            if one.got is not None:
                _print_wrong(console, one, one.got, language)
        for criterion in unknown_criteria(test):
            console.print(f"{criterion}: {_WORDS['absent'][language]}", style="red")
        if "test" in test.splits and not show_test:
            console.print(_WORDS["hidden"][language], style="dim", highlight=False)
    sys.exit(_ended(test, rubric.ref.id, folder, language))


def _ended(test: RubricTest, rubric_id: str, folder: Path, language: Language) -> int:
    for error in test.unread:
        click.echo(shown(error), err=True)
    if not test.splits:
        told = _WORDS["nothing"][language].format(rubric=rubric_id, folder=folder)
        click.echo(f"Error: {told}", err=True)
    if test.unread or not test.splits:
        return BAD_USAGE
    return OK if test.passed else SOME_WRONG


def _table(name: str, result: SplitResult, language: Language) -> Table:
    from rich.table import Table

    table = Table(title=f"{name}: {result.dialogues} {_WORDS['dialogues'][language]}")
    table.add_column(_WORDS["criterion"][language], no_wrap=True)
    for column in ("right", "wrong", "not_sure", "sensitivity", "specificity"):
        table.add_column(_WORDS[column][language], justify="right")
    for criterion, tally in (*result.criteria.items(), (_WORDS["sum"][language], result.sum)):
        table.add_row(
            criterion,
            str(tally.right),
            str(tally.wrong or ""),
            str(tally.not_sure or ""),
            _share(tally.sensitivity),
            _share(tally.specificity),
            style="red" if tally.wrong else None,
        )
    return table


def _share(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def _print_wrong(console: Console, one: WrongVerdict, got: Verdict, language: Language) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from qa.cli.score_text_card import STYLES, VERDICTS, proof

    line = Text.assemble(
        (one.golden.dialogue.id, "bold"),
        f"  {one.criterion}  {_WORDS['expected'][language]} ",
        (VERDICTS[one.expected][language], STYLES[one.expected]),
        f", {_WORDS['got'][language]} ",
        (VERDICTS[got.outcome][language], STYLES[got.outcome]),
    )
    console.print(line, highlight=False)
    for proven in proof(got, language):
        console.print(Padding(proven, (0, 0, 0, 4), expand=False), highlight=False)
