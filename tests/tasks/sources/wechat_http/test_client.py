"""Tokens, repeats, limits and quotas around a call, against the sandbox and small real applications."""

import asyncio
import datetime as dt
import json
import logging

import httpx
import pytest
from starlette.responses import HTMLResponse

from tasks.calendars import Window
from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    NotAuthorised,
    PermanentError,
    RateLimited,
    Timeout,
    UnexpectedShape,
)
from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of
from tasks.sandbox.app import create_app
from tasks.sandbox.serve import running
from tasks.sources.wechat_http.quota import QUOTA_PATH, quota_in, spendable
from tasks.sources.wechat_http.tokens import MemoryTokens

OA, WECOM = SourceKind.official_account, SourceKind.wecom
MP, SHOP = SourceKind.mini_program, SourceKind.shop
DAY = dt.date(2026, 7, 20)
WEEK = Window.ending(DAY, 7)
STABLE = "/cgi-bin/stable_token"
SUMMARY = "/datacube/getusersummary"
BATCH = "/cgi-bin/freepublish/batchget"


def week_summary(client):
    return client.user_summary(WEEK)


def one_page(client):
    return client._http.call("oa.publications", day=DAY, body={"offset": 0, "count": 1, "no_content": 1})


def the_trouble(fetch):
    [error] = {id(e): e for e in fetch.troubles.values()}.values()
    return error


def test_many_parallel_calls_ask_for_one_token(platform):
    fetch = platform.ask(OA, lambda c: c.article_read(Window.ending(DAY, 12)))
    assert len(fetch.answers) == 12
    assert platform.count(STABLE) == 1


def test_every_answer_is_kept_as_it_came_and_without_the_token(platform):
    platform.ask(OA, week_summary)
    [raw] = platform.kept
    assert json.loads(raw.request) == {
        "method": "POST",
        "path": SUMMARY,
        "query": {},
        "body": {"begin_date": "2026-07-14", "end_date": "2026-07-20"},
    }
    assert (raw.source, raw.account_id, raw.endpoint) == (
        "official_account",
        "official_account_main",
        "oa.user_summary",
    )
    assert (raw.business_date, raw.status, raw.errcode, raw.personal) == (
        dt.date(2026, 7, 14),
        200,
        "",
        False,
    )
    assert json.loads(raw.body)["list"]
    assert raw.fetched_at.tzinfo is dt.UTC


def test_an_expired_token_is_renewed_once_and_the_question_repeated(platform):
    platform.sandbox.faults.add("expired_token:/datacube/:times=1")
    fetch = platform.ask(OA, week_summary)
    assert fetch.troubles == {}
    assert [raw.errcode for raw in platform.kept] == ["42001", ""]
    assert platform.count(STABLE) == 2
    assert platform.slept == []


def test_a_token_killed_by_another_system_is_renewed_by_all_parallel_calls_together(platform):
    known = account_of(OA)
    asked = {"grant_type": "client_credential", "appid": known.app_id, "secret": known.secret}

    async def question(client):
        await client.user_summary(WEEK)
        platform.sandbox.tokens.stable({**asked, "force_refresh": True})
        return await client.article_read(Window.ending(DAY, 12))

    assert platform.ask(OA, question).troubles == {}
    assert platform.count(STABLE) == 2  # the second one got the other system's token, without forcing


def test_a_new_token_is_forced_only_when_the_same_one_comes_back(acting):
    def behave(request, body):
        fresh = request.query_params["access_token"] == "t2"
        return {"list": []} if fresh else {"errcode": 40001, "errmsg": "invalid credential"}

    platform = acting(behave)
    assert platform.ask(OA, week_summary).troubles == {}
    assert [raw.errcode for raw in platform.kept] == ["40001", ""]


def test_a_token_refused_twice_is_believed(acting):
    platform = acting(lambda request, body: {"errcode": 40001, "errmsg": "invalid credential rid: 1-2-3"})
    error = the_trouble(platform.ask(OA, week_summary))
    assert type(error) is BadCredential
    assert "another system asks for tokens" in str(error)
    assert len(platform.kept) == 2


