"""The command line: every flow with the parameters of the UI, and the service commands.

Exit codes: 0 done, 1 the job failed, 2 wrong usage or configuration.
"""

import asyncio
import importlib
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.alert_commands import alerts
from flows.catalogue_commands import commands as catalogue_commands
from flows.log_commands import commands
from flows.plan_commands import plan
from tasks import calendars, serve, settings, simulate
from tasks.errors import ConfigurationError, OpsError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="品牌微信运营工作流：同步数据、对照计划判级、发送报告。Operations workflows for brands on WeChat.",
)
FLOWS, SERVICES = "流程 Flows", "服务 Services"
app.add_typer(alerts, name="alerts", rich_help_panel=FLOWS)
app.add_typer(plan, name="plan", rich_help_panel=FLOWS)
app.add_typer(commands)
app.add_typer(catalogue_commands)

Accounts = Annotated[
    list[str] | None, typer.Option("--accounts", help="只处理这些账号，可重复给出；默认全部账号")
]


@app.command("daily-sync", rich_help_panel=FLOWS)
def daily_sync_command(
    date: Annotated[str, typer.Option(help="业务日期：yesterday 或 2026-07-25")] = "yesterday",
    accounts: Accounts = None,
    revise_days: Annotated[
        int | None, typer.Option(min=1, max=30, help="向前重拉多少天；默认按接口（多数 3–8 天，图文 30 天）")
    ] = None,
    send: Annotated[
        str, typer.Option(help="日报：when_complete 完整率达 95% 才发送，always 立即发送，never 不发送")
    ] = "when_complete",
) -> None:
    """每日同步：拉取、建表、检查、计算、判级，写出日报并发送一次。Run the daily sync."""
    perform("daily_sync", {"date": date, "accounts": accounts, "revise_days": revise_days, "send": send})


@app.command("weekly-content-retrospective", rich_help_panel=FLOWS)
def weekly_content_retrospective_command(
    week: Annotated[str, typer.Option(help="业务周：last（上周）或 2026-W30")] = "last",
    compare_to: Annotated[str, typer.Option(help="与哪一周比较：previous（前一周）或 2026-W29")] = "previous",
    accounts: Accounts = None,
    send: Annotated[bool, typer.Option("--send/--no-send", help="是否发送；--no-send 只生成页面")] = True,
    recipients: Annotated[
        list[str] | None, typer.Option("--recipients", help="只发给这些邮箱，可重复给出；默认按路由")
    ] = None,
) -> None:
    """周内容复盘：停什么、重复什么、再测什么，漏斗断在哪，写出页面并发送一次。Tell a week's content story."""
    perform(
        "weekly_content_retrospective",
        {
            "week": week,
            "compare_to": compare_to,
            "accounts": accounts,
            "send": send,
            "recipients": recipients,
        },
    )


@app.command("backfill", rich_help_panel=FLOWS)
def backfill_command(
    start: Annotated[str, typer.Option(help="起始业务日期（含），如 2026-07-01")],
    end: Annotated[str, typer.Option(help="结束业务日期（含）：yesterday 或日期")] = "yesterday",
    accounts: Accounts = None,
    sources: Annotated[
        list[str] | None,
        typer.Option("--sources", help="只补这些数据源，如 oa.user_summary，可重复给出；默认全部"),
    ] = None,
    order: Annotated[
        str, typer.Option(help="newest_first 先补最近的日期，oldest_first 从最早的日期开始")
    ] = "newest_first",
) -> None:
    """历史补数：补齐一段日期的数据与指标，不发送消息；中断后再运行即接着补。Pull and measure a past window."""
    perform(
        "backfill", {"start": start, "end": end, "accounts": accounts, "sources": sources, "order": order}
    )


@app.command("import", rich_help_panel=FLOWS)
def import_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="文件；不写则导入落地目录 data/inbox 中的全部文件")
    ] = None,
    template: Annotated[str, typer.Option(help="模板编号，如 events；默认按表头识别")] = "",
    sheet: Annotated[str, typer.Option(help="Excel 工作表名称；默认自动识别")] = "",
    account: Annotated[str, typer.Option(help="数据所属账号；只有一个同类账号时可不写")] = "",
    taken: Annotated[
        str, typer.Option(help="累计值类导出的导出日期；默认取文件名中的日期，其次修改日期")
    ] = "",
    again: Annotated[bool, typer.Option("--again", help="同一份文件导入过也再导入一次")] = False,
    templates: Annotated[
        Path | None, typer.Option(help="把全部模板（CSV 与 XLSX）写到此目录，不导入")
    ] = None,
    url: Annotated[str, typer.Option(help="改从数据库读取：SQLAlchemy 地址，密码写成 {密钥名}")] = "",
    query: Annotated[str, typer.Option(help="从数据库读取的 select 语句")] = "",
) -> None:
    """导入没有接口的数据：文件、落地目录或数据库；坏行隔离，好行入库，重复导入不变。Import files or a query.

    退出码：0 全部入库；1 有文件被拒收，或有行被隔离（其余行已入库）；2 用法或配置有误。
    Exit codes: 0 everything is in; 1 a file was refused or rows were quarantined; 2 wrong usage.
    """
    if templates:
        from tasks.bring import write_templates

        for path in write_templates(templates):
            typer.echo(path)
        return
    perform(
        "import_files",
        {
            "files": [str(file.absolute()) for file in files or ()],
            "template": template,
            "sheet": sheet,
            "account": account,
            "taken": taken,
            "again": again,
            "url": url,
            "query": query,
        },
    )


