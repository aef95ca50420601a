"""Targets that cannot be reached, cannot be missed, or that "behind" does not mean one thing for."""

from collections.abc import Iterator
from decimal import Decimal, localcontext

from tasks.alerts.curves import EXACT
from tasks.alerts.entries import Gate, Kpi
from tasks.alerts.lint.flaws import Clash, Reading, Rule

STEEPER = 4
"""A stretch this many times as steep as the one before it is told."""


def _impossible(r: Reading) -> Iterator[Clash]:
    for entry in r.plan.entries.values():
        values = [entry.limit] if isinstance(entry, Gate) else [point.value for point in entry.points]
        beyond = ", ".join(str(value) for value in values if not _possible(value, entry.unit))
        if beyond:
            yield Clash(
                r.say(
                    f"{entry.metric}：目标 {beyond} 达不到（单位 {entry.unit}；占比写 0–1，不写百分数）",
                    f"{entry.metric}: the target {beyond} cannot be reached (unit {entry.unit}; shares are 0-1)",
                ),
                frozenset({entry.metric}),
            )


def _no_start(r: Reading) -> Iterator[Clash]:
    for kpi in r.plan.kpis:
        if isinstance(kpi.baseline, Decimal) and not _possible(kpi.baseline, kpi.unit):
            yield Clash(
                r.say(
                    f"{kpi.metric}：起点 {kpi.baseline} 不可能（单位 {kpi.unit}；占比写 0–1，不写百分数）",
                    f"{kpi.metric}: the start {kpi.baseline} is impossible (unit {kpi.unit}; shares are 0-1)",
                ),
                frozenset({kpi.metric}),
            )


def _possible(value: Decimal, unit: str) -> bool:
    return 0 <= value <= 1 if unit == "share" else value >= 0


def _standing(r: Reading) -> Iterator[Clash]:
    for kpi in r.plan.kpis:
        if isinstance(kpi.baseline, Decimal) and {point.value for point in kpi.points} == {kpi.baseline}:
            yield Clash(
                r.say(
                    f"{kpi.metric}：起点就是目标，永远不会落后；应写成 gate",
                    f"{kpi.metric} starts at its target and can never be behind: write it as a gate",
                ),
                frozenset({kpi.metric}),
            )


def _no_basis(r: Reading) -> Iterator[Clash]:
    silent = [kpi for kpi in r.plan.kpis if "lag_basis" not in kpi.model_fields_set]
    if not silent:
        return
    lag = r.amount(r.plan.levels.yellow.lag, "share")
    named = ", ".join(kpi.metric for kpi in silent[:3]) + (" …" if len(silent) > 3 else "")
    yield Clash(
        r.say(
            f"“落后 {lag}”以什么为底没有写明：{len(silent)} 个 KPI 没有写 lag_basis（{named}）；"
            "同一组数按进度、水平、百分点三种口径颜色不同",
            f'"behind by {lag}" of what is not said: {len(silent)} KPIs have no lag_basis ({named}); the same '
            "numbers have another colour on each of the three bases progress, level and points",
        ),
        frozenset(kpi.metric for kpi in silent),
    )


def _too_fast(r: Reading) -> Iterator[Clash]:
    for claim in r.claims("growth"):
        kpi, known = r.plan.entries.get(claim.metric), claim.value
        if not isinstance(kpi, Kpi) or known is None:
            continue
        for early, late, start, end in _stretches(kpi):
            if start <= 0 or end <= start:
                continue
            with localcontext(EXACT):
                needed = (end / start) ** (Decimal(1) / (late - early)) - 1
            if needed > known:
                yield Clash(
                    r.say(
                        f"{kpi.metric}：第 {early}–{late} 月从 {r.amount(start, kpi.unit)} 到 "
                        f"{r.amount(end, kpi.unit)}，每月要增长 {needed * 100:.1f} %；"
                        f"已知的增长是每月 {r.amount(known, 'share')}（{r.section(claim.where)}）",
                        f"{kpi.metric}: from {r.amount(start, kpi.unit)} in month {early} to "
                        f"{r.amount(end, kpi.unit)} in month {late} it must grow by {needed * 100:.1f} % a month; "
                        f"what is known is {r.amount(known, 'share')} a month ({r.section(claim.where)})",
                    ),
                    frozenset({kpi.metric, claim.id}),
                )


def _steeper(r: Reading) -> Iterator[Clash]:
    for kpi in r.plan.kpis:
        paces = [
            (early, late, abs(end - start) / (late - early)) for early, late, start, end in _stretches(kpi)
        ]
        for (_, _, before), (early, late, after) in zip(paces, paces[1:], strict=False):
            if before and after >= STEEPER * before:
                yield Clash(
                    r.say(
                        f"{kpi.metric}：第 {early}–{late} 月的速度是前一段的 {after / before:.1f} 倍",
                        f"{kpi.metric}: months {early}-{late} must run {after / before:.1f} times as fast as the "
                        "stretch before",
                    ),
                    frozenset({kpi.metric}),
                )


def _stretches(kpi: Kpi) -> Iterator[tuple[int, int, Decimal, Decimal]]:
    """Months and values between each two points; a measured start is not known here."""
    points = [(point.month, point.value) for point in kpi.points]
    if isinstance(kpi.baseline, Decimal):
        points.insert(0, (0, kpi.baseline))
    for (early, start), (late, end) in zip(points, points[1:], strict=False):
        yield early, late, start, end


RULES = (
    Rule(
        "P-10", "目标超出单位的范围", "A target beyond what its unit can be",
        "一直落后", "it stays behind for ever",
        "改目标值；占比写 0–1", "change the target; shares are 0-1",
        _impossible,
    ),
    Rule(
        "P-11", "起点就是目标", "A curve that starts at its target",
        "一直为绿", "it stays green for ever",
        "写成 gate，或改 baseline", "write it as a gate, or change baseline",
        _standing,
    ),
    Rule(
        "P-12", "落后的口径没有写明", 'What "behind" is relative to is not said',
        "按进度口径判级，另两种列在明细中", "judged on progress; the other two readings stand in the detail",
        "为每个 kpi 写 lag_basis：progress、level 或 points",
        "write lag_basis for every kpi: progress, level or points",
        _no_basis,
    ),
    Rule(
        "P-13", "要求的增长快过已知的增长", "Growth asked for is faster than growth that is known",
        "照常判级：多半会落后", "judged as written: it will probably fall behind",
        "推迟检查点，或在方案中写明增长从何而来",
        "put the checkpoint later, or say in the plan where the growth comes from",
        _too_fast,
    ),
    Rule(
        "P-14", "后一段骤然变陡", "A stretch far steeper than the one before",
        "照常判级", "judged as written",
        "核对检查点的月份与数值", "check months and values of the checkpoints",
        _steeper,
    ),
    Rule(
        "P-15", "起点超出单位的范围", "A start beyond what its unit can be",
        "照写的起点画计划线", "the curve is drawn from it",
        "改 baseline；占比写 0–1", "change baseline; shares are 0-1",
        _no_start,
    ),
)  # fmt: skip