def test_wecom_never_forces_a_token(acting):
    platform = acting(lambda request, body: {"errcode": 40014, "errmsg": "invalid access_token"})
    assert type(the_trouble(platform.ask(WECOM, lambda c: c.behaviour(WEEK)))) is BadCredential
    assert len(platform.kept) == 2


@pytest.mark.parametrize(("kind", "path"), [(OA, STABLE), (WECOM, "/cgi-bin/gettoken")])
def test_a_wrong_secret_is_tried_once_in_a_run_and_never_shown(platform, kind, path):
    async def question(client):
        ask = client.article_read if kind is OA else client.behaviour
        return [await ask(Window.ending(DAY, 9)), await ask(WEEK)]

    for fetch in platform.ask(kind, question, secret="wrong-secret-123"):
        assert {type(e) for e in fetch.troubles.values()} == {BadCredential}
        assert all(
            "wrong-secret" not in str(e) and "Check the secret" in str(e) for e in fetch.troubles.values()
        )
    assert platform.count(path) == 1


def test_an_ip_outside_the_whitelist_is_named(platform):
    platform.sandbox.faults.add("ip")
    error = the_trouble(platform.ask(OA, week_summary))
    assert type(error) is NotAuthorised
    assert "Allow the IP 127.0.0.1 in 公众平台" in str(error)


def test_a_busy_platform_is_asked_again_three_times(platform):
    platform.sandbox.faults.add(f"busy:{SUMMARY}:times=3")
    assert platform.ask(OA, week_summary).troubles == {}
    assert [raw.errcode for raw in platform.kept] == ["-1", "-1", "-1", ""]
    assert len(platform.slept) == 3


def test_pauses_grow_from_the_base(platform):
    platform.sandbox.faults.add(f"busy:{SUMMARY}")
    assert type(the_trouble(platform.ask(OA, week_summary, retry_base=1.0))) is Busy
    first, second, third = platform.slept
    assert 1 <= first <= 1.5 < 2 <= second <= 3 < 4 <= third <= 6


def test_a_web_page_instead_of_json_is_kept_and_asked_again(platform):
    platform.sandbox.faults.add(f"html:{SUMMARY}:times=1")
    assert platform.ask(OA, week_summary).troubles == {}
    assert "系统繁忙" in platform.kept[0].body


def test_a_silent_platform_is_a_timeout(platform):
    platform.sandbox.faults.add(f"timeout:{SUMMARY}")
    assert type(the_trouble(platform.ask(OA, week_summary))) is Timeout
    assert platform.kept == []
    assert platform.count(SUMMARY) == 4


@pytest.mark.parametrize("fault", ["timeout", "timeout=drop"])
def test_over_a_real_connection_a_lost_answer_is_asked_for_again(platform, world, fault):
    with running(world, faults=[f"{fault}:{SUMMARY}:times=1"]) as place:
        platform.tokens = MemoryTokens(place.sandbox.clock.now)
        options = {"base_url": place.base_url, "transport": httpx.AsyncHTTPTransport(), "timeout": 0.5}
        assert platform.ask(OA, week_summary, **options).troubles == {}
        assert place.sandbox.calls[account_of(OA).app_id, SUMMARY] == 2


def test_a_refused_connection_is_busy_and_says_no_secret(platform):
    options = {"base_url": "http://127.0.0.1:9", "transport": httpx.AsyncHTTPTransport()}
    error = the_trouble(platform.ask(OA, week_summary, **options))
    assert type(error) is Busy
    assert account_of(OA).secret not in str(error)


def test_a_frequency_limit_is_waited_out_for_a_minute(platform):
    platform.sandbox.faults.add(f"freq:{SUMMARY}:times=2")
    assert platform.ask(OA, week_summary).troubles == {}
    assert platform.slept == [60, 60]


def test_a_used_up_interface_is_left_alone_for_the_rest_of_the_run(platform):
    platform.sandbox.faults.add(f"quota:{SUMMARY}")

    async def question(client):
        return [
            await client.user_summary(WEEK),
            await client.user_summary(WEEK),
            await client.user_cumulate(WEEK),
        ]

    first, second, other = platform.ask(OA, question)
    assert the_trouble(first).until_tomorrow
    assert the_trouble(second).until_tomorrow
    assert platform.count(SUMMARY) == 1
    assert other.troubles == {}


