"""Weekly content retrospective: one business week's content story, told the same way every time it is told.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from typing import Annotated

from prefect import flow
from prefect.states import State
from pydantic import Field

from tasks.check import check_facts
from tasks.retell import (
    send_retrospective,
    told_week,
    week_run,
    week_run_name,
    window_of,
    write_retrospective,
)


@flow(name="weekly-content-retrospective", flow_run_name=week_run_name)
async def weekly_content_retrospective(
    week: Annotated[str, Field(pattern=r"^(last|\d{4}-W\d{2})$")] = "last",
    accounts: list[str] | None = None,
    compare_to: Annotated[str, Field(pattern=r"^(previous|\d{4}-W\d{2})$")] = "previous",
    send: bool = True,
    recipients: list[str] | None = None,
) -> State[str]:
    """周内容复盘：本周该停什么、该重复什么、还要再测什么，漏斗断在哪一步，下周做什么。

    可重复运行：页面按周覆盖，同一周对每个收件人只发送一次；任何过去的周都可以重跑，得到那一周现在的数据。

    Args:
        week: 业务周：last（上周，按计划开始时间推算）或 2026-W30 这样的 ISO 周；还没结束的周不能复盘
        accounts: 只看这些账号（accounts.toml 中的名称）；留空为全部账号
        compare_to: 与哪一周比较：previous（前一周）或 2026-W29 这样的 ISO 周
        send: 是否发送；关闭时只生成页面供预览，不发任何消息
        recipients: 只发给这些邮箱；留空按 routes.toml 的 retrospective 路由
    """
    this, that = week_run(week, compare_to)
    doubts = check_facts(window_of(this))
    address = write_retrospective(this, that, accounts or [], doubts)
    sent = send_retrospective(this, that, accounts or [], doubts, recipients or []) if send else []
    return told_week(this, address, sent)
