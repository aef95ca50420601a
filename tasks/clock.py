"""Clock incidents: whose clock of the plan has run out by now, told within minutes and not the next morning (floor 5).

Reads the incidents as they are logged at this moment and nothing else. Cases carry the same keys as the daily sync's,
so that neither tells what the other has told.
"""

from collections.abc import Iterable, Iterator

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed, State

from tasks import calendars
from tasks.alerts.notices import incidents
from tasks.calendars import SHANGHAI, Window, business_date
from tasks.explain import incidents_of
from tasks.finish import scheduled
from tasks.measure import plan_of
from tasks.notice import noticed
from tasks.notifiers.routes import alert_routes
from tasks.opsdb import cases, notices
from tasks.records import AlertMessage, Delivery, Level
from tasks.unlock import unlocked
from tasks.warn import hand_out, live_on, untold

SAID = {
    "zh-CN": {"quiet": "没有超时的事件", "told": "超时未处理 {open} 起，本次告知 {sent} 处"},
    "en": {"quiet": "no clock has run out", "told": "{open} beyond their clock, {sent} recipients told"},
}


@task(cache_policy=NO_CACHE)
def clock_incidents() -> tuple[int, list[Delivery]]:
    """How many incidents are beyond their clock and still open, and who was told of what is new among them.

    What ended too late and is over with the new day is left to the daily sync: nobody is called at midnight for it.
    """
    now = calendars.now()
    day = business_date(now)
    with unlocked() as c:
        plan = plan_of(c)
        running = incidents_of(c, Window.of_day(day))
        drafts = incidents.incidents(plan, running, now, c.settings.language)
        standing = {n.key for n in notices.of(c.database, day) if n.level is not Level.green}
        rows = noticed(c, plan, day, drafts, {incidents.KIND})
        known = cases.cases(c.database)
        told = {row.key: known[row.key].told_level if row.key in known else Level.green for row in rows}
        news = [
            row
            for row in rows
            if row.level is not told[row.key] and (row.level is not Level.green or row.key in standing)
        ]
        if news:
            live_on(c, day, [], news)
        ways = alert_routes(c.settings.document("routes"))
        sent = hand_out(c, day, own(untold(c, day)), ways)
    return sum(row.level is Level.red for row in rows), [d for d in sent if d.status != "already_sent"]


def own(messages: Iterable[AlertMessage]) -> Iterator[AlertMessage]:
    """Those that a clock wrote: what the daily sync writes is of a day that was over."""
    return (m for m in messages if m.made_at is not None and business_date(m.made_at) == m.business_date)


def clock_name() -> str:
    """A run's name with the moment it was due, e.g. ``incident-clock-2026-07-26-1310``."""
    return f"{runtime.flow_run.flow_name}-{scheduled().astimezone(SHANGHAI):%Y-%m-%d-%H%M}"


def ticked(found: tuple[int, list[Delivery]], language: str) -> State[str]:
    """The run's last word; failed when somebody who should have heard did not."""
    running, sent = found
    said = SAID[language]["told" if running or sent else "quiet"]
    text = said.format(open=running, sent=sum(d.status == "sent" for d in sent))
    lost = [f"{d.channel} → {d.recipient}: {d.detail}" for d in sent if d.status in {"failed", "in_doubt"}]
    return Failed(message="; ".join([text, *lost])) if lost else Completed(message=text)
