"""Send a report to everybody on its route, at most once each (floor 5)."""

import datetime as dt
import hashlib
from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import calendars
from tasks.again import places, resend_command
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
            "修好渠道后，当日的下一次每日同步会自动补发；也可自己运行，只补发没有收到的："
            "python -m flows daily-sync --date {told} --send always",
        ),
        "en": (
            "Digest not delivered",
            "The digest of {told} did not reach {count} recipients",
            "Mend the channel: the day's next daily sync sends it again by itself. Or run it, and only those who "
            "lack it get it: python -m flows daily-sync --date {told} --send always",
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
            "{told} 的周内容复盘没有送达 {count} 处",
            "修好渠道后，用同样的参数再运行一次流程：只补发没有收到的",
        ),
        "en": (
            "Retrospective not delivered",
            "The retrospective of {told} did not reach {count} recipients",
            "Mend the channel, then run the flow again with the same parameters: only those who lack it get it",
        ),
    },
}
"""Title, verdict, and what to do about those that failed."""
DOUBT = {
    "zh-CN": (
        "送达不明的不会自动补发：先问对方是否收到；没有收到，再运行该收件人下面的命令，只发给这一处",
        "送达不明的不会自动补发：先问对方是否收到；没有收到就另行告知",
    ),
    "en": (
        "What may have arrived is not sent again by itself: ask first; if it is missing, run the command below the "
        "recipient, which sends it there and nowhere else",
        "What may have arrived is not sent again by itself: ask first; if it is missing, tell them yourself",
    ),
}
"""What to do about those in doubt: with a command that sends them again, and without."""


def worth_sending(window: Window, wish: str) -> bool:
    """Whether this run should send: ``when_complete`` waits for a later run of the day while cells are missing."""
    if wish != "when_complete":
        return wish == "always"
    with unlocked() as c:
        share = trust_of(c, window, []).completeness
    return share is not None and share >= COMPLETE


@task(cache_policy=NO_CACHE)
def send_digest(
    day: dt.date, warnings: list[str], resend: bool = False, to: Sequence[str] = ()
) -> list[Delivery]:
    """Claim, send and record each delivery of a day's digest; failures are told through the other channels.

    Args:
        day: business date.
        warnings: what the checks of the facts found.
        resend: send again what was sent, because a person asks for it.
        to: only these places (see :func:`places`); empty: the route.
    """
    with unlocked() as c:
        way = routes(c.settings.document("routes")).get("digest", Route())
        recipients = places(c, "digest", str(day), way, to)
        digest = digest_of(c, day, warnings)
        done = deliver(c, "digest", str(day), digest.content_hash, digest.message, recipients, resend=resend)
        lost = [d for d in done if d.status in {"failed", "in_doubt"}]
        if lost:
            done += report_losses(c, "digest", day, lost)
        return done


def resend_digest(day: dt.date, to: Sequence[str] = ()) -> list[Delivery]:
    """Send a day's digest again although it was sent, because a person asks for it; only ``to`` these places."""
    return send_digest.fn(day, check_facts.fn(Window.of_day(day)), resend=True, to=to)


def report_losses(c: Connections, what: str, told: dt.date | str, lost: list[Delivery]) -> list[Delivery]:
    """Tell the people on the other channels what did not arrive where; the same losses once a day.

    Args:
        c: connections.
        what: ``digest``, ``alerts`` or ``retrospective``.
        told: the business date, or the view of a week.
        lost: deliveries that failed or are in doubt.
    """
    notice = failure_notice(c, what, told, lost)
    way = routes(c.settings.document("routes")).get("delivery_failure", Route())
    recipients = way.without({d.channel for d in lost}).recipients()
    where = "\n".join(sorted(f"{d.channel}:{d.recipient}:{d.status}" for d in lost))
    today = calendars.business_date(calendars.now())
    period = f"{told} {what} {today} {hashlib.sha256(where.encode()).hexdigest()[:12]}"
    return deliver(c, "delivery-failure", period, notice.verdict.text, notice, recipients)


def failure_notice(c: Connections, what: str, told: dt.date | str, lost: list[Delivery]) -> Message:
    """What went wrong with a report and what to do about it, for the people on the other channels."""
    title, verdict, failed = NOTICE[what][c.settings.language]
    by_command, by_hand = DOUBT[c.settings.language]
    lines, remedies = [], []
    for d in lost:
        command = ""
        if d.status == "in_doubt":
            command = resend_command(c, what, str(told), d.channel, d.recipient)
        details = (d.detail, command) if command else (d.detail,)
        lines.append(Line(f"{d.channel} → {d.recipient}", Level.red, details))
        remedies.append(failed if d.status == "failed" else by_command if command else by_hand)
    return Message(
        title=title,
        verdict=Line(verdict.format(told=told, count=len(lost)), Level.red),
        blocks=(
            Block(title, tuple(lines), keep=True),
            Block("", tuple(Line(remedy.format(told=told)) for remedy in dict.fromkeys(remedies))),
        ),
    )
