"""The brand's plan as one validated object, and what it expects of a KPI on a day.

``deployments/plan.toml`` → :func:`load_plan` → :class:`Plan`. Months are calendar months from the start
date; counts of persons (and nothing else) are multiplied by ``population_scale``.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from tasks.alerts.curves import Curve, Number, known
from tasks.alerts.entries import (
    Benchmark,
    Brand,
    BudgetLine,
    BudgetRule,
    Gate,
    Kpi,
    Levels,
    Milestone,
    Mix,
    Named,
    Phase,
    Relative,
    Response,
    Rules,
)
from tasks.calendars import add_months
from tasks.errors import ConfigurationError
from tasks.records import Frozen, Level


class Plan(Frozen):
    """Everything the brand has set out to reach. Immutable."""

    brand: Brand
    levels: Levels
    rules: Rules = Rules()
    owners: dict[str, Named]
    kpis: tuple[Kpi, ...] = Field(alias="kpi")
    gates: tuple[Gate, ...] = Field(default=(), alias="gate")
    milestones: tuple[Milestone, ...] = Field(default=(), alias="milestone")
    phases: tuple[Phase, ...] = Field(default=(), alias="phase")
    relatives: tuple[Relative, ...] = Field(default=(), alias="relative")
    mixes: tuple[Mix, ...] = Field(default=(), alias="mix")
    budget: tuple[BudgetLine, ...] = ()
    budget_rules: tuple[BudgetRule, ...] = Field(default=(), alias="budget_rule")
    benchmarks: tuple[Benchmark, ...] = Field(default=(), alias="benchmark")
    responses: tuple[Response, ...] = Field(default=(), alias="response")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        judged: tuple[Kpi | Gate, ...] = (*self.kpis, *self.gates)
        for entry in judged:
            if entry.metric in seen:
                raise ValueError(f"{entry.metric} is judged twice; keep one kpi or gate")
            seen.add(entry.metric)
        owned = (
            *((entry.metric, entry.owner) for entry in judged),
            *((entry.metric, entry.owner) for entry in self.relatives),
            *((entry.id, entry.owner) for entry in self.milestones),
        )
        for name, owner in owned:
            if owner not in self.owners:
                raise ValueError(f"{name}: owner '{owner}' is not among [owners]")
        return self

    @cached_property
    def entries(self) -> dict[str, Kpi | Gate]:
        """Every KPI and gate by metric id."""
        judged: tuple[Kpi | Gate, ...] = (*self.kpis, *self.gates)
        return {entry.metric: entry for entry in judged}

    @property
    def watched(self) -> Iterator[Kpi | Gate]:
        """KPIs, then gates, that a metric measures today: those that are judged."""
        return (entry for entry in self.entries.values() if entry.measured)

    @property
    def metric_ids(self) -> tuple[str, ...]:
        """The metrics that are judged, in the plan's order."""
        return tuple(entry.metric for entry in self.watched)

    @property
    def measured_baselines(self) -> tuple[str, ...]:
        """The judged metrics whose start value comes from the data."""
        return tuple(k.metric for k in self.kpis if k.measured and k.baseline == "first_value")

    def not_measured(self, language: str) -> list[str]:
        """Names of the KPIs and gates that the plan asks for and no metric measures yet."""
        return [entry.name(language) for entry in self.entries.values() if not entry.measured]

    @cached_property
    def thresholds(self) -> dict[Level, Decimal]:
        """The lag from which each warning level holds."""
        return {
            Level.yellow: self.levels.yellow.lag,
            Level.orange: self.levels.orange.lag,
            Level.red: self.levels.red.lag,
        }

    def date_of(self, month: int) -> dt.date:
        """The date on which a month of the plan is complete; month 0 is the start."""
        return add_months(self.brand.start_date, month)

    def scaled(self, value: Decimal, unit: str) -> Decimal:
        """A plan value for this brand's population: only counts of persons shrink or grow."""
        return value * self.brand.population_scale if unit == "persons" else value

    def limit(self, gate: Gate) -> Decimal:
        """A gate's limit for this brand's population."""
        return self.scaled(gate.limit, gate.unit)

    def curve(self, metric: str, baseline: Number | None = None) -> Curve | None:
        """The pace curve of a KPI; null while its start value is not known.

        Args:
            metric: metric id of a KPI.
            baseline: first measured value at or after the start, already in the brand's own numbers; used
                only by KPIs whose baseline is ``first_value``.

        Raises:
            ConfigurationError: the plan has no such KPI.
        """
        entry = self.entries.get(metric)
        if not isinstance(entry, Kpi):
            raise ConfigurationError(f"plan: no kpi named {metric}")
        stated = entry.baseline
        start = known(baseline) if stated == "first_value" else self.scaled(stated, entry.unit)
        if start is None:
            return None
        return Curve(
            (self.brand.start_date, *(self.date_of(point.month) for point in entry.points)),
            (start, *(self.scaled(point.value, entry.unit) for point in entry.points)),
            entry.sign,
        )


def load_plan(document: Mapping[str, Any]) -> Plan:
    """The plan in a parsed ``plan.toml``.

    Raises:
        ConfigurationError: an entry is wrong; the message names each entry and field.
    """
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(f"plan: {'; '.join(_sentences(document, error))}") from None


def faults(document: Mapping[str, Any]) -> list[str]:
    """What :func:`load_plan` would refuse in a document, a sentence each; none when it takes it."""
    try:
        Plan.model_validate(document)
    except ValidationError as error:
        return _sentences(document, error)
    return []


def _sentences(document: Mapping[str, Any], error: ValidationError) -> list[str]:
    return [f"{_place(document, e['loc'])}{e['msg'].removeprefix('Value error, ')}" for e in error.errors()]


def _place(document: Mapping[str, Any], path: tuple[int | str, ...]) -> str:
    """``kpi oa_open_rate: end: value: ``: entries by their own name, since nobody counts tables in a file."""
    here: Any = document
    words: list[str] = []
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            # A missing field is named; what follows is pydantic's own path inside a union.
            if isinstance(here, Mapping) and isinstance(step, str):
                words.append(step)
            break
        if isinstance(step, int):
            name = (
                next((here[k] for k in ("metric", "id", "tag", "seed") if k in here), step)
                if isinstance(here, Mapping)
                else step
            )
            words[-1] = f"{words[-1]} {name}"
        else:
            words.append(step)
    return "".join(f"{word}: " for word in words)
