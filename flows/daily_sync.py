"""Daily sync: yesterday's figures pulled, measured, judged against the plan, and told once.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from typing import Annotated, Literal

from prefect import flow
from prefect.states import State
from pydantic import Field

from tasks.build import build_facts
from tasks.check import check_facts
from tasks.explain import explain_alerts
from tasks.finish import conclude, run_day, run_name
from tasks.judge import judge_pace
from tasks.measure import measure_metrics
from tasks.notice import notice_risks
from tasks.pull import Wish, pull_accounts
from tasks.send import send_digest, worth_sending
from tasks.warn import send_alerts
from tasks.write import write_digest


@flow(name="daily-sync", flow_run_name=run_name)
async def daily_sync(
    date: Annotated[str, Field(pattern=r"^(yesterday|\d{4}-\d{2}-\d{2})$")] = "yesterday",
    accounts: list[str] | None = None,
    revise_days: Annotated[int, Field(ge=1, le=30)] | None = None,
    send: Literal["when_complete", "always", "never"] = "when_complete",
) -> State:
    """每日同步：拉取到期数据、建表、检查、计算指标、对照计划判级、写出日报并发送一次。

    可重复运行：每一步只替换自己的数据窗口；同一日期的日报对每个收件人只发送一次。

    Args:
        date: 业务日期：yesterday（昨天，按计划开始时间推算）或 2026-07-25 这样的日期；当天数据次日 8 点后才有
        accounts: 只同步这些账号（accounts.toml 中的名称）；留空为全部账号
        revise_days: 向前重拉多少天的回补数据（1–30）；留空按接口默认（多数 3–8 天，图文 30 个发布日）
        send: 日报与预警：when_complete 当日数据格完整率达到 95% 才发送；always 立即发送；never 不发送
    """
    day = run_day(date)
    pulled = await pull_accounts(day, accounts, Wish(revise_days=revise_days))
    touched = build_facts(day)
    warnings = check_facts(touched)
    measure_metrics(touched)
    judge_pace(touched)
    explain_alerts(day)
    notice_risks(day)
    address = write_digest(day.last, warnings)
    sent = []
    if worth_sending(day, send):
        sent = send_digest(day.last, warnings) + send_alerts(day.last, warnings)
    return conclude(day, pulled, sent, address)
