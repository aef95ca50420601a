"""WeCom: staff who answer customers, and the groups (社群) customers are in.

A customer is in at most one group at a time. How many write within seven days follows the plan's community
activity; how much they write follows the messages a group and day.
"""

import numpy as np

from tasks.sandbox.world.draws import Ints
from tasks.sandbox.world.pace import LENGTH
from tasks.sandbox.world.state import State

MEMBERS_PER_CUSTOMER = 0.5
GROUPS_PER_PERSON = 10 / 5000
MORE_GROUPS_PER_PERSON = 6 / 5000
CHATS_A_DAY = 0.06
LEFT_SINCE = 1.04
"""Who wrote within seven days, beside those of them who are still members."""
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
NAMES = ("晓雯", "志强", "梦琪", "建国", "思远", "雅婷", "俊杰", "欣怡", "浩然", "佳宁", "雨桐", "子轩")


class Groups:
    """Membership and messages of group chats."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.draws = state.draws("groups")
        size = state.persons
        self.joined_at = np.zeros(size, dtype=np.int64)
        self.join_scene = np.zeros(size, dtype=np.uint8)
        more = max(1, round(size * MORE_GROUPS_PER_PERSON))
        first = max(1, round(size * GROUPS_PER_PERSON))
        # A few groups begin while we watch, spread evenly over the world.
        self.born = np.r_[np.full(first, -1), np.linspace(5, LENGTH - 5, more).astype(np.int64)]
        sample = np.sort(state.chatty[: min(size, 50_000)])
        quantiles = sample[np.linspace(0, sample.size - 1, 256).astype(np.int64)].astype(np.float64)
        self.forces = np.geomspace(1e-5, 20, 400)
        self.weekly = np.mean(1 - np.exp(-7 * self.forces[:, None] * quantiles), axis=1)
        self.history: list[int] = []
        self._write_groups()
        customers = np.flatnonzero(state.customer_of >= 0).astype(np.int32)
        members = customers[self.draws.share(customers.size, MEMBERS_PER_CUSTOMER, "stock")]
        before = self.draws.rng.integers(86_400, 200 * 86_400, members.size)
        joined_at = np.maximum(state.day_starts[0] - before, state.customer_since[members] + 600)
        self._join(members, np.minimum(joined_at, state.day_starts[0] - 1), first)

    def _write_groups(self) -> None:
        state, rng = self.state, self.draws.rng
        rows = [
            (
                number,
                f"wrQx1AEAAA{state.seed % 1000:03d}{number:06d}{rng.integers(10**12):012d}",
                "" if number % 9 == 8 else f"品牌福利{number + 1}群",
                staff_id(number % state.staff),
                state.day_starts[0] - 86_400 * 200 - 3600 * number
                if day < 0
                else state.day_starts[day] + 36_000 + number,
            )
            for number, day in enumerate(self.born.tolist())
        ]
        state.writer.connection.executemany("insert into wecom_group values (?, ?, ?, ?, ?)", rows)

    def _join(self, who: Ints, at: Ints, groups: int) -> None:
        rng = self.draws.rng
        self.state.group_of[who] = rng.integers(0, groups, who.size)
        self.joined_at[who] = at
        self.join_scene[who] = rng.choice([1, 2, 3], who.size, p=[0.25, 0.3, 0.45])

    def _leave(self, who: Ints, at: Ints | int) -> None:
        self.state.writer.add(
            "wecom_group_member",
            person=who,
            grp=self.state.group_of[who],
            joined_at=self.joined_at[who],
            left_at=at,
            join_scene=self.join_scene[who],
        )
        self.state.group_of[who] = -1

    def step(self, day: int) -> None:
        """One day: leaving, joining, talking."""
        state, draws = self.state, self.draws
        midnight = state.day_starts[day]
        groups = int(np.count_nonzero(self.born < day))
        lost = state.now.lost_customers
        lost = lost[state.group_of[lost] >= 0]
        members = np.flatnonzero(state.group_of >= 0).astype(np.int32)
        staying = members[~np.isin(members, lost)]
        # Thirty days of these leaves are the plan's share of the members at the period's start.
        base = self.history[-15] if len(self.history) >= 15 else members.size
        leaves = state.pace.at("exit_rate", day) / 30 * base - lost.size
        leaves += (state.pace.accident("pushy_message", day) or 0.0) * members.size
        left = np.concatenate([lost, staying[draws.weighted(np.ones(staying.size), leaves, "leave")]])
        self._leave(left, midnight + draws.seconds(left.size))
        customers = np.flatnonzero((state.customer_of >= 0) & (state.group_of < 0)).astype(np.int32)
        customers = customers[~np.isin(customers, np.concatenate([left, state.now.new_customers]))]
        want = MEMBERS_PER_CUSTOMER * np.count_nonzero(state.customer_of >= 0)
        want -= np.count_nonzero(state.group_of >= 0)
        joining = customers[draws.weighted(np.ones(customers.size), want * draws.noise(0.1), "join")]
        self._join(joining, midnight + draws.seconds(joining.size), groups)
        self.history.append(int(np.count_nonzero(state.group_of >= 0)))
        self._talk(day, groups)

    def _talk(self, day: int, groups: int) -> None:
        state, draws = self.state, self.draws
        members = np.flatnonzero(state.group_of >= 0).astype(np.int32)
        force = self._force(state.pace.at("community_active", day) / LEFT_SINCE)
        chance = 1 - np.exp(-force * state.chatty[members])
        speakers = members[draws.take(chance, "speak")]
        if not speakers.size:
            return
        total = draws.whole(state.pace.at("group_messages", day) * groups * draws.noise(0.04), "messages")
        more = max(0, total - speakers.size)
        weights = draws.rng.lognormal(0, 0.8, speakers.size)
        messages = 1 + draws.rng.multinomial(more, weights / weights.sum())
        state.writer.add(
            "wecom_group_message",
            person=speakers,
            day=np.full(speakers.size, day, dtype=np.int16),
            grp=state.group_of[speakers],
            messages=messages.astype(np.uint16),
        )

    def _force(self, weekly: float) -> float:
        """The daily force at which ``weekly`` of the members write at least once in seven days."""
        return float(np.interp(weekly, self.weekly, self.forces))

    def finish(self) -> None:
        """Write the memberships that are still open."""
        self._leave(np.flatnonzero(self.state.group_of >= 0).astype(np.int32), 0)


class Service:
    """Staff and customers one to one, and the service desk."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.draws = state.draws("service")
        state.writer.connection.executemany(
            "insert into wecom_staff values (?, ?, ?)",
            [
                (number, staff_id(number), SURNAMES[number % 20] + NAMES[number // 20 % 12])
                for number in range(state.staff)
            ],
        )

    def step(self, day: int) -> None:
        """Everything said one to one on ``day``."""
        state, draws, rng = self.state, self.draws, self.draws.rng
        minutes = state.pace.at("reply_minutes", day)
        slow = state.pace.accident("service_slow", day)
        mood = minutes * (slow or 1.0) * draws.noise(0.26, state.staff)
        customers = np.flatnonzero(state.customer_of >= 0).astype(np.int32)
        weekend = (state.start.weekday() + day) % 7 >= 5
        count = CHATS_A_DAY * customers.size * (0.8 if weekend else 1.08)
        who = customers[draws.weighted(state.activity[customers], count, "chats")]
        staff = state.customer_of[who]
        days = np.full(who.size, day, dtype=np.int16)
        state.writer.add(
            "wecom_chat",
            person=who,
            staff=staff,
            day=days,
            messages=(1 + rng.poisson(4, who.size)).astype(np.uint16),
            replied=~draws.share(who.size, 0.08, "unanswered"),
            reply_minutes=(mood[staff] * draws.noise(0.3, who.size)).astype(np.float32),
        )
        new = np.bincount(state.customer_of[state.now.new_customers], minlength=state.staff)
        state.writer.add(
            "wecom_apply",
            staff=np.arange(state.staff, dtype=np.int32),
            day=np.full(state.staff, day, dtype=np.int16),
            applies=(new + rng.poisson(0.6, state.staff)).astype(np.uint16),
        )
        self._desk(day)

    def _desk(self, day: int) -> None:
        state, draws, rng = self.state, self.draws, self.draws.rng
        private = np.flatnonzero(state.private).astype(np.int32)
        who = private[draws.share(private.size, 0.0025, "desk")]
        state.writer.add(
            "kf_session",
            staff=rng.integers(0, state.staff, who.size).astype(np.int32),
            day=np.full(who.size, day, dtype=np.int16),
            person=who,
            messages=(2 + rng.poisson(5, who.size)).astype(np.uint16),
            first_reply_seconds=(45 * draws.noise(0.7, who.size)).astype(np.int32),
            satisfied=rng.choice([0, 1, 2, 3], who.size, p=[0.55, 0.39, 0.04, 0.02]).astype(np.uint8),
        )


def staff_id(number: int) -> str:
    """The userid of a staff member."""
    return f"staff_{number + 1:04d}"
