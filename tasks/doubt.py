"""Doubt empty answers that another interface of the same platform contradicts (floor 5).

``{"list": []}`` is a fact on a quiet day and a lie on a busy one, and looks the same both times.
"""

from dataclasses import replace

from tasks.calendars import Window
from tasks.connections import Connections
from tasks.opsdb import outcomes
from tasks.records import Account, Outcome, Verdict


def doubt_empty(c: Connections, account: Account, window: Window) -> list[Outcome]:
    """Take back the ``ok`` of cells without rows on days that ``doubted_by`` tells of; those taken back.

    The sister interface is asked in the same run, so this is known only when both have landed. The cells are
    asked for again like any other gap.
    """
    endpoints = {e.name: e for e in c.settings.endpoints().values() if e.doubted_by}
    known = outcomes.read(c.database, since=window.start, until=window.end, account_ids=[account.account_id])
    doubtful = []
    for outcome in known:
        endpoint = endpoints.get(outcome.cell.endpoint)
        if endpoint is None or outcome.rows or outcome.verdict is not Verdict.ok:
            continue
        dataset, column = endpoint.doubted_by.split(".")
        day = Window.of_day(outcome.cell.business_date)
        told = c.engine.total(dataset, column, account.account_id, day)
        if told:
            message = f"not a single row, though {dataset} has {told:g} {column} on that day; asked for again"
            doubtful.append(replace(outcome, verdict=Verdict.empty, message=message))
    outcomes.write(c.database, doubtful)
    return doubtful
