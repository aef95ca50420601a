"""Commands about what the numbers mean: the catalogue page and the glossary."""

from typing import Annotated

import typer

commands = typer.Typer()


@commands.command("catalogue", rich_help_panel="流程 Flows")
def catalogue_command() -> None:
    """写出指标目录页：每个指标的定义、当日值、走势、负责人与来源。Write the catalogue page; prints its address."""
    from tasks.publish import write_catalogue

    typer.echo(write_catalogue()[0])


@commands.command("glossary", rich_help_panel="流程 Flows")
def glossary_command(
    write: Annotated[bool, typer.Option("--write", help="写入 reports/glossary.md，而不是显示")] = False,
) -> None:
    """由指标目录生成术语表（中英文）。The glossary, made from the metric catalogue."""
    from tasks.publish import glossary_text, write_glossary

    typer.echo(write_glossary() if write else glossary_text())
