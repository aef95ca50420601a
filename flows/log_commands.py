"""Commands of the logbook, the watchdog and bounced mails: they answer at once, since they need no Prefect."""

from typing import Annotated

import typer

FLOWS, SERVICES = "流程 Flows", "服务 Services"
commands = typer.Typer()


@commands.command("record-action", rich_help_panel=FLOWS)
def record_action_command(
    about: Annotated[
        str, typer.Option(help="指标编号，如 oa_open_rate；或预警事项的编号，如 milestone:MS-04")
    ] = "",
    kind: Annotated[
        str,
        typer.Option(
            help="cause_analysis 原因分析，catch_up_plan 追赶计划，reallocate 调配资源，"
            "emergency_plan 应急预案，other 其他"
        ),
    ] = "other",
    text: Annotated[str, typer.Option(help="做什么，一句话")] = "",
    owner: Annotated[str, typer.Option(help="负责人")] = "",
    recorded_by: Annotated[str, typer.Option(help="登记人")] = "",
    due_date: Annotated[str, typer.Option(help="截止日期，如 2026-08-01")] = "",
    alert_date: Annotated[str, typer.Option(help="回应哪一天的预警；默认该指标最近一次未恢复的预警")] = "",
    done: Annotated[bool, typer.Option("--done", help="已完成")] = False,
    outcome: Annotated[str, typer.Option(help="带来了什么")] = "",
    action_id: Annotated[
        str, typer.Option(help="行动编号：把该行动标为完成（--done）或补填结果；不写则登记新行动")
    ] = "",
) -> None:
    """登记行动：针对预警做什么、谁做；同样的内容再登记一次不会多一行。Record what is done about an alert.

    例 e.g.: record-action --about oa_open_rate --kind cause_analysis --text "标题 A/B 测试"
    --owner 内容组 --recorded-by 张三

    完成 done: record-action --action-id a-1f2e3d4c5b --done --outcome "打开率回升 2 个百分点"
    """
    given = {"about": about, "kind": kind, "text": text, "owner": owner, "recorded_by": recorded_by,
             "due_date": due_date or None, "alert_date": alert_date or None, "done": done, "outcome": outcome,
             "action_id": action_id}  # fmt: skip
    from tasks.logbook import log_action

    typer.echo(log_action(given))


@commands.command("record-decision", rich_help_panel=FLOWS)
def record_decision_command(
    title: Annotated[str, typer.Option(help="决定了什么")] = "",
    decided_by: Annotated[str, typer.Option(help="决策人或小组")] = "",
    decided_on: Annotated[str, typer.Option(help="决策日期，如 2026-07-21；默认今天")] = "",
    evidence: Annotated[
        list[str] | None,
        typer.Option(
            "--evidence",
            help="依据，可重复给出：报告链接，或编号 digest-2026-07-20、oa_open_rate@2026-07-20、oa_open_rate",
        ),
    ] = None,
    expected_effect: Annotated[str, typer.Option(help="预计哪个指标在何时变成多少")] = "",
    outcome: Annotated[str, typer.Option(help="open 待评估，right 有效，wrong 无效")] = "open",
    reviewed_on: Annotated[str, typer.Option(help="复盘日期；填写结果时默认今天")] = "",
    decision_id: Annotated[
        str, typer.Option(help="决策编号：补充已有决策，或用这个编号登记；不写则自动编号")
    ] = "",
) -> None:
    """登记决策：决定了什么、依据什么；没有依据的也请登记。Record a decision, with or without evidence.

    例 e.g.: record-decision --title "周三推文改为成分科普" --decided-by 内容组 --evidence oa_open_rate@2026-07-20

    复盘 review: record-decision --decision-id d-1f2e3d4c5b --outcome right
    """
    given = {"title": title, "decided_by": decided_by, "decided_on": decided_on or None,
             "evidence": evidence or (), "expected_effect": expected_effect, "outcome": outcome,
             "reviewed_on": reviewed_on or None, "decision_id": decision_id}  # fmt: skip
    from tasks.logbook import log_decision

    typer.echo(log_decision(given))


@commands.command("watchdog", rich_help_panel=SERVICES)
def watchdog_command(
    limit: Annotated[str, typer.Option(help="昨日最迟几点（北京时间）前必须计算并送达")] = "13:00",
    min_free_gb: Annotated[float, typer.Option(min=0, help="磁盘剩余少于多少 GB 即告警")] = 2.0,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """看门狗（供 cron 调用，不需要 Prefect）：什么都没跑时告知；一切正常则不作声。Tell when nothing has run.

    检查：昨日数据是否已计算、日报是否送达、Prefect 服务是否应答、磁盘是否快满。同一问题每天最多告知一次，
    收件人为 routes.toml 的 [delivery_failure]，为空则 [alerts.fallback]。

    退出码 exit codes: 0 正常 all is well；1 有问题 something stands still；2 用法或配置有误 wrong usage.
    """
    from tasks import watch

    raise typer.Exit(watch.watchdog(limit=limit, min_free_gb=min_free_gb, as_json=as_json, say=typer.echo))


@commands.command("bounces", rich_help_panel=SERVICES)
def bounces_command() -> None:
    """退信（供 cron 调用，不需要 Prefect）：读取退回的邮件，记入投递台账，并在其他渠道告知。Take in bounced mails.

    读取 WECHAT_OPS_BOUNCE_MAILDIR（发件地址的 Maildir）中的投递失败通知（RFC 3464），处理后标为已读；其余邮件不动。

    退出码 exit codes: 0 没有新退信 nothing came back；1 有退信 something did；2 配置有误 wrong configuration.
    """
    from tasks.bounced import take_in_bounces

    raise typer.Exit(take_in_bounces(typer.echo))
