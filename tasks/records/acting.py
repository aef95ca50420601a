"""What people did about an alert, and what they decided (floor 1)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

PREPARED_BY = "wechat-ops"
"""Who recorded an action that no person has taken yet: the system itself."""


class ActionKind(StrEnum):
    """What an action is, in the words of the plan's own levels (8.3)."""

    cause_analysis = "cause_analysis"
    catch_up_plan = "catch_up_plan"
    reallocate = "reallocate"
    emergency_plan = "emergency_plan"
    other = "other"


class DecisionOutcome(StrEnum):
    """How a decision turned out."""

    open = "open"
    right = "right"
    wrong = "wrong"


@dataclass(frozen=True)
class Action:
    """Something done, or to be done, about an alert; one row of ``action``."""

    action_id: str
    about: str
    """Metric id of a KPI, or key of a notice such as ``milestone:MS-04``."""
    alert_date: dt.date | None
    """Business date of the alert it answers; null when it answers none."""
    alert_level: str
    """Level of that alert; empty without one."""
    kind: ActionKind
    text: str
    owner: str
    recorded_by: str
    """A person, or ``PREPARED_BY``."""
    recorded_at: dt.datetime
    due_date: dt.date | None
    done_at: dt.datetime | None = None
    outcome: str = ""

    @property
    def acted_at(self) -> dt.datetime | None:
        """The moment a person first did something: what the system prepared is no action before it is done."""
        return self.done_at if self.recorded_by == PREPARED_BY else self.recorded_at


@dataclass(frozen=True)
class Decision:
    """One decision of the brand's team; one row of ``decision``."""

    decision_id: str
    decided_on: dt.date
    title: str
    decided_by: str
    evidence: tuple[str, ...]
    """Links, or ids of reports, alerts and metrics; empty: decided without data."""
    expected_effect: str
    outcome: DecisionOutcome
    reviewed_on: dt.date | None
    recorded_at: dt.datetime


@dataclass(frozen=True)
class Raised:
    """An alert as people first met it: a KPI that got worse or was behind from its first judgement on."""

    metric_id: str
    business_date: dt.date
    level: str
