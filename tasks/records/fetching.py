"""What is fetched from the platforms: accounts, endpoints, cells, and what became of each (floor 1)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from pydantic import Field

from tasks.calendars import Period
from tasks.errors import OpsError
from tasks.records.frozen import Frozen

Rows: TypeAlias = dict[str, list[dict[str, Any]]]
"""Parsed facts on their way to the lake: dataset name → rows with the dataset's column names."""

NOT_PULLED = "not_pulled"
"""Table of ``endpoints.toml`` that lists interfaces nobody asks, with the reason."""

FEWER = "fewer"
"""``Outcome.code`` of a cell of which a sister interface counts more than was read."""

USED_UP = "used_up"
"""``Outcome.code`` of a cell that the day's quota did not reach: only the next Shanghai day helps."""


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
    also_paths: tuple[str, ...] = Field(
        default=(), description="other paths that a reading calls, which need a permission of their own"
    )
    daily_quota: int | Literal["unknown", "none"] = Field(
        default="unknown", description='calls a day of a new account; "none": only the pace is limited'
    )
    whole_quota: bool = Field(
        default=False, description="nothing is held back: one reading may need every call of the day"
    )
    history_start: dt.date | Literal["unknown", "now"] | None = Field(
        default=None, description='first business date with figures; "now": a state without a past'
    )
    history_days: int | None = Field(
        default=None, gt=0, description="how many days before today are kept; older ones are refused"
    )
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
    doubted_by_query: str = Field(
        default="",
        pattern=r"^\w*$",
        description="query of sql/doubts that finds days with less than that figure says; short answers, too",
    )
    page: str = Field(description="the official page it follows")
    read_on: dt.date

    @property
    def began(self) -> dt.date | None:
        """First business date the platform ever had figures of; None where that is not known."""
        return self.history_start if isinstance(self.history_start, dt.date) else None

    def oldest(self, today: dt.date) -> dt.date | None:
        """First business date the platform tells on ``today``; None where no limit is known."""
        kept = None if self.history_days is None else today - dt.timedelta(days=self.history_days)
        return max(filter(None, (self.began, kept)), default=None)


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


def endpoints(document: Mapping[str, Any]) -> dict[str, Endpoint]:
    """The endpoint registry by name, from the parsed ``endpoints.toml``."""
    return {name: Endpoint(name=name, **entry) for name, entry in document.items() if name != NOT_PULLED}
