"""The small frozen records that rooms hand to each other (floor 1).

Big data never travels in these: it goes through the lake, and only keys, windows and counts go along.
"""

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
from tasks.records.measuring import Metric, MetricValue, Trust
from tasks.records.telling import Delivery

__all__ = [
    "USED_UP",
    "Account",
    "AlertRow",
    "Cell",
    "CellShape",
    "Contribution",
    "Delivery",
    "Endpoint",
    "Fetch",
    "Frozen",
    "Level",
    "Metric",
    "MetricValue",
    "Notice",
    "Outcome",
    "RawResponse",
    "Rows",
    "SourceKind",
    "Trust",
    "Verdict",
    "endpoints",
]
