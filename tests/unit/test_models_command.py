from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa.cli.models import command

VAD = "silero-vad/silero_vad_16k_sequence.onnx"


@pytest.fixture
def models_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "models"
    monkeypatch.setenv("QA_MODEL_DIR", str(home))
    return home


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def put(models_home: Path, content: bytes) -> Path:
    path = models_home / VAD
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_the_list_names_every_weight_with_its_licence(models_home: Path) -> None:
    listed = json.loads(invoke("list", "--json").output)

    assert {facts["name"]: facts["licence"] for facts in listed} == {
        "whisper-base": "MIT",
        "pyannote-segmentation": "MIT",
        "campplus": "Apache-2.0",
        "silero-vad": "MIT",
        "use-multilingual": "Apache-2.0",
    }
    assert "whisper-base" in invoke("list").output.replace("\n", "")


def test_the_list_says_where_a_weight_is_found(models_home: Path) -> None:
    put(models_home, b"anything")

    origins = {
        facts["name"]: facts["origin"] for facts in json.loads(invoke("list", "--json").output)
    }

    assert origins["silero-vad"] == "folder"
    assert origins["campplus"] == "package"


def test_the_installed_weights_are_the_ones_of_the_manifest(models_home: Path) -> None:
    result = invoke("check", "--json")

    assert result.exit_code == 0
    assert [check["ok"] for check in json.loads(result.output)] == [True] * 5
    assert not models_home.exists()


def test_a_changed_weight_fails_the_check_and_the_others_are_still_checked(
    models_home: Path,
) -> None:
    path = put(models_home, b"not the weights")

    result = invoke("check")
    as_json = json.loads(invoke("check", "--json").output)

    assert result.exit_code == 2
    assert str(path) in result.output
    assert "whisper-base: right" in result.output
    assert [(check["name"], check["code"]) for check in as_json if not check["ok"]] == [
        ("silero-vad", "model_corrupt")
    ]
