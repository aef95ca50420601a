"""Windows, pages and partial failures of every platform's questions, against the sandbox in process."""

import datetime as dt
import json
from collections import Counter

import pytest

from tasks.calendars import Window, start_of
from tasks.errors import ApiRetired, BadRequest, Busy, NotAuthorised, NotReady, ShortAnswer, UnexpectedShape
from tasks.metrics import remedies
from tasks.records import SourceKind, Verdict
from tasks.sources.jobs import JOBS
from tasks.sources.verdicts import outcomes

WECOM = SourceKind.wecom
LAST = dt.date(2026, 7, 20)
TODAY = Window.of_day(LAST)
MONTH = Window.ending(LAST, 30)
WEEK = Window.ending(LAST, 7)
SUMMARY, BIZ = "/datacube/getusersummary", "/datacube/getbizsummary"


def requests(platform, path=""):
    told = [json.loads(raw.request) for raw in platform.kept]
    return [request for request in told if request["path"].endswith(path)]


def rows(fetch, name, dataset, keyed):
    return [row for raw in fetch.answers for row in JOBS[name].parse(raw, keyed).rows.get(dataset, [])]


def ask(platform, name, window, **options):
    known = options.pop("known", frozenset())
    kind = platform.registry[name].kind
    return platform.ask(kind, lambda client: JOBS[name].fetch(client, window, known), **options)


@pytest.mark.parametrize(
    ("name", "window", "calls"),
    [
        ("oa.user_summary", MONTH, 5),
        ("oa.user_cumulate", WEEK, 1),
        ("oa.biz_summary", MONTH, 1),
        ("oa.article_read", WEEK, 7),
        ("oa.article_total", MONTH, 30),
        ("oa.messages", MONTH, 5),
        ("oa.message_dist", MONTH, 2),
        ("oa.interface", MONTH, 1),
        ("mp.pages", WEEK, 7),
        ("mp.visit_trend", WEEK, 7),
        ("mp.visit_sources", TODAY, 1),
    ],
)
def test_a_window_is_asked_for_in_the_pieces_the_interface_allows(platform, keyed, name, window, calls):
    fetch = ask(platform, name, window)
    assert fetch.troubles == {}
    assert len(fetch.answers) == len(platform.kept) == calls
    spans = sorted((r["body"]["begin_date"], r["body"]["end_date"]) for r in requests(platform))
    digits = [dt.date.fromisoformat(day) for span in spans for day in span]
    assert digits[0] == window.start
    assert digits[-1] == window.last
    assert (
        max(b - a for a, b in zip(digits[::2], digits[1::2], strict=True)).days
        < platform.registry[name].span_days
    )
    told = sorted((raw.business_date, raw.last_date) for raw in fetch.answers)
    assert told == list(zip(digits[::2], digits[1::2], strict=True))
    [parsed] = {len(JOBS[name].parse(raw, keyed).rows) for raw in fetch.answers}
    assert parsed == len(platform.registry[name].datasets)


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_endpoint_lands_storable_rows_of_the_days_asked_for(platform, keyed, columns_of, name):
    endpoint = platform.registry[name]
    window = TODAY if endpoint.shape == "snapshot" else Window.ending(LAST, 3)
    if endpoint.every != "day":
        window = Window.of_day(max(day for day in MONTH.days() if endpoint.every.ends_on(day)))
    fetch = ask(platform, name, window)
    assert fetch.troubles == {}
    assert {raw.business_date for raw in fetch.answers} <= set(window.days())
    assert {raw.last_date for raw in fetch.answers} <= set(window.days())
    if endpoint.span_days > 1:
        assert {(raw.business_date, raw.last_date) for raw in fetch.answers} == {(window.start, window.last)}
    assert fetch.notes == []
    parsed = [JOBS[name].parse(raw, keyed) for raw in fetch.answers]
    for one in parsed:
        for dataset, found in one.rows.items():
            assert {tuple(row) for row in found} <= {tuple(columns_of(dataset))}
            for row in found:
                day = row.get("publish_date" if endpoint.shape == "publish_day" else "business_date")
                undated = endpoint.shape == "snapshot" or name in {"shop.orders", "shop.aftersales"}
                assert day is None or day in window or undated
    found = outcomes(endpoint, "a", window.days(), fetch, parsed, None, LAST, platform.now())
    allowed = {Verdict.ok} if name != "oa.user_summary" else {Verdict.ok, Verdict.empty}
    assert {o.verdict for o in found} <= allowed
    assert len(found) == len(window)


