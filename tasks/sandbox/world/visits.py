"""Mini Program visits: who opens it, from where, for how long, and who comes back.

A person is *fresh* for 30 days after the first visit: then retention alone decides whether they open it.
Others come out of habit, or because an article they read that day led them (source key 18).
"""

import numpy as np

from tasks.sandbox.world.draws import Bools, Ints
from tasks.sandbox.world.pace import LENGTH
from tasks.sandbox.world.state import LONG_AGO, NEVER, NOBODY, State

FRESH_DAYS = 30
VISITS_PER_PRIVATE_USER = 0.14
NEW_A_DAY = 0.0026
OPENS_A_VISIT = 1.45
MONTHLY_OPENS = 5.2
"""Opens a month and visitor when a visit has OPENS_A_VISIT opens."""
PAGES_AN_OPEN = 3.1
FROM_ARTICLE = 18
_KNOWN = np.array([1, 2, 3, 4, 5, 6, 7, 14, 30])
_CURVE = np.interp(
    np.arange(FRESH_DAYS + 1), np.r_[0, _KNOWN], [0, 1.45, 1.28, 1.18, 1.12, 1.07, 1.03, 1.0, 0.8, 0.6]
)
"""Retention on day n as a multiple of that on day 7."""
SOURCES = np.array([7, 3, 13, 5, 2, 25, 1, 4, 22, 6, 8, 10, 11, 29])
SOURCE_SHARES = np.array(
    [0.24, 0.19, 0.13, 0.08, 0.07, 0.06, 0.06, 0.06, 0.04, 0.02, 0.02, 0.015, 0.01, 0.005]
)
WEEKDAYS = np.array([0.97, 0.96, 0.97, 0.98, 1.0, 1.07, 1.05])
KEYS = (0, 1, 2, 3, 4, 5, 6, 7, 14, 30)
"""Days of return that the platform tells."""


