"""Send a report to everybody on its route, at most once each (floor 5)."""

import datetime as dt

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.check import check_facts
from tasks.connections import Connections
from tasks.deliver import deliver
from tasks.measure import trust_of
from tasks.messages import Block, Line, Message
from tasks.notifiers.routes import Route, routes
from tasks.records import Delivery, Level
from tasks.unlock import unlocked
from tasks.write import digest_of

COMPLETE = 0.95
"""The plan's own bar for data completeness (K-29)."""

NOTICE = {
    "digest": {
        "zh-CN": (
            "日报投递异常",
            "{told} 的日报没有送达 {count} 处",
            "核对对方是否收到；需要时重发：python -m flows resend --date {told}",
        ),
        "en": (
            "Digest not delivered",
            "The digest of {told} did not reach {count} recipients",
            "Ask whether it arrived; send it again with: python -m flows resend --date {told}",
        ),
    },
    "alerts": {
        "zh-CN": (
            "预警投递异常",
            "{told} 的预警没有送达 {count} 处，其他收件人已收到",
            "修好渠道后，当日的下一次每日同步会自动补发",
        ),
        "en": (
            "Alerts not delivered",
            "Alerts of {told} did not reach {count} recipients; others have them",
            "Mend the channel: the day's next daily sync sends them again by itself",
        ),
    },
    "retrospective": {
        "zh-CN": (
            "周复盘投递异常",
            "{told} 的周内容复盘没有送达 {count} 处，其他收件人已收到",
            "核对对方是否收到；需要时重发：python -m flows resend --week {told}",
        ),
        "en": (
            "Retrospective not delivered",
            "The retrospective of {told} did not reach {count} recipients; others have it",
            "Ask whether it arrived; send it again with: python -m flows resend --week {told}",
        ),
    },
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
            done += report_losses(c, "digest", day, lost)
        return done


def resend_digest(day: dt.date) -> list[Delivery]:
    """Send a day's digest again although it was sent, because a person asks for it."""
    return send_digest.fn(day, check_facts.fn(Window.of_day(day)), resend=True)


def report_losses(c: Connections, what: str, told: dt.date | str, lost: list[Delivery]) -> list[Delivery]:
    """Tell the people on the other channels, once a day, that a ``digest`` or ``alerts`` did not arrive."""
    notice = failure_notice(what, told, lost, c.settings.language)
    way = routes(c.settings.document("routes")).get("delivery_failure", Route())
    recipients = way.without({d.channel for d in lost}).recipients()
    period = str(told) if what == "digest" else f"{told} {what}"
    return deliver(c, "delivery-failure", period, notice.verdict.text, notice, recipients)


def failure_notice(what: str, told: dt.date | str, lost: list[Delivery], language: str) -> Message:
    """What went wrong with a report, for the people on the other channels."""
    title, verdict, remedy = NOTICE[what][language]
    lines = tuple(Line(f"{d.channel} → {d.recipient}", Level.red, (d.detail,)) for d in lost)
    return Message(
        title=title,
        verdict=Line(verdict.format(told=told, count=len(lost)), Level.red),
        blocks=(Block(title, lines, keep=True), Block("", (Line(remedy.format(told=told)),))),
    )
