"""A refused call is found again by the rid in its errmsg."""

import datetime as dt
import json
import re

from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of

OA, MP = SourceKind.official_account, SourceKind.mini_program
RID_GET, SUMMARY = "/cgi-bin/openapi/rid/get", "/datacube/getusersummary"
WRONG = {"begin_date": "2099-01-01", "end_date": "2099-01-01"}


def rid_of(refused):
    return re.search(r"rid: ([0-9a-f-]+)", refused["errmsg"])[1]


def test_a_refused_call_is_told_again_without_its_token(caller):
    refused = caller.ask(OA, SUMMARY, WRONG)
    assert refused["errcode"] == 61501
    said = caller.ask(OA, RID_GET, {"rid": rid_of(refused)})
    assert (said["errcode"], said["errmsg"]) == (0, "ok")
    assert {*said["request"]} == {"invoke_time", "cost_in_ms", "request_url", "request_body", "response_body"}
    assert said["request"]["invoke_time"] == caller.sandbox.clock.epoch()
    assert json.loads(said["request"]["request_body"]) == WRONG
    assert json.loads(said["request"]["response_body"]) == refused
    assert caller.token(OA) not in said["request"]["request_url"]
    assert said["request"]["request_url"].startswith("access_token=")


def test_a_rid_is_told_only_to_its_account_and_for_seven_days(caller):
    rid = rid_of(caller.ask(OA, SUMMARY, WRONG))
    assert caller.ask(MP, RID_GET, {"rid": rid})["errcode"] == 76003
    assert caller.ask(OA, RID_GET, {"rid": "not a rid"})["errcode"] == 76002
    assert caller.ask(OA, RID_GET, {"rid": "00000000-00000000-00000000"})["errcode"] == 76001
    caller.sandbox.clock.advance(dt.timedelta(days=7, minutes=1))
    fresh = caller.stable(OA)["access_token"]
    assert caller.post(RID_GET, {"rid": rid}, access_token=fresh)["errcode"] == 76004


def test_a_refused_token_call_has_a_rid_too(caller):
    account = account_of(OA)
    body = {"grant_type": "client_credential", "appid": account.app_id, "secret": "wrong"}
    refused = caller.post("/cgi-bin/stable_token", body)
    assert refused["errcode"] in {40001, 40125}
    said = caller.ask(OA, RID_GET, {"rid": rid_of(refused)})
    assert json.loads(said["request"]["response_body"])["errcode"] == refused["errcode"]


def test_an_answer_in_order_has_no_rid(caller):
    assert "rid" not in json.dumps(
        caller.ask(OA, SUMMARY, {"begin_date": "2026-07-20", "end_date": "2026-07-20"})
    )
