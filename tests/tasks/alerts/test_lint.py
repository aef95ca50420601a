import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tasks.alerts.lint import Flaw, lint
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
        document["kpi"] = [{**named, **whole, **kpi}]
        document["gate"] = [{**named, "metric": "g", "unit": "minutes", "at_most": 5}]
        return document

    return build


def catalogue(**units: str) -> dict[str, Metric]:
    known = {"m": "share", "g": "minutes"} | units
    parts = {"denominator": "d", "denominator_zh": "母", "denominator_en": "base"}
    return {k: some_metric(k, unit=u, **(parts if u == "share" else {})) for k, u in known.items()}


def found(document: dict[str, Any], metrics: dict[str, Metric] | None = None) -> list[Flaw]:
    return lint(document, metrics or catalogue(), TODAY, "zh-CN")


def test_a_good_plan_has_no_flaw(plan: Callable[..., dict[str, Any]]) -> None:
    assert found(plan()) == []


def test_every_error_that_keeps_a_plan_from_loading_is_told(plan: Callable[..., dict[str, Any]]) -> None:
    document = plan(direction="sideways")
    document["gate"][0]["at_mots"] = 7
    flaws = found(document)
    assert {flaw.level for flaw in flaws} == {"fail"}
    assert len(flaws) == 2
    assert "kpi m: direction" in flaws[0].text
    assert "gate g: at_mots" in flaws[1].text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"owner": "nobody"}, "m: owner 'nobody' is not among [owners]"),
        (
            {"checkpoints": [{"month": 6, "value": 0.4}]},
            "kpi m: the direction is up, but a value runs the other way",
        ),
        (
            {"checkpoints": [{"month": 12, "value": 0.2}]},
            "kpi m: checkpoint months must rise, and the end must come last",
        ),
    ],
)
def test_owners_and_checkpoints_are_checked(
    plan: Callable[..., dict[str, Any]], change: dict[str, Any], told: str
) -> None:
    assert found(plan(**change)) == [Flaw("fail", told)]


@pytest.mark.parametrize(
    ("change", "level", "told"),
    [
        ({"metric": "x"}, "fail", "x：指标目录中没有它"),
        ({"unit": "ratio"}, "fail", "m：方案单位是 ratio，指标单位是 share，无法比较"),
        ({"measured": False}, "warn", "m：已有指标，但方案写着 measured = false"),
        ({"end": {"month": 12, "value": 30}}, "warn", "m：目标 30 达不到（单位 share"),
        ({"end": {"month": 12, "value": 0.1}}, "warn", "m：起点就是目标，永远不会落后"),
        ({"end": {"month": 4, "value": 0.3}}, "warn", "方案已于 2026-05-01 结束"),
    ],
)
def test_what_its_author_can_hardly_have_meant_is_told(
    plan: Callable[..., dict[str, Any]], change: dict[str, Any], level: str, told: str
) -> None:
    (flaw,) = found(plan(**change))
    assert flaw.level == level
    assert flaw.text.startswith(told)


def test_a_direction_against_the_catalogue_is_a_warning(plan: Callable[..., dict[str, Any]]) -> None:
    metrics = catalogue() | {"m": catalogue()["m"].model_copy(update={"direction": "down"})}
    assert [flaw.text for flaw in found(plan(), metrics)] == ["m：方案方向是 up，指标方向是 down"]


def test_names_that_lead_nowhere_are_told(plan: Callable[..., dict[str, Any]]) -> None:
    document = plan()
    document["owners"]["idle"] = {"name_zh": "闲", "name_en": "Idle"}
    document["response"] = [{"metrics": ["m", "gone"], "text_zh": "做", "text_en": "do"}]
    document["budget_rule"] = [{"tag": "tools", "seed": ["B-1"], "share": 0.5}]
    assert [flaw.text for flaw in found(document)] == [
        "response：没有名为 gone 的指标或 KPI",
        "负责人 idle 名下没有任何条目",
        "budget_rule tools：没有预算行带这个标签",
    ]


def test_a_plan_that_has_not_begun_says_so_in_the_readers_language(
    plan: Callable[..., dict[str, Any]],
) -> None:
    document = plan()
    document["brand"]["start_date"] = dt.date(2026, 7, 1)
    (flaw,) = lint(document, catalogue(), TODAY, "en")
    assert flaw == Flaw("warn", "the plan starts on 2026-07-01; nothing is judged before")


def test_the_plan_that_ships_has_no_error_and_is_known_as_an_example(
    shipped_document: dict[str, Any],
) -> None:
    from tasks import settings  # noqa: PLC0415 - only here
    from tasks.metrics.catalogue import read  # noqa: PLC0415

    flaws = found(shipped_document, read(settings.load().document("metrics")))
    assert {flaw.level for flaw in flaws} == {"warn"}
    assert any("示例方案" in flaw.text for flaw in flaws)
