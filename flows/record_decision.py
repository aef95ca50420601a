"""Record decision: what was decided, on which evidence, and later how it turned out.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from prefect import flow
from prefect.states import Completed, State

from tasks.forms import DecisionForm
from tasks.record import record_name, record_the_decision


@flow(name="record-decision", flow_run_name=record_name)
async def record_decision(decision: DecisionForm) -> State[str]:
    """登记决策：决定了什么、谁决定、依据哪份报告或预警；复盘时用决策编号回来填写结果。

    同一张表单重复提交只记一行。附有依据的决策计入“数据驱动决策占比”（K-18）。

    Args:
        decision: 决策
    """
    return Completed(message=record_the_decision(decision))
