"""Names that lead nowhere, units that cannot be compared, and what could be measured but is not judged."""

from collections.abc import Iterator

from tasks.alerts.entries import Kpi
from tasks.alerts.lint.flaws import Clash, Reading, Rule


def _without_metric(r: Reading) -> Iterator[Clash]:
    for entry in r.plan.watched:
        if entry.metric not in r.world.catalogue:
            yield Clash(
                r.say(
                    f"{entry.metric}：指标目录中没有它；写对名称，或写 measured = false",
                    f"{entry.metric} is no metric of the catalogue: correct it, or write measured = false",
                ),
                frozenset({entry.metric}),
            )


def _other_unit(r: Reading) -> Iterator[Clash]:
    for entry in r.plan.watched:
        metric = r.world.catalogue.get(entry.metric)
        if metric is not None and metric.unit != entry.unit:
            yield Clash(
                r.say(
                    f"{entry.metric}：方案单位是 {entry.unit}，指标单位是 {metric.unit}，无法比较",
                    f"{entry.metric}: the plan counts {entry.unit}, the metric {metric.unit}; they cannot be compared",
                ),
                frozenset({entry.metric}),
            )


def _not_judged(r: Reading) -> Iterator[Clash]:
    for entry in r.plan.entries.values():
        if entry.metric in r.world.catalogue and not entry.measured:
            yield Clash(
                r.say(
                    f"{entry.metric}：已有指标，但方案写着 measured = false，因此不判级",
                    f"{entry.metric} can be measured by now, but measured = false keeps it from being judged",
                ),
                frozenset({entry.metric}),
            )


def _other_direction(r: Reading) -> Iterator[Clash]:
    for entry in r.plan.entries.values():
        metric = r.world.catalogue.get(entry.metric)
        if metric and isinstance(entry, Kpi) and {metric.direction, entry.direction} == {"up", "down"}:
            yield Clash(
                r.say(
                    f"{entry.metric}：方案方向是 {entry.direction}，指标方向是 {metric.direction}",
                    f"{entry.metric}: the plan wants it {entry.direction}, the catalogue {metric.direction}",
                ),
                frozenset({entry.metric}),
            )


def _unknown(r: Reading) -> Iterator[Clash]:
    plan = r.plan
    known = {*r.world.catalogue, *plan.entries, *(entry.metric for entry in plan.relatives)}
    places = [
        *((stone.id, aim.metric) for stone in plan.milestones for aim in stone.aims),
        *((phase.id, aim.metric) for phase in plan.phases for aim in phase.aims),
        *((row.seed, fact.metric) for row in plan.benchmarks for fact in row.facts if fact.metric),
    ]
    for place, metric in dict.fromkeys(places):
        if metric not in known:
            yield Clash(
                r.say(
                    f"{place}：没有名为 {metric} 的指标或 KPI", f"{place}: no metric or KPI is named {metric}"
                ),
                frozenset({place, metric}),
            )


def _unknown_claim(r: Reading) -> Iterator[Clash]:
    plan = r.plan
    known = {*r.world.catalogue, *r.world.listed, *plan.entries, *(entry.metric for entry in plan.relatives)}
    for claim in plan.claims:
        for metric in (claim.metric, claim.into, *claim.within):
            if metric and metric not in known:
                yield Clash(
                    r.say(
                        f"claim {claim.id}：没有名为 {metric} 的指标或 KPI，未建指标的清单里也没有",
                        f"claim {claim.id}: no metric or KPI is named {metric}, nor is it listed as not computable",
                    ),
                    frozenset({claim.id, metric}),
                )


def _swallowed(r: Reading) -> Iterator[Clash]:
    for entry in r.plan.relatives:
        if entry.metric in r.plan.entries:
            yield Clash(
                r.say(
                    f"relative {entry.metric}：这个指标已是 KPI 或底线，"
                    f"变化幅度 {r.amount(entry.change, 'share')} 不判级",
                    f"relative {entry.metric} is a KPI or gate already, so its change of "
                    f"{r.amount(entry.change, 'share')} is not judged",
                ),
                frozenset({entry.metric}),
            )


def _idle(r: Reading) -> Iterator[Clash]:
    plan = r.plan
    owners = {
        *(entry.owner for entry in plan.entries.values()),
        *(entry.owner for entry in plan.relatives),
        *(stone.owner for stone in plan.milestones),
    }
    for owner in plan.owners:
        if owner not in owners:
            yield Clash(
                r.say(f"负责人 {owner} 名下没有任何条目", f"the owner {owner} answers for nothing"),
                frozenset({owner}),
            )


RULES = (
    Rule(
        "P-01", "判级的条目没有指标", "A judged entry has no metric",
        "判级时没有数值可用", "there is no number to judge",
        "改 metric，或写 measured = false", "correct metric, or write measured = false",
        _without_metric, "fail",
    ),
    Rule(
        "P-02", "方案与指标单位不同", "Plan and metric count in different units",
        "两个数无法比较", "the two numbers cannot be compared",
        "改 unit 与目标值", "change unit and the targets",
        _other_unit, "fail",
    ),
    Rule(
        "P-03", "已能计算却不判级", "Can be measured, but is not judged",
        "不判级，日报列为“尚未计算”", "not judged; listed as not measured",
        "删去 measured = false", "take measured = false out",
        _not_judged,
    ),
    Rule(
        "P-04", "方案与指标方向相反", "Plan and catalogue want opposite directions",
        "按方案的方向判级", "judged in the plan's direction",
        "改 direction，或换指标", "change direction, or take another metric",
        _other_direction,
    ),
    Rule(
        "P-05", "名称没有着落", "A name leads nowhere",
        "这一条不起作用", "this entry has no effect",
        "写对名称，或为它写一个 kpi", "correct the name, or write a kpi for it",
        _unknown,
    ),
    Rule(
        "P-06", "负责人没有条目", "An owner answers for nothing",
        "不影响判级", "nothing is judged differently",
        "删去，或写到条目的 owner 中", "take the owner out, or give them an entry",
        _idle,
    ),
    Rule(
        "P-08", "引用的指标不存在", "A claim about a metric that is not there",
        "无法与任何数比较", "it can be compared with nothing",
        "写对 claim 的 metric，或列入 sql/catalogue/not_computable.toml",
        "correct metric of the claim, or list it in sql/catalogue/not_computable.toml",
        _unknown_claim, "fail",
    ),
    Rule(
        "P-09", "相对目标被同名条目盖过", "A relative target behind another entry",
        "只按 KPI 或底线判级", "the KPI or gate alone is judged",
        "换一个口径不同的指标，或删去其一", "take a metric of another grain, or one of the two out",
        _swallowed,
    ),
)  # fmt: skip
