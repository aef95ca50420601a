"""Snooze: an alert is left alone until a date, for a reason that everybody can read.

The docstring of the flow and the model's titles are the form that ops people see in the UI, so they are Chinese.
"""

from prefect import flow
from prefect.states import State

from tasks.respond import Snooze, response_name, snooze_alerts, told


@flow(name="snooze-alert", flow_run_name=response_name)
async def snooze_alert(snooze: Snooze) -> State:
    """暂缓预警：在指定日期之前不再提醒；期间变差或恢复仍会通知，到期仍落后会再提醒一次。

    可重复提交：同样的内容再次提交不会有变化；提交新的日期则以新的为准。

    Args:
        snooze: 暂缓哪些预警，到哪一天，为什么
    """
    return told(snooze_alerts(snooze))
