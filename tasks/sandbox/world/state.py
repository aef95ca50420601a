"""Who everybody is on the present day of the making: arrays with one entry a person, and today's events.

Person numbers tell the future: the first persons belong to the brand before the world begins, the next ones
join one by one, and from ``strangers`` on live those who never follow (some of them buy).
"""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from tasks.calendars import start_of
from tasks.sandbox.world.draws import Bools, Draws, Floats, Ints, Writer
from tasks.sandbox.world.pace import LENGTH, Pace

NEVER = 30_000
LONG_AGO = -1_000
NOBODY = np.zeros(0, dtype=np.int32)


@dataclass
class Today:
    """What happened on the day being made, as far as it matters to others."""

    article_followers: Ints = field(default_factory=lambda: NOBODY)
    """Persons who followed from inside an article."""
    first_buyers: Ints = field(default_factory=lambda: NOBODY)
    """Strangers whom an order makes private users."""
    readers: Ints = field(default_factory=lambda: NOBODY)
    visitors: Ints = field(default_factory=lambda: NOBODY)
    lost_customers: Ints = field(default_factory=lambda: NOBODY)
    new_customers: Ints = field(default_factory=lambda: NOBODY)


@dataclass
class State:
    """The persons, the chance streams' seed and the writer, shared by all steps of a day."""

    persons: int
    seed: int
    today: dt.date
    start: dt.date
    pace: Pace
    writer: Writer
    staff: int
    activity: Floats
    """How lively a person is on every channel; mean 1."""
    chatty: Floats
    """How much a person writes in groups; mean 1."""
    following: Bools
    buyer: Bools
    customer_of: Ints
    """Position of the WeCom staff member, -1 for none."""
    customer_since: Ints
    """Unix seconds at which they were added, of the present or last time."""
    group_of: Ints
    first_visit: Ints
    """Day of the first Mini Program visit; LONG_AGO before the world began, NEVER not yet."""
    day_starts: list[int]
    """Unix seconds at which each day begins in Shanghai."""
    now: Today = field(default_factory=Today)

    @classmethod
    def born(
        cls, persons: int, seed: int, today: dt.date, start: dt.date, pace: Pace, writer: Writer
    ) -> "State":
        """Everybody, before anything happened."""
        draws = Draws(seed, today, persons, "persons")
        first_visit = np.full(persons, NEVER, dtype=np.int16)
        activity = draws.rng.lognormal(-0.245, 0.7, persons).astype(np.float32)
        # The lively had found the Mini Program before our history begins.
        first_visit[draws.take(np.minimum(0.24 * activity + 0.06, 0.8), "visited")] = LONG_AGO
        first = int(start_of(start).timestamp())
        return cls(
            persons=persons,
            seed=seed,
            today=today,
            start=start,
            pace=pace,
            writer=writer,
            staff=max(2, round(persons * 8 / 5000)),
            activity=activity,
            chatty=draws.rng.lognormal(-0.605, 1.1, persons).astype(np.float32),
            following=np.zeros(persons, dtype=bool),
            buyer=np.zeros(persons, dtype=bool),
            customer_of=np.full(persons, -1, dtype=np.int32),
            customer_since=np.zeros(persons, dtype=np.int64),
            group_of=np.full(persons, -1, dtype=np.int32),
            first_visit=first_visit,
            day_starts=[first + 86_400 * day for day in range(LENGTH + 1)],
        )

    @property
    def strangers(self) -> int:
        """The first person who never follows."""
        return int(self.persons * 0.7)

    @property
    def private(self) -> Bools:
        """Who is a private user: follower, WeCom customer or buyer."""
        return self.following | self.buyer | (self.customer_of >= 0)

    def draws(self, name: str) -> Draws:
        """A stream of chance of its own."""
        return Draws(self.seed, self.today, self.persons, name)
