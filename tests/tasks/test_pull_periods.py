"""Landing weeks and months: each stands under its last day, and zeros are held against the period before."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.calendars import Period, Window
from tasks.connections import Connections, connect
from tasks.pull import Pull
from tasks.records import Endpoint, Fetch, Outcome, RawResponse, Verdict

NOW = dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC)
ENDS = {
    "mp.visit_week": (dt.date(2026, 7, 12), dt.date(2026, 7, 19)),
    "mp.visit_month": (dt.date(2026, 5, 31), dt.date(2026, 6, 30)),
}


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


def answered(endpoint: Endpoint, day: dt.date, visitors: int) -> Fetch:
    period = endpoint.every.ending(day)
    ref_date = f"{day:%Y%m}" if endpoint.every is Period.month else f"{period.start:%Y%m%d}-{day:%Y%m%d}"
    row = {"ref_date": ref_date, "session_cnt": 3 * visitors, "visit_uv": visitors, "visit_uv_new": 0}
    answer = RawResponse(
        source="mini_program",
        account_id="mp_mall",
        endpoint=endpoint.name,
        business_date=day,
        last_date=day,
        request=json.dumps({"method": "POST", "path": endpoint.path, "query": {}, "body": {}}),
        body=json.dumps({"list": [row]}),
        status=200,
        errcode="",
        fetched_at=NOW,
    )
    return Fetch([answer])


def land(c: Connections, endpoint: Endpoint, day: dt.date, visitors: int) -> Outcome:
    (account,) = c.settings.accounts(["mp_mall"])
    fetch = answered(endpoint, day, visitors)
    pull = Pull(c, account, Window.of_day(dt.date(2026, 7, 20)), {})
    (judged,) = pull.land(endpoint, Window.of_day(day), fetch, fetch.answers)
    return judged


@pytest.mark.parametrize("name", ENDS)
def test_a_period_of_zeros_after_a_busy_one_is_not_believed_and_lands_nothing(
    c: Connections, name: str
) -> None:
    endpoint = c.settings.endpoints()[name]
    before, day = ENDS[name]
    assert land(c, endpoint, before, 40).verdict is Verdict.ok
    assert land(c, endpoint, day, 0).verdict is Verdict.suspect_zero
    assert [(r["business_date"], r["visitors"]) for r in c.lake.rows(endpoint.datasets[0])] == [(before, 40)]
    assert land(c, endpoint, day, 50).verdict is Verdict.ok
    assert [r["visitors"] for r in c.lake.rows(endpoint.datasets[0])] == [40, 50]
