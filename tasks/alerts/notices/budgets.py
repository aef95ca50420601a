"""Budget lines: spent faster than the year goes by, or more than the year has (B-05).

Read from ``budget_use`` (spent ÷ budget to date) and ``budget_year_use`` (spent ÷ budget of the plan's year), of the
whole and by line.
"""

from collections.abc import Iterable
from decimal import Decimal

from tasks.alerts.curves import known
from tasks.alerts.lag import level_of
from tasks.alerts.memory import SEVERITY
from tasks.alerts.notes import amount, gap
from tasks.alerts.notices.drafts import Draft, owner_of
from tasks.alerts.plan import Plan
from tasks.records import Level, MetricValue

KIND = "budget"
USE, YEAR_USE, LINE = "budget_use", "budget_year_use", "line"
MEASURED = (USE, YEAR_USE)
SETTLING = Decimal(1) / 12
"""Share of the year's budget that must be due before its pace is projected: a yearly invoice is no overspending."""
WORDS = {
    "zh-CN": {
        "title": "预算：{name}", "total": "全部预算行",
        "projected": "已支出 {spent}，到今日的预算为 {budget}（{use}）；"
        "按此速度全年将支出 {whole}，比全年预算 {year} 多 {over}",
        "beyond": "已支出 {spent}，超过全年预算 {year}（{use}）",
        "approve": "暂停新增支出；超出部分须先审批再支出，并在支出台账记录审批人",
        "slow": "核对支出节奏与全年安排；预计超支部分须提前报批",
        "stop": "。",
    },
    "en": {
        "title": "Budget: {name}", "total": "all lines",
        "projected": "{spent} spent where the budget to date is {budget} ({use}); at this pace the year takes {whole}, "
        "{over} more than its budget of {year}",
        "beyond": "{spent} spent, more than the year's budget of {year} ({use})",
        "approve": "Stop new spending; what goes beyond needs approval before it is spent, noted in the spend ledger",
        "slow": "Hold the spending against the year's plan; ask for approval of the projected overspend in time",
        "stop": ".",
    },
}  # fmt: skip


def budgets(plan: Plan, values: Iterable[MetricValue], language: str) -> list[Draft]:
    """A draft for every line, and for the whole, that is or will be overspent.

    Args:
        plan: the brand's plan; it names the lines.
        values: the brand's values of one day of :data:`MEASURED`, totals and by line.
        language: ``zh-CN`` or ``en``.
    """
    uses: dict[str, dict[str, MetricValue]] = {}
    for value in values:
        if value.account_id == "*" and value.dimension in {"", LINE} and value.metric_id in MEASURED:
            uses.setdefault(value.member, {})[value.metric_id] = value
    drafts = (_draft(plan, line, use, language) for line, use in sorted(uses.items()))
    return [draft for draft in drafts if draft]


def _draft(plan: Plan, line: str, uses: dict[str, MetricValue], language: str) -> Draft | None:
    to_date, whole = uses.get(USE), uses.get(YEAR_USE)
    if to_date is None or whole is None:
        return None
    spent, budget, year = known(to_date.numerator), known(to_date.denominator), known(whole.denominator)
    if spent is None or not budget or not year:
        return None
    words, entry = WORDS[language], next((row for row in plan.budget if row.id == line), None)
    pace = spent / budget
    said = {"spent": amount(spent, "cny", language), "year": amount(year, "cny", language)}
    if spent > year:
        level, text = Level.red, words["beyond"].format(**said, use=gap(spent / year))
    elif pace > 1 and budget >= SETTLING * year:
        level = max(level_of(pace - 1, plan.thresholds), Level.yellow, key=SEVERITY.__getitem__)
        text = words["projected"].format(
            **said,
            budget=amount(budget, "cny", language),
            use=gap(pace),
            whole=amount(pace * year, "cny", language),
            over=amount((pace - 1) * year, "cny", language),
        )
    else:
        return None
    name = entry.name(language) if entry else line or words["total"]
    return Draft(
        key=f"{KIND}:{line or 'total'}",
        kind=KIND,
        level=level,
        title=words["title"].format(name=name),
        reason=text + words["stop"],
        owner=owner_of(plan, entry.owner if entry else "", language),
        action=words["approve" if level is Level.red else "slow"],
    )
