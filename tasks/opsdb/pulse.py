"""Whether anything has run: what one business date left in the ops database, and the newest date that left much."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.opsdb.schema import delivery, fetch_outcome, metric_value
from tasks.records import Verdict


@dataclass(frozen=True)
class Pulse:
    """The traces of one business date."""

    day: dt.date
    good_cells: int
    """Cells of the day that were fetched well."""
    values: int
    """Figures of the whole brand that can be trusted."""
    told: int
    """Recipients whom the day's digest reached."""
    last_measured: dt.date | None
    """The newest date with cells that were fetched well; null before the first."""


def pulse(engine: sa.Engine, day: dt.date) -> Pulse:
    """What ``day`` left."""
    good = fetch_outcome.c.verdict == Verdict.ok.value
    cells = sa.select(sa.func.count()).where(good, fetch_outcome.c.business_date == day)
    values = sa.select(sa.func.count()).where(
        metric_value.c.business_date == day,
        metric_value.c.account_id == "*",
        metric_value.c.dimension == "",
        metric_value.c.status != "grey",
    )
    told = sa.select(sa.func.count()).where(
        delivery.c.report == "digest", delivery.c.period == str(day), delivery.c.status == "sent"
    )
    newest = sa.select(sa.func.max(fetch_outcome.c.business_date)).where(good)
    with engine.connect() as connection:
        return Pulse(
            day,
            good_cells=connection.execute(cells).scalar_one(),
            values=connection.execute(values).scalar_one(),
            told=connection.execute(told).scalar_one(),
            last_measured=connection.execute(newest).scalar(),
        )
