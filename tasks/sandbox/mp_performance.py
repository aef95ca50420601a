"""How fast the simulated Mini Program is.

Source:
    https://developers.weixin.qq.com/miniprogram/dev/server/API/data-analysis, read 2026-11-22; the names of
    the modules come from SDK comments.
"""

import json
from typing import Any

from tasks.calendars import Window, business_date, from_epoch
from tasks.sandbox.figures import late_days
from tasks.sandbox.routing import ApiError, Call, Handler

PLAIN = "%Y%m%d"
MODULES = {
    "10016": (("open_rate", "打开率", "launch"),),
    "10017": (
        ("launch", "启动总耗时", "launch"),
        ("download", "下载耗时", "download"),
        ("inject", "注入耗时", "inject"),
    ),
    "10021": (("switch", "页面切换耗时", "switch"),),
    "10022": (("memory", "内存均值", "memory"), ("memorydiff", "内存增长均值", "memory")),
    "10023": (("memory_error", "内存异常", "memory"),),
}
SCALES = {"open_rate": 1 / 1600, "memorydiff": 0.23, "memory_error": 0.01}
COST_TYPES = {1: "launch", 2: "download", 3: "render", 4: "inject", 5: "switch"}


def _loads(call: Call, metric: str, begin: int, end: int) -> list[tuple[str, float]]:
    first, last = (business_date(from_epoch(moment)) for moment in (begin, end))
    if end < begin or (last - first).days > 30:
        raise ApiError(40097, "invalid args")
    asked = [day for day in Window.ending(last, (last - first).days + 1).days() if day < call.today]
    late = late_days(call, asked) if asked else frozenset()
    return [
        (row["load_date"].strftime(PLAIN), row["milliseconds"])
        for row in call.world.by("mp_load", "metric")[metric]
        if row["load_date"] in asked and row["load_date"] not in late
    ]


def boot_performance(call: Call) -> dict[str, Any]:
    """Start-up, switching and memory by day; values are text."""
    tables, asked = MODULES.get(str(call.body.get("module"))), call.body.get("time")
    if not tables or not isinstance(asked, dict):
        raise ApiError(40097, "invalid args")
    begin, end = (int(asked.get(name) or 0) for name in ("begin_timestamp", "end_timestamp"))
    body = [
        {
            "id": table,
            "lines": [
                {
                    "fields": [
                        {
                            "refdate": day,
                            "value": "0" if call.zeros else f"{value * SCALES.get(table, 1):.4f}",
                        }
                        for day, value in _loads(call, metric, begin, end)
                    ]
                }
            ],
            "zh": label,
        }
        for table, label, metric in tables
    ]
    return {"errcode": 0, "errmsg": "ok", "data": {"body": {"tables": body, "count": len(body)}}}


def log_performance(call: Call) -> dict[str, Any]:
    """Cost times by day; the figures are JSON inside a string."""
    kind = call.body.get("cost_time_type")
    if kind not in COST_TYPES:
        raise ApiError(40097, "invalid args")
    begin, end = (int(call.body.get(name) or 0) for name in ("default_start_time", "default_end_time"))
    rows = [
        {"ref_date": day, "cost_time_type": kind, "cost_time": 0 if call.zeros else round(value)}
        for day, value in _loads(call, COST_TYPES[kind], begin, end)
    ]
    text = json.dumps({"list": rows}, separators=(",", ":"))
    return {"default_time_data": text, "compare_time_data": "", "errcode": 0}


ROUTES: dict[str, Handler] = {
    "/wxa/business/performance/boot": boot_performance,
    "/wxaapi/log/get_performance": log_performance,
}
