"""A breakdown that the catalogue declares is really told by its query, and its parts add up to the whole."""

import datetime as dt
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tasks import settings
from tasks.alerts.breakdowns import ACCOUNT, adding_up, members, pair_of
from tasks.lake.engine import Engine
from tasks.lake.store import Lake
from tasks.metrics import catalogue
from tasks.records import MetricValue

CATALOGUE = catalogue.read(settings.load().document("metrics"))
OF_THE_SYSTEM = {"outcomes", "ledger"}
DECLARED = [
    (metric.metric_id, dimension)
    for metric in CATALOGUE.values()
    for dimension in metric.dimensions
    if metric.query not in OF_THE_SYSTEM
]
DAY = dt.date(2026, 3, 10)


def value(row: dict[str, Any]) -> MetricValue:
    kept = {key: given for key, given in row.items() if key != "is_approx"}
    return MetricValue(**kept)


@cache
def answers(query: str) -> dict[str, list[list[MetricValue]]]:
    """What the hand-computed cases of a query expect, by metric: a list of values per case."""
    found = defaultdict(list)
    for file in sorted((Path(__file__).parent / "cases").glob("*/given.toml")):
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        if given["query"] == f"metrics/{query}":
            rows = tomllib.loads(file.with_name("expect.toml").read_text(encoding="utf-8"))["rows"]
            for metric_id in {row["metric_id"] for row in rows}:
                found[metric_id].append([value(row) for row in rows if row["metric_id"] == metric_id])
    return found


@pytest.mark.parametrize(("metric_id", "dimension"), DECLARED)
def test_a_declared_breakdown_is_told_by_its_query_and_adds_up(metric_id: str, dimension: str) -> None:
    metric, told = CATALOGUE[metric_id], 0
    for values in answers(metric.query)[metric_id]:
        wholes = {v.business_date: v for v in values if v.account_id == "*" and not v.dimension}
        for day, whole in wholes.items():
            parts = members(values, dimension, day)
            told = max(told, len(parts))
            if parts:
                is_rate = bool(metric.denominator)
                assert adding_up(parts, parts, pair_of(whole, whole), is_rate), f"{day}: {sorted(parts)}"
    assert told > 1, "no case tells two members on a day"


def test_a_breakdown_is_declared_by_the_name_its_query_writes() -> None:
    for metric_id, dimension in DECLARED:
        if dimension != ACCOUNT:
            written = {v.dimension for case in answers(CATALOGUE[metric_id].query)[metric_id] for v in case}
            assert dimension in written


def test_only_the_fifty_largest_owners_are_named_and_the_rest_is_one(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    shape = lake.dataset("fct_wecom_group_week")
    rows = [
        {"account_id": "w", "business_date": DAY, "owner_id": f"o{i:02}", "members_active": i, "members_total": 100 + i}
        for i in range(53)
    ]  # fmt: skip
    lake.replace("fct_wecom_group_week", [{name: row.get(name) for name in shape.names} for row in rows])

    with Engine(lake) as engine:
        found = engine.query("metrics/community", start_date=DAY, end_date=DAY + dt.timedelta(1)).to_pylist()

    values = [value(row) for row in found if row["metric_id"] == "community_active_rate"]
    owners = members(values, "owner", DAY)
    assert len(owners) == 51
    assert set(owners) == {"", *(f"o{i:02}" for i in range(3, 53))}
    assert (owners[""].numerator, owners[""].denominator) == (0 + 1 + 2, 100 + 101 + 102)


def test_only_the_fifty_groups_we_write_most_in_are_named_and_the_rest_is_one(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    shape = lake.dataset("fct_community_chat_day")
    rows = [
        {"account_id": "files", "business_date": DAY, "chat_id": f"g{i:02}", "messages": 200, "staff_messages": 100 + i,
         "bot_messages": 0, "marketing_messages": i, "other_messages": 100}
        for i in range(53)
    ]  # fmt: skip
    lake.replace("fct_community_chat_day", [{name: row.get(name) for name in shape.names} for row in rows])

    with Engine(lake) as engine:
        found = engine.query(
            "metrics/community_messages", start_date=DAY, end_date=DAY + dt.timedelta(1)
        ).to_pylist()

    values = [value(row) for row in found if row["metric_id"] == "marketing_message_share"]
    groups = members(values, "group", DAY)
    assert set(groups) == {"", *(f"g{i:02}" for i in range(3, 53))}
    assert (groups[""].numerator, groups[""].denominator) == (0 + 1 + 2, 100 + 101 + 102)
