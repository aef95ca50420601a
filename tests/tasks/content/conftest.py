"""Invented content: items with the figures of their seventh day."""

import datetime as dt
from collections.abc import Callable

import pytest

from tasks.records import Aged, ContentItem

MONDAY = dt.date(2026, 7, 20)


def content(
    name: str,
    readers: int | None = None,
    interactions: int | None = None,
    *,
    day: dt.date = MONDAY,
    account: str = "oa_main",
    hour: int | None = None,
    ages: tuple[Aged, ...] = (),
    days: int | None = None,
    title: str = "",
    **labels: str,
) -> ContentItem:
    """One article; its labels by name."""
    return ContentItem(
        item_id=name,
        title=title or name,
        channel="oa",
        account_id=account,
        publish_date=day,
        publish_hour=hour,
        labels=labels,
        production_days=days,
        ages=ages or (Aged(7, is_mature=True, readers=readers, interactions=interactions),),
    )


@pytest.fixture
def make() -> Callable[..., ContentItem]:
    return content
