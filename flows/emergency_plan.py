"""Emergency plan: what the owner of a KPI that turned red finds prepared.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from typing import Annotated

from prefect import flow
from prefect.states import Completed, State
from pydantic import Field

from tasks.prepare import prepare_emergency


@flow(name="emergency-plan", flow_run_name="emergency-plan-{metric}-{date}")
async def emergency_plan(
    metric: str, date: Annotated[str, Field(pattern=r"^(yesterday|\d{4}-\d{2}-\d{2})$")] = "yesterday"
) -> State[str]:
    """应急预案：某 KPI 变红后，按主要原因与适用做法备好预案，并给负责人登记一项“应急预案”行动。

    由自动化在 KPI 变红时启动，也可手工运行；同一 KPI 的同一轮红色只登记一次。

    Args:
        metric: 指标编号，如 browse_to_order
        date: 业务日期：yesterday 或 2026-07-25
    """
    return Completed(message=prepare_emergency(metric, date))
