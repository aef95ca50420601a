"""Chance, in bulk: seeded streams, draws that keep their totals, batches on their way to tables."""

import datetime as dt
from typing import Any, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.sandbox.world.tables import INSERTS

Ints: TypeAlias = npt.NDArray[Any]
Floats: TypeAlias = npt.NDArray[Any]
Bools: TypeAlias = npt.NDArray[np.bool_]

FLUSH_ROWS = 400_000


class Draws:
    """One named stream of chance, independent of the others whatever they consume.

    ``take`` is systematic sampling whose remainder is carried from call to call: everybody has exactly the
    given probability, while totals over many days stay within one of their expectation. So a small world
    already shows the rates it was built with.
    """

    def __init__(self, seed: int, today: dt.date, persons: int, name: str) -> None:
        self.rng = np.random.default_rng([seed, today.toordinal(), persons, *name.encode()])
        self._carry: dict[str, float] = {}

    def take(self, chances: Floats, stream: str) -> Bools:
        """Which of the candidates are drawn; ``chances`` are probabilities 0-1."""
        if chances.size == 0:
            return np.zeros(0, dtype=bool)
        steps = np.cumsum(chances, dtype=np.float64)
        steps += self._carry.setdefault(stream, float(self.rng.random()))
        whole = np.floor(steps).astype(np.int64)
        drawn = np.empty(whole.size, dtype=bool)
        drawn[0] = whole[0] > 0
        np.greater(whole[1:], whole[:-1], out=drawn[1:])
        self._carry[stream] = float(steps[-1] % 1.0)
        return drawn

    def share(self, size: int, chance: float, stream: str) -> Bools:
        """The same with one probability for all."""
        return self.take(np.full(size, min(chance, 1.0)), stream)

    def weighted(self, weights: Floats, count: float, stream: str) -> Bools:
        """About ``count`` of the candidates, in proportion to ``weights`` (at most 95 % for anybody)."""
        total = float(weights.sum(dtype=np.float64))
        if total <= 0 or count <= 0:
            return np.zeros(weights.size, dtype=bool)
        chances = weights * (count / total)
        over = chances > 0.95
        if over.any():
            rest = float(chances[~over].sum(dtype=np.float64))
            lost = float((chances[over] - 0.95).sum(dtype=np.float64))
            chances[~over] *= 1 + (lost / rest if rest > 0 else 0)
            np.minimum(chances, 0.95, out=chances)
        return self.take(chances, stream)

    def whole(self, amount: float, stream: str) -> int:
        """An integer whose long-run mean is ``amount``."""
        amount += self._carry.setdefault(stream, float(self.rng.random()))
        self._carry[stream] = amount % 1.0
        return int(amount)

    def noise(self, spread: float, size: int | None = None) -> Any:
        """Factors around 1 (mean 1) with relative spread ``spread``."""
        return self.rng.lognormal(-(spread**2) / 2, spread, size)

    def seconds(self, size: int) -> Ints:
        """Seconds of the day when people are awake."""
        return (7 * 3600 + 16.9 * 3600 * self.rng.beta(2.0, 1.7, size)).astype(np.int64)


class Writer:
    """Collects batches of columns per table and writes them in large steps."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, start: dt.date, seed: int) -> None:
        self.connection = connection
        self.start = start
        self.seed = seed
        self._batches: dict[str, list[dict[str, Any]]] = {}
        self._rows: dict[str, int] = {}

    def add(self, table: str, **columns: Any) -> None:
        """One batch; scalars are repeated for every row."""
        size = next((len(column) for column in columns.values() if isinstance(column, np.ndarray)), 1)
        if size == 0:
            return
        batch = {
            name: column if isinstance(column, np.ndarray) else np.full(size, column)
            for name, column in columns.items()
        }
        self._batches.setdefault(table, []).append(batch)
        self._rows[table] = self._rows.get(table, 0) + size
        if self._rows[table] >= FLUSH_ROWS:
            self.flush(table)

    def flush(self, table: str | None = None) -> None:
        """Write what is collected, of one table or of all."""
        for name in [table] if table else list(self._batches):
            batches = self._batches.pop(name, [])
            self._rows[name] = 0
            if not batches:
                continue
            batch = pa.table(
                {column: np.concatenate([part[column] for part in batches]) for column in batches[0]}
            )
            self.connection.register("batch", batch)
            select = INSERTS[name].format(start=self.start.isoformat(), seed=self.seed)
            self.connection.execute(f"insert into {name} {select}")
            self.connection.unregister("batch")
