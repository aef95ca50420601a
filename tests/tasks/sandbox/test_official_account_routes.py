import datetime as dt
from typing import Any

import pytest

from tasks.calendars import moment_on
from tasks.sandbox import oa_articles, official_account
from tasks.sandbox.routing import ApiError, Call
from tasks.sandbox.world import World

TODAY = dt.date(2026, 11, 20)
YESTERDAY = TODAY - dt.timedelta(days=1)
NOON = moment_on(TODAY, dt.time(12))
EARLY = moment_on(TODAY, dt.time(7, 59))
ROUTES = {**official_account.ROUTES, **oa_articles.ROUTES}
ARTICLE_CALLS = ("getarticleread", "getarticleshare", "getbizsummary", "getarticletotaldetail")


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(1500, 7, today=TODAY)


def ask(world: World, path: str, body: dict[str, Any] | None = None, **how: Any) -> Any:
    how = {"now": NOON, "query": {}, **how}
    return ROUTES[path](Call(app_id="wx", method="POST", path=path, body=body or {}, world=world, **how))


def dates(begin: dt.date, end: dt.date | None = None) -> dict[str, str]:
    return {"begin_date": begin.isoformat(), "end_date": (end or begin).isoformat()}


def days_back(days: int, end: dt.date = YESTERDAY) -> dict[str, str]:
    return dates(end - dt.timedelta(days=days - 1), end)


def whole(row: dict[str, Any]) -> int:
    return int(
        next(source["user_count"] for source in row["read_user_source"] if source["scene_desc"] == "全部")
    )


def test_followers_reconcile_with_the_days_moves(world: World) -> None:
    levels = {
        row["ref_date"]: row["cumulate_user"]
        for row in ask(world, "/datacube/getusercumulate", days_back(7))["list"]
    }
    moves: dict[str, int] = {}
    for row in ask(world, "/datacube/getusersummary", days_back(7))["list"]:
        moves[row["ref_date"]] = moves.get(row["ref_date"], 0) + row["new_user"] - row["cancel_user"]
    days = sorted(levels)
    assert len(days) == 7
    for before, day in zip(days, days[1:], strict=False):
        assert levels[day] - levels[before] == moves.get(day, 0)


def test_the_summary_has_a_row_of_zeros_and_an_unknown_source_now_and_then(world: World) -> None:
    rows = [
        row
        for week in range(10)
        for row in ask(world, "/datacube/getusersummary", days_back(7, YESTERDAY - dt.timedelta(weeks=week)))[
            "list"
        ]
    ]
    assert any(row["user_source"] == 0 and row["new_user"] == row["cancel_user"] == 0 for row in rows)
    assert any(row["user_source"] == 10 for row in rows)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/datacube/getusersummary", 7),
        ("/datacube/getusercumulate", 7),
        ("/datacube/getarticleread", 1),
        ("/datacube/getarticleshare", 1),
        ("/datacube/getbizsummary", 30),
        ("/datacube/getarticletotaldetail", 1),
    ],
)
def test_spans_are_inclusive_and_end_yesterday(world: World, path: str, most: int) -> None:
    ask(world, path, days_back(most))
    for wrong in (days_back(most + 1), dates(TODAY), dates(YESTERDAY, YESTERDAY - dt.timedelta(days=1))):
        with pytest.raises(ApiError) as refused:
            ask(world, path, wrong)
        assert refused.value.errcode == 61501
    for wrong in ({"begin_date": "20261101", "end_date": "2026-11-01"}, {"begin_date": "2026-11-1"}, {}):
        with pytest.raises(ApiError) as refused:
            ask(world, path, wrong)
        assert refused.value.errcode == 61500


@pytest.mark.parametrize("name", ARTICLE_CALLS)
def test_article_calls_know_nothing_before_november_2025(world: World, name: str) -> None:
    assert ask(world, f"/datacube/{name}", dates(dt.date(2025, 10, 31)))["list"] == []


@pytest.mark.parametrize("name", oa_articles.RETIRED)
def test_retired_calls_say_so(world: World, name: str) -> None:
    with pytest.raises(ApiError, match="47009 this api is offline, please use the new api"):
        ask(world, f"/datacube/{name}", dates(YESTERDAY))


