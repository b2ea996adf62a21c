"""What a lint says of the questions that a rubric has for a language model."""

from __future__ import annotations

from collections.abc import Iterator

from qa.services.rubric_lint import Remark, Written, operators, remark, steps, text


def check_judge(document: Written) -> Iterator[Remark]:
    """A remark on each critical criterion that asks a model.

    Args:
        document: A valid rubric with all that it inherits.
    """
    for criterion in document.fields["criteria"].items:
        critical = criterion.fields.get("critical")
        if critical is None or critical.value is not True:
            continue
        for step, node in steps(criterion):
            for operator in operators(document, node):
                if operator.name == "judge":
                    yield remark(
                        "warning",
                        operator.node,
                        f"{text(criterion, 'id')} > {step}",
                        "critical-by-judge",
                        "a critical criterion asks a language model, and whoever is heard in a call may talk it round",
                        hint="let rules decide it, and leave what they do not find to a person",
                    )
