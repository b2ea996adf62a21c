"""A scorecard as the terminal shows it: each verdict with its reason and the words that prove it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text as Line

from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.wording import Language, render
from qa.services.score_text import ScoredDialogue

VERDICTS: dict[Outcome, dict[Language, str]] = {
    Outcome.PASS: {"zh": "合格", "en": "pass"},
    Outcome.FAIL: {"zh": "不合格", "en": "fail"},
    Outcome.NOT_APPLICABLE: {"zh": "不适用", "en": "not applicable"},
    Outcome.CANNOT_JUDGE: {"zh": "需人工判断", "en": "cannot judge"},
    Outcome.NOT_MEASURABLE: {"zh": "无法测量", "en": "not measurable"},
}
"""Each outcome as a reader reads it."""

STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.NOT_APPLICABLE: "dim",
    Outcome.CANNOT_JUDGE: "yellow",
    Outcome.NOT_MEASURABLE: "dim",
}

_WORDS: dict[str, dict[Language, str]] = {
    "score": {"zh": "得分", "en": "score"},
    "none": {"zh": "无", "en": "none"},
    "critical": {"zh": "一票否决", "en": "critical"},
    "points": {"zh": "分", "en": "points"},
    "estimated": {
        "zh": "时间按文字长度估算。",
        "en": "Times are estimates, from the length of the text.",
    },
    "failed": {"zh": "不合格", "en": "failed"},
    "open": {"zh": "待定", "en": "open"},
}

QUOTES_SHOWN = 2
"""The first clips of a verdict; `--json` has them all."""


def print_card(
    console: Console, scored: ScoredDialogue, rubric: Rubric, language: Language
) -> None:
    """Print the scorecard of a dialogue."""
    card = scored.card
    score = _WORDS["none"][language] if card.score is None else f"{card.score:.1f}"
    console.print(
        Line.assemble(
            (scored.dialogue.id, "bold"),
            f"  {_WORDS['score'][language]} ",
            (score, "bold"),
            (f"  ({rubric.ref.id} {rubric.ref.version})", "dim"),
        )
    )
    verdicts = {verdict.criterion: verdict for verdict in card.verdicts}
    for section in rubric.sections:
        console.print(Line(section.title.in_language(language), "bold cyan"))
        for criterion in rubric.of(section.id):
            verdict = verdicts[criterion.id]
            title = criterion.title.in_language(language)
            if criterion.id in card.critical_failed:
                title += f"  ({_WORDS['critical'][language]})"
            console.print(
                Line.assemble(
                    "  ",
                    (VERDICTS[verdict.outcome][language], STYLES[verdict.outcome]),
                    f"  {title}  ",
                    (f"[{criterion.id}]  {_points(verdict, language)}", "dim"),
                )
            )
            for line in proof(verdict, language):
                console.print(Padding(line, (0, 0, 0, 6), expand=False), highlight=False)
    if scored.dialogue.estimated:
        console.print(Line(_WORDS["estimated"][language], "dim"))
    console.print()


def proof(verdict: Verdict, language: Language) -> Iterator[Line]:
    """The reason of a verdict, then the words that prove it."""
    yield Line(render(verdict.reason, language), "dim")
    quotes = dict.fromkeys(clip.quote for clip in verdict.evidence if clip.quote)
    for quote in list(quotes)[:QUOTES_SHOWN]:
        yield Line(f"“{quote}”", "italic")


def _points(verdict: Verdict, language: Language) -> str:
    if not verdict.outcome.counts:
        return ""
    return f"{verdict.points:g}/{verdict.max_points:g} {_WORDS['points'][language]}"