def test_totals_are_cumulative_for_thirty_days(world: World) -> None:
    published = TODAY - dt.timedelta(days=40)
    answer = ask(world, "/datacube/getarticletotaldetail", dates(published))
    assert answer["is_delay"] is False
    assert answer["list"]
    for article in answer["list"]:
        rows = article["detail_list"]
        assert [row["stat_date"] for row in rows] == [
            (published + dt.timedelta(days=n)).isoformat() for n in range(30)
        ]
        for name in (
            "read_user",
            "share_user",
            "like_user",
            "comment_count",
            "praise_money",
            "read_subscribe_user",
        ):
            values = [row[name] for row in rows]
            assert values == sorted(values), name
        assert all(whole(row) == row["read_user"] for row in rows)
        assert all(0 <= row["read_finish_rate"] <= 1 for row in rows)
        assert sum(jump["rate"] for jump in rows[-1]["read_jump_position"]) == pytest.approx(1)


def test_scenes_overlap_and_come_in_any_order(world: World) -> None:
    firsts, overlapping = set(), 0
    for back in range(31, 60):
        for article in ask(world, "/datacube/getarticletotaldetail", dates(TODAY - dt.timedelta(days=back)))[
            "list"
        ]:
            row = article["detail_list"][-1]
            firsts.add(row["read_user_source"][0]["scene_desc"])
            overlapping += (
                sum(source["user_count"] for source in row["read_user_source"]) > 2 * row["read_user"]
            )
    assert len(firsts) > 3
    assert overlapping > 5


def test_daily_readers_add_up_to_at_least_the_cumulative_ones(world: World) -> None:
    published = TODAY - dt.timedelta(days=34)
    daily: dict[str, int] = {}
    shared: dict[str, int] = {}
    for back in range(34, 4, -1):
        day = dates(TODAY - dt.timedelta(days=back))
        for row in ask(world, "/datacube/getarticleread", day)["list"]:
            assert whole(row["detail"]) == row["detail"]["read_user"]
            daily[row["msgid"]] = daily.get(row["msgid"], 0) + row["detail"]["read_user"]
        for row in ask(world, "/datacube/getarticleshare", day)["list"]:
            shared[row["msgid"]] = shared.get(row["msgid"], 0) + row["detail"]["share_user"]
    for article in ask(world, "/datacube/getarticletotaldetail", dates(published))["list"]:
        last = article["detail_list"][-1]
        # A person who reads on two days counts on both, and once in the total.
        assert last["read_user"] <= daily[article["msgid"]] <= last["read_user"] * 1.15
        assert last["share_user"] == shared.get(article["msgid"], 0)


def test_the_account_reads_fewer_persons_than_its_articles_together(world: World) -> None:
    day = ask(world, "/datacube/getbizsummary", days_back(30))["list"][-1]
    articles = ask(world, "/datacube/getarticleread", dates(dt.date.fromisoformat(day["ref_date"])))["list"]
    together = sum(article["detail"]["read_user"] for article in articles)
    assert day["ref_date"] == YESTERDAY.isoformat()
    assert together / 3 < day["detail"]["read_user"] <= together + len(articles)


def test_yesterdays_readers_are_restated_by_one_at_most_and_only_the_next_day(world: World) -> None:
    restated = 0
    for back in range(1, 30):
        day = TODAY - dt.timedelta(days=back)
        fresh = moment_on(day + dt.timedelta(days=1), dt.time(9))
        first = ask(world, "/datacube/getarticletotaldetail", dates(day), now=fresh)
        assert first == ask(world, "/datacube/getarticletotaldetail", dates(day), now=fresh)
        later = ask(world, "/datacube/getarticletotaldetail", dates(day), now=fresh + dt.timedelta(days=1))
        for was, now in zip(first["list"], later["list"], strict=True):
            change = now["detail_list"][0]["read_user"] - was["detail_list"][0]["read_user"]
            assert change in (0, 1)
            restated += change
    assert restated > 0


def test_a_push_is_delivered_to_the_followers_of_its_day(world: World) -> None:
    day = TODAY - dt.timedelta(days=20)
    followers = ask(world, "/datacube/getusercumulate", dates(day))["list"][0]["cumulate_user"]
    told = [
        row
        for row in ask(world, "/datacube/getarticletotaldetail", dates(day))["list"]
        if row["publish_type"] == 0
    ]
    for article in told:
        row = article["detail_list"][6]
        readers = {source["scene_desc"]: source["user_count"] for source in row["read_user_source"]}[
            "公众号消息"
        ]
        assert row["read_delivery_rate"] == pytest.approx(readers / followers, abs=0.002)
        assert 0.05 < row["read_delivery_rate"] < 0.15


