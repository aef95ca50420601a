"""Gather a business week's content story: facts of the lake, judged (floor 5)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tasks import calendars
from tasks.alerts.decompose import Pair, of_rate, whole_of
from tasks.alerts.lag import PRECISION, level_of
from tasks.alerts.plan import Plan
from tasks.calendars import ONE_DAY, Week, Window
from tasks.connections import Connections
from tasks.content.funnel import funnel
from tasks.content.items import items
from tasks.content.lifts import lifts
from tasks.content.meeting import all_decisions, meeting
from tasks.content.mix import Wanted, mixes, months_before, production
from tasks.content.pulse import Limit, pulse
from tasks.content.rates import PARTS
from tasks.content.sameness import MONTHS, sameness
from tasks.content.sends import sends
from tasks.content.shifts import DIMENSIONS, common_age, left_out, parts
from tasks.content.slots import slots
from tasks.content.topics import topics
from tasks.content.verdicts import verdicts
from tasks.errors import ConfigurationError
from tasks.gauge import as_told
from tasks.measure import catalogue_of, cells_of, plan_of
from tasks.metrics.impact import Impact
from tasks.opsdb import actions, alerts, decisions
from tasks.records import Account, AlertRow, ContentItem, Level, Retrospective, Shift, Trust
from tasks.reflect import IMPORTED

WEEKS = 8
"""Trailing weeks that verdicts, lifts, slots and usual rates look at; the week itself is the last of them."""
MIX_DAYS = 30
"""Days of the mix, as its metrics have them: one week's few items cannot show a share."""
SEVEN = dt.timedelta(days=7)
PLANNED_STEPS = {"read": "oa_open_rate"}
"""Step of the funnel → the KPI whose planned value is told beside it. No level comes from it: the KPI counts the opens
of 7 days, the step those until Sunday. The KPIs of clicks, orders and repeats count others: readers without doubles,
all visitors, buyers of 90 days."""
LIMITS = {
    "messages_per_group_day": "messages_per_group_day",
    "active_rate": "community_active_rate",
    "marketing_share": "marketing_message_share",
}
"""Figure of the communities → the KPI or gate whose planned value it is held against."""
TOLERANCE = 0.05
"""Of a mix of one part, as the plan's own mixes have it."""
SHARES = {"originality": ("is_original", "yes", "originality_rate"), "ugc": ("origin", "ugc", "ugc_share")}
"""Mixes of one part: label, member, and the KPI that says how much of it is planned."""
MADE = ("original_items_month", "production_cycle_days", "community_topics_month")
"""The plan's KPIs of how content is made, told beside the week's own figures."""
JUDGED_BY = "interaction_rate"
"""What decides keep or kill: neither reads alone nor likes alone (PB-03)."""


