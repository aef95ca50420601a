"""Landing: what cannot be read harms nothing that was, and what landed waits for a build."""

import asyncio
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tasks import calendars
from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.errors import Busy, ConfigurationError
from tasks.finish import conclude
from tasks.lake import commits, store
from tasks.lake.datasets import Dataset
from tasks.opsdb import outcomes, unbuilt
from tasks.pull import Pull, Wish, having
from tasks.records import Fetch, RawResponse, Verdict

FIRST, LAST = dt.date(2026, 7, 14), dt.date(2026, 7, 20)
WEEK = Window(FIRST, dt.date(2026, 7, 21))
ORDER = "/channels/ec/order/get"
AFTERSALE = "/channels/ec/aftersale/getaftersaleorder"
NOW = dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC)


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


def pull_of(c: Connections, account_id: str) -> Pull:
    (account,) = c.settings.accounts([account_id])
    return Pull(c, account, WEEK)


def answer(
    account_id: str,
    endpoint: str,
    body: object,
    first: dt.date = FIRST,
    path: str = "/datacube/getusersummary",
) -> RawResponse:
    return RawResponse(
        source="",
        account_id=account_id,
        endpoint=endpoint,
        business_date=first,
        last_date=LAST,
        request=json.dumps({"method": "POST", "path": path, "query": {}, "body": {}}),
        body=json.dumps(body),
        status=200,
        errcode="",
        fetched_at=NOW,
    )


def followers(new: object) -> dict:
    return {
        "list": [
            {"ref_date": str(day), "user_source": 1, "new_user": new, "cancel_user": 0} for day in WEEK.days()
        ]
    }


def order(order_id: str, paid: int) -> dict:
    return {
        "errcode": 0,
        "order": {
            "order_id": order_id,
            "status": 20,
            "create_time": paid - 60,
            "update_time": paid,
            "openid": f"o-{order_id}",
            "order_detail": {
                "product_infos": [{"sku_cnt": 1}],
                "pay_info": {"pay_time": paid},
                "price_info": {"product_price": 1000, "order_price": 1000, "freight": 0},
            },
        },
    }


def test_an_unreadable_answer_leaves_the_facts_of_all_its_days(c: Connections) -> None:
    endpoint = c.settings.endpoints()["oa.user_summary"]
    good = Fetch([answer("oa_main", endpoint.name, followers(5))])
    pull_of(c, "oa_main").land(endpoint, WEEK, good, good.answers)
    assert len(c.lake.rows("land_oa_user_summary")) == 7
    bad = Fetch([answer("oa_main", endpoint.name, followers("many"))])
    judged = pull_of(c, "oa_main").land(endpoint, WEEK, bad, bad.answers)
    assert {o.verdict for o in judged} == {Verdict.error}, "not only the first day of the answer"
    rows = c.lake.rows("land_oa_user_summary")
    assert [row["new_followers"] for row in rows] == [5] * 7
    assert {o.verdict for o in outcomes.read(c.database)} == {Verdict.ok}, "a known day is never marked down"
    assert len(c.lake.rows("raw_api")) == 2, "the unreadable body is kept for a later parser"


def test_good_orders_land_beside_one_that_could_not_be_read(c: Connections) -> None:
    endpoint = c.settings.endpoints()["shop.orders"]
    day = Window.of_day(LAST)
    paid = int(dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC).timestamp())
    some = Fetch(
        [
            answer("shop_main", endpoint.name, order(f"37000000000000000{n}", paid), LAST, ORDER)
            for n in range(3)
        ],
        {LAST: Busy("order 3: HTTP 500")},
    )
    (judged,) = pull_of(c, "shop_main").land(endpoint, day, some, some.answers)
    assert judged.verdict is Verdict.error
    assert len(c.lake.rows("land_shop_order")) == 3