@pytest.mark.parametrize("name", ["getusersummary", "getusercumulate", *ARTICLE_CALLS])
def test_before_eight_yesterday_is_not_there_yet(world: World, name: str) -> None:
    path = f"/datacube/{name}"
    assert ask(world, path, dates(YESTERDAY), now=EARLY)["list"] == []
    assert ask(world, path, dates(YESTERDAY), now=NOON)["list"]
    with pytest.raises(ApiError) as refused:
        ask(world, path, dates(YESTERDAY), now=EARLY, late="61503")
    assert refused.value.errcode == 61503


def test_a_fault_holds_back_its_day_only(world: World) -> None:
    held = YESTERDAY - dt.timedelta(days=2)
    rows = ask(world, "/datacube/getusercumulate", days_back(7), late="empty", late_days=frozenset({held}))[
        "list"
    ]
    assert len(rows) == 6
    assert held.isoformat() not in [row["ref_date"] for row in rows]


def test_provisional_figures_are_marked_and_smaller(world: World) -> None:
    final = ask(world, "/datacube/getbizsummary", dates(YESTERDAY))
    early = ask(world, "/datacube/getbizsummary", dates(YESTERDAY), late="is_delay")
    assert (final["is_delay"], early["is_delay"]) == (False, True)
    assert 0 < early["list"][0]["detail"]["read_user"] < final["list"][0]["detail"]["read_user"]


def test_an_old_articles_newest_day_waits_for_the_morning(world: World) -> None:
    published = TODAY - dt.timedelta(days=5)
    early, noon = (
        ask(world, "/datacube/getarticletotaldetail", dates(published), now=now)["list"][0]["detail_list"]
        for now in (EARLY, NOON)
    )
    assert [row["stat_date"] for row in early] == [row["stat_date"] for row in noon][:-1]


def test_zeros_keep_dates_and_names(world: World) -> None:
    row = ask(world, "/datacube/getarticleread", dates(YESTERDAY), zeros=True)["list"][0]
    assert row["ref_date"] == YESTERDAY.isoformat()
    assert row["detail"]["read_user"] == 0


def test_titles_are_told_since_march_2026(world: World) -> None:
    article = ask(world, "/datacube/getarticletotaldetail", dates(YESTERDAY))["list"][0]
    assert article["title"]
    number, idx = article["msgid"].split("_")
    assert f"mid={number}&idx={idx}" in article["content_url"]


def test_the_follower_list_is_the_state_of_the_moment(world: World) -> None:
    followers = ask(world, "/datacube/getusercumulate", dates(YESTERDAY))["list"][0]["cumulate_user"]
    page = ask(world, "/cgi-bin/user/get", now=moment_on(TODAY, dt.time(0)))
    assert page["total"] == page["count"] == len(set(page["data"]["openid"])) == followers
    after = ask(
        world,
        "/cgi-bin/user/get",
        query={"next_openid": page["next_openid"]},
        now=moment_on(TODAY, dt.time(0)),
    )
    assert after == {"total": followers, "count": 0, "next_openid": ""}


def test_pages_hold_ten_thousand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert official_account.PAGE == 10_000
    monkeypatch.setattr(official_account, "PAGE", 100)
    found: list[str] = []
    page = ask(world, "/cgi-bin/user/get")
    while page["count"]:
        found += page["data"]["openid"]
        page = ask(world, "/cgi-bin/user/get", query={"next_openid": page["next_openid"]})
    assert len(found) == len(set(found)) == page["total"]


def test_a_short_page_loses_half_and_says_nothing(world: World) -> None:
    page = ask(world, "/cgi-bin/user/get", short=True)
    assert page["count"] == len(page["data"]["openid"]) == page["total"] // 2
    assert page["next_openid"] == ""


