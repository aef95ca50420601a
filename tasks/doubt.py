"""Doubt empty answers that no other interface of the same platform confirms (floor 5).

``{"list": []}`` is a fact on a quiet day and a lie on a busy one, and looks the same both times.
"""

import datetime as dt
from dataclasses import replace

from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections
from tasks.opsdb import outcomes
from tasks.records import Account, Endpoint, Outcome, Verdict


def doubt_empty(c: Connections, account: Account, window: Window) -> list[Outcome]:
    """Take back the ``ok`` of cells without rows where ``doubted_by`` does not say that nothing happened.

    The sister interface is asked in the same run, so this is known only when both have landed. The cells are
    asked for again like any other gap. Returns the outcomes taken back.
    """
    endpoints = {e.name: e for e in c.settings.endpoints().values() if e.doubted_by}
    known = outcomes.read(c.database, since=window.start, until=window.end, account_ids=[account.account_id])
    doubtful = []
    for outcome in known:
        endpoint = endpoints.get(outcome.cell.endpoint)
        if endpoint is None or outcome.rows or outcome.verdict is not Verdict.ok:
            continue
        told = _sister(c, endpoint, account, outcome.cell.business_date)
        if told != 0:
            said = "is not known" if told is None else f"is {told:g}"
            what = (
                f"the change of {endpoint.doubted_by}" if endpoint.doubted_by_change else endpoint.doubted_by
            )
            message = f"not a single row, and {what} {said} on that day; asked for again"
            doubtful.append(replace(outcome, verdict=Verdict.empty, message=message, first_ok_at=None))
    outcomes.write(c.database, doubtful)
    return doubtful


def _sister(c: Connections, endpoint: Endpoint, account: Account, day: dt.date) -> float | None:
    """What the sister interface says of ``day``; None when it has not said anything."""
    dataset, column = endpoint.doubted_by.split(".")
    now, before = (
        c.engine.total(dataset, column, account.account_id, Window.of_day(d)) for d in (day, day - ONE_DAY)
    )
    if not endpoint.doubted_by_change:
        return now
    return None if now is None or before is None else now - before
