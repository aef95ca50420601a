"""An empty list on a busy day is not believed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections, connect
from tasks.doubt import doubt_empty
from tasks.opsdb import outcomes
from tasks.records import Cell, Outcome, Verdict

FIRST, LAST = dt.date(2026, 7, 19), dt.date(2026, 7, 20)
BOTH = Window(FIRST, LAST + dt.timedelta(days=1))
NOW = dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC)


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


def account_day(day: dt.date, readers: int) -> dict[str, object]:
    figures = [
        "sharers",
        "zaikan_users",
        "like_users",
        "comments",
        "collect_users",
        "redirect_users",
        "articles_sent",
    ]
    row: dict[str, object] = dict.fromkeys(figures, 0)
    return row | {"account_id": "oa_main", "business_date": day, "readers": readers}


def left(day: dt.date, rows: int) -> Outcome:
    return Outcome(Cell("oa_main", "oa.article_read", day), Verdict.ok, rows, LAST, NOW, first_ok_at=NOW)


def test_an_empty_list_of_articles_is_taken_back_on_a_day_with_readers(c: Connections) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    c.lake.replace("land_oa_biz_day", [account_day(FIRST, 0), account_day(LAST, 12)])
    outcomes.write(c.database, [left(FIRST, 0), left(LAST, 0)])

    taken_back = doubt_empty(c, account, BOTH)

    assert [o.cell.business_date for o in taken_back] == [LAST]
    assert "land_oa_biz_day.readers is 12" in taken_back[0].message
    assert [o.verdict for o in outcomes.read(c.database)] == [Verdict.ok, Verdict.empty]


def test_a_day_with_articles_and_a_day_nobody_read_are_left_alone(c: Connections) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    c.lake.replace("land_oa_biz_day", [account_day(FIRST, 0), account_day(LAST, 12)])
    outcomes.write(c.database, [left(FIRST, 0), left(LAST, 3)])

    assert doubt_empty(c, account, BOTH) == []


def test_an_empty_list_that_nobody_confirms_is_not_believed(c: Connections) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    outcomes.write(c.database, [left(LAST, 0)])

    assert ["is not known" in o.message for o in doubt_empty(c, account, BOTH)] == [True]


def test_a_day_without_new_or_lost_followers_is_believed_where_their_number_stood_still(
    c: Connections,
) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    levels = {FIRST - ONE_DAY: 70, FIRST: 70, LAST: 75}
    c.lake.replace(
        "land_oa_user_cumulate",
        [{"account_id": "oa_main", "business_date": day, "followers": n} for day, n in levels.items()],
    )
    quiet, busy = (
        replace(left(day, 0), cell=Cell("oa_main", "oa.user_summary", day)) for day in (FIRST, LAST)
    )
    outcomes.write(c.database, [quiet, busy])

    assert [o.cell.business_date for o in doubt_empty(c, account, BOTH)] == [LAST]