def test_what_landed_waits_for_a_build_from_its_earliest_date(c: Connections) -> None:
    endpoint = c.settings.endpoints()["shop.orders"]
    old = int(dt.datetime(2026, 5, 2, 4, tzinfo=dt.UTC).timestamp())
    fetch = Fetch([answer("shop_main", endpoint.name, order("3700000000000000001", old), LAST, ORDER)])
    pull_of(c, "shop_main").land(endpoint, Window.of_day(LAST), fetch, fetch.answers)
    waiting = unbuilt.read(c.database)
    assert waiting is not None
    assert waiting[0] == dt.date(2026, 5, 2)


def case(order_id: str, opened: int) -> dict:
    return {
        "errcode": 0,
        "after_sale_order": {
            "after_sale_order_id": "5000000000000000001",
            "order_id": order_id,
            "status": "MERCHANT_REFUND_SUCCESS",
            "type": "REFUND",
            "create_time": opened,
            "update_time": opened,
            "refund_info": {"amount": 1000},
        },
    }


def test_a_refund_of_an_old_order_has_that_order_built_anew(c: Connections) -> None:
    """Paid on May 2 with CNY 10.00, given back on July 20."""
    known = c.settings.endpoints()
    first, old, late = dt.date(2026, 5, 2), "3700000000000000001", "3700000000000000002"
    moments = [int(calendars.moment_on(day, dt.time(12)).timestamp()) for day in (first, LAST)]
    orders = [
        answer("shop_main", "shop.orders", order(n, at), LAST, ORDER)
        for n, at in zip((old, late), moments, strict=True)
    ]
    refund = answer("shop_main", "shop.aftersales", case(old, moments[1]), LAST, AFTERSALE)
    day = Window.of_day(LAST)
    pull_of(c, "shop_main").land(known["shop.orders"], day, Fetch(orders), orders)
    waiting = unbuilt.read(c.database)
    assert waiting is not None
    unbuilt.clear(c.database, waiting[1])

    pull_of(c, "shop_main").land(known["shop.aftersales"], day, Fetch([refund]), [refund])

    waiting = unbuilt.read(c.database)
    assert waiting is not None
    assert waiting[0] == first
    c.engine.build("staging/fct_order", Window(waiting[0], WEEK.end))
    refunded = {row["order_id"]: row["refund_cny"] for row in c.lake.rows("fct_order")}
    assert refunded == {old: Decimal("10.00"), late: Decimal(0)}


def landings() -> dict[str, tuple[str, RawResponse]]:
    """Of each way to land: the account, and an answer."""
    paid = int(dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC).timestamp())
    fans = {"total": 1, "count": 1, "data": {"openid": ["o-1"]}, "next_openid": ""}
    published = {
        "total_count": 1,
        "item": [{"article_id": "p", "content": {"news_item": [{"title": "t"}]}, "update_time": paid}],
    }
    return {
        "replace": ("oa_main", answer("oa_main", "oa.user_summary", followers(5))),
        "merge": ("shop_main", answer("shop_main", "shop.orders", order("37", paid), LAST, ORDER)),
        "account": ("oa_main", answer("oa_main", "oa.publications", published, LAST, "/cgi-bin/freepublish")),
        "snapshot": ("oa_main", answer("oa_main", "oa.followers", fans, LAST, "/cgi-bin/user/get")),
    }


@pytest.mark.parametrize("landing", ["replace", "merge", "account", "snapshot"])
def test_facts_that_a_build_just_missed_wait_for_the_next_one(
    c: Connections, monkeypatch: pytest.MonkeyPatch, landing: str
) -> None:
    """The build read the lake before the rows were in it, and clears its note after."""
    account_id, told = landings()[landing]
    endpoint = c.settings.endpoints()[told.endpoint]
    assert endpoint.landing == landing
    missed = []

    def commit(uri: str, dataset: Dataset, *rest: Any) -> object:
        if dataset.name not in endpoint.datasets:
            return commits.commit(uri, dataset, *rest)
        waiting = unbuilt.read(c.database)
        done = commits.commit(uri, dataset, *rest)
        if waiting is not None:
            missed.append(dataset.name)
            unbuilt.clear(c.database, waiting[1])
        return done

    monkeypatch.setattr(store, "commit", commit)
    window = WEEK if landing == "replace" else Window.of_day(LAST)
    judged = pull_of(c, account_id).land(endpoint, window, Fetch([told]), [told])

    assert {outcome.verdict for outcome in judged} == {Verdict.ok}
    assert sorted(missed) == sorted(endpoint.datasets)
    waiting = unbuilt.read(c.database)
    assert waiting is not None
    assert waiting[0] == window.start


