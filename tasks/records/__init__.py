"""The small frozen records that rooms hand to each other (floor 1).

Big data never travels in these: it goes through the lake, and only keys, windows and counts go along.
"""

from tasks.records.acting import PREPARED_BY, Action, ActionKind, Decision, DecisionOutcome, Raised
from tasks.records.fetching import (
    USED_UP,
    Account,
    Cell,
    CellShape,
    Endpoint,
    Fetch,
    Outcome,
    RawResponse,
    Rows,
    SourceKind,
    Verdict,
    endpoints,
)
from tasks.records.frozen import Frozen
from tasks.records.judging import AlertRow, Contribution, Level, Notice
from tasks.records.measuring import Metric, MetricValue, NotComputable, Trust
from tasks.records.telling import AlertMessage, Case, CaseEvent, Delivery, Telling

__all__ = [
    "PREPARED_BY",
    "USED_UP",
    "Account",
    "AlertMessage",
    "Action",
    "ActionKind",
    "AlertRow",
    "Case",
    "CaseEvent",
    "Cell",
    "CellShape",
    "Contribution",
    "Decision",
    "DecisionOutcome",
    "Delivery",
    "Endpoint",
    "Fetch",
    "Frozen",
    "Level",
    "Metric",
    "MetricValue",
    "NotComputable",
    "Notice",
    "Outcome",
    "Raised",
    "RawResponse",
    "Rows",
    "SourceKind",
    "Telling",
    "Trust",
    "Verdict",
    "endpoints",
]
