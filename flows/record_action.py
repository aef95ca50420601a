"""Record action: what somebody does about an alert, new or done.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from prefect import flow
from prefect.states import Completed, State

from tasks.forms import ActionForm
from tasks.record import record_name, record_the_action


@flow(name="record-action", flow_run_name=record_name)
async def record_action(action: ActionForm) -> State[str]:
    """登记行动：针对预警做什么、谁做、何时完成；做完后用行动编号回来勾选完成。

    同一张表单重复提交只记一行。登记后即计入“市场响应时长”（K-20）。

    Args:
        action: 行动
    """
    return Completed(message=record_the_action(action))
