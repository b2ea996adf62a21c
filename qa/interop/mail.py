"""Mail over SMTP, by the standard library.

Without ``none`` in the settings neither a password nor a message travels unencrypted.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as LINES_OF_SMTP
from email.utils import formatdate, make_msgid
from typing import Literal

from qa.domain.wording import Reason
from qa.ports.messages import Mail
from qa.ports.programs import Undelivered

TIMEOUT_S = 20
"""For one answer of the mail server, seconds."""

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends mails (``qa.ports.messages.Mailer``).

    Attributes:
        security: ``tls`` from the first byte, ``starttls`` after the greeting, or ``none``.
        user: Empty for a server that asks for no login.
        sender: The address that mails come from.
        to: The addresses that they go to.
    """

    host: str
    port: int
    security: Security
    user: str
    password: str
    sender: str
    to: Sequence[str]
    timeout_s: float = TIMEOUT_S

    def send(self, mail: Mail) -> None:
        """Send a mail. Raises ``Undelivered`` where one of the addresses does not get it."""
        try:
            with self._connected() as server:
                refused = server.send_message(self._message(mail))
        except smtplib.SMTPRecipientsRefused as error:
            raise Undelivered(
                Reason("mail.some_refused", {"count": len(error.recipients)})
            ) from None
        except smtplib.SMTPNotSupportedError:
            raise Undelivered(Reason("mail.no_tls")) from None
        except smtplib.SMTPServerDisconnected:
            raise Undelivered(Reason("mail.unreachable")) from None
        except smtplib.SMTPResponseException as error:
            raise Undelivered(Reason("mail.refused", {"status": error.smtp_code})) from None
        except ssl.SSLCertVerificationError:
            raise Undelivered(Reason("mail.untrusted")) from None
        except OSError as error:
            # Every fault of smtplib is an OSError; what is left of them is an answer that is none.
            garbled = isinstance(error, smtplib.SMTPException)
            raise Undelivered(Reason("mail.garbled" if garbled else "mail.unreachable")) from None
        if refused:
            raise Undelivered(Reason("mail.some_refused", {"count": len(refused)}))

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_s, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                self._log_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self.user, self.password)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
            raise Undelivered(Reason("mail.login")) from None

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=LINES_OF_SMTP)
        message["From"] = self.sender
        message["To"] = ", ".join(self.to)
        message["Subject"] = mail.subject
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, cte="quoted-printable")
        return message
