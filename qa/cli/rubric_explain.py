"""``qa rubric explain``: why a criterion was decided as it was, operator by operator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.config import load_settings
from qa.domain.wording import LANGUAGES, Language

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from qa.config import Settings
    from qa.domain.detectors.base import Finding
    from qa.domain.detectors.trace import Seen
    from qa.domain.rubric import Rubric
    from qa.domain.scorecard import Searched
    from qa.domain.transcript import Span
    from qa.services.explain import Explanation

_ANSWERS: dict[str, dict[Language, str]] = {
    "yes": {"zh": "是", "en": "yes"},
    "no": {"zh": "否", "en": "no"},
    "unsure": {"zh": "不确定", "en": "not sure"},
    "missing": {"zh": "缺少数据", "en": "no data"},
}
_STYLES = {"yes": "green", "no": "red", "unsure": "yellow", "missing": "dim"}
_WORDS: dict[str, dict[Language, str]] = {
    "around": {"zh": "在 {start}–{end} 秒附近", "en": "around {start}-{end} s"},
    "unasked": {"zh": "未查看，前面已有定论", "en": "not asked: another had decided"},
    "sure": {"zh": "把握 {percent}%", "en": "{percent}% sure"},
    "searched": {"zh": "查找范围 {start}–{end} 秒", "en": "searched {start}-{end} s"},
}
_CLIPS = 3


@click.command("explain")
@click.argument("names", metavar="[CALL] CRITERION", nargs=-1)
@click.option(
    "--text",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A written dialogue in the place of a stored call.",
)
@click.option(
    "--rubric",
    "wanted",
    metavar="ID|FILE",
    help="Rubric to judge by [default: the one of the call's scorecard; with --text, QA_RUBRIC].",
)
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language [default: QA_LANGUAGE].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a script.")
def command(
    names: tuple[str, ...],
    file: Path | None,
    wanted: str | None,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Show what each operator of a criterion saw in a call: its answer, how sure, the words and the time.

    CALL is a call id as `qa run` and the list of calls show it.
    """
    from rich.console import Console

    from qa import bootstrap
    from qa.services.explain import explain_call, explanation_document

    if len(names) != (2 if file is None else 1):
        raise click.UsageError("name a stored call and a criterion, or a criterion and --text FILE")
    criterion = names[-1]
    settings = load_settings()
    language = lang or settings.language
    rubric = bootstrap.named_rubric(settings, wanted).rubric if wanted else None
    if file is not None:
        explanation = _of_text(settings, file, rubric, criterion)
    else:
        explanation = explain_call(
            bootstrap.unit_of_work(settings),
            names[0],
            rubric_of=bootstrap.parse_rubric,
            rubric=rubric,
            criterion_id=criterion,
            case_of=bootstrap.case_of(settings, bootstrap.learned(settings)),
        )
    if as_json:
        document = explanation_document(explanation, language)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        Console().print(_tree(explanation, language), highlight=False)


def _of_text(settings: Settings, file: Path, rubric: Rubric | None, criterion: str) -> Explanation:
    from qa import bootstrap
    from qa.domain.errors import DialogueInvalid
    from qa.services.explain import explain, named_criterion
    from qa.services.score_text import dialogue_case

    dialogue = next(bootstrap.dialogues(file))
    if isinstance(dialogue, DialogueInvalid):
        raise dialogue
    judged_by = (
        rubric or bootstrap.named_rubric(settings, dialogue.rubric or settings.rubric).rubric
    )
    case = dialogue_case(dialogue, bootstrap.case_of(settings, bootstrap.learned(settings)))
    return explain(named_criterion(judged_by, criterion), case, dialogue.id)


def _tree(explanation: Explanation, language: Language) -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    from qa.cli.score_text_card import STYLES, VERDICTS
    from qa.domain.wording import render

    verdict = explanation.verdict
    tree = Tree(
        Text.assemble(
            (explanation.call, "bold"),
            f"  {explanation.criterion.title.in_language(language)}  ",
            (VERDICTS[verdict.outcome][language], STYLES[verdict.outcome]),
            f"\n{render(verdict.reason, language)}",
        )
    )
    for step in explanation.steps:
        _grow(tree, step, language)
    return tree


def _grow(tree: Tree, seen: Seen, language: Language) -> None:
    branch = tree.add(_node(seen, language))
    for part in seen.parts:
        _grow(branch, part, language)


def _node(seen: Seen, language: Language) -> Text:
    from rich.text import Text

    settings = ", ".join(f"{name}: {value}" for name, value in seen.settings.items())
    line = Text.assemble(
        (f"{seen.place}  ", "dim"),
        (seen.operator, "bold"),
        (f" {{{settings}}}" if settings else "", "dim"),
    )
    if seen.anchor is not None:
        line.append(f"  {_between('around', seen.anchor, language)}", "cyan")
    if seen.finding is None:
        return line.append(f"  {_WORDS['unasked'][language]}", "dim italic")
    answer = str(seen.finding.answer)
    line.append(f"  {_ANSWERS[answer][language]}", _STYLES[answer])
    return line.append_text(_finding(seen.finding, language))


def _finding(finding: Finding, language: Language) -> Text:
    from rich.text import Text

    from qa.domain.detectors.base import Answer
    from qa.domain.wording import render

    line = Text()
    if finding.answer in (Answer.YES, Answer.NO):
        percent = round(100 * finding.certainty.overall)
        line.append(f", {_WORDS['sure'][language].format(percent=percent)}", "dim")
    line.append(f"\n{render(finding.reason, language)}", "default")
    for clip in finding.evidence[:_CLIPS]:
        line.append(f"\n[{clip.start_s:.1f}-{clip.end_s:.1f}] ", "cyan")
        line.append(f"“{clip.quote}”" if clip.quote else "", "italic")
    if not finding.evidence and finding.searched is not None:
        line.append(f"\n{_between('searched', finding.searched, language)}", "dim")
    return line


def _between(word: str, place: Span | Searched, language: Language) -> str:
    return _WORDS[word][language].format(start=f"{place.start_s:.1f}", end=f"{place.end_s:.1f}")
