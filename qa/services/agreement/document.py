"""Figures of agreement as a document for programs: every figure with its bounds and tables, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qa.services.agreement.criteria import CriterionAgreement
from qa.statistics.agreement import Agreement, Figure, Shown


def document(rows: Iterable[CriterionAgreement]) -> Mapping[str, Any]:
    """Every criterion with its figures and tables, as a document."""
    return {
        "criteria": [
            {
                "criterion": row.criterion,
                "title": {"zh": row.title.zh, "en": row.title.en},
                "scale": row.scale,
                "people": _agreement(row.people),
                "machine": {
                    **_agreement(row.machine.found),
                    "sensitivity": shown(row.machine.detection.sensitivity),
                    "specificity": shown(row.machine.detection.specificity),
                    "failures": row.machine.detection.table,
                    "undecided": row.machine.undecided,
                    "unsettled": row.machine.unsettled,
                },
            }
            for row in rows
        ]
    }


def shown(figure: Shown | None) -> Mapping[str, Any] | None:
    """A figure, or why there is none, as a document has it."""
    if figure is None:
        return None
    if isinstance(figure, Figure):
        return {
            "value": round(figure.value, 4),
            "low": round(figure.low, 4),
            "high": round(figure.high, 4),
            "n": figure.n,
        }
    return {"withheld": figure.why.value, "n": figure.n, "more": figure.more}


def _agreement(found: Agreement) -> Mapping[str, Any]:
    return {
        "calls": found.n,
        "raters": found.raters,
        "prevalence": {name: round(share, 4) for name, share in found.prevalence.items()},
        "table": {"categories": found.categories, "counts": found.table},
        "raw": shown(found.raw),
        "kappa": shown(found.kappa),
        "gwet": shown(found.gwet),
        "alpha": shown(found.alpha),
    }
