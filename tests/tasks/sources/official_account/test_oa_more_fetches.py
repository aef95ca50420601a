"""Messages, comments and tags asked of the sandbox in process, and of platforms that misbehave."""

import asyncio
import datetime as dt
import json
from collections import Counter

import pytest
from starlette.responses import Response

from tasks.calendars import Window
from tasks.errors import ApiRetired, NotAuthorised, NotReady, ShortAnswer, UnexpectedShape
from tasks.metrics import remedies
from tasks.records import SourceKind, Verdict
from tasks.sources.jobs import JOBS
from tasks.sources.verdicts import outcomes
from tasks.sources.wechat_http.codes import REPLACEMENTS

OA = SourceKind.official_account
LAST = dt.date(2026, 7, 20)
MONTH, WEEK, DAY = Window.ending(LAST, 30), Window.ending(LAST, 7), Window.of_day(LAST)
TOTALS, COMMENTS = "/datacube/getarticletotaldetail", "/cgi-bin/comment/list"


def ask(platform, name, window):
    return platform.ask(OA, lambda client: JOBS[name].fetch(client, window, frozenset()))


def rows(fetch, name, dataset, keyed):
    return [row for raw in fetch.answers for row in JOBS[name].parse(raw, keyed).rows[dataset]]


def requests(platform, path):
    told = [json.loads(raw.request) for raw in platform.kept]
    return [request["body"] for request in told if request["path"] == path]


def test_every_comment_of_the_articles_of_the_days_is_read(platform, keyed):
    fetch = ask(platform, "oa.comments", MONTH)
    assert fetch.troubles == {}
    found = {
        (r["article_id"], r["comment_id"]): r for r in rows(fetch, "oa.comments", "land_oa_comment", keyed)
    }
    truth = platform.sandbox.world.rows(
        """select msg_data_id || '_' || idx as article_id, comment_id::text as comment_id, publish_date,
            oa_openid(person_id) as openid, content
        from oa_comment join oa_article using (article_no) where publish_date between ? and ? and created_at <= ?""",
        MONTH.start,
        LAST,
        platform.sandbox.clock.epoch(),
    )
    assert truth
    assert set(found) == {(row["article_id"], row["comment_id"]) for row in truth}
    for row in truth:
        here = found[row["article_id"], row["comment_id"]]
        assert (here["publish_date"], here["member_key"]) == (row["publish_date"], keyed(row["openid"]))
        assert here["content"].startswith(row["content"])


@pytest.mark.parametrize("order", [("oa.comments", "oa.article_total"), ("oa.article_total", "oa.comments")])
def test_a_run_that_reads_totals_and_comments_asks_for_the_totals_once(platform, keyed, order):
    async def both(client):
        first, second = (JOBS[name].fetch(client, WEEK, frozenset()) for name in order)
        return dict(zip(order, await asyncio.gather(first, second), strict=True))

    fetched = platform.ask(OA, both)
    assert [fetch.troubles for fetch in fetched.values()] == [{}, {}]
    assert platform.count(TOTALS) == len(WEEK)
    assert len(fetched["oa.article_total"].answers) == len(WEEK)
    assert {raw.endpoint for raw in fetched["oa.article_total"].answers} == {"oa.article_total"}
    assert {raw.endpoint for raw in fetched["oa.comments"].answers} == {"oa.comments"}
    assert all(raw.personal for raw in fetched["oa.comments"].answers)


def under(articles, behave):
    """A platform that published ``articles`` (msgid → publish_type) on every day, and has these comments."""

    def answer(request, body):
        if request.url.path == TOTALS:
            listed = [
                {"ref_date": body["begin_date"], "msgid": m, "publish_type": t} for m, t in articles.items()
            ]
            return {"list": listed, "is_delay": False}
        return behave(body)

    return answer


def thread(total, most=49):
    """Comments 0 … total, newest last, at most ``most`` a page whatever is asked for."""

    def behave(body):
        numbers = range(total)[body["begin"] : body["begin"] + min(body["count"], most)]
        return {
            "errcode": 0,
            "total": total,
            "comment": [{"user_comment_id": n, "content": "好"} for n in numbers],
        }

    return behave


@pytest.mark.parametrize("most", [49, 20])
def test_comments_are_read_page_by_page_however_short_the_pages_are(acting, keyed, most):
    platform = acting(under({"7_2": 0}, thread(120, most)))
    fetch = ask(platform, "oa.comments", DAY)
    assert fetch.troubles == {}
    found = [row["comment_id"] for row in rows(fetch, "oa.comments", "land_oa_comment", keyed)]
    assert found == [str(n) for n in range(120)]
    asked = requests(platform, COMMENTS)
    assert {(body["msg_data_id"], body["index"], body["count"], body["type"]) for body in asked} == {
        (7, 1, 49, 0)
    }


def test_comments_that_end_too_early_are_not_believed(acting):
    platform = acting(under({"7_1": 0}, lambda body: {"errcode": 0, "total": 3, "comment": []}))
    fetch = ask(platform, "oa.comments", DAY)
    assert isinstance(fetch.troubles[LAST], ShortAnswer)
    assert fetch.answers == []


