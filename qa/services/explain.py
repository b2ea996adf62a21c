"""Explain a verdict: the criterion's operators as a tree, each with what it saw in the call."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from qa.domain.detectors.base import Case, Finding
from qa.domain.detectors.trace import Seen, Trace
from qa.domain.errors import CallNotFound, RubricNotFound
from qa.domain.records import CallDetail, CallQuery
from qa.domain.rubric import Criterion, Rubric
from qa.domain.scorecard import Verdict
from qa.domain.scoring import judge
from qa.domain.transcript import Span
from qa.domain.wording import Language, render
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.services.score_text import CaseOf

_PAGE = 500
"""Rows read at a time while a call is looked for by its call id."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict, and what led to it.

    Attributes:
        call: What the call is called: its call id, or the dialogue's.
        steps: The criterion's detectors in the order in which they were asked.
    """

    call: str
    criterion: Criterion
    verdict: Verdict
    steps: tuple[Seen, ...]


def explain(criterion: Criterion, case: Case, call: str) -> Explanation:
    """Judge one criterion over a case and keep what each node of its detectors saw."""
    trace = Trace()
    verdict = judge(trace.watched(criterion), case)
    return Explanation(call, criterion, verdict, trace.seen)


def explain_call(
    open_store: UnitOfWorkFactory,
    wanted: str,
    *,
    rubric_of: Callable[[str], Rubric],
    rubric: Rubric | None,
    criterion_id: str,
    case_of: CaseOf,
) -> Explanation:
    """Explain one criterion of a stored call.

    Args:
        open_store: Opens the store.
        wanted: The call's id, or its public id.
        rubric_of: Parses a rubric's text.
        rubric: The rubric to judge by; ``None`` for the one of the call's scorecard.
        criterion_id: The criterion.
        case_of: Makes the call's case.

    Raises:
        CallNotFound: There is no such call, or nothing was heard in it.
        RubricNotFound: The rubric's text is not there, or it has no such criterion.
    """
    with open_store() as store:
        detail = _call(store, wanted)
        if detail.hearing is None:
            raise CallNotFound(
                f"nothing was heard in call {wanted}, so there is nothing to explain"
            )
        judged_by = rubric or _own_rubric(store, detail, rubric_of)
    case = case_of(detail.record, detail.hearing.transcript, detail.hearing.signals)
    return explain(named_criterion(judged_by, criterion_id), case, detail.record.call_id)


def named_criterion(rubric: Rubric, criterion_id: str) -> Criterion:
    """A criterion of a rubric by its id. Raises ``RubricNotFound`` naming the nearest."""
    criterion = rubric.criterion(criterion_id)
    if criterion is not None:
        return criterion
    known = [each.id for each in rubric.criteria]
    near = get_close_matches(criterion_id, known, n=1, cutoff=0.5)
    raise RubricNotFound(
        f"{rubric.ref.id} has no criterion `{criterion_id}`",
        hint=f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}",
    )


def _call(store: UnitOfWork, wanted: str) -> CallDetail:
    """The call of a public id or of a call id."""
    with contextlib.suppress(CallNotFound):
        return store.calls.detail(wanted)
    query = CallQuery(search=wanted, page_size=_PAGE)
    while rows := store.calls.rows(query):
        for row in rows:
            if row.record.call_id == wanted:
                return store.calls.detail(row.public_id)
        query = replace(query, page=query.page + 1)
    raise CallNotFound(
        f"there is no call `{wanted}`",
        hint="name it by its call id, as `qa run` and the list show it",
    )


def _own_rubric(
    store: UnitOfWork, detail: CallDetail, rubric_of: Callable[[str], Rubric]
) -> Rubric:
    ref = detail.scorecard.rubric if detail.scorecard else None
    source = store.rubrics.source(ref.sha256) if ref else None
    if source is None:
        raise RubricNotFound(
            f"call {detail.record.call_id} has no rubric that could be read",
            hint="name one with --rubric",
        )
    return rubric_of(source)


# --- as JSON -----------------------------------------------------------------------------------


def explanation_document(explanation: Explanation, language: Language) -> dict[str, Any]:
    """An explanation ready for JSON."""
    verdict = explanation.verdict
    return {
        "call": explanation.call,
        "criterion": explanation.criterion.id,
        "verdict": str(verdict.outcome),
        "points": verdict.points,
        "max_points": verdict.max_points,
        "confidence": verdict.confidence,
        "reason": render(verdict.reason, language),
        "steps": [_seen(step, language) for step in explanation.steps],
    }


def _seen(seen: Seen, language: Language) -> dict[str, Any]:
    return {
        "place": seen.place,
        "operator": seen.operator,
        "settings": dict(seen.settings),
        "around": _span(seen.anchor) if seen.anchor else None,
        "finding": _finding(seen.finding, language) if seen.finding else None,
        "parts": [_seen(part, language) for part in seen.parts],
    }


def _finding(finding: Finding, language: Language) -> dict[str, Any]:
    certainty = finding.certainty
    searched = finding.searched
    return {
        "answer": str(finding.answer),
        "reason": render(finding.reason, language),
        "certainty": {
            "recognition": round(certainty.recognition, 3),
            "role": round(certainty.role, 3),
            "detector": round(certainty.detector, 3),
            "overall": round(certainty.overall, 3),
        },
        "evidence": [
            {
                **_span(Span(clip.start_s, clip.end_s)),
                "speaker": str(clip.speaker),
                "quote": clip.quote,
            }
            for clip in finding.evidence
        ],
        "searched": _span(Span(searched.start_s, searched.end_s)) if searched else None,
    }


def _span(span: Span) -> dict[str, float]:
    return {"start_s": round(span.start_s, 2), "end_s": round(span.end_s, 2)}
