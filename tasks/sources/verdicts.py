"""What a fetch leaves for every cell (source × account × endpoint × business date); pure.

ok            figures came, or nothing came where nothing is a fact (``may_be_empty``)
late          the platform is not ready, or calls the figures provisional
empty         nothing came where something should have
suspect_zero  all zero though the seven days before were not (or those after, where nothing is known before)
error         anything else; the message says what to do
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tasks.errors import NotReady, OpsError, RateLimited
from tasks.records import USED_UP, Cell, CellShape, Endpoint, Fetch, Outcome, Verdict
from tasks.sources.wechat_http.shapes import Json, Parsed

WEEK = 7
"""Days before a day of zeros that tell whether zeros are usual."""


def outcomes(
    endpoint: Endpoint,
    account_id: str,
    days: Iterable[dt.date],
    fetch: Fetch,
    parsed: Sequence[Parsed],
    usual: float | None,
    as_of: dt.date,
    fetched_at: dt.datetime,
) -> list[Outcome]:
    """One outcome per day asked for; for a snapshot one, on ``as_of``.

    Args:
        endpoint: whose cells.
        account_id: our key of the account.
        days: business (or publish) dates asked for.
        fetch: the answers' troubles by date, and the notes, which the last day tells when it is ok.
        parsed: what the answers said.
        usual: sum of ``endpoint.zero_check`` over the 7 days before the first; ``None`` when unknown. Later
            days are measured against the answered days before them, the first ones against those after them;
            where nothing is known, zeros are believed.
        as_of: the run's target date.
        fetched_at: when it was asked, UTC.

    Returns:
        Outcomes in date order; ``rows`` counts the rows of all datasets on that date, for snapshots the
        members seen (or rows, for a snapshot without members).
    """
    if endpoint.shape is CellShape.snapshot:
        rows = [row for one in parsed for some in one.rows.values() for row in some]
        seen = sum(len(members) for one in parsed for members in one.present.values())
        trouble = next(iter(fetch.troubles.values()), None)
        delayed = any(one.delayed for one in parsed)
        verdict = _verdict(endpoint, trouble, delayed, rows, seen or len(rows), usual)
        only = _outcome(endpoint, account_id, as_of, verdict, seen or len(rows), as_of, fetched_at)
        return _noted([only], fetch)
    column = "publish_date" if endpoint.shape is CellShape.publish_day else "business_date"
    by_day: dict[dt.date, list[Json]] = {}
    checked: dict[dt.date, list[Json]] = {}
    provisional: set[dt.date] = set()
    for one in parsed:
        for dataset, some in one.rows.items():
            for row in some:
                by_day.setdefault(row[column], []).append(row)
                if dataset == endpoint.datasets[0]:
                    checked.setdefault(row[column], []).append(row)
                if one.delayed:
                    provisional.add(row[column])
    found = []
    asked = sorted(set(days))
    newest = max(by_day, default=None)
    for day in asked:
        count = len(by_day.get(day, ()))
        around = _around(endpoint, day, checked, usual, asked[0])
        trouble = fetch.troubles.get(day)
        quiet = endpoint.gaps_are_zero and newest is not None and day < newest
        if quiet and not count and trouble is None:
            verdict = (Verdict.ok, "", "")
        else:
            verdict = _verdict(endpoint, trouble, day in provisional, checked.get(day, []), count, around)
        found.append(_outcome(endpoint, account_id, day, verdict, count, as_of, fetched_at))
    return _noted(found, fetch)


def _around(
    endpoint: Endpoint,
    day: dt.date,
    checked: Mapping[dt.date, Sequence[Json]],
    usual: float | None,
    first: dt.date,
) -> float:
    """Sum of the checked columns over the days that tell what is usual for ``day``."""
    before, after = (
        sum(_total(endpoint, checked.get(day + dt.timedelta(days=sign * n), [])) for n in range(1, WEEK + 1))
        for sign in (-1, 1)
    )
    if usual and day - dt.timedelta(days=WEEK) < first:
        before += usual
    return after if usual is None and not before else before


def _total(endpoint: Endpoint, rows: Sequence[Json]) -> float:
    return sum(row[column] or 0 for row in rows for column in endpoint.zero_check)


def _verdict(
    endpoint: Endpoint,
    trouble: OpsError | None,
    delayed: bool,
    rows: Sequence[Json],
    count: int,
    usual: float | None,
) -> tuple[Verdict, str, str]:
    """Verdict, code and message of one cell, the heaviest reason first."""
    if isinstance(trouble, NotReady):
        return Verdict.late, trouble.code, str(trouble)
    if trouble is not None:
        used_up = isinstance(trouble, RateLimited) and trouble.until_tomorrow
        code = USED_UP if used_up else trouble.code or type(trouble).__name__
        return Verdict.error, code, str(trouble)
    if delayed:
        return (
            Verdict.late,
            "is_delay",
            "the platform calls these figures provisional; they are asked for again",
        )
    if count == 0 and not endpoint.may_be_empty:
        return Verdict.empty, "", "the platform answered without an error and without a single row"
    if endpoint.zero_check and rows and usual and not _total(endpoint, rows):
        columns = " and ".join(endpoint.zero_check)
        zeros = f"all {columns} are 0, though the 7 days beside it had {usual:g}; asked for again"
        return Verdict.suspect_zero, "", zeros
    return Verdict.ok, "", ""


def _noted(found: list[Outcome], fetch: Fetch) -> list[Outcome]:
    """The outcomes; the last one, when it is ok, says what a person should know beside it."""
    if fetch.notes and found and found[-1].verdict is Verdict.ok:
        found[-1] = replace(found[-1], message=" ".join(fetch.notes))
    return found


def _outcome(
    endpoint: Endpoint,
    account_id: str,
    day: dt.date,
    verdict: tuple[Verdict, str, str],
    rows: int,
    as_of: dt.date,
    fetched_at: dt.datetime,
) -> Outcome:
    return Outcome(
        cell=Cell(account_id, endpoint.name, day),
        verdict=verdict[0],
        rows=rows,
        as_of=as_of,
        fetched_at=fetched_at,
        code=verdict[1],
        message=verdict[2],
    )
