"""Import: what has no API, from files, the landing folder or a warehouse, held against templates and landed once.

The docstring of the flow is the form that ops people see in the UI, so it is written in Chinese.
"""

from typing import Annotated

from prefect import flow
from prefect.states import State
from pydantic import Field

from tasks.bring import bring_files, sources_of
from tasks.recount import import_name, tell


@flow(name="import-files", flow_run_name=import_name)
async def import_files(
    files: list[str] | None = None,
    template: str = "",
    sheet: str = "",
    account: str = "",
    taken: Annotated[str, Field(pattern=r"^(|today|yesterday|\d{4}-\d{2}-\d{2})$")] = "",
    again: bool = False,
    url: str = "",
    query: str = "",
) -> State:
    """导入文件：没有接口的数据（埋点、社群消息、其他店铺订单、内容登记、费用、平台后台导出……）按模板校验后入库。

    可重复运行：同一份文件再导入不会有变化；改正后的文件按主键替换旧行。有问题的行单独存放，其余照常入库；
    有行被隔离或有文件被拒收时，本次运行标为失败，提醒人去看。

    Args:
        files: 文件路径（执行机上的路径）；留空则导入落地目录 data/inbox 中的全部文件
        template: 模板编号，如 events、orders；留空则按表头识别
        sheet: Excel 工作表名称；留空则自动识别
        account: 数据所属账号（accounts.toml 中的名称）；只有一个同类账号时可留空
        taken: 累计值类导出（视频号单篇、已通知内容）的导出日期；留空则取文件名中的日期，其次取文件修改日期
        again: 即使同一份文件导入过也再导入一次
        url: 改为从数据库读取：SQLAlchemy 地址，密码写成 {密钥名}
        query: 从数据库读取时的 select 语句；列名与模板的表头或英文名一致
    """
    sources = sources_of(files or (), template, sheet, account, taken, again, url, query)
    return await tell(await bring_files(sources))
