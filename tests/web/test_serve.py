"""``qa serve``: who may reach it, and when."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from qa.cli.serve import check_open_to_others, command, greet
from qa.config import Settings
from qa.domain.errors import SettingsInvalid

OTHERS = ["0.0.0.0", "192.168.1.5", "::", "example.org"]  # noqa: S104 - what the tests are about


def serve(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.mark.parametrize("host", OTHERS)
def test_without_accounts_an_address_that_others_could_reach_is_refused(
    host: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_HOME", str(tmp_path))
    monkeypatch.setenv("QA_HOSTS", "qa.example.org")
    answer = serve("--host", host)
    assert isinstance(answer.exception, SettingsInvalid)
    assert "no accounts" in answer.exception.message
    assert "qa user add" in answer.exception.hint


def test_an_address_from_the_settings_is_held_to_the_same(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_HOME", str(tmp_path))
    monkeypatch.setenv("QA_HOST", "0.0.0.0")  # noqa: S104 - must be refused
    assert isinstance(serve().exception, SettingsInvalid)


@pytest.mark.parametrize("host", OTHERS)
def test_with_accounts_such_an_address_needs_its_name(
    staff: Any, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_HOME", str(staff.settings.home))
    answer = serve("--host", host)
    assert isinstance(answer.exception, SettingsInvalid)
    assert "QA_HOSTS" in answer.exception.message


@pytest.mark.parametrize("host", OTHERS)
def test_with_accounts_and_a_name_nothing_stands_in_the_way(settings: Settings, host: str) -> None:
    named = settings.model_copy(update={"hosts": ("qa.example.org",)})
    check_open_to_others(named, host, staffed=True)


def test_whoever_starts_it_reads_where_it_is_and_how_the_first_admin_comes_in(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    greet(settings, "127.0.0.1", 8000, "secret")
    said = capsys.readouterr()
    assert "http://127.0.0.1:8000/  (only this machine can open it" in said.out
    assert said.out.strip().endswith("http://127.0.0.1:8000/first/secret")
    assert not said.err


def test_whoever_opens_it_to_others_without_https_is_warned(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    named = settings.model_copy(update={"hosts": ("qa.example.org",)})
    greet(named, "192.168.1.5", 8000, None)
    assert "unencrypted" in capsys.readouterr().err
    greet(named.model_copy(update={"https": True}), "192.168.1.5", 8000, None)
    assert not capsys.readouterr().err
