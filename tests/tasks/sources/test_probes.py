"""One question per endpoint: legal, answered, and made only once, for whatever the registry holds."""

import asyncio
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from tasks.calendars import Period, Window
from tasks.errors import ApiRetired, Busy, NotAuthorised, OpsError, RateLimited
from tasks.records import Endpoint, SourceKind
from tasks.settings import load
from tasks.sources.jobs import JOBS
from tasks.sources.probes import Heard, Probe, Prober, briefly, calls_a_day, settled

TODAY = dt.date(2026, 7, 21)
OF_THE_SYSTEM = {"/cgi-bin/stable_token", "/cgi-bin/gettoken", "/cgi-bin/openapi/quota/get"}


def probed(platform: Any, kind: SourceKind, *names: str, **options: Any) -> dict[str, Probe]:
    """The probes of these endpoints (all of the kind when none is named), each asked once."""
    chosen = [
        e
        for e in platform.registry.values()
        if e.kind is kind and e.status == "live" and (not names or e.name in names)
    ]

    async def ask(client: Any) -> list[Probe]:
        prober = Prober(client._http, Heard())
        await prober.enter()
        return list(await asyncio.gather(*(prober.probe(endpoint, TODAY) for endpoint in chosen)))

    found = platform.ask(kind, ask, **options)
    return {probe.endpoint: probe for probe in found}


@pytest.mark.parametrize("kind", list(SourceKind))
def test_every_live_endpoint_has_a_probe_that_the_platform_answers(platform: Any, kind: SourceKind) -> None:
    found = probed(platform, kind)
    live = {e.name for e in platform.registry.values() if e.kind is kind and e.status == "live"}
    assert set(found) == live
    assert {name: probe.error for name, probe in found.items() if probe.error} == {}
    assert [name for name, probe in found.items() if not probe.reached] == []


@pytest.mark.parametrize("kind", list(SourceKind))
def test_no_endpoint_is_asked_more_than_once(platform: Any, kind: SourceKind) -> None:
    alone = {}
    for endpoint in platform.registry.values():
        if endpoint.kind is kind and endpoint.status == "live":
            platform.sandbox.calls.clear()
            probed(platform, kind, endpoint.name)
            own = re.compile(re.sub(r":\w+", "[^/]+", endpoint.path))
            calls = platform.sandbox.calls.items()
            alone[endpoint.name] = sum(n for (_, called), n in calls if own.fullmatch(called))
    assert {name: n for name, n in alone.items() if n != 1} == {}


def beside() -> list[tuple[str, str]]:
    """Every endpoint with each path that its readings call beside its own."""
    known = load().endpoints().values()
    return [(endpoint.name, path) for endpoint in known for path in endpoint.also_paths]


@pytest.mark.parametrize(("name", "path"), beside())
def test_a_path_beside_the_endpoints_own_is_probed_once_and_its_refusal_names_it(
    platform: Any, name: str, path: str
) -> None:
    kind = platform.registry[name].kind
    form = re.compile(re.sub(r":\w+", "[^/]+", path))
    assert probed(platform, kind, name)[name].error is None
    calls = {called: n for (_, called), n in platform.sandbox.calls.items() if form.fullmatch(called)}
    assert list(calls.values()) == [1]
    (called,) = calls
    platform.sandbox.faults.add(f"unauthorised:{called}")
    found = probed(platform, kind, name)[name]
    assert isinstance(found.error, NotAuthorised)
    assert found.path == called


@pytest.mark.parametrize("kind", list(SourceKind))
def test_every_path_that_a_reading_calls_is_in_the_registry(platform: Any, kind: SourceKind) -> None:
    mine = {e.name: e for e in platform.registry.values() if e.kind is kind and e.status == "live"}

    async def read(client: Any) -> None:
        for name, endpoint in mine.items():
            day = Window.of_day(settled(endpoint.every, TODAY))
            fetch = await JOBS[name].fetch(client, day, frozenset())
            assert fetch.troubles == {}, name

    platform.ask(kind, read)
    known = [path for e in mine.values() for path in (e.path, *e.also_paths)]
    forms = [re.compile(re.sub(r":\w+", "[^/]+", path)) for path in known]
    ours = {*OF_THE_SYSTEM, "/open-apis/auth/v3/tenant_access_token/internal"}
    called = {path for _, path in platform.sandbox.calls} - ours
    assert [path for path in called if not any(form.fullmatch(path) for form in forms)] == []
    assert [form.pattern for form in forms if not any(map(form.fullmatch, called))] == []


