"""Values that can be trusted, day by day, for looking back from any date."""

import datetime as dt
import math
from collections.abc import Collection, Mapping
from decimal import Decimal

import numpy as np

from tasks.alerts.noise import Floats
from tasks.records import MetricValue


class Series:
    """The trusted values of some metrics as rows of numbers; NaN where there is none."""

    def __init__(
        self,
        values_by_day: Mapping[dt.date, Mapping[str, MetricValue]],
        metric_ids: Collection[str],
        complete_share: Decimal,
    ) -> None:
        days = [day for day, values in values_by_day.items() if values]
        self._first = min(days, default=dt.date.min)
        length = (max(days) - self._first).days + 1 if days else 0
        bar = float(complete_share)
        self._rows = {metric_id: np.full(length, np.nan) for metric_id in metric_ids}
        for day in days:
            for metric_id, value in values_by_day[day].items():
                if metric_id in self._rows and _trusted(value, bar):
                    self._rows[metric_id][(day - self._first).days] = value.value

    def before(self, metric_id: str, day: dt.date, days: int) -> Floats:
        """The values of at most ``days`` days that end before ``day``, oldest first."""
        row = self._rows[metric_id]
        end = (day - self._first).days
        found = row[max(end - days, 0) : max(end, 0)]
        missing = end - len(row)
        return np.concatenate((found, np.full(min(missing, days), np.nan))) if missing > 0 else found


def _trusted(value: MetricValue, complete_share: float) -> bool:
    return (
        value.status != "grey"
        and value.value is not None
        and math.isfinite(value.value)
        and (value.completeness is None or value.completeness >= complete_share)
    )
