"""An OpenID Connect provider on this machine: discovery, keys, codes with PKCE, id tokens, user info.

It refuses what a strict provider refuses; what it answers, a test may bend.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "call-qa"
CLIENT_SECRET = "s3cret:with/odd&characters"  # noqa: S105 - of a client that does not exist
REDIRECT_URI = "http://127.0.0.1:8000/login/openid/back"

Claims = dict[str, Any]


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class Server:
    """The provider. ``bend`` changes an id token's claims, ``sign`` makes the token of them."""

    url: str
    now: Callable[[], datetime]
    key: RSAKey
    about: dict[str, Any] = field(default_factory=dict)
    person: Claims = field(default_factory=dict)
    user_info: Claims | None = None
    keys: Any = None
    bend: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Claims], str] | None = None
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def log_in(self, address: str) -> tuple[str, str]:
        """What the browser brings back from an authorization address: the code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["redirect_uri"] == REDIRECT_URI
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return code, asked["state"]

    def answer(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        """The answer to a request."""
        self.asked.append(path)
        if path in self.status:
            return self.status[path], {"error": "server_error"}
        if path == "/.well-known/openid-configuration":
            return 200, self.about
        if path == "/keys":
            own = {"keys": [self.key.as_dict(private=False)]}
            return 200, own if self.keys is None else self.keys
        if path == "/userinfo" and authorization == "Bearer access":
            return 200, self.user_info
        if path == "/token":
            return self._token(form, authorization)
        return 404, {}

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        if not self._is_client(form, authorization):
            return 401, {"error": "invalid_client", "error_description": CLIENT_SECRET}
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(form["code_verifier"].encode()).digest()
        )
        if challenge.decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(self.now().timestamp())
        claims = self.bend(
            {
                "iss": self.about["issuer"],
                "aud": CLIENT_ID,
                "iat": now,
                "exp": now + 300,
                "nonce": asked["nonce"],
                **self.person,
            }
        )
        sign = self.sign or self.signed
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": sign(claims)}

    def _is_client(self, form: dict[str, str], authorization: str) -> bool:
        if self.about.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        scheme, _, encoded = authorization.partition(" ")
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
        return (scheme, unquote(name), unquote(secret)) == ("Basic", CLIENT_ID, CLIENT_SECRET)

    def signed(self, claims: Claims) -> str:
        """The id token as a provider signs it."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(body).items()})

    def _answer(self, form: dict[str, str]) -> None:
        provider: Server = self.server.provider  # type: ignore[attr-defined]
        code, document = provider.answer(self.path, form, self.headers.get("Authorization", ""))
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def serving(key: RSAKey, now: Callable[[], datetime]) -> Iterator[Server]:
    """A provider for as long as it is needed."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    url = f"http://127.0.0.1:{http.server_port}"
    about = {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/keys",
        "userinfo_endpoint": f"{url}/userinfo",
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    person = {
        "sub": "248289",
        "email": "Sun@Example.org",
        "email_verified": True,
        "name": "Sun Wei",
    }
    http.provider = Server(url, now, key, about, person)  # type: ignore[attr-defined]
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield http.provider  # type: ignore[attr-defined]
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
