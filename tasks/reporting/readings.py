"""Judged KPIs beside their measured values, most urgent first, and the sentence that sums them up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.errors import ConfigurationError
from tasks.records import AlertRow, Level, Metric, MetricValue
from tasks.reporting import figures
from tasks.reporting.views import ORDER, Chip
from tasks.reporting.words import Words


@dataclass(frozen=True)
class Reading:
    """A KPI's judgement beside its measured values; the values are None where none was stored."""

    alert: AlertRow
    metric: Metric
    today: MetricValue | None
    yesterday: MetricValue | None
    week_ago: MetricValue | None

    @property
    def noise(self) -> bool:
        """Whether the day's figures are far enough behind for a colour, and green all the same: within noise."""
        return self.alert.cause == "noise"

    @property
    def urgency(self) -> tuple[int, float, str]:
        """Sort key: worst level first, then the largest lag."""
        return ORDER.index(self.alert.level), -(self.alert.lag or 0.0), self.metric.metric_id


def readings(
    alerts: Sequence[AlertRow],
    metrics: Mapping[str, Metric],
    today: Mapping[str, MetricValue],
    yesterday: Mapping[str, MetricValue],
    week_ago: Mapping[str, MetricValue],
) -> list[Reading]:
    """Every judged KPI, most urgent first.

    Raises:
        ConfigurationError: a judged KPI is missing from the catalogue.
    """
    unknown = sorted({alert.metric_id for alert in alerts} - set(metrics))
    if unknown:
        raise ConfigurationError(f"sql/catalogue/metrics.toml does not describe {', '.join(unknown)}")
    found = [
        Reading(
            a,
            metrics[a.metric_id],
            today.get(a.metric_id),
            yesterday.get(a.metric_id),
            week_ago.get(a.metric_id),
        )
        for a in alerts
    ]
    return sorted(found, key=lambda reading: reading.urgency)


def chip(level: Level, w: Words, count: int = 0) -> Chip:
    """A level as colour and word."""
    return Chip(level.value, w[level.value], count, w[f"{level.value}_means"])


def behind(reading: Reading, w: Words) -> str:
    """How far behind on the KPI's own basis, as a phrase."""
    alert = reading.alert
    if alert.lag is None or alert.lag <= 0:
        return w["ahead"]
    basis = "gate_most" if alert.basis == "gate" and reading.metric.direction == "down" else alert.basis
    if figures.is_far(alert.lag, basis) and f"far_{basis}" in w:
        # A limit is passed by a multiple of itself; progress is missed by a multiple of what was due.
        times = alert.lag + 1 if basis == "gate_most" else alert.lag
        return w[f"far_{basis}"].format(lag=figures.times(times, w))
    phrase = w.get(f"behind_{basis}", w["behind_progress"])
    text = phrase.format(lag=figures.lag_figure(alert.lag, alert.basis, w))
    return text + w["in_brackets"].format(text=w["noise"]) if reading.noise else text


def held(reading: Reading, w: Words) -> str:
    """That the day alone is better than the level told; empty when it is not."""
    if not reading.alert.held:
        return ""
    raw = reading.alert.raw_level
    return w["held_noise" if reading.noise else "held"].format(raw=w[raw.value].lower())


def told_lag(lag: float, basis: str, w: Words) -> str:
    """A lag with its unit; a negative one says that the KPI is ahead."""
    text = figures.lag_figure(lag, basis, w)
    text = w["points"].format(lag=text) if basis == "points" else text
    return w["ahead_by"].format(lag=text) if lag < 0 else text


def verdict(found: Sequence[Reading], w: Words, language: str) -> tuple[str, str]:
    """The page's first sentence in two halves: how many at which level, and the most urgent one."""
    if not found:
        return w["verdict_none"], ""
    levels = [reading.alert.level for reading in found]
    if all(level is Level.grey for level in levels):
        return w["verdict_grey"].format(n=len(found)), ""
    counts = figures.counts(levels, w, language)
    worst = found[0]
    if worst.alert.level in (Level.green, Level.grey):
        return w["verdict_calm"].format(n=len(found), counts=counts), ""
    urgent = w["urgent"].format(name=worst.metric.name(language), behind=behind(worst, w))
    return w["verdict"].format(n=len(found), counts=counts), urgent
