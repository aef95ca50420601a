"""The first screen: what to stop and repeat, where the funnel broke, the worst mix, the dearest message."""

from collections.abc import Mapping

from tasks.records import Level, Metric, Retrospective
from tasks.reporting import content_words as names
from tasks.reporting import figures
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective import flow, judged, listing
from tasks.reporting.retrospective.judged import account, chip
from tasks.reporting.retrospective.views import Tile
from tasks.reporting.words import Words

NAMED = 3
"""Members that the verdict names; the rest is a number."""


SHORT = 24
"""Characters of a name in the verdict: it is read in ten seconds, on a phone too."""


def short(name: str) -> str:
    """A name from outside, as long as a sentence bears it."""
    return name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"


def head(story: Retrospective, w: Words) -> str:
    """How many to stop, to repeat and to test more."""
    counted = {call: sum(v.call == call for v in story.verdicts) for call in ("kill", "keep", "test")}
    if not story.verdicts:
        return w["head_none"]
    key = "head" if counted["kill"] or counted["keep"] else "head_test"
    return w[key].format(**{call: figures.number(n) for call, n in counted.items()})


def verdict(story: Retrospective, w: Words, language: str) -> str:
    """The sentence a reader remembers: every part of it is one of the first screen's tiles."""
    told = [head(story, w)]
    for call in ("kill", "keep"):
        shown = [v for v in story.verdicts if v.call == call]
        quoted = [
            w["named"].format(name=short(member(v.dimension, v.member, language))) for v in shown[:NAMED]
        ]
        more = w["and_more"].format(n=len(shown)) if len(shown) > NAMED else ""
        told += [w[f"verdict_{call}"].format(names=w["list"].join(quoted) + more)] * bool(shown)
    step = flow.broken(story.funnel)
    if step is not None:
        told.append(broke(story, w, language))
    mix = judged.worst_mix(story.mixes)
    if mix is not None:
        told.append(
            w["worst_mix"].format(
                mix=said(names.MIXES, mix.mix_id, language),
                part=judged.part_name(mix, language),
                share=figures.share(mix.share),
                target=judged.planned(mix, w),
            )
        )
    send = flow.dearest(story.sends)
    if send is not None:
        topic = short(send.topic or w["no_topic"])
        told.append(w["cost"].format(topic=topic, n=figures.number(send.cost, 0)))
    reds = sum(alert.level is Level.red for alert in story.meeting.alerts)
    told += [w["kpis_red"].format(n=reds)] * bool(reds)
    return w["stop"].join(part[:1].upper() + part[1:] for part in told)


def broke(story: Retrospective, w: Words, language: str) -> str:
    """Which step broke and what it weighs; empty when none did."""
    step = flow.broken(story.funnel)
    if step is None:
        return ""
    text = w["broke"].format(
        step=said(names.STEPS, step.name, language),
        rate=figures.share(step.rate),
        usual=figures.share(step.usual),
    )
    if step.lost_orders is not None:
        orders = figures.number(step.lost_orders, 0 if step.lost_orders >= 10 else 1)
        if step.lost_cny is None:
            text += w["broke_orders"].format(orders=orders)
        else:
            text += w["broke_by"].format(orders=orders, money=flow.money(step.lost_cny, language))
    several = len({one.account_id for one in story.funnel}) > 1
    return text + (w["broke_at"].format(account=account(story, step.account_id)) if several else "")


def worst(story: Retrospective) -> Level:
    """The colour of the verdict: the worst of a stop, the broken step, the mix and the plan; grey knowing nothing."""
    levels = [*(step.level for step in story.funnel), *(mix.level for mix in story.mixes)]
    is_compared = any(verdict.low is not None for verdict in story.verdicts)
    if not (is_compared or story.meeting.alerts or any(level is not Level.grey for level in levels)):
        return Level.grey
    step = flow.broken(story.funnel)
    return flow.worst_level(
        (
            *(Level.red for v in story.verdicts if v.call == "kill"),
            *((step.level,) if step else ()),
            *(mix.level for mix in story.mixes),
            *(alert.level for alert in story.meeting.alerts),
        )
    )


