"""Doubt empty answers that no other interface of the same platform confirms (floor 5).

``{"list": []}`` is a fact on a quiet day and a lie on a busy one, and looks the same both times.
"""

import datetime as dt
from collections.abc import Mapping
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
    known = {
        outcome.cell: outcome
        for outcome in outcomes.read(
            c.database, since=window.start, until=window.end, account_ids=[account.account_id]
        )
    }
    endpoints = c.settings.endpoints()
    doubtful = []
    for outcome in known.values():
        endpoint = endpoints.get(outcome.cell.endpoint)
        if endpoint is None or outcome.rows or outcome.verdict is not Verdict.ok:
            continue
        sister = _sister(endpoint, endpoints)
        if sister is None or sister.name in account.skip:
            continue
        asked = known.get(replace(outcome.cell, endpoint=sister.name))
        told = _told(c, endpoint, account, outcome.cell.business_date)
        if told is None and not endpoint.doubted_by_change and asked and asked.verdict is Verdict.ok:
            told = 0
        if told != 0:
            said = "is not known" if told is None else f"is {told:g}"
            what = (
                f"the change of {endpoint.doubted_by}" if endpoint.doubted_by_change else endpoint.doubted_by
            )
            message = f"not a single row, and {what} {said} on that day; asked for again"
            doubtful.append(replace(outcome, verdict=Verdict.empty, message=message, first_ok_at=None))
    outcomes.write(c.database, doubtful)
    return doubtful


def _sister(endpoint: Endpoint, endpoints: Mapping[str, Endpoint]) -> Endpoint | None:
    """The interface that can confirm an empty answer of ``endpoint``."""
    dataset = endpoint.doubted_by.partition(".")[0]
    return next((e for e in endpoints.values() if dataset and dataset in e.datasets), None)


def _told(c: Connections, endpoint: Endpoint, account: Account, day: dt.date) -> float | None:
    """What the sister interface says of ``day``; None where it has no row."""
    dataset, column = endpoint.doubted_by.split(".")
    now = c.engine.total(dataset, column, account.account_id, Window.of_day(day))
    if not endpoint.doubted_by_change:
        return now
    before = c.engine.total(dataset, column, account.account_id, Window.of_day(day - ONE_DAY))
    return None if now is None or before is None else now - before
