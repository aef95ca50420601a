"""The sandbox's world: one seeded set of persons who follow, read, chat, visit and buy.

The same person does all of it, so the platforms' figures fit together: visits are partly caused by reading,
orders by visits; WeCom customers come from followers, group members from customers. Everything follows from
(persons, seed, today, drift, accidents); the tables are described in ``tables.py``.
"""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import duckdb

from tasks.sandbox.accounts import ACCOUNTS, SandboxAccount
from tasks.sandbox.world.articles import Articles
from tasks.sandbox.world.channels import broadcast
from tasks.sandbox.world.draws import Writer
from tasks.sandbox.world.orders import Orders
from tasks.sandbox.world.pace import FUTURE_DAYS, HISTORY_DAYS, LENGTH, PLAN_DAYS, Accident, Pace
from tasks.sandbox.world.people import People
from tasks.sandbox.world.state import State, Today
from tasks.sandbox.world.summaries import summarise
from tasks.sandbox.world.tables import MACROS, TABLES, VIEWS
from tasks.sandbox.world.visits import Visits
from tasks.sandbox.world.wecom import Groups, Service

__all__ = ["Accident", "World"]

Thing = TypeVar("Thing")


@dataclass
class World:
    """A made world; ``build`` makes one. Its tables are read through :meth:`rows`.

    Attributes:
        persons: how many there are, private users or not.
        today: the business date it was made for; it goes on for 60 days.
        start: first day of its history. ``plan_start`` is the day of month 0.
        visits: every person's Mini Program days as bits, for distinct counts over weeks and months.
    """

    connection: duckdb.DuckDBPyConnection
    persons: int
    seed: int
    today: dt.date
    pace: Pace
    visits: Visits
    accounts: Mapping[str, SandboxAccount] = field(default_factory=lambda: ACCOUNTS)
    _made: dict[str, Any] = field(default_factory=dict)
    _making: threading.RLock = field(default_factory=threading.RLock)

    @property
    def start(self) -> dt.date:
        """First day of the history."""
        return self.today - dt.timedelta(days=HISTORY_DAYS)

    @property
    def plan_start(self) -> dt.date:
        """Day of month 0 of the plan."""
        return self.today - dt.timedelta(days=PLAN_DAYS)

    @property
    def end(self) -> dt.date:
        """Last day made (inclusive)."""
        return self.today + dt.timedelta(days=FUTURE_DAYS)

    @classmethod
    def build(
        cls,
        persons: int = 5000,
        seed: int = 7,
        *,
        today: dt.date,
        drift: Mapping[str, float] | None = None,
        accidents: Iterable[Accident] = (),
    ) -> "World":
        """Make a world: at least 200 persons, for speed some thousands, a million in minutes.

        Raises:
            ValueError: too few persons, or a drift of an unknown KPI.
        """
        if persons < 200:
            raise ValueError(f"a world of {persons} persons has no rates to speak of; make it 200 or more")
        start = today - dt.timedelta(days=HISTORY_DAYS)
        connection = duckdb.connect(":memory:", config={"threads": 2, "preserve_insertion_order": True})
        connection.execute(TABLES + MACROS.format(seed=seed) + VIEWS)
        pace = Pace(start, drift or {}, accidents)
        writer = Writer(connection, start, seed)
        state = State.born(persons, seed, today, start, pace, writer)
        people = People(state)
        service, groups = Service(state), Groups(state)
        articles, visits, orders = Articles(state), Visits(state), Orders(state)
        for day in range(LENGTH):
            state.now = Today()
            for step in (people.step, articles.step, visits.step, orders.step, groups.step, service.step):
                step(day)
        people.finish()
        groups.finish()
        writer.flush()
        summarise(connection, start, seed, articles, visits)
        broadcast(state)
        return cls(connection, persons, seed, today, pace, visits)

    def once(self, name: str, make: "Callable[[World], Thing]") -> Thing:
        """What ``make`` makes of this world, made at the first asking and kept: a world never changes."""
        with self._making:
            if name not in self._made:
                self._made[name] = make(self)
            kept: Thing = self._made[name]
            return kept

    def by(self, table: str, key: str) -> Mapping[Any, list[dict[str, Any]]]:
        """A small table in memory, its rows in their order under the value of column ``key``."""

        def make(world: World) -> Mapping[Any, list[dict[str, Any]]]:
            found: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
            for row in world.rows(f"select * from {table}"):
                found[row[key]].append(row)
            return dict(found)

        return self.once(f"{table} by {key}", make)

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """The rows of a query as dicts; safe to call from several threads."""
        cursor = self.connection.cursor()
        try:
            result = cursor.execute(sql, params)
            names = [column[0] for column in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        finally:
            cursor.close()
