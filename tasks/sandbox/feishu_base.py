"""The brand's Bitable base: what its teams write down by hand about the sandbox's world.

Three tables: the content register (a record for each article, from its brief on, and for what goes to other
channels), the project tasks, the budget lines. Cells are in the shapes in which Bitable tells them; an empty
cell, and a checkbox that was never ticked, is not there at all.

Source:
    https://open.feishu.cn/document/docs/bitable-v1/app-table-record/bitable-record-data-structure-overview,
    read 2026-11-22.
"""

import datetime as dt
import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tasks.calendars import SHANGHAI, business_date, from_epoch, moment_on, start_of
from tasks.sandbox import feishu_lists as lists
from tasks.sandbox.world.articles import WORDINGS

if TYPE_CHECKING:
    from tasks.sandbox.world import World

APP_TOKEN = "NQRxbRkBMa6OnZsjtERcxhNWnNh"  # noqa: S105
REGISTER, TASKS, BUDGET = "tbl0xe5g8PP3U3cS", "tblsRc9GRRXKqhvW", "tblTkwHZWpFk9Ba2"
TYPES = {
    "Text": 1,
    "Number": 2,
    "Progress": 2,
    "Currency": 2,
    "SingleSelect": 3,
    "DateTime": 5,
    "Checkbox": 7,
    "User": 11,
    "Url": 15,
    "Formula": 20,
    "AutoNumber": 1005,
}
"""Kind of a field on the screen → ``type`` of the API."""
MONTH_DAYS = 365.25 / 12
MILESTONES_OF_THE_PLAN = 36


@dataclass(frozen=True)
class Field:
    """One column: its name and its kind on the screen."""

    name: str
    ui_type: str


@dataclass(frozen=True)
class Record:
    """One row: its cells by field name."""

    record_id: str
    made_at: dt.datetime
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One table of the base."""

    table_id: str
    name: str
    fields: tuple[Field, ...]
    records: Sequence[Record]
    views: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """View id → field and value that a record must have to be seen in it."""


def base_of(world: "World", now: dt.datetime) -> dict[str, Table]:
    """The base's tables by id, as they stand at ``now``."""
    tables = (_register(world, now), _tasks(world, business_date(now)), _budget(world, business_date(now)))
    return {table.table_id: table for table in tables}


def text_cell(words: str) -> list[dict[str, str]]:
    """Text: an array of segments."""
    return [{"text": words, "type": "text"}]


def day_cell(day: dt.date) -> int:
    """A date: milliseconds of 00:00 in Shanghai."""
    return int(start_of(day).timestamp() * 1000)


def person_cell(name: str) -> list[dict[str, str]]:
    """A person, as the API tells them to an app that may not read the address book."""
    return [
        {"avatar_url": "", "email": "", "en_name": name, "id": f"ou_{_hash(name, size=32)}", "name": name}
    ]


def formula_cell(number: float) -> dict[str, Any]:
    """What a formula came to: always a list, and its type beside it."""
    return {"type": 2, "ui_type": "Number", "value": [number]}


def _record(made: dt.date, name: str, cells: Mapping[str, Any]) -> Record:
    kept = {title: cell for title, cell in cells.items() if cell is not None and cell is not False}
    return Record(f"rec{_hash(name, size=11)}", moment_on(made, dt.time(10)), kept)


def _hash(*parts: object, size: int) -> str:
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()[:size]


def _chosen(dice: random.Random, shares: Sequence[tuple[str, float]]) -> str:
    return dice.choices([name for name, _ in shares], [share for _, share in shares])[0]


