"""Every case of pace.toml, computed by hand, through the whole judgement."""

import copy
import tomllib
from pathlib import Path

import pytest

from tasks.alerts.plan import load_plan
from tasks.records import MetricValue
from tests.tasks.alerts.one_day import judge

CASES = tomllib.loads(Path(__file__).with_name("pace.toml").read_text(encoding="utf-8"))["case"]


def number(text):
    return None if text in (None, "none") else float(text)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_plan_judges_as_computed_by_hand(case, shipped_document):
    document = copy.deepcopy(shipped_document)
    for kpi in document["kpi"]:
        if kpi["metric"] == case["metric"] and "basis" in case:
            kpi["lag_basis"] = case["basis"]
    plan = load_plan(document)
    metric, day = case["metric"], case["day"]
    # A sample so large that chance explains nothing.
    measured = MetricValue(
        metric, day, numerator=case["actual"] * 1e12, denominator=1e12, value=case["actual"]
    )
    baselines = {metric: case["baseline"]} if "baseline" in case else {}
    rows = judge(plan, {metric: measured}, day, [], baselines, {})
    row = next(row for row in rows if row.metric_id == metric)
    assert row.expected == pytest.approx(float(case["expected"]), abs=1e-12)
    # Lags are rounded to 12 places before they are compared, so 0.1 is 0.1 and not 0.09999.
    assert row.lag_progress == pytest.approx(number(case.get("progress")), abs=2e-12)
    assert row.lag_level == pytest.approx(number(case.get("level")), abs=2e-12)
    assert row.lag_points == pytest.approx(number(case.get("points")), abs=2e-12)
    assert row.level == case["colour"]
    assert row.raw_level == case["colour"]


def test_the_deciding_basis_is_named_and_its_lag_repeated(shipped):
    cases = {case["name"]: case for case in CASES}
    beyond = cases["a start value already beyond the first checkpoint: the level decides"]
    measured = MetricValue(beyond["metric"], beyond["day"], value=beyond["actual"])
    rows = judge(
        shipped, {beyond["metric"]: measured}, beyond["day"], [], {beyond["metric"]: beyond["baseline"]}, {}
    )
    row = next(row for row in rows if row.metric_id == beyond["metric"])
    assert (row.basis, row.lag) == ("level", 0.1)
