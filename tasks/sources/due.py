"""Which cells a run has to ask about: due, and not yet known well enough. Pure.

A run for target date D asks about the days of its window that were never answered ``ok``, about the days the
platform may have restated since they were last asked, and about what went unanswered or unasked in the fortnight
before those. A second run for the same D so asks only about what is still missing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from tasks.calendars import ONE_DAY, Period, Window, business_date, moment_on
from tasks.errors import ShortAnswer, UnexpectedShape
from tasks.records import USED_UP, CellShape, Endpoint, Outcome, Verdict
from tasks.sources.wechat_http.codes import UNKNOWN_PERSON

RETRY_DAYS = {Period.day: 14, Period.week: 21, Period.month: 45}
"""How far before the restated days a run looks for gaps; older ones are a backfill's business."""
KEEP_HALF = dt.timedelta(days=3)
"""How long half a list is true enough to be read on."""
DISBELIEVED = frozenset({ShortAnswer.__name__, UnexpectedShape.__name__, UNKNOWN_PERSON})
"""Codes after which a list is begun anew: reading on from the same pages would end the same."""


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
        now: the present moment; days whose figures are not due yet, or not kept any more, are left out.
        revise_days: overrides the registry's number of restated days.
    """
    if not len(window) or used_up(known, now):
        return []
    target = window.last
    if endpoint.shape is CellShape.snapshot:
        return list(_snapshot(target, known))
    restated = endpoint.revise_days if revise_days is None else max(revise_days, 1)
    patience = RETRY_DAYS[endpoint.every]
    revise, retry = Window.ending(target, restated), Window.ending(target, restated + patience)
    # A week or month that ended before the first run is still wanted, a day is not.
    begun = min(known, default=target) if endpoint.every is Period.day else dt.date.min
    farthest = max(restated, *endpoint.also_after_days, 0) + patience
    span = Window(min(window.start, target - dt.timedelta(days=farthest)), window.end)
    oldest = endpoint.oldest(business_date(now))
    if oldest is not None:
        span = span.clip(oldest)
    days: list[dt.date] = []
    for day in span.days():
        if moment_on(day + ONE_DAY, endpoint.ready) > now:
            break
        if not endpoint.every.ends_on(day):
            continue
        outcome = known.get(day)
        if outcome is None:
            ask = day in window or day in revise or (day in retry and day > begun)
        elif outcome.verdict is not Verdict.ok:
            ask = day in window or day in retry
        else:
            # The last restatement falls on this target; one that failed or was never asked for is made up for,
            # and so are figures that were added once more.
            final = day + dt.timedelta(days=restated - 1)
            added = any(
                0 <= (target - due_on).days < patience and outcome.as_of < due_on
                for due_on in (day + dt.timedelta(days=n) for n in endpoint.also_after_days)
            )
            ask = outcome.as_of < target and (added or (day in retry and outcome.as_of < min(target, final)))
        if ask or (endpoint.gaps_are_zero and _is_gap(day - ONE_DAY, days, known)):
            days.append(day)
    return days


def _is_gap(day: dt.date, asked: list[dt.date], known: Mapping[dt.date, Outcome]) -> bool:
    """Whether ``day`` is asked about and perhaps without rows: that nothing happened shows by those of a later one."""
    outcome = known.get(day)
    return day in asked[-1:] and not (outcome and outcome.verdict is Verdict.ok and outcome.rows)


def begins_late(endpoint: Endpoint, window: Window, now: dt.datetime) -> dt.date | None:
    """The first day the platform tells, where the window begins before it; None where it tells them all."""
    oldest = endpoint.oldest(business_date(now))
    return oldest if oldest is not None and oldest > window.start else None


def used_up(known: Mapping[dt.date, Outcome], now: dt.datetime) -> bool:
    """True when the platform said today that this endpoint's daily quota is gone: only midnight helps."""
    return any(
        o.code == USED_UP and business_date(o.fetched_at) == business_date(now) for o in known.values()
    )


def unjudged_since(known: Mapping[dt.date, Outcome], now: dt.datetime) -> dt.datetime:
    """The moment after which a list's answers belong to a reading that was broken off, and may be gone on with.

    A reading that ended well is over, and so is one that was not believed; half of one is worth keeping for
    :data:`KEEP_HALF`.
    """
    over = [o.fetched_at for o in known.values() if o.verdict is not Verdict.error or o.code in DISBELIEVED]
    return max([now - KEEP_HALF, *over])


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

    ``as_of`` of the kept outcome stays old, so the next run asks again. The first moment it was ``ok`` is kept.
    """
    if now.verdict is Verdict.ok:
        first = before.first_ok_at if before and before.first_ok_at else now.fetched_at
        return replace(now, first_ok_at=first)
    return None if before is not None and before.verdict is Verdict.ok else now
