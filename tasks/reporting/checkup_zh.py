"""What the doctor says of the installation, in Chinese: title, found, consequence, the one thing to do."""

from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """The words of one finding; ``{names}`` are filled in."""

    title: str
    found: str
    consequence: str = ""
    remedy: str = ""


NO_FLOW = "任何流程都无法运行"
NO_SCHEDULE = "定时流程不会自己运行"
UNDELIVERED = "{reports} 发不到这里"
AGAIN = "重新启动：make down && make up"
EDIT_PLAYBOOKS = "改 deployments/playbooks.toml"
EDIT_ROUTES = "改 deployments/routes.toml"
NETWORK = "检查本机网络、DNS、代理"
MORE_ROOM = "扩容，或用 WECHAT_OPS_DATA_DIR、WECHAT_OPS_LAKE_URL 换到更大的磁盘"
ROOM = "{folder} 剩 {free:.1f} GB，已用 {used:.1f} GB"

ZH: Mapping[str, Text] = {
    "key.ok": Text("主密钥", "已设置，{length} 个字符"),
    "key.missing": Text(
        "主密钥",
        "WECHAT_OPS_SECRET_KEY 未设置或不足 16 个字符（现为 {length} 个）",
        "任何账号都无法拉取",
        "用 python -m flows new-key 生成，设为 WECHAT_OPS_SECRET_KEY，妥善保存、不再更换",
    ),
    "disk.ok": Text("磁盘", ROOM),
    "disk.days": Text("磁盘", ROOM + "，按近两周的增长还够 {days:,.0f} 天"),
    "disk.low": Text("磁盘", ROOM, "写满后同步会失败", MORE_ROOM),
    "disk.soon": Text("磁盘", ROOM + "，按近两周的增长还够 {days:,.0f} 天", "写满后同步会失败", MORE_ROOM),
    "database.ok": Text("运营库", "{kind}，{milliseconds:.0f} 毫秒"),
    "database.journal": Text(
        "运营库", "{kind}，没有 WAL", "读与写会互相等待", "把库放到支持 WAL 的本地磁盘，不要用网络盘"
    ),
    "database.lost": Text(
        "运营库", "不可用：{error}", NO_FLOW, "核对 WECHAT_OPS_DATABASE_URL，以及数据库服务是否在运行"
    ),
    "schema.ok": Text("库结构", "版本 {revision}，已是最新"),
    "schema.none": Text("库结构", "还没有建表", "下一次运行会先自动建好", "python -m flows migrate"),
    "schema.old": Text(
        "库结构", "版本 {revision}，本程序需要 {head}", "下一次运行会先自动升级", "python -m flows migrate"
    ),
    "schema.newer": Text(
        "库结构",
        "版本 {revision}，本程序只认得 {head}",
        NO_FLOW,
        "升级本程序，或恢复与本程序同版本的库",
    ),
    "lake.ok": Text("数据湖", "写入、读回、删除正常，{milliseconds:.0f} 毫秒"),
    "lake.lost": Text(
        "数据湖",
        "不可读写：{error}",
        "拉取的数据无处可存",
        "检查 WECHAT_OPS_LAKE_URL 指向的目录：权限、磁盘、挂载",
    ),
    "tables.ok": Text("数据表", "{count} 张可读，{rows:,} 行，{files:,} 个文件，{size:.2f} GB"),
    "tables.landed": Text(
        "数据表 {name}",
        "读不出来：{error}",
        "用到它的步骤会失败",
        "从备份恢复该目录；没有备份就移走它，再用 python -m flows backfill 重建这段历史",
    ),
    "tables.built": Text(
        "数据表 {name}",
        "读不出来：{error}",
        "用到它的步骤会失败",
        "移走该目录，再用 python -m flows backfill 重建",
    ),
    "plan.ok": Text("运营方案", "{kpis} 个 KPI 与底线，没有问题"),
    "plan.fail": Text("运营方案", "{flaw}", "每日同步到判级时会失败", "改 deployments/plan.toml"),
    "plan.warn": Text("运营方案", "{flaw}", "", "改 deployments/plan.toml"),
    "plan.warnings": Text("运营方案", "{count} 处疑问", "", "逐条查看：python -m flows plan check"),
    "plan.lost": Text("运营方案", "读不进来：{error}", "每日同步到判级时会失败", "改 deployments/plan.toml"),
    "playbooks.ok": Text("做法", "{count} 条，没有问题"),
    "playbooks.strange": Text("做法", "没有这些指标：{names}", "这些做法永远不会出现", EDIT_PLAYBOOKS),
    "playbooks.lost": Text("做法", "读不进来：{error}", "预警与应急预案发不出去", EDIT_PLAYBOOKS),
    "route.ok": Text("路由 {report}", "{count} 个收件人（{channels}）"),
    "route.unused": Text("路由 {report}", "没有收件人"),
    "route.nobody": Text("路由 {report}", "没有收件人", "没有人会收到", "在 deployments/routes.toml 中写上"),
    "routes.example": Text(
        "路由", "{count} 条仍是示例地址 {address}：{reports}", "这些邮件无人收到", EDIT_ROUTES
    ),
    "route.lost": Text("路由", "{error}", "任何报告都发不出去", EDIT_ROUTES),
    "webhook.ok": Text("群机器人 {name}", "{channel} 可达，未发消息"),
    "webhook.unset": Text(
        "群机器人 {name}",
        "密钥 {name} 未设置，或不是网址",
        UNDELIVERED,
        "把完整的 webhook 地址存为密钥 {name}",
    ),
    "webhook.dead": Text(
        "群机器人 {name}",
        "地址已失效（{code}）",
        UNDELIVERED,
        "在群里重新添加机器人，把新地址存为密钥 {name}",
    ),
    "webhook.barred": Text(
        "群机器人 {name}",
        "机器人的安全设置没有放行（{code}）",
        UNDELIVERED,
        "把它的加签（签名校验）密钥存为密钥 {name}_SIGN，并核对 IP 白名单与本机时钟",
    ),
    "webhook.odd": Text(
        "群机器人 {name}", "回答出乎意料（{code}），未能确认", "", "核对密钥 {name} 中的地址"
    ),
    "webhook.lost": Text("群机器人 {name}", "连不上（{code}）", UNDELIVERED, NETWORK),
    "smtp.ok": Text("邮件", "{server} 可达，未发邮件"),
    "smtp.sender": Text(
        "邮件",
        "{server} 可达，但发件人仍是 {sender}",
        "多数收件方会拒收或归入垃圾邮件",
        "设置 WECHAT_OPS_MAIL_SENDER",
    ),
    "smtp.unset": Text("邮件", "没有设置邮件服务器", UNDELIVERED, "设置 WECHAT_OPS_SMTP_HOST"),
    "smtp.refused": Text(
        "邮件",
        "{server} 拒绝了用户或密码（{code}）",
        UNDELIVERED,
        "核对 WECHAT_OPS_SMTP_USER 与 WECHAT_OPS_SMTP_PASSWORD",
    ),
    "smtp.insecure": Text(
        "邮件",
        "{server} 无法按设置加密或登录",
        UNDELIVERED,
        "核对 WECHAT_OPS_SMTP_SECURITY（465 端口 tls，587 端口 starttls）与服务器证书",
    ),
    "smtp.lost": Text(
        "邮件", "连不上 {server}（{code}）", UNDELIVERED, "核对 WECHAT_OPS_SMTP_HOST、_PORT 与网络"
    ),
    "prefect.ok": Text("Prefect", "服务 {version} 可达"),
    "prefect.absent": Text("Prefect", "没有运行中的服务", NO_SCHEDULE, "make up，或设置 PREFECT_API_URL"),
    "prefect.refused": Text("Prefect", "服务要求登录（{code}）", NO_SCHEDULE, "设置 PREFECT_API_AUTH_STRING"),
    "prefect.lost": Text("Prefect", "连不上：{error}", NO_SCHEDULE, AGAIN),
    "worker.ready": Text("Worker", "在线"),
    "worker.not_ready": Text("Worker", "没有在线的 worker", "到点的流程不会开始", AGAIN),
    "worker.paused": Text(
        "Worker",
        "work pool {pool} 已暂停",
        "到点的流程不会开始",
        "prefect work-pool resume {pool}",
    ),
    "worker.none": Text("Worker", "没有 work pool {pool}", "到点的流程不会开始", AGAIN),
    "schedules.ok": Text("定时", "{count} 个，全部开启"),
    "schedules.missing": Text("定时", "未注册：{names}", "界面中没有，也不会定时运行", AGAIN),
    "schedules.paused": Text(
        "定时", "已暂停：{names}", "这些时间点不会运行", "在 Prefect 界面 Deployments 中重新打开"
    ),
    "broken": Text("{what}", "{seconds:.0f} 秒内没有结果", "", "稍后再查；仍如此时看网络与磁盘"),
    "crashed": Text("{what}", "检查本身出错：{error}", "", "属本系统缺陷，请反馈"),
}
