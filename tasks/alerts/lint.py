"""A plan that loads, read for what its author can hardly have meant; pure.

Errors are what a run would stumble over; warnings are what it would do, though probably nobody wants it.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from tasks.alerts.entries import Gate, Kpi
from tasks.alerts.plan import Plan, faults, load_plan
from tasks.records import Metric

Say: TypeAlias = Callable[[str, str], str]
EXAMPLE_NAME = "示例品牌"
"""The brand of the plan that ships."""


@dataclass(frozen=True)
class Flaw:
    """One thing wrong with a plan, as a sentence."""

    level: Literal["fail", "warn"]
    text: str


def lint(
    document: Mapping[str, Any], catalogue: Mapping[str, Metric], today: dt.date, language: str
) -> list[Flaw]:
    """Everything wrong with a parsed ``plan.toml``, errors first.

    Args:
        document: the plan.
        catalogue: the metrics that exist, by id.
        today: a business date.
        language: ``zh-CN`` or ``en``; errors of form keep the words of the loader.
    """

    def say(chinese: str, english: str) -> str:
        return english if language == "en" else chinese

    refused = faults(document)
    if refused:
        return [Flaw("fail", text) for text in refused]
    plan = load_plan(document)
    errors = [Flaw("fail", text) for text in _errors(plan, catalogue, say)]
    rules = (_measurable, _reachable, _unknown_names, _money, _dates)
    warnings = [Flaw("warn", text) for rule in rules for text in rule(plan, catalogue, today, say)]
    return errors + warnings


def _errors(plan: Plan, catalogue: Mapping[str, Metric], say: Say) -> Iterator[str]:
    for entry in plan.watched:
        metric = catalogue.get(entry.metric)
        if metric is None:
            yield say(
                f"{entry.metric}：指标目录中没有它；写对名称，或写 measured = false",
                f"{entry.metric} is no metric of the catalogue: correct it, or write measured = false",
            )
        elif metric.unit != entry.unit:
            yield say(
                f"{entry.metric}：方案单位是 {entry.unit}，指标单位是 {metric.unit}，无法比较",
                f"{entry.metric}: the plan counts {entry.unit}, the metric {metric.unit}; they cannot be compared",
            )


def _measurable(plan: Plan, catalogue: Mapping[str, Metric], _today: dt.date, say: Say) -> Iterator[str]:
    for entry in plan.entries.values():
        metric = catalogue.get(entry.metric)
        if metric is not None and not entry.measured:
            yield say(
                f"{entry.metric}：已有指标，但方案写着 measured = false，因此不判级",
                f"{entry.metric} can be measured by now, but measured = false keeps it from being judged",
            )
        if (
            metric is not None
            and isinstance(entry, Kpi)
            and {metric.direction, entry.direction} == {"up", "down"}
        ):
            yield say(
                f"{entry.metric}：方案方向是 {entry.direction}，指标方向是 {metric.direction}",
                f"{entry.metric}: the plan wants it {entry.direction}, the catalogue {metric.direction}",
            )


def _reachable(plan: Plan, _catalogue: Mapping[str, Metric], _today: dt.date, say: Say) -> Iterator[str]:
    for entry in plan.entries.values():
        values = [entry.limit] if isinstance(entry, Gate) else [point.value for point in entry.points]
        beyond = ", ".join(str(value) for value in values if not _possible(value, entry.unit))
        if beyond:
            yield say(
                f"{entry.metric}：目标 {beyond} 达不到（单位 {entry.unit}；占比写 0–1，不写百分数）",
                f"{entry.metric}: the target {beyond} cannot be reached (unit {entry.unit}; shares are 0-1)",
            )
        if (
            isinstance(entry, Kpi)
            and isinstance(entry.baseline, Decimal)
            and len({entry.baseline, *values}) == 1
        ):
            yield say(
                f"{entry.metric}：起点就是目标，永远不会落后；应写成 gate",
                f"{entry.metric} starts at its target and can never be behind: write it as a gate",
            )


def _possible(value: Decimal, unit: str) -> bool:
    return 0 <= value <= 1 if unit == "share" else value >= 0


def _unknown_names(plan: Plan, catalogue: Mapping[str, Metric], _today: dt.date, say: Say) -> Iterator[str]:
    known = {*catalogue, *plan.entries, *(entry.metric for entry in plan.relatives)}
    places = [
        *((stone.id, aim.metric) for stone in plan.milestones for aim in stone.aims),
        *((phase.id, aim.metric) for phase in plan.phases for aim in phase.aims),
        *((row.seed, fact.metric) for row in plan.benchmarks for fact in row.facts if fact.metric),
        *(("response", metric) for response in plan.responses for metric in response.metrics),
    ]
    for place, metric in dict.fromkeys(places):
        if metric not in known:
            yield say(
                f"{place}：没有名为 {metric} 的指标或 KPI", f"{place}: no metric or KPI is named {metric}"
            )
    owners = {
        *(entry.owner for entry in plan.entries.values()),
        *(entry.owner for entry in plan.relatives),
        *(stone.owner for stone in plan.milestones),
    }
    for owner in plan.owners:
        if owner not in owners:
            yield say(f"负责人 {owner} 名下没有任何条目", f"the owner {owner} answers for nothing")


def _money(plan: Plan, _catalogue: Mapping[str, Metric], _today: dt.date, say: Say) -> Iterator[str]:
    tags = {tag for line in plan.budget for tag in line.tags}
    for rule in plan.budget_rules:
        if rule.tag not in tags:
            yield say(
                f"budget_rule {rule.tag}：没有预算行带这个标签",
                f"budget_rule {rule.tag}: no budget line carries this tag",
            )


def _dates(plan: Plan, _catalogue: Mapping[str, Metric], today: dt.date, say: Say) -> Iterator[str]:
    if plan.brand.name == EXAMPLE_NAME:
        yield say(
            "仍是随系统附带的示例方案：请改品牌名与 start_date",
            "this is still the example that ships: write your own brand name and start_date",
        )
    months = [point.month for kpi in plan.kpis for point in kpi.points]
    end = plan.date_of(max(months)) if months else None
    if end is not None and end < today:
        yield say(
            f"方案已于 {end} 结束，此后目标不再变化",
            f"the plan ended on {end}; its targets stay flat from then on",
        )
    if plan.brand.start_date > today:
        yield say(
            f"方案从 {plan.brand.start_date} 开始，在此之前不判级",
            f"the plan starts on {plan.brand.start_date}; nothing is judged before",
        )
