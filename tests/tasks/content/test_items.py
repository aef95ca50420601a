"""Rows of the lake as items: labels by name, figures by age, nothing from an age not reached."""

import datetime as dt
from decimal import Decimal
from typing import Any

from tasks.content.items import hour_slot, items

DAY = dt.date(2026, 7, 20)
NOTHING = dict.fromkeys(
    (
        "content_id", "pyramid_layer", "is_original", "origin", "template", "scene", "format", "publish_hour",
        "author", "campaign",
        "production_days", "cost_cny", "delivered", "is_delivered_approx", "readers", "session_readers",
        "interactions", "sharers", "followers_won", "finish_share", "mp_clicks", "orders", "revenue_cny",
        *(f"jump_{n}_share" for n in range(1, 6)),
    )
)  # fmt: skip


def row(day_n: int, **told: Any) -> dict[str, Any]:
    return {
        **NOTHING, "item_id": "1_1", "channel": "oa", "account_id": "oa_main", "publish_date": DAY, "title": "标题",
        "url": "", "is_registered": True, "matrix_type": "scenario", "day_n": day_n, **told,
    }  # fmt: skip


def test_an_age_whose_day_is_not_over_is_immature_and_has_no_figures() -> None:
    rows = [row(age, readers=10 * age) for age in (1, 3, 7)]
    (item,) = items(rows, until=DAY + dt.timedelta(days=3))
    assert [(aged.day_n, aged.is_mature, aged.readers) for aged in item.ages] == [
        (1, True, 10), (3, True, 30), (7, False, None),
    ]  # fmt: skip


def test_labels_are_told_by_name_and_missing_ones_are_not_there() -> None:
    told = {"is_original": False, "publish_hour": 8, "author": "", "cost_cny": Decimal("80.50")}
    (item,) = items([row(1, **told)], until=DAY + dt.timedelta(days=9))
    assert item.labels == {"matrix_type": "scenario", "is_original": "no", "hour_slot": "06-09"}
    assert (item.publish_hour, item.cost_cny) == (8, 80.5)


def test_rates_need_both_their_parts() -> None:
    told = {"readers": 200, "interactions": 9, "session_readers": 40, "delivered": None}
    (item,) = items([row(7, **told)], until=DAY + dt.timedelta(days=9))
    aged = item.at(7)
    assert aged is not None
    assert (aged.interaction_rate, aged.open_rate, aged.share_rate) == (0.045, None, None)
    assert item.at(3) is None


def test_three_hours_are_a_slot() -> None:
    assert [hour_slot(hour) for hour in (0, 8, 23)] == ["00-03", "06-09", "21-24"]
