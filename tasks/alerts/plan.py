"""The brand's plan as one validated object, and what it expects of a KPI on a day.

``deployments/plan.toml`` → :func:`load_plan` → :class:`Plan`. Months are calendar months from the start
date; counts of persons (and nothing else) are multiplied by ``population_scale``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, Self, TypeAlias

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tasks.alerts.claims import Claim, Resolution
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
    Rules,
)
from tasks.alerts.refusals import FILE, refusals, shown
from tasks.calendars import add_months
from tasks.errors import ConfigurationError
from tasks.records import Frozen, Level

Misfit: TypeAlias = tuple[str, str, dict[str, str]]
"""Place, kind of refusal and its words, as ``refusals`` puts them together."""


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
    claims: tuple[Claim, ...] = Field(default=(), alias="claim")
    resolutions: tuple[Resolution, ...] = Field(default=(), alias="resolution")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Told together: whoever mends a plan wants to do it once."""
        wrong = [*self._doubles(), *self._strangers()]
        if wrong:
            raise PydanticCustomError("several", "entries do not fit each other", {"wrong": wrong})
        return self

    def _doubles(self) -> Iterator[Misfit]:
        judged: tuple[Kpi | Gate, ...] = (*self.kpis, *self.gates)
        groups: tuple[tuple[str, str, Iterable[str]], ...] = (
            ("kpi, gate", "metric", (entry.metric for entry in judged)),
            ("milestone", "id", (entry.id for entry in self.milestones)),
            ("phase", "id", (entry.id for entry in self.phases)),
            ("relative", "metric", (entry.metric for entry in self.relatives)),
            ("mix", "id", (entry.id for entry in self.mixes)),
            ("budget", "id", (entry.id for entry in self.budget)),
            ("budget_rule", "tag", (entry.tag for entry in self.budget_rules)),
            ("claim", "id", (entry.id for entry in self.claims)),
        )
        for table, key, names in groups:
            for name, times in Counter(names).items():
                if times > 1:
                    yield f"{table}: ", "twice", {"key": key, "name": name}

    def _strangers(self) -> Iterator[Misfit]:
        known = ", ".join(self.owners)
        owned = (
            *((f"kpi {entry.metric}: ", entry.owner) for entry in self.kpis),
            *((f"gate {entry.metric}: ", entry.owner) for entry in self.gates),
            *((f"relative {entry.metric}: ", entry.owner) for entry in self.relatives),
            *((f"milestone {entry.id}: ", entry.owner) for entry in self.milestones),
            *((f"budget {entry.id}: ", entry.owner) for entry in self.budget if entry.owner),
        )
        for place, owner in owned:
            if owner not in self.owners:
                yield place, "no_owner", {"said": shown(owner), "known": known}
        claims = {claim.id for claim in self.claims}
        for claim in self.claims:
            for need in claim.needs:
                if need not in claims:
                    yield f"claim {claim.id}: ", "no_claim", {"said": shown(need)}

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

    @cached_property
    def end(self) -> dt.date:
        """The last date on which anything of the plan is due."""
        months = [
            *(point.month for kpi in self.kpis for point in kpi.points),
            *(stone.month for stone in self.milestones),
            *(entry.month for entry in self.relatives if entry.month),
        ]
        return self.date_of(max(months, default=0))

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
            entry.shape,
        )


def load_plan(document: Mapping[str, Any], language: str = "zh-CN", file: str = FILE) -> Plan:
    """The plan in a parsed ``plan.toml``.

    Args:
        document: the parsed file.
        language: ``zh-CN`` or ``en``, of the message when it does not load.
        file: how the reader knows the file.

    Raises:
        ConfigurationError: an entry is wrong; the message names the file and each entry and key.
    """
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError("\n".join(refusals(Plan, document, error, language, file))) from None


def faults(document: Mapping[str, Any], language: str = "zh-CN", file: str = FILE) -> list[str]:
    """What :func:`load_plan` would refuse in a document, a sentence each; none when it takes it."""
    try:
        Plan.model_validate(document)
    except ValidationError as error:
        return refusals(Plan, document, error, language, file)
    return []
