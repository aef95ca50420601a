"""Bring a message to its recipients, each at most once, and write down what became of it (floor 5).

Without Prefect: the watchdog speaks when Prefect does not.
"""

import time
from collections.abc import Iterable

from tasks.connections import Connections
from tasks.errors import Busy, OpsError, RateLimited
from tasks.messages import Message
from tasks.notifiers import MayHaveArrived, Notifier, Receipt
from tasks.opsdb import ledger
from tasks.records import Delivery

PATIENCE = 60.0
"""Seconds that a delivery waits, once, for a channel that has had enough messages for the moment."""


def deliver(
    c: Connections,
    report: str,
    period: str,
    content_hash: str,
    message: Message,
    recipients: Iterable[tuple[str, str]],
    *,
    resend: bool = False,
) -> list[Delivery]:
    """One message to every (channel, recipient); one broken channel never stops the others."""
    return [
        one(c, report, period, content_hash, message, channel, recipient, resend)
        for channel, recipient in recipients
    ]


def one(
    c: Connections,
    report: str,
    period: str,
    content_hash: str,
    message: Message,
    channel: str,
    recipient: str,
    resend: bool,
) -> Delivery:
    """Claim first, then send, then write down what the other side said."""
    claim = ledger.claim(
        c.database,
        report=report,
        period=period,
        channel=channel,
        recipient=recipient,
        content_hash=content_hash,
        resend=resend,
    )
    if not isinstance(claim, ledger.Claim):
        return Delivery(channel, recipient, claim.status, claim.detail)
    notifier = c.notifiers[channel]
    held = _held(c, claim, notifier)
    if held:
        return held
    try:
        receipt = _handed_over(notifier, message, recipient, claim.key)
    except MayHaveArrived as error:
        ledger.doubted(c.database, claim, str(error))
        return Delivery(channel, recipient, "in_doubt", str(error))
    except OpsError as error:
        ledger.failed(c.database, claim, str(error))
        return Delivery(channel, recipient, "failed", str(error))
    except Exception as error:  # noqa: BLE001 - a bug in one channel must not silence the others
        ledger.doubted(c.database, claim, repr(error))
        return Delivery(channel, recipient, "in_doubt", repr(error))
    ledger.sent(c.database, claim, receipt.code, receipt.detail)
    return Delivery(channel, recipient, "sent", receipt.detail)


def _held(c: Connections, claim: ledger.Claim, notifier: Notifier) -> Delivery | None:
    """Waits for the channel's turn and marks the message as going out; why not, where that was not possible.

    While it waits, a message is only claimed: whoever dies here has sent nothing, and the next run takes over.
    """
    try:
        notifier.wait(claim.recipient)
        ledger.sending(c.database, claim)
    except Busy as error:
        return Delivery(claim.channel, claim.recipient, "claimed", str(error))
    except Exception as error:  # noqa: BLE001 - a channel that cannot be asked must not silence the others
        why = str(error) if isinstance(error, OpsError) else repr(error)
        ledger.failed(c.database, claim, why)
        return Delivery(claim.channel, claim.recipient, "failed", why)
    return None


def _handed_over(notifier: Notifier, message: Message, recipient: str, key: str) -> Receipt:
    """Sends; a channel that refuses for a moment because of too many messages is asked once more after it.

    Refused so, a message did certainly not arrive. A longer block is left to the next run.
    """
    try:
        return notifier.send(message, recipient, key=key)
    except RateLimited as error:
        if error.until_tomorrow or error.wait_seconds is None or error.wait_seconds > PATIENCE:
            raise
        time.sleep(error.wait_seconds)
        return notifier.send(message, recipient, key=key)
