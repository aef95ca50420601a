"""Funnel, changes, times, communities and sends of the week in the reader's words."""

import math
from collections.abc import Iterable, Sequence

from tasks.calendars import SHANGHAI
from tasks.records import Level, Retrospective, Send, Shift, Slot, Step
from tasks.reporting import content_words as names
from tasks.reporting import figures
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective.judged import BEHIND, account, chip, posts
from tasks.reporting.retrospective.views import (
    Cell,
    Change,
    Funnel,
    FunnelStep,
    Part,
    PulseRow,
    SendRow,
    SlotRow,
)
from tasks.reporting.words import Words

MOST_PARTS = 4
"""Members of one dimension told of per rate: those that moved it most."""
LEAST = 5e-5
"""A part below this is 0.0 points."""
FEW = 3
"""Posts below which a time's open rate says little."""
MOST_SENDS = 30
SHARES = frozenset({"active_rate", "marketing_share"})
"""Figures of the communities that are shares."""


def broken(steps: Iterable[Step]) -> Step | None:
    """The step of a whole account that broke: of those below their usual rate, the one that cost most."""
    behind = [step for step in steps if not step.content_type and step.level in BEHIND]
    return max(behind, key=lambda step: (step.lost_cny or 0.0, step.lost_orders or 0.0), default=None)


def lost(step: Step, w: Words, language: str) -> str:
    """What a broken step cost in orders and money; empty when unknown."""
    if step.lost_orders is None:
        return ""
    orders = figures.number(step.lost_orders, 0 if step.lost_orders >= 10 else 1)
    if step.lost_cny is None:
        return w["lost_orders"].format(orders=orders)
    return w["lost_text"].format(orders=orders, money=money(step.lost_cny, language))


def money(value: float, language: str) -> str:
    """An amount in CNY."""
    return f"¥{figures.amount(value, language)}"


def funnels(story: Retrospective, w: Words, language: str) -> tuple[Funnel, ...]:
    """Each account's funnel, then those of its content types."""
    worst = broken(story.funnel)
    groups: dict[tuple[str, str], list[Step]] = {}
    for step in story.funnel:
        groups.setdefault((step.account_id, step.content_type), []).append(step)
    return tuple(
        Funnel(
            account=account(story, account_id),
            content=member("matrix_type", content_type, language) if content_type else "",
            steps=_steps(steps, worst, w, language),
        )
        for (account_id, content_type), steps in groups.items()
    )


def _steps(steps: Sequence[Step], worst: Step | None, w: Words, language: str) -> tuple[FunnelStep, ...]:
    most = max((step.count or 0.0 for step in steps), default=0.0)
    return tuple(
        FunnelStep(
            # Grey beside a usual rate: known, but nothing that can break; unless days of it are missing.
            chip=None
            if step.level is Level.grey and step.usual is not None and not step.unknown_days
            else chip(step.level, w),
            name=said(names.STEPS, step.name, language),
            count=figures.amount(step.count, language, 0 if (step.count or 0) >= 100 else 1),
            rate=figures.share(step.rate),
            usual=figures.share(step.usual),
            planned=figures.share(step.planned),
            lost=lost(step, w, language),
            note=_unknown(step, w),
            is_approx=step.is_approx,
            is_broken=step is worst,
            width=math.log1p(max(step.count or 0.0, 0.0)) / math.log1p(most) if most > 0 else 0.0,
        )
        for step in steps
    )


def _unknown(step: Step, w: Words) -> str:
    """Which data the step lacks, so that nothing is judged."""
    if not step.unknown_days:
        return ""
    what = w["sources_opens" if step.name == "mp_click" else "sources_visitors"]
    if step.name == "repeat":
        what = w["sources_any"]
    return w["unknown_days"].format(n=step.unknown_days, what=what)


def changes(story: Retrospective, w: Words, language: str) -> tuple[Change, ...]:
    """How each rate moved, and the members that moved it most."""
    found = []
    for metric_id in dict.fromkeys(shift.metric_id for shift in story.shifts):
        shifts = [shift for shift in story.shifts if shift.metric_id == metric_id]
        before, now = shifts[0].before, shifts[0].now
        parts: list[Part] = []
        largest = max((abs(s.mix + s.within) for s in shifts if s.dimension), default=0.0)
        for dimension in dict.fromkeys(s.dimension for s in shifts if s.dimension):
            members = [s for s in shifts if s.dimension == dimension and abs(s.mix + s.within) >= LEAST]
            if dimension == "account" and len({s.member for s in shifts if s.dimension == dimension}) < 2:
                continue  # the whole again
            ranked = sorted(members, key=lambda s: -abs(s.mix + s.within))[:MOST_PARTS]
            parts += [_part(story, shift, largest, language) for shift in ranked]
        moved = None if before is None or now is None else now - before
        found.append(
            Change(
                name=said(names.RATES, metric_id, language),
                before=figures.share(before, 2),
                now=figures.share(now, 2),
                change=w["points"].format(points=_points(moved)) if moved is not None else "",
                parts=tuple(parts),
            )
        )
    return tuple(found)


def changes_note(story: Retrospective, w: Words) -> str:
    """At which age the weeks are held against each other, and how many items are too young for it."""
    if not story.age:
        return ""
    told = [w["changes_note"].format(age=story.age)]
    if story.left_out:
        told.append(w["changes_left"].format(n=figures.number(story.left_out), age=story.age))
    return w["stop"].join(told)


