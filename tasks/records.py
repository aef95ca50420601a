"""The small frozen records that rooms hand to each other (floor 1).

Big data never travels in these: it goes through the lake, and only keys, windows and counts go along.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tasks.calendars import Period
from tasks.errors import OpsError

Rows: TypeAlias = dict[str, list[dict[str, Any]]]
"""Parsed facts on their way to the lake: dataset name → rows with the dataset's column names."""


USED_UP = "used_up"
"""Outcome code of a daily quota that is gone: nothing but midnight helps."""


class SourceKind(StrEnum):
    """Which platform an account lives on."""

    official_account = "official_account"
    mini_program = "mini_program"
    shop = "shop"
    wecom = "wecom"
    channels = "channels"
    feishu = "feishu"


class Verdict(StrEnum):
    """What a fetch left for one cell. Only ``ok`` feeds a metric without a mark."""

    ok = "ok"
    late = "late"
    empty = "empty"
    suspect_zero = "suspect_zero"
    error = "error"


class CellShape(StrEnum):
    """How an endpoint's answer relates to the business date of its cell."""

    day = "day"
    """The figures of that date, restated for ``revise_days``."""
    publish_day = "publish_day"
    """Everything known so far about what was published on that date."""
    snapshot = "snapshot"
    """The state at the moment of asking; the past cannot be asked for."""


class Frozen(BaseModel):
    """A validated record that nobody changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(Frozen):
    """One account of the brand (``deployments/accounts.toml``)."""

    account_id: str
    kind: SourceKind
    name: str
    app_id: str
    secret: str = Field(description="name of the secret, never the secret itself")
    base_url: str
    open_platform: str = ""
    skip: tuple[str, ...] = Field(
        default=(), description="endpoints that are not asked about this account and not missed"
    )
    tables: Mapping[str, str] = Field(
        default_factory=dict, description="Feishu Bitable: template name to 'app_token/table_id'"
    )


class Endpoint(Frozen):
    """One API of one platform (``sql/catalogue/endpoints.toml``)."""

    name: str
    kind: SourceKind
    path: str
    title: str
    status: Literal["live", "retired"] = "live"
    replaced_by: tuple[str, ...] = Field(default=(), description="what tells the same since it was withdrawn")
    metrics: tuple[str, ...] = Field(default=(), description="metrics of metrics.toml that read it")
    plan: tuple[str, ...] = Field(default=(), description="rows of the brand's plan that need it")
    shape: CellShape = CellShape.day
    every: Period = Field(
        default=Period.day, description="a cell stands for a day, or for the week or month ending on its date"
    )
    span_days: int = 1
    ready: dt.time
    revise_days: int = 3
    daily_quota: int | None = None
    whole_quota: bool = Field(
        default=False, description="nothing is held back: one reading may need every call of the day"
    )
    history_start: dt.date | None = None
    may_be_empty: bool = False
    gaps_are_zero: bool = Field(
        default=False,
        description="a day without rows before a day with rows is one on which nothing happened",
    )
    personal: bool = False
    datasets: tuple[str, ...] = ()
    landing: Literal["replace", "merge", "snapshot", "account"] = Field(
        default="replace",
        description="replace a date slice, merge by key, keep comings and goings, or replace the account",
    )
    also_after_days: tuple[int, ...] = Field(
        default=(), description="days after the business date on which figures are added once more"
    )
    zero_check: tuple[str, ...] = Field(
        default=(), description="columns of the first dataset that are never all zero on a live account"
    )
    doubted_by: str = Field(
        default="",
        pattern=r"^(\w+\.\w+)?$",
        description="dataset.column of a sister interface: an empty answer is believed where it says 0",
    )
    doubted_by_change: bool = Field(
        default=False, description="the sister's figure is a level: its change since the day before must be 0"
    )
    page: str = Field(description="the official page it follows")
    read_on: dt.date


@dataclass(frozen=True, order=True)
class Cell:
    """One fact we expect: endpoint × account × business date."""

    account_id: str
    endpoint: str
    business_date: dt.date


@dataclass(frozen=True)
class RawResponse:
    """One HTTP answer exactly as it came, before anybody read meaning into it."""

    source: str
    account_id: str
    endpoint: str
    business_date: dt.date
    """First business date asked for (the day of asking for snapshots)."""
    last_date: dt.date
    """Last business date asked for; equals ``business_date`` for one day and for snapshots."""
    request: str
    """Method, path and body or query as JSON text, without token and secret."""
    body: str
    status: int
    errcode: str
    fetched_at: dt.datetime
    personal: bool = False
    """True when the body holds ids of persons; the lake then stores it encrypted."""


@dataclass
class Fetch:
    """All answers to one question about a window, and the dates that stayed unanswered.

    ``troubles`` holds NotReady for late dates and any other OpsError for failed ones; a date may have an
    answer *and* NotReady (provisional figures, ``is_delay``).
    """

    answers: list[RawResponse] = field(default_factory=list)
    troubles: dict[dt.date, OpsError] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What a person should know though the cells are fine: whole sentences, without ids of customers."""


USED_UP = "used_up"
"""``Outcome.code`` of a cell that the day's quota did not reach: only the next Shanghai day helps."""