@pytest.mark.parametrize("mode", ["61503", "is_delay"])
@pytest.mark.parametrize("late", [LAST, LAST - dt.timedelta(days=3)])
def test_one_late_day_leaves_the_others_good(platform, keyed, registry, mode, late):
    platform.sandbox.faults.add(f"late={mode}:{BIZ}:{late}")
    fetch = ask(platform, "oa.biz_summary", WEEK)
    assert set(fetch.troubles) == {late}
    assert isinstance(fetch.troubles[late], NotReady)
    parsed = [JOBS["oa.biz_summary"].parse(raw, keyed) for raw in fetch.answers]
    counted = Counter(row["business_date"] for one in parsed for row in one.rows["land_oa_biz_day"])
    assert set(counted.values()) == {1}
    assert set(WEEK.days()) - set(counted) == (set() if mode == "is_delay" else {late})
    found = outcomes(registry["oa.biz_summary"], "a", WEEK.days(), fetch, parsed, None, LAST, platform.now())
    assert {o.cell.business_date for o in found if o.verdict is Verdict.late} == {late}
    assert {o.verdict for o in found if o.cell.business_date != late} == {Verdict.ok}


def test_a_platform_that_has_nothing_ready_makes_every_day_late(acting):
    platform = acting(lambda request, body: {"errcode": 61503, "errmsg": "data not ready, please try later"})
    fetch = ask(platform, "oa.user_summary", WEEK)
    assert set(fetch.troubles) == set(WEEK.days())
    assert fetch.answers == []


def test_a_piece_that_fails_marks_its_days_and_stops_no_other(platform):
    bad = LAST - dt.timedelta(days=2)
    platform.sandbox.faults.add(f"html=502:/datacube/getarticleread:{bad}")
    fetch = ask(platform, "oa.article_read", WEEK)
    assert set(fetch.troubles) == {bad}
    assert isinstance(fetch.troubles[bad], Busy)
    assert len(fetch.answers) == 6


@pytest.mark.parametrize(("fault", "error"), [("unauthorised", NotAuthorised), ("retired", ApiRetired)])
def test_a_reason_that_holds_for_all_days_is_not_asked_thirty_times(platform, fault, error):
    platform.sandbox.faults.add(f"{fault}:/datacube/getarticletotaldetail")
    fetch = ask(platform, "oa.article_total", MONTH)
    assert set(fetch.troubles) == set(MONTH.days())
    assert {type(e) for e in fetch.troubles.values()} == {error}
    assert platform.count("/datacube/getarticletotaldetail") <= 8


def test_the_list_of_followers_and_only_unknown_details_are_asked_for(platform, keyed):
    fetch = ask(platform, "oa.followers", TODAY)
    parsed = [JOBS["oa.followers"].parse(raw, keyed) for raw in fetch.answers]
    present = {key for one in parsed for key in one.present.get("land_oa_follower", [])}
    found = {row["member_key"] for one in parsed for row in one.rows["land_oa_follower"]}
    assert found == present
    assert len(present) > 100
    platform.kept.clear()
    few = frozenset(sorted(present)[7:])
    again = ask(platform, "oa.followers", TODAY, known=few)
    assert len(rows(again, "oa.followers", "land_oa_follower", keyed)) == 7
    assert len(requests(platform, "batchget")) == 1


def test_no_request_that_is_kept_tells_who_a_follower_is(platform):
    fetch = ask(platform, "oa.followers", TODAY)
    openids = [o for raw in fetch.answers for o in json.loads(raw.body).get("data", {}).get("openid", [])]
    told = "".join(raw.request for raw in platform.kept)
    assert openids
    assert not [openid for openid in openids if openid in told]
    assert all(raw.personal for raw in platform.kept)


def test_half_a_list_of_followers_is_not_believed_and_nothing_lands(platform):
    platform.sandbox.faults.add("short_page:/cgi-bin/user/get")
    fetch = ask(platform, "oa.followers", TODAY)
    assert isinstance(fetch.troubles[LAST], ShortAnswer)
    assert fetch.answers == []


