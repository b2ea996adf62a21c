"""``qa learn``: what people decided teaches the heads of the rubric in use; lessons are listed, taken up, rejected."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from qa.cli.listing import print_rows
from qa.config import load_settings

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from qa.domain.lesson import HeadFigures, Lesson
    from qa.domain.wording import Language

MONTH_DAYS = 30
"""Calls of so many days are judged with a new lesson where nothing else is said."""


class LearnProgress:
    """A ``Watcher`` that draws a bar, on the error stream and only on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._bar: Progress = Progress(console=Console(stderr=True), transient=True)
        self._task: TaskID = self._bar.add_task("reading what was decided", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def heads(self, names: Sequence[str]) -> None:
        """Heads are trained now."""
        self._bar.reset(self._task, total=len(names), description="training heads")

    def trained(self, name: str) -> None:
        """One of them is done."""
        self._bar.advance(self._task)
        self._bar.update(self._task, description=f"training heads: {name}")

    def calls(self, count: int) -> None:
        """Calls are judged again now."""
        self._bar.reset(self._task, total=count, description="judging calls")

    def judged(self) -> None:
        """One of them is done."""
        self._bar.advance(self._task)


@click.group(invoke_without_command=True)
@click.option(
    "--criterion", "criteria", multiple=True, help="Only this one; may be given more than once."
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Judge calls again that were scored from this day on (UTC).  [default: the last 30 days]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the lesson as JSON.")
@click.pass_context
def command(
    context: click.Context, criteria: tuple[str, ...], since: datetime | None, as_json: bool
) -> None:
    """Learn from what people decided.

    Trains the heads of the rubric in use, tries them on what was decided last, and keeps a candidate with every
    verdict that it would change. Nothing is scored with it until somebody accepts it, here or in the review app.
    """
    if context.invoked_subcommand is not None:
        return
    from datetime import UTC, timedelta

    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.domain.lesson import NothingLearned
    from qa.domain.wording import render
    from qa.services.learning.making import make_lesson

    settings = load_settings()
    clock = bootstrap.SystemClock()
    begins = since.replace(tzinfo=UTC) if since else clock.now() - timedelta(days=MONTH_DAYS)
    with LearnProgress() as watcher:
        try:
            lesson = make_lesson(
                bootstrap.unit_of_work(settings),
                clock,
                CONSOLE,
                bootstrap.lesson_lab(settings),
                watcher,
                criteria=criteria,
                since=begins,
            )
        except NothingLearned as error:
            for reason in error.reasons:
                click.echo(render(reason, settings.language), err=True)
            raise
    if as_json:
        click.echo(json.dumps(_line(lesson), ensure_ascii=False))
        return
    _print(lesson, settings.language)


def _print(lesson: Lesson, language: Language) -> None:
    from qa import bootstrap
    from qa.domain.wording import render

    print_rows(
        ("head", "language", "learnt from", "found later", "false alarms", "known, still found"),
        [row for figures in lesson.figures for row in _rows(figures)],
        none="",
    )
    for reason in lesson.left:
        click.echo(render(reason, language))
    with bootstrap.unit_of_work(load_settings())() as unit:
        counts = unit.lessons.counts(lesson.public_id)
    for each in counts:
        click.echo(
            f"{each.criterion}: {each.before.value} -> {each.after.value}, {each.calls} calls"
        )
    click.echo(
        f"{lesson.rescored} calls judged again, {sum(each.calls for each in counts)} verdicts change"
    )
    click.echo(f"Accept it with: qa learn accept {lesson.public_id}  (or in the review app)")


def _rows(figures: HeadFigures) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for language, later in figures.later.items():
        known = figures.bank[language]
        rows.append(
            (
                figures.head,
                language,
                str(sum(figures.learnt[language].values())),
                f"{later.before.hits} -> {later.after.hits} of {later.positives}",
                f"{later.before.false} -> {later.after.false} of {later.negatives}",
                f"{known.before.hits} -> {known.after.hits} of {known.positives}",
            )
        )
    return rows


def _line(lesson: Lesson) -> dict[str, object]:
    return {
        "id": lesson.public_id,
        "state": lesson.state.value,
        "made_at": lesson.made_at.isoformat(),
        "rubric": f"{lesson.rubric.id} {lesson.rubric.version}",
        "encoder": lesson.encoder,
        "digest": lesson.digest,
        "heads": [each.head for each in lesson.figures],
        "rescored": lesson.rescored,
    }


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the lessons, one JSON object a line.")
def list_lessons(as_json: bool) -> None:
    """List all lessons, the latest made first."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services.learning.view import every_lesson

    lessons = every_lesson(bootstrap.unit_of_work(load_settings()), CONSOLE)
    if as_json:
        for each in lessons:
            click.echo(json.dumps(_line(each), ensure_ascii=False))
        return
    print_rows(
        ("lesson", "made", "state", "heads", "version"),
        [
            (
                each.public_id,
                f"{each.made_at:%Y-%m-%d %H:%M}",
                each.state.value.replace("_", " "),
                ", ".join(figures.head for figures in each.figures),
                each.digest,
            )
            for each in lessons
        ],
        none="Nothing was learnt yet: qa learn makes a lesson.",
    )


@command.command("accept")
@click.argument("lesson")
def accept_lesson(lesson: str) -> None:
    """Put a lesson to use; calls that are scored from then on are scored with it."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services.learning.deciding import accept

    settings = load_settings()
    accepted = accept(
        bootstrap.unit_of_work(settings),
        bootstrap.SystemClock(),
        CONSOLE,
        lesson,
        encoder=bootstrap.encoder_in_use(settings),
    )
    click.echo(f"Lesson {accepted.public_id} (version {accepted.digest}) is in use.")


@command.command("reject")
@click.argument("lesson")
@click.option("--reason", required=True, help="Why; it is kept with the lesson.")
def reject_lesson(lesson: str, reason: str) -> None:
    """Turn a candidate down, for good."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services.learning.deciding import reject

    open_store = bootstrap.unit_of_work(load_settings())
    rejected = reject(open_store, bootstrap.SystemClock(), CONSOLE, lesson, reason=reason)
    click.echo(f"Lesson {rejected.public_id} is rejected.")


@command.command("retire")
@click.argument("lesson")
@click.option("--reason", default="", help="Why; it is kept with the lesson.")
def retire_lesson(lesson: str, reason: str) -> None:
    """Go back to the heads that ship; the lesson can be accepted again."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services.learning.deciding import give_up

    open_store = bootstrap.unit_of_work(load_settings())
    retired = give_up(open_store, bootstrap.SystemClock(), CONSOLE, lesson, reason=reason)
    click.echo(f"Lesson {retired.public_id} is retired; the heads that ship are in use.")
