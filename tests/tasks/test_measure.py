"""Measuring leaves, beside the values, what they mean and which facts they were computed from."""

import datetime as dt
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks import settings
from tasks.calendars import Window
from tasks.connections import connect
from tasks.measure import measure_metrics
from tasks.opsdb.schema import measurement, metric_catalogue, metric_restatement, metric_value

DAY = dt.date(2026, 7, 19)


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
