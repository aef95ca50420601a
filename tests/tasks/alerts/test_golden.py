"""Every row of golden.csv, which fractions alone worked out, through the whole judgement: matched exactly."""

import csv
import datetime as dt
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from tasks.records import MetricValue
from tests.tasks.alerts.one_day import judge
from tests.tasks.some_metric import some_metric

TABLE = Path(__file__).with_name("golden.csv")
CASES = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def number(text):
    return float(Fraction(text)) if text else None


def plan_of(case, small):
    tables = {
        "brand": {
            "start_date": dt.date.fromisoformat(case["start"]),
            "population_scale": float(case["scale"]),
        },
        "rules": {"warm_up_days": int(case["warm_up"])},
    }
    if case["kind"] == "gate":
        return small(gate={"unit": case["unit"], case["side"]: float(case["limit"])}, **tables)
    points = [point.split(":") for point in case["points"].split()]
    kpi = {
        "unit": case["unit"],
        "direction": case["direction"],
        "shape": case["shape"],
        "lag_basis": case["basis"],
        "baseline": "first_value" if case["first_value"] else float(case["baseline"]),
        "checkpoints": [{"month": int(month), "value": float(value)} for month, value in points],
    }
    return small(kpi=kpi, **tables)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_judgement_is_what_fractions_say(case, small):
    day, actual, sample = dt.date.fromisoformat(case["day"]), float(case["actual"]), number(case["sample"])
    value = MetricValue("m", day, numerator=actual * (sample or 1), denominator=sample, value=actual)
    starts = {"m": float(case["first_value"])} if case["first_value"] else {}
    metric = some_metric(window_days=int(case["window"]))
    (row,) = judge(plan_of(case, small), {"m": value}, day, [], starts, {"m": metric})
    assert (row.raw_level, row.level) == (case["colour"], case["colour"])
    assert row.expected == number(case["expected"])
    assert row.lag_progress == number(case["progress"])
    assert row.lag_level == number(case["level_lag"])
    assert row.lag_points == number(case["points_lag"])
    assert row.slippage_days == (int(case["slippage"]) if case["slippage"] else None)


def test_the_table_is_what_its_script_writes():
    script = TABLE.with_name("golden.py")
    written = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert written.stdout == TABLE.read_text(encoding="utf-8")


def test_the_table_covers_what_the_rules_speak_of():
    told = {name: {case[name] for case in CASES} for name in CASES[0]}
    assert len(CASES) >= 60
    assert told["colour"] == {"green", "yellow", "orange", "red", "grey"}
    assert told["direction"] >= {"up", "down"}
    assert told["shape"] >= {"linear", "s_curve", "step"}
    assert told["basis"] >= {"progress", "level", "points"}
    for lag in ("progress", "level_lag", "points_lag"):
        assert told[lag] >= {"0.100000000000", "0.200000000000", "0.300000000000"}