def retrospective(
    c: Connections, week: Week, compare_to: Week, accounts: Collection[str], doubts: Collection[str]
) -> Retrospective:
    """The week's content story from the facts as they stand.

    Args:
        c: connections.
        week: the business week.
        compare_to: the week its rates are held against.
        accounts: account ids whose content is told of; empty: all.
        doubts: what the checks of the facts found.
    """
    window, plan = week.window, plan_of(c)
    trailing = Window(window.start - (WEEKS - 1) * SEVEN, window.end)
    months = months_before(window.start, MONTHS)
    other = compare_to.window
    around = Window(min(trailing.start, other.start, months[0]), max(window.end + SEVEN, other.end))
    every = _items(c, around)
    known = [i for i in every if not accounts or i.account_id in accounts]
    now, before = _published(known, window), _published(known, other)
    recent = _published(known, trailing)
    thirty = Window.ending(window.last, MIX_DAYS)
    month = _published(known, thirty)
    judged = alerts.of(c.database, window.last)
    expected = {alert.metric_id: alert for alert in judged}
    found, calls = lifts(recent, JUDGED_BY), verdicts(recent, JUDGED_BY)
    age = common_age(before, now)

    def colour(lag: float) -> Level:
        return level_of(Decimal(str(lag)).quantize(PRECISION), plan.thresholds)

    whole_months = Window(months[0], window.start.replace(day=1))
    growth = _growth(c, whole_months)
    return Retrospective(
        week=str(week),
        first=window.start,
        last=window.last,
        compared=str(compare_to),
        accounts={account.account_id: account.name for account in c.settings.accounts()},
        items=tuple(now),
        before=tuple(before),
        verdicts=tuple(calls),
        lifts=tuple(found),
        mixes=tuple(mixes(month, _wanted(plan, expected))),
        production=production(month, MIX_DAYS),
        sameness=tuple(sameness(_published(every, whole_months), growth)),
        funnel=tuple(
            funnel(
                _rows(c, "funnel", Window(trailing.start - SEVEN, window.end)),
                window.start,
                _steps(expected),
                colour,
                accounts,
            )
        ),
        shifts=tuple(_shifts(before, now, age)),
        pulse=tuple(
            pulse(
                _rows(c, "communities", window),
                _rows(c, "communities", other),
                _limits(plan, expected),
                colour,
            )
        ),
        sends=tuple(sends(_rows(c, "sends", window))),
        slots=tuple(slots(recent)),
        topics=tuple(topics(_rows(c, "topics", window), _rows(c, "comments", thirty), found, calls, now)),
        meeting=meeting(
            all_decisions(decisions.read(c.database, until=window.end), c.lake.rows(IMPORTED), window.end),
            actions.read(c.database),
            [
                item
                for item in _published(every, Window(window.end, window.end + SEVEN))
                if not accounts or not item.account_id or item.account_id in accounts
            ],
            as_told(c, judged),
            window.last,
        ),
        trust=_trust(c, window),
        doubts=tuple(doubts),
        weeks=WEEKS,
        age=age,
        left_out=left_out(age, before, now),
        made=tuple(expected[metric_id] for metric_id in MADE if metric_id in expected),
        is_growth_known=None not in growth.values(),
        chosen=tuple(sorted(accounts)),
        month=tuple(month),
    )


def _rows(c: Connections, name: str, window: Window) -> list[dict[str, Any]]:
    query = f"retrospective/{name}"
    return list(c.engine.query(query, start_date=window.start, end_date=window.end).to_pylist())


def _items(c: Connections, window: Window) -> list[ContentItem]:
    today = calendars.business_date(calendars.now())
    return items(_rows(c, "content_items", window), today, _ids_by_name(c.settings.accounts()))


def _ids_by_name(accounts: Collection[Account]) -> dict[str, str]:
    """The account of each name that only one has, and that is no other account's id."""
    named = Counter(account.name for account in accounts)
    ids = {account.account_id for account in accounts}
    return {a.name: a.account_id for a in accounts if named[a.name] == 1 and a.name not in ids}


def _published(known: Collection[ContentItem], window: Window) -> list[ContentItem]:
    return [item for item in known if item.publish_date in window]


def _wanted(plan: Plan, expected: Mapping[str, AlertRow]) -> list[Wanted]:
    """The plan's mixes, then originality and users' own content as they are due by now."""
    found = [
        Wanted(mix.id, mix.label, {m: float(s) for m, s in mix.shares.items()}, float(mix.tolerance))
        for mix in plan.mixes
    ]
    for mix_id, (label, member, metric_id) in SHARES.items():
        alert = expected.get(metric_id)
        if alert is not None and alert.expected is not None:
            found.append(Wanted(mix_id, label, {member: float(alert.expected)}, TOLERANCE, at_least=True))
    return found


def _steps(expected: Mapping[str, AlertRow]) -> dict[str, float]:
    return {
        step: float(expected[metric_id].expected or 0)
        for step, metric_id in PLANNED_STEPS.items()
        if metric_id in expected and expected[metric_id].expected is not None
    }


