"""What a digest page shows, already in words: the step between judged records and templates.

Every field is ready to print in the reader's language, so templates only lay out, and the same view makes
the page, the mail, the chat message and the artifacts tell the same story. Nothing here computes a level.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.records import Level, MetricValue


@dataclass(frozen=True)
class Chip:
    """A level as colour and word."""

    level: str
    word: str
    count: int = 0
    means: str = ""


@dataclass(frozen=True)
class Part:
    """Numerator or denominator today and 7 days before."""

    label: str
    now: str
    before: str
    change: str


@dataclass(frozen=True)
class Bar:
    """The way from the plan's start to its target: where we are and where we should be, 0–100."""

    actual: int
    expected: int

    @property
    def short(self) -> int:
        """The missing piece up to where we should be."""
        return max(self.expected - self.actual, 0)


@dataclass(frozen=True)
class Card:
    """One KPI behind its plan, with cause figures, next action, owner and due date."""

    chip: Chip
    name: str
    approx: bool
    actual: str
    expected: str
    target: str
    """Empty for a gate, whose limit is expected every day."""
    behind: str
    slippage: str
    needed: str
    yesterday: str
    """The value of the day before; empty when unknown."""
    landing: str
    """When the next checkpoint is reached at this pace, and what is expected on its day; empty when unknown."""
    small_print: str
    """The basis of the level, the lag on the other two, and whether a better day awaits confirmation."""
    parts: tuple[Part, ...]
    culprit: str
    """Which part moved over the week; empty when there is nothing to compare, or ``cause`` says more."""
    cause: str
    """Why the number moved; empty when nobody looked into it."""
    action: str
    tried: str
    """What the brand's playbooks say to try first; empty when none fits."""
    owner: str
    due: str
    overdue: str
    """How many days past the due date; empty before it."""
    since: str
    badge: str
    """What is new about the level today; empty when nothing is."""
    bar: Bar | None


@dataclass(frozen=True)
class KpiRow:
    """One line of the table of all KPIs."""

    chip: Chip
    name: str
    actual: str
    expected: str
    target: str
    lag: str
    noise: str
    """Says that the gap is within noise; empty otherwise."""
    week_change: str
    note: str
    """Why grey, or that a better day awaits confirmation."""
    approx: bool


@dataclass(frozen=True)
class NoticeRow:
    """Something beside the KPIs that needs a person."""

    chip: Chip
    name: str
    reason: str
    action: str
    tried: str
    """As in :class:`Card`."""
    owner: str
    due: str
    overdue: str
    since: str
    badge: str


@dataclass(frozen=True)
class Move:
    """One large change against 7 days before."""

    arrow: str
    feeling: str
    word: str
    name: str
    before: str
    now: str
    change: str


@dataclass(frozen=True)
class TrustView:
    """How far to trust the figures."""

    tone: str
    """``good``, ``warn`` or ``bad``."""
    summary: tuple[str, ...]
    """The few words beside the date, at the top of the page."""
    completeness: str
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """Title and entries of what is late, doubtful, failed or warned about."""
    revised: str
    timing: str


@dataclass(frozen=True)
class Definition:
    """What one number means."""

    name: str
    formula: str
    window: str
    source: str


@dataclass(frozen=True)
class DigestView:
    """The whole page in reading order."""

    title: str
    brand: str
    date: str
    today: str
    """The business date, short, over the column of today's figures."""
    week_ago: str
    """The date 7 days before, over the column beside it."""
    verdict_head: str
    verdict_notices: str
    """How many notices stand beside the KPIs counted before; empty when none does."""
    verdict_urgent: str
    verdict: str
    worst: str
    """Level word key of the verdict's colour."""
    chips: tuple[Chip, ...]
    notices: tuple[NoticeRow, ...]
    """Most urgent first."""
    reds: tuple[Card, ...]
    oranges: tuple[Card, ...]
    yellows: tuple[Card, ...]
    recovered: tuple[str, ...]
    moves: tuple[Move, ...]
    rows: tuple[KpiRow, ...]
    not_measured: str
    trust: TrustView
    judged_by: str
    """Version of the plan, and how its numbers are scaled; empty when nothing is known of it."""
    definitions: tuple[Definition, ...]


ORDER = (Level.red, Level.orange, Level.yellow, Level.green, Level.grey)
"""Reading order of the levels."""


def headlines(values: Iterable[MetricValue]) -> dict[str, MetricValue]:
    """The one value of each metric that speaks for the brand: its ``*`` row, or its only account's row."""
    candidates: dict[str, list[MetricValue]] = {}
    for value in values:
        if not value.dimension:
            candidates.setdefault(value.metric_id, []).append(value)
    chosen: dict[str, MetricValue] = {}
    for key, rows in candidates.items():
        whole = [row for row in rows if row.account_id == "*"] or rows
        if len(whole) == 1:
            chosen[key] = whole[0]
    return chosen
