"""Content mixes: types of content further from their planned share than the plan tolerates (K-06, T-06, X-07).

Read from ``<mix>_mix_share`` by the mix's own label. Too few items, or too many without a label, are grey there and
tell nothing here.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext

from tasks.alerts.curves import EXACT, known
from tasks.alerts.entries import Mix
from tasks.alerts.notes import amount
from tasks.alerts.notices.drafts import Draft, owner_of
from tasks.alerts.plan import Plan
from tasks.records import Level, MetricValue

KIND = "mix"
TIMES = ((Level.red, 3), (Level.orange, 2), (Level.yellow, 1))
"""How many times the tolerance a share must be off for each level; up to the tolerance itself all is well."""
LEAST = 20
"""Items below which one more or less moves a share by the whole tolerance."""
OWNER = "content"
WORDS = {
    "zh-CN": {
        "title": "内容配比：{name}", "part": "{name} 占 {actual}，计划 {planned}", "and": "；",
        "end": "（容差 ±{tolerance}，共 {items} 篇）。",
    },
    "en": {
        "title": "Content mix: {name}", "part": "{name} is {actual}, {planned} planned", "and": "; ",
        "end": " (tolerance ±{tolerance}, {items} items).",
    },
}  # fmt: skip


def mixes(plan: Plan, values: Iterable[MetricValue], names: Mapping[str, str], language: str) -> list[Draft]:
    """A draft for every mix with a share beyond its tolerance; the furthest first in its sentence.

    Args:
        plan: the brand's plan.
        values: the brand's values of one day.
        names: what a reader calls each type; others are told as the plan writes them.
        language: ``zh-CN`` or ``en``.
    """
    told = [v for v in values if v.account_id == "*" and v.dimension]
    drafts = (_draft(plan, mix, told, names, language) for mix in plan.mixes)
    return [draft for draft in drafts if draft]


def _draft(
    plan: Plan, mix: Mix, values: list[MetricValue], names: Mapping[str, str], language: str
) -> Draft | None:
    shares = {
        v.member: v
        for v in values
        if v.metric_id == f"{mix.id}_mix_share"
        and v.dimension == mix.label
        and v.status != "grey"
        and (v.denominator or 0) >= LEAST
    }
    off: list[tuple[Decimal, str, Decimal]] = []
    with localcontext(EXACT):
        for member, value in shares.items():
            actual = known(value.value)
            if actual is not None and member in mix.shares:
                off.append((abs(actual - mix.shares[member]), member, actual))
    off = sorted((entry for entry in off if entry[0] > mix.tolerance), reverse=True)
    if not off:
        return None
    words = WORDS[language]
    parts = [
        words["part"].format(
            name=names.get(member, member),
            actual=amount(actual, "share", language),
            planned=amount(mix.shares[member], "share", language),
        )
        for _, member, actual in off
    ]
    items = next(iter(shares.values())).denominator or 0
    end = words["end"].format(tolerance=amount(mix.tolerance, "share", language), items=f"{items:,.0f}")
    return Draft(
        key=f"{KIND}:{mix.id}",
        kind=KIND,
        level=next((level for level, times in TIMES if off[0][0] > times * mix.tolerance), Level.yellow),
        title=words["title"].format(name=mix.name(language)),
        reason=words["and"].join(parts) + end,
        owner=owner_of(plan, OWNER),
    )
