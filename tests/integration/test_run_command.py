"""``qa run`` and ``qa export`` as a batch operator meets them, with every kind of bad recording."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from bench.samples_report import SAMPLES

GOOD = SAMPLES / "stereo" / "en-slow-internet.wav"
RATE = 8000


def _hold_music(seconds: float) -> Any:
    """A tune of plucked chords, as a hold queue plays it."""
    t = np.arange(int(RATE * 0.5)) / RATE
    chords = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)]
    beat = [sum(np.sin(2 * np.pi * f * t) for f in chord) * np.exp(-3 * t) for chord in chords]
    tune = np.concatenate(beat * int(seconds / 2 + 1))[: int(RATE * seconds)]
    return 0.2 * tune / np.max(np.abs(tune))


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with one good call, one of each bad recording, and a manifest with its own faults."""
    folder = tmp_path / "night"
    folder.mkdir()
    shutil.copy(GOOD, folder / "good.wav")
    whole = GOOD.read_bytes()
    (folder / "empty.wav").write_bytes(b"")
    sf.write(folder / "header-only.wav", np.zeros((0, 1)), RATE, subtype="PCM_16")
    (folder / "truncated.wav").write_bytes(whole[: len(whole) // 3])
    (folder / "text.wav").write_text("this is a note, not a call\n" * 20, encoding="utf-8")
    sf.write(folder / "silence.wav", np.zeros(RATE * 20), RATE, subtype="PCM_16")
    sf.write(folder / "music.wav", _hold_music(20), RATE, subtype="PCM_16")
    sf.write(folder / "three.wav", np.zeros((RATE * 5, 3)), RATE, subtype="PCM_16")
    (folder / "manifest.csv").write_text(
        "recording,call_id,agent_channel,campaign\n"
        "good.wav,GOOD,0,spring\n"
        "gone.wav,GONE,0,spring\n",
        encoding="utf-8",
    )
    # An hour old: what seems cut short would be left to grow while it is young.
    changed = time.time() - 3600
    for path in folder.iterdir():
        os.utime(path, (changed, changed))
    return folder


@pytest.mark.models
def test_a_night_with_every_bad_recording(night: Path, tmp_path: Path, qa_command: Any) -> None:
    done = qa_command("run", night, "--manifest", night / "manifest.csv", "--json")
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    assert (report["found"], report["scored"]) == (9, 1)
    assert {one["recording"]: one["code"] for one in report["not_scorable"]} == {
        "empty.wav": "recording.empty",
        "gone.wav": "recording.missing",
        "header-only.wav": "recording.header_only",
        "music.wav": "recording.only_sounds",
        "silence.wav": "recording.no_speech",
        "text.wav": "recording.not_audio",
        "three.wav": "recording.channels",
        "truncated.wav": "recording.truncated",
    }
    assert any("campaign" in warning for warning in report["warnings"])
    (card,) = [card for card in report["scorecards"] if card["status"] == "scored"]
    assert card["call_id"] == "GOOD"
    assert "Traceback" not in done.stderr

    again = qa_command("run", night, "--manifest", night / "manifest.csv", "--json")
    assert again.returncode == 3
    second = json.loads(again.stdout)
    assert (second["scored"], second["done_before"]) == (0, 1)
    assert len(second["not_scorable"]) == 8
    assert second["stage_s"] == {}

    _exports_hold_the_contract(qa_command, tmp_path)


def _exports_hold_the_contract(qa_command: Any, tmp_path: Path) -> None:
    out = tmp_path / "cards.jsonl"
    assert qa_command("export", "scorecards", "--format", "jsonl", "--out", out).returncode == 0
    cards = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    good = next(card for card in cards if card["call_id"] == "GOOD")
    assert list(good) == [
        *("call_id", "recording", "sha256", "agent_id", "language", "status", "reason", "rubric"),
        *("models", "score", "critical_failed", "criteria"),
    ]
    for criterion in good["criteria"]:
        assert list(criterion) == [
            *(
                "id",
                "verdict",
                "points",
                "max_points",
                "confidence",
                "reason",
                "evidence",
                "searched",
            )
        ]
        if criterion["verdict"] == "fail":
            assert criterion["evidence"] or criterion["searched"]
    refused = [card for card in cards if card["status"] == "not_scorable"]
    assert len(refused) == 8
    assert all(card["reason"] for card in refused)

    table = qa_command("export", "scorecards", "--format", "csv")
    rows = list(csv.DictReader(table.stdout.splitlines()))
    assert len([row for row in rows if row["call_id"] == "GOOD"]) == 19

    lines = qa_command("export", "transcripts").stdout.splitlines()
    (transcript,) = [json.loads(line) for line in lines]
    assert transcript["call_id"] == "GOOD"
    assert {turn["speaker"] for turn in transcript["turns"]} == {"agent", "customer"}
    assert all(
        list(turn) == ["speaker", "start_s", "end_s", "text", "words"]
        for turn in transcript["turns"]
    )


@pytest.mark.models
def test_a_changed_rubric_scores_the_stored_transcript_and_touches_no_audio(
    tmp_path: Path, root: Path, qa_command: Any
) -> None:
    call = tmp_path / "call.wav"
    shutil.copy(GOOD, call)
    assert qa_command("run", call).returncode == 0
    rubrics = tmp_path / "rubrics"
    rubrics.mkdir()
    text = (root / "rubrics" / "service-standard.yaml").read_text(encoding="utf-8")
    own = rubrics / "service-standard.yaml"

    own.write_text(text + "\n# changed under the same version\n", encoding="utf-8")
    refused = qa_command("run", call, QA_RUBRIC_DIR=str(rubrics))
    assert refused.returncode == 2
    assert "version" in refused.stderr

    own.write_text(re.sub(r"(?m)^version: .*$", "version: 2099.1.1", text), encoding="utf-8")
    done = qa_command("run", call, "--json", QA_RUBRIC_DIR=str(rubrics))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["scored"], report["rescored"]) == (1, 1)
    assert list(report["stage_s"]) == ["score"]
    with sqlite3.connect(tmp_path / "var" / "callqa.sqlite") as store:
        assert store.execute("select count(*) from scorecards").fetchone() == (2,)
    store.close()


def test_a_rubric_with_an_unknown_key_ends_with_exit_code_2(
    tmp_path: Path, root: Path, qa_command: Any
) -> None:
    text = (root / "rubrics" / "service-standard.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "service-standard.yaml"
    bad.write_text(text.replace("critical: true", "crittical: true", 1), encoding="utf-8")
    checked = qa_command("rubric", "check", bad)
    assert checked.returncode == 2
    assert "crittical" in checked.stderr
    run = qa_command("run", GOOD, QA_RUBRIC_DIR=str(tmp_path))
    assert run.returncode == 2
    assert "crittical" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "manifest"),
        (["run", "nowhere"], "nowhere"),
        (["run", ".", "--manifest", "gone.csv"], "gone.csv"),
        (["run", str(GOOD), "--rubric", "no-such-rubric"], "no-such-rubric"),
        (["run", "."], "no recordings"),
        (["frobnicate"], "frobnicate"),
        (["serve", "--host", "192.0.2.1"], "192.0.2.1"),
    ],
)
def test_bad_usage_ends_with_exit_code_2_and_names_the_thing(
    qa_command: Any, arguments: list[str], said: str
) -> None:
    done = qa_command(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_doctor_names_what_is_missing(qa_command: Any) -> None:
    done = qa_command("doctor", QA_COMPANY_NAMES="")
    assert done.returncode in (0, 2)
    assert "QA_COMPANY_NAMES" in done.stdout


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_needs_no_heavy_library(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from qa.cli.main import main\n"
        f"sys.argv[1:] = {arguments!r}\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'sqlalchemy', 'flask', 'numpy', 'pydantic', 'ctranslate2'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
