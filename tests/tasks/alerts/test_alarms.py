"""Alerts are rarely false and notice what is wrong: 200 synthetic brands through the shipped rules.

What "healthy" and "slump" mean is written in ``synthetic``. Each brand is judged on 180 days; to keep the suite
quick, two of the ten kinds of KPI each, in turn (``python -m tests.bench alarms`` takes all ten).
"""

import itertools
from collections import defaultdict

import numpy as np
import pytest

from tests.tasks.alerts import synthetic
from tests.tasks.alerts.synthetic import BRANDS, DAYS, SEED, SLUMP, WINDOWS, alarms, brand, judged, noticed

YEAR = 365
AT_ONCE = 2


@pytest.fixture(scope="module")
def told(shipped_document):
    """By kind: alarms of each healthy run, and whether each slump was noticed within seven days."""
    rng = np.random.default_rng(SEED)
    healthy, slumped = defaultdict(list), defaultdict(list)
    turn = itertools.cycle(WINDOWS)
    for _ in range(BRANDS):
        kinds = tuple(itertools.islice(turn, AT_ONCE))
        one = brand(rng, shipped_document, kinds)
        for kind, rows in judged(one, one.healthy, 0, DAYS - 1).items():
            healthy[kind].append(alarms(rows))
        for kind, rows in judged(one, one.slumped, SLUMP, SLUMP + 6).items():
            slumped[kind].append(noticed(rows))
    return healthy, slumped


def per_year(runs):
    return np.mean(runs) * YEAR / DAYS


def test_healthy_numbers_raise_at_most_one_orange_or_red_a_year(told):
    healthy, _ = told
    assert sum(map(len, healthy.values())) == BRANDS * AT_ONCE
    assert per_year([runs for kind in healthy.values() for runs in kind]) <= 1
    assert {kind: per_year(runs) for kind, runs in healthy.items() if per_year(runs) > 1.5} == {}


def test_a_slump_of_a_quarter_is_orange_or_red_within_a_week(told):
    _, slumped = told
    assert np.mean([seen for kind in slumped.values() for seen in kind]) >= 0.95
    assert {kind: np.mean(seen) for kind, seen in slumped.items() if np.mean(seen) < 0.85} == {}


def test_the_simulation_can_fail(shipped_document):
    """Without the metrics' own movements and samples, the same healthy numbers raise alarm after alarm."""
    rng = np.random.default_rng(SEED)
    raised = []
    for _ in range(2):
        one = brand(rng, shipped_document, ("count", "mean", "daily_share"))
        for kind, values in one.healthy.items():
            alone = [synthetic.without_past(one, kind, value) for value in values[20:]]
            raised.append(alarms(alone))
    assert per_year(raised) > 5
