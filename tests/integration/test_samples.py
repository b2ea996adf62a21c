"""What the README promises of the sample calls."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.samples_report import (
    WANTED,
    Compared,
    missed_privacy,
    share_right,
    unproven,
    wrong_deductions,
)
from qa.domain.records import CallDetail

pytestmark = pytest.mark.models


def test_all_sixteen_recordings_are_scored_on_every_criterion(
    scored_samples: Sequence[CallDetail],
) -> None:
    assert len(scored_samples) == 16
    assert {len(call.scorecard.verdicts) for call in scored_samples if call.scorecard} == {19}


@pytest.mark.parametrize("form", ["stereo", "mono"])
def test_the_promised_share_of_verdicts_is_right(
    compared_samples: Sequence[Compared], form: str
) -> None:
    assert share_right(compared_samples, form) >= WANTED[form]


def test_no_privacy_failure_is_missed(compared_samples: Sequence[Compared]) -> None:
    assert [one for one in compared_samples if one.criterion == "privacy" and one.right == "fail"]
    assert missed_privacy(compared_samples) == []


def test_nobody_loses_a_point_wrongly(compared_samples: Sequence[Compared]) -> None:
    assert wrong_deductions(compared_samples) == []


def test_every_fail_has_a_clip_or_the_window_searched(compared_samples: Sequence[Compared]) -> None:
    assert unproven(compared_samples) == []


def test_the_language_of_every_call_is_heard_right(scored_samples: Sequence[CallDetail]) -> None:
    heard = {
        call.record.call_id: call.hearing.transcript.language
        for call in scored_samples
        if call.hearing
    }
    assert heard == {call_id: call_id[:2] for call_id in heard}
