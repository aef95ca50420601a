"""Doctor: every token, permission, quota, store and channel looked at once, and told in one table.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from prefect import flow
from prefect.states import State

from tasks.check_up import check_up, run_moment, show_checkup, told


@flow(name="doctor", flow_run_name=run_moment)
async def doctor(accounts: list[str] | None = None) -> State:
    """体检：令牌、IP 白名单、每个接口的权限、额度、时钟、磁盘、运营库、数据湖、方案、路由、渠道、定时，逐项检查。

    只读：不写平台、不发消息。每个接口通常只问一次；当天没有可问的（如没有订单的小店）则往前找，最多问 7 天。

    结果是一张表：发现了什么、后果、要做的事。

    Args:
        accounts: 只检查这些账号（accounts.toml 中的名称）；留空为全部账号
    """
    found = await check_up(accounts)
    show_checkup(found)
    return told(found)
