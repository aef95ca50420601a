"""Settings become live things here and nowhere else (floor 4): clients, lake, engine, database, notifiers.

``with connect() as c:`` opens what a task asks for, lazily, and closes it at the end.
"""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property, partial
from types import TracebackType
from typing import Self

import httpx
import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from tasks import calendars
from tasks import settings as settings_room
from tasks.errors import ConfigurationError
from tasks.lake.engine import Engine
from tasks.lake.keyring import Keyring, Seal
from tasks.lake.readings import calls_made
from tasks.lake.store import Lake
from tasks.notifiers import Notifier, notifiers
from tasks.opsdb import database
from tasks.opsdb.tokens import DatabaseTokens
from tasks.records import Account, RawResponse
from tasks.settings import Settings
from tasks.sources.jobs import Client, client_for, http_for
from tasks.sources.probes import BRIEF, Heard, Prober, briefly
from tasks.sources.wechat_http.tokens import MemoryTokens

SHORTEST_KEY = 16


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


def seal_of(secret: str) -> Seal:
    """What turns plain ids of persons into keys and sealed texts under this secret."""
    return Seal(derived_key(secret, "wechat-ops identity"), derived_key(secret, "wechat-ops person mapping"))


def long_enough(name: str, secret: SecretStr | None) -> str:
    """A secret key.

    Raises:
        ConfigurationError: it is not set, or too short to protect anything.
    """
    key = secret.get_secret_value() if secret else ""
    if len(key) < SHORTEST_KEY:
        raise ConfigurationError(
            f"{name} must be set to at least {SHORTEST_KEY} characters. Make one with `python -m flows new-key` and "
            "keep it safe: person keys and raw bodies depend on it, and only `python -m flows rotate-key` changes it"
        )
    return key


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
        return long_enough("WECHAT_OPS_SECRET_KEY", self.settings.secret_key)

    def changed(self) -> "Connections":
        """The same connections under the secret key to change to.

        Raises:
            ConfigurationError: it is not set, too short, or the present one.
        """
        key = long_enough("WECHAT_OPS_NEW_SECRET_KEY", self.settings.new_secret_key)
        if key == self.secret_key:
            raise ConfigurationError(
                "WECHAT_OPS_NEW_SECRET_KEY is the present key: there is nothing to change"
            )
        return Connections(self.settings.model_copy(update={"secret_key": SecretStr(key)}), self.secret)

    @cached_property
    def cipher(self) -> Cipher:
        """Encryption at rest."""
        return Cipher(self.secret_key)

    @cached_property
    def keyring(self) -> Keyring:
        """Platform ids → our keys of persons, and the mapping behind them."""
        return Keyring(self.lake, seal_of(self.secret_key))

    @property
    def keyed(self) -> Keyring:
        """Platform id → our key of the person."""
        return self.keyring

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
    async def source(
        self,
        account: Account,
        keep: Callable[[RawResponse], None],
        earlier: Callable[[str, str], RawResponse | None],
    ) -> AsyncIterator[Client]:
        """A client of the account's platform; every answer goes to ``keep`` before it is read.

        Args:
            account: whose platform.
            keep: takes every answer.
            earlier: knows answers of readings that were broken off, by endpoint and request.
        """
        s = self.settings
        limits = httpx.Limits(max_connections=s.concurrency, max_keepalive_connections=s.concurrency)
        async with httpx.AsyncClient(
            base_url=account.base_url, timeout=s.request_timeout, limits=limits
        ) as http:
            today = calendars.business_date(calendars.now())
            yield client_for(
                http_for(
                    account,
                    http,
                    self.secret(account.secret),
                    DatabaseTokens(self.database, self.cipher),
                    keep,
                    endpoints=s.endpoints(),
                    concurrency=s.concurrency,
                    quota_reserve=s.quota_reserve,
                    retry_base=s.retry_base,
                    earlier=earlier,
                    spent=partial(calls_made, self.lake, account.account_id, today),
                ),
                self.keyed,
            )

    @asynccontextmanager
    async def prober(self, account: Account) -> AsyncIterator[Prober]:
        """Probes of the account's endpoints; its token is a fresh one, so that the secret is tried out."""
        s, heard = self.settings, Heard()
        async with httpx.AsyncClient(
            base_url=account.base_url, timeout=s.request_timeout, event_hooks={"response": [heard]}
        ) as http:
            calls = http_for(
                account,
                http,
                self.secret(account.secret),
                MemoryTokens(),
                _forget,
                endpoints=s.endpoints(),
                concurrency=s.concurrency,
                quota_reserve=s.quota_reserve,
                retry_base=min(s.retry_base, BRIEF),
                sleep=briefly,
            )
            yield Prober(calls, heard)


def _forget(_answer: RawResponse) -> None:
    """What a probe is answered is no fact of any day."""


def connect(secrets: Callable[[str], str] | None = None) -> Connections:
    """Connections of this process's settings.

    Args:
        secrets: where a secret is looked up when the environment does not hold it.
    """
    return Connections(settings_room.load(), secrets)
