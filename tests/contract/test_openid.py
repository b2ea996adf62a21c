"""Logging in at a real provider on loopback, from the redirect to the login in the store."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.errors import InputInvalid, ProviderUnavailable, SettingsInvalid
from qa.domain.people import UserRole
from qa.identity.oidc import Provider
from qa.services import accounts, oidc
from qa.services.login import LoggedIn
from tests.contract.openid_server import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    Claims,
    Server,
    new_key,
    serving,
)
from tests.unit.people_lab import HERE, Place

SUN = "sun@example.org"


@pytest.fixture(scope="module")
def key() -> RSAKey:
    """The provider's key; making one takes a while."""
    return new_key("first")


@pytest.fixture(scope="module")
def other_key() -> RSAKey:
    return new_key("second")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An installation with nobody in it."""
    return Place(bootstrap.unit_of_work(Settings(home=tmp_path / "var")))


@pytest.fixture
def server(key: RSAKey, place: Place) -> Iterator[Server]:
    with serving(key, place.clock.now) as running:
        yield running


@pytest.fixture
def provider(server: Server) -> Provider:
    return Provider(server.url, CLIENT_ID, CLIENT_SECRET)


def finish(
    place: Place,
    provider: Provider,
    kept: str | None,
    state: str | None,
    code: str | None,
    *,
    create: UserRole | None = None,
) -> LoggedIn:
    return oidc.finish(
        place.open_store,
        provider,
        place.clock,
        place.rules,
        kept=kept,
        state=state,
        code=code,
        redirect_uri=REDIRECT_URI,
        client=HERE,
        create=create,
    )


def log_in(
    place: Place, provider: Provider, server: Server, create: UserRole | None = None
) -> LoggedIn:
    """All of it: out to the provider and back."""
    address, kept = oidc.begin(provider, place.clock, REDIRECT_URI)
    code, state = server.log_in(address)
    return finish(place, provider, kept, state, code, create=create)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(InputInvalid) as caught:
        act()
    assert caught.value.field == "oidc"
    return caught.value.reason.code


# --- who is let in -------------------------------------------------------------------------------


def test_an_account_is_linked_by_its_verified_address_once_and_found_by_subject_from_then_on(
    place: Place, provider: Provider, server: Server
) -> None:
    user = place.add(SUN, password=None)
    logged_in = log_in(place, provider, server)
    assert logged_in.user == user
    asking = place.resolve(logged_in.token)
    assert asking is not None
    assert asking.session.client == HERE
    server.person["email"] = "new.name@example.org"
    assert log_in(place, provider, server).user == user


def test_who_has_no_account_is_not_given_one(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add("ada", UserRole.ADMIN)
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.no_account"
    assert [user.login for user in accounts.everybody(place.open_store, CONSOLE)] == ["ada"]


def test_a_setting_gives_those_that_the_provider_knows_an_account(
    place: Place, provider: Provider, server: Server
) -> None:
    user = log_in(place, provider, server, UserRole.AGENT).user
    assert (user.login, user.name, user.role) == (SUN, "Sun Wei", UserRole.AGENT)
    assert log_in(place, provider, server, UserRole.SUPERVISOR).user == user


def test_a_name_that_cannot_be_shown_is_replaced_by_the_address(
    place: Place, provider: Provider, server: Server
) -> None:
    server.person["name"] = "Sun\u202e\x00"
    assert log_in(place, provider, server, UserRole.AGENT).user.name.lower() == SUN


@pytest.mark.parametrize("verified", [False, None, "false", 1.5])
def test_an_address_that_the_provider_did_not_verify_leads_nowhere(
    place: Place, provider: Provider, server: Server, verified: object
) -> None:
    place.add(SUN)
    server.person["email_verified"] = verified
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.unverified"
    assert refusal(lambda: log_in(place, provider, server, UserRole.AGENT)) == "oidc.unverified"


def test_an_address_that_only_looks_like_a_login_leads_nowhere(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    for email in ("ｓｕｎ@example.org", "ſun@example.org"):
        server.person |= {"sub": email, "email": email}
        assert refusal(lambda: log_in(place, provider, server)) == "oidc.unverified"


def test_an_address_that_somebody_else_has_by_now_does_not_lead_to_the_first_ones_account(
    place: Place, provider: Provider, server: Server
) -> None:
    user = place.add(SUN)
    log_in(place, provider, server)
    server.person["sub"] = "another"
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.other_subject"
    server.person["sub"] = "248289"
    assert log_in(place, provider, server).user == user


def test_the_same_subject_of_another_provider_is_somebody_else(
    place: Place, provider: Provider, server: Server, key: RSAKey
) -> None:
    place.add(SUN)
    log_in(place, provider, server)
    with serving(key, place.clock.now) as other:
        moved = Provider(other.url, CLIENT_ID, CLIENT_SECRET)
        assert refusal(lambda: log_in(place, moved, other)) == "oidc.other_subject"


def test_who_is_disabled_is_not_let_in(place: Place, provider: Provider, server: Server) -> None:
    user = place.add(SUN)
    accounts.set_active(place.open_store, CONSOLE, place.clock, user.public_id, active=False)
    for create in (None, UserRole.AGENT):
        assert refusal(lambda: log_in(place, provider, server, create)) == "oidc.no_account"  # noqa: B023 - called at once


def test_an_address_that_is_only_in_the_user_info_is_found_there(
    place: Place, provider: Provider, server: Server
) -> None:
    user = place.add(SUN)
    server.person = {"sub": "248289"}
    server.user_info = {"sub": "248289", "email": SUN, "email_verified": "true"}
    assert log_in(place, provider, server).user == user
    server.user_info = {"sub": "somebody else", "email": SUN, "email_verified": True}
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.refused"


# --- what the browser brings back ----------------------------------------------------------------


def test_another_browsers_answer_is_refused(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    address, kept = oidc.begin(provider, place.clock, REDIRECT_URI)
    _, others = oidc.begin(provider, place.clock, REDIRECT_URI)
    code, state = server.log_in(address)
    for cookie in (None, "", "x", "..", "a.b", f"{kept}.more", others):
        assert refusal(lambda: finish(place, provider, cookie, state, code)) == "oidc.stale"  # noqa: B023 - called at once
    for wrong in (None, "", "x", state + "x", "\ud800", "状态"):
        assert refusal(lambda: finish(place, provider, kept, wrong, code)) == "oidc.stale"  # noqa: B023 - called at once
    assert "/token" not in server.asked
    assert finish(place, provider, kept, state, code).user.login == SUN


def test_an_answer_without_a_code_says_that_the_provider_refused(
    place: Place, provider: Provider, server: Server
) -> None:
    address, kept = oidc.begin(provider, place.clock, REDIRECT_URI)
    _, state = server.log_in(address)
    assert refusal(lambda: finish(place, provider, kept, state, None)) == "oidc.denied"


def test_a_code_works_once(place: Place, provider: Provider, server: Server) -> None:
    place.add(SUN)
    address, kept = oidc.begin(provider, place.clock, REDIRECT_URI)
    code, state = server.log_in(address)
    finish(place, provider, kept, state, code)
    assert refusal(lambda: finish(place, provider, kept, state, code)) == "oidc.refused"


def test_a_code_that_another_browser_began_is_refused_by_pkce(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    address, kept = oidc.begin(provider, place.clock, REDIRECT_URI)
    code, state = server.log_in(address)
    _, nonce, _ = kept.split(".")
    stolen = f"{state}.{nonce}.{'v' * 43}"
    assert refusal(lambda: finish(place, provider, stolen, state, code)) == "oidc.refused"


def test_two_logins_have_nothing_in_common(place: Place, provider: Provider) -> None:
    one, kept_one = oidc.begin(provider, place.clock, REDIRECT_URI)
    two, kept_two = oidc.begin(provider, place.clock, REDIRECT_URI)
    assert not set(kept_one.split(".")) & set(kept_two.split("."))
    for address, kept in ((one, kept_one), (two, kept_two)):
        asked = parse_qs(urlsplit(address).query)
        state, nonce, verifier = kept.split(".")
        assert (asked["state"], asked["nonce"]) == ([state], [nonce])
        assert verifier not in address
        assert CLIENT_SECRET not in address


# --- id tokens that must not be believed ---------------------------------------------------------


def unsigned(claims: Claims) -> str:
    parts = ({"alg": "none"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(part.rstrip("=") for part in encoded) + "."


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        {"aud": None},
        {"iss": "https://evil.example.org"},
        {"iss": None},
        {"exp": -60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 600},
        {"nbf": 600},
        {"sub": None},
        {"at_hash": "bm90IHRoZSBoYXNo"},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_for_us_and_now_is_refused(
    place: Place,
    provider: Provider,
    server: Server,
    bent: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    place.add(SUN)
    now = int(place.clock.now().timestamp())
    moments = {
        name: now + value
        for name, value in bent.items()
        if name in ("exp", "iat", "nbf") and isinstance(value, int)
    }

    def bend(claims: Claims) -> Claims:
        changed = claims | bent | moments
        return {name: value for name, value in changed.items() if value is not None}

    server.bend = bend
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.refused"
    assert "a login at the provider was refused: its id token: " in caplog.text
    assert SUN not in caplog.text.lower()


def test_an_id_token_that_nobody_signed_is_refused(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    server.sign = unsigned
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.refused"


def test_an_id_token_that_another_key_signed_is_refused(
    place: Place, provider: Provider, server: Server, other_key: RSAKey
) -> None:
    place.add(SUN)
    for kid in (server.key.kid, "second"):
        server.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": kid}, claims, other_key)  # noqa: B023 - called at once
        assert refusal(lambda: log_in(place, provider, server)) == "oidc.refused"


@pytest.mark.parametrize("signed_with", ["the client's secret", "the public key"])
def test_an_id_token_signed_with_what_others_know_is_refused(
    place: Place, provider: Provider, server: Server, signed_with: str
) -> None:
    place.add(SUN)
    public = server.key.as_pem(private=False)
    known = public if signed_with == "the public key" else CLIENT_SECRET.encode()
    server.about["id_token_signing_alg_values_supported"] = ["HS256"]
    # Written by hand: a careful library does not sign with a public key.
    key = OctKey.import_key(base64.urlsafe_b64encode(known).decode())
    server.sign = lambda claims: _hmac(claims, key, server.key.kid)
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.refused"


@pytest.mark.parametrize("garbage", ["", "x", "a.b.c", "." * 5, "ey" * 200_000])
def test_what_is_no_token_is_refused(
    place: Place, provider: Provider, server: Server, garbage: str
) -> None:
    server.sign = lambda _claims: garbage
    assert refusal(lambda: log_in(place, provider, server)) == "oidc.refused"


def test_a_clock_that_is_a_little_off_is_no_reason(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    server.now = lambda: place.clock.now() + timedelta(seconds=45)
    assert log_in(place, provider, server).user.login == SUN


def test_a_new_key_of_the_provider_is_asked_for(
    place: Place, provider: Provider, server: Server, other_key: RSAKey
) -> None:
    place.add(SUN)
    log_in(place, provider, server)
    server.key = other_key
    assert log_in(place, provider, server).user.login == SUN
    assert server.asked.count("/keys") == 2


# --- the provider itself -------------------------------------------------------------------------


def test_the_providers_description_is_asked_for_once_an_hour(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    for _ in range(3):
        log_in(place, provider, server)
    discovery = "/.well-known/openid-configuration"
    assert server.asked.count(discovery) == 1
    place.clock.wait(hours=1)
    log_in(place, provider, server)
    assert server.asked.count(discovery) == 2


def test_a_client_whose_secret_goes_into_the_form_is_served_too(
    place: Place, provider: Provider, server: Server
) -> None:
    place.add(SUN)
    server.about["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert log_in(place, provider, server).user.login == SUN


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("status", [500, 302, 404])
def test_a_provider_that_does_not_answer_is_said_to_be_unavailable(
    place: Place, provider: Provider, server: Server, path: str, status: int
) -> None:
    place.add(SUN)
    server.status[path] = status
    with pytest.raises(ProviderUnavailable):
        log_in(place, provider, server)
    del server.status[path]
    assert log_in(place, provider, server).user.login == SUN


@pytest.mark.parametrize("keys", [[], {"keys": "none"}, {"keys": [{"kty": "RSA"}]}], ids=str)
def test_a_provider_whose_keys_cannot_be_read_is_said_to_be_unavailable(
    place: Place, provider: Provider, server: Server, keys: Any
) -> None:
    server.keys = keys
    with pytest.raises(ProviderUnavailable):
        log_in(place, provider, server)


def test_a_provider_that_is_gone_is_said_to_be_unavailable(place: Place, key: RSAKey) -> None:
    with serving(key, place.clock.now) as gone:
        pass
    with pytest.raises(ProviderUnavailable):
        oidc.begin(Provider(gone.url, CLIENT_ID, None), place.clock, REDIRECT_URI)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://evil.example.org"},
        {"token_endpoint": "http://login.example.org/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_a_description_that_cannot_be_trusted_is_not_used(
    place: Place, provider: Provider, server: Server, wrong: dict[str, str | None]
) -> None:
    server.about |= wrong
    with pytest.raises(ProviderUnavailable):
        oidc.begin(provider, place.clock, REDIRECT_URI)
    server.about = []  # type: ignore[assignment]  # what it must not send
    with pytest.raises(ProviderUnavailable):
        oidc.begin(provider, place.clock, REDIRECT_URI)


def test_a_wrong_client_secret_is_told_to_the_admin_and_stays_secret(
    place: Place, server: Server
) -> None:
    wrong = Provider(server.url, CLIENT_ID, "guessed")
    with pytest.raises(ProviderUnavailable) as caught:
        log_in(place, wrong, server)
    assert "invalid_client" in caught.value.message
    assert CLIENT_SECRET not in caught.value.message


# --- settings ------------------------------------------------------------------------------------


def test_without_settings_there_is_no_provider() -> None:
    assert bootstrap.open_id_provider(Settings()) is None
    assert bootstrap.open_id_role(Settings()) is None


def test_settings_name_the_provider_and_the_role_of_newcomers(server: Server, place: Place) -> None:
    settings = Settings(
        oidc_issuer=server.url,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_create="agent",
    )
    provider = bootstrap.open_id_provider(settings)
    assert isinstance(provider, Provider)
    role = bootstrap.open_id_role(settings)
    assert log_in(place, provider, server, role).user.role is UserRole.AGENT


@pytest.mark.parametrize(
    "settings",
    [
        Settings(oidc_issuer="https://login.example.org"),
        Settings(oidc_issuer="http://login.example.org", oidc_client_id="x"),
        Settings(oidc_issuer="login.example.org", oidc_client_id="x"),
        Settings(oidc_issuer="https://[", oidc_client_id="x"),
    ],
)
def test_a_provider_that_is_named_by_half_or_without_https_is_refused(settings: Settings) -> None:
    with pytest.raises(SettingsInvalid, match="QA_OIDC_ISSUER"):
        bootstrap.open_id_provider(settings)


def _hmac(claims: Claims, key: OctKey, kid: str | None) -> str:
    import hashlib
    import hmac

    encoded = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "HS256", "kid": kid}, claims)
    ]
    body = ".".join(encoded)
    mac = hmac.new(key.raw_value, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