def test_failed_details_are_a_note_and_the_list_lands(platform, keyed):
    platform.sandbox.faults.add("html:/cgi-bin/user/info/batchget")
    fetch = ask(platform, "oa.followers", TODAY)
    assert fetch.troubles == {}
    assert {json.loads(raw.request)["path"] for raw in fetch.answers} == {"/cgi-bin/user/get"}
    openids = [o for raw in fetch.answers for o in json.loads(raw.body).get("data", {}).get("openid", [])]
    [note] = fetch.notes
    assert note.startswith(f"{len(openids)} followers without details (not json): ")
    assert not [openid for openid in openids if openid in note]


def test_details_that_nobody_may_ask_for_are_not_asked_for_a_hundred_times(platform):
    platform.sandbox.faults.add("unauthorised:/cgi-bin/user/info/batchget")
    fetch = ask(platform, "oa.followers", TODAY, concurrency=1)
    assert fetch.troubles == {}
    assert len(fetch.notes) == 1
    assert platform.count("/cgi-bin/user/info/batchget") == 1


def test_one_refused_openid_costs_nobody_else_their_details(acting, keyed):
    names = [f"o{n}" for n in range(150)]

    def behave(request, body):
        if request.url.path.endswith("batchget"):
            asked = [one["openid"] for one in body["user_list"]]
            if "o77" in asked:
                return {"errcode": 40003, "errmsg": "invalid openid rid: 1-2-3"}
            people = [{"subscribe": 1, "openid": o, "subscribe_time": 1784505600} for o in asked]
            return {"user_info_list": people}
        here = names if not request.query_params.get("next_openid") else []
        return {"total": 150, "count": len(here), "data": {"openid": here}, "next_openid": "o149"}

    fetch = ask(acting(behave), "oa.followers", TODAY)
    assert fetch.troubles == {}
    found = {row["member_key"] for row in rows(fetch, "oa.followers", "land_oa_follower", keyed)}
    assert found == {keyed(name) for name in names if name != "o77"}
    [note] = fetch.notes
    assert note.startswith("1 followers without details (40003): ")
    assert "o77" not in note
    assert remedies.note(note, SourceKind.official_account).startswith("1 位新关注者暂缺资料（40003）：")


def follower_pages(request, body):
    pages = {"": ["a", "b"], "b": ["c", "d"], "d": []}
    here = pages[request.query_params.get("next_openid", "")]
    data = {"data": {"openid": here}, "next_openid": here[-1]} if here else {"next_openid": ""}
    return {"total": 4, "count": len(here), **data}


def test_followers_are_read_page_by_page_to_the_announced_total(acting, keyed):
    platform = acting(follower_pages)
    known = frozenset(map(keyed, "abcd"))
    fetch = ask(platform, "oa.followers", TODAY, known=known)
    present = [
        k for raw in fetch.answers for k in JOBS["oa.followers"].parse(raw, keyed).present["land_oa_follower"]
    ]
    assert present == [keyed(o) for o in "abcd"]
    assert [r["query"] for r in requests(platform, "user/get")] == [{}, {"next_openid": keyed("b")}]


def test_a_list_of_fewer_followers_than_announced_is_read_to_the_empty_page(acting, keyed):
    def behave(request, body):
        return {**follower_pages(request, body), "total": 5} if "info" not in request.url.path else {}

    platform = acting(behave)
    fetch = ask(platform, "oa.followers", TODAY, known=frozenset(map(keyed, "abcd")))
    assert isinstance(fetch.troubles[LAST], ShortAnswer)
    assert requests(platform, "user/get")[-1]["query"] == {"next_openid": keyed("d")}


def test_a_list_may_use_the_last_call_of_the_day_though_others_leave_a_reserve(acting, keyed):
    two_left = {"errcode": 0, "quota": {"daily_limit": 500, "used": 498, "remain": 2}}
    platform = acting(follower_pages, quota=two_left)
    fetch = ask(platform, "oa.followers", TODAY, known=frozenset(map(keyed, "abcd")))
    assert fetch.troubles == {}
    assert len(requests(platform, "user/get")) == 2


def test_followers_that_come_twice_do_not_make_a_list_whole(acting):
    def behave(request, body):
        here = ["a", "b"] if not request.query_params.get("next_openid") else ["b", "a"]
        return {"total": 4, "count": 2, "data": {"openid": here}, "next_openid": here[-1]}

    fetch = ask(acting(behave), "oa.followers", TODAY)
    assert isinstance(fetch.troubles[LAST], ShortAnswer)


