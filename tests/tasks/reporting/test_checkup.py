import json
import re
import string
from collections.abc import Callable
from typing import Any

import pytest

from tasks.errors import BadCredential, Busy, ConfigurationError, OpsError, PermanentError, UnexpectedShape
from tasks.messages import Finding
from tasks.reporting import checkup
from tasks.reporting.checkup_en import EN
from tasks.reporting.checkup_zh import ZH
from tasks.reporting.installation import GB, Installation

CHINESE, ENGLISH = Installation("zh-CN"), Installation("en")
NAMES = {"oa": "品牌服务号", "mp": "商城"}
FOUND = [
    Finding("endpoint.oa.a", "用户增减", "ok", "可用", "oa"),
    Finding(
        "endpoint.oa.b",
        "图文阅读",
        "fail",
        "没有权限（48001）",
        "oa",
        "以下 1 个 KPI 会变灰：打开率",
        "开通权限",
        "48001",
    ),
    Finding("endpoint.oa.c", "累计用户", "ok", "可用", "oa"),
    Finding("quota.oa.a", "额度 用户增减", "warn", "今日剩 3 / 100 次", "oa"),
    Finding("token", "令牌", "ok", "已取得", "mp"),
    Finding("disk", "磁盘", "warn", "剩 4.0 GB", "", "写满后同步会失败", "扩容"),
]


def test_a_checkup_ends_with_what_hurts_and_the_verdict() -> None:
    assert checkup.lines(FOUND, NAMES, "zh-CN") == [
        "■ 商城（mp）",
        "✔ 令牌 — 已取得",
        "",
        "■ 本机",
        "⚠ 磁盘 — 剩 4.0 GB；写满后同步会失败；→ 扩容",
        "",
        "■ 品牌服务号（oa）",
        "✔ 接口 — 2 个可用",
        "⚠ 额度 用户增减 — 今日剩 3 / 100 次",
        "✘ 图文阅读 — 没有权限（48001）；以下 1 个 KPI 会变灰：打开率；→ 开通权限",
        "",
        "3 项正常，2 项警告，1 项失败",
    ]


def test_one_warning_is_one_in_english_too() -> None:
    assert checkup.verdict(FOUND, "en") == "3 fine, 2 warnings, 1 failed"
    assert checkup.verdict(FOUND[:4], "en") == "2 fine, 1 warning, 1 failed"


def test_every_finding_is_one_line_whatever_a_driver_said() -> None:
    odd = Finding("database", "运营库", "fail", "不可用：a\n  b\r\nc")
    assert checkup.line(odd, "zh-CN") == "✘ 运营库 — 不可用：a b c"


def test_the_table_begins_with_the_worst() -> None:
    rows = checkup.table(FOUND, NAMES, "zh-CN")
    assert [row["状态"] for row in rows] == ["✘", "⚠", "⚠", "✔", "✔", "✔"]
    assert rows[0] == {
        "状态": "✘",
        "账号": "品牌服务号",
        "检查": "图文阅读",
        "发现": "没有权限（48001）",
        "后果": "以下 1 个 KPI 会变灰：打开率",
        "要做的事": "开通权限",
    }
    assert checkup.table(FOUND, NAMES, "en")[2]["Account"] in {"This installation", "品牌服务号"}


def test_programs_get_every_finding_in_a_stable_order() -> None:
    told = json.loads(json.dumps(checkup.document(FOUND)))
    assert [(one["account"], one["check"]) for one in told] == sorted((f.account, f.check) for f in FOUND)
    assert set(told[0]) == {"check", "title", "account", "status", "found", "consequence", "remedy", "code"}
    assert checkup.document(FOUND) == checkup.document(list(reversed(FOUND)))


def test_warnings_do_not_fail_a_checkup() -> None:
    assert checkup.exit_code(FOUND) == 1
    assert checkup.exit_code([f for f in FOUND if f.status != "fail"]) == 0


def test_no_secret_survives_in_any_text() -> None:
    told = Finding(
        "d", "t", "fail", "url postgres://u:hunter2hunter2@h", "", "hunter2hunter2", "x hunter2hunter2"
    )
    (clean,) = checkup.hidden([told], ["", "hunter2hunter2"])
    assert "hunter2" not in repr(clean)
    assert clean.found == "url postgres://u:***@h"