@app.command("doctor", rich_help_panel=FLOWS)
def doctor_command(
    accounts: Accounts = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
    language: Annotated[str, typer.Option(help="zh-CN 或 en；默认按设置")] = "",
) -> None:
    """体检：缺什么权限、哪些指标会变灰、要做什么；只读，不发消息。Check what is missing and what to do."""
    from tasks.consult import consult

    raise typer.Exit(consult(accounts, as_json=as_json, language=language, say=typer.echo))


@app.command("migrate", rich_help_panel=SERVICES)
def migrate_command() -> None:
    """把运营库升级到本程序的版本；每次运行也会自动升级。Bring the ops database to this release's schema."""
    from tasks.migrate import migrate

    typer.echo(f"migrated: {migrate()}")


@app.command("up", rich_help_panel=SERVICES)
def up_command(
    port: Annotated[int, typer.Option(help="Prefect 服务端口（127.0.0.1）")] = 4200,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="同时启动模拟微信")] = False,
    sandbox_port: Annotated[int, typer.Option(help="模拟微信端口；邮件接收为其后一个端口")] = 8600,
) -> None:
    """启动 Prefect 服务、注册全部部署、启动 worker。Start server, deployments and worker."""
    address = serve.up(
        settings.load(), port=port, sandbox_port=sandbox_port if sandbox else None, say=typer.echo
    )
    typer.echo(f"UI: {address}   stop: make down")


@app.command("down", rich_help_panel=SERVICES)
def down_command() -> None:
    """停止 up 启动的进程，且只停止这些。End exactly what `up` started."""
    ended = serve.down(settings.load(), typer.echo)
    typer.echo(f"{ended} processes ended" if ended else "nothing was running")


@app.command("sandbox", rich_help_panel=SERVICES)
def sandbox_command(
    port: Annotated[int, typer.Option(help="监听端口（127.0.0.1）；0 为任意空闲端口")] = 8600,
    persons: Annotated[int, typer.Option(min=200, help="模拟世界的人数")] = 5000,
    seed: Annotated[int, typer.Option(help="随机种子；同一种子得到同一个世界")] = 7,
    today: Annotated[str, typer.Option(help="模拟世界的今天，YYYY-MM-DD；默认真实的今天")] = "",
    mail_port: Annotated[int, typer.Option(help="邮件接收端口；0 为任意空闲端口")] = 0,
    mail_dir: Annotated[
        Path | None, typer.Option(help="收到的邮件写入此目录；默认 data/sandbox/mail")
    ] = None,
    drift: Annotated[
        list[str] | None, typer.Option(help="使某 KPI 的进度偏离计划，如 open_rate=0.7；可重复给出")
    ] = None,
    accident: Annotated[
        list[str] | None,
        typer.Option(help="意外：类型:起:止[:强度]，如 checkout_broken:2026-07-20:2026-07-23:0.9"),
    ] = None,
    fault: Annotated[
        list[str] | None, typer.Option(help="故障：类型:路径前缀[:日期]，如 late:/datacube/getusersummary")
    ] = None,
    files_dir: Annotated[
        Path | None,
        typer.Option(help="把品牌的导入文件（GMV、费用、活动、埋点……）写入此目录，供 import 收取"),
    ] = None,
    ready_file: Annotated[Path | None, typer.Option(help="启动后把实际端口写入此文件（JSON）")] = None,
) -> None:
    """启动模拟微信：OA、小程序、小店、企微、机器人与邮件。Serve the simulated WeChat on loopback."""
    simulate.sandbox(
        port=port,
        persons=persons,
        seed=seed,
        today=today,
        mail_port=mail_port,
        mail_dir=mail_dir or settings.load().data_dir / "sandbox" / "mail",
        drift=drift or [],
        accidents=accident or [],
        faults=fault or [],
        files_dir=files_dir,
        ready_file=ready_file,
        say=typer.echo,
    )