def tiles(story: Retrospective, metrics: Mapping[str, Metric], w: Words, language: str) -> tuple[Tile, ...]:
    """What else a manager must know at first sight."""
    return (
        _funnel(story, w, language),
        _mix(story, w, language),
        _cost(story, w),
        _plan(story, metrics, w, language),
    )


def _funnel(story: Retrospective, w: Words, language: str) -> Tile:
    step = flow.broken(story.funnel)
    if step is None:
        whole = [one for one in story.funnel if not one.content_type]
        level = Level.green if any(one.level is not Level.grey for one in whole) else Level.grey
        key = "no_break" if level is Level.green else "no_funnel"
        if level is Level.grey and any(one.unknown_days for one in whole):
            key = "half_funnel"
        return Tile(chip(level, w), w["tile_funnel"], w[key], w[f"{key}_text"], "funnel")
    name, rate, usual = (
        said(names.STEPS, step.name, language),
        figures.share(step.rate),
        figures.share(step.usual),
    )
    told = [w["step_text"].format(step=name, rate=rate, usual=usual)]
    figure = name
    if step.lost_orders is not None:
        orders = figures.number(step.lost_orders, 0 if step.lost_orders >= 10 else 1)
        told.append(w["fewer_orders"].format(n=orders))
        if step.lost_cny is not None:
            figure = f"−{flow.money(step.lost_cny, language)}"
    return Tile(chip(step.level, w), w["tile_funnel"], figure, w["comma"].join(told), "funnel")


def _mix(story: Retrospective, w: Words, language: str) -> Tile:
    mix = judged.worst_mix(story.mixes)
    if mix is not None:
        off = (mix.share or 0.0) - (mix.target or 0.0)
        text = w["mix_text"].format(
            mix=said(names.MIXES, mix.mix_id, language),
            part=judged.part_name(mix, language),
            share=figures.share(mix.share),
            target=judged.planned(mix, w),
        )
        points = w["points_off"].format(points=figures.signed(figures.number(off * 100)))
        return Tile(chip(mix.level, w), w["tile_mix"], points, text, "mix")
    if not story.mixes:
        return Tile(chip(Level.grey, w), w["tile_mix"], w["mix_grey"], w["mix_none_text"], "mix")
    if all(part.level is Level.grey for part in story.mixes):
        return Tile(chip(Level.grey, w), w["tile_mix"], w["mix_grey"], w["mix_grey_text"], "mix")
    return Tile(chip(Level.green, w), w["tile_mix"], w["mix_fine"], w["mix_fine_text"], "mix")


def _cost(story: Retrospective, w: Words) -> Tile:
    send = flow.dearest(story.sends)
    if send is not None:
        text = w["cost_text"].format(topic=short(send.topic or w["no_topic"]), when=flow.moment(send, w))
        figure = w["cost_figure"].format(n=figures.number(send.cost, 0))
        return Tile(None, w["tile_cost"], figure, text, "sends")
    key = "cost_nothing" if any(one.cost is not None for one in story.sends) else "cost_none"
    level = Level.green if key == "cost_nothing" else Level.grey
    return Tile(chip(level, w), w["tile_cost"], w[key], w[f"{key}_text"], "sends")


def _plan(story: Retrospective, metrics: Mapping[str, Metric], w: Words, language: str) -> Tile:
    alerts = listing.ranked(story.meeting.alerts)
    if not alerts:
        n, date = story.meeting.judged, figures.short_date(story.last, w)
        # Where nothing was judged, no red is no good news.
        level, key = (Level.green, "plan_fine") if n else (Level.grey, "plan_unknown")
        said_of = f"{key}_text" if n or story.trust.due else "plan_no_data_text"
        text = w[said_of].format(date=date, n=figures.number(n))
        return Tile(chip(level, w), w["tile_plan"], w[key], text, "meeting")
    counted = {level.value: sum(one.level is level for one in alerts) for level in (Level.red, Level.orange)}
    figure = w["plan_figure"].format(**counted)
    text = w["plan_text"].format(name=listing.alert_name(alerts[0], metrics, language))
    return Tile(chip(alerts[0].level, w), w["tile_plan"], figure, text, "meeting")
