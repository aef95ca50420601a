"""Every target of the brand's plan is a number, or is listed with what would make it one."""

import pytest

from tasks import settings
from tasks.metrics import catalogue
from tasks.sources.files.templates import templates

LOADED = settings.load()
ENDPOINTS = LOADED.endpoints()
CATALOGUE = catalogue.read(LOADED.document("metrics"), ENDPOINTS)
GAPS = catalogue.gaps(
    LOADED.document("not_computable"), CATALOGUE, ENDPOINTS, templates(LOADED.document("templates"))
)
PLAN = LOADED.document("plan")


def rows(prefix: str, *numbers: int) -> list[str]:
    return [f"{prefix}-{number:02}" for number in numbers]


# Rows of kind "target" in the plan's text, the budget rows and milestones that carry a number among them.
# Not here: K-21 and K-32 (processes), MS-08, MS-11 and MS-12 (deliverables, which no number tells).
TARGETS = [
    *rows("K", *range(1, 21), *range(22, 32)),
    *rows("T", *range(1, 7)),
    *rows("I", 2, 6, 8, 9, 10, 12, 13, 14, 15, 17, 18, 20),
    *rows("R", 4, 6, 7, 8, 10, 15, 17, 20),
    *rows("B", *range(1, 6)),
    *rows("S", 3),
    *rows("H", 4, 6),
    *rows("E", *range(1, 5)),
    *rows("MS", *range(1, 8), 9, 10),
]


@pytest.mark.parametrize("row", TARGETS)
def test_a_target_of_the_plan_is_measured_or_listed_as_not_computable(row: str) -> None:
    measured = [metric_id for metric_id, metric in CATALOGUE.items() if row in metric.seed_rows]
    listed = [entry_id for entry_id, entry in GAPS.items() if row in entry.seed_rows]

    assert measured or listed


@pytest.mark.parametrize(
    "metric_id", [entry["metric"] for kind in ("kpi", "gate", "relative") for entry in PLAN[kind]]
)
def test_what_the_plan_watches_is_a_metric_or_is_listed_under_its_id(metric_id: str) -> None:
    assert (metric_id in CATALOGUE) != (metric_id in GAPS)