class Visits:
    """One row a visitor and day; everybody's days are kept as bits for retention and distinct counts."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.draws = state.draws("visits")
        self.cohorts: list[Ints] = []
        self.visited: list[Ints] = []
        self.new: list[Ints] = []
        self.known = int(np.count_nonzero(state.first_visit == LONG_AGO))

    def step(self, day: int) -> None:
        """Everybody who opens the Mini Program on ``day``."""
        state, draws = self.state, self.draws
        age = day - state.first_visit.astype(np.int32)
        fresh = (age > 0) & (age <= FRESH_DAYS)
        here = np.zeros(state.persons, dtype=bool)
        back = self._returning(day)
        here[back] = True
        led = self._led(day, back, fresh)
        here[led] = True
        forced = state.now.first_buyers[~here[state.now.first_buyers]]
        here[forced] = True
        private = state.private
        weekday = WEEKDAYS[(state.start.weekday() + day) % 7] * draws.noise(0.02)
        new = self._new(day, here, private)
        here[new] = True
        wanted = VISITS_PER_PRIVATE_USER * np.count_nonzero(private) * weekday
        habit = np.flatnonzero((state.first_visit < day) & ~fresh & ~here).astype(np.int32)
        weights = state.activity[habit] * np.where(private[habit], 3.0, 1.0)
        regular = habit[draws.weighted(weights, wanted - np.count_nonzero(here), "habit")]
        who = np.concatenate([back, led, forced, new, regular])
        self._write(day, who, np.unique(np.concatenate([led, self._read_and_back])))

    def _returning(self, day: int) -> Ints:
        """Fresh persons whom the first visit brings back today."""
        cohorts = self.cohorts[-FRESH_DAYS:]
        if not cohorts:
            return NOBODY
        born = np.repeat(np.arange(day - len(cohorts), day), [cohort.size for cohort in cohorts])
        rate = np.array(
            [self.state.pace.at("d7_retention", first) for first in range(day - len(cohorts), day)]
        )
        chance = np.minimum(rate[born - (day - len(cohorts))] * _CURVE[day - born], 0.95)
        who, week = np.concatenate(cohorts), day - born == 7
        # Day 7 has a stream of its own: small cohorts then still add up to the plan's retention.
        later = self.draws.take(chance[~week], "return")
        return np.concatenate([who[~week][later], who[week][self.draws.take(chance[week], "return.7")]])

    def _led(self, day: int, back: Ints, fresh: Bools) -> Ints:
        """Readers of today whom an article leads here, beside the fresh ones who come anyway."""
        readers = self.state.now.readers
        wanted = self.state.pace.at("read_to_click", day) * readers.size
        self._read_and_back = np.intersect1d(back, readers, assume_unique=True)[: int(wanted)].astype(
            np.int32
        )
        candidates = readers[~fresh[readers]]
        weights = self.state.activity[candidates]
        led = self.draws.weighted(weights, wanted - self._read_and_back.size, "led")
        return candidates[led].astype(np.int32)

    def _new(self, day: int, here: Bools, private: Bools) -> Ints:
        """First visits of today besides those of readers and first buyers."""
        state = self.state
        already = np.count_nonzero(here & (state.first_visit == NEVER))
        wanted = NEW_A_DAY * state.persons * (1 + 0.3 * day / LENGTH) * self.draws.noise(0.06)
        pool = np.flatnonzero((state.first_visit == NEVER) & ~here).astype(np.int32)
        weights = np.where(private[pool], 3.0, 1.0)
        return pool[self.draws.weighted(weights, wanted - already, "new")]

    def _write(self, day: int, who: Ints, led: Ints) -> None:
        state, rng = self.state, self.draws.rng
        is_new = state.first_visit[who] == NEVER
        source = rng.choice(SOURCES, who.size, p=SOURCE_SHARES / SOURCE_SHARES.sum()).astype(np.uint8)
        source[np.isin(who, led)] = FROM_ARTICLE
        opens = state.pace.at("monthly_opens", day) / MONTHLY_OPENS * OPENS_A_VISIT
        extra = (opens - 1) * np.minimum(state.activity[who], 4)
        sessions = 1 + rng.poisson(extra)
        pages = sessions + rng.poisson(2.1 * sessions)
        stay = state.pace.at("session_minutes", day) * 60 / PAGES_AN_OPEN
        state.writer.add(
            "mp_visit",
            person=who,
            day=np.full(who.size, day, dtype=np.int16),
            sessions=sessions.astype(np.uint16),
            pages=pages.astype(np.uint16),
            stay_seconds=(pages * stay * rng.lognormal(-0.32, 0.8, who.size)).astype(np.float32),
            source_key=source,
            is_new=is_new,
            shares=(rng.poisson(1.2, who.size) * (rng.random(who.size) < 0.04)).astype(np.uint8),
        )
        cohort = who[is_new]
        state.first_visit[cohort] = day
        self.cohorts.append(cohort)
        self.visited.append(_bits(who, state.persons))
        self.new.append(_bits(cohort, state.persons))
        state.now.visitors = who

    def retention(self) -> list[tuple[int, bool, int, int]]:
        """(day, of new visitors, days later, persons), as far as the world goes."""
        return [
            (day, cohort is self.new, key, int(np.bitwise_count(cohort[day] & self.visited[day + key]).sum()))
            for cohort in (self.new, self.visited)
            for day in range(LENGTH)
            for key in KEYS
            if day + key < LENGTH
        ]

    def distinct(self, days: range, *, new: bool = False) -> Ints:
        """Who came (for the first time) on any of ``days``, as bits."""
        chosen = self.new if new else self.visited
        bits: Ints = np.bitwise_or.reduce([chosen[day] for day in days])
        return bits


def _bits(who: Ints, persons: int) -> Ints:
    mask = np.zeros(persons, dtype=bool)
    mask[who] = True
    return np.packbits(mask)
