"""What earlier judgements leave behind: the published level, since when, and the raw levels that hold it up.

An evaluation is a row with a colour. Grey rows and days without a row are no evaluations: they neither
improve nor worsen anything, and red, grey, red is one run of red.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.records import AlertRow, Level

SEVERITY = {Level.green: 0, Level.yellow: 1, Level.orange: 2, Level.red: 3}


@dataclass(frozen=True)
class Step:
    """Where one day's raw level leads. ``changed`` as in :class:`tasks.records.AlertRow`."""

    level: Level
    since: dt.date
    changed: str


@dataclass(frozen=True)
class Memory:
    """The state of one KPI after its last judgement; the default is a KPI never judged before."""

    level: Level | None = None
    """Last published colour."""
    since: dt.date | None = None
    seen: dt.date | None = None
    """Date of the last evaluation."""
    raws: tuple[Level, ...] = ()
    """Raw levels of the last evaluations, oldest first."""
    grey_since: dt.date | None = None
    """First date of the present grey run, null when the last row had a colour."""

    def after(self, row: AlertRow, keep: int) -> "Memory":
        """The memory with one more judgement; ``keep`` raw levels are kept."""
        if row.level is Level.grey:
            return Memory(self.level, self.since, self.seen, self.raws, row.since)
        raws = (*self.raws, row.raw_level)[-keep:]
        return Memory(row.level, row.since, row.business_date, raws)

    def step(self, raw: Level, day: dt.date, hysteresis: int, reminder_day: int) -> Step:
        """What is published on ``day``.

        Worse takes effect at once. Better takes effect when ``hysteresis`` evaluations in a row were all
        better, and then only as far as the worst of them. A red that crosses its ``reminder_day`` since
        the evaluation before is told once more.
        """
        if raw is Level.grey:
            return Step(Level.grey, self.grey_since or day, "")
        if self.level is None or self.since is None or self.seen is None:
            return Step(raw, day, "started" if raw is not Level.green else "")
        level = self._held(raw, hysteresis)
        if level is not self.level:
            if SEVERITY[level] > SEVERITY[self.level]:
                return Step(level, day, "worsened")
            return Step(level, day, "recovered" if level is Level.green else "improved")
        crossed = (self.seen - self.since).days < reminder_day <= (day - self.since).days
        return Step(level, self.since, "reminder" if level is Level.red and crossed else "")

    def _held(self, raw: Level, hysteresis: int) -> Level:
        published = self.level or raw
        if SEVERITY[raw] >= SEVERITY[published]:
            return raw
        earlier = self.raws[len(self.raws) - (hysteresis - 1) :] if hysteresis > 1 else ()
        if len(earlier) < hysteresis - 1:
            return published
        worst = max((*earlier, raw), key=SEVERITY.__getitem__)
        return min(worst, published, key=SEVERITY.__getitem__)


def remember(rows: Iterable[AlertRow], keep: int) -> dict[str, Memory]:
    """The memory of every metric after ``rows``, which may come in any order."""
    memories: dict[str, Memory] = {}
    for row in sorted(rows, key=lambda row: row.business_date):
        memories[row.metric_id] = memories.get(row.metric_id, Memory()).after(row, keep)
    return memories
