import copy
import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tasks import settings
from tasks.alerts import playbooks
from tasks.alerts.emergency import prepared
from tasks.alerts.plan import Plan
from tasks.errors import ConfigurationError
from tasks.metrics import catalogue
from tasks.records import AlertRow, Contribution, Level

FILE = Path(__file__).parents[3] / "deployments/playbooks.toml"
DAY = dt.date(2026, 10, 8)


@pytest.fixture(scope="module")
def shipped_file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def entry(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "metrics": ["m"],
        "levels": ["red"],
        "text_zh": f"做{name}",
        "text_en": f"do {name}",
        **more,
    }


def cause(dimension: str, member: str, **more: Any) -> Contribution:
    told = {"before": 1.0, "now": 0.5, "mix": 0.0, "within": -0.5, "share": 0.8, "rank": 1, **more}
    return Contribution("m", DAY, DAY - dt.timedelta(days=7), dimension, member, **told)


def ids(found: list[playbooks.Playbook]) -> list[str]:
    return [playbook.id for playbook in found]


def test_the_plans_own_examples_are_among_those_that_ship(shipped_file: dict[str, Any]) -> None:
    known = playbooks.read(shipped_file)

    late = playbooks.fitting(known, "original_items_month", Level.red)
    slow = playbooks.fitting(known, "private_domain_users", Level.orange)
    assert "外包" in late[0].text("zh-CN")
    assert "outsource" in late[0].text("en")
    assert any("重新设计裂变活动" in playbook.text("zh-CN") for playbook in slow)
    assert any("场景钩子" in p.text_zh for p in playbooks.fitting(known, "read_to_mp_click", Level.yellow))
    assert any("营销消息" in p.text_zh for p in playbooks.fitting(known, "group_exit_rate", Level.yellow))


def test_every_kpi_and_gate_has_something_to_try_at_every_level(
    shipped_file: dict[str, Any], shipped: Plan
) -> None:
    known = playbooks.read(shipped_file)

    bare = [
        (metric, level.value)
        for metric in shipped.entries
        for level in (Level.yellow, Level.orange, Level.red)
        if not playbooks.fitting(known, metric, level)
    ]
    assert bare == []


def test_those_that_ship_name_no_metric_that_nobody_knows(
    shipped_file: dict[str, Any], shipped: Plan
) -> None:
    metrics = catalogue.read(settings.load().document("metrics"))
    known = {*shipped.entries, *(relative.metric for relative in shipped.relatives), *metrics}

    assert playbooks.strangers(playbooks.read(shipped_file), known) == []
    assert playbooks.strangers(playbooks.read({"playbook": [entry("a", metrics=["gone"])]}), known) == [
        ("a", "gone")
    ]


def test_a_playbook_for_the_present_cause_comes_first_and_for_another_cause_not_at_all() -> None:
    known = playbooks.read(
        {
            "playbook": [
                entry("always"),
                entry("any_channel", causes=["channel"]),
                entry("oa", causes=["channel=oa"]),
                entry("shop", causes=["channel=shop"]),
                entry("yellow_only", levels=["yellow"]),
                entry("other", metrics=["n"]),
            ]
        }
    )

    assert ids(playbooks.fitting(known, "m", Level.red)) == ["always"]
    assert ids(playbooks.fitting(known, "m", Level.red, [cause("channel", "oa")])) == [
        "any_channel",
        "oa",
        "always",
    ]
    assert ids(playbooks.fitting(known, "m", Level.yellow, [cause("channel", "oa")])) == ["yellow_only"]
    assert playbooks.fitting(known, "m", Level.green) == []


def test_a_remark_that_nothing_can_be_told_is_no_cause() -> None:
    known = playbooks.read({"playbook": [entry("any_channel", causes=["channel"])]})

    assert playbooks.fitting(known, "m", Level.red, [cause("channel", "", note="no rows")]) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"levels": ["purple"]}, 'playbook b: levels 1: "purple" is written; write yellow, orange or red'),
        ({"levels": []}, "playbook b: levels: "),
        ({"metrcs": ["m"]}, "playbook b: metrcs: there is no such key; did you mean metrics?"),
        ({"text_zh": " "}, "playbook b: text_zh: "),
        ({"days": 0}, "playbook b: days: 0 is written; it must be at least 1"),
        ({"id": "a"}, "playbook: id: a is written twice; keep one"),
        ({"causes": ["=oa"]}, "playbook b: causes 1: "),
    ],
)
def test_an_entry_that_is_wrong_is_named_with_its_key(change: dict[str, Any], told: str) -> None:
    document = {"playbook": [entry("a"), {**entry("b"), **change}]}

    with pytest.raises(ConfigurationError) as refused:
        playbooks.read(document, "en")
    assert str(refused.value).startswith(f"deployments/playbooks.toml: {told}")


@pytest.mark.parametrize("key", ["id", "metrics", "levels", "text_zh", "text_en"])
def test_a_key_that_is_missing_is_named(shipped_file: dict[str, Any], key: str) -> None:
    document = copy.deepcopy(shipped_file)
    del document["playbook"][0][key]

    with pytest.raises(ConfigurationError, match=f"{key}: 缺少这个键"):
        playbooks.read(document)


RED = AlertRow(
    metric_id="m", business_date=DAY, level=Level.red, raw_level=Level.red, since=dt.date(2026, 10, 5),
    changed="", basis="progress", actual=0.05, expected=0.1, baseline=0.0, target=1.0, lag=0.5,
    lag_progress=0.5, lag_level=0.5, lag_points=0.05, slippage_days=9, needed_per_day=0.01, owner="运营组负责人",
    action="启动应急预案", due_date=dt.date(2026, 10, 6), reason="支付失败",
)  # fmt: skip


def test_an_emergency_plan_tells_what_why_who_and_what_first() -> None:
    known = playbooks.read({"playbook": [entry("a", days=3), entry("b")]})

    plan = prepared(RED, "下单转化率", ("5 %", "10 %"), ["渠道：公众号（占 80 %）"], known)

    assert plan.action_id == "e-m-2026-10-05"
    assert plan.text == "启动应急预案：做a；做b"
    assert plan.due_date == dt.date(2026, 10, 6)
    for words in (
        "# 应急预案：下单转化率",
        "2026-10-08 实际 5 %，应为 10 %；自 2026-10-05 起为红色。支付失败",
        "方案要求：启动应急预案。负责人 运营组负责人，2026-10-06 前完成。",
        "- 渠道：公众号（占 80 %）",
        "- [ ] 做a（约 3 天见效）",
        "- [ ] 做b\n",
        "record-action --action-id e-m-2026-10-05 --done",
    ):
        assert words in plan.markdown


def test_an_emergency_plan_without_cause_and_playbook_says_what_to_do_about_that() -> None:
    plan = prepared(RED, "m", ("5 %", "10 %"), [], [], "en")

    assert "begin with the analysis" in plan.markdown
    assert "add them there" in plan.markdown
    assert plan.text == "Start the emergency plan: agree on three steps today"
