"""Puts a week's content story into the reader's words, in the order it is read."""

from collections.abc import Mapping

from tasks.records import Metric, Retrospective
from tasks.reporting import content_words as names
from tasks.reporting import figures
from tasks.reporting.content_words import said
from tasks.reporting.retrospective import flow, judged, lead, listing
from tasks.reporting.retrospective.views import View
from tasks.reporting.retrospective.words import notes, words
from tasks.reporting.trusted import trust_view
from tasks.reporting.words import Words


def story(told: Retrospective, metrics: Mapping[str, Metric], brand: str, language: str) -> View:
    """The week, ready to print.

    Args:
        told: what the week's review is made of.
        metrics: the catalogue by metric_id.
        brand: whose week it is.
        language: ``zh-CN`` or ``en``.

    Raises:
        ConfigurationError: the language is not spoken here.
    """
    w = words(language)
    clear, unclear = judged.lifts(told, w, language)
    labels, to_label = listing.to_label(told, w)
    return View(
        title=w["title"].format(brand=brand, week=told.week),
        brand=brand,
        period=_period(told, w),
        week=told.week,
        compared=told.compared,
        verdict_head=lead.head(told, w),
        verdict=lead.verdict(told, w, language),
        worst=lead.worst(told).value,
        tiles=lead.tiles(told, metrics, w, language),
        trust=trust_view(told.trust, told.last, w),
        doubts=told.doubts,
        kills=judged.calls(told, "kill", w, language),
        keeps=judged.calls(told, "keep", w, language),
        tests=judged.calls(told, "test", w, language),
        calls_note=w["calls_note"].format(weeks=told.weeks),
        rate=rate_name(told, language),
        lifts=clear,
        unclear=unclear,
        lifts_note=w["lifts_note"].format(rate=rate_name(told, language)),
        no_lifts=_no_lifts(told, w),
        mixes=judged.mixes(told, w, language),
        making=judged.making(told, metrics, w, language),
        sameness=judged.sameness(told.sameness, w, language),
        sameness_note=w["sameness_quiet" if told.is_growth_known else "sameness_unknown"],
        funnels=flow.funnels(told, w, language),
        broken=lead.broke(told, w, language),
        changes=flow.changes(told, w, language),
        changes_note=flow.changes_note(told, w),
        items=listing.items(told, w, language),
        curves=listing.curves(told, w),
        weekdays=tuple(w["weekdays"].split()),
        heat=flow.heat(told.slots, w),
        slots=flow.slots(told.slots, w, language),
        slots_note=w["slots_note"].format(weeks=told.weeks),
        pulse=flow.pulse(told, w, language),
        sends=flow.sends(told, w),
        sends_note=flow.sends_note(told, w),
        topics=listing.topics(told.topics, w, language),
        agenda=listing.agenda(told, metrics, w, language),
        unlabelled=labels,
        to_label=to_label,
        notes=(*_chosen_note(told, w), *notes(language)),
    )


def _period(told: Retrospective, w: Words) -> str:
    """Days and week compared with; of some accounts only, which parts are of all."""
    period = w["period"].format(
        first=figures.short_date(told.first, w), last=figures.short_date(told.last, w), compared=told.compared
    )
    return w["chosen"].format(period=period, names=_chosen(told, w)) if told.chosen else period


def _chosen_note(told: Retrospective, w: Words) -> tuple[tuple[str, str], ...]:
    if not told.chosen:
        return ()
    return ((w["chosen_note"], w["chosen_note_text"].format(names=_chosen(told, w))),)


def _chosen(told: Retrospective, w: Words) -> str:
    return w["list"].join(judged.account(told, account_id) for account_id in told.chosen)


def rate_name(told: Retrospective, language: str) -> str:
    """The rate that decides keep or kill."""
    decided = next((v.metric_id for v in told.verdicts), "interaction_rate")
    return said(names.RATES, decided, language)


def _no_lifts(told: Retrospective, w: Words) -> str:
    return w["no_lifts" if told.lifts else "no_lifts_posts"]