def test_a_list_of_many_followers_costs_one_call_and_the_details_of_one_of_them(acting: Any) -> None:
    asked: list[Any] = []

    def behave(request: Any, body: Any) -> Any:
        asked.append((request.url.path, body))
        if request.url.path == "/cgi-bin/user/get":
            names = [f"o{n}" for n in range(10_000)]
            return {"total": 25_000, "count": 10_000, "data": {"openid": names}, "next_openid": "o9999"}
        return {"errcode": 48001, "errmsg": "api unauthorized"}

    found = probed(acting(behave), SourceKind.official_account, "oa.followers")["oa.followers"]
    assert isinstance(found.error, NotAuthorised)
    assert found.calls_a_day == 3
    details = {"user_list": [{"openid": "o0", "lang": "zh_CN"}]}
    assert asked == [("/cgi-bin/user/get", None), ("/cgi-bin/user/info/batchget", details)]


def test_without_an_order_to_ask_about_the_detail_is_told_as_not_verified(acting: Any) -> None:
    platform = acting(lambda request, body: {"errcode": 0, "order_id_list": [], "has_more": False})
    found = probed(platform, SourceKind.shop, "shop.orders")["shop.orders"]
    assert (found.error, found.reached, found.untried) == (None, True, ("/channels/ec/order/get",))


def test_the_staff_is_asked_for_once_for_all_endpoints_that_need_it(platform: Any) -> None:
    probed(platform, SourceKind.wecom, "wecom.behaviour", "wecom.group_day", "wecom.customers")
    assert platform.count("/cgi-bin/externalcontact/get_follow_user_list") == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [("unauthorised", NotAuthorised), ("retired", ApiRetired), ("busy", Busy), ("quota", RateLimited)],
)
def test_the_error_of_one_endpoint_is_its_own(platform: Any, fault: str, error: type[OpsError]) -> None:
    platform.sandbox.faults.add(f"{fault}:/datacube/getusersummary")
    found = probed(platform, SourceKind.official_account, "oa.user_summary", "oa.user_cumulate")
    assert type(found["oa.user_summary"].error) is error
    assert found["oa.user_cumulate"].error is None


def test_figures_that_are_not_ready_are_no_trouble(platform: Any) -> None:
    platform.sandbox.faults.add("late=61503:/datacube/getusersummary")
    platform.sandbox.faults.add("late=is_delay:/datacube/getbizsummary")
    found = probed(platform, SourceKind.official_account, "oa.user_summary", "oa.biz_summary")
    assert [probe.error for probe in found.values()] == [None, None]


def test_a_refused_address_of_wecom_is_told_by_every_endpoint_but_the_staff_is_asked_for_once(
    platform: Any,
) -> None:
    platform.sandbox.faults.add("ip")
    found = probed(platform, SourceKind.wecom, "wecom.behaviour", "wecom.group_day")
    assert [probe.error.code for probe in found.values() if probe.error] == ["60020", "60020"]
    assert platform.count("/cgi-bin/externalcontact/get_follow_user_list") == 1


def test_a_limit_far_away_and_what_a_day_takes_of_it_are_known(platform: Any) -> None:
    platform.sandbox.quotas._daily["/cgi-bin/freepublish/"] = 70
    found = probed(platform, SourceKind.official_account, "oa.publications", "oa.article_total")
    assert found["oa.publications"].quota == (70, 70)
    assert found["oa.article_total"].calls_a_day == 30, "one call for each publish day of the last thirty"


