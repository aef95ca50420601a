"""Backfill: a past window pulled with the platforms' own spans, measured and judged day by day, told to nobody.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from typing import Annotated, Literal

from prefect import flow
from prefect.states import State
from pydantic import Field

from tasks.build import build_facts
from tasks.check import check_facts
from tasks.explain import explain_alerts
from tasks.finish import conclude, run_name, run_window
from tasks.judge import judge_pace
from tasks.measure import measure_metrics
from tasks.pull import Wish, pull_accounts


@flow(name="backfill", flow_run_name=run_name)
async def backfill(
    start: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")],
    end: Annotated[str, Field(pattern=r"^(yesterday|\d{4}-\d{2}-\d{2})$")] = "yesterday",
    accounts: list[str] | None = None,
    sources: list[str] | None = None,
    order: Literal["newest_first", "oldest_first"] = "newest_first",
) -> State:
    """历史补数：补齐一段日期的数据，并逐日计算指标与等级；不发送任何消息。

    可中断、可重复运行：已完成的数据格不会再次拉取；当日配额只用到保留线，用完后次日再运行即接着补。

    Args:
        start: 起始业务日期（含），如 2026-07-01
        end: 结束业务日期（含）：yesterday 或日期
        accounts: 只补这些账号（accounts.toml 中的名称）；留空为全部账号
        sources: 只补这些数据源（endpoints.toml 中的名称，如 oa.user_summary）；留空为全部
        order: newest_first 先补最近的日期；oldest_first 从最早的日期开始
    """
    window = run_window(start, end)
    wish = Wish(sources=tuple(sources or ()), newest_first=order == "newest_first")
    pulled = await pull_accounts(window, accounts, wish)
    touched = build_facts(window)
    check_facts(touched)
    measure_metrics(touched)
    judge_pace(touched)
    explain_alerts(touched)
    return conclude(window, pulled)