def test_an_unknown_code_is_asked_once_again(acting):
    platform = acting(lambda request, body: {"errcode": 987654, "errmsg": "new rid: 1-2-3"})
    error = the_trouble(platform.ask(OA, week_summary))
    assert type(error) is PermanentError
    assert len(platform.kept) == 2


def test_an_answer_that_is_no_object_is_an_unexpected_shape(acting):
    platform = acting(lambda request, body: [1, 2])
    assert type(the_trouble(platform.ask(OA, week_summary))) is UnexpectedShape


def test_control_characters_in_an_answer_are_let_through(acting):
    row = '{"ref_date":"2026-07-20","user_source":0,"new_user":1,"cancel_user":0,"note":"a\x01b\nc"}'
    platform = acting(lambda request, body: HTMLResponse('{"list":[' + row + "]}"))
    assert platform.ask(OA, week_summary).troubles == {}


def test_a_wrong_path_is_our_bug(platform):
    platform.registry = {
        **platform.registry,
        "oa.user_summary": platform.registry["oa.user_summary"].model_copy(
            update={"path": "/cgi-bin/datacube/x"}
        ),
    }
    assert type(the_trouble(platform.ask(OA, week_summary))) is BadRequest


def test_chinese_goes_out_unescaped(acting):
    seen = []

    def behave(request, body):
        seen.append(body)
        return {"ok": 1}

    platform = acting(behave)
    platform.ask(OA, lambda c: c._http.call("oa.user_summary", "/x", day=DAY, body={"name": "夏"}))
    assert seen == [{"name": "夏"}]
    assert "夏" in platform.kept[0].request


def test_the_reserve_of_a_daily_quota_is_never_touched(world, platform):
    platform.app = create_app(world, daily={BATCH: 10})

    async def question(client):
        for _ in range(8):
            await one_page(client)
        with pytest.raises(RateLimited, match="only the reserve") as caught:
            await one_page(client)
        return caught.value

    assert platform.ask(OA, question).until_tomorrow
    assert platform.count(BATCH) == 8
    assert platform.count("/cgi-bin/openapi/quota/get") == 1


def test_calls_made_by_others_today_count_too(world, platform):
    platform.app = create_app(world, daily={BATCH: 10})
    for _ in range(8):
        platform.sandbox.quotas.count(account_of(OA).app_id, BATCH, OA)
    assert the_trouble(platform.ask(OA, lambda c: c.publications(Window.of_day(DAY)))).code == "quota reserve"
    assert platform.count(BATCH) == 0
    assert platform.ask(OA, lambda c: c._http.quota_left(BATCH), quota_reserve=0) == 2


@pytest.mark.parametrize(
    ("kind", "path", "question"),
    [
        (OA, SUMMARY, lambda c: c.user_summary(Window.ending(DAY, 62))),
        (OA, "/datacube/getarticleread", lambda c: c.article_read(Window.ending(DAY, 12))),
        (MP, "/datacube/getweanalysisappiddailyvisittrend", lambda c: c.visit_trend(Window.ending(DAY, 12))),
        (OA, "/cgi-bin/user/info/batchget", lambda c: c.followers(Window.of_day(DAY))),
        (SHOP, "/channels/ec/order/get", lambda c: c.orders(WEEK)),
        (SHOP, "/channels/ec/aftersale/getaftersaleorder", lambda c: c.aftersales(Window.ending(DAY, 30))),
    ],
)
def test_every_interface_of_every_wechat_account_keeps_its_reserve(world, platform, kind, path, question):
    platform.app = create_app(world, daily={path: 3})
    fetch = platform.ask(kind, question, quota_reserve=0.8)
    assert platform.count(path) == 1  # 80 % of three calls are two
    told = [str(error) for error in fetch.troubles.values()] + fetch.notes
    assert any("only the reserve" in text for text in told)