def test_publications_are_read_in_pages_of_twenty(acting, keyed):
    def behave(request, body):
        if body.get("cgi_path"):
            return {"errcode": 76021, "errmsg": "cgi_path not found"}
        items = [{"article_id": f"p{n}", "content": {"news_item": [{"title": "t"}]}} for n in range(45)]
        here = items[body["offset"] : body["offset"] + body["count"]]
        return {"total_count": 45, "item_count": len(here), "item": here}

    platform = acting(behave)
    fetch = ask(platform, "oa.publications", TODAY)
    assert [r["body"]["offset"] for r in requests(platform)] == [0, 20, 40]
    ids = [row["publication_id"] for row in rows(fetch, "oa.publications", "land_oa_publication", keyed)]
    assert ids == [f"p{n}" for n in range(45)]


def test_publications_that_end_too_early_are_not_believed(acting):
    platform = acting(lambda request, body: {"total_count": 9, "item": []})
    assert isinstance(ask(platform, "oa.publications", TODAY).troubles[LAST], ShortAnswer)


def test_orders_overlap_by_an_hour_stay_within_seven_days_and_come_once(platform, keyed):
    fetch = ask(platform, "shop.orders", Window.ending(LAST, 13))
    assert fetch.troubles == {}
    asked = [r["body"] for r in requests(platform, "list/get") if "next_key" not in r["body"]]
    starts = [Window.ending(LAST, 13).start + dt.timedelta(days=n) for n in (0, 6, 12)]
    for name in ("update_time_range", "create_time_range"):
        ranges = [body[name] for body in asked if name in body]
        assert sorted(r["start_time"] for r in ranges) == [
            int(start_of(day).timestamp()) - 3600 for day in starts
        ]
        assert all(r["end_time"] - r["start_time"] <= 7 * 86400 for r in ranges)
    ids = [row["order_id"] for row in rows(fetch, "shop.orders", "land_shop_order", keyed)]
    assert ids
    assert len(ids) == len(set(ids)) == platform.count("/channels/ec/order/get")


def order_lists(request, body):
    if request.url.path.endswith("order/get"):
        if body["order_id"] == "bad":
            return HTML
        order = {"order_id": body["order_id"], "status": 10, "create_time": 1784505600, "openid": "o"}
        return {"errcode": 0, "order": order}
    pages = {None: (["1", "2"], "k1", True), "k1": (["2", "bad"], "k2", False)}
    ids, key, more = pages[body.get("next_key")]
    return {"errcode": 0, "order_id_list": ids, "next_key": key, "has_more": more}


HTML = {"errcode": 61451, "errmsg": "invalid parameter"}


def test_an_order_that_fails_marks_its_days_and_the_others_land(acting, keyed):
    platform = acting(order_lists)
    fetch = ask(platform, "shop.orders", TODAY)
    assert set(fetch.troubles) == {LAST}
    ids = [row["order_id"] for row in rows(fetch, "shop.orders", "land_shop_order", keyed)]
    assert sorted(ids) == ["1", "2"]


def test_an_order_that_fails_in_a_span_of_days_marks_them_and_its_answers_are_told_apart(acting, keyed):
    platform = acting(order_lists)
    fetch = ask(platform, "shop.orders", Window.ending(LAST, 5))
    assert set(fetch.troubles) == set(Window.ending(LAST, 5).days())
    assert {type(error) for error in fetch.troubles.values()} == {BadRequest}
    ids = [row["order_id"] for row in rows(fetch, "shop.orders", "land_shop_order", keyed)]
    assert sorted(ids) == ["1", "2"]
    assert len([r for r in requests(platform, "order/get") if r["body"]["order_id"] == "bad"]) == 1
    details = [raw for raw in fetch.answers if json.loads(raw.request)["path"].endswith("order/get")]
    assert [raw.errcode for raw in details] == ["0", "0"]
    assert {(raw.business_date, raw.last_date) for raw in fetch.answers} == {
        (Window.ending(LAST, 5).start, LAST)
    }


@pytest.mark.parametrize("key", ["", "again"])
def test_a_list_that_promises_more_and_does_not_lead_on_is_refused(acting, key):
    platform = acting(lambda request, body: {"order_id_list": [], "next_key": key, "has_more": True})
    assert isinstance(ask(platform, "shop.orders", TODAY).troubles[LAST], UnexpectedShape)