def test_nothing_is_asked_once_only_the_reserve_is_left(platform: Any) -> None:
    platform.sandbox.quotas._daily["/datacube/getusersummary"] = 100
    for _ in range(80):
        platform.sandbox.quotas.count(
            "wx5a8d9e0c0a000001", "/datacube/getusersummary", SourceKind.official_account
        )
    found = probed(platform, SourceKind.official_account, "oa.user_summary")["oa.user_summary"]
    assert isinstance(found.error, RateLimited)
    assert found.error.until_tomorrow
    assert found.quota == (100, 20)
    assert platform.count("/datacube/getusersummary") == 0


STAFF = "/cgi-bin/externalcontact/get_follow_user_list"


def corp(members: list[str], refused: set[str]) -> Callable[..., Any]:
    def behave(request: Any, body: Any) -> Any:
        if request.url.path == STAFF:
            return {"errcode": 0, "follow_user": members}
        if set(body["userid"]) & refused:
            return {"errcode": 60011, "errmsg": "no privilege to access/modify contact/party/agent"}
        return {"errcode": 0, "behavior_data": []}

    return behave


def test_one_refused_member_is_not_the_corp(acting: Any) -> None:
    platform = acting(corp(["gone", "here"], {"gone"}))
    assert probed(platform, SourceKind.wecom, "wecom.behaviour")["wecom.behaviour"].error is None


def test_after_three_refused_members_it_is_said(acting: Any) -> None:
    platform = acting(corp([f"m{n}" for n in range(50)], {f"m{n}" for n in range(50)}))
    found = probed(platform, SourceKind.wecom, "wecom.behaviour")["wecom.behaviour"]
    assert found.error is not None
    assert (type(found.error), found.error.code) == (OpsError, "60011")
    asked = [raw for raw in platform.kept if "user_behavior" in raw.request]
    assert len(asked) == 3


def test_without_anybody_to_ask_about_the_endpoint_is_not_reached(acting: Any) -> None:
    found = probed(acting(corp([], set())), SourceKind.wecom, "wecom.behaviour")["wecom.behaviour"]
    assert (found.error, found.reached) == (None, False)


def test_a_day_without_articles_gives_way_to_the_day_before(acting: Any) -> None:
    published = {
        "ref_date": "2026-07-17",
        "msgid": "100_1",
        "publish_type": 0,
        "title": "t",
        "content_url": "u",
    }
    detail = {"stat_date": "2026-07-19", "read_user": 1, "read_user_source": []}

    def behave(request: Any, body: Any) -> Any:
        if request.url.path == "/cgi-bin/comment/list":
            return {"errcode": 88000, "errmsg": "without comment privilege"}
        rows = [{**published, "detail_list": [detail]}] if body["begin_date"] == "2026-07-17" else []
        return {"list": rows, "is_delay": False}

    found = probed(acting(behave), SourceKind.official_account, "oa.comments")["oa.comments"]
    assert isinstance(found.error, NotAuthorised)
    assert found.error.code == "88000"


@pytest.mark.parametrize(
    ("every", "day"),
    [
        (Period.day, dt.date(2026, 7, 19)),
        (Period.week, dt.date(2026, 7, 19)),
        (Period.month, dt.date(2026, 6, 30)),
    ],
)
def test_a_probe_asks_about_days_weeks_and_months_that_are_settled(every: Period, day: dt.date) -> None:
    assert settled(every, TODAY) == day
    assert every.ending(day).last == day


def test_calls_of_a_day_follow_from_span_and_restatement(registry: dict[str, Endpoint]) -> None:
    assert calls_a_day(registry["oa.user_summary"], {}) == 1
    assert calls_a_day(registry["oa.article_read"], {}) == 3
    assert calls_a_day(registry["mp.visit_week"], {}) == 1
    assert calls_a_day(registry["oa.publications"], {"total_count": 1_701}) == 86, "20 publications a call"
    assert calls_a_day(registry["oa.followers"], {"total": 10_001}) == 2


def test_a_pause_longer_than_a_doctor_waits_is_told_instead() -> None:
    with pytest.raises(RateLimited, match="60 s"):
        asyncio.run(briefly(60))
    asyncio.run(briefly(0))
