"""The entries of the brand's plan (``deployments/plan.toml``), one model per table.

Texts come in Chinese and English; a percentage is a share, 0-1; money is CNY; months count from the plan's
start (month 0). Unknown fields are refused: a misspelt threshold must not be silently ignored.
"""

import datetime as dt
from decimal import Decimal
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from tasks.records import Frozen

Unit: TypeAlias = Literal[
    "persons", "times", "items", "share", "cny", "minutes", "ratio", "days", "hours", "seconds"
]
Basis: TypeAlias = Literal["progress", "level", "points"]


class Named(Frozen):
    """Anything a reader sees by name."""

    name_zh: str
    name_en: str

    def name(self, language: str) -> str:
        """The name for a reader."""
        return self.name_en if language == "en" else self.name_zh


class Brand(Frozen):
    """Whose plan it is and when it starts."""

    name: str
    start_date: dt.date
    population_scale: Decimal = Field(default=Decimal(1), gt=0, description="multiplies counts of persons")
    industry: dict[str, Decimal] = Field(
        default_factory=dict, description="industry constants, never targets"
    )


class LevelRule(Frozen):
    """From which lag a level holds, what to do then and by when."""

    lag: Decimal = Field(gt=0, lt=10)
    days_to_act: int = Field(ge=0)
    action_zh: str
    action_en: str

    def action(self, language: str) -> str:
        """The level's action for a reader."""
        return self.action_en if language == "en" else self.action_zh


class Levels(Frozen):
    """The three warnings, each later than the one before."""

    yellow: LevelRule
    orange: LevelRule
    red: LevelRule

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.yellow.lag < self.orange.lag < self.red.lag:
            raise ValueError("the lags of yellow, orange and red must rise in this order")
        return self


class Rules(Frozen):
    """When a number is judged at all, and how calmly."""

    warm_up_days: int = Field(default=14, ge=0)
    noise_floor: Decimal = Field(default=Decimal("0.02"), ge=0, lt=1)
    complete_share: Decimal = Field(default=Decimal("0.95"), ge=0, le=1)
    hysteresis: int = Field(default=2, ge=1)
    reminder_day: int = Field(default=7, ge=1)


class Checkpoint(Frozen):
    """What a curve must have reached by a month."""

    month: int = Field(ge=1)
    value: Decimal


class Kpi(Named):
    """A target with a pace curve."""

    metric: str
    seed: tuple[str, ...]
    unit: Unit
    direction: Literal["up", "down"] = "up"
    baseline: Literal["first_value"] | Decimal
    checkpoints: tuple[Checkpoint, ...] = ()
    end: Checkpoint | None = None
    lag_basis: Basis = "progress"
    owner: str
    measured: bool = True
    note: str = ""

    @property
    def points(self) -> tuple[Checkpoint, ...]:
        """Every checkpoint including the end, oldest first."""
        return (*self.checkpoints, self.end) if self.end else self.checkpoints

    @property
    def sign(self) -> int:
        """1 when more is better, -1 when less is."""
        return 1 if self.direction == "up" else -1

    @model_validator(mode="after")
    def _straight(self) -> Self:
        if not self.points:
            raise ValueError("write at least one checkpoint or an end")
        months = [0, *(point.month for point in self.points)]
        if any(late <= early for early, late in zip(months, months[1:], strict=False)):
            raise ValueError("checkpoint months must rise, and the end must come last")
        values = [point.value for point in self.points]
        values = values if self.baseline == "first_value" else [self.baseline, *values]
        if any(self.sign * (late - early) < 0 for early, late in zip(values, values[1:], strict=False)):
            raise ValueError(f"the direction is {self.direction}, but a value runs the other way")
        return self


class Gate(Named):
    """A constant limit without a curve. ``about_system``: judged also when source data are incomplete."""

    metric: str
    seed: tuple[str, ...]
    unit: Unit
    at_least: Decimal | None = Field(default=None, gt=0)
    at_most: Decimal | None = Field(default=None, gt=0)
    owner: str
    measured: bool = True
    about_system: bool = False
    note: str = ""

    @property
    def limit(self) -> Decimal:
        """The limit, whichever side it is on."""
        limit = self.at_least if self.at_least is not None else self.at_most
        return limit if limit is not None else Decimal(0)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("write exactly one of at_least and at_most")
        return self


class Aim(Frozen):
    """One number a milestone or phase asks for."""

    metric: str
    unit: Unit
    at_least: Decimal | None = None
    at_most: Decimal | None = None


class Milestone(Named):
    """Something due by a month: numbers, or a deliverable a person accepts."""

    id: str
    month: int = Field(ge=1)
    phase: str = Field(default="", description="free text: due months are never derived from it")
    deliverable: bool = False
    aims: tuple[Aim, ...] = ()
    owner: str


class Phase(Named):
    """A label on a stretch of months."""

    id: str
    first_month: int = Field(ge=1)
    last_month: int = Field(ge=1)
    exit_zh: str
    exit_en: str
    aims: tuple[Aim, ...] = ()


class Relative(Named):
    """A target that the plan gives only as a change against a frozen baseline."""

    metric: str
    seed: tuple[str, ...]
    change: Decimal = Field(description="share of the baseline, e.g. -0.35")
    owner: str
    measured: bool = False
    note: str = ""


class Mix(Named):
    """How content should be spread over one label; shares sum to 1."""

    id: str
    seed: tuple[str, ...]
    label: str
    tolerance: Decimal = Field(ge=0, le=1, description="points of share, e.g. 0.05")
    shares: dict[str, Decimal]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(self.shares.values()) != 1:
            raise ValueError(f"the shares sum to {sum(self.shares.values())}, not 1")
        return self


class BudgetLine(Named):
    """One line of the yearly budget, CNY."""

    id: str
    seed: tuple[str, ...]
    low_cny: Decimal = Field(ge=0)
    high_cny: Decimal = Field(ge=0)
    tags: tuple[str, ...]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high_cny < self.low_cny:
            raise ValueError("high_cny is below low_cny")
        return self


class BudgetRule(Frozen):
    """The share of the budget that lines with a tag should take."""

    tag: str
    seed: tuple[str, ...]
    share: Decimal = Field(ge=0, le=1)
    check: Literal["warn", "none"] = "warn"


class Fact(Named):
    """One quoted number. A share is 0-1; ``bound``: the plan only says that it is above or below."""

    value: Decimal
    unit: str
    bound: Literal["", "above", "below"] = ""
    metric: str = Field(default="", description="the metric it stands beside, when there is one")


class Benchmark(Named):
    """A row of quoted facts or starting points; shown beside a number, never alerted on."""

    seed: str
    kind: Literal["benchmark", "baseline"]
    facts: tuple[Fact, ...] = ()


class Response(Frozen):
    """What to try when certain KPIs fall behind."""

    metrics: tuple[str, ...]
    text_zh: str
    text_en: str