def fields(text: str) -> set[str]:
    return {name.partition(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    assert list(ZH) == list(EN)
    for key in ZH:
        assert fields("".join(ZH[key])) == fields("".join(EN[key])), key
        assert [bool(part) for part in ZH[key]] == [bool(part) for part in EN[key]], key
        assert not re.search(r"[一-鿿]", "".join(EN[key])), key
        assert re.search(r"[一-鿿]", "".join(ZH[key])), key


@pytest.mark.parametrize(("length", "status"), [(0, "fail"), (15, "fail"), (16, "ok")])
def test_a_key_is_long_enough_from_sixteen_characters(length: int, status: str) -> None:
    assert CHINESE.secret_key(length).status == status


@pytest.mark.parametrize(
    ("free", "growth", "status", "days"),
    [
        (6, None, "ok", ""),
        (6, 0.1, "ok", "60 天"),
        (6, 0.7, "warn", "9 天"),
        (4.9, None, "warn", ""),
        (4.9, 0.01, "warn", "490 天"),
        (0.4, None, "fail", ""),
    ],
)
def test_a_disk_is_low_below_five_gigabytes_or_ten_days(
    free: float, growth: float | None, status: str, days: str
) -> None:
    found = CHINESE.disk("disk", "/d", free * GB, 2 * GB, growth and growth * GB)
    assert found.status == status
    assert days in found.found
    assert ("还够" in found.found) == bool(days)


@pytest.mark.parametrize(
    ("revision", "is_known", "status", "remedy"),
    [
        ("0002", True, "ok", ""),
        ("0001", True, "warn", "python -m flows migrate"),
        ("", True, "warn", "python -m flows migrate"),
        ("0009", False, "fail", "升级本程序，或恢复与本程序同版本的库"),
    ],
)
def test_the_schema_is_of_this_release_or_one_command_away(
    revision: str, is_known: bool, status: str, remedy: str
) -> None:
    found = CHINESE.schema(revision, "0002", is_known=is_known)
    assert (found.status, found.remedy) == (status, remedy)


@pytest.mark.parametrize(("journal", "status"), [("wal", "ok"), ("delete", "warn"), ("", "ok")])
def test_a_database_without_wal_is_a_warning(journal: str, status: str) -> None:
    assert CHINESE.database("sqlite", "3.45", journal, 0.4).status == status


def test_a_broken_table_says_what_depends_on_it() -> None:
    landed = CHINESE.broken_table("land_x", "no magic bytes", "以下 1 个 KPI 会变灰：打开率")
    assert (landed.check, landed.status) == ("lake.land_x", "fail")
    assert landed.found == "读不出来：no magic bytes"
    assert landed.consequence == "以下 1 个 KPI 会变灰：打开率"
    assert landed.remedy.startswith("从备份恢复")
    built = CHINESE.broken_table("fct_x", "gone", "")
    assert built.consequence == "用到它的步骤会失败"
    assert built.remedy.startswith("移走该目录")


@pytest.mark.parametrize(
    ("recipients", "report", "status", "found"),
    [
        ([("mail", "a@b.c"), ("wecom", "BOT")], "digest", "ok", "2 个收件人（mail, wecom）"),
        ([], "digest", "warn", "没有收件人"),
        ([], "special", "ok", "没有收件人"),
    ],
)
def test_a_route_reaches_somebody(recipients: list, report: str, status: str, found: str) -> None:
    told = CHINESE.route(report, recipients)
    assert (told.status, told.found) == (status, found)


@pytest.mark.parametrize(
    ("error", "status", "found"),
    [
        (None, "ok", "wecom 可达，未发消息"),
        (ConfigurationError("x"), "fail", "密钥 BOT 未设置，或不是网址"),
        (BadCredential("x", code="93000"), "fail", "地址已失效（93000）"),
        (Busy("x"), "fail", "连不上（Busy）"),
        (UnexpectedShape("x"), "warn", "回答出乎意料（UnexpectedShape），未能确认"),
        (PermanentError("x", code="418"), "warn", "回答出乎意料（418），未能确认"),
    ],
)
def test_a_robot_is_told_apart_by_its_answer(error: OpsError | None, status: str, found: str) -> None:
    told = CHINESE.webhook("wecom", "BOT", ["digest", "delivery_failure"], error)
    assert (told.check, told.status, told.found) == ("webhook.BOT", status, found)
    assert not told.consequence or told.consequence == "digest、delivery_failure 发不到这里"


@pytest.mark.parametrize(
    ("server", "sender", "error", "status", "found"),
    [
        ("mx:25", "a@b.cn", None, "ok", "mx:25 可达，未发邮件"),
        ("mx:25", "ops <a@localhost>", None, "warn", "mx:25 可达，但发件人仍是 ops <a@localhost>"),
        ("127.0.0.1:25", "ops <a@localhost>", None, "ok", "127.0.0.1:25 可达，未发邮件"),
        ("", "a@b.cn", ConfigurationError("x"), "fail", "没有设置邮件服务器"),
        ("mx:25", "a@b.cn", BadCredential("x", code="535"), "fail", "mx:25 拒绝了用户或密码（535）"),
        ("mx:25", "a@b.cn", ConfigurationError("x"), "fail", "mx:25 无法按设置加密或登录"),
        ("mx:25", "a@b.cn", Busy("x"), "fail", "连不上 mx:25（Busy）"),
    ],
)
def test_a_mail_server_is_told_apart_by_its_answer(
    server: str, sender: str, error: OpsError | None, status: str, found: str
) -> None:
    told = CHINESE.mail(server, sender, ["digest"], error)
    assert (told.status, told.found) == (status, found)


def statuses(make: Callable[..., list[Finding]], *known: Any) -> list[tuple[str, str]]:
    return [(f.check, f.status) for f in make(*known)]


def test_prefect_needs_a_worker_and_schedules_that_are_on() -> None:
    ok = [("prefect", "ok"), ("worker", "ok"), ("schedules", "ok")]
    assert statuses(ENGLISH.prefect, "3.8", "p", "ready", [], {}, 3) == ok
    assert statuses(ENGLISH.prefect, "3.8", "p", "not_ready", [], {}, 3)[1] == ("worker", "fail")
    assert statuses(ENGLISH.prefect, "3.8", "p", "none", ["a"], {"b": 2}, 0) == [
        ("prefect", "ok"),
        ("worker", "fail"),
        ("schedules", "warn"),
        ("schedules", "warn"),
    ]
    paused = ENGLISH.prefect("3.8", "p", "ready", [], {"daily-sync": 2}, 1)[2]
    assert paused.found == "paused: daily-sync ×2"


def test_routes_on_the_example_address_are_one_line_and_do_not_drown_the_others() -> None:
    example = [("mail", "ops@example.com"), ("wecom", "BOT")]
    told = CHINESE.routes({"digest": example, "special": [("mail", "a@b.cn")], "alerts.red": example})
    assert [(f.check, f.status, f.title) for f in told] == [
        ("route.special", "ok", "路由 special"),
        ("routes", "warn", "路由"),
    ]
    assert told[1].found == "2 条仍是示例地址 ops@example.com：digest、alerts.red"
    assert [f.status for f in ENGLISH.routes({"digest": [("mail", "a@b.cn")]})] == ["ok"]
    assert ENGLISH.routes({"digest": example})[0].found == (
        "1 still on the example address ops@example.com: digest"
    )


def test_a_plan_without_flaw_is_one_line_and_so_are_all_its_warnings() -> None:
    assert [f.status for f in CHINESE.plan([], 40)] == ["ok"]
    told = CHINESE.plan([("fail", "坏"), ("warn", "怪"), ("fail", "更坏")], 40)
    assert [(f.status, f.found) for f in told] == [("fail", "坏"), ("fail", "更坏"), ("warn", "怪")]
    (many,) = CHINESE.plan([("warn", "怪"), ("warn", "更怪"), ("warn", "最怪")], 40)
    assert (many.status, many.found) == ("warn", "3 处疑问")
    assert many.remedy == "逐条查看：python -m flows plan check"