def test_aftersales_are_asked_for_day_by_day(platform):
    assert ask(platform, "shop.aftersales", WEEK).troubles == {}
    asked = [r["body"] for r in requests(platform, "getaftersalelist")]
    for moved in ("update", "create"):
        spans = [b[f"end_{moved}_time"] - b[f"begin_{moved}_time"] for b in asked if f"end_{moved}_time" in b]
        assert spans == [86399] * 7
    assert len(asked) == 14


def test_each_member_is_asked_for_alone_and_the_staff_list_once(platform, keyed):
    async def question(client):
        return [
            await JOBS[name].fetch(client, WEEK, frozenset())
            for name in ("wecom.behaviour", "wecom.group_day", "wecom.group_week")
        ]

    behaviour, group_day, group_week = platform.ask(WECOM, question)
    assert platform.count("/cgi-bin/externalcontact/get_follow_user_list") == 1
    staff = {row["staff_id"] for row in rows(behaviour, "wecom.behaviour", "land_wecom_behaviour", keyed)}
    assert [len(r["body"]["userid"]) for r in requests(platform, "get_user_behavior_data")] == [1] * len(
        staff
    )
    owners = {row["owner_id"] for row in rows(group_day, "wecom.group_day", "land_wecom_group_day", keyed)}
    assert owners <= staff
    weeks = [r["body"] for r in requests(platform, "groupchat/statistic")]
    assert len(weeks) == 7
    assert {r["day_end_time"] - r["day_begin_time"] for r in weeks} == {6 * 86400}
    days = {
        row["business_date"] for row in rows(group_week, "wecom.group_week", "land_wecom_group_week", keyed)
    }
    assert days == set(WEEK.days())


def staff_of(names, behave):
    def answer(request, body):
        if request.url.path.endswith("get_follow_user_list"):
            return {"errcode": 0, "follow_user": names}
        return behave(request, body)

    return answer


def test_members_who_lost_their_right_are_left_out(acting, keyed):
    def behave(request, body):
        if body["userid"] == ["gone"]:
            return {"errcode": 60111, "errmsg": "userid not found"}
        return {
            "errcode": 0,
            "behavior_data": [{"stat_time": body["start_time"], "chat_cnt": 1, "message_cnt": 2}],
        }

    platform = acting(staff_of(["gone", "here"], behave))
    fetch = ask(platform, "wecom.behaviour", TODAY)
    assert fetch.troubles == {}
    assert [r["staff_id"] for r in rows(fetch, "wecom.behaviour", "land_wecom_behaviour", keyed)] == ["here"]
    [note] = fetch.notes
    assert note.startswith("1 staff left out (60111: gone). ")
    assert "客户联系" in note
    assert remedies.note(note, WECOM).startswith("1 名员工未计入（60111: gone）：")


def test_staff_left_out_are_one_note_a_question_however_many_days_and_members(acting):
    names = [f"u{n:02}" for n in range(14)]
    codes = dict.fromkeys(names[:12], 60011) | {"u12": 50002}

    def behave(request, body):
        [asked] = body["owner_filter"]["userid_list"]
        if asked in codes:
            return {"errcode": codes[asked], "errmsg": "no privilege"}
        return {"errcode": 0, "items": []}

    fetch = ask(acting(staff_of(names, behave)), "wecom.group_day", Window.ending(LAST, 62))
    assert fetch.troubles == {}
    [note] = fetch.notes
    some = ", ".join(names[:10])
    assert note.startswith(f"13 staff left out (50002: u12; 60011: {some}, …). ")


def test_one_owner_out_of_range_costs_the_other_owners_no_week(acting, keyed):
    names = [f"u{n}" for n in range(9)]

    def behave(request, body):
        owners = body["owner_filter"]["userid_list"]
        if "u5" in owners:
            return {"errcode": 60011, "errmsg": "no privilege to access/modify contact/party/agent"}
        items = [{"owner": o, "data": {"chat_total": 1, "member_total": 2}} for o in owners]
        return {"errcode": 0, "total": len(owners), "next_offset": len(owners), "items": items}

    fetch = ask(acting(staff_of(names, behave)), "wecom.group_week", TODAY)
    assert fetch.troubles == {}
    found = rows(fetch, "wecom.group_week", "land_wecom_group_week", keyed)
    assert sorted(r["owner_id"] for r in found) == [name for name in names if name != "u5"]
    assert fetch.notes[0].startswith("1 staff left out (60011: u5). ")


