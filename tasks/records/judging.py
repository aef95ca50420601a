"""What is judged: levels, the judgement of a day, why a number moved, and what else needs a person (floor 1)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


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
    """How many days ago the plan expected today's actual; the days since the pace line's start where that is worse
    than the start, and :attr:`slips_more`.
    """
    needed_per_day: float | None
    """Change a day that reaches the next checkpoint in time."""
    owner: str
    action: str
    due_date: dt.date | None
    reason: str
    """Why grey, or which input decided; in the reader's language."""
    plan_version: str = ""
    """Version of the plan that judged."""
    next_date: dt.date | None = None
    """When the next checkpoint or milestone with a number is due."""
    next_value: float | None = None
    """The number it asks for, in the KPI's unit."""
    projected_date: dt.date | None = None
    """When ``next_value`` is reached at today's pace; null also while too little is measured to tell."""
    late_days: int | None = None
    """``projected_date`` - ``next_date``; negative when early."""
    forecast_low: float | None = None
    """80 % range of the value on ``next_date``; null where nothing can be said that helps."""
    forecast_high: float | None = None
    unreachable: bool = False
    """At today's pace ``next_value`` is not reached within the plan."""
    cause: str = ""
    """Why today has no colour though there may be a gap: ``noise`` (green, the gap is within normal fluctuation), or of
    a grey day ``missing``, ``unusable``, ``thin``, ``incomplete``, ``warm_up`` or ``no_baseline``; else empty.
    """

    @property
    def slips_more(self) -> bool:
        """True where ``slippage_days`` is the least it can be: the plan never was at a number worse than its start."""
        if self.slippage_days is None or self.actual is None or self.baseline is None or self.target is None:
            return False
        return (self.target - self.baseline) * (self.actual - self.baseline) < 0

    @property
    def held(self) -> bool:
        """True while the level is held up by earlier days alone: today's own figures are better."""
        return self.level is not Level.grey and self.raw_level is not self.level


@dataclass(frozen=True)
class Contribution:
    """What one member of a dimension adds to a metric's change between two dates; one row of ``alert_cause``.

    ``mix`` + ``within`` over all members of a dimension is the metric's change, to 1e-9.
    """

    metric_id: str
    business_date: dt.date
    compared_with: dt.date
    """The earlier date."""
    dimension: str
    member: str
    """Empty: all members too small to be told apart."""
    before: float | None
    """The member's own value then, in the metric's unit; null when it was not there."""
    now: float | None
    mix: float
    """Part of the change that comes from the member's weight; 0 for counts."""
    within: float
    """Part that comes from the member's own value."""
    share: float | None
    """(mix + within) ÷ the whole change; null when nothing changed."""
    rank: int
    """1 is the largest contribution in the direction of the change."""
    note: str = ""
    """Why there is nothing to tell, in the reader's language; such a row is no contribution. Its dimension is
    empty when the change as a whole cannot be explained.
    """


@dataclass(frozen=True)
class Notice:
    """Something other than a KPI's pace that needs a person: a milestone, a budget line, an incident, a risk."""

    key: str
    """What it is about, the same on every day: ``milestone:MS-04``, ``budget:content``, ``incident:i-17``."""
    business_date: dt.date
    kind: str
    """``milestone``, ``budget``, ``mix``, ``incident`` or ``churn``."""
    level: Level
    since: dt.date
    """First date of the present level's run."""
    changed: str
    """As in :class:`AlertRow`."""
    title: str
    reason: str
    """Whole sentence with the numbers that decided, in the reader's language."""
    owner: str
    action: str
    due_date: dt.date | None