def _limits(plan: Plan, expected: Mapping[str, AlertRow]) -> dict[str, Limit]:
    at_most = {gate.metric for gate in plan.gates if gate.at_most is not None}
    return {
        name: Limit(float(expected[metric_id].expected or 0), metric_id in at_most)
        for name, metric_id in LIMITS.items()
        if metric_id in expected and expected[metric_id].expected is not None
    }


def _growth(c: Connections, window: Window) -> dict[str, float | None]:
    """Net followers ÷ followers at the start of each whole month before the week; null unless every day is known."""
    firsts = months_before(window.end, MONTHS)
    growth: dict[str, float | None] = {f"{first:%Y-%m}": None for first in firsts}
    for row in _rows(c, "followers_by_month", window):
        first = dt.date.fromisoformat(f"{row['month']}-01")
        length = (calendars.add_months(first, 1) - first).days
        if row["days"] == length and row["started"] and row["net"] is not None:
            growth[row["month"]] = float(row["net"] / row["started"])
    return growth


def _trust(c: Connections, window: Window) -> Trust:
    """How far the figures of all days of the week can be trusted; what is missing is named with its days."""
    cells, impact = cells_of(c), Impact(catalogue_of(c), c.settings.registry(), plan_of(c).metric_ids)
    each = {day: cells.trust(day, language=c.settings.language, impact=impact) for day in window.days()}
    ok, due = cells.of_window(window)
    return replace(
        each[window.last],
        ok=ok,
        due=due,
        completeness=ok / due if due else None,
        late=_dated({day: trust.late for day, trust in each.items()}),
        doubtful=_dated({day: trust.doubtful for day, trust in each.items()}),
        failed=_dated({day: trust.failed for day, trust in each.items()}),
        warnings=_dated({day: trust.warnings for day, trust in each.items()}),
    )


def _dated(lines: Mapping[dt.date, Sequence[str]]) -> tuple[str, ...]:
    """Each line once, with the days it was said on; without them when it holds for the whole week."""
    days: dict[str, list[dt.date]] = {}
    for day, said in lines.items():
        for line in said:
            days.setdefault(line, []).append(day)
    return tuple(
        line if len(on) == len(lines) else f"{line} ({', '.join(f'{day:%m-%d}' for day in on)})"
        for line, on in days.items()
    )


def _shifts(before: list[ContentItem], now: list[ContentItem], age: int) -> list[Shift]:
    """What each member of each dimension adds to the change of each rate; the whole has no dimension."""
    found: list[Shift] = []
    for metric_id in PARTS:
        for dimension in DIMENSIONS:
            split = {
                m: Pair(*figures) for m, figures in parts(before, now, metric_id, dimension, age).items()
            }
            if not split:
                continue
            whole = whole_of(split)
            first, last = _known(whole.rate_before), _known(whole.rate_now)
            if dimension == DIMENSIONS[0]:
                found.append(Shift(metric_id, first, last))
            for member, effect in of_rate(split).items():
                found.append(
                    Shift(metric_id, first, last, dimension, member, float(effect.mix), float(effect.within))
                )
    return found


def _known(rate: Fraction | None) -> float | None:
    return None if rate is None else float(rate)


def week_of(week: str, compare_to: str, moment: dt.datetime) -> tuple[Week, Week]:
    """The week a run is about and the one it is compared with: ``previous``, or e.g. ``2026-W30``.

    Raises:
        ConfigurationError: either is not a week or not over yet, or both are the same.
    """
    this = Week.parse(week, moment)
    that = (
        Week.of(this.window.start - ONE_DAY) if compare_to == "previous" else Week.parse(compare_to, moment)
    )
    newest = Week.parse("last", moment)
    for one in (this, that):
        if one > newest:
            raise ConfigurationError(
                f"{one} is not over yet: a week is told from the Monday after it on, so the newest is {newest}"
            )
    if that == this:
        raise ConfigurationError(f"{this} cannot be compared with itself: write previous or another week")
    return this, that
