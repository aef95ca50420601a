"""Months that do not fit each other: phases, milestones, horizon, and what should come before what."""

from collections.abc import Iterator

from tasks.alerts.entries import Kpi
from tasks.alerts.lint.flaws import Clash, Reading, Rule

EXAMPLE_NAME = "示例品牌"
"""The brand of the plan that ships."""


def _horizon(r: Reading) -> Iterator[Clash]:
    phases, stones = r.plan.phases, r.plan.milestones
    end = max((phase.last_month for phase in phases), default=0)
    last = max((stone.month for stone in stones), default=0)
    stated = [(claim, int(claim.value or 0)) for claim in r.claims("horizon")]
    too_late = bool(phases) and last > end
    if not too_late and not any(months not in {0, max(end, last)} for _, months in stated):
        return
    lengths = " + ".join(str(phase.last_month - phase.first_month + 1) for phase in phases)
    parts = [
        r.say(
            f"{r.section(claim.where)}写共 {months} 个月",
            f"{r.section(claim.where)} says {months} months in all",
        )
        for claim, months in stated
    ]
    if phases:
        parts.append(r.say(f"各阶段 {lengths}，到第 {end} 月", f"the phases {lengths} end in month {end}"))
    if stones:
        parts.append(r.say(f"最后的里程碑在第 {last} 月", f"the last milestone is due in month {last}"))
    yield Clash(r.join(parts), frozenset(claim.id for claim, _ in stated))


def _outside(r: Reading) -> Iterator[Clash]:
    phases = {
        name.casefold(): phase for phase in r.plan.phases for name in (phase.id, phase.name_zh, phase.name_en)
    }
    for stone in r.plan.milestones:
        phase = phases.get(stone.phase.casefold())
        if phase is not None and not phase.first_month <= stone.month <= phase.last_month:
            name = phase.name(r.language)
            yield Clash(
                r.say(
                    f"{stone.id}：第 {stone.month} 月，却属于“{name}”（第 {phase.first_month}–{phase.last_month} 月）",
                    f'{stone.id}: due in month {stone.month}, but part of "{name}" (months {phase.first_month}-'
                    f"{phase.last_month})",
                ),
                frozenset({stone.id, phase.id}),
            )


def _two_dates(r: Reading) -> Iterator[Clash]:
    due = {(aim.metric, aim.limit): stone for stone in r.plan.milestones for aim in stone.aims}
    for phase in r.plan.phases:
        twice = [
            (aim, stone)
            for aim in phase.aims
            if (stone := due.get((aim.metric, aim.limit))) and stone.month != phase.last_month
        ]
        if twice:
            told = [
                r.say(
                    f"{aim.metric} {r.amount(aim.limit, aim.unit)} 在 {stone.id} 是第 {stone.month} 月",
                    f"{aim.metric} {r.amount(aim.limit, aim.unit)} is due in month {stone.month} in {stone.id}",
                )
                for aim, stone in twice
            ]
            yield Clash(
                r.say(
                    f"{phase.id} 要求第 {phase.last_month} 月达到的，里程碑要求在别的月份：{r.join(told)}",
                    f"what {phase.id} wants by month {phase.last_month}, milestones want in another: {r.join(told)}",
                ),
                frozenset({phase.id, *(stone.id for _, stone in twice)}),
            )


def _other_number(r: Reading) -> Iterator[Clash]:
    for stone in r.plan.milestones:
        for aim in stone.aims:
            entry = r.plan.entries.get(aim.metric)
            point = (
                next((p for p in entry.points if p.month == stone.month), None)
                if isinstance(entry, Kpi)
                else None
            )
            if point is not None and (point.value, getattr(entry, "unit", "")) != (aim.limit, aim.unit):
                yield Clash(
                    r.say(
                        f"{stone.id}：{aim.metric} 要求 {r.amount(aim.limit, aim.unit)}，"
                        f"计划线在第 {stone.month} 月是 {r.amount(point.value, aim.unit)}",
                        f"{stone.id}: {aim.metric} should be {r.amount(aim.limit, aim.unit)}, the curve has "
                        f"{r.amount(point.value, aim.unit)} in month {stone.month}",
                    ),
                    frozenset({stone.id, aim.metric}),
                )


