"""What the sandbox's bots received, kept for whoever wants to look."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Received:
    """One message that reached a bot, delivered or refused."""

    channel: str
    """``slack``, ``wecom``, ``feishu`` or ``dingtalk``."""
    recipient: str
    """Key, hook id or token of the bot: its address."""
    received_at: dt.datetime
    body: Any
    """The parsed JSON, or the text when it was none."""
    accepted: bool
    code: str
    """What the answer said: ``ok``, ``0`` or the platform's error code."""


class Outbox:
    """Every message in the order it came."""

    def __init__(self) -> None:
        self._messages: list[Received] = []

    def add(self, message: Received) -> None:
        """Keep one message."""
        self._messages.append(message)

    def clear(self) -> None:
        """Forget all."""
        self._messages.clear()

    def delivered(self, channel: str = "") -> list[Received]:
        """The accepted messages, of one channel or all."""
        return [m for m in self._messages if m.accepted and channel in ("", m.channel)]

    def __iter__(self) -> Iterator[Received]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)
