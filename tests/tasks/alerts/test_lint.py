import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tasks.alerts.lint import FORM, RULES, Flaw, World, lint
from tasks.records import Metric
from tests.tasks.some_metric import some_metric

TODAY = dt.date(2026, 6, 1)


@pytest.fixture
def plan(shipped_document: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """A plan of one KPI ``m`` and one gate ``g`` that nothing is wrong with; keywords change the KPI."""

    def build(**kpi: Any) -> dict[str, Any]:
        document = copy.deepcopy({key: shipped_document[key] for key in ("levels", "rules")})
        named = {"name_zh": "数", "name_en": "Number", "seed": ["K-01"], "owner": "ops"}
        document["brand"] = {"name": "b", "start_date": dt.date(2026, 1, 1)}
        document["owners"] = {"ops": {"name_zh": "运营", "name_en": "Operations"}}
        whole = {"metric": "m", "unit": "share", "baseline": 0.1, "end": {"month": 12, "value": 0.3}}
        document["kpi"] = [{**named, **whole, "lag_basis": "progress", **kpi}]
        document["gate"] = [{**named, "metric": "g", "unit": "minutes", "at_most": 5}]
        return document

    return build


def catalogue(**units: str) -> dict[str, Metric]:
    known = {"m": "share", "g": "minutes"} | units
    parts = {"denominator": "d", "denominator_zh": "母", "denominator_en": "base"}
    return {k: some_metric(k, unit=u, **(parts if u == "share" else {})) for k, u in known.items()}


def found(document: dict[str, Any], metrics: dict[str, Metric] | None = None) -> list[Flaw]:
    return lint(document, World(metrics or catalogue(), TODAY), "zh-CN")


def test_a_good_plan_has_no_flaw(plan: Callable[..., dict[str, Any]]) -> None:
    assert found(plan()) == []


def test_every_error_that_keeps_a_plan_from_loading_is_told(plan: Callable[..., dict[str, Any]]) -> None:
    document = plan(direction="sideways")
    document["gate"][0]["at_mots"] = 7
    assert [(flaw.level, flaw.code, flaw.text) for flaw in found(document)] == [
        ("fail", FORM, 'deployments/plan.toml: kpi m: direction: 写的是 "sideways"；只能是 up 或 down'),
        ("fail", FORM, "deployments/plan.toml: gate g: at_mots: 没有这个键；是不是 at_most？"),
    ]


def test_a_claim_about_a_metric_that_nobody_knows_is_an_error(plan: Callable[..., dict[str, Any]]) -> None:
    claim = {
        "id": "loss",
        "where": "2.2",
        "says": "流失率 40%",
        "kind": "target",
        "term": "流失率",
        "value": 0.4,
    }
    document = {**plan(), "claim": [{**claim, "metric": "loss_30d"}]}
    [flaw] = found(document)
    assert (flaw.level, flaw.code) == ("fail", "P-08")
    assert flaw.text == "claim loss：没有名为 loss_30d 的指标或 KPI，未建指标的清单里也没有"
    assert lint(document, World(catalogue(), TODAY, listed=["loss_30d"]), "zh-CN") == []
    part = {**claim, "kind": "subset", "metric": "m", "within": ["m", "n"]}
    assert [flaw.code for flaw in found({**plan(), "claim": [part]})] == ["P-08"]


def test_a_relative_target_that_a_gate_swallows_is_told(plan: Callable[..., dict[str, Any]]) -> None:
    named = {"name_zh": "时延", "name_en": "Latency", "seed": ["H-04"], "owner": "ops"}
    [flaw] = found({**plan(), "relative": [{**named, "metric": "g", "change": -0.3}]})
    assert (flaw.code, flaw.text) == (
        "P-09",
        "relative g：这个指标已是 KPI 或底线，变化幅度 -30.0 % 不判级",
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"owner": "nobody"}, 'kpi m: owner: 写的是 "nobody"；[owners] 中只有 ops'),
        (
            {"checkpoints": [{"month": 6, "value": 0.4}]},
            "kpi m: direction: 写的是 up，但从 checkpoints 0.4 到 end 0.3 反向",
        ),
        (
            {"checkpoints": [{"month": 12, "value": 0.2}]},
            "kpi m: checkpoints: month: 月份要递增，end 在最后；写的是 12, 12",
        ),
        ({"shape": "wave"}, 'kpi m: shape: 写的是 "wave"；只能是 linear, s_curve 或 step'),
    ],
)
def test_owners_shapes_and_checkpoints_are_checked(
    plan: Callable[..., dict[str, Any]], change: dict[str, Any], told: str
) -> None:
    assert [flaw.text for flaw in found(plan(**change))] == [f"deployments/plan.toml: {told}"]


