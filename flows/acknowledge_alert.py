"""Acknowledge: somebody has seen an alert and takes care of it.

The docstring of the flow and the model's titles are the form that ops people see in the UI, so they are Chinese.
"""

from prefect import flow
from prefect.states import State

from tasks.respond import Acknowledgement, acknowledge_alerts, response_name, told


@flow(name="acknowledge-alert", flow_run_name=response_name)
async def acknowledge_alert(acknowledgement: Acknowledgement) -> State:
    """确认预警：写明谁已看到、打算怎么处理；确认后不再因无人处理而升级，变差后需要重新确认。

    可重复提交：同一个人再次确认不会有变化。

    Args:
        acknowledgement: 确认哪些预警，由谁确认
    """
    return told(acknowledge_alerts(acknowledgement))
