"""Every code and transport failure lands on its place in the error tree, in words that can be acted on."""

import datetime as dt

import httpx
import pytest

from tasks import retries
from tasks.errors import (
    ApiRetired,
    BadCredential,
    BadRequest,
    Busy,
    ConfigurationError,
    NotAuthorised,
    NotReady,
    PermanentError,
    RateLimited,
    Timeout,
    TransientError,
    UnexpectedShape,
)
from tasks.metrics.remedies import reason
from tasks.records import Cell, Outcome, SourceKind, Verdict
from tasks.sources.wechat_http.codes import WECHAT, WECOM, TokenRefused
from tasks.sources.wechat_http.translate import scrub, trouble

OA, WECOM_KIND = SourceKind.official_account, SourceKind.wecom
ASKED = "POST /datacube/getusersummary of oa_main"


def translated(code, errmsg="", *, kind=OA, asked=ASKED, **options):
    return trouble(kind, asked, data={"errcode": code, "errmsg": errmsg}, **options)


@pytest.mark.parametrize("body", [{}, {"list": []}, {"errcode": 0, "errmsg": "ok"}])
def test_an_absent_or_zero_code_is_success(body):
    assert trouble(OA, ASKED, data=body) is None


@pytest.mark.parametrize(
    ("kind", "code", "error"),
    [
        (OA, -1, Busy),
        (OA, 40001, TokenRefused),
        (OA, 40002, BadRequest),
        (OA, 40013, BadCredential),
        (OA, 40014, TokenRefused),
        (OA, 40125, BadCredential),
        (OA, 40164, NotAuthorised),
        (OA, 40243, BadCredential),
        (OA, 41001, BadRequest),
        (OA, 42001, TokenRefused),
        (OA, 45009, RateLimited),
        (OA, 45011, RateLimited),
        (OA, 45033, BadRequest),
        (OA, 47001, BadRequest),
        (OA, 47009, ApiRetired),
        (OA, 48001, NotAuthorised),
        (OA, 48004, NotAuthorised),
        (OA, 48009, ApiRetired),
        (OA, 50002, NotAuthorised),
        (OA, 61450, Busy),
        (OA, 61500, BadRequest),
        (OA, 61501, BadRequest),
        (OA, 61503, NotReady),
        (OA, 89503, NotAuthorised),
        (OA, 9001002, Busy),
        (OA, 10021069, BadRequest),
        (WECOM_KIND, -1, Busy),
        (WECOM_KIND, 6000, Busy),
        (WECOM_KIND, 40001, BadCredential),
        (WECOM_KIND, 40014, TokenRefused),
        (WECOM_KIND, 40091, BadCredential),
        (WECOM_KIND, 42001, TokenRefused),
        (WECOM_KIND, 45009, RateLimited),
        (WECOM_KIND, 45033, Busy),
        (WECOM_KIND, 45035, Busy),
        (WECOM_KIND, 48002, NotAuthorised),
        (WECOM_KIND, 48005, ApiRetired),
        (WECOM_KIND, 60011, NotAuthorised),
        (WECOM_KIND, 60020, NotAuthorised),
        (WECOM_KIND, 81017, BadRequest),
        (WECOM_KIND, 84061, BadRequest),
        (WECOM_KIND, 701008, NotAuthorised),
    ],
)
def test_a_code_means_one_class_on_its_platform(kind, code, error):
    found = translated(code, kind=kind)
    assert type(found) is error
    assert found.code == str(code)


def test_40001_is_a_token_on_wechat_and_a_secret_on_wecom():
    assert isinstance(translated(40001), TokenRefused)
    found = translated(40001, kind=WECOM_KIND)
    assert not isinstance(found, TokenRefused)
    assert "secret" in str(found)


@pytest.mark.parametrize("code", [40001, 40125, 42001])
def test_on_a_token_call_the_secret_is_wrong_and_renewing_is_no_use(code):
    found = translated(code, token_call=True)
    assert type(found) is BadCredential
    assert "Check the secret" in str(found)


def test_every_described_code_has_advice_that_can_be_filled_in():
    for kind, table in ((OA, WECHAT), (WECOM_KIND, WECOM)):
        for code in table:
            assert "{" not in str(translated(code, kind=kind))


@pytest.mark.parametrize("kind", [OA, WECOM_KIND])
def test_every_described_code_is_told_in_chinese_too(kind):
    day, at = dt.date(2026, 7, 20), dt.datetime(2026, 7, 21, tzinfo=dt.UTC)
    untold = []
    for code in WECOM if kind is WECOM_KIND else WECHAT:
        error = translated(code, kind=kind)
        failed = Outcome(Cell("a", "e", day), Verdict.error, 0, day, at, error.code, str(error))
        if code != 61503 and str(error) in reason(failed, kind):
            untold.append(code)
    assert untold == []


