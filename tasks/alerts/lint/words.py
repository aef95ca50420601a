"""Words and numbers of the brand's document that mean two things, or nothing."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tasks.alerts.claims import Claim
from tasks.alerts.lint.flaws import Clash, Reading, Rule

GARBLED = re.compile(r"[?？�□]+\s*\d|\d\s*[?？�□]+\s*\d|[≥≤><]\s*[?？�□]")
"""A question mark or box where a digit was."""


def _one_name(r: Reading) -> Iterator[Clash]:
    for term, claims in r.by_term.items():
        stated = [claim for claim in claims if claim.metric and claim.figures]
        metrics = list(dict.fromkeys(claim.metric for claim in stated))
        if len(metrics) > 1 and len({claim.figures for claim in stated}) > 1:
            told = [
                r.say(
                    f"{r.section(c.where)} {r.figure(c)}（{c.metric}）",
                    f"{r.section(c.where)} {r.figure(c)} ({c.metric})",
                )
                for c in stated
            ]
            yield Clash(
                r.say(
                    f"“{term}”一个名称指 {len(metrics)} 个指标：{r.join(told)}",
                    f'one name, "{term}", for {len(metrics)} metrics: {r.join(told)}',
                ),
                _about(stated),
            )


def _one_number(r: Reading) -> Iterator[Clash]:
    for term, claims in r.by_term.items():
        stated = [claim for claim in claims if claim.metric and claim.figures]
        if len({claim.metric for claim in stated}) > 1 and len({claim.figures for claim in stated}) == 1:
            figure, metrics = r.figure(stated[0]), ", ".join(dict.fromkeys(claim.metric for claim in stated))
            places = r.say("、", " and ").join(r.section(claim.where) for claim in stated)
            yield Clash(
                r.say(
                    f"“{term}”同为 {figure}，却用于不同人群：{metrics}（{places}）",
                    f'"{term}" is {figure} for different people: {metrics} ({places})',
                ),
                _about(stated),
            )


def _several_numbers(r: Reading) -> Iterator[Clash]:
    for term, claims in r.by_term.items():
        counts = [claim for claim in claims if claim.kind == "count"]
        ranges = [(claim.low or Decimal(0), claim.high or Decimal(0)) for claim in counts]
        if ranges and max(low for low, _ in ranges) > min(high for _, high in ranges):
            yield Clash(
                r.say(f"“{term}”前后不一：{r.stated(counts)}", f'"{term}" differs: {r.stated(counts)}'),
                _about(counts),
            )


def _two_readings(r: Reading) -> Iterator[Clash]:
    for term, claims in r.by_term.items():
        whole = next((c for c in claims if c.start is not None and c.value is not None), None)
        for claim in claims:
            if whole is None or whole.start is None or whole.value is None or claim.change is None:
                continue
            from_start, from_target = whole.start * (1 + claim.change), whole.value * (1 + claim.change)
            if from_start != whole.value:
                unit = whole.unit
                yield Clash(
                    r.say(
                        f"“{term}”有两种读法：{r.section(claim.where)} {claim.change * 100:+.0f} % 是 "
                        f"{r.amount(whole.start, unit)} → {r.amount(from_start, unit)}，还是 "
                        f"{r.amount(whole.value, unit)} → {r.amount(from_target, unit)}；"
                        f"{r.section(whole.where)}写 {r.figure(whole)}",
                        f'"{term}" can be read in two ways: {claim.change * 100:+.0f} % in {r.section(claim.where)} is '
                        f"{r.amount(whole.start, unit)} → {r.amount(from_start, unit)} or "
                        f"{r.amount(whole.value, unit)} → {r.amount(from_target, unit)}; "
                        f"{r.section(whole.where)} says {r.figure(whole)}",
                    ),
                    _about([whole, claim]),
                )


def _industry(r: Reading) -> Iterator[Clash]:
    means: dict[str, list[tuple[str, Decimal, str]]] = {}
    for claim in r.claims("industry"):
        means.setdefault(claim.metric, []).append(
            (r.section(claim.where), claim.value or Decimal(0), claim.unit)
        )
    for metric, stated in means.items():
        unit, constant, target = stated[0][2], r.plan.brand.industry.get(metric), r.target(metric)
        told = [f"{where} {r.amount(value, unit)}" for where, value, _ in stated]
        values = {value for _, value, _ in stated}
        if constant is not None:
            told.append(f"[brand.industry] {r.amount(constant, unit)}")
            values.add(constant)
        if target in values:
            told.append(
                r.say(f"而 {r.amount(target, unit)} 就是目标", f"and {r.amount(target, unit)} is the target")
            )
        if len(values) > 1 or target in values:
            yield Clash(
                r.say(
                    f"{metric} 的行业均值：{r.join(told)}", f"the industry mean of {metric}: {r.join(told)}"
                ),
                frozenset({metric}),
            )


def _garbled(r: Reading) -> Iterator[Clash]:
    for claim in r.plan.claims:
        if GARBLED.search(claim.says):
            known = f"{claim.metric} {r.figure(claim)}" if claim.figures else ""
            yield Clash(
                r.say(
                    f"{r.section(claim.where)}“{claim.says}”中的数字已损坏"
                    + (f"，读作 {known}" if known else ""),
                    f'a number in {r.section(claim.where)} is garbled: "{claim.says}"'
                    + (f", read as {known}" if known else ""),
                ),
                _about([claim]),
            )


def _about(claims: list[Claim]) -> frozenset[str]:
    return frozenset(name for claim in claims for name in (claim.id, claim.metric) if name)


RULES = (
    Rule(
        "P-30", "一个名称，几个指标", "One name for several metrics",
        "各为一个指标，从不合用一个字段", "each is a metric of its own; they never share a field",
        "在方案中给它们不同的名称（claim 的 term）", "give them different names (term of the claims)",
        _one_name,
    ),
    Rule(
        "P-31", "一个数，几个人群", "One number for several groups of people",
        "同一公式，各算各的", "one formula, computed for each",
        "核对是否真的都要这个数，或改 term", "check that each really should have it, or change term",
        _one_number,
    ),
    Rule(
        "P-32", "同一件事几个数", "One thing counted differently",
        "不用于任何计算", "nothing is computed from it",
        "统一 claim 的 low 与 high", "let low and high of the claims agree",
        _several_numbers,
    ),
    Rule(
        "P-33", "变化幅度没有写明以什么为底", "A change without saying of what",
        "绝对目标与变化幅度分别判", "the absolute target and the change are judged apart",
        "写明以什么为底，或改用绝对数", "say what it is relative to, or write an absolute number",
        _two_readings,
    ),
    Rule(
        "P-34", "行业均值不一，或被当作目标", "An industry mean that differs, or is used as the target",
        "行业常数取 [brand.industry]，目标取 kpi", "the constant is [brand.industry]'s, the target the kpi's",
        "统一行业均值，并与目标分开", "agree on one mean, and keep it apart from the target",
        _industry,
    ),
    Rule(
        "P-35", "数字损坏", "A garbled number",
        "按同一文件的其他章节还原", "restored from other sections of the same document",
        "改正 claim 的 says", "correct says of the claim",
        _garbled,
    ),
)  # fmt: skip
