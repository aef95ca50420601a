"""The plan on the command line: check it, see where it stands, and which versions were judged by."""

from typing import Annotated

import typer

from tasks import calendars, serve, settings
from tasks.errors import ConfigurationError
from tasks.settings import Settings

LANGUAGES = ("zh-CN", "en")
plan = typer.Typer(
    no_args_is_help=True,
    help="运营方案：检查、进度表、版本。The brand's plan: check it, its pace table, its versions.",
)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]
Language = Annotated[str, typer.Option(help="zh-CN 或 en；默认按设置")]


@plan.command("check")
def check_command(
    strict: Annotated[bool, typer.Option("--strict", help="有警告也以 1 退出")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="列出全部检查规则，不检查")] = False,
    as_json: AsJson = False,
    language: Language = "",
) -> None:
    """检查方案：写错的键、前后矛盾、超过平台上限、达不到的速度；每条给出双方数字与改法。Lint the plan.

    退出码：0 可用（可有警告）；1 有错误，--strict 时有警告也是；2 用法或其他配置有误。
    Exit codes: 0 usable, warnings or not; 1 errors, with --strict warnings too; 2 wrong usage or other configuration.
    """
    from tasks import planning

    here = installation(language)
    if explain:
        planning.explain(here, typer.echo)
        return
    today = calendars.business_date(calendars.now())
    raise typer.Exit(planning.check(here, today, strict=strict, as_json=as_json, say=typer.echo))


@plan.command("show")
def show_command(
    date: Annotated[str, typer.Option(help="业务日期：today、yesterday 或 2026-07-25")] = "yesterday",
    as_json: AsJson = False,
    language: Language = "",
) -> None:
    """某日的进度表：KPI 应到与实际、底线、里程碑；没有数据也能看计划线。The pace table of a day."""
    from tasks import planning

    day = calendars.resolve_date(date, calendars.now())
    planning.show(installation(language), day, as_json=as_json, say=typer.echo)


@plan.command("versions")
def versions_command(as_json: AsJson = False, language: Language = "") -> None:
    """判级用过的方案版本，以及每一版改了什么。Versions of the plan that were judged by, and what each changed."""
    from tasks import planning

    planning.tell_versions(installation(language), as_json=as_json, say=typer.echo)


def installation(language: str) -> Settings:
    """The settings of the running server, else of this process, in the reader's language.

    Raises:
        ConfigurationError: the language is not spoken here.
    """
    serve.adopt_running(settings.load())
    here = settings.load()
    if not language:
        return here
    if language not in LANGUAGES:
        raise ConfigurationError(f"'{language}' is not spoken here: {' or '.join(LANGUAGES)}")
    return here.model_copy(update={"language": language})
