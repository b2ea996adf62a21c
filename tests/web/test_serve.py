"""``qa serve``."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from qa.cli.serve import command
from qa.domain.errors import SettingsInvalid


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])  # noqa: S104 - must be refused
def test_an_address_that_others_could_reach_is_refused(host: str) -> None:
    answer = CliRunner().invoke(command, ["--host", host])
    assert isinstance(answer.exception, SettingsInvalid)
    assert "no accounts" in answer.exception.message


def test_an_address_from_the_settings_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_HOST", "0.0.0.0")  # noqa: S104 - must be refused
    assert isinstance(CliRunner().invoke(command, []).exception, SettingsInvalid)