@pytest.mark.parametrize(
    ("change", "level", "told"),
    [
        ({"metric": "x"}, "fail", "x：指标目录中没有它"),
        ({"unit": "ratio"}, "fail", "m：方案单位是 ratio，指标单位是 share，无法比较"),
        ({"measured": False}, "warn", "m：已有指标，但方案写着 measured = false"),
        ({"end": {"month": 12, "value": 30}}, "warn", "m：目标 30 达不到（单位 share"),
        ({"baseline": -0.1}, "warn", "m：起点 -0.1 不可能（单位 share"),
        ({"end": {"month": 12, "value": 0.1}}, "warn", "m：起点就是目标，永远不会落后"),
        ({"end": {"month": 4, "value": 0.3}}, "warn", "方案已于 2026-05-01 结束"),
        ({"checkpoints": [{"month": 6, "value": 0.11}]}, "warn", "m：第 6–12 月的速度是前一段的 19.0 倍"),
    ],
)
def test_what_its_author_can_hardly_have_meant_is_told(
    plan: Callable[..., dict[str, Any]], change: dict[str, Any], level: str, told: str
) -> None:
    (flaw,) = found(plan(**change))
    assert flaw.level == level
    assert flaw.text.startswith(told)
    assert flaw.does
    assert flaw.change


def test_a_direction_against_the_catalogue_is_a_warning(plan: Callable[..., dict[str, Any]]) -> None:
    metrics = catalogue() | {"m": catalogue()["m"].model_copy(update={"direction": "down"})}
    assert [flaw.text for flaw in found(plan(), metrics)] == ["m：方案方向是 up，指标方向是 down"]


def test_names_that_lead_nowhere_are_told(plan: Callable[..., dict[str, Any]]) -> None:
    document = plan()
    document["owners"]["idle"] = {"name_zh": "闲", "name_en": "Idle"}
    document["milestone"] = [
        {
            "id": "MS-1",
            "month": 3,
            "name_zh": "一",
            "name_en": "One",
            "owner": "ops",
            "aims": [{"metric": "gone", "unit": "items", "at_least": 1}],
        }
    ]
    document["budget_rule"] = [{"tag": "tools", "seed": ["B-1"], "share": 0.5}]
    assert [flaw.text for flaw in found(document)] == [
        "MS-1：没有名为 gone 的指标或 KPI",
        "负责人 idle 名下没有任何条目",
        "budget_rule tools：没有预算行带这个标签",
    ]


def test_a_milestone_that_asks_for_another_number_than_the_curve_is_told(
    plan: Callable[..., dict[str, Any]],
) -> None:
    document = plan()
    aim = {"metric": "m", "unit": "share", "at_least": 0.4}
    stone = {"id": "MS-1", "month": 12, "name_zh": "一", "name_en": "One", "owner": "ops"}
    document["milestone"] = [{**stone, "aims": [aim]}]
    assert [(flaw.code, flaw.text) for flaw in found(document)] == [
        ("P-23", "MS-1：m 要求 40.0 %，计划线在第 12 月是 30.0 %")
    ]
    document["milestone"] = [{**stone, "aims": [{**aim, "at_least": 0.3}]}]
    assert found(document) == []


def test_a_plan_that_has_not_begun_says_so_in_the_readers_language(
    plan: Callable[..., dict[str, Any]],
) -> None:
    document = plan()
    document["brand"]["start_date"] = dt.date(2026, 7, 1)
    (flaw,) = lint(document, World(catalogue(), TODAY), "en")
    assert (flaw.level, flaw.text) == ("warn", "the plan starts on 2026-07-01; nothing is judged before")


def test_a_contradiction_that_no_resolution_settles_keeps_the_code_of_its_rule(
    plan: Callable[..., dict[str, Any]],
) -> None:
    document = plan()
    claim = {"where": "1", "says": "转化率", "kind": "target", "term": "转化率"}
    document["claim"] = [
        {**claim, "id": "a", "metric": "m", "value": 0.1},
        {**claim, "id": "b", "metric": "n", "value": 0.2},
    ]
    (flaw,) = found(document, catalogue(n="share"))
    assert (flaw.code, flaw.number, flaw.settled) == ("P-30", "", False)
    document["resolution"] = [{"number": "Q7", "rules": ["P-30"], "text_zh": "两个", "text_en": "two"}]
    (flaw,) = found(document, catalogue(n="share"))
    assert (flaw.number, flaw.does, flaw.settled) == ("Q7", "两个", True)


def test_a_resolution_of_a_rule_that_is_not_there_is_told(plan: Callable[..., dict[str, Any]]) -> None:
    document = plan()
    document["resolution"] = [{"number": "Q7", "rules": ["P-99"], "text_zh": "两个", "text_en": "two"}]
    assert [flaw.text for flaw in found(document)] == ["resolution Q7：没有名为 P-99 的检查规则"]


def test_every_rule_has_a_code_of_its_own() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert FORM not in codes
