"""A change split over the members of a breakdown, exactly: what its parts add up to is the change itself.

Rates with average weights, so that nothing is left over for an "interaction"::

    within_i = mean(w_i) × (r1_i − r0_i)        the member's own value moved
    mix_i    = (w1_i − w0_i) × (mean(r_i) − mean(R))   the member grew or shrank beside the others

with w the member's share of the denominator, r its rate, R the rate of the whole. All fractions, no floats.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

ZERO = Fraction(0)
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Pair:
    """Numerator and denominator of one member on two dates; 0 where it was not there."""

    top_before: Fraction = ZERO
    top_now: Fraction = ZERO
    base_before: Fraction = ZERO
    base_now: Fraction = ZERO

    def __add__(self, other: "Pair") -> "Pair":
        return Pair(
            self.top_before + other.top_before,
            self.top_now + other.top_now,
            self.base_before + other.base_before,
            self.base_now + other.base_now,
        )

    @property
    def rate_before(self) -> Fraction | None:
        """The rate then; null without a denominator."""
        return self.top_before / self.base_before if self.base_before else None

    @property
    def rate_now(self) -> Fraction | None:
        """The rate now; null without a denominator."""
        return self.top_now / self.base_now if self.base_now else None


@dataclass(frozen=True)
class Effect:
    """What a member adds to the change of the whole."""

    mix: Fraction
    within: Fraction

    @property
    def whole(self) -> Fraction:
        """Both together."""
        return self.mix + self.within


Effects: TypeAlias = dict[str, Effect]


def whole_of(pairs: Mapping[str, Pair]) -> Pair:
    """All members together."""
    return sum(pairs.values(), Pair())


def of_count(pairs: Mapping[str, Pair]) -> Effects:
    """The change of a count: each member's own change."""
    return {member: Effect(ZERO, p.top_now - p.top_before) for member, p in pairs.items()}


def of_rate(pairs: Mapping[str, Pair]) -> Effects:
    """The change of a rate whose numerators and denominators both add up over the members.

    A member that appears or vanishes has no change of its own: all it adds is mix.

    Raises:
        ZeroDivisionError: the whole has no denominator on one of the dates, so there is no change to split.
    """
    total = whole_of(pairs)
    mean = HALF * (total.top_before / total.base_before + total.top_now / total.base_now)
    found = {}
    for member, p in pairs.items():
        before, now = p.base_before / total.base_before, p.base_now / total.base_now
        whole = p.top_now / total.base_now - p.top_before / total.base_before - (now - before) * mean
        within = ZERO
        if p.rate_before is not None and p.rate_now is not None:
            within = HALF * (before + now) * (p.rate_now - p.rate_before)
        found[member] = Effect(whole - within, within)
    return found


def of_shared_base(pairs: Mapping[str, Pair], base_before: Fraction, base_now: Fraction) -> Effects:
    """The change of a rate whose numerators add up over the members, all over the same denominator.

    Raises:
        ZeroDivisionError: there is no denominator on one of the dates.
    """
    return {
        member: Effect(ZERO, p.top_now / base_now - p.top_before / base_before) for member, p in pairs.items()
    }


def of_parts(total: Pair) -> tuple[Effect, Effect]:
    """The change of a rate by its own two parts: what the numerator did, and what the denominator did.

    Raises:
        ZeroDivisionError: there is no denominator on one of the dates.
    """
    before, now = 1 / total.base_before, 1 / total.base_now
    return (
        Effect(ZERO, (total.top_now - total.top_before) * HALF * (before + now)),
        Effect(ZERO, HALF * (total.top_before + total.top_now) * (now - before)),
    )
