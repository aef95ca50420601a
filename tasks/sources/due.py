"""Which cells a run has to ask about: due, and not yet known well enough. Pure.

A run for target date D asks about the days of its window that were never answered ``ok``, about the days the
platform may have restated since they were last asked, and about unanswered days of the last fortnight. A second
run for the same D so asks only about what is still missing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from tasks.calendars import ONE_DAY, Window, moment_on
from tasks.records import CellShape, Endpoint, Outcome, Verdict

RETRY_DAYS = 14
"""How far back a later run looks for cells that never became ``ok``; older gaps are a backfill's business."""


def wanted(
    endpoint: Endpoint,
    window: Window,
    known: Mapping[dt.date, Outcome],
    *,
    now: dt.datetime,
    revise_days: int | None = None,
) -> list[dt.date]:
    """Business dates of ``endpoint`` to ask about, oldest first.

    Args:
        endpoint: registry entry.
        window: the run's target; its last day is the run's target date.
        known: the last outcome of each business date of this account and endpoint.
        now: the present moment; days whose figures are not due yet are left out.
        revise_days: overrides the registry's number of restated days.
    """
    if not len(window):
        return []
    target = window.last
    if endpoint.shape is CellShape.snapshot:
        return list(_snapshot(target, known))
    revise = Window.ending(target, endpoint.revise_days if revise_days is None else max(revise_days, 1))
    retry = Window.ending(target, RETRY_DAYS)
    span = Window(min(window.start, revise.start, retry.start), window.end)
    if endpoint.history_start:
        span = span.clip(endpoint.history_start)
    days = []
    for day in span.days():
        if moment_on(day + ONE_DAY, endpoint.ready) > now:
            break
        outcome = known.get(day)
        if outcome is None:
            ask = day in window or day in revise
        elif outcome.verdict is not Verdict.ok:
            ask = day in window or day in retry
        else:
            ask = day in revise and outcome.as_of < target
        if ask:
            days.append(day)
    return days


def _snapshot(target: dt.date, known: Mapping[dt.date, Outcome]) -> Iterator[dt.date]:
    """A state is asked for once a target date, and never for a date before the newest state we hold."""
    taken = [day for day, outcome in known.items() if outcome.verdict is Verdict.ok]
    if not taken or max(taken) < target:
        yield target


def runs(days: Iterable[dt.date], longest: int = 62) -> list[Window]:
    """Days joined into windows without gaps, each at most ``longest`` days so that memory stays bounded."""
    windows: list[Window] = []
    for day in days:
        if windows and windows[-1].end == day and len(windows[-1]) < longest:
            windows[-1] = Window(windows[-1].start, day + ONE_DAY)
        else:
            windows.append(Window.of_day(day))
    return windows


def keep_better(before: Outcome | None, now: Outcome) -> Outcome | None:
    """The outcome to store: a day that was once ``ok`` is never marked down by a failed restatement.

    ``as_of`` of the kept outcome stays old, so the next run asks again.
    """
    if before is not None and before.verdict is Verdict.ok and now.verdict is not Verdict.ok:
        return None
    return now
