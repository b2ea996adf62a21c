"""``qa rubric diff``: what another rubric would make of the calls that are stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from qa.config import load_settings
from qa.domain.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from qa.domain.scorecard import Verdict
    from qa.services.rubric_diff import CallDiff, DiffSum

_WORDS: dict[str, dict[Language, str]] = {
    "score": {"zh": "得分", "en": "score"},
    "absent": {"zh": "无此项", "en": "not in it"},
    "criterion": {"zh": "评分项", "en": "criterion"},
    "changed": {"zh": "变化", "en": "changed"},
    "passed": {"zh": "合格", "en": "passed"},
    "failed": {"zh": "不合格", "en": "failed"},
    "mean": {"zh": "平均得分", "en": "mean score"},
    "sums": {
        "zh": "{calls} 通电话，{changed} 通有变化，{unheard} 通没有文字稿",
        "en": "{calls} calls, {changed} of them changed, {unheard} without a transcript",
    },
}


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language [default: QA_LANGUAGE].")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print a line of JSON for each changed call, and the sums as the last.",
)
def command(before: str, after: str, lang: Language | None, as_json: bool) -> None:
    """Judge the stored calls under two rubrics and show every verdict that changes.

    A and B are ids or files. Transcripts are judged, no audio is needed, and nothing is stored.
    """
    from rich.console import Console

    from qa import bootstrap
    from qa.services.rubric_diff import RubricDiff, diff_line, sums_line

    settings = load_settings()
    language = lang or settings.language
    diff = RubricDiff(
        bootstrap.named_rubric(settings, before).rubric,
        bootstrap.named_rubric(settings, after).rubric,
        bootstrap.case_of(settings, bootstrap.learned(settings)),
    )
    console = Console()
    for call in diff.calls(bootstrap.unit_of_work(settings)):
        if not call.changes and call.score_before == call.score_after:
            continue
        if as_json:
            click.echo(json.dumps(diff_line(call, language), ensure_ascii=False))
        else:
            _print_call(console, call, language)
    if as_json:
        click.echo(json.dumps(sums_line(diff), ensure_ascii=False))
    else:
        _print_sums(console, diff.sums, language)


def _print_call(console: Console, call: CallDiff, language: Language) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from qa.cli.score_text_card import proof

    scores = f"{_score(call.score_before)} -> {_score(call.score_after)}"
    console.print(Text.assemble((call.call_id, "bold"), f"  {_WORDS['score'][language]} {scores}"))
    for change in call.changes:
        console.print(
            Text.assemble(
                f"  {change.criterion}  ",
                _outcome(change.before, language),
                " -> ",
                _outcome(change.after, language),
            )
        )
        for mark, verdict in (("-", change.before), ("+", change.after)):
            for number, line in enumerate(proof(verdict, language) if verdict else ()):
                shown = Text.assemble(mark if number == 0 else " ", " ", line)
                console.print(Padding(shown, (0, 0, 0, 4), expand=False), highlight=False)


def _outcome(verdict: Verdict | None, language: Language) -> Text:
    from rich.text import Text

    from qa.cli.score_text_card import STYLES, VERDICTS

    if verdict is None:
        return Text(_WORDS["absent"][language], "dim")
    return Text(VERDICTS[verdict.outcome][language], STYLES[verdict.outcome])


def _print_sums(console: Console, sums: DiffSum, language: Language) -> None:
    if sums.calls:
        console.print(_table(sums, language))
        mean = f"{_score(sums.score_before)} -> {_score(sums.score_after)}"
        console.print(f"{_WORDS['mean'][language]} {mean}", highlight=False)
    told = _WORDS["sums"][language].format(
        calls=sums.calls, changed=sums.changed, unheard=sums.unheard
    )
    console.print(told, highlight=False)


def _table(sums: DiffSum, language: Language) -> Table:
    from rich.table import Table

    table = Table()
    table.add_column(_WORDS["criterion"][language], no_wrap=True)
    for column in ("changed", "passed", "failed"):
        table.add_column(_WORDS[column][language], justify="right")
    for criterion, tally in sums.criteria.items():
        table.add_row(
            criterion,
            str(tally.changed or ""),
            f"{tally.passed_before} -> {tally.passed_after}",
            f"{tally.failed_before} -> {tally.failed_after}",
            style="bold" if tally.changed else None,
        )
    return table


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.1f}"