def _part(story: Retrospective, shift: Shift, largest: float, language: str) -> Part:
    total = shift.mix + shift.within
    is_account = shift.dimension == "account"
    return Part(
        label=said(names.LABELS, shift.dimension, language),
        member=account(story, shift.member)
        if is_account
        else member(shift.dimension, shift.member, language),
        total=_points(total),
        mix=_points(shift.mix),
        within=_points(shift.within),
        weight=total / largest if largest else 0.0,
    )


def _points(value: float) -> str:
    return figures.signed(figures.number(value * 100, 2))


def heat(slots: Sequence[Slot], w: Words) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Open rate by hour and weekday, for the hours with a post."""
    by_place = {(slot.hour, slot.weekday): slot for slot in slots}
    # One post is luck: it neither takes part in the scale nor is coloured by it.
    rates = [slot.open_rate for slot in slots if slot.open_rate is not None and slot.posts >= FEW]
    reach = (min(rates), max(rates)) if rates else (0.0, 0.0)
    return tuple(
        (
            w["hour_text"].format(hour=hour),
            tuple(_cell(by_place.get((hour, day)), reach, w) for day in range(1, 8)),
        )
        for hour in sorted({slot.hour for slot in slots})
    )


def _cell(slot: Slot | None, reach: tuple[float, float], w: Words) -> Cell:
    if slot is None:
        return Cell("", "", 0)
    rate, (low, high) = slot.open_rate, reach
    shade = (
        1 if rate is None or slot.posts < FEW or low == high else 1 + round(4 * (rate - low) / (high - low))
    )
    return Cell(figures.share(rate), posts(slot.posts, w), shade, slot.posts < FEW)


def slots(found: Sequence[Slot], w: Words, language: str) -> tuple[SlotRow, ...]:
    """Times of sending: those with enough posts first, best opened first."""
    weekdays = w["weekdays"].split()
    ranked = sorted(found, key=lambda s: (s.posts < FEW, -(s.open_rate or 0.0), s.weekday, s.hour))
    return tuple(
        SlotRow(
            when=w["slot_when"].format(weekday=weekdays[slot.weekday - 1], hour=f"{slot.hour:02d}"),
            posts=figures.number(slot.posts),
            delivered=figures.amount(slot.delivered, language) if slot.delivered else w["unknown"],
            rate=figures.share(slot.open_rate),
            readers=figures.amount(slot.readers / slot.posts, language) if slot.posts else w["unknown"],
            note=w["few"] if slot.posts < FEW else "",
        )
        for slot in ranked
    )


def pulse(story: Retrospective, w: Words, language: str) -> tuple[PulseRow, ...]:
    """The communities' figures; empty when none is known."""
    if all(one.now is None and one.before is None for one in story.pulse):
        return ()

    def told(name: str, value: float | None) -> str:
        if name in SHARES:
            return figures.share(value)
        return figures.amount(value, language, 0 if name.startswith("members") else 1)

    return tuple(
        PulseRow(
            chip=chip(one.level, w),
            name=said(names.PULSE, one.name, language),
            now=told(one.name, one.now),
            before=told(one.name, one.before),
            limit=told(one.name, one.limit),
        )
        for one in story.pulse
    )


def moment(send: Send, w: Words) -> str:
    """When a message was sent, in Shanghai."""
    at = send.sent_at.astimezone(SHANGHAI)
    return f"{figures.short_date(at.date(), w)} {at:%H:%M}"


def dearest(sends: Iterable[Send]) -> Send | None:
    """The message that cost most members; None when none cost any."""
    costly = [send for send in sends if send.cost and send.cost >= 1]
    return max(costly, key=lambda send: send.cost or 0.0, default=None)


def sends(story: Retrospective, w: Words) -> tuple[SendRow, ...]:
    """The messages to the communities, the dearest first."""
    ranked = sorted(story.sends, key=lambda send: -(send.cost or 0.0))[:MOST_SENDS]
    return tuple(
        SendRow(
            when=moment(send, w),
            topic=send.topic or w["no_topic"],
            account=story.accounts.get(send.account_id, w["all_communities"]),
            marketing=w["unknown"] if send.is_marketing is None else w["yes" if send.is_marketing else "no"],
            chats=figures.number(send.chats),
            exits=figures.number(send.exits),
            usual=figures.number(send.usual),
            cost=w["unknown"] if send.cost is None else w["cost_cell"].format(n=figures.number(send.cost, 0)),
            scope=w["all_groups"] if send.is_account_level else "",
            others=_others(send, w),
        )
        for send in ranked
    )


def _others(send: Send, w: Words) -> str:
    if not send.others:
        return ""
    key = "told_with_named" if send.other_topics else "told_with"
    return w[key].format(n=figures.number(send.others), topics=w["list"].join(send.other_topics))


def sends_note(story: Retrospective, w: Words) -> str:
    """What the cost of a message is, and what stands in for what nobody knows."""
    notes = (
        w["sends_note"],
        w["all_groups_note"] if any(send.is_account_level for send in story.sends) else "",
        w["all_days_note"] if any(send.is_usual_of_all_days for send in story.sends) else "",
    )
    return w["stop"].join(filter(None, notes))


def worst_level(levels: Iterable[Level]) -> Level:
    """The worst of some levels; green when nothing is behind."""
    return min((level for level in levels if level in BEHIND), key=BEHIND.index, default=Level.green)