QUARTER = Window(dt.date(2026, 4, 21), dt.date(2026, 7, 21))


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_backfill_asks_for_pieces_of_a_month_in_the_order_wished_for(
    c: Connections, newest_first: bool
) -> None:
    (account,) = c.settings.accounts(["oa_main"])
    pull = Pull(c, account, QUARTER, Wish(sources=("oa.user_summary",), newest_first=newest_first))

    (pieces,) = pull.in_order(pull.questions())

    assert {endpoint.name for endpoint, _ in pieces} == {"oa.user_summary"}
    starts = [window.start for _, window in pieces]
    assert starts == sorted(starts, reverse=newest_first)
    assert max(len(window) for _, window in pieces) <= 31
    assert {day for _, window in pieces for day in window.days()} == set(QUARTER.days())


def test_a_backfill_over_a_platforms_border_says_from_which_day_on_there_are_data(
    c: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "now", lambda: dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC))
    (account,) = c.settings.accounts(["wecom_main"])
    names = ("wecom.behaviour", "wecom.group_day", "wecom.kf_corp", "wecom.group_week", "wecom.members")
    far = Window(dt.date(2026, 1, 2), dt.date(2026, 7, 21))
    pull = Pull(c, account, far, Wish(sources=names))

    asked = {endpoint.name: window.start for endpoint, window in reversed(pull.questions())}

    first, week = dt.date(2026, 1, 22), dt.date(2026, 1, 28)
    assert asked == {
        "wecom.behaviour": first,
        "wecom.group_day": first,
        "wecom.kf_corp": first,
        "wecom.group_week": week,
        "wecom.members": dt.date(2026, 7, 20),
    }
    told = conclude(far, [pull.tally]).message
    assert (
        "平台自 2026-01-22 起才有数据，更早的日期未请求：成员联系客户统计、社群日统计、微信客服咨询统计"
        in told
    )
    assert "平台自 2026-01-28 起才有数据，更早的日期未请求：社群七日统计" in told
    monkeypatch.setenv("WECHAT_OPS_LANGUAGE", "en")
    assert (
        "the platform tells nothing before 2026-01-28, which was not asked for"
        in conclude(far, [pull.tally]).message
    )
    near = Pull(c, account, Window(week, far.end), Wish(sources=names))
    near.questions()
    assert near.tally.since == {}


async def spent_today(c: Connections, account_id: str, path: str) -> int:
    (account,) = c.settings.accounts([account_id])
    async with c.source(account, lambda _answer: None, lambda _endpoint, _request: None) as client:
        return client._http._spent(path)


def test_calls_of_an_earlier_run_are_known_to_the_next_one(
    c: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "now", lambda: NOW)
    monkeypatch.setenv("OA_MAIN_SECRET", "x")
    c.lake.append_raw(
        [answer("oa_main", "oa.publications", {}, path="/cgi-bin/freepublish/batchget")] * 3, None
    )

    assert asyncio.run(spent_today(c, "oa_main", "/cgi-bin/freepublish/batchget")) == 3
    assert asyncio.run(spent_today(c, "oa_main", "/cgi-bin/user/get")) == 0


def test_a_source_nobody_knows_and_one_no_account_has_are_refused_by_name(c: Connections) -> None:
    with pytest.raises(ConfigurationError, match=r"no source named oa\.userz; known: .*oa\.user_summary"):
        having(c.settings, None, ["oa.userz"])
    with pytest.raises(ConfigurationError, match=r"none of the accounts has oa\.user_summary"):
        having(c.settings, ["mp_mall"], ["oa.user_summary"])
    assert [a.account_id for a in having(c.settings, None, ["oa.user_summary"])] == ["oa_main"]
