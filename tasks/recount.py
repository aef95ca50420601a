"""Say what an import did: a sentence for each source, a table, and the run's last word (floor 5)."""

from collections.abc import Sequence

from prefect import runtime
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed, State

from tasks import calendars, settings
from tasks.bring import Brought, inbox
from tasks.finish import scheduled

WORDS = {
    "zh-CN": {
        "known": "{}：已导入过，没有变化（{}）",
        "done": "{} → {}：读取 {:,} 行，新增 {:,}，更新 {:,}，未变 {:,}，重复 {:,}，隔离 {:,}",
        "aside": "；隔离的行在 {}（{}）",
        "unused": "；未使用的列：{}",
        "examples": "；示例行 {} 行未导入",
        "refused": "{}：未导入任何数据。{}",
        "nothing": "没有要导入的文件：把文件放进 {}",
        "fault": "{}：{} ×{}",
        "row": "整行",
        "and": "；",
        "names": "、",
        "columns": ("文件", "模板", "账号", "读取", "新增", "更新", "未变", "重复", "隔离", "说明"),
    },
    "en": {
        "known": "{}: imported before, nothing changed ({})",
        "done": "{} → {}: {:,} rows read, {:,} added, {:,} changed, {:,} unchanged, {:,} repeated, {:,} quarantined",
        "aside": "; quarantined rows are in {} ({})",
        "unused": "; columns not used: {}",
        "examples": "; {} example rows left out",
        "refused": "{}: nothing was loaded. {}",
        "nothing": "there is no file to import: put files into {}",
        "fault": "{}: {} ×{}",
        "row": "whole row",
        "and": "; ",
        "names": ", ",
        "columns": (
            "File", "Template", "Account", "Read", "Added", "Changed", "Unchanged", "Repeated", "Quarantined", "Remark",
        ),
    },
}  # fmt: skip


def import_name() -> str:
    """A run's name: what it was given, and the day it was due."""
    given = runtime.flow_run.parameters
    what = given.get("template") or ("inbox" if not (given.get("files") or given.get("url")) else "files")
    return f"import-{what}-{calendars.business_date(scheduled())}"


def sentence(brought: Brought, language: str) -> str:
    """What became of one source, for a reader."""
    w = WORDS[language]
    done = brought.imported
    if done is None:
        return str(w["refused"]).format(brought.name, brought.refused)
    if brought.is_known:
        return str(w["known"]).format(brought.name, brought.title)
    counts = (done.rows, done.added, done.changed, done.unchanged, done.repeated, done.quarantined)
    said = str(w["done"]).format(brought.name, brought.title, *counts)
    if done.quarantined:
        faults = str(w["and"]).join(
            str(w["fault"]).format(header or w["row"], reason, rows)
            for header, reason, rows in brought.faults
        )
        said += str(w["aside"]).format(done.quarantine, faults)
    if brought.unused:
        said += str(w["unused"]).format(str(w["names"]).join(brought.unused))
    if brought.examples:
        said += str(w["examples"]).format(brought.examples)
    return said


async def tell(brought: Sequence[Brought]) -> State[str]:
    """A table of what was imported, and the run's final state: Failed when a person must look at something."""
    config = settings.load()
    w = WORDS[config.language]
    if not brought:
        return Completed(message=str(w["nothing"]).format(inbox(config)))
    lines = [sentence(entry, config.language) for entry in brought]
    rows = [
        dict(zip(w["columns"], _cells(entry, line), strict=True))
        for entry, line in zip(brought, lines, strict=True)
    ]
    await acreate_table_artifact(rows, key="import", description=f"{len(brought)}")
    message = "\n".join(lines)
    return Completed(message=message) if all(entry.is_well for entry in brought) else Failed(message=message)


def _cells(brought: Brought, line: str) -> tuple[object, ...]:
    done = brought.imported
    if done is None:
        return (brought.name, "", "", "", "", "", "", "", "", line)
    counts = (done.rows, done.added, done.changed, done.unchanged, done.repeated, done.quarantined)
    return (brought.name, done.template, done.account_id, *counts, line)
