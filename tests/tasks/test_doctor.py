"""The whole `doctor` command against the sandbox over real HTTP and real SMTP: what is broken is one exact line."""

import json
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.__main__ import main
from tasks import calendars, settings, simulate
from tasks.calendars import Window
from tasks.connections import connect
from tasks.opsdb import database, migrate
from tasks.sandbox.accounts import ACCOUNTS
from tasks.sandbox.clock import Clock
from tasks.sandbox.kernel import Sandbox
from tasks.sandbox.mail import MailSink
from tasks.sandbox.serve import Place, running
from tasks.sandbox.world import World
from tasks.services.prefect_server import POOL
from tasks.services.prefect_state import expected
from tasks.settings import HOME
from tasks.sources.probes import LOOK_BACK_DAYS

ROUTES = """
[digest]
mail = ["ops@brand.cn"]
slack = ["SLACK_WEBHOOK_OPS"]
wecom = ["WECOM_BOT_OPS"]

[delivery_failure]
wecom = ["WECOM_BOT_OPS"]

[alerts.fallback]
mail = ["ops@brand.cn"]
wecom = ["WECOM_BOT_OPS"]
"""
WRONG_SECRET = "this-is-not-the-secret"  # noqa: S105
USER_SUMMARY, VISIT_SOURCES = "/datacube/getusersummary", "/datacube/getweanalysisappidvisitdistribution"


