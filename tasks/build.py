"""Build typed facts and marts from what was landed (floor 5)."""

import datetime as dt

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.lake.queries import build_order
from tasks.opsdb import metrics, unbuilt
from tasks.pull import again
from tasks.unlock import unlocked

LOOK_BACK = dt.timedelta(days=30)
"""The longest restatement: an article's figures move for 30 days after publication."""


@task(retries=1, retry_delay_seconds=2, retry_condition_fn=again, cache_policy=NO_CACHE)
def build_facts(window: Window) -> Window:
    """Rebuild every fact that may have changed since the last build.

    Returns:
        The dates whose metrics may so have changed, ending with ``window``: restated days are measured again, but
        none that was never measured before.
    """
    with unlocked() as c:
        waiting = unbuilt.read(c.database)
        since = [waiting[0]] if waiting else []
        touched = Window(min(window.start, window.last - LOOK_BACK, *since), window.end)
        for name in build_order():
            c.engine.build(name, touched)
        if waiting:
            unbuilt.clear(c.database, waiting[1])
        first = metrics.first_day(c.database) or window.start
        return Window(min(window.start, max(window.last - LOOK_BACK, first)), window.end)
