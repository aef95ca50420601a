"""Keep, kill or test more: what the posts of one template, type, scene, slot or author say about it.

A post is the unit, not a reader: readers of one article resemble each other, so the rates of articles differ by
more than chance in their readers. On the logarithm of the rate that spread is the same for all posts; it is
estimated once per account and label from all of them (random effects: spread between posts + chance in their
readers), which makes three posts of a member comparable with the rest. Each member is held against the
account's other posts.

Templates come first, the surest one first. Posts of a template that was told apart, called or only a little below,
are left out when the rest is judged: else its type, hour and author would be called with it, and what is ordinary
would look good beside it. Holm's step-down keeps the chance of any wrong call in a week, over all labels and accounts
together, at 5 %.

Source: the plan's own rule (I-04) asks for 3 posts and 2,000 readers; its method is that of DerSimonian and Laird.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tasks.content.rates import Rated, rated
from tasks.records import JUDGED, Call, ContentItem, ContentVerdict

TEMPLATE = "template"
RISK = 0.04
"""Of the 5 % a week may err; the rest is for what the normal law of logarithms misses."""
TEMPLATES = 0.6
"""Part of the risk that is kept for templates: they are what the plan wants dropped and repeated."""
MIN_POSTS = 3
MIN_READERS = 2_000
KILL_BELOW = 0.8
"""A kill is worth it only for what reaches less than this part of the baseline, however sure the shortfall."""
SAME = math.log(1.05)
"""A difference this small is not worth counting posts for."""
MOST = 200
"""More posts than this is never."""


@dataclass(frozen=True)
class _Posts:
    """Rates of posts on a logarithmic scale, and what each is worth."""

    base: NDArray[np.float64]
    """Readers, or persons reached."""
    log: NDArray[np.float64]
    worth: NDArray[np.float64]
    """1 ÷ variance."""

    def of(self, chosen: NDArray[np.bool_]) -> "_Posts":
        """Some of them."""
        return _Posts(self.base[chosen], self.log[chosen], self.worth[chosen])

    def __len__(self) -> int:
        return len(self.base)

    @property
    def typical(self) -> float:
        """Logarithm of a typical post's rate."""
        return float(np.average(self.log, weights=self.worth))

    @property
    def variance(self) -> float:
        """Of :attr:`typical`."""
        return float(1 / self.worth.sum())


@dataclass(frozen=True)
class _Held:
    """One member beside the account's other posts; ``gap`` and ``error`` on the logarithmic scale."""

    account_id: str
    dimension: str
    member: str
    posts: _Posts
    rate: float
    baseline: float
    gap: float
    error: float
    freedom: int

    @property
    def chance(self) -> float:
        """Probability of so large a gap between posts that are all of one kind."""
        return float(2 * stats.t.sf(abs(self.gap) / self.error, self.freedom))


def verdicts(items: Iterable[ContentItem], metric_id: str = "interaction_rate") -> list[ContentVerdict]:
    """One verdict per account, label and member: decided ones first, then by effect.

    Args:
        items: of the trailing weeks; those not mature, or without these figures, are left out.
        metric_id: which rate decides: a key of ``rates.PARTS``.
    """
    posts = rated(items, metric_id)
    has_templates = any(TEMPLATE in item.labels for found in posts.values() for item in found.items)
    templates, posts = _templates(posts, RISK * TEMPLATES, metric_id)
    others = tuple(label for label in JUDGED if label != TEMPLATE)
    held, scarce = _compared(posts, others, metric_id)
    risk = RISK * (1 - TEMPLATES) if has_templates else RISK
    told = [_decided(one, limit, metric_id) for one, limit in _limits(held, risk)]
    return sorted(templates + told + scarce, key=_order)


def _templates(
    posts: dict[str, Rated], risk: float, metric_id: str
) -> tuple[list[ContentVerdict], dict[str, Rated]]:
    """Verdicts on all templates, and the posts without those of templates that were told apart.

    One after the other, the surest first: what is told apart no longer stands in the baseline of the next. What
    then has too few posts beside it shows its last comparison, but decides nothing by it.
    """
    apart: list[ContentVerdict] = []
    last: dict[tuple[str, str], ContentVerdict] = {}
    while True:
        held, scarce = _compared(posts, (TEMPLATE,), metric_id)
        compared = [(one.chance, _decided(one, risk / len(held), metric_id)) for one in held]
        # Of two templates the gap is the same: the good one is kept rather than the other told as a little below.
        told = [v for _, v in sorted(compared, key=lambda pair: (pair[0], pair[1].call == "test"))]
        sure = next((verdict for verdict in told if verdict.reason != "unclear"), None)
        if sure is None:
            return apart + told + [_alone(v, last.get((v.account_id, v.member))) for v in scarce], posts
        apart.append(sure)
        last |= {(verdict.account_id, verdict.member): verdict for verdict in told}
        found = posts[sure.account_id]
        posts = {
            **posts,
            sure.account_id: found.without([i.labels.get(TEMPLATE) == sure.member for i in found.items]),
        }


def _alone(scarce: ContentVerdict, last: ContentVerdict | None) -> ContentVerdict:
    """The verdict on a template with too few posts beside it; it may have been compared before others were left out."""
    return scarce if last is None else replace(last, call="test", reason="beside_called", more_posts=None)


