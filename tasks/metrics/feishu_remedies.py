"""What to do about a Feishu table that could not be read, in Chinese; pure.

Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search and
https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code (read 2026-11-22).
"""

import re

BUSY = "飞书繁忙，稍后会再取"
PACE = "调用过快，稍后会再取"
BUG = "请求有误，属本系统缺陷，请反馈"
TOKEN = "tenant_access_token 被拒，换新后仍被拒：检查 base_url 与应用是否已停用"
SECRET = "核对 app_id 与 App Secret（飞书开放平台 → 应用 → 凭证与基础信息）；重试无用"
BASE = (
    "核对 deployments/accounts.toml 中该表的 app_token：即多维表格网址 /base/ 之后的一段；知识库（/wiki/）中的表格"
    "请先作为多维表格打开"
)
TABLE = "核对 deployments/accounts.toml 中该表的 table_id：即网址中 table= 之后的一段"
COLLABORATOR = (
    "把应用加入该多维表格：多维表格右上角 →「…」→「…更多」→「添加文档应用」；开了高级权限的，须给“可管理”权限。"
    "开通前重试无用"
)
EMPTY = (
    "没有数据；若表中有记录，则是应用没有高级权限：请在多维表格右上角 →「…」→「添加文档应用」给“可管理”权限"
)
FEISHU = {
    "10003": SECRET,
    "10014": SECRET,
    "10015": SECRET,
    "91402": BASE,
    "91403": COLLABORATOR,
    "1254002": BUSY,
    "1254003": BASE,
    "1254004": TABLE,
    "1254036": "多维表格正在复制，稍后会再取",
    "1254040": BASE,
    "1254041": TABLE,
    "1254045": "刚列出的列读不到：列刚被改名，下次运行会用新名；或开了高级权限而应用没有“可管理”权限",
    "1254290": PACE,
    "1254291": "表格正被其他调用修改，稍后会再取",
    "1254302": COLLABORATOR,
    "1254304": COLLABORATOR,
    "1254607": "多维表格尚未处理完先前的修改，稍后会再取",
    "1255040": "多维表格处理超时，稍后会再取",
    "99991400": PACE,
    "99991401": "把本服务器的 IP 加入白名单（飞书开放平台 → 应用 → 安全设置 → IP 白名单），再重新运行",
    "99991429": PACE,
    "99991661": TOKEN,
    "99991663": TOKEN,
    "99991668": TOKEN,
    "99991672": "为应用开通 bitable:app:readonly（飞书开放平台 → 应用 → 权限管理），并发布应用版本；开通前重试无用",
    "ShortAnswer": "能载入的记录或某一列比上次少得多，未采信，仍用上次的数据；若确实删除了，请设 "
    "WECHAT_OPS_BELIEVE_SHORT 为该接口再运行一次（{message}）",
    **dict.fromkeys(
        ["1254000", "1254001", "1254011", "1254016", "1254018", "1254024", "1254030", "99992402"], BUG
    ),
    **dict.fromkeys(map(str, range(1255001, 1255006)), BUSY),
}
LEFT_OUT = "{n} 条记录未载入（共 {total} 条）：{who}。请在多维表格中更正，其余已载入"
LINKED = "{n} 个关联列未读取（{who}）：其中只有记录编号，请改用查找引用列"

_LEFT_OUT = re.compile(r"(?P<n>\d+) of (?P<total>\d+) records left out \((?P<who>[^)]*)\)")
_LINKED = re.compile(r"(?P<n>\d+) columns that only link to records \((?P<who>[^)]*)\)")


def notes(message: str) -> list[str]:
    """What a person should know beside a table that was read."""
    return [
        words.format(**found.groupdict())
        for words, pattern in ((LEFT_OUT, _LEFT_OUT), (LINKED, _LINKED))
        for found in pattern.finditer(message)
    ]
