"""Send a report to everybody on its route, at most once each (floor 5)."""

import datetime as dt
from collections.abc import Iterable

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.check import check_facts
from tasks.connections import Connections
from tasks.errors import Busy, OpsError
from tasks.measure import trust_of
from tasks.messages import Block, Line, Message
from tasks.notifiers import MayHaveArrived
from tasks.notifiers.routes import Route, routes
from tasks.opsdb import ledger
from tasks.records import Delivery, Level
from tasks.unlock import unlocked
from tasks.write import digest_of

COMPLETE = 0.95
"""The plan's own bar for data completeness (K-29)."""

NOTICE = {
    "zh-CN": (
        "日报投递异常",
        "{day} 的日报没有送达 {count} 处",
        "核对对方是否收到；需要时重发：python -m flows resend --date {day}",
    ),
    "en": (
        "Digest not delivered",
        "The digest of {day} did not reach {count} recipients",
        "Ask whether it arrived; send it again with: python -m flows resend --date {day}",
    ),
}


def worth_sending(window: Window, wish: str) -> bool:
    """Whether this run should send: ``when_complete`` waits for a later run of the day while cells are missing."""
    if wish != "when_complete":
        return wish == "always"
    with unlocked() as c:
        share = trust_of(c, window, []).completeness
    return share is not None and share >= COMPLETE


@task(cache_policy=NO_CACHE)
def send_digest(day: dt.date, warnings: list[str], resend: bool = False) -> list[Delivery]:
    """Claim, send and record each delivery of a day's digest; failures are told through the other channels."""
    with unlocked() as c:
        digest = digest_of(c, day, warnings)
        ways = routes(c.settings.document("routes"))
        done = deliver(
            c,
            "digest",
            str(day),
            digest.content_hash,
            digest.message,
            ways.get("digest", Route()).recipients(),
            resend=resend,
        )
        lost = [d for d in done if d.status in {"failed", "in_doubt"}]
        if lost:
            notice = failure_notice(day, lost, c.settings.language)
            broken = {d.channel for d in lost}
            done += deliver(
                c,
                "delivery-failure",
                str(day),
                notice.verdict.text,
                notice,
                ways.get("delivery_failure", Route()).without(broken).recipients(),
            )
        return done


def resend_digest(day: dt.date) -> list[Delivery]:
    """Send a day's digest again although it was sent, because a person asks for it."""
    return send_digest.fn(day, check_facts.fn(Window.of_day(day)), resend=True)


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


def failure_notice(day: dt.date, lost: list[Delivery], language: str) -> Message:
    """What went wrong with a report, for the people on the other channels."""
    title, verdict, remedy = NOTICE[language]
    lines = tuple(Line(f"{d.channel} → {d.recipient}", Level.red, (d.detail,)) for d in lost)
    return Message(
        title=title,
        verdict=Line(verdict.format(day=day, count=len(lost)), Level.red),
        blocks=(Block(title, lines, keep=True), Block("", (Line(remedy.format(day=day)),))),
    )
