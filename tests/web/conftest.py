"""The review app over a real store with seeded calls (see ``seeding.py``)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from qa.config import Settings
from webapp import create_app


def _load_seeding() -> ModuleType:
    """Import the module beside this file; the test folders are not packages."""
    spec = importlib.util.spec_from_file_location(
        "web_seeding", Path(__file__).with_name("seeding.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


seeding = _load_seeding()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, str]]:
    """Settings of a seeded data folder, and the public ids of its calls by call id."""
    folder = tmp_path_factory.mktemp("web")
    settings = Settings(home=folder / "var", _env_file=None)  # type: ignore[call-arg]
    return settings, seeding.seed(settings, folder)


@pytest.fixture(scope="session")
def app(installation: tuple[Settings, dict[str, str]]) -> Flask:
    """The app over the seeded store. Tests only read."""
    return create_app(installation[0])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that prefers English and sends a loopback ``Host``."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.environ_base["HTTP_HOST"] = "127.0.0.1:8000"
    return client


@pytest.fixture
def ids(installation: tuple[Settings, dict[str, str]]) -> dict[str, str]:
    """Public ids by call id."""
    return installation[1]