def test_unlicensed_staff_of_a_roster_are_told(acting):
    names = [f"u{n}" for n in range(102)]

    def behave(request, body):
        if "u101" in body["userid_list"]:
            return {"errcode": 701008, "errmsg": "no licence"}
        contact = {"external_contact": {"external_userid": "e"}, "follow_info": {"userid": "u0"}}
        return {
            "errcode": 0,
            "external_contact_list": [contact],
            "next_cursor": "",
            "fail_info": {"unlicensed_userid_list": ["u7"]},
        }

    fetch = ask(acting(staff_of(names, behave)), "wecom.customers", TODAY)
    assert fetch.troubles == {}
    assert fetch.notes[0].startswith("3 staff left out (701008: u100, u101, u7). ")


def test_owners_are_asked_for_by_the_hundred_and_read_to_the_last_page(acting, keyed):
    names = [f"u{n}" for n in range(150)]

    def behave(request, body):
        owners = body["owner_filter"]["userid_list"]
        here = owners[body["offset"] : body["offset"] + 60]
        items = [{"owner": o, "data": {"chat_total": 1, "member_total": 2}} for o in here]
        return {"errcode": 0, "total": len(owners), "next_offset": body["offset"] + len(here), "items": items}

    platform = acting(staff_of(names, behave))
    fetch = ask(platform, "wecom.group_week", TODAY)
    asked = sorted(
        (len(r["body"]["owner_filter"]["userid_list"]), r["body"]["offset"])
        for r in requests(platform, "statistic")
    )
    assert asked == [(50, 0), (100, 0), (100, 60)]
    found = rows(fetch, "wecom.group_week", "land_wecom_group_week", keyed)
    assert sorted(r["owner_id"] for r in found) == sorted(names)
    assert {r["business_date"] for r in found} == {LAST}


def test_customers_are_read_by_cursor_over_hundreds_of_members(acting, keyed):
    names = [f"u{n}" for n in range(101)]

    def behave(request, body):
        if body["userid_list"] == ["u100"]:
            return {"errcode": 84061, "errmsg": "not external contact", "external_contact_list": []}
        number = int(body["cursor"] or 0)
        contact = {"external_contact": {"external_userid": f"e{number}"}, "follow_info": {"userid": "u0"}}
        return {
            "errcode": 0,
            "external_contact_list": [contact],
            "next_cursor": str(number + 1) if number < 2 else "",
        }

    platform = acting(staff_of(names, behave))
    fetch = ask(platform, "wecom.customers", TODAY)
    assert fetch.troubles == {}
    present = [
        key
        for raw in fetch.answers
        for key in JOBS["wecom.customers"].parse(raw, keyed).present.get("land_wecom_customer", [])
    ]
    assert present == [f"{keyed(f'e{n}')}|u0" for n in range(3)]


def test_half_a_roster_of_customers_is_no_answer_at_all(acting):
    def behave(request, body):
        if body["cursor"]:
            return {"errcode": 40058, "errmsg": "bad cursor"}
        contact = {"external_contact": {"external_userid": "e"}, "follow_info": {"userid": "a"}}
        return {"errcode": 0, "external_contact_list": [contact], "next_cursor": "1"}

    fetch = ask(acting(staff_of(["a"], behave)), "wecom.customers", TODAY)
    assert fetch.answers == []
    assert set(fetch.troubles) == {LAST}


def test_zeros_before_the_morning_are_suspicious_not_ok(platform, keyed, registry):
    platform.sandbox.faults.add(f"zeros:/cgi-bin/externalcontact/get_user_behavior_data:{LAST}")
    fetch = ask(platform, "wecom.behaviour", WEEK)
    parsed = [JOBS["wecom.behaviour"].parse(raw, keyed) for raw in fetch.answers]
    found = outcomes(registry["wecom.behaviour"], "a", WEEK.days(), fetch, parsed, 50.0, LAST, platform.now())
    assert [o.verdict for o in found] == [Verdict.ok] * 6 + [Verdict.suspect_zero]
