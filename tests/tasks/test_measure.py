"""Measuring leaves, beside the values, what they mean and which facts they were computed from."""

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks import settings
from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.measure import measure_metrics
from tasks.opsdb import metrics, outcomes
from tasks.opsdb.schema import measurement, metric_catalogue, metric_restatement, metric_value
from tasks.records import Cell, Outcome, Verdict

DAY = dt.date(2026, 7, 19)
NOON = dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC)
FIGURES = dict(followers_won=7, followers_lost=2, followers_net=5, followers=105)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))


def won(followers: int) -> dict[str, object]:
    return {
        "account_id": "oa",
        "business_date": DAY,
        "followers_won": followers,
        "followers_lost": 1,
        "followers_net": followers - 1,
        "followers": 100,
    }


def test_a_run_tells_the_versions_it_read_and_what_the_numbers_mean():
    name = "fct_oa_follower_day"
    with connect() as c:
        for followers in (3, 5):
            c.lake.replace(name, [won(followers)])
            measure_metrics.fn(Window.of_day(DAY))
        measure_metrics.fn(Window.of_day(DAY))
        newest, _ = c.lake.newest(name)
        with c.database.connect() as connection:
            versions = [
                json.loads(told).get(name)
                for told in connection.scalars(
                    sa.select(measurement.c.lake_versions).order_by(measurement.c.measurement_id)
                )
            ]
            assert versions == [newest - 1, newest, newest]
            ids = set(connection.scalars(sa.select(metric_catalogue.c.metric_id)))
            assert ids == set(settings.load().document("metrics"))
            assert set(connection.scalars(sa.select(metric_value.c.metric_id))) <= ids
            restated = connection.execute(
                sa.select(metric_restatement.c.numerator, metric_restatement.c.measurement_id).where(
                    metric_restatement.c.metric_id == "oa_new_followers",
                    metric_restatement.c.account_id == "oa",
                )
            ).all()
            assert restated == [(3, 1)], "the second run restated it, the third found the same"


def published(c: Connections, account_id: str, *metric_ids: str) -> dict[str, tuple[str, float | None]]:
    """Status and value of each metric of the account on the day."""
    found = metrics.read(c.database, Window.of_day(DAY), dimension="")
    return {
        v.metric_id: (v.status, v.value)
        for v in found
        if v.account_id == account_id and v.metric_id in metric_ids
    }


def test_a_day_that_only_an_imported_export_tells_has_its_numbers_and_stays_missed_by_the_interface() -> None:
    window = Window.of_day(DAY)
    with connect() as c:
        cells = [Cell("oa_main", endpoint, DAY) for endpoint in ("oa.user_summary", "oa.user_cumulate")]
        outcomes.write(
            c.database,
            [Outcome(cell, Verdict.error, 0, DAY, NOON, "48001", "no permission") for cell in cells],
        )
        c.engine.build("staging/fct_oa_follower_day", window)
        measure_metrics.fn(window)
        before = published(c, "*", "oa_followers", "oa_net_followers")
        asked = published(c, "*", "data_completeness")

        row = {name: None for name in c.lake.dataset("land_oa_user_export").names}
        c.lake.replace(
            "land_oa_user_export", [row | FIGURES | {"account_id": "oa_main", "business_date": DAY}]
        )
        c.engine.build("staging/fct_oa_follower_day", window)
        measure_metrics.fn(window)

        assert before == {"oa_followers": ("grey", None), "oa_net_followers": ("grey", None)}
        assert asked["data_completeness"][1] is not None
        assert published(c, "oa_main", "oa_followers", "oa_net_followers") == {
            "oa_followers": ("ok", 105),
            "oa_net_followers": ("ok", 5),
        }
        assert published(c, "*", "data_completeness") == asked, "the interface was not read any better for it"
