"""Build typed facts and marts from what was landed (floor 5)."""

import datetime as dt
from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.lake.queries import build_order
from tasks.pull import Tally, again
from tasks.unlock import unlocked

LOOK_BACK = dt.timedelta(days=30)
"""The longest restatement: an article's figures move for 30 days after publication."""


@task(retries=1, retry_delay_seconds=2, retry_condition_fn=again, cache_policy=NO_CACHE)
def build_facts(window: Window, pulled: Sequence[Tally]) -> dict[str, int]:
    """Rebuild every fact that this window's pull may have changed; rows written by dataset."""
    changed = [tally.earliest for tally in pulled if tally.earliest]
    touched = Window(min(window.start, window.last - LOOK_BACK, *changed), window.end)
    with unlocked() as c:
        return {name: c.engine.build(name, touched) for name in build_order()}
