"""The entries of the brand's plan (``deployments/plan.toml``), one model per table.

Texts come in Chinese and English; a percentage is a share, 0-1; money is CNY; months count from the plan's
start (month 0). Unknown fields are refused: a misspelt threshold must not be silently ignored. What is refused,
``refusals`` puts into words.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tasks.alerts.quantities import FIRST_DAY, LAST_DAY, Basis, Count, Id, Month, Number, Shape, Text, Unit
from tasks.records import Frozen


class Named(Frozen):
    """Anything a reader sees by name."""

    name_zh: Text
    name_en: Text

    def name(self, language: str) -> str:
        """The name for a reader."""
        return self.name_en if language == "en" else self.name_zh


class Brand(Frozen):
    """Whose plan it is and when it starts."""

    name: Text
    start_date: dt.date = Field(ge=FIRST_DAY, le=LAST_DAY)
    population_scale: Number = Field(
        default=Decimal(1), gt=0, le=1000, description="multiplies counts of persons"
    )
    high_value_cny: Number = Field(
        default=Decimal(1000), gt=0, le=10_000_000, description="net spend of 180 days of a high-value user"
    )
    industry: dict[Id, Number] = Field(default_factory=dict, description="industry constants, never targets")


class LevelRule(Frozen):
    """From which lag a level holds, what to do then and by when."""

    lag: Number = Field(gt=0, lt=10)
    days_to_act: Count = Field(ge=0)
    action_zh: Text
    action_en: Text

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
            lags = ", ".join(str(rule.lag) for rule in (self.yellow, self.orange, self.red))
            raise PydanticCustomError("lags_rise", "the lags must rise", {"lags": lags})
        return self


class Rules(Frozen):
    """When a number is judged at all, and how calmly."""

    warm_up_days: Count = Field(default=14, ge=0)
    noise_floor: Number = Field(default=Decimal("0.02"), ge=0, lt=1)
    complete_share: Number = Field(default=Decimal("0.95"), ge=0, le=1)
    hysteresis: Count = Field(default=2, ge=1, le=30)
    reminder_day: Count = Field(default=7, ge=1)
    budget_tolerance: Number = Field(
        default=Decimal("0.05"),
        ge=0,
        lt=1,
        description="overspend below this share of a line's year is no notice",
    )
    budget_slack_cny: Number = Field(
        default=Decimal(1000),
        ge=0,
        description="overspend below this sum is no notice, however small the line",
    )


class Checkpoint(Frozen):
    """What a curve must have reached by a month."""

    month: Month
    value: Number


class Kpi(Named):
    """A target with a pace curve."""

    metric: Id
    seed: tuple[str, ...]
    unit: Unit
    direction: Literal["up", "down"] = "up"
    baseline: Literal["first_value"] | Number
    checkpoints: tuple[Checkpoint, ...] = ()
    end: Checkpoint | None = None
    shape: Shape = Field(
        default="linear",
        description="how the pace runs between two points: straight, slow-fast-slow, all at once",
    )
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
            raise PydanticCustomError("no_points", "no checkpoint and no end")
        months = [point.month for point in self.points]
        if any(late <= early for early, late in zip(months, months[1:], strict=False)):
            raise PydanticCustomError(
                "months_rise", "months must rise", {"months": ", ".join(str(month) for month in months)}
            )
        stops = [("checkpoints", point.value) for point in self.checkpoints]
        if isinstance(self.baseline, Decimal):
            stops.insert(0, ("baseline", self.baseline))
        if self.end:
            stops.append(("end", self.end.value))
        for (start, early), (stop, late) in zip(stops, stops[1:], strict=False):
            if self.sign * (late - early) < 0:
                raise PydanticCustomError(
                    "wrong_way",
                    "a value runs against the direction",
                    {"direction": self.direction, "early": f"{start} {early}", "late": f"{stop} {late}"},
                )
        return self


class Gate(Named):
    """A constant limit without a curve. ``about_system``: judged also when source data are incomplete."""

    metric: Id
    seed: tuple[str, ...]
    unit: Unit
    at_least: Number | None = Field(default=None, gt=0)
    at_most: Number | None = Field(default=None, gt=0)
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
            raise PydanticCustomError("one_side", "write exactly one of at_least and at_most")
        return self


class Aim(Frozen):
    """One number a milestone or phase asks for."""

    metric: Id
    unit: Unit
    at_least: Number | None = None
    at_most: Number | None = None
    each: bool = Field(
        default=False,
        description="asked of each of those that another aim counts, which judges it; never of them all together",
    )

    @property
    def limit(self) -> Decimal:
        """The number asked for, whichever side it is on."""
        limit = self.at_least if self.at_least is not None else self.at_most
        return limit if limit is not None else Decimal(0)

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise PydanticCustomError("one_side", "write exactly one of at_least and at_most")
        return self


class Milestone(Named):
    """Something due by a month: numbers, or a deliverable a person accepts."""

    id: Id
    month: Month
    phase: str = Field(default="", description="free text: due months are never derived from it")
    deliverable: bool = False
    aims: tuple[Aim, ...] = ()
    owner: str


class Phase(Named):
    """A label on a stretch of months."""

    id: Id
    first_month: Month
    last_month: Month
    exit_zh: str
    exit_en: str
    aims: tuple[Aim, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last_month < self.first_month:
            raise PydanticCustomError(
                "upside_down",
                "last_month is before first_month",
                {
                    "high": "last_month",
                    "low": "first_month",
                    "said": str(self.last_month),
                    "is": str(self.first_month),
                },
            )
        return self


class Relative(Named):
    """A target that the plan gives only as a change against a frozen baseline."""

    metric: Id
    seed: tuple[str, ...]
    change: Number = Field(gt=-1, description="share of the baseline, e.g. -0.35")
    inverse: bool = Field(
        default=False,
        description="the change is that of a speed, and the metric a time: baseline ÷ (1 + change)",
    )
    baseline: Number | None = Field(
        default=None, description="left out: the metric's first quarter, then frozen"
    )
    month: Month | None = Field(default=None, description="when it is due; left out: with the last KPI")
    owner: str
    measured: bool = False
    note: str = ""


class Mix(Named):
    """How content should be spread over one label; shares sum to 1."""

    id: Id
    seed: tuple[str, ...]
    label: Id
    tolerance: Number = Field(ge=0, le=1, description="points of share, e.g. 0.05")
    shares: dict[Id, Annotated[Number, Field(ge=0, le=1)]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(self.shares.values()) != 1:
            total = str(sum(self.shares.values()))
            raise PydanticCustomError("not_whole", "the shares must sum to 1", {"total": total})
        return self


class BudgetLine(Named):
    """One line of the yearly budget, CNY."""

    id: Id
    seed: tuple[str, ...]
    low_cny: Number = Field(ge=0)
    high_cny: Number = Field(ge=0)
    tags: tuple[str, ...]
    owner: str = Field(default="", description="who answers for it; left out: the first of [owners]")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high_cny < self.low_cny:
            raise PydanticCustomError(
                "upside_down",
                "high_cny is below low_cny",
                {"high": "high_cny", "low": "low_cny", "said": str(self.high_cny), "is": str(self.low_cny)},
            )
        return self


class BudgetRule(Frozen):
    """The share of the budget that lines with a tag should take."""

    tag: Id
    seed: tuple[str, ...]
    share: Number = Field(ge=0, le=1)
    check: Literal["warn", "none"] = "warn"


class Fact(Named):
    """One quoted number. A share is 0-1; ``bound``: the plan only says that it is above or below."""

    value: Number
    unit: str
    bound: Literal["", "above", "below"] = ""
    metric: str = Field(default="", description="the metric it stands beside, when there is one")


class Benchmark(Named):
    """A row of quoted facts or starting points; shown beside a number, never alerted on."""

    seed: str
    kind: Literal["benchmark", "baseline"]
    facts: tuple[Fact, ...] = ()
