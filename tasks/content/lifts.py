"""What lifts results: each label's effect on a rate with the other labels held equal.

One model per account: the logarithm of a post's rate is the account's level, plus one effect per label it carries,
plus what is its own. Effects are told beside the account's average post, and drawn towards nothing (a normal prior
whose width, one for each kind of label, is what makes the posts most likely), so a template used twice says
little and one used forty times says much.

Source: empirical Bayes for a linear mixed model, as in any textbook; own choice of labels.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from tasks.content.rates import Rated, rated
from tasks.records import LABELS, ContentItem, Lift

MIN_POSTS = 12
"""Fewer posts of an account do not separate six labels."""
LEAST = 2
"""Posts a label needs to be told of."""
FREE = 100.0
"""Variance of the account's own level: nothing draws it anywhere."""
SURE = 2.58
"""Standard errors of an interval: 99 %, since some forty labels are looked at together."""
ORDER = ("template", *(label for label in LABELS if label != "template"))
"""Which of several labels on the same posts is told: the one that the plan wants repeated or dropped first."""
LEFT_OUT = frozenset({"campaign"})
"""A campaign is hardly ever repeated: an effect of it is no advice."""


def lifts(items: Iterable[ContentItem], metric_id: str = "interaction_rate") -> list[Lift]:
    """The effect of every label that stands on at least two posts, the clearest first.

    Args:
        items: of the trailing weeks; those not mature, or without these figures, are left out.
        metric_id: which rate: a key of ``rates.PARTS``.
    """
    found = [
        lift
        for account_id, posts in rated(items, metric_id).items()
        if len(posts.items) >= MIN_POSTS
        for lift in _lifts(account_id, posts, metric_id)
    ]
    return sorted(found, key=lambda lift: (not lift.is_clear, -abs(math.log(lift.factor)), lift.member))


def _lifts(account_id: str, posts: Rated, metric_id: str) -> list[Lift]:
    carried = [
        {(name, value) for name, value in item.labels.items() if name in LABELS and name not in LEFT_OUT}
        for item in posts.items
    ]
    effects, design = _told_apart(carried)
    if not effects:
        return []
    chance, log = posts.by_chance, posts.log - posts.log.mean()
    dimensions = list(dict.fromkeys(dimension for dimension, _ in effects))
    places = [dimensions.index(dimension) for dimension, _ in effects]
    widths, spread = _likeliest(design, log, chance, places)
    _, mean, covariance = _fitted(design, log, chance, widths[places], spread)
    # Beside the average post: two labels that share all posts between them are sure only of their difference.
    usual = np.array([[d == e for e, _ in effects] for d, _ in effects]) * design.mean(axis=0)
    beside = np.eye(len(effects)) - usual
    mean = beside @ mean
    error = np.sqrt(np.maximum(np.diag(beside @ covariance @ beside.T), 0.0))
    return [
        Lift(
            account_id=account_id,
            dimension=dimension,
            member=member,
            metric_id=metric_id,
            factor=math.exp(mean[n]),
            low=math.exp(mean[n] - SURE * error[n]),
            high=math.exp(mean[n] + SURE * error[n]),
            posts=int(design[:, n].sum()),
        )
        for n, (dimension, member) in enumerate(effects)
    ]


def _told_apart(
    carried: Sequence[set[tuple[str, str]]],
) -> tuple[list[tuple[str, str]], NDArray[np.float64]]:
    """The labels whose effects can be told apart, templates first, and which post carries them.

    A label that stands on exactly the posts of an earlier one would share its effect: it is left out.
    """
    found: dict[tuple[bool, ...], tuple[str, str]] = {}
    for label in sorted(set().union(*carried), key=lambda label: (ORDER.index(label[0]), label[1])):
        stands = tuple(label in own for own in carried)
        if LEAST <= sum(stands) < len(carried):
            found.setdefault(stands, label)
    return list(found.values()), np.array(list(found), dtype=float).T


def _fitted(
    design: NDArray[np.float64],
    log: NDArray[np.float64],
    chance: NDArray[np.float64],
    widths: NDArray[np.float64],
    spread: float,
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """How unlikely the posts are, then the effects and their covariance; in as many dimensions as there are labels."""
    noise, labels = spread + chance, design.shape[1]
    wide = np.column_stack([design, np.ones(len(log))])
    prior = np.append(widths, FREE)
    seen = wide.T / noise
    factor = linalg.cho_factor(np.diag(1 / prior) + seen @ wide, lower=True)
    mean = linalg.cho_solve(factor, seen @ log)
    covariance = linalg.cho_solve(factor, np.eye(labels + 1))
    size = np.log(noise).sum() + np.log(prior).sum() + 2 * np.log(np.diag(factor[0])).sum()
    unlikely = 0.5 * float(size + (log - wide @ mean) @ (log / noise))
    return unlikely, mean[:labels], covariance[:labels, :labels]


def _likeliest(
    design: NDArray[np.float64], log: NDArray[np.float64], chance: NDArray[np.float64], places: Sequence[int]
) -> tuple[NDArray[np.float64], float]:
    """The width of the effects of each label and the spread of posts under which these posts are most likely."""

    def unlikely(scales: NDArray[np.float64]) -> float:
        widths = np.exp(scales)
        return _fitted(design, log, chance, widths[:-1][places], float(widths[-1]))[0]

    start = np.log(np.full(max(places) + 2, 0.05))
    found = optimize.minimize(
        unlikely, start, method="L-BFGS-B", bounds=[(math.log(1e-6), math.log(4.0))] * len(start)
    )
    scales = np.exp(found.x)
    return scales[:-1], float(scales[-1])
