import datetime as dt

import pytest

from tasks.errors import (
    ApiRetired,
    BadCredential,
    Busy,
    ConfigurationError,
    NotAuthorised,
    OpsError,
    RateLimited,
    Timeout,
)
from tasks.metrics.diagnosis import Diagnosis
from tasks.metrics.impact import Impact
from tasks.metrics.vitals import Vitals
from tasks.metrics.ward import Answer
from tasks.records import Account, Endpoint, SourceKind
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 3, 10)
OA, WECOM = SourceKind.official_account, SourceKind.wecom


def endpoint(name: str, **told: object) -> Endpoint:
    anything = {"kind": "official_account", "path": "/p", "title": f"题{name}", "ready": dt.time(8)}
    return Endpoint(name=name, page="p", read_on=DAY, datasets=("land_x",), **{**anything, **told})


X, Y, Z = endpoint("oa.x", replaced_by=("oa.y",)), endpoint("oa.y"), endpoint("oa.z")
METRICS = {
    "k": some_metric("k", name_zh="打开率", name_en="open rate", inputs=("oa.x",)),
    "l": some_metric("l", name_zh="阅读人数", name_en="readers", inputs=("oa.y",)),
}
IMPACT = Impact(METRICS, {e.name: e for e in (X, Y, Z)}, ["k"])


def account(kind: SourceKind = OA, **told: object) -> Account:
    return Account(
        account_id="acct", kind=kind, name="n", app_id="x", secret="OA_SECRET", base_url="u", **told
    )


def chinese(kind: SourceKind = OA) -> Diagnosis:
    return Diagnosis(account(kind), IMPACT, "zh-CN")


ENGLISH = Diagnosis(account(), IMPACT, "en")
NO_IP = NotAuthorised(
    "POST /cgi-bin/stable_token of acct: the platform answered 40164 (invalid ip 1.2.3.4 ipv6 x). Allow the IP "
    "1.2.3.4 in 公众平台 → IP白名单; it takes 5-10 min to work, then run again",
    code="40164",
)


def test_a_refused_address_names_the_address_the_place_and_every_number_that_is_lost() -> None:
    found = chinese().shut_out(NO_IP, [X, Y])
    assert (found.check, found.status, found.code) == ("ip", "fail", "40164")
    assert found.found == "本机 IP 未被允许（40164）"
    assert found.consequence == "以下 1 个 KPI 会变灰：打开率；另有 1 个指标"
    assert found.remedy.startswith("把 IP 1.2.3.4 加入白名单（公众平台 → 设置与开发 → 基本配置 → IP白名单）")
    assert ENGLISH.shut_out(NO_IP, [X]).remedy == (
        "Allow the IP 1.2.3.4 in 公众平台 → IP白名单; it takes 5-10 min to work, then run again"
    )


def test_a_refusal_beside_the_endpoints_own_path_names_the_path() -> None:
    answer = Answer(X, NotAuthorised("x", code="48001"), path="/cgi-bin/user/info/batchget")
    found = chinese().endpoint(answer)
    assert (found.status, found.found) == ("fail", "没有权限（48001）：/cgi-bin/user/info/batchget")
    assert found.consequence == "以下 1 个 KPI 会变灰：打开率"
    assert ENGLISH.endpoint(answer).found == "no permission (48001): /cgi-bin/user/info/batchget"


def test_a_path_that_there_was_nothing_to_ask_about_is_told_as_not_verified() -> None:
    found = chinese().endpoint(Answer(X, untried=("/channels/ec/order/get",)))
    assert (found.status, found.found) == ("ok", "可用；未能验证 /channels/ec/order/get")


@pytest.mark.parametrize(
    ("error", "check", "status", "found", "remedy"),
    [
        (BadCredential("x", code="40125"), "token", "fail", "凭证被拒（40125）", "核对该账号的 Secret"),
        (BadCredential("x", code="40001"), "token", "fail", "凭证被拒（40001）", "核对该账号的 Secret"),
        (
            BadCredential("x", code="40013"),
            "token",
            "fail",
            "凭证被拒（40013）",
            "核对 deployments/accounts.toml",
        ),
        (BadCredential("x", code="40243"), "token", "fail", "凭证被拒（40243）", "AppSecret 已冻结"),
        (
            Busy("POST /x of acct: the connection failed (ConnectError: refused); trying again helps"),
            "token",
            "fail",
            "连不上平台，ConnectError",
            "检查本机网络、DNS、代理",
        ),
        (Timeout("no answer in time"), "token", "fail", "没有应答", "检查本机网络、DNS、代理"),
        (
            RateLimited("x", code="45009", until_tomorrow=True),
            "token",
            "warn",
            "今日额度已用完，或只剩预留（45009）",
            "当日调用额度已用完或只剩预留部分，次日零点后会再取",
        ),
        (
            ConfigurationError("the secret OA_SECRET is not set"),
            "secret",
            "fail",
            "密钥 OA_SECRET 未设置",
            "把它放入环境变量 OA_SECRET，或存为 Prefect Secret Block oa-secret",
        ),
    ],
)
def test_without_a_token_one_line_says_why_and_what_to_do(
    error: OpsError, check: str, status: str, found: str, remedy: str
) -> None:
    told = chinese().shut_out(error, [X])
    assert (told.check, told.status, told.found) == (check, status, found)
    assert told.remedy.startswith(remedy)


def test_an_endpoint_without_permission_says_which_numbers_turn_grey() -> None:
    refused = NotAuthorised(
        "POST /p of acct: the platform answered 48001 (api unauthorized). Grant it", code="48001"
    )
    found = chinese().endpoint(Answer(X, refused))
    assert (found.check, found.title, found.status, found.code) == (
        "endpoint.oa.x",
        "题oa.x",
        "fail",
        "48001",
    )
    assert found.found == "没有权限（48001）"
    assert found.consequence == "以下 1 个 KPI 会变灰：打开率"
    assert found.remedy.startswith("在账号后台开通接口权限")
    assert ENGLISH.endpoint(Answer(X, refused)).remedy == "Grant it"