def _compared(
    posts: Mapping[str, Rated], dimensions: Sequence[str], metric_id: str
) -> tuple[list[_Held], list[ContentVerdict]]:
    """Members of these labels with enough posts beside the others, and verdicts on those with too few."""
    held: list[_Held] = []
    scarce: list[ContentVerdict] = []
    for account_id, found in posts.items():
        for dimension in dimensions:
            members = np.array([item.labels.get(dimension, "") for item in found.items])
            told, freedom = _posts(found, members)
            for member in sorted(set(members.tolist()) - {""}):
                is_own = members == member
                own, others = told.of(is_own), told.of(~is_own)
                enough = len(own) >= MIN_POSTS and own.base.sum() >= MIN_READERS
                if enough and len(others) >= MIN_POSTS and freedom > 0:
                    held.append(_held(account_id, dimension, member, own, others, freedom))
                else:
                    rate = float(found.hits[is_own].sum() / own.base.sum())
                    scarce.append(_scarce(account_id, dimension, member, own, others, rate, metric_id))
    return held, scarce


def _posts(found: Rated, members: NDArray[np.str_]) -> tuple[_Posts, int]:
    """The posts with their spread within members, and the degrees of freedom it was estimated with."""
    log, by_chance = found.log, found.by_chance
    groups = [members == member for member in np.unique(members)]
    freedom = len(log) - len(groups)
    squares = sum(float(((log[g] - log[g].mean()) ** 2).sum()) for g in groups)
    expected = sum(float(by_chance[g].sum() * (1 - 1 / g.sum())) for g in groups)
    spread = max((squares - expected) / freedom, 0.0) if freedom else 0.0
    return _Posts(found.base, log, 1 / (spread + by_chance)), freedom


def _held(account_id: str, dimension: str, member: str, own: _Posts, others: _Posts, freedom: int) -> _Held:
    return _Held(
        account_id=account_id,
        dimension=dimension,
        member=member,
        posts=own,
        rate=math.exp(own.typical),
        baseline=math.exp(others.typical),
        gap=own.typical - others.typical,
        error=math.sqrt(own.variance + others.variance),
        freedom=freedom,
    )


def _limits(held: Sequence[_Held], risk: float) -> Iterator[tuple[_Held, float]]:
    """Each member with the risk it may be judged at, by Holm: once one fails, all weaker ones keep its share."""
    left, stopped = len(held), False
    for one in sorted(held, key=lambda one: one.chance):
        limit = risk / left
        stopped = stopped or one.chance > limit
        yield one, limit
        if not stopped:
            left -= 1


def _decided(one: _Held, limit: float, metric_id: str) -> ContentVerdict:
    reach = float(stats.t.isf(limit / 2, one.freedom)) * one.error
    call: Call = "test"
    reason = "unclear"
    if one.gap + reach < 0:
        is_kill = one.rate < KILL_BELOW * one.baseline
        call, reason = ("kill", "below") if is_kill else ("test", "below_little")
    elif one.gap - reach > 0:
        call, reason = "keep", "above"
    return ContentVerdict(
        account_id=one.account_id,
        dimension=one.dimension,
        member=one.member,
        metric_id=metric_id,
        call=call,
        reason=reason,
        posts=len(one.posts),
        readers=int(one.posts.base.sum()),
        rate=one.rate,
        low=one.rate * math.exp(-reach),
        high=min(one.rate * math.exp(reach), 1.0),
        baseline=one.baseline,
        effect=(one.rate - one.baseline) * float(one.posts.base.mean()),
        more_posts=_more(one, reach) if reason == "unclear" else None,
    )


def _more(one: _Held, reach: float) -> int | None:
    """Posts that would shrink the interval off the baseline, if the gap stays."""
    undecidable = math.log(KILL_BELOW) <= one.gap < 0
    if abs(one.gap) < SAME or undecidable:
        return None
    more = max(math.ceil(len(one.posts) * ((reach / abs(one.gap)) ** 2 - 1)), 1)
    return more if more <= MOST else None


def _scarce(
    account_id: str, dimension: str, member: str, own: _Posts, others: _Posts, rate: float, metric_id: str
) -> ContentVerdict:
    readers = int(own.base.sum())
    short = math.ceil((MIN_READERS - readers) / own.base.mean()) if readers < MIN_READERS else 0
    few_posts = len(own) < MIN_POSTS
    lacking = max(MIN_POSTS - len(own), short)
    return ContentVerdict(
        account_id=account_id,
        dimension=dimension,
        member=member,
        metric_id=metric_id,
        call="test",
        reason="few_posts" if few_posts else "few_readers" if short else "nothing_beside",
        posts=len(own),
        readers=readers,
        rate=rate,
        low=None,
        high=None,
        baseline=math.exp(others.typical) if len(others) else None,
        effect=None,
        more_posts=lacking or None,
    )


def _order(verdict: ContentVerdict) -> tuple[int, int, float, str]:
    call = ("kill", "keep", "test").index(verdict.call)
    return (call, JUDGED.index(verdict.dimension), -abs(verdict.effect or 0.0), verdict.member)
