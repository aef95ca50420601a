"""Incident clock: the plan's hour to take down and two to recover, watched every ten minutes.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from prefect import flow
from prefect.states import State

from tasks import settings
from tasks.clock import clock_incidents, clock_name, ticked


@flow(name="incident-clock", flow_run_name=clock_name)
async def incident_clock() -> State[str]:
    """事件时钟：事件台账中超过时限（下架 1 小时、恢复 2 小时，见 plan.toml）的事件，几分钟内告知负责人。

    只读取已导入的事件，不拉取也不导入数据；同一事件同一等级只告知一次，每日同步不会重复告知。
    """
    return ticked(clock_incidents(), settings.load().language)