@dataclass(frozen=True)
class Outcome:
    """What the last fetch of a cell left; one row of ``fetch_outcome``."""

    cell: Cell
    verdict: Verdict
    rows: int
    as_of: dt.date
    """The run's target date: the cell was last asked about on its behalf."""
    fetched_at: dt.datetime
    code: str = ""
    """The platform's code, the error's class where it gave none, or ``USED_UP``."""
    message: str = ""
    """What went wrong and what to do; of an ``ok`` cell, what a person should know beside it."""
    first_ok_at: dt.datetime | None = None
    """When the cell was first ``ok``; later readings do not move it. Null until then."""


class Metric(Frozen):
    """What one number means (``sql/catalogue/metrics.toml``)."""

    metric_id: str
    name_zh: str
    name_en: str
    unit: Literal["persons", "times", "items", "share", "cny", "minutes", "seconds", "days", "ratio"]
    direction: Literal["up", "down", "none"]
    grain: str
    window_days: int = Field(ge=1, description="days that feed one value, the last being its business date")
    numerator: str
    denominator: str = ""
    numerator_zh: str = Field(min_length=1, max_length=12, description="what a card calls the numerator")
    numerator_en: str = Field(min_length=1, max_length=32)
    denominator_zh: str = Field(default="", max_length=12)
    denominator_en: str = Field(default="", max_length=32)
    formula: str
    strength: Literal["A", "B", "C", "own"] = Field(description="strength of the source, see the glossary")
    source: str
    query: str = Field(
        description="file in sql/metrics, or 'outcomes' / 'ledger' for numbers about the system"
    )
    inputs: tuple[str, ...] = Field(description="endpoints whose cells decide completeness")
    imports: tuple[str, ...] = Field(default=(), description="templates of files that feed it")
    seed_rows: tuple[str, ...] = Field(default=(), description="rows of the brand's plan, e.g. K-07")
    min_sample: float = Field(default=0, description="denominator below which the value is grey")
    decimals: int = 1

    def name(self, language: str) -> str:
        """The metric's name for a reader."""
        return self.name_en if language == "en" else self.name_zh

    def parts(self, language: str) -> tuple[str, str]:
        """What a reader calls numerator and denominator; the latter is empty for a count."""
        english = language == "en"
        return (
            self.numerator_en if english else self.numerator_zh,
            self.denominator_en if english else self.denominator_zh,
        )


@dataclass(frozen=True)
class Trust:
    """How far a day's figures can be trusted: the last line of every report."""

    due: int
    ok: int
    completeness: float | None
    """ok ÷ due of the day's cells, 0-1; null when nothing was due."""
    completeness_30d: float | None
    worst: tuple[tuple[str, float], ...] = ()
    """``account · endpoint title`` and 30-day share (0-1) of the sources furthest below the bar, at most three."""
    late: tuple[str, ...] = ()
    """``account · endpoint title`` of cells not ready yet."""
    doubtful: tuple[str, ...] = ()
    """The same for ``empty`` and ``suspect_zero``."""
    failed: tuple[str, ...] = ()
    """``account · endpoint title: what to do`` of cells that ended in an error."""
    revised_days: int = 0
    """How many earlier days this run asked for again."""
    warnings: tuple[str, ...] = ()
    """Findings of ``sql/checks`` at level ``warn``, and ``account · endpoint: note`` of cells that are fine."""


@dataclass(frozen=True)
class MetricValue:
    """One measured number with its two parts; one row of ``metric_value``.

    ``value`` is numerator ÷ denominator (× the metric's scale), or the numerator alone for counts;
    null when the denominator is 0 or an input is missing, never 0.
    """

    metric_id: str
    business_date: dt.date
    account_id: str = "*"
    dimension: str = ""
    member: str = ""
    numerator: float | None = None
    denominator: float | None = None
    value: float | None = None
    completeness: float | None = None
    status: str = "ok"
    """``ok``, ``approx`` or ``grey``."""
    note: str = ""


class Level(StrEnum):
    """How far behind the plan, in the plan's own colours."""

    green = "green"
    yellow = "yellow"
    orange = "orange"
    red = "red"
    grey = "grey"


@dataclass(frozen=True)
class AlertRow:
    """The judgement of one KPI on one date; one row of ``alert``."""

    metric_id: str
    business_date: dt.date
    level: Level
    """Published level, after hysteresis."""
    raw_level: Level
    """Level of this date's figures alone."""
    since: dt.date
    """First date of the published level's present run."""
    changed: str
    """What is new today: ``worsened``; ``improved`` (a better level that is not green yet); ``recovered`` (back
    to green); ``reminder`` (day 7 at red); ``started`` (first judged, and behind); empty when nothing is.
    """
    basis: str
    actual: float | None
    expected: float | None
    baseline: float | None
    target: float | None
    lag: float | None
    """On ``basis``; the other two beside it."""
    lag_progress: float | None
    lag_level: float | None
    lag_points: float | None
    slippage_days: int | None
    """How many days ago the plan expected today's actual."""
    needed_per_day: float | None
    """Change a day that reaches the next checkpoint in time."""
    owner: str
    action: str
    due_date: dt.date | None
    reason: str
    """Why grey, or which input decided; in the reader's language."""


@dataclass(frozen=True)
class Delivery:
    """What became of one message to one recipient on one channel."""

    channel: str
    recipient: str
    status: str
    """``sent``, ``failed``, ``in_doubt`` or ``already_sent``."""
    detail: str = ""


def endpoints(document: Mapping[str, Any]) -> dict[str, Endpoint]:
    """The endpoint registry by name, from the parsed ``endpoints.toml``."""
    return {name: Endpoint(name=name, **entry) for name, entry in document.items()}
