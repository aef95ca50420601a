# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a Mini Program's weeks and months say, as rows of ``land_mp_*_week``, ``…_month`` and ``…_portrait``; pure.

Every row stands under the last day of its period and says when the period began.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from tasks.calendars import Period, Window
from tasks.records import RawResponse
from tasks.sources.mini_program.parse import COHORTS, items_of, returns_of, visits_of
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    code,
    day,
    is_delayed,
    key_count,
    listed,
    refused,
    text,
    unexpected,
)

TRAITS = {
    "province": "province",
    "city": "city",
    "genders": "gender",
    "platforms": "platform",
    "devices": "device",
    "ages": "age",
}
"""The platform's word for each trait and ours."""
WITHOUT_ID = -1
"""Stands for the id of what has none: models of phones."""


def visit_week(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Visits of a week → ``land_mp_visit_week``; persons are counted once."""
    return _visits(answer, "land_mp_visit_week")


def visit_month(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Visits of a month → ``land_mp_visit_month``; persons are counted once."""
    return _visits(answer, "land_mp_visit_month")


def _visits(answer: RawResponse, dataset: str) -> Parsed:
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    rows = [
        {"account_id": answer.account_id, **_span(row, where), **visits_of(row, where)}
        for row, where in items_of(data)
    ]
    return Parsed({dataset: rows}, delayed=is_delayed(data))


def retention_week(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who came back in the nth week after → ``land_mp_retention_week``; persons. Weeks not known yet are absent."""
    return _returns(answer, "land_mp_retention_week", "week_n")


def retention_month(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who came back in the next month → ``land_mp_retention_month``; persons."""
    return _returns(answer, "land_mp_retention_month", "month_n")


def _returns(answer: RawResponse, dataset: str, later: str) -> Parsed:
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    about = {"account_id": answer.account_id, **_span(data, "body")}
    rows = [
        {**about, "cohort": cohort, later: n, "visitors": persons} for cohort, n, persons in returns_of(data)
    ]
    return Parsed({dataset: rows}, delayed=is_delayed(data))


def portrait(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who the visitors are → ``land_mp_portrait``; persons by trait. A trait's parts need not add up to all."""
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    about = {"account_id": answer.account_id, **_span(data, "body")}
    rows: list[Json] = []
    for cohort, key in COHORTS.items():
        traits = block(data.get(key), f"body.{key}")
        for name, trait in TRAITS.items():
            for index, part in enumerate(listed(traits, name, f"body.{key}", optional=True)):
                where = f"body.{key}.{name}[{index}]"
                number = code(part, "id", where)
                rows.append(
                    {
                        **about,
                        "cohort": cohort,
                        "trait": trait,
                        "member_id": WITHOUT_ID if number is None else number,
                        "member": text(part, "name", where) or "",
                        "visitors": key_count(part, "value", where),
                    }
                )
    return Parsed({"land_mp_portrait": rows}, delayed=is_delayed(data))


def _span(row: Mapping[str, Any], where: str) -> dict[str, dt.date]:
    """The period that ``ref_date`` names: a day, "20170306-20170312", or the month "201703"."""
    value = row.get("ref_date")
    written = str(value) if type(value) is int else value
    if not isinstance(written, str) or not written.isascii():
        raise unexpected(f"{where}.ref_date", value, "a period")
    month = re.fullmatch(r"([0-9]{4})(0[1-9]|1[0-2])", written)
    if month and int(month[1]):
        found = Period.month.ending(dt.date(int(month[1]), int(month[2]), 1))
    else:
        first, _, last = written.partition("-") if len(written) == 17 else (written, "", written)
        begin, end = (day({"ref_date": part}, "ref_date", where) for part in (first, last))
        if end < begin:
            raise unexpected(f"{where}.ref_date", value, "a period")
        found = Window.ending(end, (end - begin).days + 1)
    return {"business_date": found.last, "start_date": found.start}