def test_an_ip_outside_the_whitelist_is_named_with_the_place_to_allow_it(sample):
    found = trouble(
        OA, "POST /cgi-bin/stable_token of oa_main", data=sample("error.oa.40164"), token_call=True
    )
    assert "Allow the IP 118.190.42.90 in 公众平台 → 设置与开发 → 基本配置 → IP白名单" in str(found)
    assert "5-10 min" in str(found)
    assert "rid: 60196b9b-4c5ba79c-066b49c8" in str(found)


def test_a_wecom_ip_is_named_too(sample):
    found = trouble(WECOM_KIND, "GET /x of wecom_main", data=sample("error.wecom.60020"))
    assert "Allow the IP 171.43.188.73 in 企业微信管理后台" in str(found)


def test_a_retired_interface_names_what_took_over():
    found = translated(47009, "this api is offline", asked="POST /datacube/getarticlesummary of oa_main")
    assert "use getarticleread and getarticleshare instead" in str(found)
    assert not retries.helps(found)


def test_the_daily_quota_helps_only_tomorrow_and_a_frequency_in_a_minute(sample):
    daily = trouble(OA, ASKED, data=sample("error.oa.45009.daily"))
    assert daily.until_tomorrow is True
    assert not retries.helps(daily)
    often = trouble(OA, ASKED, data=sample("error.oa.45009.freq"))
    assert often.until_tomorrow is False
    assert often.wait_seconds == 60
    assert retries.helps(often)


def test_a_minute_quota_is_a_frequency():
    found = translated(45011, "api minute-quota reach limit, must slower, retry next minute")
    assert found.until_tomorrow is False


def test_a_frequency_met_for_the_third_time_counts_as_the_daily_one():
    assert translated(45009, "api freq out of limit", attempt=2).until_tomorrow is False
    assert translated(45009, "api freq out of limit", attempt=3).until_tomorrow is True


def test_a_wecom_frequency_met_twice_in_a_row_is_a_block_of_an_hour_and_not_waited_out():
    words = "api freq out of limit"
    first = translated(45009, words, kind=WECOM_KIND)
    assert (first.until_tomorrow, first.wait_seconds) == (False, 60)
    second = translated(45009, words, kind=WECOM_KIND, attempt=2)
    assert second.until_tomorrow is True
    assert not retries.helps(second)


@pytest.mark.parametrize("code", [89501, 89502, 89503, 89504, 89505])
def test_an_administrator_has_thirty_minutes_to_confirm_and_nobody_waits_for_them(code):
    found = translated(code, "this ip 1.2.3.4 need admin confirm")
    assert type(found) is NotAuthorised
    assert not retries.helps(found)
    assert "within 30 minutes" in str(found)


def test_an_unknown_code_is_asked_once_again_and_then_believed_with_its_rid():
    errmsg = "something new " * 20 + "rid: 67f3bc42-4b3ea2d7-5e5eaccb"
    first = translated(123456, errmsg)
    assert isinstance(first, TransientError)
    second = translated(123456, errmsg, attempt=2)
    assert type(second) is PermanentError
    assert "rid: 67f3bc42-4b3ea2d7-5e5eaccb" in str(second)
    assert len(str(second)) < 350


@pytest.mark.parametrize("code", ["abc", "--1", 1.5, "９"])
def test_a_code_that_is_no_number_is_unknown(code):
    assert isinstance(translated(code), Busy)


@pytest.mark.parametrize(
    ("status", "data", "error"),
    [
        (200, ..., Busy),
        (500, {}, Busy),
        (502, ..., Busy),
        (404, ..., BadRequest),
        (413, ..., BadRequest),
        (301, ..., BadRequest),
        (403, {}, BadRequest),
        (429, ..., RateLimited),
        (200, [1], UnexpectedShape),
        (200, 7, UnexpectedShape),
    ],
)
def test_what_is_not_the_api_speaking_is_told_by_status_and_body(status, data, error):
    assert type(trouble(OA, ASKED, status=status, data=data, readable=data is not ...)) is error


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (httpx.ReadTimeout("slow"), Timeout),
        (httpx.ConnectTimeout("slow"), Timeout),
        (httpx.ConnectError("refused"), Busy),
        (httpx.RemoteProtocolError("cut"), Busy),
        (httpx.UnsupportedProtocol("ftp"), ConfigurationError),
        (httpx.InvalidURL("no"), ConfigurationError),
    ],
)
def test_no_answer_is_told_by_the_transports_failure(failure, error):
    assert type(trouble(OA, ASKED, failure=failure)) is error


def test_tokens_and_secrets_are_taken_out_of_the_platforms_words():
    said = trouble(
        OA,
        ASKED,
        data={"errcode": 40035, "errmsg": "bad url /x?access_token=TOK123&secret=abc for SECRET9"},
        hidden=("SECRET9",),
    )
    for value in ("TOK123", "abc", "SECRET9"):
        assert value not in str(said)
    assert scrub('{"corpsecret": "xyz"}') == '{"corpsecret": "***"}'
    assert (
        scrub("GET https://h/p?access_token=T&next_openid=oABC&external_userid=wmX&day=1")
        == "GET https://h/p?access_token=***&next_openid=***&external_userid=***&day=1"
    )
