"""The digest of a real installation: what was judged and noticed, in one page."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.connections import connect
from tasks.opsdb import alerts, notices
from tasks.records import AlertRow, Level, Notice
from tasks.write import write_page

DAY = dt.date(2026, 7, 19)
ROW = AlertRow(
    "oa_open_rate", DAY, Level.red, Level.red, DAY, "started", "progress", 0.09, 0.12, 0.08, 0.25, 0.75, 0.75,
    0.25, 0.2, 40, 0.001, "内容组负责人", "启动应急预案", DAY, "", "v7",
)  # fmt: skip
INCIDENT = Notice(
    "incident:INC-007", DAY, "incident", Level.red, DAY, "started", "事件：小程序下单失败", "3 小时后仍未恢复。",
    "技术组负责人", "立即恢复服务", DAY,
)  # fmt: skip


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    return tmp_path


def test_the_digest_holds_the_days_notices_playbooks_and_plan() -> None:
    with connect() as c:
        alerts.write(c.database, DAY, [ROW])
        notices.write(c.database, DAY, [INCIDENT, replace(INCIDENT, key="milestone:MS-04", kind="milestone",
                                                          level=Level.orange, title="里程碑 MS-04")])  # fmt: skip
    report, _, page = write_page(DAY, [])
    assert report.verdict == (
        "1 项指标中 1 红，另有事件、里程碑 1 红 1 橙；最要紧的是事件：小程序下单失败，3 小时后仍未恢复"
    )
    text = page.read_text(encoding="utf-8").replace("\xa0", " ")
    for words in ("里程碑 MS-04", "立即恢复服务", "按计划版本 v7 判定", "可以试"):
        assert words in text
    assert "折算" not in text, "the shipped plan is not scaled"
