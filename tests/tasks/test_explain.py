"""A day's orange and red alerts are stored with what moved them."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.alerts.notices.drafts import Draft
from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.explain import explain_alerts
from tasks.measure import plan_of
from tasks.notice import with_causes, worst_of
from tasks.opsdb import alerts, causes, metrics
from tasks.prepare import plan_for
from tasks.records import AlertRow, Level, MetricValue
from tasks.write import digest_of

DAY = dt.date(2026, 7, 25)
BEFORE = DAY - dt.timedelta(days=28)


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


def alert(metric_id: str, level: Level) -> AlertRow:
    return AlertRow(
        metric_id, DAY, level, level, DAY, "", "progress", 0.1, 0.2, 0.05, 0.3,
        0.4, None, None, None, None, None, "o", "a", None, "r",
    )  # fmt: skip


def rate(day: dt.date, account: str, top: float, base: float) -> MetricValue:
    return MetricValue("oa_open_rate", day, account, "", "", top, base, top / base, 1.0, "approx")


def measure(c: Connections, day: dt.date, main: tuple[float, float], second: tuple[float, float]) -> None:
    whole = rate(day, "*", main[0] + second[0], main[1] + second[1])
    rows = [whole, rate(day, "oa_main", *main), rate(day, "oa_second", *second)]
    metrics.write(c.database, rows, Window.of_day(day))


def test_orange_and_red_alerts_get_their_causes_and_a_second_run_changes_nothing(c: Connections) -> None:
    measure(c, BEFORE, (2000, 10_000), (2000, 10_000))
    measure(c, DAY, (1000, 10_000), (2000, 10_000))
    told = [
        alert("oa_open_rate", Level.red),
        alert("oa_share_rate", Level.orange),
        alert("aov_cny", Level.yellow),
    ]
    alerts.write(c.database, DAY, told)
    window = Window(DAY - dt.timedelta(days=6), DAY + dt.timedelta(days=1))

    assert explain_alerts.fn(window) == 3
    found = causes.of(c.database, DAY)
    assert explain_alerts.fn(window) == 3

    assert causes.of(c.database, DAY) == found
    assert [(x.metric_id, x.dimension, x.member, x.within, x.compared_with) for x in found] == [
        ("oa_open_rate", "account", "oa_main", -0.05, BEFORE),
        ("oa_open_rate", "account", "", 0.0, BEFORE),
        ("oa_share_rate", "", "", 0.0, BEFORE),
    ]
    assert found[2].note == "无法解释变化：2026-07-25 没有可用的数值"


def test_the_digest_tells_the_cause_with_the_accounts_own_name(c: Connections) -> None:
    measure(c, BEFORE, (2000, 10_000), (2000, 10_000))
    measure(c, DAY, (1000, 10_000), (2000, 10_000))
    alerts.write(c.database, DAY, [alert("oa_open_rate", Level.red)])
    explain_alerts.fn(Window.of_day(DAY))
    (account,) = c.settings.accounts(["oa_main"])

    text = digest_of(c, DAY, []).text

    assert f"原因：较 28 天前降 5 个百分点：{account.name} −5（占 100 %）" in text


def test_the_emergency_plan_names_the_cause_as_a_reader_knows_it(c: Connections) -> None:
    measure(c, BEFORE, (2000, 10_000), (2000, 10_000))
    measure(c, DAY, (1000, 10_000), (2000, 10_000))
    (account,) = c.settings.accounts(["oa_main"])

    text = plan_for(c, alert("oa_open_rate", Level.red)).markdown

    assert f"- 较 28 天前降 5 个百分点：{account.name} −5（占 100 %）" in text
    assert f"- 账号：{account.name}（占 100 %）" in text
    assert "oa_main" not in text


def test_a_milestone_carries_the_cause_of_its_worst_number_and_others_stay_as_they_are(
    c: Connections,
) -> None:
    measure(c, BEFORE, (2000, 10_000), (2000, 10_000))
    measure(c, DAY, (1000, 10_000), (2000, 10_000))
    plan = plan_of(c)
    aim = plan.milestones[0].aims[0].model_copy(update={"metric": "oa_open_rate"})
    stone = plan.milestones[0].model_copy(update={"id": "MS-X", "aims": (aim,)})
    drafts = [
        Draft(f"milestone:{name}", "milestone", Level.orange, "t", "差 40 %。", "content")
        for name in ("MS-X", "MS-Y")
    ]
    judged = {"oa_open_rate": alert("oa_open_rate", Level.yellow)}

    found = with_causes(c, plan.model_copy(update={"milestones": (stone,)}), drafts, judged)

    assert found[0].reason.startswith("差 40 %。原因（打开率）：较 28 天前降 5 个百分点：")
    assert found[1].reason == "差 40 %。"


def test_the_worst_number_is_the_one_of_the_worst_colour_and_green_ones_are_none() -> None:
    rows = {m: alert(m, level) for m, level in (("a", Level.orange), ("b", Level.red), ("c", Level.green))}

    worst = worst_of(["a", "b", "c"], rows)

    assert worst is not None
    assert worst.metric_id == "b"
    assert worst_of(["c", "gone"], rows) is None
