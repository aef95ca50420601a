"""The watchdog's look from inside Prefect, for an automation or a run by hand (floor 5)."""

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE

from tasks import calendars, settings
from tasks.calendars import SHANGHAI
from tasks.finish import scheduled
from tasks.unlock import secret
from tasks.watch import clock_of, tell, watch


@task(cache_policy=NO_CACHE)
def look_and_tell(limit: str) -> list[str]:
    """Everything that stands still, a line each, told once a day to whoever hears of troubles."""
    here, now = settings.load(), calendars.now()
    return [
        f"{problem.text} → {problem.remedy} ({tell(here, problem, now, secret)})"
        for problem in watch(here, now, clock_of(limit))
    ]


def watch_name() -> str:
    """A run's name with the moment it was due, e.g. ``watchdog-2026-07-26-1300``."""
    return f"{runtime.flow_run.flow_name}-{scheduled().astimezone(SHANGHAI):%Y-%m-%d-%H%M}"
