# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a Mini Program's answers say, as rows of the ``land_mp_*`` datasets; pure.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from collections.abc import Iterator
from typing import Any

from tasks.records import RawResponse
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    body_of,
    count,
    day,
    is_delayed,
    key_code,
    key_count,
    key_text,
    listed,
    measure,
    refused,
    text,
)

COHORTS = {"new": "visit_uv_new", "all": "visit_uv"}
UNITS = {"access_source_session_cnt": "sessions", "access_source_visit_uv": "visitors"}
"""Indexes that tell where visits came from; the second is undocumented but sent."""


def summary_trend(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Visitors since launch and sharing → ``land_mp_summary_day``; persons and times."""
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    rows = []
    for row, where in items_of(data):
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": day(row, "ref_date", where),
                "visitors_total": key_count(row, "visit_total", where),
                "shares": count(row, "share_pv", where),
                "sharers": count(row, "share_uv", where),
            }
        )
    return Parsed({"land_mp_summary_day": rows}, delayed=is_delayed(data))


def visit_trend(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Visits of a day → ``land_mp_visit_day``; sessions, pages, persons, seconds."""
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day(row, "ref_date", where),
            **visits_of(row, where),
        }
        for row, where in items_of(data)
    ]
    return Parsed({"land_mp_visit_day": rows}, delayed=is_delayed(data))


def visits_of(row: Json, where: str) -> dict[str, Any]:
    """The figures of a day, week or month of visits."""
    return {
        "sessions": key_count(row, "session_cnt", where),
        "page_views": count(row, "visit_pv", where),
        "visitors": key_count(row, "visit_uv", where),
        "new_visitors": count(row, "visit_uv_new", where),
        "stay_seconds_per_visitor": measure(row, "stay_time_uv", where),
        "stay_seconds_per_session": measure(row, "stay_time_session", where),
        "depth": measure(row, "visit_depth", where),
    }


def retention(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who came back n days later → ``land_mp_retention``; persons. Days not known yet are absent, never 0."""
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day(data, "ref_date", "body"),
            "cohort": cohort,
            "day_n": later,
            "visitors": visitors,
        }
        for cohort, later, visitors in returns_of(data)
    ]
    return Parsed({"land_mp_retention": rows}, delayed=is_delayed(data))


def returns_of(data: Json) -> Iterator[tuple[str, int, int]]:
    """Cohort, periods later and persons: the figures stand at the top of the answer, not in a ``list``."""
    for cohort, key in COHORTS.items():
        for index, item in enumerate(listed(data, key, optional=True)):
            where = f"body.{key}[{index}]"
            yield cohort, key_code(item, "key", where), key_count(item, "value", where)


def visit_sources(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Where visits came from → ``land_mp_visit_source``; sessions or visitors by source key.

    Keys without a documented name are kept.
    """
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    rows: list[Json] = []
    for index, group in enumerate(listed(data, "list", optional=True)):
        where = f"body.list[{index}]"
        unit = UNITS.get(text(group, "index", where) or "")
        if unit is None:
            continue  # stay time and depth, which no dataset asks for
        for position, item in enumerate(listed(group, "item_list", where, optional=True)):
            at = f"{where}.item_list[{position}]"
            rows.append(
                {
                    "account_id": answer.account_id,
                    "business_date": day(data, "ref_date", "body"),
                    "unit": unit,
                    "source_key": key_code(item, "key", at),
                    "amount": key_count(item, "value", at),
                }
            )
    return Parsed({"land_mp_visit_source": rows}, delayed=is_delayed(data))


def pages(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The most viewed pages of a day → ``land_mp_page_day``; times, persons and seconds a view."""
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day(data, "ref_date", "body"),
            "page_path": key_text(row, "page_path", where),
            "page_views": key_count(row, "page_visit_pv", where),
            "visitors": count(row, "page_visit_uv", where),
            "stay_seconds_per_view": measure(row, "page_staytime_pv", where),
            "entries": count(row, "entrypage_pv", where),
            "exits": count(row, "exitpage_pv", where),
            "shares": count(row, "page_share_pv", where),
            "sharers": count(row, "page_share_uv", where),
        }
        for row, where in items_of(data)
    ]
    return Parsed({"land_mp_page_day": rows}, delayed=is_delayed(data))


def items_of(data: Json) -> list[tuple[Json, str]]:
    """The rows of an answer with the place each has in it."""
    return [(row, f"body.list[{index}]") for index, row in enumerate(listed(data, "list"))]