def test_each_paths_quota_is_read_once_however_many_ask_at_a_time(platform):
    async def question(client):
        await asyncio.gather(*(client.article_read(Window.ending(DAY, 9)) for _ in range(3)))
        return await client.user_summary(WEEK)

    assert platform.ask(OA, question).troubles == {}
    assert platform.count(QUOTA_PATH) == 2
    assert platform.count("/datacube/getarticleread") == 27


def test_wecom_knows_no_quota(platform):
    assert platform.ask(WECOM, lambda c: c.behaviour(WEEK)).troubles == {}
    assert platform.count(QUOTA_PATH) == 0


@pytest.mark.parametrize("quota", [{"errcode": 76021}, {"errcode": 76022}, {"quota": {"daily_limit": 0}}])
def test_a_quota_the_platform_does_not_name_limits_nothing(acting, quota):
    platform = acting(lambda request, body: {"list": []}, quota=quota)
    assert platform.ask(OA, lambda c: c.article_read(Window.ending(DAY, 12))).troubles == {}


def test_a_refused_token_is_told_as_such_and_not_as_an_unknown_quota(platform, caplog):
    platform.sandbox.faults.add("ip")
    assert type(the_trouble(platform.ask(OA, week_summary))) is NotAuthorised
    assert "quota" not in caplog.text


def test_an_unknown_quota_limits_nothing(platform):
    platform.sandbox.faults.add("busy:/cgi-bin/openapi/quota/get")
    assert platform.ask(OA, lambda c: c.publications(Window.of_day(DAY))).troubles == {}


NO_QUOTA = [
    {"errcode": 76021, "errmsg": "cgi_path not found"},
    {"errcode": 48001, "errmsg": "api unauthorized"},
    {"errcode": -1, "errmsg": "system error"},
    {"quota": {"daily_limit": 0}},
]


@pytest.mark.parametrize("quota", NO_QUOTA, ids=["unknown path", "refused", "busy", "no limit named"])
def test_where_the_platform_tells_no_quota_the_published_one_is_kept_to_with_its_reserve(acting, quota):
    platform = acting(lambda request, body: {"item": [], "total_count": 0, "item_count": 0}, quota=quota)

    async def question(client):
        for _ in range(80):  # of 100 published calls a day, less the reserve of 20 %
            await one_page(client)
        with pytest.raises(RateLimited, match="only the reserve") as caught:
            await one_page(client)
        return caught.value

    assert platform.ask(OA, question).until_tomorrow
    assert sum(BATCH in raw.request for raw in platform.kept) == 80


def test_calls_of_earlier_runs_count_against_a_published_quota(acting):
    platform = acting(lambda request, body: {"item": [], "total_count": 0, "item_count": 0})
    spent = {BATCH: 70, "/cgi-bin/user/get": 450}.__getitem__
    assert platform.ask(OA, lambda c: c._http.quota_left(BATCH), spent=spent) == 10
    assert platform.ask(OA, lambda c: c._http.quota_left("/cgi-bin/user/get"), spent=spent) == 50, (
        "no reserve"
    )
    assert platform.ask(OA, lambda c: c._http.quota_left(SUMMARY), spent=spent) is None, "none is published"


@pytest.mark.parametrize(
    ("quota", "left"),
    [
        ({"daily_limit": 100, "used": 20, "remain": 80}, 60),
        ({"daily_limit": 100, "used": 95, "remain": 5}, 0),
    ],
)
def test_what_may_be_spent_is_what_remains_above_the_reserve(quota, left):
    assert spendable(quota_in({"quota": quota}), 0.2) == left


@pytest.mark.parametrize("quota", [{"daily_limit": 0, "used": 0, "remain": 0}, {}])
def test_an_answer_without_a_limit_is_no_quota(quota):
    assert quota_in({"quota": quota}) is None


def test_the_official_quota_sample_names_no_limit(sample):
    assert quota_in(sample("oa.openapi.quota.get")) is None


