"""What every test shares: nothing of the machine's own settings, and a data folder of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.batch.ray_cluster import ALONE, QUIET
from qa.config import Settings

# Telemetry of third parties stays off in tests as it does in the product.
os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Ray reads these once in a process, when anything first imports it: every cluster of the tests has one token.
os.environ.update(QUIET | ALONE | {"RAY_AUTH_TOKEN": "f" * 64})

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("QA_"):
            monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an empty data folder and the company of the sample calls."""
    return Settings(home=tmp_path / "var", company_names=("云帆科技", "Northwind"))
