"""Mail by SMTP: one message to one address; delivered only when the server says so after the last byte."""

import smtplib
import ssl
from email.utils import format_datetime, parseaddr
from typing import Literal

from pydantic import SecretStr

from tasks import calendars
from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    ConfigurationError,
    OpsError,
    PermanentError,
    Timeout,
)
from tasks.messages import Message
from tasks.notifiers.base import MayHaveArrived, Receipt, one_line
from tasks.notifiers.mail_body import render


class Mail:
    """Sends through one mail server."""

    channel = "mail"

    def __init__(
        self,
        host: str,
        port: int = 587,
        *,
        sender: str,
        security: Literal["starttls", "tls", "none"] = "starttls",
        user: str = "",
        password: SecretStr | None = None,
        timeout: float = 20,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port = host, port
        self._sender = sender
        self._security = security
        self._user, self._password = user, password
        self._timeout = timeout
        self._trust = trust

    def wait(self, recipient: str) -> None:
        """Nothing to wait for: a mail server says itself when it has had enough."""

    def send(self, message: Message, recipient: str, *, key: str) -> Receipt:
        """Deliver one mail to one address (see :class:`Notifier`).

        Raises:
            ConfigurationError: no server is set, or an address is none.
            BadCredential: user or password was refused.
            PermanentError: the server refused the recipient (named) or the message.
            Busy, Timeout: nothing was handed over; trying again can help.
            MayHaveArrived: the connection broke while the message was being handed over.
        """
        if not self._host:
            raise ConfigurationError("no mail server is set: put its name in WECHAT_OPS_SMTP_HOST")
        mail = render(message, sender=self._sender, recipient=recipient, key=key)
        mail["Date"] = format_datetime(calendars.now().astimezone(calendars.SHANGHAI))
        where = f"mail server {self._host}:{self._port}"
        try:
            server = self._connect()
        except OpsError:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise _before(error, where) from None
        handed_over = False
        try:
            code, answer = server.mail(parseaddr(self._sender)[1])
            if code != 250:
                raise _refused(f"{where} refused the sender {self._sender}", code, answer)
            code, answer = server.rcpt(parseaddr(recipient)[1])
            if code not in (250, 251):
                raise _refused(f"{where} refused the recipient {recipient}", code, answer)
            handed_over = True
            code, answer = server.data(mail.as_bytes())
            if code != 250:
                raise _refused(f"{where} refused the message to {recipient}", code, answer)
            return Receipt(str(code), one_line(answer.decode("utf-8", "replace"))[:200])
        except smtplib.SMTPResponseException as error:
            reply = (
                error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
            )
            raise _refused(f"{where} refused the message to {recipient}", error.smtp_code, reply) from None
        except (OSError, smtplib.SMTPException) as error:
            if handed_over:
                raise MayHaveArrived(
                    f"{where}: no answer after the message to {recipient} was handed over "
                    f"({type(error).__name__}); look in the mailbox first, then resend by hand"
                ) from None
            raise _before(error, where) from None
        finally:
            _leave(server)

    def knock(self) -> None:
        """Connect, secure, log in and leave again, as for a mail but without one.

        Raises:
            ConfigurationError, BadCredential, PermanentError, Busy, Timeout: as for :meth:`send`.
        """
        if not self._host:
            raise ConfigurationError("no mail server is set: put its name in WECHAT_OPS_SMTP_HOST")
        where = f"mail server {self._host}:{self._port}"
        try:
            server = self._connect()
            try:
                code, answer = server.noop()
            finally:
                _leave(server)
        except (OSError, smtplib.SMTPException) as error:
            raise _before(error, where) from None
        if code != 250:
            raise _refused(f"{where} did not take a NOOP", code, answer)

    def _connect(self) -> smtplib.SMTP:
        """A greeted, secured and authenticated connection."""
        trust = self._trust or ssl.create_default_context()
        server: smtplib.SMTP
        if self._security == "tls":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=trust)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self._security == "starttls":
                server.starttls(context=trust)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password.get_secret_value() if self._password else "")
        except BaseException:
            _leave(server)
            raise
        return server


def _leave(server: smtplib.SMTP) -> None:
    """Says goodbye; what happens now no longer changes whether the mail went out."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _before(error: Exception, where: str) -> OpsError:
    """The error for a failure before anything was handed over. Server replies to a login are not repeated."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return BadCredential(
            f"{where} refused user or password: check WECHAT_OPS_SMTP_USER and WECHAT_OPS_SMTP_PASSWORD",
            code=str(error.smtp_code),
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ConfigurationError(
            f"{where} does not offer what WECHAT_OPS_SMTP_SECURITY and WECHAT_OPS_SMTP_USER ask for: "
            "try tls on port 465, starttls on port 587, or no user"
        )
    if isinstance(error, ssl.SSLError):
        return ConfigurationError(
            f"{where}: no trusted encrypted connection ({error.reason or type(error).__name__}); check "
            "WECHAT_OPS_SMTP_SECURITY (tls for port 465, starttls for 587) and the server's certificate"
        )
    if isinstance(error, TimeoutError):
        return Timeout(f"{where}: no answer in time")
    return Busy(f"{where}: no connection ({type(error).__name__})")


def _refused(what: str, code: int, answer: bytes) -> OpsError:
    said = one_line(answer.decode("utf-8", "replace"))[:200]
    text = f"{what}: {code} {said}"
    if 400 <= code < 500:
        return Busy(f"{text}; trying again later can help", code=str(code))
    if code == 552:
        return BadRequest(f"{text}; the message is too large", code=str(code))
    return PermanentError(text, code=str(code))
