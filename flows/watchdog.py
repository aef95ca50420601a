"""Watchdog: whether yesterday was measured and told in time, looked at from inside Prefect.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, Failed, State
from pydantic import Field

from tasks.wake import look_and_tell, watch_name


@flow(name="watchdog", flow_run_name=watch_name)
async def watchdog(limit: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")] = "13:00") -> State[str]:
    """看门狗：昨日数据到点仍未取得、日报没有送达、或磁盘快满时，告知 delivery_failure 路由上的人；一切正常则不作声。

    由自动化在每日同步迟迟没有完成时启动；同一问题每天最多告知一次。整个 Prefect 停摆时它也不会运行，
    所以另请用 cron 运行 python -m flows watchdog。

    Args:
        limit: 到几点（北京时间）为止，如 13:00
    """
    found = look_and_tell(limit)
    return Failed(message="; ".join(found)) if found else Completed(message="all is well")
