"""How people prove who they are, as the settings say."""

from __future__ import annotations

from datetime import timedelta

from qa.config import Settings
from qa.domain.errors import SettingsInvalid
from qa.domain.people import UserRole
from qa.ports.identity import OpenIdProvider, Passwords
from qa.services.login import SessionRules


def passwords() -> Passwords:
    """How passwords are kept and checked."""
    from qa.identity.passwords import Argon2Passwords

    return Argon2Passwords()


def session_rules(settings: Settings) -> SessionRules:
    """How long a login lasts."""
    return SessionRules(
        idle=timedelta(hours=settings.session_idle_h),
        longest=timedelta(days=settings.session_longest_d),
    )


def invitation_lifetime(settings: Settings) -> timedelta:
    """How long a one-time link lets in."""
    return timedelta(hours=settings.invitation_h)


def open_id_provider(settings: Settings) -> OpenIdProvider | None:
    """Where people may log in besides here; ``None`` where no setting names it.

    Raises:
        SettingsInvalid: The settings name it by half, or without https.
    """
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise SettingsInvalid(
            "QA_OIDC_ISSUER is set and QA_OIDC_CLIENT_ID is not",
            hint="set what the provider calls this installation",
        )
    from qa.identity.oidc import Provider

    secret = settings.oidc_client_secret
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret.get_secret_value() if secret else None,
    )


def open_id_role(settings: Settings) -> UserRole | None:
    """The role of whom the provider knows and Call QA does not; ``None`` for none at all."""
    return UserRole(settings.oidc_create) if settings.oidc_create else None


def invitation_link(settings: Settings, token: str) -> str:
    """The address of a one-time link, as somebody opens it who reaches the app."""
    if settings.hosts:
        name = settings.hosts[0]
        behind_proxy = settings.proxies > 0 or settings.https
        host = name if behind_proxy else f"{name}:{settings.port}"
    else:
        name = f"[{settings.host}]" if ":" in settings.host else settings.host
        host = f"{name}:{settings.port}"
    return f"{'https' if settings.https else 'http'}://{host}/welcome/{token}"
