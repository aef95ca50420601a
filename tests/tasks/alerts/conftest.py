import copy
import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.alerts.plan import Plan, load_plan
from tasks.records import MetricValue

START = dt.date(2026, 1, 1)
PLAN_FILE = Path(__file__).parents[3] / "deployments/plan.toml"


@pytest.fixture(scope="session")
def shipped_document() -> dict[str, Any]:
    """The parsed plan that ships; copy it before changing anything."""
    return tomllib.loads(PLAN_FILE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def shipped(shipped_document: dict[str, Any]) -> Plan:
    return load_plan(shipped_document)


@pytest.fixture
def small(shipped_document: dict[str, Any]) -> Callable[..., Plan]:
    """A plan of one entry: ``small(gate={...})`` or ``small(kpi={...})``, rules and lists of other entries as given."""

    def build(
        *, kpi: dict[str, Any] | None = None, gate: dict[str, Any] | None = None, **tables: Any
    ) -> Plan:
        document = copy.deepcopy({key: shipped_document[key] for key in ("levels", "rules", "owners")})
        named = {"name_zh": "数", "name_en": "Number", "seed": ["K-01"], "owner": "operations"}
        document["brand"] = {"name": "b", "start_date": START}
        document["kpi"] = [{"metric": "m", "unit": "cny", **named, **kpi}] if kpi is not None else []
        document["gate"] = [{"metric": "m", "unit": "minutes", **named, **gate}] if gate is not None else []
        for table, changes in tables.items():
            document[table] = changes if isinstance(changes, list) else {**document[table], **changes}
        return load_plan(document)

    return build


@pytest.fixture
def value() -> Callable[..., MetricValue]:
    """A measurement of metric ``m`` on the plan's first day unless told otherwise."""

    def build(number: float | None, day: dt.date = START, metric_id: str = "m", **more: Any) -> MetricValue:
        return MetricValue(metric_id, day, value=number, **more)

    return build
