"""The row ``history``: ten years of metric values in SQLite, and how long the questions about them take."""

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from tasks import calendars
from tasks.calendars import ONE_DAY, Window
from tasks.opsdb import database, metrics
from tasks.records import MetricValue

METRICS, MEMBERS, DAYS = 60, 10, 3650
FIRST = dt.date(2016, 1, 1)
WHOLE = Window(FIRST, FIRST + DAYS * ONE_DAY)
DAY = FIRST + 3000 * ONE_DAY
RESTATED = 30
"""Every so many days one was restated as a whole."""


def values(day: dt.date, shift: float = 0.0) -> list[MetricValue]:
    """A day of every metric: the total, and nine members of a breakdown."""
    return [
        MetricValue(
            f"metric_{metric:02}",
            day,
            dimension="channel" if member else "",
            member=f"渠道 {member}" if member else "",
            numerator=metric * 100.0 + member + shift,
            denominator=1000.0,
            value=(metric * 100.0 + member + shift) / 1000.0,
            completeness=1.0,
        )
        for metric in range(METRICS)
        for member in range(MEMBERS)
    ]


def history() -> str:
    """Builds the ten years in a file of its own through the store's own writing, then asks; each question thrice."""
    with tempfile.TemporaryDirectory(prefix="wechat-ops-bench-") as place:
        engine = database.connect(f"sqlite:///{Path(place) / 'ops.db'}")
        build = seconds(lambda: built(engine))
        then = calendars.now()
        restate = seconds(lambda: restated(engine))
        size = sum(file.stat().st_size for file in Path(place).iterdir()) / 1e6
        questions: dict[str, Callable[[], list[MetricValue]]] = {
            "a metric's whole series": lambda: metrics.read(
                engine, WHOLE, metric_ids=["metric_07"], account_id="*", dimension=""
            ),
            "the same by channel": lambda: metrics.read(
                engine, WHOLE, metric_ids=["metric_07"], account_id="*", dimension="channel"
            ),
            "all metrics of a day": lambda: metrics.read(engine, Window.of_day(DAY)),
            "ten metrics of a day": lambda: metrics.read(
                engine, Window.of_day(DAY), metric_ids=[f"metric_{n}" for n in range(10, 20)]
            ),
            "as reported of a day": lambda: metrics.as_reported(engine, then, Window.of_day(DAY)),
            "as reported of a metric": lambda: metrics.as_reported(
                engine, then, WHOLE, metric_ids=["metric_07"], account_id="*", dimension=""
            ),
        }
        told = []
        for name, ask in questions.items():
            rows = len(ask())
            if not rows:
                raise SystemExit(f"nothing was found: {name}")
            told.append(f"{name} {sorted(seconds(ask) for _ in range(3))[1] * 1000:.0f} ms ({rows:,} rows)")
        told += [f"{name} {took * 1000:.0f} ms" for name, took in views(engine, then)]
        engine.dispose()
    head = (
        f"{METRICS * MEMBERS * DAYS:,} values, {size:.0f} MB; written in {build:.0f} s, "
        f"every {RESTATED}th day restated in {restate:.1f} s"
    )
    return "\n  ".join([head, *told])


def built(engine: sa.Engine) -> None:
    """Ten years, a hundred days a time as a backfill writes them."""
    for start in range(0, DAYS, 100):
        days = [FIRST + n * ONE_DAY for n in range(start, min(start + 100, DAYS))]
        window = Window(days[0], days[-1] + ONE_DAY)
        metrics.write(engine, [value for day in days for value in values(day)], window)


def restated(engine: sa.Engine) -> None:
    """Other numbers for some days of all ten years; one of them is the day that is asked about."""
    for number in range(0, DAYS, RESTATED):
        day = FIRST + number * ONE_DAY
        metrics.write(engine, [replace(value, note="") for value in values(day, 0.5)], Window.of_day(day))


def views(engine: sa.Engine, then: dt.datetime) -> list[tuple[str, float]]:
    """The same questions as a BI tool asks them."""
    series = (
        "select * from bi_metric_daily where metric_id = 'metric_07' and account_id = '*' and dimension = ''"
    )
    history = (
        f"select * from bi_metric_history where business_date = '{DAY}' "
        f"and reported_from <= '{then}' and (reported_until is null or reported_until > '{then}')"
    )
    restatements = f"select * from bi_metric_restatements where business_date = '{DAY}'"

    def asked(query: str) -> None:
        with engine.connect() as connection:
            if not connection.execute(sa.text(query)).fetchall():
                raise SystemExit(f"nothing was found: {query}")

    return [
        (f"view {query.split()[3]}", seconds(lambda query=query: asked(query)))  # type: ignore[misc]
        for query in (series, history, restatements)
    ]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
