"""Bring a message to its recipients, each at most once, and write down what became of it (floor 5).

Without Prefect: the watchdog speaks when Prefect does not.
"""

from collections.abc import Iterable

from tasks.connections import Connections
from tasks.errors import Busy, OpsError
from tasks.messages import Message
from tasks.notifiers import MayHaveArrived
from tasks.opsdb import ledger
from tasks.records import Delivery


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
    try:
        ledger.sending(c.database, claim)
    except Busy as error:
        return Delivery(channel, recipient, "claimed", str(error))
    try:
        receipt = c.notifiers[channel].send(message, recipient, key=claim.key)
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
