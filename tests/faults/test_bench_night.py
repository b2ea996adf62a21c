"""The bench of the night measures what it says, in small."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.night import samples
from bench.night.__main__ import main
from bench.night.figures import gone, rerun, rubric

CALLS = 20
USUAL = samples.Usual(audio_s=60.0, stages_s=10.0, recognise_s=9.0)


def measured(tmp_path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the figures."""
    path = tmp_path / "figures.json"
    code = main([*arguments, "--rounds", "1", "--on", "sqlite", "--json", str(path)])
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return code, figures


def test_growth_is_a_ratio_of_costs_and_of_memory(tmp_path: Path) -> None:
    _, figures = measured(tmp_path, "growth", "--calls", str(CALLS), "--few", "5")
    cost, memory = figures["growth"]["bars"]
    assert cost["label"] == "sqlite: cost of a call, 20 over 5"
    assert (cost["limit"], memory["limit"]) == (1.05, 1.1)
    ms = figures["growth"]["sqlite"]["ms_a_call"]
    assert cost["value"] == pytest.approx(ms["20"][0] / ms["5"][0])
    assert 0.5 < memory["value"] < 2


def test_a_rerun_is_a_share_of_what_real_models_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerun, "real_seconds", lambda: USUAL)
    _, figures = measured(tmp_path, "rerun", "--calls", str(CALLS))
    (share,) = figures["rerun"]["bars"]
    seconds = figures["rerun"]["sqlite"]["rerun_s"]["median"]
    assert share["limit"] == 0.5
    assert share["value"] == pytest.approx(100 * seconds / (CALLS * USUAL.stages_s))


@pytest.mark.models
def test_a_changed_rubric_is_a_share_of_recognition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, details = samples.heard(("en-slow-internet",))
    assert report.scored == 1
    monkeypatch.setattr(rubric, "real_seconds", lambda: USUAL)
    monkeypatch.setattr(rubric, "heard", lambda: (report, details))
    _, figures = measured(tmp_path, "rubric", "--calls", str(CALLS))
    (share,) = figures["rubric"]["bars"]
    short, longer = (figures["rubric"]["sqlite"][kind] for kind in ("sample calls", "longer calls"))
    (seconds,) = short["seconds"]
    assert share["limit"] == 1.0
    assert share["value"] == short["percent"]
    assert share["value"] == pytest.approx(
        100 * seconds / (short["audio_s"] * USUAL.recognise_s / USUAL.audio_s)
    )
    assert short["audio_s"] == pytest.approx(CALLS * details[0].recording.duration_s, rel=0.01)
    assert longer["audio_s"] >= CALLS // 4 * rubric.LONG_S


def test_a_database_that_is_gone_loses_no_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gone, "GONE_S", 1.0)
    code, figures = measured(tmp_path, "gone")
    assert code == 0
    assert [bar["value"] for bar in figures["gone"]["bars"]] == [0, 0, 1]
