"""How often alerts are false, what they notice and how soon, and how true the forecast's ranges are."""

import time
import tomllib
from collections import defaultdict

import numpy as np

from tasks.settings import HOME
from tests.tasks.alerts import families, synthetic
from tests.tasks.alerts.synthetic import ALARM, BRANDS, DAYS, SEED, SLUMP, WINDOWS

YEAR = 365
WATCHED = 60
"""Days after the beginning of a slump of the days themselves."""


def alarms() -> str:
    """The false-alarm simulation with every kind of KPI in every brand, and the coverage of the 80 % ranges."""
    shipped = tomllib.loads((HOME / "deployments/plan.toml").read_text(encoding="utf-8"))
    rng = np.random.default_rng(SEED)
    false, noticed, late = defaultdict(list), defaultdict(list), defaultdict(list)
    began = time.process_time()
    for _ in range(BRANDS):
        one = synthetic.brand(rng, shipped)
        for kind, rows in synthetic.judged(one, one.healthy, 0, DAYS - 1).items():
            false[kind].append(synthetic.alarms(rows))
        for kind, rows in synthetic.judged(one, one.slumped, SLUMP, SLUMP + 6).items():
            noticed[kind].append(synthetic.noticed(rows))
        for kind, rows in synthetic.judged(one, one.slumping, SLUMP, SLUMP + WATCHED - 1).items():
            late[kind].append(
                next((n for n, row in enumerate(rows, 1) if row.raw_level in ALARM), WATCHED + 1)
            )
    spent = time.process_time() - began
    lines = [
        f"{BRANDS} healthy plans x {DAYS} days x {len(WINDOWS)} kinds, seed {SEED}, {spent:.0f} s:",
        f"{_per_year(np.concatenate(list(false.values()))):.2f} orange or red per KPI-year; of slumps of 25 % from "
        f"day {SLUMP} {np.mean(list(noticed.values())):.1%} noticed within 7 days",
        *(
            f"{kind:14} {_per_year(false[kind]):.2f} a year, {np.mean(noticed[kind]):.1%}; when the days themselves "
            f"slump, half are noticed within {np.median(late[kind]):.0f} days, nine of ten within "
            f"{np.quantile(late[kind], 0.9):.0f}"
            for kind in WINDOWS
        ),
        "80 % ranges hold "
        + ", ".join(
            f"{family.__name__} "
            + "/".join(
                f"{families.coverage(family, runs=1000, ahead=ahead):.1%}" for ahead in (7, 14, 30, 90)
            )
            for family in families.FAMILIES
        )
        + " (7/14/30/90 days ahead, 1,000 series each)",
    ]
    return "\n  ".join(lines)


def _per_year(runs: object) -> float:
    return float(np.mean(runs) * YEAR / DAYS)