def _too_late(r: Reading) -> Iterator[Clash]:
    for claim in r.claims("brings"):
        bringer, brought = r.plan.entries.get(claim.metric), r.plan.entries.get(claim.into)
        if not isinstance(bringer, Kpi) or not isinstance(brought, Kpi):
            continue
        last, first = bringer.points[-1], brought.points[0]
        if last.month > first.month:
            yield Clash(
                r.say(
                    f"{claim.into} 第 {first.month} 月就要到 {r.amount(first.value, brought.unit)}，"
                    f"带来它的 {claim.metric}（{r.amount(last.value, bringer.unit)}）第 {last.month} 月才完成",
                    f"{claim.into} must reach {r.amount(first.value, brought.unit)} by month {first.month}, but "
                    f"{claim.metric} ({r.amount(last.value, bringer.unit)}), which bring it, end in month {last.month}",
                ),
                frozenset({claim.id, claim.metric, claim.into}),
            )


def _example(r: Reading) -> Iterator[Clash]:
    if r.plan.brand.name == EXAMPLE_NAME:
        yield Clash(
            r.say(
                "仍是随系统附带的示例方案：请改品牌名与 start_date",
                "this is still the example that ships: write your own brand name and start_date",
            )
        )


def _over(r: Reading) -> Iterator[Clash]:
    months = [point.month for kpi in r.plan.kpis for point in kpi.points]
    end = r.plan.date_of(max(months)) if months else None
    if end is not None and end < r.world.today:
        yield Clash(
            r.say(
                f"方案已于 {end} 结束，此后目标不再变化",
                f"the plan ended on {end}; its targets stay flat from then on",
            )
        )


def _not_yet(r: Reading) -> Iterator[Clash]:
    start = r.plan.brand.start_date
    if start > r.world.today:
        yield Clash(
            r.say(
                f"方案从 {start} 开始，在此之前不判级",
                f"the plan starts on {start}; nothing is judged before",
            )
        )


RULES = (
    Rule(
        "P-20", "阶段、里程碑与总时长不一致", "Phases, milestones and the whole length disagree",
        "以里程碑的月份为准，阶段只是标签", "the milestones' months count; phases are labels",
        "改阶段的月份或里程碑的 month", "change the phases' months or the milestones' month",
        _horizon,
    ),
    Rule(
        "P-21", "里程碑不在所属阶段内", "A milestone outside its phase",
        "以里程碑的 month 为准", "the milestone's month counts",
        "改 month，或改 phase", "change month, or phase",
        _outside,
    ),
    Rule(
        "P-22", "同一目标有两个期限", "One aim is due twice",
        "以里程碑的月份判级", "judged by the milestone's month",
        "让阶段的 last_month 与里程碑的 month 一致，或删去一处", "let both months agree, or take one out",
        _two_dates,
    ),
    Rule(
        "P-23", "里程碑与计划线的数不同", "Milestone and curve ask for different numbers",
        "各按各的判", "each is judged by its own number",
        "改 aims 或 checkpoints", "change aims or checkpoints",
        _other_number,
    ),
    Rule(
        "P-24", "带来结果的事晚于结果", "What brings a result is due after the result",
        "各自判级，不强加先后", "each is judged for itself; no order is enforced",
        "提前前者，或推迟后者的检查点", "put the one earlier, or the other's checkpoint later",
        _too_late,
    ),
    Rule(
        "P-25", "仍是示例方案", "Still the example plan",
        "照示例判级", "judged by the example",
        "改 [brand] 的 name 与 start_date", "change name and start_date of [brand]",
        _example,
    ),
    Rule(
        "P-26", "方案已经结束", "The plan is over",
        "目标不再变化", "the targets stay flat",
        "写新的检查点", "write new checkpoints",
        _over,
    ),
    Rule(
        "P-27", "方案尚未开始", "The plan has not begun",
        "不判级", "nothing is judged",
        "到 start_date 自然消失；写错了就改 start_date", "it passes on start_date; correct it if it is wrong",
        _not_yet,
    ),
)  # fmt: skip