def test_a_withdrawn_endpoint_says_what_replaces_it() -> None:
    gone = ApiRetired("POST /p of acct: the platform answered 47009 (offline). Withdrawn", code="47009")
    found = chinese().endpoint(Answer(X, gone))
    assert (found.status, found.found) == ("fail", "平台已下线该接口（47009）")
    assert found.remedy == "改由题oa.y提供，请升级本系统"
    assert chinese().endpoint(Answer(Y, gone)).remedy == "请升级本系统"
    assert ENGLISH.endpoint(Answer(X, gone)).remedy == "oa.y tell it now: update this program"


def test_what_may_pass_by_itself_is_a_warning() -> None:
    found = chinese().endpoint(Answer(X, Busy("x", code="-1")))
    assert (found.status, found.found) == ("warn", "平台繁忙或连不上（-1）")
    assert found.consequence == "若持续，以下 1 个 KPI 会变灰：打开率"


def test_members_that_are_refused_are_not_the_whole_endpoint() -> None:
    found = chinese(WECOM).endpoint(Answer(X, OpsError("x", code="60011")))
    assert (found.status, found.found) == ("warn", "问到的几个对象都被拒（60011）")
    assert "应用可见范围" in found.remedy


def test_an_endpoint_that_could_not_be_tried_is_not_called_fine() -> None:
    found = chinese(WECOM).endpoint(Answer(X, reached=False))
    assert found.status == "warn"
    assert "客户联系权限" in found.remedy
    assert "skip" in chinese().endpoint(Answer(X, reached=False)).remedy


def test_one_reason_for_all_endpoints_is_told_once() -> None:
    refused = NotAuthorised(
        "the platform answered 60020 (from ip: 1.2.3.4). Allow the IP 1.2.3.4 in x", code="60020"
    )
    token, ip = chinese(WECOM).endpoints([Answer(e, refused) for e in (X, Y, Z)])
    assert (token.check, token.status) == ("token", "ok")
    assert (ip.check, ip.status) == ("ip", "fail")
    assert ip.found == "全部 3 个接口：本机 IP 未被允许（60020）"
    assert ip.consequence == "以下 1 个 KPI 会变灰：打开率；另有 1 个指标"
    assert ip.remedy.startswith("把 IP 1.2.3.4 加入可信 IP（企业微信管理后台")


def test_a_reason_that_one_endpoint_does_not_share_is_told_by_each() -> None:
    refused = NotAuthorised("x", code="48002")
    found = chinese(WECOM).endpoints([Answer(X, refused), Answer(Y, refused), Answer(Z)])
    assert [(f.check, f.status) for f in found] == [
        ("token", "ok"),
        ("ip", "ok"),
        ("endpoint.oa.x", "fail"),
        ("endpoint.oa.y", "fail"),
        ("endpoint.oa.z", "ok"),
    ]


def test_an_account_without_endpoints_is_fine() -> None:
    assert [f.status for f in chinese().endpoints([])] == ["ok", "ok"]


VITALS = Vitals(account(), IMPACT, "zh-CN")


@pytest.mark.parametrize(
    ("remain", "needed", "low"),
    [(100, 30, False), (21, 1, False), (20, 1, True), (0, 1, True), (29, 30, True), (30, 30, False)],
)
def test_a_quota_is_low_below_what_a_day_needs_or_within_the_reserve(
    remain: int, needed: int, low: bool
) -> None:
    (found,) = VITALS.quotas([Answer(X, limit=100, remain=remain, needed=needed)], 0.2)
    assert (found.status == "warn") == low
    if low:
        assert found.check == "quota.oa.x"
        assert found.found == f"今日剩 {remain} / 100 次（每日至少需 {needed} 次，预留 20 次）"


def test_among_enough_quotas_the_tightest_is_named() -> None:
    answers = [Answer(X, limit=1000, remain=900), Answer(Y, limit=100, remain=60), Answer(Z)]
    (found,) = VITALS.quotas(answers, 0.2)
    assert (found.status, found.found) == ("ok", "充足；最紧的是 题oa.y 60 / 100")
    assert VITALS.quotas([Answer(Z)], 0.2) == []


@pytest.mark.parametrize(
    ("skew", "status", "told"),
    [
        (None, "ok", "平台没有报时"),
        (-0.8, "ok", "相差 1 秒"),
        (60, "ok", "相差 60 秒"),
        (61, "warn", "本机比平台慢 61 秒"),
        (-300, "warn", "本机比平台快 300 秒"),
        (301, "fail", "本机比平台慢 301 秒"),
    ],
)
def test_a_clock_is_wrong_from_a_minute_and_very_wrong_from_five(
    skew: float | None, status: str, told: str
) -> None:
    found = VITALS.clock(skew)
    assert (found.status, found.found) == (status, told)


def test_left_out_endpoints_are_named_and_misspelt_ones_noticed() -> None:
    registry = {"oa.x": X}
    (fine,) = Vitals(account(skip=("oa.x",)), IMPACT, "zh-CN").skipped(registry)
    assert (fine.status, fine.found) == ("ok", "按 skip 不取：题oa.x")
    (odd,) = Vitals(account(skip=("oa.x", "oa.q")), IMPACT, "zh-CN").skipped(registry)
    assert (odd.status, odd.found) == ("warn", "skip 中的 oa.q 不是接口名")
    assert VITALS.skipped(registry) == []