def test_no_log_line_shows_a_token_or_secret(platform, caplog):
    caplog.set_level(logging.INFO)
    platform.sandbox.faults.add(f"busy:{SUMMARY}:times=1")
    platform.ask(OA, week_summary)
    platform.ask(WECOM, lambda c: c.behaviour(WEEK))
    assert "HTTP Request" in caplog.text
    assert "access_token=***" in caplog.text
    assert "corpsecret=***" in caplog.text
    assert "98_" not in caplog.text
    assert "sandbox-secret" not in caplog.text


def test_no_log_line_shows_who_a_follower_is(platform, acting, caplog):
    caplog.set_level(logging.INFO)
    openids = ["o-first-person", "o-second-person"]

    def behave(request, body):
        if request.url.path.endswith("batchget"):
            return {
                "user_info_list": [{"subscribe": 1, "openid": one["openid"]} for one in body["user_list"]]
            }
        here = openids[1:] if request.query_params.get("next_openid") == openids[0] else openids[:1]
        return {"total": 2, "count": 1, "data": {"openid": here}, "next_openid": here[-1]}

    assert acting(behave).ask(OA, lambda c: c.followers(Window.of_day(DAY))).troubles == {}
    assert "next_openid=***" in caplog.text
    assert not [openid for openid in openids if openid in caplog.text]


def test_only_frequency_limits_in_a_row_weigh_more(acting):
    said = iter([-1, 45009, 0])

    def behave(request, body):
        if request.url.path.endswith("get_follow_user_list"):
            return {"errcode": next(said), "errmsg": "api freq out of limit", "follow_user": []}
        return {}

    platform = acting(behave)
    assert platform.ask(WECOM, lambda c: c.behaviour(WEEK)).troubles == {}
    assert platform.slept[1:] == [60]


def test_a_wecom_block_of_an_hour_is_left_for_tomorrow(acting):
    platform = acting(lambda request, body: {"errcode": 45009, "errmsg": "api freq out of limit"})
    error = the_trouble(platform.ask(WECOM, lambda c: c.behaviour(WEEK)))
    assert error.until_tomorrow
    assert platform.slept == [60]
    assert len(platform.kept) == 2


@pytest.mark.parametrize(("kind", "most"), [(WECOM, 5), (OA, 8)])
def test_no_more_calls_run_at_a_time_than_the_account_allows(acting, kind, most):
    async def question(client):
        running_now, peak = 0, 0

        async def one(_):
            nonlocal running_now, peak
            running_now += 1
            peak = max(peak, running_now)
            await asyncio.sleep(0)
            running_now -= 1

        await client._http.each(range(40), one)
        return peak

    assert acting(lambda request, body: {}).ask(kind, question) == most


def test_results_come_in_the_order_of_the_items_and_the_first_failure_ends_it(acting):
    platform = acting(lambda request, body: {})

    async def double(n):
        await asyncio.sleep((7 - n) / 1000)
        return n * 2

    assert platform.ask(OA, lambda c: c._http.each(range(7), double)) == [0, 2, 4, 6, 8, 10, 12]
    begun = []

    async def fail(n):
        begun.append(n)
        await asyncio.sleep(0)
        raise Busy("no")

    with pytest.raises(Busy):
        platform.ask(OA, lambda c: c._http.each(range(100), fail))
    assert len(begun) == 8


def test_a_memory_store_fetches_once_for_many_and_renews_before_the_end():
    now = dt.datetime(2026, 7, 21, tzinfo=dt.UTC)
    given = []

    async def fetch():
        await asyncio.sleep(0)
        given.append(f"t{len(given)}")
        return given[-1], 7200

    async def story():
        nonlocal now
        tokens = MemoryTokens(lambda: now)
        assert set(await asyncio.gather(*[tokens.get("k", fetch) for _ in range(20)])) == {"t0"}
        now += dt.timedelta(seconds=6899)
        assert await tokens.get("k", fetch) == "t0"
        now += dt.timedelta(seconds=2)
        assert await tokens.get("k", fetch) == "t1"
        assert await tokens.renew("k", "t0", fetch) == "t1"
        assert set(await asyncio.gather(*[tokens.renew("k", "t1", fetch) for _ in range(9)])) == {"t2"}
        assert await tokens.get("other", fetch) == "t3"

    asyncio.run(story())
