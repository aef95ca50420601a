"""`plan check`, `plan show` and `plan versions` as a person at a terminal sees them."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.plan_commands import plan
from tasks import settings
from tasks.alerts.lint import RULES
from tasks.calendars import Window
from tasks.connections import Connections
from tasks.opsdb import metrics, notices
from tasks.planning import note_plan
from tasks.records import Level, MetricValue, Notice
from tasks.reporting.columns import width

SHIPPED = settings.HOME / settings.DOCUMENTS["plan"]
DAY = dt.date(2028, 3, 2)
"""Half of the open rate's 1096 days: 16.5 % are due."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """One command in an installation of its own; the exit code and what it printed."""
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path / "data"))

    def command(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(plan, arguments, catch_exceptions=False)
        return done.exit_code, done.stdout

    return command


@pytest.fixture
def own_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A copy of the plan that ships, with some of its text replaced."""

    def build(*changes: tuple[str, str]) -> Path:
        text = SHIPPED.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setenv("WECHAT_OPS_PLAN_FILE", str(file))
        return file

    return build


def measured(value: float) -> None:
    row = MetricValue(
        "oa_open_rate", DAY, value=value, numerator=value * 1e6, denominator=1e6, completeness=1.0
    )
    with Connections(settings.load()) as c:
        metrics.write(c.database, [row], Window.of_day(DAY))


def test_warnings_leave_the_exit_code_at_0_unless_they_are_forbidden(
    run: Callable[..., tuple[int, str]],
) -> None:
    code, said = run("check")
    assert code == 0
    assert said.splitlines()[-1].startswith("0 项错误，")
    assert run("check", "--strict")[0] == 1


def test_a_warning_tells_number_conflict_what_the_system_does_and_what_to_change(
    run: Callable[..., tuple[int, str]],
) -> None:
    lines = run("check")[1].splitlines()
    at = lines.index("警告 X-04 P-20 阶段、里程碑与总时长不一致")
    assert lines[at + 1] == (
        "  冲突：9.1 节写共 36 个月；各阶段 3 + 6 + 12 + 18，到第 39 月；最后的里程碑在第 42 月"
    )
    assert lines[at + 2].startswith("  系统：里程碑月份决定预警")
    assert lines[at + 3] == "  修改：改阶段的月份或里程碑的 month"
    english = run("check", "--language", "en")[1]
    assert "warning X-12 P-42 A budget share against its lines" in english
    assert not any("一" <= sign <= "鿿" for line in english.splitlines() if "X-12" in line for sign in line)


def test_an_error_names_file_key_and_allowed_values_and_ends_with_1(
    run: Callable[..., tuple[int, str]], own_plan: Callable[..., Path]
) -> None:
    file = own_plan(('direction = "down"', 'direction = "upp"'))
    code, said = run("check")
    assert code == 1
    assert f'冲突：{file}: kpi group_exit_rate: direction: 写的是 "upp"；只能是 up 或 down' in said
    assert "错误 P-00 方案读不进来" in said


def test_what_is_no_toml_is_told_by_line_and_column_and_ends_with_1(
    run: Callable[..., tuple[int, str]], own_plan: Callable[..., Path]
) -> None:
    file = own_plan(("[brand]\n", "[brand\n"))
    line = file.read_text(encoding="utf-8").splitlines().index("[brand") + 1
    code, said = run("check")
    assert code == 1
    assert f"第 {line} 行第 7 列不是有效的 TOML" in said
    code, said = run("check", "--language", "en")
    assert code == 1
    assert (
        f"is not valid TOML: Expected ']' at the end of a table declaration (at line {line}, column 7)"
        in said
    )


def test_programs_read_the_same_as_persons(run: Callable[..., tuple[int, str]]) -> None:
    flaws = json.loads(run("check", "--json")[1])
    assert {f"X-{n:02d}" for n in range(1, 23)} <= {flaw["number"] for flaw in flaws}
    assert set(flaws[0]) == {"level", "text", "code", "number", "does", "change"}


def test_every_rule_is_explained(run: Callable[..., tuple[int, str]]) -> None:
    code, said = run("check", "--explain")
    assert code == 0
    assert [line.split()[0] for line in said.splitlines() if not line.startswith(" ")] == [
        "P-00",
        *(rule.code for rule in RULES),
    ]


def test_the_pace_table_is_shown_before_anything_is_measured_and_leaves_nothing_behind(
    run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    code, said = run("show", "--date", str(DAY))
    assert code == 0
    (open_rate,) = [line for line in said.splitlines() if line.startswith("oa_open_rate")]
    assert open_rate.split() == [
        *("oa_open_rate", "打开率", "8.0", "%", "16.5", "%", "—", "—", "—", "—", "灰"),
        *("25.0", "%", "2029-09-01", "—", "—"),
    ]
    assert not (tmp_path / "data").exists()


def test_the_columns_of_the_pace_table_are_aligned(run: Callable[..., tuple[int, str]]) -> None:
    lines = run("show", "--date", str(DAY))[1].splitlines()
    heading = next(line for line in lines if line.startswith("KPI"))
    place = width(heading[: heading.index("级别")])
    for line in lines[lines.index(heading) + 1 : lines.index("", lines.index(heading))]:
        level = next(word for word in ("灰", "未计算") if word in line)
        assert width(line[: line.index(level)]) == place


def test_gates_and_milestones_stand_beside_the_kpis(run: Callable[..., tuple[int, str]]) -> None:
    shown = json.loads(run("show", "--date", "2027-02-19", "--json")[1])
    assert shown["date"] == "2027-02-19"
    gates = {gate["metric"]: gate["expected"] for gate in shown["gates"]}
    assert (gates["reply_minutes"], gates["data_completeness"]) == (5, 0.95)
    stones = {stone["id"]: (stone["due"], stone["days_left"]) for stone in shown["milestones"]}
    assert stones["MS-04"] == ("2027-03-01", 10)
    assert stones["MS-03"] == ("2026-12-01", -80)


def test_what_was_measured_is_judged_as_a_run_would_judge_it(run: Callable[..., tuple[int, str]]) -> None:
    measured(0.148)
    shown = json.loads(run("show", "--date", str(DAY), "--json")[1])
    open_rate = next(kpi for kpi in shown["kpis"] if kpi["metric"] == "oa_open_rate")
    # 8 → 25 %: 16.5 % are due, 14.8 % are there: (16.5 - 14.8) / (16.5 - 8) = 20 %.
    assert (open_rate["baseline"], open_rate["expected"], open_rate["actual"]) == (0.08, 0.165, 0.148)
    assert open_rate["lag"] == pytest.approx(0.2)
    assert open_rate["level"] == "orange"
    # 25 % - 14.8 % in the 548 days until 2029-09-01.
    assert open_rate["needed_per_day"] == pytest.approx(0.102 / 548)
    # 8 % + 17 % × 438.4 / 1096 days = 14.8 %: what was due 109 days ago (day 439 is the first that asks for it).
    assert (open_rate["slippage_days"], open_rate["slips_more"], open_rate["basis"]) == (
        109,
        False,
        "progress",
    )
    assert [open_rate[f"lag_{basis}"] for basis in ("progress", "level", "points")] == pytest.approx(
        [0.2, 0.017 / 0.165, 0.1], abs=1e-12
    )
    said = run("show", "--date", str(DAY))[1]
    (line,) = [line for line in said.splitlines() if line.startswith("oa_open_rate")]
    assert "20.0 % / 10.3 % / 10.0 %" in line
    assert line.split()[line.split().index("橙") - 1] == "109"
    assert line.endswith("+0.019 个百分点")
    assert any(
        line.startswith("oa_open_rate") and "14.8 %" in line and "20.0 %" in line and " 橙 " in line
        for line in said.splitlines()
    )


def test_a_forecast_stands_in_the_pace_table(run: Callable[..., tuple[int, str]]) -> None:
    # 0.01 points a day from 8 % on; 1 700 days for the 17 points to 25 %: never within the plan of 42 months.
    start = dt.date(2026, 9, 1)
    days = [start + dt.timedelta(days=n) for n in range(61)]
    rows = [
        MetricValue("oa_open_rate", day, value=0.08 + 0.0001 * n, denominator=1e9, completeness=1.0)
        for n, day in enumerate(days)
    ]
    steep = [
        MetricValue("oa_share_rate", day, value=0.1 + 0.00016 * n, denominator=1e9, completeness=1.0)
        for n, day in enumerate(days)
    ]
    with Connections(settings.load()) as c:
        metrics.write(c.database, [*rows, *steep], Window(days[0], days[-1] + dt.timedelta(days=1)))
    lines = run("show", "--date", str(days[-1]))[1].splitlines()
    assert "计划期内到不了" in next(line for line in lines if line.startswith("oa_open_rate"))
    # 20 points at 0.016 a day: 1 250 days after 2026-09-01.
    assert "2030-02-02" in next(line for line in lines if line.startswith("oa_share_rate"))


def test_a_milestone_tells_where_its_numbers_stand_and_its_level(run: Callable[..., tuple[int, str]]) -> None:
    day = dt.date(2028, 9, 1)
    partners = MetricValue("partners", day, value=41, completeness=1.0)
    notice = Notice(
        "milestone:MS-08", day, "milestone", Level.orange, day, "started", "t", "手册未完成", "运营组负责人", "",
        None,
    )  # fmt: skip
    with Connections(settings.load()) as c:
        metrics.write(c.database, [partners], Window.of_day(day))
        notices.write(c.database, day, [notice])
    shown = {s["id"]: s for s in json.loads(run("show", "--date", str(day), "--json")[1])["milestones"]}
    assert (shown["MS-08"]["level"], shown["MS-08"]["reason"]) == ("orange", "手册未完成")
    # 41 of 50 on the day they are due: 18 % behind, the level of the KPI it hangs on.
    assert shown["MS-09"]["level"] == "yellow"
    assert shown["MS-09"]["goals"] == [
        {
            "metric": "partners", "name": "合作伙伴数", "unit": "items", "at_least": True, "wanted": 50.0,
            "actual": 41.0,
        }
    ]  # fmt: skip
    assert [goal["metric"] for goal in shown["MS-05"]["goals"]] == ["large_campaigns"]
    lines = run("show", "--date", str(day))[1].splitlines()
    stone = next(line for line in lines if line.startswith("MS-09"))
    assert stone.endswith("合作伙伴数 41 个 / ≥ 50 个")
    assert " 黄 " in stone
    assert next(line for line in lines if line.startswith("MS-08")).endswith("交付物")


def test_a_version_is_told_with_what_it_changed(
    run: Callable[..., tuple[int, str]], own_plan: Callable[..., Path]
) -> None:
    own_plan()
    assert run("versions")[1].rstrip().endswith("尚未用于判级")
    with Connections(settings.load()) as c:
        first = note_plan(c, c.settings.document("plan"))
        own_plan(("end = { month = 36, value = 0.25 }", "end = { month = 36, value = 0.27 }"))
        second = note_plan(c, c.settings.document("plan"))
        assert note_plan(c, c.settings.document("plan")) == second
    lines = run("versions")[1].splitlines()
    assert lines[0].endswith(f"· {second} · 已用于判级")
    assert [line.split()[0] for line in lines[1:] if not line.startswith(" ")] == [second, first]
    assert lines[2] == "  kpi oa_open_rate: end: value: 0.25 → 0.27"
    assert [version["version"] for version in json.loads(run("versions", "--json")[1])] == [second, first]