@app.command("demo", rich_help_panel=SERVICES)
def demo_command(
    keep: Annotated[bool, typer.Option("--keep", help="结束后保持运行，直到 Ctrl-C")] = False,
    persons: Annotated[int, typer.Option(min=300, help="模拟世界的人数")] = 5000,
    days: Annotated[int, typer.Option(min=30, max=120, help="回补天数")] = 100,
) -> None:
    """在模拟微信上完整演示一遍主要工作。The main job end to end, in two minutes."""
    from tasks.demonstrate import demonstrate

    raise typer.Exit(demonstrate(settings.load(), persons=persons, days=days, keep=keep, say=typer.echo))


@app.command("resend", rich_help_panel=SERVICES)
def resend_command(
    date: Annotated[str, typer.Option(help="某日日报：业务日期，如 2026-07-25")] = "",
    week: Annotated[str, typer.Option(help="某周复盘：业务周，如 2026-W30")] = "",
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="只发给这一处，如 mail:ops@example.com，可重复给出；默认路由上的所有人"),
    ] = None,
    compare_to: Annotated[str, typer.Option(help="复盘与哪一周比较，同原来的运行")] = "previous",
    accounts: Annotated[
        list[str] | None, typer.Option("--accounts", help="复盘只看这些账号，同原来的运行")
    ] = None,
) -> None:
    """再次发送某日日报或某周复盘（人工要求）。Send a day's digest or a week's retrospective again."""
    if bool(date) == bool(week):
        raise typer.BadParameter("请给出 --date 或 --week 之一 (give either --date or --week)")
    if date and (accounts or compare_to != "previous"):
        raise typer.BadParameter("--accounts 与 --compare-to 只用于 --week (they go with --week only)")
    if date:
        from tasks.send import resend_digest

        done = resend_digest(calendars.resolve_date(date, calendars.now()), to or ())
    else:
        from tasks.retell import resend_retrospective

        done = resend_retrospective(week, compare_to, accounts or (), to or ())
    lost = 0
    for delivery in done:
        typer.echo(f"{delivery.channel} → {delivery.recipient}: {delivery.status} {delivery.detail}")
        lost += delivery.status != "sent"
    raise typer.Exit(1 if lost else 0)


@app.command("rotate-key", rich_help_panel=SERVICES)
def rotate_key_command(
    force: Annotated[
        bool, typer.Option("--force", help="Prefect 中仍有显示为运行中的流程（如已崩溃的）也继续")
    ] = False,
) -> None:
    """更换密钥：人员键、原始数据与令牌由 WECHAT_OPS_SECRET_KEY 改用 WECHAT_OPS_NEW_SECRET_KEY。Change the key.

    运行期间不得有流程在写入：Prefect 服务中仍在运行的流程会使本命令拒绝执行；从命令行直接启动的流程无法查到，请自行确认
    已停止。中断后以同样的两个密钥再次运行即可；完成后把新密钥写入 WECHAT_OPS_SECRET_KEY。

    No flow may write meanwhile: those that the Prefect server knows to run are refused, others you must stop
    yourself. Killed half-way, run it again with the same two keys; at the end, set the new one.
    """
    with serve.prefect_api_if_up(settings.load()):
        # Prefect reads its settings while it is imported, so the server is found before.
        from tasks.rotate import rotate_key

        rotate_key(typer.echo, force=force)


@app.command("new-key", rich_help_panel=SERVICES)
def new_key_command() -> None:
    """生成一个 WECHAT_OPS_SECRET_KEY。Print a fresh secret key."""
    typer.echo(secrets.token_urlsafe(32))


def perform(name: str, parameters: dict[str, Any]) -> None:
    """Run the flow of that name to its final state and turn that into an exit code."""
    config = settings.load()
    config.accounts(parameters.get("accounts"))
    # Prefect reads its settings while it is imported, so the server is found or started before.
    with serve.prefect_api(config, typer.echo):
        from prefect import tags
        from prefect.exceptions import ParameterTypeError

        flow = getattr(importlib.import_module(f"flows.{name}"), name)
        try:
            flow.validate_parameters(parameters)
        except ParameterTypeError as error:
            raise ConfigurationError(str(error)) from None

        async def to_the_end() -> Any:
            with tags("wechat-ops", flow.name):
                return await flow(**parameters, return_state=True)

        state = asyncio.run(to_the_end())
    if state.is_completed():
        typer.echo(f"done: {state.message}")
        return
    typer.echo(f"failed: {state.message}", err=True)
    raise typer.Exit(2 if "ConfigurationError" in (state.message or "") else 1)


def main() -> None:
    """Entry point; an error of ours is one clear line, not a traceback."""
    try:
        app()
    except ConfigurationError as error:
        typer.echo(f"configuration: {error}", err=True)
        raise SystemExit(2) from None
    except OpsError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
