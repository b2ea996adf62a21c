"""How long a PostgreSQL server is given to answer."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from qa.domain.errors import StoreUnavailable
from qa.store import engine as store_engine
from qa.store.engine import CONNECT_S, make_engine, reported, takes_connections


class _Heard(Exception):
    """The driver's arguments were seen: no connection is wanted."""


def given(engine: Engine) -> str:
    """The time that the driver is told when a connection is made."""
    told: list[str] = []

    def listen(_dialect: Any, _record: Any, _args: Any, named: dict[str, Any]) -> None:
        told.append(str(named["connect_timeout"]))
        raise _Heard

    event.listen(engine, "do_connect", listen)
    with pytest.raises(_Heard):
        engine.connect()
    return told[0]


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql+psycopg://callqa@127.0.0.1:{server.getsockname()[1]}/callqa"


def test_a_server_is_given_ten_seconds_unless_the_url_says_how_long() -> None:
    for driver in ("postgresql", "postgresql+psycopg"):
        assert given(make_engine(f"{driver}://callqa@db/callqa")) == str(CONNECT_S)
        assert given(make_engine(f"{driver}://callqa@db/callqa?connect_timeout=3")) == "3"


def test_the_url_stays_as_it_was_set() -> None:
    url = "postgresql+psycopg://callqa@db/callqa"
    assert str(make_engine(url).url) == url


def test_a_server_that_says_nothing_is_given_up_in_time(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_engine, "CONNECT_S", 2)
    engine = make_engine(silent)
    began = time.monotonic()
    assert not takes_connections(engine)
    with pytest.raises(StoreUnavailable), reported(), engine.connect():
        raise AssertionError
    assert time.monotonic() - began < 20


def test_a_url_that_the_driver_does_not_understand_names_no_server_that_is_up() -> None:
    assert not takes_connections(make_engine("postgresql+psycopg://db/callqa?no_such_option=1"))
