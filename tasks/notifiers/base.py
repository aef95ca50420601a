"""What every channel has in common: the protocol, the receipt, and what may go wrong on the way.

Webhook addresses are secrets. A channel is given a resolver from the secret's NAME to its value and uses the
name wherever a person reads: as the recipient, in messages, in errors.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from tasks.errors import ConfigurationError, PermanentError
from tasks.messages import Message, Tone
from tasks.records import Level

Resolve: TypeAlias = Callable[[str], str]
"""Name of a secret → the secret."""

BAD_IN_ADDRESS = re.compile(r"[^!-~]")
MARKS: dict[Tone, str] = {
    Level.red: "🔴",
    Level.orange: "🟠",
    Level.yellow: "🟡",
    Level.green: "🟢",
    Level.grey: "⚪",
}
"""A line's colour where a chat has no colours of its own; the words beside it say the same."""


class MayHaveArrived(PermanentError):  # noqa: N818 - named like the rest of the error tree
    """The connection broke after the message was handed over: it may or may not have been delivered.

    Not tried again by itself, since that could deliver twice; a person looks and resends.
    """


@dataclass(frozen=True)
class Receipt:
    """What the other side said when it took the message."""

    code: str
    detail: str = ""


class Notifier(Protocol):
    """One channel."""

    channel: str

    def wait(self, recipient: str) -> None:
        """Until one more message may go to this recipient, by the platform's limits; nothing is sent yet.

        Raises:
            OpsError: the recipient's secret is not set.
        """
        ...

    def send(self, message: Message, recipient: str, *, key: str) -> Receipt:
        """Deliver one message to one recipient.

        Args:
            message: what to say.
            recipient: a mail address, or the name of a webhook's secret.
            key: the ledger's key of this delivery; a channel that can, marks the message with it.

        Raises:
            OpsError: it was not delivered, or (:class:`MayHaveArrived`) nobody knows.
        """
        ...


def one_line(text: str) -> str:
    """The text without line breaks and control characters, so that it cannot change a message's structure."""
    printable = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    return " ".join(printable.encode("utf-8", "ignore").decode("utf-8").split())


def web_link(link: str, limit: int, forbidden: str) -> str:
    """The link as it may stand in a chat: on the web, whole, and unable to break its markup; else empty."""
    fine = link.startswith(("https://", "http://")) and len(link.encode()) <= limit and one_line(link) == link
    return link if fine and not set(link) & set(forbidden) else ""


def web_address(resolve: Resolve, name: str) -> str:
    """The webhook's address behind a secret's name.

    Raises:
        ConfigurationError: the secret is not set, or is not a web address; the message never shows it.
    """
    url = resolve(name).strip()
    try:
        known = urlsplit(url)
        good = known.scheme in ("http", "https") and bool(known.hostname) and not BAD_IN_ADDRESS.search(url)
    except ValueError:
        good = False
    if not good:
        raise ConfigurationError(f"the secret {name} is not a web address; put the webhook's whole URL there")
    return url


def signing_secret(resolve: Resolve, name: str) -> str:
    """The secret that a robot's messages are signed with, kept as ``<name>_SIGN``; empty when none is set."""
    try:
        return resolve(f"{name}_SIGN").strip()
    except ConfigurationError:
        return ""
