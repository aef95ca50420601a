"""What became of a message (floor 1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """What became of one message to one recipient on one channel."""

    channel: str
    recipient: str
    status: str
    """``sent``, ``failed``, ``in_doubt`` or ``already_sent``."""
    detail: str = ""
