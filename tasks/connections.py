"""Settings become live things here and nowhere else (floor 4): clients, lake, engine, database, notifiers.

``with connect() as c:`` opens what a task asks for, lazily, and closes it at the end.
"""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from types import TracebackType
from typing import Self

import httpx
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tasks import settings as settings_room
from tasks.errors import ConfigurationError
from tasks.lake.engine import Engine
from tasks.lake.store import Lake
from tasks.notifiers import Notifier, notifiers
from tasks.opsdb import database
from tasks.opsdb.tokens import DatabaseTokens
from tasks.records import Account, RawResponse
from tasks.settings import Settings
from tasks.sources.jobs import Client, client_for
from tasks.sources.wechat_http.client import WechatHttp


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose from the one secret, so that no key serves two masters."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


class Cipher:
    """Encrypts texts at rest: raw bodies that name persons, and tokens."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(derived_key(secret, "wechat-ops at rest")))

    def encrypt(self, text: str) -> str:
        """The text as url-safe ciphertext."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """The plain text again.

        Raises:
            ConfigurationError: it was encrypted under another key.
        """
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except InvalidToken:
            raise ConfigurationError(
                "stored data was encrypted under another WECHAT_OPS_SECRET_KEY: set the key it was written with"
            ) from None


def keyed_by(secret: str) -> Callable[[str], str]:
    """A function that turns a platform's id of a person into our key: HMAC-SHA-256, cut to 128 bits."""
    key = derived_key(secret, "wechat-ops identity")
    return lambda plain: hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32]


class Connections:
    """Everything a task may open, opened once and closed together."""

    def __init__(self, settings: Settings, secrets: Callable[[str], str] | None = None) -> None:
        self.settings = settings
        self.secret = secrets or settings.secret

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        opened = vars(self)
        if "engine" in opened:
            self.engine.close()
        if "database" in opened:
            self.database.dispose()

    @cached_property
    def lake(self) -> Lake:
        """The facts."""
        return Lake(self.settings.lake)

    @cached_property
    def engine(self) -> Engine:
        """The SQL engine over the lake."""
        return Engine(self.lake)

    @cached_property
    def database(self) -> sa.Engine:
        """The ops database, migrated to the newest schema."""
        return database.connect(self.settings.database)

    @cached_property
    def secret_key(self) -> str:
        """The secret behind person keys and encryption.

        Raises:
            ConfigurationError: it is not set, or too short to protect anything.
        """
        key = self.settings.secret_key.get_secret_value() if self.settings.secret_key else ""
        if len(key) < 16:
            raise ConfigurationError(
                "WECHAT_OPS_SECRET_KEY must be set to at least 16 characters. Make one with "
                "`python -m flows new-key`, keep it safe and never change it: person keys and raw bodies depend on it"
            )
        return key

    @cached_property
    def cipher(self) -> Cipher:
        """Encryption at rest."""
        return Cipher(self.secret_key)

    @cached_property
    def keyed(self) -> Callable[[str], str]:
        """Platform id → our key of the person."""
        return keyed_by(self.secret_key)

    @cached_property
    def notifiers(self) -> dict[str, Notifier]:
        """Every channel by name; what a channel lacks in settings, it says when it is used."""
        s = self.settings
        return notifiers(
            resolve=self.secret,
            smtp_host=s.smtp_host,
            smtp_port=s.smtp_port,
            smtp_security=s.smtp_security,
            smtp_user=s.smtp_user,
            smtp_password=s.smtp_password.get_secret_value() if s.smtp_password else "",
            sender=s.mail_sender,
            timeout=s.request_timeout,
        )

    @asynccontextmanager
    async def source(self, account: Account, keep: Callable[[RawResponse], None]) -> AsyncIterator[Client]:
        """A client of the account's platform; every answer goes to ``keep`` before it is read."""
        s = self.settings
        limits = httpx.Limits(max_connections=s.concurrency, max_keepalive_connections=s.concurrency)
        async with httpx.AsyncClient(
            base_url=account.base_url, timeout=s.request_timeout, limits=limits
        ) as http:
            yield client_for(
                WechatHttp(
                    account,
                    http,
                    self.secret(account.secret),
                    DatabaseTokens(self.database, self.cipher),
                    keep,
                    endpoints=s.endpoints(),
                    concurrency=s.concurrency,
                    quota_reserve=s.quota_reserve,
                    retry_base=s.retry_base,
                ),
                self.keyed,
            )


def connect(secrets: Callable[[str], str] | None = None) -> Connections:
    """Connections of this process's settings.

    Args:
        secrets: where a secret is looked up when the environment does not hold it.
    """
    return Connections(settings_room.load(), secrets)
