"""Doubt empty and short answers that no other interface of the same platform confirms (floor 5).

``{"list": []}`` is a fact on a quiet day and a lie on a busy one, and looks the same both times; so does a list
that lost some of its rows.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections
from tasks.opsdb import outcomes
from tasks.records import FEWER, Account, Endpoint, Outcome, Verdict

IF_REAL = "If there really is no more, set WECHAT_OPS_BELIEVE_SHORT"


def doubt_answers(c: Connections, account: Account, window: Window) -> list[Outcome]:
    """Take back the ``ok`` of cells where ``doubted_by`` says that something happened which was not read.

    Where rows and that figure cannot be compared one by one, a query of ``sql/doubts`` does, and finds short
    answers as well. The sister interface is asked in the same run, so this is known only when both have landed.
    The cells are asked for again like any other gap. Returns the outcomes taken back.
    """
    known = {
        outcome.cell: outcome
        for outcome in outcomes.read(
            c.database, since=window.start, until=window.end, account_ids=[account.account_id]
        )
    }
    endpoints = c.settings.endpoints()
    believed = c.settings.believed_short
    lacking: dict[str, dict[dt.date, str]] = {}
    doubtful = []
    for outcome in known.values():
        endpoint = endpoints.get(outcome.cell.endpoint)
        if endpoint is None or outcome.verdict is not Verdict.ok or endpoint.name in believed:
            continue
        sister = _sister(endpoint, endpoints)
        if sister is None or sister.name in account.skip:
            continue
        query = endpoint.doubted_by_query
        if query and query not in lacking:
            lacking[query] = _lacking(c, query, account, window)
        if said := lacking.get(query, {}).get(outcome.cell.business_date):
            verdict = Verdict.late if outcome.rows else Verdict.empty
            message = f"{said}; asked for again. {IF_REAL}={endpoint.name}"
            doubtful.append(replace(outcome, verdict=verdict, code=FEWER, message=message, first_ok_at=None))
        elif not outcome.rows:
            asked = known.get(replace(outcome.cell, endpoint=sister.name))
            message = _unconfirmed(c, endpoint, account, outcome.cell.business_date, asked)
            if message:
                doubtful.append(replace(outcome, verdict=Verdict.empty, message=message, first_ok_at=None))
    outcomes.write(c.database, doubtful)
    return doubtful


def _unconfirmed(
    c: Connections, endpoint: Endpoint, account: Account, day: dt.date, asked: Outcome | None
) -> str:
    """Why a day without rows is not believed; empty where the sister interface, ``asked``, confirms it."""
    told = _told(c, endpoint, account, day)
    if told is None and not endpoint.doubted_by_change and asked and asked.verdict is Verdict.ok:
        told = 0
    # What that figure counts may lie in the rows of other days: its query has looked.
    if told == 0 or (told is not None and endpoint.doubted_by_query):
        return ""
    said = "is not known" if told is None else f"is {told:g}"
    what = f"the change of {endpoint.doubted_by}" if endpoint.doubted_by_change else endpoint.doubted_by
    return f"not a single row, and {what} {said} on that day; asked for again"


def _lacking(c: Connections, query: str, account: Account, window: Window) -> dict[dt.date, str]:
    """What a query of ``sql/doubts`` finds missing of the account, by day."""
    found = c.engine.query(f"doubts/{query}", start_date=window.start, end_date=window.end).to_pylist()
    return {row["business_date"]: row["what"] for row in found if row["account_id"] == account.account_id}


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
