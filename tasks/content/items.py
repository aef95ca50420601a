"""Rows of ``retrospective/content_items`` as :class:`ContentItem`: labels by name, figures by age."""

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

from tasks.records import LABELS, Aged, ContentItem

HOURS = 3
"""Hours of one slot: wide enough that a slot gathers a few posts in eight weeks."""
JUMPS = tuple(f"jump_{n}_share" for n in range(1, 6))


def items(
    rows: Iterable[Mapping[str, Any]], until: dt.date, accounts: Mapping[str, str] = MappingProxyType({})
) -> list[ContentItem]:
    """Every item once, by publication.

    Args:
        rows: of ``retrospective/content_items``, one per item and age.
        until: first business date that nobody can know yet; an age whose day is not before it is immature.
        accounts: name of an account → its id: the register may call an account either.
    """
    told = [{**row, "account_id": accounts.get(row["account_id"].strip(), row["account_id"])} for row in rows]
    by_item = groupby(sorted(told, key=_order), key=_item)
    return [_content_item(list(group), until) for _, group in by_item]


def hour_slot(hour: int) -> str:
    """The slot an hour lies in: ``06-09``."""
    start = hour // HOURS * HOURS
    return f"{start:02d}-{start + HOURS:02d}"


def _order(row: Mapping[str, Any]) -> tuple[dt.date, str, str, int]:
    return (row["publish_date"], row["account_id"], row["item_id"], row["day_n"])


def _item(row: Mapping[str, Any]) -> tuple[dt.date, str, str]:
    return _order(row)[:3]


def _content_item(rows: list[dict[str, Any]], until: dt.date) -> ContentItem:
    first = rows[0]
    return ContentItem(
        item_id=first["item_id"],
        title=first["title"],
        channel=first["channel"],
        account_id=first["account_id"],
        publish_date=first["publish_date"],
        url=first["url"],
        labels=_labels(first),
        publish_hour=first["publish_hour"],
        is_registered=first["is_registered"],
        content_id=first["content_id"] or "",
        production_days=first["production_days"],
        cost_cny=None if first["cost_cny"] is None else float(first["cost_cny"]),
        ages=tuple(_aged(row, until) for row in rows),
    )


def _labels(row: Mapping[str, Any]) -> dict[str, str]:
    told = {**row, "hour_slot": None if row["publish_hour"] is None else hour_slot(row["publish_hour"])}
    if row["is_original"] is not None:
        told["is_original"] = "yes" if row["is_original"] else "no"
    return {name: told[name] for name in LABELS if told[name] not in (None, "")}


def _aged(row: Mapping[str, Any], until: dt.date) -> Aged:
    day = row["publish_date"] + dt.timedelta(days=row["day_n"] - 1)
    if day >= until:
        return Aged(row["day_n"], is_mature=False)
    return Aged(
        row["day_n"],
        is_mature=True,
        is_delivered_approx=bool(row["is_delivered_approx"]),
        finish_share=row["finish_share"],
        jumps=tuple(row[name] for name in JUMPS) if row[JUMPS[0]] is not None else (),
        delivered=row["delivered"],
        readers=row["readers"],
        session_readers=row["session_readers"],
        interactions=row["interactions"],
        sharers=row["sharers"],
        followers_won=row["followers_won"],
        mp_clicks=row["mp_clicks"],
        orders=row["orders"],
        revenue_cny=row["revenue_cny"],
    )
