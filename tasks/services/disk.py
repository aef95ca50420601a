"""How much room the data has, and how fast it fills."""

import datetime as dt
import os
import shutil
import stat
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tasks.calendars import ONE_DAY, business_date, from_epoch

FORTNIGHT = 14


@dataclass(frozen=True)
class Disk:
    """The room below a folder, in bytes."""

    folder: Path
    free: int
    used: int
    """What our own files take."""
    growth: float | None
    """Bytes a day; None while there is too little past to tell."""

    @property
    def days_left(self) -> float | None:
        """Days until it is full at the present growth."""
        return self.free / self.growth if self.growth else None


def disk(folder: Path, now: dt.datetime) -> Disk:
    """The room of the disk that ``folder`` is (or will be) on.

    Growth is the median of the bytes written on each of the last fourteen days and still there: one big backfill
    does not make every day look like it, and a new installation has none.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    today = business_date(now)
    written: Counter[dt.date] = Counter()
    used = 0
    for size, modified in _files(folder):
        used += size
        written[business_date(from_epoch(int(modified)))] += size
    days = [written[today - n * ONE_DAY] for n in range(1, FORTNIGHT + 1)]
    growth = statistics.median(days)
    return Disk(folder, shutil.disk_usage(there).free, used, growth or None)


def _files(folder: Path) -> Iterable[tuple[int, float]]:
    """Size and time of the last change of every file; files and folders that vanish meanwhile are left out."""
    # Unlike Path.rglob it does not mind a folder that is gone when its turn comes.
    for here, _, names in os.walk(folder):
        for name in names:
            try:
                seen = Path(here, name).lstat()
            except FileNotFoundError:
                continue
            if stat.S_ISREG(seen.st_mode):
                yield seen.st_size, seen.st_mtime
