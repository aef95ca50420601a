# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""How long a Mini Program takes to start, as rows of ``land_mp_load_day``; pure.

Source: https://developers.weixin.qq.com/miniprogram/dev/server/API/data-analysis/others/api_getperformancedata (read
2026-11-22). The page names the module but not the ids of its tables; their Chinese names are the console's.
"""

from collections.abc import Collection

from tasks.errors import UnexpectedShape
from tasks.records import RawResponse
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    day,
    is_delayed,
    listed,
    measure,
    refused,
    text,
)

STAGES = (
    ("下载", "download"),
    ("注入", "inject"),
    ("渲染", "render"),
    ("启动", "launch"),
    ("总耗时", "launch"),
)
"""Word in a table's Chinese name → our word for the stage; the first that fits decides."""


def performance(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Mean time of starting up and of its stages → ``land_mp_load_day``; milliseconds.

    Tables that nobody has described are kept under the platform's id. The stages do not add up to the launch:
    each has a grain of its own.

    Raises:
        UnexpectedShape: tables came, and none of them is the launch.
    """
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    tables = listed(
        block(block(data.get("data"), "body.data").get("body"), "body.data.body"), "tables", optional=True
    )
    rows: list[Json] = []
    metrics: list[str] = []
    for index, table in enumerate(tables):
        where = f"body.data.body.tables[{index}]"
        metric = _stage(table, where, metrics)
        metrics.append(metric)
        for number, line in enumerate(listed(table, "lines", where, optional=True)):
            at = f"{where}.lines[{number}]"
            for place, field in enumerate(listed(line, "fields", at, optional=True)):
                here = f"{at}.fields[{place}]"
                milliseconds = measure(field, "value", here)
                if milliseconds is not None:
                    rows.append(
                        {
                            "account_id": answer.account_id,
                            "business_date": day(field, "refdate", here),
                            "metric": metric,
                            "milliseconds": milliseconds,
                        }
                    )
    if tables and "launch" not in metrics:
        raise UnexpectedShape(
            f"body.data.body.tables are {', '.join(metrics)}, and none is the time of a launch (启动耗时): the "
            "platform has changed its names or the parser is wrong"
        )
    return Parsed({"land_mp_load_day": rows}, delayed=is_delayed(data))


def _stage(table: Json, where: str, taken: Collection[str]) -> str:
    """Our word for what a table times; the platform's own for one that nobody has described."""
    name = text(table, "zh", where) or ""
    known = next((stage for word, stage in STAGES if word in name), "")
    return known if known and known not in taken else text(table, "id", where) or name
