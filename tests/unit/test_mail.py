"""Mails to a server on this machine."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa.bootstrap import nights
from qa.config import Settings
from qa.domain.errors import SettingsInvalid
from qa.interop.mail import SmtpMailer
from qa.ports.messages import Mail
from qa.ports.programs import Undelivered
from tests.unit.mailbox import Mailbox, mailbox

PASSWORD = "of nobody"  # noqa: S105 - of a server that lives for a test
MAIL = Mail(
    "质检夜间任务 2026-03-01：已完成", "录音\n  收到  100\n.a line that begins with a dot\n"
)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as opened:
        yield opened


@pytest.fixture
def mailer(box: Mailbox) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1",
        port=box.port,
        security="none",
        user="",
        password=PASSWORD,
        sender="qa@example.com",
        to=("ops@example.com", "lead@example.com"),
        timeout_s=2,
    )


def test_a_mail_arrives_as_it_was_written(box: Mailbox, mailer: SmtpMailer) -> None:
    mailer.send(MAIL)
    [raw] = box.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == MAIL.subject
    assert mail["From"] == "qa@example.com"
    assert mail["To"] == "ops@example.com, lead@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text
    assert raw.isascii()
    assert "rcpt TO:<lead@example.com>" in box.commands


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"GREETING": "554 not today"}, "mail.refused"),
        ({"GREETING": "hello there"}, "mail.refused"),
        ({"MAIL": "550 no"}, "mail.refused"),
        ({"RCPT": "550 nobody"}, "mail.some_refused"),
        ({"rcpt TO:<lead@example.com>": "550 nobody"}, "mail.some_refused"),
        ({"DATA": "552 too large"}, "mail.refused"),
        ({"DATA": "HANG UP"}, "mail.unreachable"),
    ],
)
def test_a_mail_that_does_not_arrive_says_why(
    box: Mailbox, mailer: SmtpMailer, answers: dict[str, str], code: str
) -> None:
    box.answers.update(answers)
    with pytest.raises(Undelivered) as caught:
        mailer.send(MAIL)
    assert caught.value.reason.code == code


def test_a_mail_waits_for_no_server_that_is_not_there(mailer: SmtpMailer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(Undelivered) as caught:
        replace(mailer, port=port).send(MAIL)
    assert caught.value.reason.code == "mail.unreachable"


def test_nothing_is_sent_unencrypted_unless_the_settings_say_so(
    box: Mailbox, mailer: SmtpMailer
) -> None:
    with pytest.raises(Undelivered) as caught:
        replace(mailer, security="starttls", user="qa").send(MAIL)
    assert caught.value.reason.code == "mail.no_tls"
    assert not any("AUTH" in command.upper() for command in box.commands)
    assert box.mails == []


def test_a_login_that_the_server_does_not_accept_or_know_is_told(
    box: Mailbox, mailer: SmtpMailer
) -> None:
    known = replace(mailer, user="qa")
    with pytest.raises(Undelivered) as caught:
        known.send(MAIL)
    assert caught.value.reason.code == "mail.login"
    box.answers.update({"EHLO": "250-mail.example\n250 AUTH PLAIN", "EHLO ": "", "AUTH": "535 no"})
    box.answers["ehlo"] = box.answers["EHLO"]
    with pytest.raises(Undelivered) as caught:
        known.send(MAIL)
    assert caught.value.reason.code == "mail.login"


def test_mail_settings_without_a_sender_or_an_address_are_refused_before_the_night() -> None:
    half = Settings(smtp_host="mail.example", _env_file=None)  # type: ignore[call-arg]
    with pytest.raises(SettingsInvalid, match="QA_SMTP_FROM"):
        nights.mailer(half)
    assert nights.mailer(Settings(_env_file=None)) is None  # type: ignore[call-arg]


def test_addresses_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_SMTP_TO", "a@example.com, b@example.com")
    assert Settings(_env_file=None).smtp_to == ("a@example.com", "b@example.com")  # type: ignore[call-arg]
