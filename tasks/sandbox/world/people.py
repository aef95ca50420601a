"""Followers and WeCom customers: who comes, who leaves, who comes back.

The number of private users (followers, customers and buyers, each person once) is held on the plan's line by
letting as many join each day as the line asks for after the day's losses.
"""

import numpy as np

from tasks.sandbox.world.draws import Ints
from tasks.sandbox.world.pace import HISTORY_DAYS, PLAN_DAYS
from tasks.sandbox.world.state import State

STOCK_SHARE = 0.185
UNFOLLOW_A_DAY = 0.0012
CUSTOMER_LOSS_A_DAY = 0.0012
CUSTOMERS_PER_FOLLOWER = 0.5
SOURCES = np.array([30, 1, 17, 57, 149, 100, 200, 161, 0, 201, 10])
SOURCE_SHARES = np.array([0.31, 0.17, 0.09, 0.10, 0.11, 0.08, 0.05, 0.03, 0.03, 0.01, 0.02])
ADD_WAYS = np.array([1, 16, 3, 4, 10, 6, 201])
ADD_WAY_SHARES = np.array([0.52, 0.22, 0.09, 0.06, 0.06, 0.04, 0.01])
WEEKDAYS = np.array([1.0, 1.05, 1.0, 1.05, 1.1, 0.95, 0.85])