@dataclass
class Answered:
    """What the command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """Lines that are not ✔."""
        return [line for line in self.out.splitlines() if line[:1] in "⚠✘" and line]

    def line(self, title: str) -> str:
        """The one line of that title."""
        (found,) = [line for line in self.out.splitlines() if line[2:].startswith(f"{title} —")]
        return found

    @property
    def verdict(self) -> str:
        return self.out.splitlines()[-1]


@dataclass
class Home:
    """One installation beside a sandbox."""

    folder: Path
    sandbox: Sandbox
    mail: MailSink
    doctor: Callable[..., Answered]
    set: Callable[[str, str], None]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    today = calendars.business_date(calendars.now())
    clock = Clock(calendars.now(), running=True)
    with running(World.build(persons=300, seed=7, today=today), clock=clock) as served:
        yield served


@pytest.fixture
def home(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Home]:
    sandbox = place.sandbox
    sandbox.faults.clear()
    sandbox.calls.clear()
    sandbox.outbox.clear()
    sandbox.clock.set(calendars.now())
    daily = dict(sandbox.quotas._daily)
    (tmp_path / "routes.toml").write_text(ROUTES, encoding="utf-8")
    here = settings.load().model_copy(update={"data_dir": tmp_path / "settings"})
    with MailSink(tmp_path / "mail") as mail:
        port = int(place.base_url.rsplit(":", 1)[1])
        environment = simulate.sandbox_environment(here, port, mail.port, 300) | {
            "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
            "WECHAT_OPS_ROUTES_FILE": str(tmp_path / "routes.toml"),
            "WECHAT_OPS_REQUEST_TIMEOUT": "8",
            "WECHAT_OPS_RETRY_BASE": "0.01",
        }
        monkeypatch.delenv("PREFECT_API_URL", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)

        def doctor(*arguments: str) -> Answered:
            monkeypatch.setattr(sys, "argv", ["flows", "doctor", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
            printed = capsys.readouterr()
            return Answered(int(ended.value.code or 0), printed.out, printed.err)

        yield Home(tmp_path, sandbox, mail, doctor, monkeypatch.setenv)
    sandbox.quotas._daily.clear()
    sandbox.quotas._daily.update(daily)
    sandbox.quotas._used.clear()


def own_plan(home: Home) -> None:
    """A plan that nothing is wrong with: the one that ships, without what its linter finds."""
    text = Path(settings.load().plan_file).read_text(encoding="utf-8")
    text = text.replace('name = "示例品牌"', 'name = "沐光"')
    text = re.sub(r'\[\[claim\]\]\nid = "growth_before"\n.*?\n\n', "", text, flags=re.DOTALL)
    file = home.folder / "plan.toml"
    file.write_text(text, encoding="utf-8")
    home.set("WECHAT_OPS_PLAN_FILE", str(file))


@pytest.fixture
def prefect(home: Home) -> Iterator[dict[str, object]]:
    """A Prefect API with a worker and every schedule on; the answers can be changed by path."""
    wanted = expected(HOME / "prefect.yaml")
    on = {"active": True}
    answers: dict[str, object] = {
        "/api/health": True,
        "/api/admin/version": "3.8.8",
        f"/api/work_pools/{POOL}": {"status": "READY", "is_paused": False},
        **{
            f"/api/deployments/name/{n}/{n}": {"paused": False, "schedules": [on] * k}
            for n, k in wanted.items()
        },
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = answers.get(self.path)
            body = json.dumps(known).encode()
            self.send_response(404 if known is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    home.set("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
    yield answers
    server.shutdown()
    server.server_close()


def test_a_sound_installation_has_nothing_to_do_and_nothing_is_written_or_sent(
    home: Home, prefect: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_plan(home)
    monkeypatch.setattr(sys, "argv", ["flows", "migrate"])
    with pytest.raises(SystemExit) as migrated:
        main()
    assert not migrated.value.code
    seen = home.doctor()
    assert seen.problems == []
    assert re.fullmatch(r"\d+ 项正常，0 项警告，0 项失败", seen.verdict)
    assert seen.code == 0
    assert home.mail.messages() == []
    assert [received.accepted for received in home.sandbox.outbox] == [False, False]
    live = [e for e in settings.load().endpoints().values() if "{" not in e.path and ":" not in e.path]
    asked: Counter[str] = Counter()
    for (_, path), n in home.sandbox.calls.items():
        asked[path] += n
    leads = {  # asked once more on the way to comments, tag members and what is told per member of the staff
        "/datacube/getarticletotaldetail",
        "/cgi-bin/tags/get",
        "/cgi-bin/externalcontact/get_follow_user_list",
    }
    # A list without an entry to ask the next path about gives way to the list of the day before.
    most = {e.path: LOOK_BACK_DAYS if e.also_paths else 1 + (e.path in leads) for e in live}
    assert {path: asked[path] for path, calls in most.items() if asked[path] > calls} == {}
    assert asked["/cgi-bin/stable_token"] + asked["/cgi-bin/gettoken"] == len(ACCOUNTS) - 1, (
        "and Feishu's own"
    )


def test_every_fault_of_the_platforms_is_one_line_with_consequence_and_remedy(home: Home) -> None:
    app = {account.kind.value: account.app_id for account in ACCOUNTS.values()}
    for fault in (f"ip:{app['wecom']}", f"retired:{VISIT_SOURCES}", f"unauthorised:{USER_SUMMARY}"):
        home.sandbox.faults.add(fault)
    home.set("SHOP_MAIN_SECRET", WRONG_SECRET)
    home.sandbox.quotas._daily["/cgi-bin/freepublish/"] = 100
    for _ in range(90):
        home.sandbox.quotas.count(app["official_account"], "/cgi-bin/freepublish/batchget", _oa_kind())
    seen = home.doctor()
    assert seen.code == 1
    assert re.fullmatch(
        r"✘ IP 白名单 — 全部 \d+ 个接口：本机 IP 未被允许（60020）；以下 \d+ 个 KPI 会变灰：.*；→ 把 IP 127\.0\.0\.1 "
        r"加入可信 IP（企业微信管理后台 → 应用管理 → 该应用 → 企业可信IP），几分钟后生效，再重新运行",
        next(line for line in seen.problems if "60020" in line),
    )
    assert seen.line("小程序访问来源").startswith("✘ 小程序访问来源 — 平台已下线该接口（47009）；以下 ")
    assert "阅读到小程序点击率" in seen.line("小程序访问来源")
    assert seen.line("用户增减") == (
        "✘ 用户增减 — 没有权限（48001）；以下 4 个指标会变灰：新增关注、取消关注、净增关注、公众号月流失率；"
        "→ 在账号后台开通接口权限（设置与开发 → 接口权限，需已认证），开通前重试无用"
    )
    token = next(line for line in seen.problems if line.startswith("✘ 令牌"))
    assert token.startswith("✘ 令牌 — 凭证被拒（40125）；以下 ")
    assert token.endswith("→ 核对该账号的 Secret：填错、已重置或属于别的账号；重试无用")
    assert "私域用户数" in token
    assert seen.line("发布记录").startswith("⚠ 发布记录 — 今日额度已用完，或只剩预留")
    assert seen.line("额度 发布记录").startswith(
        "⚠ 额度 发布记录 — 今日剩 10 / 100 次（每日至少需 1 次，预留 20 次）"
    )
    platform = {"60020", "47009", "48001", "40125", "发布记录"}
    assert len([line for line in seen.problems if any(mark in line for mark in platform)]) == 6
    assert seen.verdict.endswith("4 项失败")


def _oa_kind() -> object:
    return next(account.kind for account in ACCOUNTS.values() if account.kind == "official_account")


def test_an_address_outside_the_allow_list_costs_one_line_and_no_calls(home: Home) -> None:
    home.sandbox.faults.add("ip")
    seen = home.doctor("--accounts", "oa_main")
    (line,) = [line for line in seen.problems if line.startswith("✘")]
    assert line.startswith("✘ IP 白名单 — 本机 IP 未被允许（40164）；以下 ")
    assert "把 IP 127.0.0.1 加入白名单（公众平台 → 设置与开发 → 基本配置 → IP白名单）" in line
    assert {path for app_id, path in home.sandbox.calls if app_id} == {"/cgi-bin/stable_token"}


@pytest.mark.parametrize(
    ("ahead", "line"),
    [
        (timedelta(seconds=30), r"✔ 时钟 — 相差 (29|30|31) 秒"),
        (timedelta(minutes=2), r"⚠ 时钟 — 本机比平台慢 (119|120|121) 秒；.*；→ 用 NTP 校准本机时钟.*"),
        (timedelta(minutes=-6), r"✘ 时钟 — 本机比平台快 (359|360|361) 秒；.*"),
    ],
    ids=["fine", "warn", "fail"],
)
def test_a_clock_that_is_wrong_is_seen(home: Home, ahead: timedelta, line: str) -> None:
    home.sandbox.clock.advance(ahead)
    assert re.fullmatch(line, home.doctor("--accounts", "mp_mall").line("时钟"))


def test_stores_that_are_broken_are_told_and_stop_nothing_else(home: Home) -> None:
    with connect() as c:
        day = calendars.business_date(calendars.now()) - calendars.ONE_DAY
        rows = [
            {
                "account_id": "oa_main",
                "business_date": day,
                "user_source": 0,
                "new_followers": 1,
                "lost_followers": 0,
            }
        ]
        c.lake.replace("land_oa_user_summary", rows, account_id="oa_main", window=Window.of_day(day))
        file = Path(c.lake.files("land_oa_user_summary")[0])
    file.write_bytes(file.read_bytes()[:100])
    home.set("WECHAT_OPS_DATABASE_URL", "postgresql://ops:db-password-word@127.0.0.1:9/ops")
    seen = home.doctor("--accounts", "mp_mall")
    table = seen.line("数据表 land_oa_user_summary")
    assert re.match(
        r"✘ 数据表 land_oa_user_summary — 读不出来：.*；"
        r"以下 4 个指标会变灰：新增关注、取消关注、净增关注、公众号月流失率；→ 从备份",
        table,
    )
    lost = seen.line("运营库")
    assert lost.startswith("✘ 运营库 — 不可用：")
    assert "；任何流程都无法运行；→ 核对 WECHAT_OPS_DATABASE_URL" in lost
    assert "db-password-word" not in seen.out + seen.err
    assert seen.line("数据湖").startswith("✔")
    assert seen.line("令牌").startswith("✔")
    assert seen.code == 1


def test_a_lake_that_cannot_be_opened_is_told_once(home: Home) -> None:
    home.set("WECHAT_OPS_LAKE_URL", str(home.folder / "备份[1]"))
    seen = home.doctor("--accounts", "mp_mall")
    (line,) = [line for line in seen.problems if "备份[1]" in line]
    assert line.startswith("✘ 数据湖 — 不可读写：数据目录的名字里不能有方括号")


def test_a_database_of_an_older_release_is_one_command_away(home: Home) -> None:
    engine = database.connect(settings.load().database)
    migrate.downgrade(engine)
    engine.dispose()
    seen = home.doctor("--accounts", "mp_mall")
    assert seen.line("库结构") == ("⚠ 库结构 — 还没有建表；下一次运行会先自动建好；→ python -m flows migrate")
    assert seen.code == 0, "a warning is no failure"


def test_channels_that_would_carry_nothing_are_found_before_the_report(home: Home) -> None:
    base = settings.load().base_url
    home.set("WECOM_BOT_OPS", f"{base}/cgi-bin/webhook/send?key=removed-secret-key")
    home.set("SLACK_WEBHOOK_OPS", "")
    home.set("WECHAT_OPS_SMTP_PORT", "9")
    seen = home.doctor("--accounts", "mp_mall")
    assert seen.line("群机器人 WECOM_BOT_OPS") == (
        "✘ 群机器人 WECOM_BOT_OPS — 地址已失效（93000）；digest、delivery_failure、alerts.fallback 发不到这里；"
        "→ 在群里重新添加机器人，把新地址存为密钥 WECOM_BOT_OPS"
    )
    assert seen.line("群机器人 SLACK_WEBHOOK_OPS").startswith(
        "✘ 群机器人 SLACK_WEBHOOK_OPS — 密钥 SLACK_WEBHOOK_OPS 未设置，或不是网址；digest 发不到这里；→ "
    )
    assert seen.line("邮件").startswith(
        "✘ 邮件 — 连不上 127.0.0.1:9（Busy）；digest、alerts.fallback 发不到这里；→ "
    )
    assert "removed-secret-key" not in seen.out + seen.err


def test_robots_that_check_signatures_are_asked_with_theirs_and_a_wrong_one_is_told(home: Home) -> None:
    routes = '[digest]\nfeishu = ["FEISHU_BOT_OPS"]\ndingtalk = ["DINGTALK_BOT_OPS"]\n'
    (home.folder / "routes.toml").write_text(routes, encoding="utf-8")
    home.set("DINGTALK_BOT_OPS_SIGN", "not-the-secret")
    seen = home.doctor("--accounts", "mp_mall")
    assert seen.line("群机器人 FEISHU_BOT_OPS") == "✔ 群机器人 FEISHU_BOT_OPS — feishu 可达，未发消息"
    assert seen.line("群机器人 DINGTALK_BOT_OPS") == (
        "✘ 群机器人 DINGTALK_BOT_OPS — 机器人的安全设置没有放行（310000）；digest 发不到这里；"
        "→ 把它的加签（签名校验）密钥存为密钥 DINGTALK_BOT_OPS_SIGN，并核对 IP 白名单与本机时钟"
    )
    assert home.sandbox.outbox.delivered() == []


def test_files_of_the_brand_that_are_wrong_are_told_line_by_line(home: Home) -> None:
    text = settings.load().plan_file.read_text(encoding="utf-8")
    broken = re.sub(r'(?m)^owner = "content"$', 'owner = "nobody"', text, count=1)
    (home.folder / "plan.toml").write_text(broken, encoding="utf-8")
    home.set("WECHAT_OPS_PLAN_FILE", str(home.folder / "plan.toml"))
    (home.folder / "routes.toml").write_text('[digest]\npigeon = ["coo"]\n', encoding="utf-8")
    text = settings.load().playbooks_file.read_text(encoding="utf-8")
    (home.folder / "playbooks.toml").write_text(text.replace("days = 14", "dayz = 14", 1), encoding="utf-8")
    home.set("WECHAT_OPS_PLAYBOOKS_FILE", str(home.folder / "playbooks.toml"))
    seen = home.doctor("--accounts", "mp_mall")
    assert (
        'owner: 写的是 "nobody"；[owners] 中只有 content, operations, technology, service, compliance, management；'
        "每日同步到判级时会失败；→ 改 deployments/plan.toml" in seen.line("运营方案")
    )
    assert seen.line("做法").startswith(
        "✘ 做法 — 读不进来：deployments/playbooks.toml: playbook content-late-outsource: dayz: 没有这个键；"
    )
    assert seen.line("路由").startswith("✘ 路由 — routes.toml [digest]: no channel is named 'pigeon'")
    assert seen.line("接口").startswith("✔")


def test_prefect_without_a_worker_or_with_a_paused_schedule_is_told(
    home: Home, prefect: dict[str, object]
) -> None:
    prefect[f"/api/work_pools/{POOL}"] = {"status": "NOT_READY", "is_paused": False}
    daily = "/api/deployments/name/daily-sync/daily-sync"
    prefect[daily] = {"paused": False, "schedules": [{"active": True}, {"active": False}, {"active": True}]}
    del prefect["/api/deployments/name/backfill/backfill"]
    seen = home.doctor("--accounts", "mp_mall")
    assert (
        seen.line("Worker")
        == "✘ Worker — 没有在线的 worker；到点的流程不会开始；→ 重新启动：make down && make up"
    )
    assert [line for line in seen.problems if line.startswith("⚠ 定时")] == [
        "⚠ 定时 — 未注册：backfill；界面中没有，也不会定时运行；→ 重新启动：make down && make up",
        "⚠ 定时 — 已暂停：daily-sync ×1；这些时间点不会运行；→ 在 Prefect 界面 Deployments 中重新打开",
    ]


def test_programs_get_json_and_nobody_gets_a_secret(home: Home) -> None:
    home.set("MP_MALL_SECRET", WRONG_SECRET)
    home.set("OA_MAIN_SECRET", "")
    seen = home.doctor("--json", "--accounts", "mp_mall", "--accounts", "oa_main")
    found = {(one["account"], one["check"]): one for one in json.loads(seen.out)}
    assert found["mp_mall", "token"]["status"] == "fail"
    assert found["mp_mall", "token"]["code"] == "40125"
    assert found["oa_main", "secret"]["found"] == "密钥 OA_MAIN_SECRET 未设置"
    assert found["", "secret_key"]["status"] == "ok"
    assert set(found["", "disk"]) == {
        "check",
        "title",
        "account",
        "status",
        "found",
        "consequence",
        "remedy",
        "code",
    }
    assert seen.code == 1
    known = [WRONG_SECRET, simulate.KEY, "sandbox-secret", "key=sandbox-ops", "T000/B000", *_issued(home)]
    assert [secret for secret in known if secret in seen.out + seen.err] == []


def _issued(home: Home) -> list[str]:
    return list(home.sandbox.tokens._tokens)


def test_an_english_reader_is_told_in_english(home: Home) -> None:
    home.sandbox.faults.add(f"unauthorised:{USER_SUMMARY}")
    seen = home.doctor("--accounts", "oa_main", "--language", "en")
    assert seen.line("oa.user_summary").startswith(
        "✘ oa.user_summary — no permission (48001); 4 metrics turn grey: Followers won, Followers lost, "
    )
    assert "→ Grant the permission in the account's console" in seen.line("oa.user_summary")
    assert re.fullmatch(r"\d+ fine, \d+ warnings, 1 failed", seen.verdict)


def test_dead_and_silent_hosts_cost_seconds_not_minutes(home: Home) -> None:
    accounts = settings.load().accounts_file.read_text(encoding="utf-8")
    dead = re.sub(r"(?m)^base_url = .*$", 'base_url = "http://127.0.0.1:9"', accounts)
    (home.folder / "accounts.toml").write_text(dead, encoding="utf-8")
    home.sandbox.faults.add("timeout:/cgi-bin/webhook")
    home.set("WECHAT_OPS_ACCOUNTS_FILE", str(home.folder / "accounts.toml"))
    base = settings.load().base_url
    home.set("WECOM_BOT_OPS", f"{base}/cgi-bin/webhook/send?key=slow")
    home.set("WECHAT_OPS_BASE_URL", "")
    home.set("WECHAT_OPS_REQUEST_TIMEOUT", "0.5")
    started = time.monotonic()
    seen = home.doctor()
    assert time.monotonic() - started < 20
    tokens = [line for line in seen.problems if line.startswith("✘ 令牌 — 连不上平台，ConnectError；")]
    assert len(tokens) == len(ACCOUNTS)
    assert all(line.endswith("以及 accounts.toml 中的 base_url") for line in tokens)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--accounts", "nobody"], "no account named nobody"),
        (["--language", "fr"], "'fr' is not spoken here"),
    ],
)
def test_wrong_usage_ends_with_2(home: Home, arguments: list[str], told: str) -> None:
    seen = home.doctor(*arguments)
    assert seen.code == 2
    assert told in seen.err


def test_accounts_that_cannot_be_read_leave_nothing_to_check(home: Home) -> None:
    (home.folder / "accounts.toml").write_text("[oa\n", encoding="utf-8")
    home.set("WECHAT_OPS_ACCOUNTS_FILE", str(home.folder / "accounts.toml"))
    seen = home.doctor()
    assert seen.code == 2
    assert "accounts.toml：第 1 行第 4 列不是有效的 TOML" in seen.err