def test_an_article_that_is_gone_has_no_comments_and_the_others_keep_theirs(acting, keyed):
    gone = {"errcode": 88001, "errmsg": "msg_data is not exists rid: 1-2-3"}
    platform = acting(
        under({"7_1": 0, "8_1": 0}, lambda body: gone if body["msg_data_id"] == 7 else thread(2)(body))
    )
    fetch = ask(platform, "oa.comments", DAY)
    assert fetch.troubles == {}
    assert {r["article_id"] for r in rows(fetch, "oa.comments", "land_oa_comment", keyed)} == {"8_1"}


CLOSED = {"errcode": 88000, "errmsg": "without comment privilege"}


def test_what_was_published_without_notice_has_no_comments_to_tell(acting, registry):
    fetch = ask(acting(under({"7_1": 1}, lambda body: CLOSED)), "oa.comments", DAY)
    assert fetch.troubles == {}
    (found,) = outcomes(registry["oa.comments"], "a", [LAST], fetch, [], None, LAST, dt.datetime.now(dt.UTC))
    assert (found.verdict, found.rows) == (Verdict.ok, 0)


def test_an_account_that_may_not_read_comments_is_told_so_and_asked_once(acting, registry):
    platform = acting(under({"7_1": 0, "8_1": 0}, lambda body: CLOSED))
    fetch = platform.ask(OA, lambda c: JOBS["oa.comments"].fetch(c, MONTH, frozenset()), concurrency=1)
    assert set(fetch.troubles) == set(MONTH.days())
    assert {type(error) for error in fetch.troubles.values()} == {NotAuthorised}
    assert len(requests(platform, COMMENTS)) == 1
    found = outcomes(registry["oa.comments"], "a", [LAST], fetch, [], None, LAST, dt.datetime.now(dt.UTC))
    assert "留言" in remedies.reason(found[0], OA)
    assert "skip" in remedies.reason(found[0], OA)


@pytest.mark.parametrize(
    ("sent", "trouble"),
    [
        ([{"detail": {"send_page_count": 0}}], None),
        ([{"detail": {"send_page_count": 2}}], NotReady),
        ([], NotReady),
    ],
)
def test_a_day_without_articles_is_believed_only_where_the_accounts_own_figures_say_so(acting, sent, trouble):
    platform = acting(lambda request, body: {"list": sent if "biz" in request.url.path else []})
    fetch = ask(platform, "oa.comments", DAY)
    assert [type(error) for error in fetch.troubles.values()] == ([trouble] if trouble else [])
    assert fetch.answers == []


def test_repeated_and_shuffled_comments_are_read_once_and_none_is_skipped(acting, keyed):
    def behave(body):
        page = thread(120)(body)
        twice = [one for one in page["comment"] for _ in range(1 + one["user_comment_id"] % 2)]
        return {**page, "comment": twice[::-1]}

    fetch = ask(acting(under({"7_1": 0}, behave)), "oa.comments", DAY)
    found = rows(fetch, "oa.comments", "land_oa_comment", keyed)
    assert {row["comment_id"] for row in found} == {str(n) for n in range(120)}


def test_articles_still_to_be_told_leave_their_day_late(acting, keyed):
    def behave(request, body):
        if request.url.path == TOTALS:
            listed = [{"ref_date": body["begin_date"], "msgid": "7_1", "publish_type": 0}]
            return {"list": listed if body["begin_date"] == str(LAST) else [], "is_delay": True}
        if "biz" in request.url.path:
            return {"list": [], "is_delay": True}
        return thread(1)(body)

    fetch = ask(acting(behave), "oa.comments", Window.ending(LAST, 2))
    assert {type(error) for error in fetch.troubles.values()} == {NotReady}
    assert len(fetch.troubles) == 2
    assert len(rows(fetch, "oa.comments", "land_oa_comment", keyed)) == 1, (
        "what is known may be stored meanwhile"
    )


def test_an_article_without_a_readable_number_is_named(acting):
    fetch = ask(acting(under({"abc": 0}, thread(1))), "oa.comments", DAY)
    assert isinstance(fetch.troubles[LAST], UnexpectedShape)
    assert "msgid is 'abc'" in str(fetch.troubles[LAST])


def test_comments_with_raw_control_characters_arrive(acting, keyed):
    body = b'{"errcode":0,"total":1,"comment":[{"user_comment_id":1,"content":"\x08\xe5\xa5\xbd"}]}'
    platform = acting(under({"7_1": 0}, lambda _: Response(body, media_type="application/json")))
    (row,) = rows(ask(platform, "oa.comments", DAY), "oa.comments", "land_oa_comment", keyed)
    assert row["content"].endswith("好")


def test_tags_and_their_members_agree(platform, keyed):
    tags = rows(ask(platform, "oa.tags", DAY), "oa.tags", "land_oa_tag", keyed)
    platform.kept.clear()
    fetch = ask(platform, "oa.tag_members", DAY)
    assert fetch.troubles == {}
    carried = Counter(r["tag_id"] for r in rows(fetch, "oa.tag_members", "land_oa_tag_member", keyed))
    assert {tag["tag_id"]: tag["followers"] for tag in tags if tag["followers"]} == dict(carried)
    assert len(tags) >= 5
    openids = [o for raw in fetch.answers for o in json.loads(raw.body).get("data", {}).get("openid", [])]
    told = "".join(raw.request for raw in platform.kept)
    assert openids
    assert not [openid for openid in openids if openid in told]
    assert all(raw.personal for raw in platform.kept)


