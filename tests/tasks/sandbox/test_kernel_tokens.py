import datetime as dt

import pytest

from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of

OA, SHOP, WECOM = SourceKind.official_account, SourceKind.shop, SourceKind.wecom
ACCOUNT = account_of(OA)
CLASSIC = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.secret}
SUMMARY = "/datacube/getusersummary"
WEEK = {"begin_date": "2026-07-14", "end_date": "2026-07-20"}
STAFF = "/cgi-bin/externalcontact/get_follow_user_list"


def seconds(count: float) -> dt.timedelta:
    return dt.timedelta(seconds=count)


def test_a_new_classic_token_ends_the_one_before_after_five_minutes(caller):
    first = caller.get("/cgi-bin/token", **CLASSIC)
    second = caller.get("/cgi-bin/token", **CLASSIC)
    assert first["access_token"] != second["access_token"]
    assert second["expires_in"] == 7200
    assert "list" in caller.post(SUMMARY, WEEK, access_token=first["access_token"])
    caller.sandbox.clock.advance(seconds(300))
    refused = caller.post(SUMMARY, WEEK, access_token=first["access_token"])
    assert refused["errcode"] == 40001
    assert "list" in caller.post(SUMMARY, WEEK, access_token=second["access_token"])


def test_the_stable_token_stays_the_same_until_its_last_five_minutes(caller):
    first = caller.stable(OA)
    assert first["expires_in"] == 7200
    caller.sandbox.clock.advance(seconds(6899))
    again = caller.stable(OA)
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], 301)
    caller.sandbox.clock.advance(seconds(1))
    renewed = caller.stable(OA)
    assert renewed["access_token"] != first["access_token"]
    assert renewed["expires_in"] == 7200
    assert "list" in caller.post(SUMMARY, WEEK, access_token=first["access_token"]), (
        "both work in the overlap"
    )
    caller.sandbox.clock.advance(seconds(300))
    assert caller.post(SUMMARY, WEEK, access_token=first["access_token"])["errcode"] == 42001


def test_a_forced_stable_token_kills_the_old_one_at_once(caller):
    first = caller.stable(OA)["access_token"]
    second = caller.stable(OA, force=True)["access_token"]
    assert caller.post(SUMMARY, WEEK, access_token=first)["errcode"] == 40001
    assert "list" in caller.post(SUMMARY, WEEK, access_token=second)
    assert caller.stable(OA)["access_token"] == second


def test_forcing_is_limited_to_every_thirty_seconds_and_twenty_a_day(caller):
    caller.stable(OA, force=True)
    assert caller.stable(OA, force=True)["errcode"] == 45011
    for _ in range(19):
        caller.sandbox.clock.advance(seconds(30))
        assert "access_token" in caller.stable(OA, force=True)
    caller.sandbox.clock.advance(seconds(30))
    assert caller.stable(OA, force=True)["errcode"] == 45009
    caller.sandbox.clock.advance(dt.timedelta(days=1))
    assert "access_token" in caller.stable(OA, force=True)


def test_classic_and_stable_tokens_leave_each_other_alone(caller):
    stable = caller.stable(OA)["access_token"]
    caller.get("/cgi-bin/token", **CLASSIC)
    caller.sandbox.clock.advance(seconds(600))
    assert "list" in caller.post(SUMMARY, WEEK, access_token=stable)


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": "wxunknown"}, 40013),
        ({"appid": account_of(WECOM).app_id}, 40013),
        ({"secret": "wrong"}, 40125),
    ],
)
def test_a_wrong_credential_is_named(caller, change, errcode):
    assert caller.get("/cgi-bin/token", **CLASSIC | change)["errcode"] == errcode
    assert caller.post("/cgi-bin/stable_token", CLASSIC | change)["errcode"] == errcode


def test_a_wecom_token_is_the_same_while_it_is_valid(caller):
    corp = account_of(WECOM)
    first = caller.get("/cgi-bin/gettoken", corpid=corp.app_id, corpsecret=corp.secret)
    assert (first["errcode"], first["expires_in"]) == (0, 7200)
    caller.sandbox.clock.advance(seconds(7199))
    again = caller.get("/cgi-bin/gettoken", corpid=corp.app_id, corpsecret=corp.secret)
    assert again["access_token"] == first["access_token"]
    caller.sandbox.clock.advance(seconds(1))
    assert caller.get(STAFF, access_token=first["access_token"])["errcode"] == 42001
    new = caller.get("/cgi-bin/gettoken", corpid=corp.app_id, corpsecret=corp.secret)
    assert new["access_token"] != first["access_token"]


def test_wecom_names_wrong_credentials_its_own_way(caller):
    corp = account_of(WECOM)
    wrong = caller.get("/cgi-bin/gettoken", corpid=corp.app_id, corpsecret="wrong")  # noqa: S106
    assert wrong["errcode"] == 40001
    assert "more info at https://open.work.weixin.qq.com/devtool/query?e=40001" in wrong["errmsg"]
    assert caller.get("/cgi-bin/gettoken", corpid="ww0", corpsecret=corp.secret)["errcode"] == 40013


def test_a_token_opens_only_its_own_kind_of_account(caller):
    shop, corp = caller.token(SHOP), caller.token(WECOM)
    assert caller.post(SUMMARY, WEEK, access_token=shop)["errcode"] == 48001
    assert caller.post(SUMMARY, WEEK, access_token=corp)["errcode"] == 40001
    assert caller.get(STAFF, access_token=shop)["errcode"] == 40014


@pytest.mark.parametrize(("token", "errcode"), [("", 41001), ("short", 40014), ("98_" + "x" * 128, 40001)])
def test_what_is_no_token_is_refused(caller, token, errcode):
    assert caller.post(SUMMARY, WEEK, access_token=token)["errcode"] == errcode


def test_an_error_of_wechat_carries_a_rid(caller):
    said = caller.post(SUMMARY, WEEK)
    assert said["errcode"] == 41001
    rid = said["errmsg"].partition("rid: ")[2]
    assert [len(part) for part in rid.split("-")] == [8, 8, 8]


def test_tokens_are_long_enough_to_find_short_columns(caller):
    assert len(caller.token(OA)) > 100
