"""Build typed facts and marts from what was landed (floor 5)."""

import datetime as dt

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import ONE_DAY, Window, business_date, now
from tasks.lake.queries import build_order
from tasks.opsdb import metrics, unbuilt
from tasks.pull import again
from tasks.unlock import unlocked

LOOK_BACK = dt.timedelta(days=30)
"""The longest restatement: an article's figures move for 30 days after publication."""


@task(retries=1, retry_delay_seconds=2, retry_condition_fn=again, cache_policy=NO_CACHE)
def build_facts(window: Window) -> Window:
    """Rebuild every fact that may have changed since the last build, on every day that can tell of it.

    Returns:
        The dates whose metrics may so have changed, with ``window`` inside: restated days are measured again, and
        the days after them, whose metrics look back on them, but none that was never measured before.
    """
    with unlocked() as c:
        first, last = metrics.first_day(c.database), metrics.last_day(c.database)
        waiting = unbuilt.read(c.database)
        since, end = window.last - LOOK_BACK, window.end
        if waiting:
            since = min(since, waiting[0])
            end = max(end, last + ONE_DAY) if last else end
        touched = Window(min(window.start, since), end)
        for name in build_order():
            c.engine.build(name, touched)
        if waiting:
            unbuilt.clear(
                c.database, waiting[1], up_to=max(end, waiting[0]) if end < business_date(now()) else None
            )
        return Window(min(window.start, max(since, first or window.start)), end)