def _register(world: "World", now: dt.datetime) -> Table:
    fields = (
        Field("标题", "Text"),
        Field("内容编号", "AutoNumber"),
        Field("渠道", "SingleSelect"),
        Field("账号", "Text"),
        Field("内容类型", "SingleSelect"),
        Field("金字塔层级", "SingleSelect"),
        Field("是否原创", "Checkbox"),
        Field("来源", "SingleSelect"),
        Field("模板", "SingleSelect"),
        Field("场景", "SingleSelect"),
        Field("形式", "SingleSelect"),
        Field("发布时点", "Number"),
        Field("所属活动", "Text"),
        Field("立项日期", "DateTime"),
        Field("发布日期", "DateTime"),
        Field("作者", "User"),
        Field("成本（元）", "Currency"),
        Field("内容链接", "Url"),
        Field("图文ID", "Text"),
        Field("制作周期（天）", "Formula"),
        Field("备注", "Text"),
    )
    records = [*_articles(world, now), *_elsewhere(world, business_date(now))]
    records.sort(key=lambda record: (record.made_at, record.record_id))
    return Table(REGISTER, "内容登记表", fields, records, {"vewOaOnly01": ("渠道", "公众号")})


def _articles(world: "World", now: dt.datetime) -> Iterator[Record]:
    """The articles of the Official Account, those in the making included: they have no address yet."""
    for row in world.rows("select * from oa_article order by article_no"):
        number, day = row["article_no"], row["publish_date"]
        dice = random.Random(f"{world.seed}:register:{number}")  # noqa: S311
        cells, brief = _labels(world, dice, row["kind"], day, _template(row["kind"], row["title"]))
        if brief > business_date(now):
            continue
        is_out = from_epoch(row["published_at"]) <= now
        yield _record(
            brief,
            f"{world.seed}:article:{number}",
            cells
            | {
                "标题": text_cell(row["title"]),
                "内容编号": f"C{number:05d}",
                "渠道": "公众号",
                "账号": text_cell("品牌服务号"),
                "发布时点": from_epoch(row["published_at"]).astimezone(SHANGHAI).hour,
                "内容链接": {"link": row["url"], "text": row["title"]} if is_out else None,
                "图文ID": text_cell(f"{row['msg_data_id']}_{row['idx']}") if is_out else None,
            },
        )


def _elsewhere(world: "World", today: dt.date) -> Iterator[Record]:
    for offset in range((today - world.start).days):
        day = world.start + dt.timedelta(days=offset)
        for number, (channel, kind, wording) in enumerate(lists.ELSEWHERE):
            dice = random.Random(f"{world.seed}:elsewhere:{offset}:{number}")  # noqa: S311
            if dice.random() > 0.35:
                continue
            cells, brief = _labels(world, dice, kind, day, dice.choice(lists.TEMPLATES[kind]))
            title = wording.format(dice.choice(("护肤", "收纳", "早餐", "徒步", "亲子")))
            yield _record(
                brief,
                f"{world.seed}:elsewhere:{day}:{channel}",
                cells | {"标题": text_cell(title), "内容编号": f"X{offset:04d}{number}", "渠道": channel},
            )


def _template(kind: str, title: str) -> str:
    """The template behind a title of the world."""
    ends = (wording.split("{}") for wording in WORDINGS[kind])
    used = [title.startswith(first) and title.endswith(last) for first, last in ends]
    return lists.TEMPLATES[kind][used.index(True)]


def _labels(
    world: "World", dice: random.Random, kind: str, day: dt.date, template: str
) -> tuple[dict[str, Any], dt.date]:
    """What the register says about one piece beside its name, and the day of its brief."""
    months = max((day - world.plan_start).days / MONTH_DAYS, 0)
    origin = _chosen(dice, lists.ORIGINS.get(kind, lists.ORIGINS[""]))
    brief = day - dt.timedelta(days=dice.choices(range(3, 13), (4, 8, 14, 18, 18, 14, 10, 7, 4, 3))[0])
    is_original = dice.random() < 0.24 + 0.30 * months / MILESTONES_OF_THE_PLAN and origin != "转载"
    cost = dice.randrange(500, 3_001, 50) if origin in {"合作方", "KOC"} else None
    return {
        "内容类型": lists.MATRIX[kind] if dice.random() > 0.03 else None,
        "金字塔层级": _chosen(dice, lists.LAYERS[kind]),
        "是否原创": is_original,
        "来源": origin,
        "模板": template if dice.random() < 0.94 else None,
        "场景": dice.choice(lists.SCENES) if dice.random() < 0.4 else None,
        "形式": lists.FORMATS[kind],
        "所属活动": text_cell(f"F-{day:%Y-%m}") if kind == "interactive" and dice.random() < 0.3 else None,
        "立项日期": day_cell(brief),
        "发布日期": day_cell(day),
        "作者": person_cell(dice.choice(lists.AUTHORS)),
        "成本（元）": cost,
        "制作周期（天）": formula_cell((day - brief).days),
    }, brief


