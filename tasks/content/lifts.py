"""What lifts results: each label's effect on a rate with the other labels held equal.

One model per account: the logarithm of a post's rate is the account's level, plus one effect per label it carries,
plus what is its own. Effects are told beside the account's average post, and drawn towards nothing (a normal prior
whose width, like the spread of the posts, is what makes the posts most likely), so a template used twice says
little and one used forty times says much.

Source: empirical Bayes for a linear mixed model, as in any textbook; own choice of labels.
"""

import math
from collections.abc import Iterable

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
SURE = 1.96
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
    effects = sorted(
        label
        for label in set().union(*carried)
        if LEAST <= sum(label in own for own in carried) < len(carried)
    )
    if not effects:
        return []
    design = np.array([[label in own for label in effects] for own in carried], dtype=float)
    chance, log = posts.by_chance, posts.log - posts.log.mean()
    width, spread = _likeliest(design, log, chance)
    _, mean, covariance = _fitted(design, log, chance, width, spread)
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


def _fitted(
    design: NDArray[np.float64],
    log: NDArray[np.float64],
    chance: NDArray[np.float64],
    width: float,
    spread: float,
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """How unlikely the posts are, then the effects and their covariance; in as many dimensions as there are labels."""
    noise, labels = spread + chance, design.shape[1]
    wide = np.column_stack([design, np.ones(len(log))])
    prior = np.append(np.full(labels, width), FREE)
    seen = wide.T / noise
    factor = linalg.cho_factor(np.diag(1 / prior) + seen @ wide, lower=True)
    mean = linalg.cho_solve(factor, seen @ log)
    covariance = linalg.cho_solve(factor, np.eye(labels + 1))
    size = np.log(noise).sum() + np.log(prior).sum() + 2 * np.log(np.diag(factor[0])).sum()
    unlikely = 0.5 * float(size + (log - wide @ mean) @ (log / noise))
    return unlikely, mean[:labels], covariance[:labels, :labels]


def _likeliest(
    design: NDArray[np.float64], log: NDArray[np.float64], chance: NDArray[np.float64]
) -> tuple[float, float]:
    """The width of the effects and the spread of posts under which these posts are most likely."""

    def unlikely(scales: NDArray[np.float64]) -> float:
        return _fitted(design, log, chance, *np.exp(scales))[0]

    found = optimize.minimize(
        unlikely, np.log([0.05, 0.05]), method="L-BFGS-B", bounds=[(math.log(1e-6), math.log(4.0))] * 2
    )
    width, spread = np.exp(found.x)
    return float(width), float(spread)
