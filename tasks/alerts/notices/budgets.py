"""Budget lines: spent faster than the year goes by, before its money is due, or more than the year has (B-05).

Read from ``budget_use`` (spent ÷ budget to date) and ``budget_year_use`` (spent ÷ budget of the plan's year), of the
whole and by line. What an approver stands for in the spend ledger is overspent with leave: only the rest is told.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tasks.alerts.curves import known
from tasks.alerts.lag import level_of
from tasks.alerts.memory import SEVERITY
from tasks.alerts.notes import gap
from tasks.alerts.notices.drafts import Draft, owner_of
from tasks.alerts.plan import Plan
from tasks.calendars import add_months
from tasks.records import Level, MetricValue

KIND = "budget"
USE, YEAR_USE, LINE = "budget_use", "budget_year_use", "line"
MEASURED = (USE, YEAR_USE)
SETTLING = Decimal(1) / 12
"""Share of the year's budget that must be due before its pace is projected: a yearly invoice is no overspending."""
SETTLED = 31
"""Days after which a line spread evenly has that share due: one with less has its money later in the year."""
WORDS = {
    "zh-CN": {
        "title": "预算：{name}", "total": "全部预算行",
        "projected": "已支出 {spent}，为到今日预算的 {use}；照此全年超支 {over}（全年预算 {year}）",
        "beyond": "已支出 {spent}，超过全年预算 {year}（{use}）",
        "early": "已支出 {spent}，而到今日的预算为 {due}：提前支出 {early}（全年预算 {year}）",
        "unapproved": "；其中 {sum} 没有审批人",
        "approve": "暂停新增支出；超出部分须先审批再支出，并在支出台账的“审批人”列写明",
        "slow": "核对支出节奏与全年安排；预计超支部分须提前报批",
        "stop": "。",
    },
    "en": {
        "title": "Budget: {name}", "total": "all lines",
        "projected": "{spent} spent, {use} of the budget to date; at this pace {over} over the year's {year}",
        "beyond": "{spent} spent, more than the year's budget of {year} ({use})",
        "early": "{spent} spent, the budget to date is {due}: {early} too early (the year's budget is {year})",
        "unapproved": "; {sum} of that without an approver",
        "approve": "Stop new spending; what goes beyond needs approval first: name the approver in the spend ledger",
        "slow": "Hold the spending against the year's plan; ask for approval of the projected overspend in time",
        "stop": ".",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One entry of the spend ledger."""

    line_id: str
    business_date: dt.date
    spend_id: str
    cost_cny: Decimal
    approved_by: str | None


def year_start(plan: Plan, day: dt.date) -> dt.date | None:
    """The first day of the plan's year that a day lies in; None before the plan begins."""
    start = plan.brand.start_date
    if day < start:
        return None
    years = day.year - start.year
    begun = add_months(start, 12 * years)
    return begun if begun <= day else add_months(start, 12 * (years - 1))


def budgets(plan: Plan, values: Iterable[MetricValue], ledger: Iterable[Entry], language: str) -> list[Draft]:
    """A draft for every line, and for the whole, that is or will be overspent by more than the plan tolerates.

    Args:
        plan: the brand's plan; it names the lines and what it tolerates.
        values: the brand's values of one day of :data:`MEASURED`, totals and by line.
        ledger: what was spent in the plan's year, and who approved it.
        language: ``zh-CN`` or ``en``.
    """
    entries = sorted(ledger, key=lambda entry: (entry.business_date, entry.spend_id), reverse=True)
    uses: dict[str, dict[str, MetricValue]] = {}
    for value in values:
        if value.account_id == "*" and value.dimension in {"", LINE} and value.metric_id in MEASURED:
            uses.setdefault(value.member, {})[value.metric_id] = value
    drafts = (
        _draft(plan, line, use, [e for e in entries if not line or e.line_id == line], language)
        for line, use in sorted(uses.items())
    )
    return [draft for draft in drafts if draft]


def unapproved(over: Decimal, newest_first: Iterable[Entry]) -> Decimal:
    """How much of an overspend nobody approved: the newest entries are those that went beyond."""
    left, found = over, Decimal(0)
    for entry in newest_first:
        if left <= 0:
            break
        part = min(entry.cost_cny, left)
        left -= part
        found += Decimal(0) if (entry.approved_by or "").strip() else part
    return found + max(left, Decimal(0))


def _draft(
    plan: Plan, line: str, uses: dict[str, MetricValue], newest_first: Iterable[Entry], language: str
) -> Draft | None:
    to_date, whole = uses.get(USE), uses.get(YEAR_USE)
    if whole is None:
        return None
    spent, year = known(whole.numerator), known(whole.denominator)
    # A line none of whose money is due yet has no use to date.
    due = known(to_date.denominator) if to_date else Decimal(0)
    if spent is None or due is None or not year:
        return None
    words, entry = WORDS[language], next((row for row in plan.budget if row.id == line), None)
    said = {"spent": _money(spent, language), "year": _money(year, language)}
    bar = max(plan.rules.budget_tolerance * year, plan.rules.budget_slack_cny)
    if spent - year >= bar:
        beyond = spent - year
        level, text = Level.red, words["beyond"].format(**said, use=gap(spent / year))
    elif spent - due >= bar and (due <= 0 or _comes_later(plan, whole.business_date, due, year)):
        beyond = spent - due
        level = _at_least_yellow(beyond / year, plan)
        text = words["early"].format(**said, due=_money(due, language), early=_money(beyond, language))
    elif due >= SETTLING * year and spent > due and (spent / due - 1) * year >= bar:
        pace, beyond = spent / due, spent - due
        level = _at_least_yellow(pace - 1, plan)
        text = words["projected"].format(**said, use=gap(pace), over=_money((pace - 1) * year, language))
    else:
        return None
    open_part = unapproved(beyond, newest_first)
    if open_part <= 0:
        return None
    if open_part < beyond:
        text += words["unapproved"].format(sum=_money(open_part, language))
    name = entry.name(language) if entry else line or words["total"]
    return Draft(
        key=f"{KIND}:{line or 'total'}",
        kind=KIND,
        level=level,
        title=words["title"].format(name=name),
        reason=text + words["stop"],
        owner=owner_of(plan, entry.owner if entry else ""),
        action=words["approve" if level is Level.red else "slow"],
    )


def _comes_later(plan: Plan, day: dt.date, due: Decimal, year: Decimal) -> bool:
    """Whether so little is due so far into the year that the line's money is meant for later."""
    begun = year_start(plan, day)
    return begun is not None and (day - begun).days + 1 >= SETTLED and due < SETTLING * year


def _at_least_yellow(lag: Decimal, plan: Plan) -> Level:
    return max(level_of(lag, plan.thresholds), Level.yellow, key=SEVERITY.__getitem__)


def _money(value: Decimal, language: str) -> str:
    """Whole yuan: nobody steers a budget line by its cents."""
    return f"CNY {value:,.0f}" if language == "en" else f"{value:,.0f} 元"
