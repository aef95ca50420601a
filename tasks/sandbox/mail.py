"""A mail server that keeps what it is given: one ``.eml`` file per message, nothing is sent on."""

import asyncio
import ssl
import threading
import warnings
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Mail:
    """One message as the server got it."""

    file: Path
    sender: str
    """Envelope sender."""
    recipients: tuple[str, ...]
    """Envelope recipients, blind copies included."""
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Decoded subject line."""
        return str(self.message["Subject"] or "")

    def text(self, kind: str = "html") -> str:
        """The ``html`` or ``plain`` body, empty when there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part else ""

    def attachments(self) -> list[str]:
        """File names of the attachments."""
        return [part.get_filename() or "" for part in self.message.iter_attachments()]


class _Keep:
    """Writes each accepted message to the folder; the envelope goes into ``X-Envelope`` headers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._next = 1 + max((int(f.stem) for f in folder.glob("*.eml") if f.stem.isdigit()), default=0)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        unfinished = self._folder / f"{self._next:05d}.part"
        unfinished.write_bytes(head.encode() + content)
        unfinished.rename(unfinished.with_suffix(".eml"))  # a reader never sees half a message
        self._next += 1
        return "250 Message accepted for delivery"


class MailSink:
    """An SMTP server on loopback, as a context manager; listens in its own thread.

    Args:
        folder: where messages go; made when missing.
        port: 0 takes a free one; :attr:`port` says which.
        auth: (user, password) that a client must give, or None for an open server.
        tls: context with a certificate; STARTTLS is then offered, and demanded before AUTH.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        auth: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._asked_port = port
        self._options: dict[str, Any] = {
            "enable_SMTPUTF8": True,
            "hostname": "sandbox",
            "ident": "wechat-ops sandbox",
        }
        if auth:
            self._options |= {
                "authenticator": _Gate(*auth),
                "auth_required": True,
                "auth_require_tls": tls is not None,
            }
        if tls:
            self._options |= {"tls_context": tls, "require_starttls": True}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen from now on.

        Raises:
            OSError: the port is taken.
        """
        # A password without TLS is fine on loopback; aiosmtpd says so at every connection.
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
        keep, options = _Keep(self.folder), self._options
        loop = asyncio.new_event_loop()
        try:
            self._server = loop.run_until_complete(
                loop.create_server(lambda: SMTP(keep, loop=loop, **options), "127.0.0.1", self._asked_port)
            )
        except OSError:
            loop.close()
            raise
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name="mail-sink", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; the messages stay in the folder."""
        if self._loop is None or self._thread is None:
            return
        loop = self._loop
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        if self._server:
            self._server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        self._loop = self._thread = self._server = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            return self._asked_port
        return int(self._server.sockets[0].getsockname()[1])

    def messages(self) -> list[Mail]:
        """Every message kept so far, oldest first."""
        return mails(self.folder)


def mails(folder: Path) -> list[Mail]:
    """The messages in a sink's folder, oldest first."""
    found = []
    for file in sorted(folder.glob("*.eml")):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        sender = str(message["X-Envelope-From"] or "")
        recipients = tuple(
            part.strip() for part in str(message["X-Envelope-To"] or "").split(",") if part.strip()
        )
        found.append(Mail(file, sender, recipients, message))
    return found


class _Gate:
    """Lets one user in."""

    def __init__(self, user: str, password: str) -> None:
        self._right = LoginPassword(user.encode(), password.encode())

    def __call__(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any
    ) -> AuthResult:
        return AuthResult(success=given == self._right, handled=False)  # False: the server answers 535
