"""The public SDK wechatpy, unchanged, takes the sandbox for WeChat: only its HTTP transport leads to loopback."""

import datetime as dt
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of
from tasks.sandbox.serve import Place, running
from tasks.sandbox.world import World

with warnings.catch_warnings():
    # An old SDK on a new Python: what it imports from six and pkg_resources is none of our business.
    warnings.simplefilter("ignore")
    wechatpy = pytest.importorskip("wechatpy")
    enterprise = pytest.importorskip("wechatpy.enterprise")

YESTERDAY = dt.date(2026, 7, 20)
WEEK_AGO = dt.date(2026, 7, 14)
GROUP_PATHS = "externalcontact/groupchat/"


class Detour(HTTPAdapter):
    """Sends what was meant for the platform's host to the sandbox; path, query and body stay as they are."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url
        self.hosts: set[str] = set()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url)
        self.hosts.add(parts.netloc)
        request.url = f"{self.base_url}{parts.path}?{parts.query}"
        return super().send(request, *args, **options)


@pytest.fixture(scope="module")
def place(world: World) -> Iterator[Place]:
    with running(world) as served:
        yield served


@pytest.fixture
def connect(place: Place) -> Iterator[Callable[[Any, SourceKind], Any]]:
    clients = []

    def make(kind_of_client: Any, kind: SourceKind) -> Any:
        account = account_of(kind)
        client = kind_of_client(account.app_id, account.secret, timeout=10)
        client._http.mount("https://", Detour(place.base_url))
        clients.append(client)
        return client

    yield make
    for client in clients:
        client._http.close()
    place.sandbox.faults.clear()


@pytest.fixture
def oa(connect: Any) -> Any:
    return connect(wechatpy.WeChatClient, SourceKind.official_account)


@pytest.fixture
def corp(connect: Any) -> Any:
    return connect(enterprise.WeChatClient, SourceKind.wecom)


def test_it_gets_a_token_from_the_platforms_own_address(oa):
    said = oa.fetch_access_token()
    assert said["expires_in"] == 7200
    assert oa.access_token == said["access_token"]
    assert oa._http.get_adapter("https://x").hosts == {"api.weixin.qq.com"}


def test_it_reads_followers_won_and_lost(oa):
    rows = oa.datacube.get_user_summary(WEEK_AGO, YESTERDAY)
    assert {row["ref_date"] for row in rows} <= {str(WEEK_AGO + dt.timedelta(days=n)) for n in range(7)}
    assert sum(row["new_user"] for row in rows) > 0
    totals = oa.datacube.get_user_cumulate(WEEK_AGO, YESTERDAY)
    assert len(totals) == 7
    assert all(row["cumulate_user"] > 0 for row in totals)


def test_it_walks_the_followers_and_reads_who_they_are(oa):
    page = oa.user.get_followers()
    openids = list(oa.user.iter_followers())
    assert page["total"] == len(openids)
    known = oa.datacube.get_user_cumulate(YESTERDAY, YESTERDAY)[0]["cumulate_user"]
    assert abs(len(openids) - known) < 10, "since last midnight a few came and went"
    details = oa.user.get_batch(openids[:100])
    assert [user["openid"] for user in details] == openids[:100]
    assert all(user["subscribe"] == 1 for user in details)
    assert oa.user.get(openids[0])["openid"] == openids[0]


def test_it_reads_messages_and_callbacks(oa):
    messages = oa.datacube.get_upstream_msg(WEEK_AGO, YESTERDAY)
    hours = oa.datacube.get_upstream_msg_hour(YESTERDAY, YESTERDAY)
    newest = [row for row in messages if row["ref_date"] == str(YESTERDAY)]
    assert sum(row["msg_count"] for row in hours) == sum(row["msg_count"] for row in newest) > 0
    assert sum(row["msg_user"] for row in oa.datacube.get_upstream_msg_dist(WEEK_AGO, YESTERDAY)) > 0
    (callbacks,) = oa.datacube.get_interface_summary(YESTERDAY, YESTERDAY)
    by_hour = oa.datacube.get_interface_summary_hour(YESTERDAY, YESTERDAY)
    assert sum(row["callback_count"] for row in by_hour) == callbacks["callback_count"]


def test_it_reads_tags_and_who_carries_them(oa):
    tags = oa.tag.get()
    tag = max(tags, key=lambda each: each["count"])
    assert oa.tag.get_tag_users(tag["id"])["count"] == tag["count"]


def test_it_is_told_that_the_old_article_interface_is_gone(oa):
    with pytest.raises(wechatpy.exceptions.WeChatClientException, match="47009"):
        oa.datacube.get_article_summary(YESTERDAY, YESTERDAY)


def test_it_gets_a_new_token_by_itself_when_the_old_one_expires(oa, place):
    oa.datacube.get_user_cumulate(YESTERDAY, YESTERDAY)
    first = oa.access_token
    place.sandbox.faults.add("expired_token:/datacube/getusersummary")
    assert oa.datacube.get_user_summary(YESTERDAY - dt.timedelta(days=6), YESTERDAY)
    assert oa.access_token != first


def test_it_raises_its_own_error_when_the_quota_is_gone(oa, place):
    place.sandbox.faults.add("quota:/datacube/getusersummary")
    with pytest.raises(wechatpy.exceptions.APILimitedException):
        oa.datacube.get_user_summary(YESTERDAY, YESTERDAY)


def test_it_reads_the_corps_staff_and_customers(corp):
    staff = corp.external_contact.get_follow_user_list()["follow_user"]
    assert [person["userid"] for person in corp.user.list(1, simple=True)] == staff
    listed = {userid: corp.external_contact.list(userid)["external_userid"] for userid in staff}
    customer = listed[staff[0]][0]
    details = corp.external_contact.get(customer)
    assert details["external_contact"]["external_userid"] == customer
    assert staff[0] in [follow["userid"] for follow in details["follow_user"]]
    batch = corp.post(
        "externalcontact/batch/get_by_user", data={"userid_list": staff, "cursor": "", "limit": 100}
    )
    pairs = {
        (row["follow_info"]["userid"], row["external_contact"]["external_userid"])
        for row in batch["external_contact_list"]
    }
    assert pairs <= {(userid, one) for userid, customers in listed.items() for one in customers}


def test_it_sees_a_member_without_customers_as_an_error(corp):
    with pytest.raises(wechatpy.exceptions.WeChatClientException, match="84061"):
        corp.external_contact.list("nobody")


def test_it_tags_a_customer(corp):
    staff = corp.external_contact.get_follow_user_list()["follow_user"]
    customer = corp.external_contact.list(staff[0])["external_userid"][0]
    groups = corp.external_contact.get_corp_tag_list()["tag_group"]
    before = {mark["tag_id"] for mark in corp.external_contact.get(customer)["follow_user"][0]["tags"]}
    tag = next(tag["id"] for group in groups for tag in group["tag"] if tag["id"] not in before)
    corp.external_contact.mark_tag(staff[0], customer, add_tag=[tag])
    follow = corp.external_contact.get(customer)["follow_user"][0]
    assert {mark["tag_id"] for mark in follow["tags"]} == before | {tag}


def test_it_reads_the_statistics_of_staff_and_groups(corp, at):
    staff = corp.external_contact.get_follow_user_list()["follow_user"]
    days = at(WEEK_AGO), at(YESTERDAY)
    behaviour = corp.external_contact.get_user_behavior_data(staff, *days)["behavior_data"]
    assert [row["stat_time"] for row in behaviour] == [at(WEEK_AGO) + 86_400 * n for n in range(7)]
    owners = corp.external_contact_group_chat.statistic(*days)["items"]
    body = {"day_begin_time": days[0], "day_end_time": days[1]}
    daily = corp.post(GROUP_PATHS + "statistic_group_by_day", data=body)["items"]
    assert sum(item["data"]["member_total"] for item in owners) == daily[-1]["data"]["member_total"] > 0


def test_it_walks_the_groups(corp):
    groups = corp.external_contact_group_chat.list_all(limit=1)
    assert len(groups) >= 2
    group = corp.external_contact_group_chat.get(groups[0]["chat_id"])["group_chat"]
    assert group["member_list"]
