"""``python -m flows alerts``: the alerts that are open, acknowledged or snoozed from the command line."""

import datetime as dt
from typing import Annotated

import typer

from tasks import calendars

alerts = typer.Typer(no_args_is_help=False, invoke_without_command=True)

Keys = Annotated[list[str], typer.Argument(help="指标编号，如 oa_open_rate，或 milestone:MS-04；可写多个")]
By = Annotated[str, typer.Option("--by", help="您的姓名，显示在预警旁边")]


@alerts.callback()
def list_command(context: typer.Context) -> None:
    """未恢复的预警：列出、确认、暂缓。List open alerts; acknowledge or snooze them.

    每行：等级、指标、起始日、负责人、期限，以及谁已确认、暂缓到何时。
    A line each: level, KPI, since, owner, due date, who acknowledged it, until when it is snoozed.
    """
    if context.invoked_subcommand is None:
        from tasks.respond import open_alerts

        for line in open_alerts():
            typer.echo(line)


@alerts.command("acknowledge")
def acknowledge_command(
    keys: Keys, by: By, note: Annotated[str, typer.Option(help="打算怎么处理")] = ""
) -> None:
    """确认预警：之后不再因无人处理而升级。Acknowledge alerts: they are not escalated any more."""
    from tasks.respond import Acknowledgement, acknowledge_alerts, sentence

    given = Acknowledgement.model_construct(numbers=" ".join(keys), alerts=[], by=by, note=note)
    for case in acknowledge_alerts.fn(given):
        typer.echo(sentence(case))


@alerts.command("snooze")
def snooze_command(
    keys: Keys,
    until: Annotated[str, typer.Option(help="从这一天起重新提醒，如 2026-08-01；最长 90 天")],
    reason: Annotated[str, typer.Option(help="为什么可以暂缓")],
    by: By,
) -> None:
    """暂缓预警：在此日期前只通知变差与恢复。Snooze alerts: only worse levels and recoveries are told meanwhile."""
    from tasks.respond import Snooze, sentence, snooze_alerts

    day: dt.date = calendars.resolve_date(until, calendars.now())
    given = Snooze.model_construct(numbers=" ".join(keys), alerts=[], by=by, until=day, reason=reason)
    for case in snooze_alerts.fn(given):
        typer.echo(sentence(case))