def _tasks(world: "World", today: dt.date) -> Table:
    fields = (
        Field("任务", "Text"),
        Field("任务编号", "AutoNumber"),
        Field("里程碑", "SingleSelect"),
        Field("关联指标", "Text"),
        Field("负责人", "User"),
        Field("状态", "SingleSelect"),
        Field("开始日期", "DateTime"),
        Field("截止日期", "DateTime"),
        Field("完成日期", "DateTime"),
        Field("进度", "Progress"),
        Field("受阻原因", "Text"),
    )
    records = []
    for number, task in enumerate(lists.TASKS, start=1):
        dice = random.Random(f"{world.seed}:task:{number}")  # noqa: S311
        start, due = (
            world.plan_start + dt.timedelta(days=round(month * MONTH_DAYS))
            for month in (task.start_month, task.due_month)
        )
        done = due + dt.timedelta(days=dice.choice((-6, -3, -1, 0, 0, 2, 12)))
        is_done, is_blocked = done < today, dice.random() < 0.1
        status = "已完成" if is_done else "未开始" if today < start else "受阻" if is_blocked else "进行中"
        part = min(max((today - start).days / max((done - start).days, 1), 0), 1)
        records.append(
            _record(
                world.plan_start,
                f"{world.seed}:task:{number}",
                {
                    "任务": text_cell(task.title),
                    "任务编号": str(number),
                    "里程碑": task.milestone,
                    "关联指标": text_cell(task.metric) if task.metric else None,
                    "负责人": person_cell(lists.OWNERS[task.owner]),
                    "状态": status,
                    "开始日期": day_cell(start),
                    "截止日期": day_cell(due),
                    "完成日期": day_cell(done) if is_done else None,
                    "进度": round(part, 2),
                    "受阻原因": text_cell("等待供应商排期，需采购跟进") if status == "受阻" else None,
                },
            )
        )
    return Table(TASKS, "项目任务", fields, records, {"vewDone0001": ("状态", "已完成")})


def _budget(world: "World", today: dt.date) -> Table:
    fields = (
        Field("科目名称", "Text"),
        Field("科目编号", "SingleSelect"),
        Field("周期", "Text"),
        Field("计划金额（元）", "Currency"),
        Field("领域", "SingleSelect"),
        Field("公域或私域", "SingleSelect"),
        Field("短期或长期", "SingleSelect"),
        Field("核心或创新", "SingleSelect"),
        Field("刚性或弹性", "SingleSelect"),
        Field("已花费", "Currency"),
        Field("执行率", "Formula"),
    )
    records = []
    for quarter in range(1, 5):
        first = dt.date(today.year, quarter * 3 - 2, 1)
        passed = min(max((today - first).days / 91, 0), 1)
        for line in lists.BUDGET:
            dice = random.Random(f"{world.seed}:budget:{first}:{line.name}")  # noqa: S311
            planned = round(line.yearly(world.persons) / 4, 2)
            spent = round(planned * passed * dice.uniform(0.85, 1.12), 2)
            records.append(
                _record(
                    dt.date(today.year, 1, 1),
                    f"{world.seed}:budget:{first}:{line.name}",
                    {
                        "科目名称": text_cell(line.name),
                        "科目编号": line.name,
                        "周期": text_cell(f"{today.year}-Q{quarter}"),
                        "计划金额（元）": planned,
                        "领域": line.domain,
                        "公域或私域": line.reach,
                        "短期或长期": line.horizon,
                        "核心或创新": line.effort,
                        "刚性或弹性": line.nature,
                        "已花费": spent or None,
                        "执行率": formula_cell(round(spent / planned, 4)),
                    },
                )
            )
    return Table(BUDGET, "预算", fields, records)
