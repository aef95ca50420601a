"""Calls, lifts, mixes and production of the week in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence

from tasks.records import AlertRow, ContentVerdict, Level, Lift, Metric, MixShare, Retrospective, Sameness
from tasks.reporting import content_words as names
from tasks.reporting import figures
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective.views import CallRow, LiftRow, Mix, MixRow, Range
from tasks.reporting.views import Chip
from tasks.reporting.words import Words

BEHIND = (Level.red, Level.orange, Level.yellow)
MOST_LIFTS = 12
"""Clear effects that are told; the workbook has them all."""
CYCLE = "production_cycle_days"
"""The plan's KPI of the cycle, told beside the week's own median."""
LABEL_OF = {
    "matrix": "matrix_type",
    "pyramid": "pyramid_layer",
    "originality": "is_original",
    "ugc": "origin",
}
"""Mix → the label its parts are members of."""


def chip(level: Level, w: Words) -> Chip:
    """A level as colour and word."""
    return Chip(level.value, w[level.value])


def account(story: Retrospective, account_id: str) -> str:
    """An account's name; what has none is told as it is."""
    return story.accounts.get(account_id, account_id)


def posts(count: int, w: Words) -> str:
    """A number of posts."""
    return w["posts_one" if count == 1 else "posts"].format(n=figures.number(count))


def calls(story: Retrospective, call: str, w: Words, language: str) -> tuple[CallRow, ...]:
    """The members with one call, in the order they were judged in."""
    return tuple(_call(story, v, w, language) for v in story.verdicts if v.call == call)


def _call(story: Retrospective, v: ContentVerdict, w: Words, language: str) -> CallRow:
    drawn = None
    if v.rate is not None and v.low is not None and v.high is not None and v.baseline is not None:
        drawn = Range(v.low, v.high, v.rate, v.baseline)
    low, high, rate, baseline = (figures.share(x) for x in (v.low, v.high, v.rate, v.baseline))
    base = "reached" if v.metric_id == "open_rate" else "readers"
    return CallRow(
        call=v.call,
        word=said(names.CALLS, v.call, language),
        label=said(names.LABELS, v.dimension, language),
        member=member(v.dimension, v.member, language),
        account=account(story, v.account_id),
        rate=rate,
        baseline=baseline,
        interval=w["range_text"].format(low=low, high=high) if drawn else "",
        effect=effect(v, w, language),
        posts=posts(v.posts, w),
        readers=w[base].format(n=figures.amount(v.readers, language)),
        more=_more(v, w),
        reason=said(names.REASONS, v.reason, language),
        range=drawn,
        says=w["interval_says"].format(rate=rate, low=low, high=high, baseline=baseline),
    )


def _more(v: ContentVerdict, w: Words) -> str:
    if v.more_posts is not None:
        return w["more_posts"].format(n=figures.number(v.more_posts))
    # The statistics gave up: the gap is too small, or it would take hundreds of posts.
    return w["more_never"] if v.reason == "unclear" else ""


def effect(v: ContentVerdict, w: Words, language: str) -> str:
    """What a post of this kind wins or costs, in persons or interactions; empty when unknown or nothing."""
    if v.effect is None:
        return ""
    size = abs(v.effect)
    told = figures.amount(size, language, 0 if size >= 10 else 1)
    if told == "0":
        return ""
    return w[f"effect_{v.metric_id}_{'more' if v.effect > 0 else 'less'}"].format(n=told)


def lifts(story: Retrospective, w: Words, language: str) -> tuple[tuple[LiftRow, ...], tuple[LiftRow, ...]]:
    """The labels that clearly lift or lower a rate, and those whose effect is not clear."""
    clear = [lift for lift in story.lifts if lift.is_clear][:MOST_LIFTS]
    unclear = [lift for lift in story.lifts if not lift.is_clear]
    return _lifts(story, clear, w, language), _lifts(story, unclear, w, language)


def _lifts(story: Retrospective, found: Iterable[Lift], w: Words, language: str) -> tuple[LiftRow, ...]:
    return tuple(
        LiftRow(
            text=w["lift_up" if lift.factor >= 1 else "lift_down"].format(
                label=said(names.LABELS, lift.dimension, language),
                member=member(lift.dimension, lift.member, language),
                rate=said(names.RATES, lift.metric_id, language),
                factor=figures.number(lift.factor, 2),
            ),
            account=account(story, lift.account_id),
            factor=f"×{figures.number(lift.factor, 2)}",
            interval=w["lift_interval"].format(
                low=figures.number(lift.low, 2), high=figures.number(lift.high, 2)
            ),
            posts=posts(lift.posts, w),
            is_up=lift.factor >= 1,
        )
        for lift in found
    )


