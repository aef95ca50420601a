"""What a person sees who records actions and decisions, in the terminal and as forms."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.main import get_command

from flows.__main__ import app
from tasks import settings
from tasks.alerts.playbooks import Warning
from tasks.connections import Connections
from tasks.errors import ConfigurationError
from tasks.forms import KINDS, OUTCOMES, ActionForm, DecisionForm, chosen
from tasks.logbook import write_action, write_decision
from tasks.opsdb import actions, alerts, decisions
from tasks.records import ActionKind, AlertRow, DecisionOutcome, Level
from tasks.settings import HOME

MOMENT = dt.datetime(2026, 7, 21, 2, tzinfo=dt.UTC)
DAY = dt.date(2026, 7, 20)
NEW = ActionForm(
    about="oa_open_rate", kind="cause_analysis", text="看标题", owner="内容组", recorded_by="张三"
)
DECIDED = DecisionForm(title="周三改科普", decided_by="内容组", evidence=("oa_open_rate", "", "oa_open_rate"))


@pytest.fixture
def c(tmp_path: Path) -> Iterator[Connections]:
    with Connections(settings.load().model_copy(update={"data_dir": tmp_path, "database_url": ""})) as opened:
        yield opened


def judged(c: Connections, day: dt.date, level: Level) -> None:
    alerts.write(
        c.database,
        day,
        [
            AlertRow(
                "oa_open_rate", day, level, level, day, "", "progress", 1.0, 2.0, 0.0, 9.0,
                0.4, 0.4, 0.4, 0.4, None, None, "o", "a", None, "",
            )
        ],
    )  # fmt: skip


def test_an_action_takes_date_and_level_of_the_newest_alert_that_is_not_over(c: Connections) -> None:
    judged(c, DAY - dt.timedelta(days=2), Level.orange)
    judged(c, DAY - dt.timedelta(days=1), Level.red)
    judged(c, DAY, Level.grey)

    said = write_action(c, NEW, MOMENT)

    (entry,) = actions.read(c.database)
    assert said == f"已登记行动 {entry.action_id}：oa_open_rate 看标题（负责人 内容组）"
    assert (entry.alert_date, entry.alert_level) == (DAY - dt.timedelta(days=1), "red")
    assert (entry.kind, entry.recorded_at, entry.done_at) == (ActionKind.cause_analysis, MOMENT, None)


def test_an_alert_that_is_over_is_not_answered(c: Connections) -> None:
    judged(c, DAY - dt.timedelta(days=1), Level.red)
    judged(c, DAY, Level.green)

    write_action(c, NEW, MOMENT)

    (entry,) = actions.read(c.database)
    assert (entry.alert_date, entry.alert_level) == (None, "")


def test_the_same_form_handed_in_twice_is_one_action_also_when_the_alert_changed_between(
    c: Connections,
) -> None:
    write_action(c, NEW, MOMENT)
    judged(c, DAY, Level.red)

    assert "没有重复写入" in write_action(c, NEW, MOMENT + dt.timedelta(minutes=3))
    assert "已登记行动" in write_action(c, NEW.model_copy(update={"text": "换标题"}), MOMENT)
    assert "已登记行动" in write_action(c, NEW, MOMENT + dt.timedelta(days=7)), "next week it is another one"
    assert len(actions.read(c.database)) == 3


def test_an_action_is_closed_by_its_id(c: Connections) -> None:
    write_action(c, NEW, MOMENT)
    (entry,) = actions.read(c.database)
    later = MOMENT + dt.timedelta(hours=30)

    said = write_action(c, ActionForm(action_id=entry.action_id, done=True, outcome="回升 2pp"), later)

    (closed,) = actions.read(c.database)
    assert said == f"行动 {entry.action_id} 已更新：看标题"
    assert (closed.done_at, closed.outcome, closed.text) == (later, "回升 2pp", "看标题")
    with pytest.raises(ConfigurationError, match="没有编号为 a-none 的行动"):
        write_action(c, ActionForm(action_id="a-none", done=True), later)


def test_a_metric_that_does_not_exist_is_refused_with_what_was_meant(c: Connections) -> None:
    with pytest.raises(ConfigurationError, match="没有名为 oa_opn_rate 的指标，是否想写 oa_open_rate"):
        write_action(c, NEW.model_copy(update={"about": "oa_opn_rate"}), MOMENT)
    assert actions.read(c.database) == []
    write_action(c, NEW.model_copy(update={"about": "milestone:MS-04"}), MOMENT)
    assert [entry.about for entry in actions.read(c.database)] == ["milestone:MS-04"]


def test_a_decision_is_recorded_once_with_its_evidence_once(c: Connections) -> None:
    said = write_decision(c, DECIDED, MOMENT)

    (entry,) = decisions.read(c.database)
    assert said == f"已登记决策 {entry.decision_id}：周三改科普（依据 1 条）"
    assert (entry.decided_on, entry.evidence) == (dt.date(2026, 7, 21), ("oa_open_rate",))
    assert "没有重复写入" in write_decision(c, DECIDED, MOMENT + dt.timedelta(minutes=3))
    assert len(decisions.read(c.database)) == 1


def test_text_that_nobody_can_look_up_is_refused_as_evidence_and_nothing_is_written(c: Connections) -> None:
    with pytest.raises(ConfigurationError) as refused:
        write_decision(c, DECIDED.model_copy(update={"evidence": ("oa_open_rat", "oa_open_rate")}), MOMENT)

    assert str(refused.value).startswith("oa_open_rat 不能作为依据，是否想写 oa_open_rate")
    assert "链接（https://…）、指标编号（oa_open_rate）、预警编号" in str(refused.value)
    assert decisions.read(c.database) == []


def test_a_review_adds_what_is_known_by_now_and_leaves_the_rest(c: Connections) -> None:
    write_decision(c, DECIDED, MOMENT)
    (entry,) = decisions.read(c.database)

    write_decision(
        c, DecisionForm(decision_id=entry.decision_id, outcome="right"), MOMENT + dt.timedelta(days=30)
    )

    (seen,) = decisions.read(c.database)
    assert (seen.outcome, seen.reviewed_on) == (DecisionOutcome.right, dt.date(2026, 8, 20))
    assert (seen.title, seen.evidence) == ("周三改科普", ("oa_open_rate",))


def test_a_number_of_ones_own_records_a_decision_under_it(c: Connections) -> None:
    write_decision(c, DECIDED.model_copy(update={"decision_id": "D-2026-031"}), MOMENT)

    assert [entry.decision_id for entry in decisions.read(c.database)] == ["D-2026-031"]
    with pytest.raises(ConfigurationError, match="D-404: 没有这个编号"):
        write_decision(c, DecisionForm(decision_id="D-404", outcome="wrong"), MOMENT)


@pytest.mark.parametrize(
    ("form", "given", "told"),
    [
        (ActionForm, {"about": "m", "text": "t"}, "owner、recorded_by"),
        (ActionForm, {"action_id": "a-1"}, "请勾选已完成或填写结果"),
        (ActionForm, {"kind": "dance"}, "原因分析"),
        (DecisionForm, {"title": "t"}, "decided_by"),
        (DecisionForm, {"title": "t", "decided_by": "b", "outcome": "perhaps"}, "有效"),
    ],
)
def test_a_form_that_is_not_filled_in_says_what_is_missing(
    form: type[ActionForm | DecisionForm], given: dict[str, str], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        form.model_validate(given)


def test_choices_are_the_kinds_and_outcomes_that_are_stored() -> None:
    assert [chosen(choice) for choice in KINDS] == [kind.value for kind in ActionKind]
    assert [chosen(choice) for choice in OUTCOMES] == [outcome.value for outcome in DecisionOutcome]
    assert set(Warning.__args__) == {"yellow", "orange", "red"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "form"), [("record-action", ActionForm), ("record-decision", DecisionForm)])
def test_a_form_has_the_same_fields_in_the_terminal_and_in_the_ui(
    name: str, form: type[ActionForm | DecisionForm]
) -> None:
    options = {p.name for p in get_command(app).commands[name].params} - {"help"}  # type: ignore[attr-defined]
    schema = form.model_json_schema()["properties"]

    assert options == set(form.model_fields) == set(schema)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in field["title"]) for field in schema.values())


def test_the_terminal_records_without_prefect_and_tells_wrong_usage_apart(tmp_path: Path) -> None:
    environment = settings.surroundings() | {
        "WECHAT_OPS_DATA_DIR": str(tmp_path),
        "WECHAT_OPS_LANGUAGE": "en",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows", *arguments],
            cwd=HOME, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    good = run(
        "record-action", "--about", "oa_open_rate", "--text", "look", "--owner", "o", "--recorded-by", "me"
    )
    assert good.returncode == 0, good.stderr
    assert good.stdout.startswith("action a-")
    bad = run("record-action", "--about", "oa_open_rate", "--kind", "dance", "--due-date", "soon")
    assert bad.returncode == 2
    assert bad.stderr.startswith("configuration: --kind: ")
    assert "--due-date: " in bad.stderr