class People:
    """Episodes of following and of being a customer, day by day."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.draws = state.draws("people")
        size = state.persons
        self.followed_at = np.zeros(size, dtype=np.int64)
        self.source = np.zeros(size, dtype=np.int16)
        self.add_way = np.zeros(size, dtype=np.int16)
        self.campaign = np.zeros(size, dtype=np.int8)
        self.second_staff = np.full(size, -1, dtype=np.int32)
        self.returning: dict[int, list[Ints]] = {}
        self.next_joiner = round(size * STOCK_SHARE)
        self.next_buyer = state.strangers
        bound = np.ones(size, dtype=bool)
        bound[self.draws.share(size, 0.12, "unbound")] = False
        state.writer.add("person", person=np.arange(size, dtype=np.int32), bound=bound)
        self._stock()

    def _stock(self) -> None:
        """Those who were there before the world began: they came over the two years before."""
        stock = np.arange(self.next_joiner, dtype=np.int32)
        direct = self.draws.share(stock.size, 0.08, "stock.direct")
        before = self.state.day_starts[0] - self.draws.rng.integers(86_400, 700 * 86_400, stock.size)
        self._follow(stock[~direct], before[~direct])
        self._add(stock[direct], before[direct])
        lacking = CUSTOMERS_PER_FOLLOWER * (~direct).sum() - direct.sum()
        known = self.draws.weighted(self.state.activity[stock[~direct]], lacking, "stock.customers")
        later = (self.state.day_starts[0] + before[~direct][known]) // 2
        self._add(stock[~direct][known], later)

    def _follow(self, who: Ints, at: Ints) -> None:
        self.state.following[who] = True
        self.followed_at[who] = at
        self.source[who] = self.draws.rng.choice(SOURCES, who.size, p=SOURCE_SHARES / SOURCE_SHARES.sum())

    def _add(self, who: Ints, at: Ints) -> None:
        rng, staff = self.draws.rng, self.state.staff
        self.state.customer_since[who] = at
        self.state.customer_of[who] = rng.integers(0, staff, who.size)
        self.add_way[who] = rng.choice(ADD_WAYS, who.size, p=ADD_WAY_SHARES)
        self.campaign[who] = rng.choice(5, who.size, p=[0.4, 0.2, 0.15, 0.2, 0.05])
        twice = who[self.draws.share(who.size, 0.04, "second staff")]
        self.second_staff[twice] = (self.state.customer_of[twice] + 1) % staff

    def _close_follows(self, who: Ints, at: Ints | int) -> None:
        self.state.writer.add(
            "oa_follow", person=who, followed_at=self.followed_at[who], left_at=at, source=self.source[who]
        )
        self.state.following[who] = False

    def _close_customers(self, who: Ints, at: Ints | int) -> None:
        columns: dict[str, Ints] = {
            "added_at": self.state.customer_since,
            "add_way": self.add_way,
            "state": self.campaign,
        }
        second = who[self.second_staff[who] >= 0]
        for persons, staff in ((who, self.state.customer_of), (second, self.second_staff)):
            left = at if isinstance(at, int) else at[np.isin(who, persons, assume_unique=True)]
            self.state.writer.add(
                "wecom_contact",
                person=persons,
                staff=staff[persons],
                left_at=left,
                **{name: column[persons] for name, column in columns.items()},
            )
        self.state.customer_of[who] = -1
        self.second_staff[who] = -1

    def line(self, day: int) -> float:
        """Private users the plan's line (bent by drift) wants at the end of ``day``."""
        warm_up = HISTORY_DAYS - PLAN_DAYS
        if day < warm_up:
            base = self.state.pace.at("private_users", warm_up)
            return self.state.persons * (STOCK_SHARE + (base - STOCK_SHARE) * (day + 1) / warm_up)
        return self.state.persons * self.state.pace.at("private_users", day + 1)

    def step(self, day: int) -> None:
        """One day: losses, returns, newcomers, new customers."""
        state, draws = self.state, self.draws
        midnight = state.day_starts[day]
        self._losses(day, midnight)
        for back in self.returning.pop(day, []):
            here = back[~state.following[back]]
            self._follow(here, midnight + draws.seconds(here.size))
        weekday = WEEKDAYS[(state.start.weekday() + day) % 7]
        need = (self.line(day) - np.count_nonzero(state.private)) * weekday * draws.noise(0.15)
        joined = draws.whole(max(0.0, need), "joiners")
        bought = min(draws.whole(joined * 0.06, "first buyers"), state.persons - self.next_buyer)
        joined = min(joined - bought, state.strangers - self.next_joiner)
        came = np.arange(self.next_joiner, self.next_joiner + joined, dtype=np.int32)
        self.next_joiner += joined
        direct = draws.share(came.size, 0.08, "direct")
        self._follow(came[~direct], midnight + draws.seconds(int((~direct).sum())))
        self._add(came[direct], midnight + draws.seconds(int(direct.sum())))
        state.now.article_followers = came[~direct & (self.source[came] == 57)]
        state.now.first_buyers = np.arange(self.next_buyer, self.next_buyer + bought, dtype=np.int32)
        state.buyer[state.now.first_buyers] = True
        self.next_buyer += bought
        self._customers(midnight, came[direct])

    def _losses(self, day: int, midnight: int) -> None:
        state, draws = self.state, self.draws
        followers = np.flatnonzero(state.following).astype(np.int32)
        # The lively leave less.
        bored = 1 / (0.4 + 0.6 * state.activity[followers])
        left = followers[draws.weighted(bored, UNFOLLOW_A_DAY * followers.size, "unfollow")]
        self._close_follows(left, midnight + draws.seconds(left.size))
        back = left[draws.share(left.size, 0.12, "return")]
        if back.size:
            self.returning.setdefault(day + int(draws.rng.integers(3, 30)), []).append(back)
        customers = np.flatnonzero(state.customer_of >= 0).astype(np.int32)
        gone = customers[draws.share(customers.size, CUSTOMER_LOSS_A_DAY, "customer loss")]
        self._close_customers(gone, midnight + draws.seconds(gone.size))
        state.now.lost_customers = gone

    def _customers(self, midnight: int, direct: Ints) -> None:
        state, draws = self.state, self.draws
        has = state.customer_of >= 0
        followers = np.flatnonzero(state.following & ~has).astype(np.int32)
        need = CUSTOMERS_PER_FOLLOWER * np.count_nonzero(state.following) - np.count_nonzero(has)
        added = followers[draws.weighted(state.activity[followers], need * draws.noise(0.1), "customers")]
        # After following: a newcomer of today is added in the evening at the earliest.
        at = np.maximum(midnight + draws.seconds(added.size), self.followed_at[added] + 60)
        self._add(added, np.minimum(at, midnight + 86_399))
        state.now.new_customers = np.concatenate([direct, added])

    def finish(self) -> None:
        """Write the episodes that are still open, and the followers' tags."""
        state = self.state
        self._close_follows(np.flatnonzero(state.following).astype(np.int32), 0)
        self._close_customers(np.flatnonzero(state.customer_of >= 0).astype(np.int32), 0)
        ever = np.arange(self.next_joiner, dtype=np.int32)
        for tag_id, chance in TAGS.values():
            tagged = ever[self.draws.share(ever.size, chance, "tags")]
            state.writer.add("oa_tag_member", tag_id=tag_id, person=tagged)
        state.writer.connection.executemany(
            "insert into oa_tag values (?, ?)", [(tag_id, name) for name, (tag_id, _) in TAGS.items()]
        )


TAGS = {
    "星标组": (2, 0.02),
    "新关注": (101, 0.12),
    "高价值": (102, 0.15),
    "宝妈": (103, 0.11),
    "门店到访": (104, 0.08),
    "直播观众": (105, 0.06),
    "沉默": (106, 0.18),
    "活动参与": (107, 0.09),
}
"""Tag name → (id, share of everybody who ever joined)."""
