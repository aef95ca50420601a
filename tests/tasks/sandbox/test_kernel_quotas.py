import datetime as dt

import pytest

from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of

OA, MP, SHOP, WECOM = (
    SourceKind.official_account,
    SourceKind.mini_program,
    SourceKind.shop,
    SourceKind.wecom,
)
SUMMARY = "/datacube/getusersummary"
WEEK = {"begin_date": "2026-07-14", "end_date": "2026-07-20"}


def quota(caller, path: str = SUMMARY, kind: SourceKind = OA):
    return caller.ask(kind, "/cgi-bin/openapi/quota/get", {"cgi_path": path})


def test_a_used_up_day_is_refused_until_midnight(calling):
    caller = calling(daily={SUMMARY: 2})
    for _ in range(2):
        assert "list" in caller.ask(OA, SUMMARY, WEEK)
    refused = caller.ask(OA, SUMMARY, WEEK)
    assert refused["errcode"] == 45009
    assert refused["errmsg"].startswith("reach max api daily quota limit rid: ")
    caller.sandbox.clock.advance(dt.timedelta(hours=11))
    assert "list" in caller.post(SUMMARY, WEEK, access_token=caller.stable(OA)["access_token"])


def test_a_used_up_minute_is_refused_in_other_words(calling):
    caller = calling(minute={SUMMARY: 1})
    assert "list" in caller.ask(OA, SUMMARY, WEEK)
    refused = caller.ask(OA, SUMMARY, WEEK)
    assert refused["errcode"] == 45009
    assert refused["errmsg"].startswith("api freq out of limit")
    caller.sandbox.clock.advance(dt.timedelta(minutes=1))
    assert "list" in caller.ask(OA, SUMMARY, WEEK)


def test_quota_get_reads_the_same_counters(caller):
    caller.ask(OA, SUMMARY, WEEK)
    caller.ask(OA, SUMMARY, {"begin_date": "nonsense"})
    said = quota(caller)
    assert said["errcode"] == 0
    assert said["quota"] == {"daily_limit": 1000, "used": 2, "remain": 998}
    assert quota(caller, "/cgi-bin/user/get")["quota"]["daily_limit"] == 500
    assert quota(caller, "/cgi-bin/freepublish/batchget")["quota"]["daily_limit"] == 100
    assert quota(caller, "/cgi-bin/stable_token")["rate_limit"] == {
        "call_count": 10_000,
        "refresh_second": 60,
    }


def test_the_token_call_has_a_quota_too(calling):
    caller = calling(daily={"/cgi-bin/token": 1})
    account = account_of(OA)
    asked = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    assert "access_token" in caller.get("/cgi-bin/token", **asked)
    assert caller.get("/cgi-bin/token", **asked)["errcode"] == 45009


@pytest.mark.parametrize(
    ("path", "kind", "errcode"),
    [
        ("datacube/getusersummary", OA, 76003),
        ("/datacube/unheard", OA, 76021),
        (SUMMARY, SHOP, 76022),
        ("/cgi-bin/externalcontact/list", OA, 76022),
    ],
)
def test_quota_get_names_what_is_wrong_with_the_path(caller, path, kind, errcode):
    assert quota(caller, path, kind)["errcode"] == errcode


def test_one_path_can_be_reset(calling):
    caller = calling(daily={SUMMARY: 1})
    caller.ask(OA, SUMMARY, WEEK)
    assert caller.ask(OA, "/cgi-bin/openapi/quota/clear", {"cgi_path": SUMMARY})["errcode"] == 0
    assert "list" in caller.ask(OA, SUMMARY, WEEK)


def test_all_can_be_reset_ten_times_a_month(calling):
    caller, account = calling(daily={SUMMARY: 1}), account_of(OA)
    for _ in range(9):
        assert caller.ask(OA, "/cgi-bin/clear_quota", {"appid": account.app_id})["errcode"] == 0
    caller.ask(OA, SUMMARY, WEEK)
    right = {"appid": account.app_id, "appsecret": account.secret}
    assert caller.post("/cgi-bin/clear_quota/v2", right)["errcode"] == 0
    assert "list" in caller.ask(OA, SUMMARY, WEEK)
    assert caller.ask(OA, "/cgi-bin/clear_quota", {"appid": account.app_id})["errcode"] == 48006
    caller.sandbox.clock.advance(dt.timedelta(days=11))
    again = caller.stable(OA)["access_token"]
    said = caller.post("/cgi-bin/clear_quota", {"appid": account.app_id}, access_token=again)
    assert said["errcode"] == 0


def test_nobody_resets_the_quota_of_another_account(caller):
    other = account_of(MP).app_id
    assert caller.ask(OA, "/cgi-bin/clear_quota", {"appid": other})["errcode"] == 40013
    wrong = {"appid": other, "appsecret": "guessed"}
    assert caller.post("/cgi-bin/clear_quota/v2", wrong)["errcode"] == 40125


def test_accounts_do_not_share_counters(calling):
    caller = calling(daily={"/cgi-bin/stable_token": 1})
    assert "access_token" in caller.stable(OA)
    assert caller.stable(OA)["errcode"] == 45009
    assert "access_token" in caller.stable(MP)


def test_wecom_has_a_minute_and_no_day(caller):
    assert caller.sandbox.quotas.limit("/cgi-bin/externalcontact/list", WECOM) == 0