def mixes(story: Retrospective, w: Words, language: str) -> tuple[Mix, ...]:
    """Each planned mix with its parts."""
    found = []
    for mix_id in dict.fromkeys(part.mix_id for part in story.mixes):
        parts = [part for part in story.mixes if part.mix_id == mix_id]
        unknown = all(part.level is Level.grey for part in parts)
        rows = tuple(_part(part, w, language) for part in parts)
        found.append(Mix(said(names.MIXES, mix_id, language), w["mix_unknown"] if unknown else "", rows))
    return tuple(found)


def part_name(part: MixShare, language: str) -> str:
    """A part of a mix for a reader."""
    return member(LABEL_OF.get(part.mix_id, part.mix_id), part.member, language)


def _part(part: MixShare, w: Words, language: str) -> MixRow:
    target = part.target if part.target is not None else 0.0
    return MixRow(
        chip=chip(part.level, w),
        name=part_name(part, language),
        share=figures.share(part.share),
        target=planned(part, w),
        items=w["items_of"].format(n=figures.number(part.items), total=figures.number(part.total)),
        at=_within(part.share or 0.0),
        low=_within(target - part.tolerance),
        high=_within(target + part.tolerance),
    )


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def planned(part: MixShare, w: Words) -> str:
    """A part's target with what the plan tolerates."""
    if part.target is None:
        return figures.share(None)
    target, points = figures.share(part.target), figures.number(part.tolerance * 100)
    return w["tolerance"].format(target=target, points=points)


def worst_mix(parts: Sequence[MixShare]) -> MixShare | None:
    """The part furthest from its plan, in tolerances; None when all is well or nobody knows."""
    off = [p for p in parts if p.level in BEHIND and p.share is not None and p.target is not None]
    return max(
        off, key=lambda p: (-BEHIND.index(p.level), abs((p.share or 0) - (p.target or 0))), default=None
    )


def making(
    story: Retrospective, metrics: Mapping[str, Metric], w: Words, language: str
) -> tuple[tuple[str, str, str], ...]:
    """How content was made: label, figure and small print; the plan's own KPIs of it beside what they plan."""
    made = story.production
    if made is None:
        return ()
    kpis = {one.metric_id: one for one in story.made if one.metric_id in metrics}
    cycle = (
        w["unknown"] if made.cycle_days is None else w["cycle_days"].format(n=figures.number(made.cycle_days))
    )
    known = (
        w["cycle_note"].format(n=figures.number(made.cycle_known)) if made.cycle_known else w["cycle_missing"]
    )
    if CYCLE in kpis:
        known = w["stop"].join((known, _planned(kpis[CYCLE], metrics[CYCLE], w, language)))
    return (
        (
            w["per_month"],
            figures.amount(made.per_month, language),
            w["per_month_note"].format(n=figures.number(made.items)),
        ),
        (w["cycle"], cycle, known),
        (
            w["within"],
            figures.share(made.within_7_days),
            w["within_note"] if made.cycle_known else w["cycle_missing"],
        ),
        (w["topics_made"], figures.number(made.topics), w["topics_made_note"]),
        (w["unlabelled_share"], figures.share(made.unlabelled), w["unlabelled_note"]),
        *(
            (
                metrics[metric_id].name(language),
                figures.figure(one.actual, metrics[metric_id], language),
                _planned(one, metrics[metric_id], w, language),
            )
            for metric_id, one in kpis.items()
            if metric_id != CYCLE
        ),
    )


def _planned(one: AlertRow, metric: Metric, w: Words, language: str) -> str:
    expected = figures.figure(one.expected, metric, language)
    return w["made_planned"].format(expected=expected, level=w[one.level.value])


def sameness(found: Iterable[Sameness], w: Words, language: str) -> tuple[str, ...]:
    """The warning for each label that ruled three months while growth fell."""
    return tuple(
        w["sameness_text"].format(
            months=w["list"].join(one.months),
            label=said(names.LABELS, one.dimension, language),
            member=member(one.dimension, one.member, language),
            share=figures.share(one.share, 0),
            growth=" → ".join(figures.share(rate) for rate in one.growth),
        )
        for one in found
    )
