"""Why a number moved, in one sentence: "较 28 天前降 1.9 个百分点：服务号 A −1.4（占 74 %…）"."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from tasks.records import Contribution, Metric
from tasks.reporting import figures
from tasks.reporting.cause_words import dimension_name, member_name, phrases
from tasks.reporting.words import short_code

PARTS = "parts"
TELLING = 0.4
"""A breakdown whose largest member makes up this share of the change is preferred to those behind it."""
NAMED = 2
"""How many contributors a sentence names: the reader has ten seconds for the first screen."""
WORTH_NAMING = 0.05
WORTH_SPLITTING = 0.1
MOSTLY = 0.6


def sentence(
    causes: Sequence[Contribution],
    metric: Metric,
    language: str,
    accounts: Mapping[str, str] | None = None,
    *,
    behind: bool = True,
) -> str:
    """The cause of one metric's change on a day, without the final stop; empty when none was looked for.

    Args:
        causes: the rows of the day (those of other metrics are left out), or of the metric.
        metric: whose change.
        language: ``zh-CN`` or ``en``.
        accounts: account id → its name.
        behind: whether the metric is behind its plan: then a change for the better is said to be too slow.
    """
    own = [c for c in causes if c.metric_id == metric.metric_id]
    told = _most_telling([c for c in own if not c.note], metric)
    if not told:
        return next((c.note for c in own if c.note and not c.dimension), "")
    return _Telling(metric, language, accounts or {}, _change(told), behind=behind).text(told)


def _most_telling(causes: Sequence[Contribution], metric: Metric) -> list[Contribution]:
    """The members of the one breakdown that is told, by rank."""
    order = {dimension: place for place, dimension in enumerate((*metric.dimensions, PARTS))}

    def place(cause: Contribution) -> tuple[int, str]:
        return order.get(cause.dimension, len(order)), cause.dimension

    found = [
        sorted(group, key=lambda c: (c.rank, c.member))
        for _, group in groupby(sorted(causes, key=place), key=place)
    ]
    best = [max(((c.share or 0) for c in group if c.member), default=0.0) for group in found]
    for least in (TELLING, WORTH_NAMING):
        for group, share in zip(found, best, strict=True):
            if share >= least:
                return group
    return found[0] if found else []


def _change(causes: Sequence[Contribution]) -> float:
    return sum(c.mix + c.within for c in causes)


class _Telling:
    """One sentence in the making: all its numbers have the places that the change itself needs."""

    def __init__(
        self, metric: Metric, language: str, accounts: Mapping[str, str], change: float, *, behind: bool
    ) -> None:
        self.language = short_code(language)
        self.english = self.language == "en"
        self.words = phrases(self.english)
        self.accounts = accounts
        self.change = change
        better = metric.direction == ("up" if change > 0 else "down")
        self.slow = self.words["not_fast_enough"] if behind and better else ""
        shown = abs(change) * (100 if metric.unit == "share" else 1)
        places = 1 if shown >= 1 else 2 if shown >= 0.1 else 3  # noqa: PLR2004 - one digit more each
        whole = metric.unit != "share" and shown >= 10 ** (2 - metric.decimals)
        self.metric = metric.model_copy(
            update={"decimals": metric.decimals if whole else max(places, metric.decimals)}
        )

    def text(self, causes: Sequence[Contribution]) -> str:
        """The sentence about one breakdown."""
        w, first = self.words, causes[0]
        days = (first.business_date - first.compared_with).days
        way = "up" if self.change > 0 else "down"
        head = w[way if days else f"{way}_of_plan"]
        head = head.format(days=days, amount=self.size(self.change, whole=True))
        if 0 < days < self.metric.window_days:
            head += w["overlap"].format(window=self.metric.window_days)
        named = [c for c in causes if c.member and (c.share or 0) >= WORTH_NAMING][:NAMED]
        if not named:
            nobody = w["nobody"].format(dimension=dimension_name(first.dimension, self.english))
            return head + w["colon"] + nobody
        head += self.slow + w["colon"]
        if first.dimension == PARTS:
            return head + w["list"].join(map(self.part, causes))
        told = [self.one(c, split=c is named[0]) for c in named]
        rest = self.change - _change(named)
        if abs(rest) >= WORTH_NAMING * abs(self.change):
            told.append(w["rest"].format(change=self.signed(rest)))
        return head + w["list"].join(told) + self.about_mix(causes)

    def part(self, cause: Contribution) -> str:
        """Numerator or denominator by its own figures: both grow with the traffic, so a share of it misleads."""
        relative = figures.relative(cause.now, cause.before)
        places = 1 if max(cause.before or 0, cause.now or 0) < 100 else 0  # noqa: PLR2004 - three digits do
        return self.words["part"].format(
            label=self.metric.parts(self.language)[cause.member == "denominator"],
            before=figures.number(cause.before, places),
            now=figures.number(cause.now, places),
            relative=self.words["in_brackets"].format(text=relative) if relative else "",
        )

    def one(self, cause: Contribution, *, split: bool) -> str:
        """One contributor: its part of the change, and what of it is mix where that is worth a word."""
        whole = cause.mix + cause.within
        key = "split" if split and abs(cause.mix) >= WORTH_SPLITTING * abs(whole) and cause.within else "one"
        return self.words[key].format(
            label=member_name(cause.dimension, cause.member, self.english, self.accounts),
            change=self.signed(whole),
            share=figures.share(cause.share, 0),
            mix=self.signed(cause.mix),
            within=self.signed(cause.within),
        )

    def about_mix(self, causes: Sequence[Contribution]) -> str:
        """Said when the members' own values do not explain the change, or even moved the other way."""
        mix = sum(c.mix for c in causes)
        if mix / self.change < MOSTLY:
            return ""
        return self.words["mostly_mix"].format(dimension=dimension_name(causes[0].dimension, self.english))

    def size(self, value: float, *, whole: bool = False) -> str:
        """A change without its sign; with its unit when it is the whole one."""
        if self.metric.unit != "share":
            return figures.figure(abs(value), self.metric, self.language)
        number = figures.number(abs(value) * 100, self.metric.decimals)
        return self.words["points"].format(number=number) if whole else number

    def signed(self, value: float) -> str:
        """A part of the change with its sign."""
        size = self.size(value)
        return size if not size.strip("0.¥ ") else f"{'−' if value < 0 else '+'}{size}"
