"""What the plan wants and the platforms do not give: caps, pushes, freshness, cadence, interfaces."""

from collections.abc import Iterator
from decimal import Decimal

from tasks.alerts.entries import Gate
from tasks.alerts.lint.flaws import Cap, Clash, Reading, Rule


def _over_cap(r: Reading) -> Iterator[Clash]:
    for metric in dict.fromkeys(name for cap in r.world.platform.caps.values() for name in cap.counts):
        target = r.target(metric)
        over = [
            cap
            for cap in r.world.platform.caps.values()
            if metric in cap.counts and (target or 0) > cap.value
        ]
        if target is not None and over:
            unit = r.plan.entries[metric].unit
            told = [f"{_name(r, cap)} {r.amount(cap.value, unit)}" for cap in over]
            yield Clash(
                r.say(
                    f"{metric} 目标 {r.amount(target, unit)}，超过平台上限：{r.join(told)}",
                    f"{metric} should be {r.amount(target, unit)}, above what platforms hold: {r.join(told)}",
                ),
                frozenset({metric}),
            )


def _more_than_sent(r: Reading) -> Iterator[Clash]:
    gate, share = r.plan.entries.get("original_items_month"), r.target("originality_rate")
    caps = r.world.platform.caps
    pushes, each = caps.get("oa_pushes_per_follower_month"), caps.get("oa_articles_per_push")
    if not isinstance(gate, Gate) or gate.at_least is None or not share or pushes is None or each is None:
        return
    items, room = gate.at_least / share, pushes.value * each.value
    if items > room:
        yield Clash(
            r.say(
                f"每月原创不少于 {r.amount(gate.at_least, 'items')}、原创率 {r.amount(share, 'share')}，即每月 "
                f"{r.amount(items, 'items')}内容；一个服务号每月只能群发 {pushes.value:.0f} 次 × {each.value:.0f} 条 = "
                f"{r.amount(room, 'items')}",
                f"at least {r.amount(gate.at_least, 'items')} originals a month at {r.amount(share, 'share')} make "
                f"{r.amount(items, 'items')} items a month; one service account can push {pushes.value:.0f} × "
                f"{each.value:.0f} = {r.amount(room, 'items')}",
            ),
            frozenset({"original_items_month", "originality_rate"}),
        )


def _too_fresh(r: Reading) -> Iterator[Clash]:
    live = [endpoint for endpoint in r.world.endpoints.values() if endpoint.status == "live"]
    for claim in r.claims("freshness"):
        wanted = claim.value or Decimal(0)
        slow = [e for e in live if e.ready.hour * 60 + e.ready.minute > wanted]
        if slow:
            minutes = r.amount(wanted, "minutes")
            within = r.say(f"{minutes}内", f"within {minutes}") if wanted else r.say("即时", "at once")
            last = max(endpoint.ready for endpoint in slow)
            yield Clash(
                r.say(
                    f"{r.section(claim.where)}“{claim.says}”（{within}）；"
                    f"{len(live)} 个接口中 {len(slow)} 个次日才有数（T+1，最晚 {last:%H:%M}），如 {slow[0].name}",
                    f'{r.section(claim.where)} wants "{claim.says}" ({within}); {len(slow)} of {len(live)} '
                    f"interfaces have a day's figures on the next day (T+1, at the latest at {last:%H:%M}), e.g. "
                    f"{slow[0].name}",
                ),
                frozenset({claim.id}),
            )


def _two_cadences(r: Reading) -> Iterator[Clash]:
    claims = {claim.id: claim for claim in r.claims("cadence")}
    for claim in claims.values():
        for need in (claims[name] for name in claim.needs if name in claims):
            if need.value != claim.value:
                told = [f"{c.term or c.id} {r.amount(c.value or Decimal(0), 'times')}" for c in (need, claim)]
                yield Clash(
                    r.say(
                        f"每月更新的次数不同：{r.join(told)}，而后者读前者（{r.section(need.where)}、{r.section(claim.where)}）",
                        f"updated at different paces a month: {r.join(told)}, though the latter reads the former "
                        f"({r.section(need.where)}, {r.section(claim.where)})",
                    ),
                    frozenset({claim.id, need.id}),
                )


def _no_interface(r: Reading) -> Iterator[Clash]:
    for claim in r.claims("ask"):
        place, about = r.section(claim.where), frozenset({claim.id, claim.asks})
        gap, endpoint = r.world.platform.gaps.get(claim.asks), r.world.endpoints.get(claim.asks)
        if gap is not None:
            yield Clash(
                r.say(
                    f"{place}“{claim.says}”：{gap.name_zh}没有官方接口；可用：{gap.instead_zh}",
                    f'{place} asks "{claim.says}": no official interface gives {gap.name_en.lower()}; instead: '
                    f"{gap.instead_en}",
                ),
                about,
            )
        elif endpoint is not None and endpoint.status == "retired":
            yield Clash(
                r.say(
                    f"{place}“{claim.says}”：接口 {claim.asks} 已下线",
                    f'{place} asks "{claim.says}": the interface {claim.asks} is withdrawn',
                ),
                about,
            )
        elif endpoint is None and r.world.endpoints:
            yield Clash(
                r.say(
                    f"{place}“{claim.says}”：asks 写的 {claim.asks} 不是接口，也不在 platform.toml 中",
                    f'{place} asks "{claim.says}": {claim.asks} is no endpoint and not in platform.toml',
                ),
                about,
            )


def _name(r: Reading, cap: Cap) -> str:
    return r.say(cap.name_zh, cap.name_en)


RULES = (
    Rule(
        "P-50", "目标超过平台上限", "A target above a platform's cap",
        "在本系统内计算，不写回平台", "counted here; not written back to the platform",
        "降低目标，或只同步其中一部分", "lower the target, or write back only some",
        _over_cap,
    ),
    Rule(
        "P-51", "内容多过能群发的条数", "More content than can be pushed",
        "跨全部渠道计数", "counted over all channels",
        "降低 original_items_month 的底线，或写明其他渠道",
        "lower the gate of original_items_month, or name other channels",
        _more_than_sent,
    ),
    Rule(
        "P-52", "要求的时效快过平台", "Wanted sooner than the platforms have it",
        "从数据就绪起计时；报告注明 T+1", "timed from when the figures are ready; reports say T+1",
        "把 claim 的 value 改为平台能给的分钟数", "change value of the claim to minutes the platforms can keep",
        _too_fresh,
    ),
    Rule(
        "P-53", "相依的两件事更新节奏不同", "Two paces for things that depend on each other",
        "各按各的节奏", "each keeps its own pace",
        "统一每月次数", "let both run equally often",
        _two_cadences,
    ),
    Rule(
        "P-54", "要的东西没有接口", "Asked for without an interface",
        "不计算，用最接近的替代", "not computed; the nearest thing is offered",
        "删去该要求，或改用替代", "drop the wish, or take the nearest thing",
        _no_interface,
    ),
)  # fmt: skip
