"""Shares that do not add up."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from tasks.alerts.claims import Claim
from tasks.alerts.lint.flaws import Clash, Reading, Rule


def _parts(r: Reading) -> Iterator[Clash]:
    wholes: dict[str, list[Claim]] = {}
    for claim in r.claims("part"):
        wholes.setdefault(claim.term, []).append(claim)
    for term, parts in wholes.items():
        total = sum((part.value or Decimal(0) for part in parts), Decimal(0))
        if total != 1:
            sum_of = " + ".join(r.amount(part.value or Decimal(0), "share") for part in parts)
            yield Clash(
                r.say(
                    f"“{term}”各部分 {sum_of} = {r.amount(total, 'share')}，不是 100 %（{r.section(parts[0].where)}）",
                    f'the parts of "{term}" {sum_of} = {r.amount(total, "share")}, not 100 % '
                    f"({r.section(parts[0].where)})",
                ),
                frozenset(part.id for part in parts),
            )


def _two_mixes(r: Reading) -> Iterator[Clash]:
    for one, other in combinations(r.plan.mixes, 2):
        shared = [name for name in one.shares if name in other.shares]
        alone = [name for name in other.shares if name not in one.shares]
        if not shared or not alone:
            continue
        told = [
            f"{mix.name(r.language)} {'/'.join(f'{share * 100:.0f}' for share in mix.shares.values())} %"
            for mix in (one, other)
        ]
        both = r.amount(
            sum(one.shares.values(), Decimal(0)) + sum(other.shares.values(), Decimal(0)), "share"
        )
        common = ", ".join(f"{name} {r.amount(one.shares[name], 'share')}" for name in shared)
        yield Clash(
            r.say(
                f"两种划分各占全部内容，合计 {both}：{r.join(told)}；只有 {common} 相同，"
                f"{', '.join(alone)} 在“{one.name(r.language)}”中没有位置",
                f"two divisions of the same whole, {both} together: {r.join(told)}; they share only {common}, and "
                f"{', '.join(alone)} has no place in {one.name(r.language)}",
            ),
            frozenset({one.id, other.id}),
        )


def _budget(r: Reading) -> Iterator[Clash]:
    lines = r.plan.budget
    for rule in r.plan.budget_rules:
        tagged = [line for line in lines if rule.tag in line.tags]
        if not tagged or rule.check == "none":
            continue
        low, high = sum(line.low_cny for line in tagged), sum(line.high_cny for line in tagged)
        all_low, all_high = sum(line.low_cny for line in lines), sum(line.high_cny for line in lines)
        shares = sorted(
            Decimal(part) / Decimal(whole) for part, whole in ((low, all_low), (high, all_high)) if whole
        )
        if shares and not shares[0] <= rule.share <= shares[-1]:
            spread = f"{shares[0] * 100:.0f}–{shares[-1] * 100:.0f} %"
            spread = r.amount(shares[0], "share") if shares[0] == shares[-1] else spread
            yield Clash(
                r.say(
                    f"budget_rule {rule.tag}：写的是 {r.amount(rule.share, 'share')}，"
                    f"预算行合计占 {spread}（{low / 10_000:.0f}–{high / 10_000:.0f} 万元，"
                    f"共 {all_low / 10_000:.0f}–{all_high / 10_000:.0f} 万元）",
                    f"budget_rule {rule.tag}: {r.amount(rule.share, 'share')} is written, the lines make {spread} "
                    f"(CNY {low:,.0f}-{high:,.0f} of {all_low:,.0f}-{all_high:,.0f})",
                ),
                frozenset({rule.tag}),
            )


def _no_line(r: Reading) -> Iterator[Clash]:
    tags = {tag for line in r.plan.budget for tag in line.tags}
    for rule in r.plan.budget_rules:
        if rule.tag not in tags:
            yield Clash(
                r.say(
                    f"budget_rule {rule.tag}：没有预算行带这个标签",
                    f"budget_rule {rule.tag}: no budget line carries this tag",
                ),
                frozenset({rule.tag}),
            )


def _all_of_them(r: Reading) -> Iterator[Clash]:
    for claim in r.claims("subset"):
        part = r.target(claim.metric)
        factors = [r.target(metric) for metric in claim.within]
        if part is None or not factors or any(factor is None for factor in factors):
            continue
        whole = Decimal(1)
        for factor in factors:
            whole *= factor or 0
        if part >= whole:
            unit = r.plan.entries[claim.metric].unit
            product = " × ".join(
                r.amount(factor or Decimal(0), r.plan.entries[metric].unit)
                for metric, factor in zip(claim.within, factors, strict=True)
            )
            yield Clash(
                r.say(
                    f"{claim.metric} 目标 {r.amount(part, unit)}，而它所属的全部只有 {product} = "
                    f"{r.amount(whole, unit)}（{r.section(claim.where)}）",
                    f"{claim.metric} should be {r.amount(part, unit)}, yet all it is part of is {product} = "
                    f"{r.amount(whole, unit)} ({r.section(claim.where)})",
                ),
                frozenset({claim.id, claim.metric}),
            )


RULES = (
    Rule(
        "P-40", "各部分之和不是 100 %", "Parts that are not 100 % together",
        "只作引用，不用于计算", "quoted only; nothing is computed from it",
        "改 claim 的 value，或把它们写成可多选", "change value of the claims, or let them be several questions",
        _parts,
    ),
    Rule(
        "P-41", "同一批内容有两种划分", "Two divisions of the same things",
        "作为两个独立的标签，各自计算", "two independent labels, each counted for itself",
        "只留一种，或让成员互不重名", "keep one, or give their members different names",
        _two_mixes,
    ),
    Rule(
        "P-42", "预算比例与预算行不符", "A budget share against its lines",
        "以预算行为准", "the lines are the truth",
        "改 share，或改预算行", "change share, or the lines",
        _budget,
    ),
    Rule(
        "P-43", "预算比例没有对应的行", "A budget share without lines",
        "这条比例不起作用", "this share has no effect",
        "给预算行加上这个标签", "give this tag to budget lines",
        _no_line,
    ),
    Rule(
        "P-44", "部分等于全部", "A part as large as its whole",
        "两者分别计算并列出", "both are counted and shown",
        "降低部分的目标，或提高全部的目标", "lower the part's target, or raise the whole's",
        _all_of_them,
    ),
)  # fmt: skip
