"""The templates as files to fill in: a CSV and a workbook of each, with an example row and notes on every column.

The example row is recognised when it is left in, and not loaded. Exports of consoles, which nobody fills in, have none.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from tasks.sources.files.templates import Column, Template

NOTES = ("列", "必填", "格式", "可填的值", "示例", "说明")
FORMATS = {
    "text": "文字",
    "date": "日期，如 2026-07-24",
    "moment": "时间，如 2026-07-24 08:05:31（北京时间）",
    "integer": "整数",
    "number": "数字",
    "cny": "金额，元，最多两位小数",
    "share": "占比，如 12.5%",
    "minutes": "时长，分钟",
    "seconds": "时长，秒",
    "yes_no": "是 / 否",
    "person": "人的编号",
    "json": "JSON 对象",
}
CHOOSABLE = 1000
"""Rows of a workbook that offer the values to choose from."""


def write_samples(folder: Path, templates: Iterable[Template]) -> list[Path]:
    """Write both files of every template into ``folder``; where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for template in templates:
        table, book = folder / f"{template.template_id}.csv", folder / f"{template.template_id}.xlsx"
        _write_csv(table, template)
        _write_workbook(book, template)
        written += [table, book]
    return written


def _write_csv(path: Path, template: Template) -> None:
    columns = template.columns.values()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.header for column in columns])
        if template.has_example:
            writer.writerow([column.example for column in columns])


def _write_workbook(path: Path, template: Template) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8F5E9", "bottom": 1})
        needed = book.add_format({"bold": True, "bg_color": "#C8E6C9", "bottom": 1})
        # As text throughout: Excel cuts long numbers and turns codes into dates.
        text = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("数据")
        notes = book.add_worksheet("说明")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(template.columns.values()):
            sheet.set_column(place, place, max(12, 2 * len(column.header)), text)
            sheet.write_string(0, place, column.header, needed if column.required else bold)
            if template.has_example:
                sheet.write_string(1, place, column.example, text)
            if labels := _labels(column):
                sheet.data_validation(
                    1, place, CHOOSABLE, place,
                    {"validate": "list", "source": labels, "error_type": "warning" if column.open else "stop"},
                )  # fmt: skip
        notes.write_string(0, 0, f"{template.title}（{template.template_id}）：{template.description}")
        notes.write_string(
            1,
            0,
            "深色表头为必填。"
            + (
                "第 2 行是示例，可删除；留着也不会被导入。"
                if template.has_example
                else "通常不必手填：直接导入下载的文件。"
            )
            + "列的顺序可以改变，多余的列会被忽略。",
        )
        notes.write_row(3, 0, NOTES, bold)
        notes.set_column(0, 4, 18, wrapped)
        notes.set_column(5, 5, 60, wrapped)
        for line, column in enumerate(template.columns.values(), start=4):
            notes.write_row(line, 0, _noted(column))


def _labels(column: Column) -> list[str]:
    if column.type == "yes_no":
        return ["是", "否"]
    return [labels[0] for labels in column.choices.values()]


def _noted(column: Column) -> tuple[str, ...]:
    values = " / ".join(_labels(column)) + ("，或其他" if column.open else "")
    return (
        column.header,
        "必填" if column.required else "",
        FORMATS[column.type],
        values,
        column.example,
        column.description,
    )