def test_details_of_followers_and_of_those_who_left(world: World) -> None:
    gone = world.rows(
        "select openid from oa_follow group by openid having count(*) = count(left_at) limit 1"
    )[0]["openid"]
    openids = [*ask(world, "/cgi-bin/user/get")["data"]["openid"][:99], gone]
    end = moment_on(world.end, dt.time(23, 59))
    answer = ask(
        world,
        "/cgi-bin/user/info/batchget",
        {"user_list": [{"openid": openid} for openid in openids]},
        now=end,
    )
    details = answer["user_info_list"]
    assert [detail["openid"] for detail in details] == openids
    assert details[-1] == {"subscribe": 0, "openid": gone}
    known = [detail for detail in details if detail["subscribe"]]
    assert 0 < sum("unionid" in detail for detail in known) < len(known)
    assert not {"nickname", "headimgurl", "sex", "city"} & set(known[0])
    assert ask(world, "/cgi-bin/user/info", query={"openid": openids[0]}, now=end) == details[0]


def test_more_than_a_hundred_or_strange_openids_are_refused(world: World) -> None:
    for size, code in ((0, 40032), (101, 40032), (1, 40003)):
        with pytest.raises(ApiError) as refused:
            ask(world, "/cgi-bin/user/info/batchget", {"user_list": [{"openid": "oNobody"}] * size})
        assert refused.value.errcode == code


def test_tags_count_their_followers(world: World) -> None:
    tags = ask(world, "/cgi-bin/tags/get")["tags"]
    assert len(tags) >= 5
    for tag in tags:
        members = ask(world, "/cgi-bin/user/tag/get", {"tagid": tag["id"], "next_openid": ""})
        assert members["count"] == tag["count"]
    with pytest.raises(ApiError) as refused:
        ask(world, "/cgi-bin/user/tag/get", {"tagid": 9999})
    assert refused.value.errcode == 45159


def test_only_what_was_not_pushed_is_listed_as_published(world: World) -> None:
    found: list[dict[str, Any]] = []
    total = 1
    while len(found) < total:
        page = ask(
            world, "/cgi-bin/freepublish/batchget", {"offset": len(found), "count": 5, "no_content": 1}
        )
        total = page["total_count"]
        assert page["item_count"] == len(page["item"])
        found += page["item"]
    times = [item["update_time"] for item in found]
    assert times == sorted(times, reverse=True)
    urls = {item["content"]["news_item"][0]["url"] for item in found}
    pushed = {row["url"] for row in world.rows("select url from oa_article where publish_type <> 1")}
    assert not urls & pushed
    assert "content" not in found[0]["content"]["news_item"][0]
    article = ask(world, "/cgi-bin/freepublish/getarticle", {"article_id": found[0]["article_id"]})
    assert article["news_item"][0]["content"]
    for wrong in ({"offset": 0, "count": 21}, {"offset": -1, "count": 5}):
        with pytest.raises(ApiError):
            ask(world, "/cgi-bin/freepublish/batchget", wrong)


def test_comments_count_from_index_zero(world: World) -> None:
    row = world.rows(
        """select msg_data_id, idx, count(*) as comments from oa_comment join oa_article using (article_no)
        where publish_date < ? and created_at < ? group by all order by comments desc limit 1""",
        TODAY - dt.timedelta(days=31),
        int(NOON.timestamp()),
    )[0]
    where = {"msg_data_id": row["msg_data_id"], "index": row["idx"] - 1, "begin": 0, "type": 0}
    answer = ask(world, "/cgi-bin/comment/list", {**where, "count": 49})
    assert answer["total"] == row["comments"] == len(answer["comment"])
    assert ask(world, "/cgi-bin/comment/list", {**where, "count": 1})["comment"] == answer["comment"][:1]
    for wrong, code in (({"count": 0}, 88010), ({"count": 51}, 88010), ({"count": 5, "index": 7}, 88001)):
        with pytest.raises(ApiError) as refused:
            ask(world, "/cgi-bin/comment/list", {**where, **wrong})
        assert refused.value.errcode == code


def test_comments_are_closed_under_what_was_only_published(world: World) -> None:
    number = world.rows("select msg_data_id from oa_article where publish_type = 1 limit 1")[0]["msg_data_id"]
    with pytest.raises(ApiError) as refused:
        ask(
            world,
            "/cgi-bin/comment/list",
            {"msg_data_id": number, "index": 0, "begin": 0, "count": 10, "type": 0},
        )
    assert refused.value.errcode == 88000
