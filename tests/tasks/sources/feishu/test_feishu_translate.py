"""Every code of Feishu lands on its place in the error tree, in words that can be acted on."""

import datetime as dt

import httpx
import pytest

from tasks import retries
from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    ConfigurationError,
    NotAuthorised,
    PermanentError,
    RateLimited,
    Timeout,
    UnexpectedShape,
)
from tasks.metrics.remedies import note, reason
from tasks.records import Cell, Outcome, SourceKind, Verdict
from tasks.sandbox.feishu_errors import STATUS
from tasks.sources.feishu.codes import FEISHU as CODES
from tasks.sources.feishu.translate import code_of, trouble
from tasks.sources.wechat_http.codes import TokenRefused

FEISHU = SourceKind.feishu
ASKED = "POST /open-apis/bitable/v1/apps/b/tables/t/records/search of feishu_base"


def translated(code, words="", **options):
    options.setdefault("status", STATUS.get(code, 200))
    return trouble(FEISHU, ASKED, data={"code": code, "msg": words}, **options)


@pytest.mark.parametrize(
    ("code", "error", "again"),
    [
        (10003, BadCredential, False),
        (10014, BadCredential, False),
        (10015, BadCredential, False),
        (91403, NotAuthorised, False),
        (1254002, Busy, True),
        (1254003, ConfigurationError, False),
        (1254004, ConfigurationError, False),
        (1254018, BadRequest, False),
        (1254036, Busy, True),
        (1254040, ConfigurationError, False),
        (1254041, ConfigurationError, False),
        (1254045, ConfigurationError, False),
        (1254290, RateLimited, True),
        (1254291, Busy, True),
        (1254302, NotAuthorised, False),
        (1254607, Busy, True),
        (1255001, Busy, True),
        (1255005, Busy, True),
        (1255040, Timeout, True),
        (99991400, RateLimited, True),
        (99991429, RateLimited, True),
        (99991661, TokenRefused, False),
        (99991663, TokenRefused, False),
        (99991672, NotAuthorised, False),
    ],
)
def test_a_code_decides_alone_whatever_the_http_status(code, error, again):
    for status in (200, STATUS.get(code, 200)):
        found = translated(code, status=status)
        assert type(found) is error
        assert found.code == str(code)
        assert retries.helps(found) is again


def test_success_is_code_zero_and_nothing_else():
    assert trouble(FEISHU, ASKED, data={"code": 0, "msg": "success", "data": {}}) is None
    assert code_of({"code": 0}) == code_of({}) == code_of([]) == ""
    found = trouble(FEISHU, ASKED, data={"errcode": 40013, "errmsg": "invalid appid"})
    assert type(found) is UnexpectedShape, "another platform answers behind this base_url"


def test_an_unknown_code_is_asked_once_again_and_then_believed():
    assert type(translated(1259999, "new")) is Busy
    found = translated(1259999, "new", attempt=2)
    assert type(found) is PermanentError
    assert "1259999 (new)" in str(found)


def test_the_log_id_that_support_asks_for_stands_in_the_message_and_no_token_does():
    body = {
        "code": 99991663,
        "msg": "Invalid access token t-secret123",
        "error": {"log_id": "20260720abcdef", "troubleshooter": "…"},
    }
    found = trouble(FEISHU, ASKED, data=body, status=400, hidden=("t-secret123",))
    assert "log_id: 20260720abcdef" in str(found)
    assert "t-secret123" not in str(found)


@pytest.mark.parametrize(
    ("options", "error", "code"),
    [
        ({"failure": httpx.ReadTimeout("slow")}, Timeout, ""),
        ({"failure": httpx.ConnectError("down")}, Busy, ""),
        ({"readable": False, "status": 200}, Busy, "not json"),
        ({"readable": False, "status": 502}, Busy, "http 502"),
        ({"readable": False, "status": 404}, BadRequest, "http 404"),
        ({"data": [], "status": 200}, UnexpectedShape, ""),
    ],
)
def test_what_is_not_feishu_speaking_is_told_by_transport(options, error, code):
    found = trouble(FEISHU, ASKED, **options)
    assert type(found) is error
    assert found.code == code


def told(code, message="", verdict=Verdict.error):
    at = dt.datetime(2026, 7, 21, tzinfo=dt.UTC)
    outcome = Outcome(
        Cell("feishu_base", "feishu.budget", at.date()), verdict, 0, at.date(), at, code, message
    )
    return reason(outcome, FEISHU)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_chinese_remedy(code):
    said = told(str(code), str(translated(code, "words")))
    assert said.startswith(f"失败（{code}）：")
    assert "words" not in said


def test_remedies_lead_to_the_right_console():
    assert "飞书开放平台 → 应用 → 权限管理" in told("99991672")
    assert "多维表格右上角" in told("1254302")
    assert "添加文档应用" in told("91403")
    assert "app_token" in told("1254040")
    assert "table_id" in told("1254041")
    assert "WECHAT_OPS_BELIEVE_SHORT" in told("ShortAnswer", "land_content: 3 rows")


def test_an_empty_table_is_told_with_the_permission_that_empties_tables():
    assert "高级权限" in told("", verdict=Verdict.empty)


def test_notes_about_records_are_told_in_chinese():
    said = note("2 of 30 records left out (rec1 标题：必填，但为空; rec2 渠道“抖音”：应为其中之一).", FEISHU)
    assert said.startswith("2 条记录未载入（共 30 条）：rec1 标题：必填，但为空; rec2 渠道“抖音”")
    said = note("1 columns that only link to records (里程碑) were not read.", FEISHU)
    assert said.startswith("1 个关联列未读取（里程碑）")
