"""The review app over a real store with seeded calls (see ``seeding.py``), with and without people."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient

from qa import bootstrap
from qa.config import Settings
from qa.domain import throttle
from qa.domain.access import Actor, actor_of
from qa.domain.people import Client, Failures, User
from qa.ports import UnitOfWorkFactory
from qa.services.login import open_session
from webapp import create_app


def _load(name: str) -> ModuleType:
    """Import a module beside this file; the test folders are not packages."""
    spec = importlib.util.spec_from_file_location(
        f"web_{name}", Path(__file__).with_name(f"{name}.py")
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


seeding = _load("seeding")
staffing = _load("staffing")


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


@dataclass(frozen=True, slots=True)
class Staff:
    """An installation with people, of one test alone: whatever is changed is gone after it.

    Attributes:
        ids: Public ids of the calls, by call id.
        users: By login: admin ``ada``, supervisors ``sun`` and ``sam``, agents ``amy`` (A201, whose is
            ``bad-call``) and ``an`` (A101, whose is ``good-call``), operator ``otto``. All but otto are of the
            team Returns. Their password is ``staffing.PASSWORD``.
    """

    app: Flask
    settings: Settings
    open_store: UnitOfWorkFactory
    ids: dict[str, str]
    users: dict[str, User]
    password: str

    def actor(self, login: str) -> Actor:
        """Somebody, for a service."""
        return actor_of(self.users[login])

    def client_as(self, login: str, **environment: str) -> FlaskClient:
        """A browser of somebody who has logged in, whose forms come from the app's own pages."""
        client = self.stranger(**environment)
        with self.open_store(writes=True) as unit:
            rules = bootstrap.session_rules(self.settings)
            now = bootstrap.SystemClock().now()
            opened = open_session(unit, self.users[login], Client("127.0.0.1", "test"), rules, now)
            unit.commit()
        client.set_cookie("callqa", opened.token)
        return client

    def fail_often(self, login: str) -> None:
        """Have so many attempts to log in as somebody failed just now that the next has to wait for minutes."""
        attempt = throttle.keys(login, "127.0.0.1")
        with self.open_store(writes=True) as unit:
            failed = Failures(12, bootstrap.SystemClock().now())
            unit.logins.count_failures(dict.fromkeys(attempt.all, failed))
            unit.commit()

    def stranger(self, **environment: str) -> FlaskClient:
        """A browser of somebody who has not logged in."""
        client = self.app.test_client()
        client.environ_base |= {
            "HTTP_ACCEPT_LANGUAGE": "en",
            "HTTP_SEC_FETCH_SITE": "same-origin",
            **environment,
        }
        return client


@pytest.fixture(scope="session")
def staffed_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A seeded data folder with people, to copy from, and the public ids of its calls by call id."""
    folder = tmp_path_factory.mktemp("staffed")
    settings = Settings(home=folder / "var", _env_file=None)  # type: ignore[call-arg]
    ids = seeding.seed(settings, folder)
    staffing.staff(settings)
    return settings.home, ids


@pytest.fixture
def staff(staffed_home: tuple[Path, dict[str, str]], tmp_path: Path) -> Staff:
    """The app over a copy of the seeded store, with people. Tests may change it."""
    home, ids = staffed_home
    settings = Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]
    shutil.copytree(home, settings.home)
    open_store = bootstrap.unit_of_work(settings)
    with open_store() as unit:
        users = {user.login: user for user in unit.people.everybody()}
    return Staff(create_app(settings), settings, open_store, ids, users, staffing.PASSWORD)


@pytest.fixture
def client_as(staff: Staff) -> Callable[..., FlaskClient]:
    """``client_as("sun")``: a browser in which somebody of ``staff`` is logged in."""
    return staff.client_as
