"""Where questions may go, and what a judge behind an endpoint is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.judge import JudgeChoice
from models.judge_endpoint import Endpoint, Silent, address
from qa.domain.errors import SettingsInvalid

KEY = "sk-do-not-tell"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8080/v1",
        "ftp://127.0.0.1/v1",
        "http:///v1",
        "http://127.0.0.1:port/v1",
        "http://127.0.0.1:99999/v1",
        "https://me:secret@models.example/v1",
        "https://models.example/v1?key=secret",
        "http://models.example/v1",
        "http://10.0.0.5:8000/v1",
        "http://127.0.0.1.models.example/v1",
        "http://[::2]/v1",
        "https://模型.example/v1",
        "https://models.example/v 1\r\nX: secret",
    ],
)
def test_an_address_that_is_none_or_would_tell_the_network_is_refused(url: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        address(url)
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://localhost/v1/", True),
        ("http://[::1]:8080", True),
        ("https://models.example/v1", False),
    ],
)
def test_this_machine_and_encrypted_addresses_are_taken(url: str, loopback: bool) -> None:
    at = address(url)
    assert at.loopback is loopback
    assert at.path in ("/v1/chat/completions", "/chat/completions")


def test_a_network_that_is_trusted_can_be_said_to_be() -> None:
    at = address("http://10.0.0.5:8000/v1", plain_http=True)
    assert (at.tls, at.host, at.port) == (False, "10.0.0.5", 8000)


def test_another_model_or_endpoint_has_another_identity_and_the_key_is_no_part_of_it() -> None:
    choice = JudgeChoice("http", "some-model", "https://models.example/v1", key=KEY)
    others = [
        replace(choice, model="another"),
        replace(choice, url="https://models.example/v2"),
        replace(choice, url="https://others.example/v1"),
    ]
    assert len({choice.identity(), *(other.identity() for other in others)}) == 4
    assert replace(choice, key="").identity() == choice.identity()
    assert KEY not in f"{choice} {choice.identity()} {choice.build()!r}"
    assert KEY not in repr(Endpoint(address(choice.url), KEY))
    for key in ("sk-two\nlines", "密钥"):
        with pytest.raises(SettingsInvalid) as caught:
            replace(choice, key=key).build()
        assert key not in str(caught.value)
    with pytest.raises(SettingsInvalid, match="no model"):
        replace(choice, model="").identity()


def test_a_host_that_no_resolver_takes_cannot_be_reached() -> None:
    endpoint = Endpoint(address(f"https://{'a' * 70}.example/v1"), sleep=lambda _: None)
    with pytest.raises(Silent) as caught:
        endpoint.post(b"{}", endpoint.deadline())
    assert caught.value.reason.code == "silent.judge_unreachable"
