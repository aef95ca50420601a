"""Take in mails that came back, and tell the people on the other channels (floor 5).

For cron, like the watchdog: ``python -m flows bounces``. Whatever came back stands in the ledger as ``bounced``.
"""

import datetime as dt

from tasks import calendars, settings
from tasks.again import resend_command
from tasks.connections import Connections, connect
from tasks.deliver import deliver
from tasks.messages import Block, Line, Message
from tasks.notifiers.bounces import Bounce, returned
from tasks.notifiers.mail_body import name_of
from tasks.notifiers.routes import Route, routes
from tasks.opsdb import ledger
from tasks.records import Delivery, Level
from tasks.services.processes import Say

REMEMBERED = dt.timedelta(days=45)
"""How long after sending a mail may come back; servers give up within five days."""
ARRIVED = ("sent", "in_doubt")
WORDS = {
    "zh-CN": {
        "title": "邮件被退回",
        "verdict": "{report} {period} 发给 {recipient} 的邮件被退回",
        "wrong": "地址有误：改正后（routes.toml）用同样的参数再运行一次流程，只有新地址会收到",
        "right": "地址无误：再发给这一处：{command}",
        "by_hand": "地址无误：这一封不会再发，请另行告知对方",
        "off": "没有设置 WECHAT_OPS_BOUNCE_MAILDIR：退信不会被读取",
        "none": "没有新的退信",
    },
    "en": {
        "title": "A mail came back",
        "verdict": "the mail of {report} {period} to {recipient} came back",
        "wrong": "a wrong address: mend it (routes.toml) and run the flow again with the same parameters; only the new "
        "address gets it",
        "right": "a right address: send it there once more: {command}",
        "by_hand": "a right address: this one is not sent again, tell them yourself",
        "off": "WECHAT_OPS_BOUNCE_MAILDIR is not set: mails that come back are not read",
        "none": "nothing new came back",
    },
}


def take_in_bounces(say: Say) -> int:
    """Read what came back, note it, tell it once; the exit code (0 nothing came back, 1 something did)."""
    here = settings.load()
    w = WORDS[here.language]
    if here.bounce_maildir is None:
        say(w["off"])
        return 0
    lost = 0
    with connect() as c:
        since = calendars.now() - REMEMBERED
        known = {
            name_of(entry.key): entry
            for entry in ledger.entries(c.database)
            if entry.channel == "mail" and entry.claimed_at >= since
        }
        way = routes(c.settings.document("routes")).get("delivery_failure", Route()).without({"mail"})
        for notification in returned(here.bounce_maildir):
            for bounce in notification:
                entry = known.get(bounce.message_name)
                if entry is None or entry.status not in ARRIVED:
                    continue
                lost += 1
                message = notice(c, entry, bounce)
                # Told before it is noted: killed in between, it is found again, and the telling is known already.
                done = deliver(
                    c,
                    "delivery-failure",
                    f"bounced {entry.key}",
                    message.verdict.text,
                    message,
                    way.recipients(),
                )
                ledger.bounced(c.database, entry, bounce.reason)
                say(f"✘ {message.verdict.text}: {bounce.reason} ({_fates(done)})")
    if not lost:
        say(w["none"])
    return 1 if lost else 0


def notice(c: Connections, entry: ledger.Entry, bounce: Bounce) -> Message:
    """What came back and what to do about it, for the people on the other channels."""
    w = WORDS[c.settings.language]
    command = resend_command(c, entry.report, entry.period, entry.channel, entry.recipient)
    remedies = (w["wrong"], w["right"].format(command=command) if command else w["by_hand"])
    verdict = w["verdict"].format(report=entry.report, period=entry.period, recipient=entry.recipient)
    return Message(
        title=w["title"],
        verdict=Line(verdict, Level.red, (bounce.reason,)),
        blocks=(Block("", tuple(Line(remedy) for remedy in remedies), keep=True),),
    )


def _fates(done: list[Delivery]) -> str:
    return ", ".join(f"{d.channel} → {d.recipient}: {d.status}" for d in done) or "–"