def test_half_a_tag_is_not_believed_and_no_membership_lands(platform):
    platform.sandbox.faults.add("short_page:/cgi-bin/user/tag/get")
    fetch = ask(platform, "oa.tag_members", DAY)
    assert isinstance(fetch.troubles[LAST], ShortAnswer)
    assert fetch.answers == []


def test_a_tag_deleted_while_the_lists_are_read_has_no_members(acting, keyed):
    def behave(request, body):
        if request.url.path.endswith("tags/get"):
            return {"tags": [{"id": 7, "name": "a", "count": 9}, {"id": 8, "name": "b", "count": 2}]}
        if body["tagid"] == 7:
            return {"errcode": 45159, "errmsg": "invalid tag id"}
        here = [] if body["next_openid"] else ["o1", "o2"]
        return {"count": len(here), "data": {"openid": here}, "next_openid": "o2"}

    platform = acting(behave)
    fetch = ask(platform, "oa.tag_members", DAY)
    assert fetch.troubles == {}
    found = rows(fetch, "oa.tag_members", "land_oa_tag_member", keyed)
    assert [(row["tag_id"], row["member_key"]) for row in found] == [(8, keyed("o1")), (8, keyed("o2"))]
    asked = [
        body["next_openid"] for body in requests(platform, "/cgi-bin/user/tag/get") if body["tagid"] == 8
    ]
    assert asked == ["", keyed("o2")]


@pytest.mark.parametrize("name", ["oa.messages", "oa.message_dist", "oa.interface"])
def test_a_day_without_rows_is_asked_for_again_even_between_busy_ones(acting, registry, keyed, name):
    quiet = LAST - dt.timedelta(days=1)
    figures = {
        "msg_type": 1,
        "msg_user": 1,
        "msg_count": 1,
        "count_interval": 1,
        "callback_count": 1,
        "fail_count": 0,
    }
    listed = [{"ref_date": str(day), **figures} for day in (quiet - dt.timedelta(days=1), LAST)]
    fetch = ask(acting(lambda request, body: {"list": listed}), name, Window.ending(LAST, 3))
    parsed = [JOBS[name].parse(raw, keyed) for raw in fetch.answers]
    asked = Window.ending(LAST, 3).days()
    found = outcomes(registry[name], "a", asked, fetch, parsed, None, LAST, dt.datetime.now(dt.UTC))
    assert [o.verdict for o in found] == [Verdict.ok, Verdict.empty, Verdict.ok]


def test_zeros_after_days_with_messages_are_not_believed(platform, registry, keyed):
    platform.sandbox.faults.add(f"zeros:/datacube/getupstreammsg:{LAST}")
    fetch = ask(platform, "oa.messages", WEEK)
    parsed = [JOBS["oa.messages"].parse(raw, keyed) for raw in fetch.answers]
    found = outcomes(registry["oa.messages"], "a", WEEK.days(), fetch, parsed, None, LAST, platform.now())
    assert [o.verdict for o in found] == [Verdict.ok] * 6 + [Verdict.suspect_zero]


@pytest.mark.parametrize(
    ("name", "fixture", "inside"),
    [
        ("oa.messages", "datacube.getupstreammsg", "list"),
        ("oa.message_dist", "datacube.getupstreammsgdist", "list"),
        ("oa.interface", "datacube.getinterfacesummary", "list"),
        ("oa.comments", "oa.comment.list", "comment"),
        ("oa.tags", "oa.tags.get", "tags"),
    ],
)
def test_the_sandbox_answers_with_the_fields_of_the_official_sample(platform, sample, name, fixture, inside):
    told = [json.loads(raw.body, strict=False) for raw in ask(platform, name, MONTH).answers]
    official = sample(fixture)
    here = [row for body in told for row in body[inside]]
    assert {*told[0]} == {*official}
    assert set.union(*({*row} for row in here)) == {*official[inside][0]}


def test_withdrawn_interfaces_say_so_and_name_what_took_over(platform, registry):
    withdrawn = {name: endpoint for name, endpoint in registry.items() if endpoint.status == "retired"}
    assert len(withdrawn) == 6
    for name, endpoint in withdrawn.items():
        assert name not in JOBS
        assert all(registry[other].status == "live" for other in endpoint.replaced_by)

        async def question(client, name=name):
            dates = {"begin_date": str(LAST), "end_date": str(LAST)}
            return await client._http.call(name, day=LAST, body=dates)

        with pytest.raises(ApiRetired) as refused:
            platform.ask(OA, question)
        assert refused.value.code == "47009"
        for other in endpoint.replaced_by:
            assert registry[other].path.rsplit("/", 1)[1] in REPLACEMENTS[endpoint.path]
            assert registry[other].path.rsplit("/", 1)[1] in str(refused.value)
