"""The form of a sampling plan: its fields and bounds, and the rules that one sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qa.domain.errors import InputInvalid
from qa.domain.sampling import Part
from qa.domain.wording import Reason
from qa.services.sampling import Rules

BOUNDS: Mapping[str, tuple[int, int]] = {
    "random_percent": (0, 100),
    "critical_percent": (0, 100),
    "unsure_percent": (0, 100),
    "unsure_from": (0, 100),
    "new_agent_percent": (0, 100),
    "new_rubric_percent": (0, 100),
    "new_days": (1, 365),
    "agent_minimum": (0, 1000),
    "period_days": (1, 3650),
    "due_days": (1, 365),
}
"""Fields of the form, and the least and the most that each takes."""
_SHARES = {
    "critical_percent": Part.FAILED_CRITICAL,
    "unsure_percent": Part.LOW_CONFIDENCE,
    "new_agent_percent": Part.NEW_AGENT,
    "new_rubric_percent": Part.NEW_RUBRIC,
}


def values_of(rules: Rules) -> dict[str, float]:
    """What the fields hold for some rules."""
    return {
        "random_percent": 100 * rules.plan.floor,
        **{name: 100 * rules.plan.shares.get(part, 0.0) for name, part in _SHARES.items()},
        "unsure_from": rules.unsure_from,
        "new_days": rules.new_days,
        "agent_minimum": rules.plan.agent_minimum,
        "period_days": rules.period_days,
        "due_days": rules.due_days,
    }


def was_sent(values: Mapping[str, str]) -> bool:
    """Whether any of the form's fields is there."""
    return any(name in values for name in BOUNDS)


def read(values: Mapping[str, str], standing: Rules) -> Rules:
    """The rules that a form asks for.

    Raises:
        InputInvalid: A field is no number within its bounds.
    """
    shares = {part: _number(values, name) / 100 for name, part in _SHARES.items()}
    plan = replace(
        standing.plan,
        floor=_number(values, "random_percent") / 100,
        shares={**standing.plan.shares, **shares},
        agent_minimum=round(_number(values, "agent_minimum")),
    )
    return Rules(
        plan=plan,
        unsure_from=round(_number(values, "unsure_from")),
        period_days=round(_number(values, "period_days")),
        new_days=round(_number(values, "new_days")),
        due_days=round(_number(values, "due_days")),
    )


def _number(values: Mapping[str, str], name: str) -> float:
    lowest, highest = BOUNDS[name]
    try:
        read = float(values.get(name, ""))
    except ValueError:
        read = float("nan")
    if not lowest <= read <= highest:
        raise InputInvalid(
            f"{name} is no number from {lowest} to {highest}",
            field=name,
            reason=Reason("form.not_a_number", {"lowest": lowest, "highest": highest}),
        )
    return read
