"""An empty or short list on a busy day is not believed."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.calendars import ONE_DAY, SHANGHAI, Window
from tasks.connections import Connections, connect
from tasks.doubt import doubt_answers
from tasks.opsdb import outcomes
from tasks.records import FEWER, Cell, Outcome, Verdict
from tasks.sources import due

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

    taken_back = doubt_answers(c, account, BOTH)

    assert [o.cell.business_date for o in taken_back] == [LAST]
    assert "land_oa_biz_day.readers is 12" in taken_back[0].message
    assert [o.verdict for o in outcomes.read(c.database)] == [Verdict.ok, Verdict.empty]


def test_a_day_with_articles_and_a_day_nobody_read_are_left_alone(c: Connections) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    c.lake.replace("land_oa_biz_day", [account_day(FIRST, 0), account_day(LAST, 12)])
    outcomes.write(c.database, [left(FIRST, 0), left(LAST, 3)])

    assert doubt_answers(c, account, BOTH) == []


def test_an_empty_list_that_nobody_confirms_is_not_believed(c: Connections) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    outcomes.write(c.database, [left(LAST, 0)])

    assert ["is not known" in o.message for o in doubt_answers(c, account, BOTH)] == [True]


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

    assert [o.cell.business_date for o in doubt_answers(c, account, BOTH)] == [LAST]


def shop_left(endpoint: str, day: dt.date, rows: int) -> Outcome:
    return Outcome(Cell("shop_main", endpoint, day), Verdict.ok, rows, LAST, NOW, first_ok_at=NOW)


def landed(c: Connections, dataset: str, *rows: dict[str, object]) -> None:
    names = c.lake.dataset(dataset).names
    c.lake.merge(dataset, [dict.fromkeys(names) | {"account_id": "shop_main"} | row for row in rows])


def order(number: int, created: dt.date, paid_at: dt.datetime | None) -> dict[str, object]:
    return {"order_id": str(number), "business_date": created, "updated_at": NOW, "paid_at": paid_at}


def at(day: dt.date, hour: int) -> dt.datetime:
    """A clock in Shanghai."""
    return dt.datetime.combine(day, dt.time(hour), SHANGHAI)


def test_a_day_with_fewer_paid_orders_than_the_compass_counts_is_late_and_asked_for_again(
    c: Connections,
) -> None:
    (account,) = c.settings.accounts(["shop_main"])
    landed(c, "land_shop_order", order(1, FIRST, at(FIRST, 1)), order(2, FIRST, at(LAST, 0)))
    landed(c, "land_shop_order", order(3, LAST, at(LAST, 9)), order(4, LAST, None))
    for day, paid in ((FIRST, 1), (LAST, 3)):
        landed(c, "land_shop_compass_day", {"business_date": day, "paid_orders": paid})
    outcomes.write(c.database, [shop_left("shop.orders", FIRST, 2), shop_left("shop.orders", LAST, 2)])

    taken_back = doubt_answers(c, account, BOTH)

    assert [(o.cell.business_date, o.verdict, o.code) for o in taken_back] == [(LAST, Verdict.late, FEWER)]
    assert "counts 3 paid orders and 2 were read" in taken_back[0].message
    known = {o.cell.business_date: o for o in outcomes.read(c.database)}
    endpoint = c.settings.endpoints()["shop.orders"]
    assert due.wanted(endpoint, Window.of_day(LAST), known, now=NOW) == [LAST]

    landed(c, "land_shop_order", order(5, LAST, at(LAST, 23)))
    outcomes.write(c.database, [shop_left("shop.orders", LAST, 3)])
    assert doubt_answers(c, account, BOTH) == []


def test_a_day_without_an_order_is_empty_where_the_compass_counts_some_or_is_not_known(
    c: Connections,
) -> None:
    (account,) = c.settings.accounts(["shop_main"])
    landed(c, "land_shop_compass_day", {"business_date": LAST, "paid_orders": 16})
    outcomes.write(c.database, [shop_left("shop.orders", FIRST, 0), shop_left("shop.orders", LAST, 0)])

    taken_back = doubt_answers(c, account, BOTH)

    told = {o.cell.business_date: (o.verdict, o.message) for o in taken_back}
    assert {verdict for verdict, _ in told.values()} == {Verdict.empty}
    assert "paid_orders is not known" in told[FIRST][1]
    assert "counts 16 paid orders and 0 were read" in told[LAST][1]


def test_orders_paid_on_a_day_on_which_none_was_created_are_enough(c: Connections) -> None:
    (account,) = c.settings.accounts(["shop_main"])
    landed(c, "land_shop_order", order(1, FIRST, at(LAST, 0)))
    landed(c, "land_shop_compass_day", {"business_date": LAST, "paid_orders": 1})
    outcomes.write(c.database, [shop_left("shop.orders", LAST, 0)])

    assert doubt_answers(c, account, BOTH) == []


def test_orders_without_a_compass_or_believed_by_a_person_are_left_alone(
    c: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = c.settings.accounts(["shop_main"])
    outcomes.write(c.database, [shop_left("shop.orders", LAST, 2)])
    assert doubt_answers(c, account, BOTH) == []

    landed(c, "land_shop_compass_day", {"business_date": LAST, "paid_orders": 16})
    assert doubt_answers(c, account.model_copy(update={"skip": ("shop.compass",)}), BOTH) == []
    monkeypatch.setenv("WECHAT_OPS_BELIEVE_SHORT", "wecom.groups, shop.orders")
    with connect() as believing:
        assert doubt_answers(believing, account, BOTH) == []
    assert len(doubt_answers(c, account, BOTH)) == 1


def test_a_day_on_which_more_went_back_than_the_cases_read_can_tell_is_not_believed(c: Connections) -> None:
    (account,) = c.settings.accounts(["shop_main"])
    told = {"business_date": LAST, "product_id": "a"}
    landed(c, "land_shop_compass_product_day", told | {"refund_cny": Decimal(40)})
    case = {"aftersale_id": "1", "business_date": FIRST, "updated_at": at(LAST, 9), "refund_cny": Decimal(40)}
    landed(c, "land_shop_aftersale", case)
    outcomes.write(c.database, [shop_left("shop.aftersales", LAST, 0)])
    assert doubt_answers(c, account, BOTH) == []

    landed(c, "land_shop_compass_product_day", told | {"refund_cny": Decimal("40.01")})
    (taken_back,) = doubt_answers(c, account, BOTH)
    assert taken_back.verdict is Verdict.empty
    assert "CNY 40.01 given back and refunds of CNY 40.00 were read" in taken_back.message
