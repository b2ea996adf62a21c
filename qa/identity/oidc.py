"""An OpenID Connect provider (``qa.ports.identity.OpenIdProvider``): authorization code with PKCE.

OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 and RFC 9700. Only signatures with a public key are
believed: an id token that is unsigned, or signed with the client's own secret, proves nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from qa.domain.errors import InputInvalid, ProviderUnavailable, SettingsInvalid
from qa.domain.faults import invalid
from qa.ports.identity import Handshake, Identity

_log = logging.getLogger(__name__)

_SCOPE = "openid email profile"
_TIMEOUT_S = 10.0
_LEEWAY_S = 60
"""How far the provider's clock may be from ours."""
_REMEMBERED = timedelta(hours=1)
"""How long the provider's description and keys are not asked for again."""
_SIGNATURES = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """What the provider said of itself, and when it was asked."""

    about: Mapping[str, Any]
    at: datetime


class Provider:
    """A provider, by its issuer's address.

    Args:
        issuer: As the provider writes it, ``https://login.example.com``.
        client_id: What it calls this installation.
        client_secret: ``None`` for a client without one; PKCE is always used.

    Raises:
        SettingsInvalid: The issuer is no https address; loopback may do without.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str | None) -> None:
        if not _is_safe(issuer):
            raise SettingsInvalid(
                "QA_OIDC_ISSUER is no https:// address",
                hint="write it like https://login.example.com",
            )
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._known: _Known | None = None
        self._keys: KeySet | None = None

    def address(self, handshake: Handshake, redirect_uri: str, now: datetime) -> str:
        """Where the browser is sent to log in. Raises ``ProviderUnavailable``."""
        about = self._about(now)
        with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"],
                state=handshake.state,
                nonce=handshake.nonce,
                code_verifier=handshake.verifier,
            )
        return cast("str", address)

    def identify(
        self, handshake: Handshake, code: str, redirect_uri: str, now: datetime
    ) -> Identity:
        """Exchange a code for who came back with it.

        Raises:
            ProviderUnavailable: It cannot be reached, or what it sends breaks the protocol.
            InputInvalid: The code is wrong or was used, or its id token is not for us, not now or not from it.
        """
        about = self._about(now)
        with self._client(redirect_uri) as client:
            answer = self._exchange(client, about, code, handshake.verifier)
            claims = self._claims(about, answer, handshake.nonce, now)
            if "email" not in claims and _is_safe(about.get("userinfo_endpoint")):
                claims = self._more(client, about, claims)
        email = claims.get("email")
        # Some providers write the claim as a word.
        verified = claims.get("email_verified") in (True, "true")
        return Identity(
            subject=f"{about['issuer']} {claims['sub']}",
            email=email if verified and isinstance(email, str) else None,
            name=name if isinstance(name := claims.get("name"), str) else None,
        )

    # --- the steps -----------------------------------------------------------------------------

    def _client(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope=_SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=_TIMEOUT_S,
        )

    def _about(self, now: datetime) -> Mapping[str, Any]:
        if self._known is None or not timedelta() <= now - self._known.at < _REMEMBERED:
            about = _read(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if str(about.get("issuer")).rstrip("/") != self._issuer.rstrip("/"):
                raise _unavailable("its description names another issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not _is_safe(about.get(name)):
                    raise _unavailable(f"its description has no {name} with https")
            self._known = _Known(about, now)
            self._keys = None
        return self._known.about

    def _exchange(
        self, client: OAuth2Session, about: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self._client_secret and "client_secret_basic" not in methods:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - a method's name
        try:
            answer = client.fetch_token(
                about["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=client.redirect_uri,
                allow_redirects=False,
            )
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise _refused("its code was used or is too old") from error
            # The description may quote the request, which holds the client's secret.
            raise _unavailable(f"it refused this client: {error.error}") from error
        except (requests.RequestException, ValueError) as error:
            raise _unavailable(type(error).__name__) from error
        return cast("Mapping[str, Any]", answer)

    def _claims(
        self, about: Mapping[str, Any], answer: Mapping[str, Any], nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        """The claims of the id token, once it is certain that they are true and meant for us."""
        text = answer.get("id_token")
        if not isinstance(text, str):
            raise _unavailable("it sent no id token")
        try:
            token = self._decode(about, text)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": about["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._client_id,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise _refused(f"its id token: {type(error).__name__}") from error
        return cast("Mapping[str, Any]", claims)

    def _decode(self, about: Mapping[str, Any], text: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=_SIGNATURES, strict_check_header=False)
        if self._keys is not None:
            try:
                return jwt.decode(text, self._keys, registry=registry)
            except InvalidKeyIdError:
                pass  # the provider has a new key since
        self._keys = _keys(about["jwks_uri"])
        return jwt.decode(text, self._keys, registry=registry)

    def _more(
        self, client: OAuth2Session, about: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The claims with those of the userinfo endpoint, where the e-mail address may be (Core, 5.4)."""
        try:
            response = client.get(about["userinfo_endpoint"], allow_redirects=False)
            response.raise_for_status()
            more = response.json()
        except (requests.RequestException, ValueError) as error:
            raise _unavailable(type(error).__name__) from error
        if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
            raise _refused("its user info is about somebody else")
        return {**more, **claims}


def _read(address: str) -> Mapping[str, Any]:
    try:
        response = requests.get(address, timeout=_TIMEOUT_S, allow_redirects=False)
        document = response.json() if response.status_code == requests.codes.ok else None
    except (requests.RequestException, ValueError) as error:
        raise _unavailable(type(error).__name__) from error
    if not isinstance(document, dict):
        raise _unavailable(f"it answered {response.status_code} without a JSON object")
    return document


def _keys(address: str) -> KeySet:
    try:
        return KeySet.import_key_set(cast("Any", _read(address)))
    except (JoseError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise _unavailable("its keys cannot be read") from error


def _is_safe(address: object) -> bool:
    """Whether an address is https, or of this machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _unavailable(why: str) -> ProviderUnavailable:
    return ProviderUnavailable(
        f"the login provider cannot be used: {why}", hint="see QA_OIDC_ISSUER, and try again later"
    )


def _refused(why: str) -> InputInvalid:
    _log.warning("a login at the provider was refused: %s", why)
    return invalid("oidc", "oidc.refused")
