"""The first sheet of a workbook: what is in it, counted while it is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from qa.interop.exports.choices import Choices
from qa.interop.exports.headings import heading, overview, value
from qa.interop.lines import Line

Row = tuple[str | int | float | None, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under a heading of their own; the overview's first has none."""

    title: str
    heading: tuple[str, ...]
    rows: tuple[Row, ...]


class Overview(Protocol):
    """Takes every line once and says at the end what it was."""

    def add(self, line: Line) -> None:
        """Count a line."""

    def blocks(self, choices: Choices) -> Iterator[Block]:
        """What was counted."""


@dataclass(slots=True)
class Counted:
    """Lines and the calls that they are of, for what has no score."""

    rows: int = 0
    calls: set[str] = field(default_factory=set)

    def add(self, line: Line) -> None:
        """Count a line."""
        self.calls.add(line["call_id"])
        self.rows += len(line.get("turns", (line,)))

    def blocks(self, choices: Choices) -> Iterator[Block]:
        """How many calls and rows."""
        say = choices.language
        yield Block(
            "",
            (),
            (
                *_scope(choices),
                (overview("calls", say), len(self.calls)),
                (overview("rows", say), self.rows),
            ),
        )


@dataclass(slots=True)
class _Group:
    calls: int = 0
    scored: int = 0
    critical: int = 0
    scores: list[int] = field(default_factory=lambda: [0, 0])
    """How many have a score, and their sum in tenths, so that no order of adding shows."""

    def add(self, line: Line) -> None:
        self.calls += 1
        self.scored += line["status"] == "scored"
        self.critical += bool(line["critical_failed"])
        if line["score"] is not None:
            self.scores[0] += 1
            self.scores[1] += round(line["score"] * 10)

    @property
    def mean(self) -> float | None:
        count, tenths = self.scores
        return round(tenths / count / 10, 1) if count else None


@dataclass(slots=True)
class ScorecardOverview:
    """Counts of scorecards: all, by criterion, by agent, and why calls have no score."""

    whole: _Group = field(default_factory=_Group)
    agents: defaultdict[str | None, _Group] = field(default_factory=lambda: defaultdict(_Group))
    criteria: defaultdict[tuple[str, str], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, line: Line) -> None:
        """Count one call."""
        self.whole.add(line)
        self.agents[line["agent_id"]].add(line)
        if line["status"] != "scored":
            self.reasons[line["reason"] or ""] += 1
        for criterion in line["criteria"]:
            self.criteria[line["rubric"]["id"], criterion["id"]][criterion["verdict"]] += 1

    def blocks(self, choices: Choices) -> Iterator[Block]:
        """The figures of all calls, then of each criterion, each agent and each reason."""
        say = choices.language
        yield Block(
            "",
            (),
            (
                *_scope(choices),
                (overview("calls", say), self.whole.calls),
                (overview("scored", say), self.whole.scored),
                (overview("not_scorable", say), self.whole.calls - self.whole.scored),
                (overview("mean", say), self.whole.mean),
                (overview("critical", say), self.whole.critical),
            ),
        )
        yield Block(
            overview("by_criterion", say),
            (
                *(heading(name, say) for name in ("rubric_id", "criterion")),
                *(_verdict(name, choices) for name in ("pass", "fail")),
                overview("open", say),
                _verdict("not_applicable", choices),
                overview("n", say),
                overview("share", say),
            ),
            tuple(self._of_criterion(key) for key in self.criteria),
        )
        yield Block(
            overview("by_agent", say),
            (
                heading("agent_id", say),
                *(overview(name, say) for name in ("calls", "scored", "mean", "critical")),
            ),
            tuple(
                (agent or overview("nobody", say), one.calls, one.scored, one.mean, one.critical)
                for agent, one in sorted(
                    self.agents.items(), key=lambda each: (each[0] is None, each[0] or "")
                )
            ),
        )
        if self.reasons:
            yield Block(
                overview("by_reason", say),
                (heading("reason", say), overview("calls", say)),
                tuple(self.reasons.most_common()),
            )

    def _of_criterion(self, key: tuple[str, str]) -> Row:
        found = self.criteria[key]
        decided = found["pass"] + found["fail"]
        waiting = found["cannot_judge"] + found["not_measurable"]
        share = round(found["pass"] / decided, 4) if decided else None
        return (
            *key,
            found["pass"],
            found["fail"],
            waiting,
            found["not_applicable"],
            decided,
            share,
        )


def _verdict(code: str, choices: Choices) -> str:
    return value("verdict", code, choices.language)


def _scope(choices: Choices) -> Iterator[Row]:
    """What the calls were narrowed to."""
    scope, say = choices.scope, choices.language
    if scope.since is not None:
        yield overview("from", say), scope.since.isoformat(timespec="seconds")
    if scope.until is not None:
        yield overview("before", say), scope.until.isoformat(timespec="seconds")
    if scope.agents is not None:
        yield overview("agents", say), ", ".join(sorted(scope.agents))
