"""Writes ``golden.csv``: what the plan's rules say of some eighty figures, worked out with fractions alone.

It shares no code with the project: dates, curves, lags, colours and slippage are computed again from the text of
the rules, by the most plodding way there is (the day a figure was due is found by walking day by day).

    python tests/tasks/alerts/golden.py > tests/tasks/alerts/golden.csv
"""

import csv
import datetime as dt
import sys
from fractions import Fraction

F = Fraction

FIELDS = (
    "name", "kind", "unit", "direction", "shape", "basis", "start", "baseline", "first_value", "points", "side",
    "limit", "scale", "warm_up", "window", "sample", "day", "actual",
    "expected", "progress", "level_lag", "points_lag", "colour", "slippage",
)  # fmt: skip
KPI = {
    "kind": "kpi", "unit": "cny", "direction": "up", "shape": "linear", "basis": "progress",
    "start": "2026-09-01", "scale": "1", "warm_up": "14", "window": "1",
}  # fmt: skip
OPEN = {**KPI, "unit": "share", "baseline": "0.08", "points": "36:0.25"}
USERS = {
    **KPI,
    "unit": "persons",
    "first_value": "200000",
    "points": "6:1000000 18:3000000 30:5000000 36:5000000",
}
EXITS = {**KPI, "unit": "share", "direction": "down", "baseline": "0.35", "points": "36:0.10"}
COST = {**KPI, "direction": "down", "baseline": "500", "points": "12:300 36:80"}
ORDERS = {**KPI, "baseline": "100", "points": "12:200 24:400"}
FLAT = {**KPI, "baseline": "100", "points": "6:100 12:200"}
ZERO = {**KPI, "unit": "items", "baseline": "0", "points": "10:100"}
GATE = {"kind": "gate", "start": "2026-09-01", "scale": "1", "warm_up": "14", "window": "1"}
REPLY = {**GATE, "unit": "minutes", "side": "at_most", "limit": "5"}
COMPLETE = {**GATE, "unit": "share", "side": "at_least", "limit": "0.95"}
MARKETING = {**GATE, "unit": "share", "side": "at_most", "limit": "0.3"}
GROUPS = {**GATE, "unit": "persons", "side": "at_least", "limit": "1000"}
# Month 36 is 1 096 days after the start, month 12 365, month 24 731, month 6 181; half-way to month 36 is
# 2028-03-02 (day 548).
CASES = [
    ("half-way, two tenths behind", OPEN, "2028-03-02", "0.148"),
    ("the same on the level basis", {**OPEN, "basis": "level"}, "2028-03-02", "0.148"),
    ("the same on the points basis", {**OPEN, "basis": "points"}, "2028-03-02", "0.148"),
    ("progress one tenth exactly", OPEN, "2028-03-02", "0.1565"),
    ("progress a hair under one tenth", OPEN, "2028-03-02", "0.15650001"),
    ("progress two tenths less a hair", OPEN, "2028-03-02", "0.14800001"),
    ("progress three tenths exactly", OPEN, "2028-03-02", "0.1395"),
    ("progress three tenths less a hair", OPEN, "2028-03-02", "0.13950001"),
    ("level one tenth exactly", {**OPEN, "basis": "level"}, "2028-03-02", "0.1485"),
    ("level two tenths exactly", {**OPEN, "basis": "level"}, "2028-03-02", "0.132"),
    ("level three tenths exactly", {**OPEN, "basis": "level"}, "2028-03-02", "0.1155"),
    ("level three tenths less a hair", {**OPEN, "basis": "level"}, "2028-03-02", "0.11550001"),
    ("points two tenths exactly", {**OPEN, "basis": "points"}, "2028-03-02", "0.131"),
    ("points three tenths exactly", {**OPEN, "basis": "points"}, "2028-03-02", "0.114"),
    ("points one tenth less a hair", {**OPEN, "basis": "points"}, "2028-03-02", "0.14800001"),
    ("on plan", OPEN, "2028-03-02", "0.165"),
    ("ahead", OPEN, "2028-03-02", "0.2"),
    ("fallen below the start", OPEN, "2028-03-02", "0.05"),
    ("the day before the last", OPEN, "2029-08-31", "0.2"),
    ("the last day", OPEN, "2029-09-01", "0.2"),
    ("two years after the end", OPEN, "2031-09-01", "0.216"),
    ("before the start", OPEN, "2026-08-01", "0.07"),
    ("day 0 is in the warm-up", OPEN, "2026-09-01", "0.05"),
    ("day 13 is in the warm-up", OPEN, "2026-09-14", "0.05"),
    ("day 14 is not", OPEN, "2026-09-15", "0.05"),
    ("day 0 without warm-up: the level decides", {**OPEN, "warm_up": "0"}, "2026-09-01", "0.06"),
    ("day 0 without warm-up, on plan", {**OPEN, "warm_up": "0"}, "2026-09-01", "0.08"),
    ("day 1 without warm-up: within the noise floor", {**OPEN, "warm_up": "0"}, "2026-09-02", "0.0768"),
    ("two hundredths of the change exactly are noise", ORDERS, "2026-11-13", "114"),
    ("two hundredths and a hair are not", ORDERS, "2026-11-13", "113.999999"),
    ("week three: far behind and still noise", OPEN, "2026-09-22", "0.081"),
    ("a sample of 500 explains it", {**OPEN, "sample": "500"}, "2028-03-02", "0.148"),
    ("a sample of 3 000 just explains it", {**OPEN, "sample": "3000"}, "2028-03-02", "0.148"),
    ("a sample of 5 000 does not", {**OPEN, "sample": "5000"}, "2028-03-02", "0.148"),
    (
        "a trailing month is believed sooner",
        {**OPEN, "sample": "3000", "window": "28"},
        "2028-03-02",
        "0.148",
    ),
    (
        "a trailing month of few cases is not",
        {**OPEN, "sample": "2000", "window": "28"},
        "2028-03-02",
        "0.148",
    ),
    ("falling: two tenths behind", EXITS, "2028-03-02", "0.25"),
    ("falling: one tenth exactly", EXITS, "2028-03-02", "0.2375"),
    ("falling: three tenths exactly", EXITS, "2028-03-02", "0.2625"),
    ("falling: on the level basis", {**EXITS, "basis": "level"}, "2028-03-02", "0.27"),
    ("falling: on the points basis", {**EXITS, "basis": "points"}, "2028-03-02", "0.25"),
    ("falling: ahead", EXITS, "2028-03-02", "0.2"),
    ("falling: risen above the start", EXITS, "2028-03-02", "0.4"),
    ("falling: a sample explains it", {**EXITS, "sample": "1000"}, "2028-03-02", "0.25"),
    ("falling: after the end", EXITS, "2030-01-01", "0.13"),
    ("cost: second piece", COST, "2028-03-01", "275"),
    ("cost: on its first checkpoint", COST, "2027-09-01", "340"),
    ("cost: first piece", COST, "2027-03-01", "420"),
    ("users: first checkpoint", USERS, "2027-03-01", "840000"),
    ("users: half-way to the second", USERS, "2027-08-31", "1460000"),
    ("users: the flat piece before the end", USERS, "2029-05-01", "4500000"),
    ("users: after the end", USERS, "2030-01-01", "4520000"),
    ("users: worse than the first value", USERS, "2027-03-01", "150000"),
    (
        "users: first value beyond the first checkpoint",
        {**USERS, "first_value": "1200000"},
        "2027-03-01",
        "900000",
    ),
    ("users: the same, ahead", {**USERS, "first_value": "1200000"}, "2027-09-01", "2500000"),
    (
        "users: a pilot of a hundredth",
        {**USERS, "scale": "0.01", "first_value": "2000"},
        "2027-03-01",
        "8400",
    ),
    ("users: a pilot, second piece", {**USERS, "scale": "0.001", "first_value": "200"}, "2027-08-31", "1640"),
    ("money does not scale", {**ORDERS, "scale": "0.01"}, "2027-09-01", "170"),
    ("a flat first piece: the level decides", FLAT, "2026-12-01", "85"),
    ("a flat first piece: one tenth exactly", FLAT, "2026-12-01", "90"),
    ("the piece after the flat one", FLAT, "2027-06-01", "130"),
    ("from nothing: level and progress agree", ZERO, "2027-02-01", "40"),
    ("from nothing: nothing yet", ZERO, "2026-12-01", "0"),
    ("S-curve: a quarter of the first piece", {**ORDERS, "shape": "s_curve"}, "2026-12-01", "100"),
    (
        "S-curve: half a day before the middle of the first piece",
        {**ORDERS, "shape": "s_curve"},
        "2027-03-02",
        "130",
    ),
    ("S-curve: on the checkpoint", {**ORDERS, "shape": "s_curve"}, "2027-09-01", "170"),
    ("S-curve: second piece", {**ORDERS, "shape": "s_curve"}, "2028-03-01", "250"),
    ("S-curve: early in the second piece", {**ORDERS, "shape": "s_curve"}, "2027-10-01", "190"),
    ("S-curve: after the end", {**ORDERS, "shape": "s_curve"}, "2029-01-01", "310"),
    ("S-curve: ahead", {**ORDERS, "shape": "s_curve"}, "2027-03-02", "190"),
    ("S-curve falling: first piece", {**COST, "shape": "s_curve"}, "2027-03-02", "440"),
    (
        "S-curve falling: on the level basis",
        {**COST, "shape": "s_curve", "basis": "level"},
        "2028-09-01",
        "250",
    ),
    ("steps: nothing is asked before the checkpoint", {**ORDERS, "shape": "step"}, "2027-08-31", "85"),
    ("steps: the checkpoint asks for all of it", {**ORDERS, "shape": "step"}, "2027-09-01", "170"),
    ("steps: between two checkpoints", {**ORDERS, "shape": "step"}, "2028-03-01", "190"),
    ("steps: the last one", {**ORDERS, "shape": "step"}, "2028-09-01", "340"),
    ("steps falling", {**COST, "shape": "step"}, "2027-09-01", "340"),
    ("steps: users", {**USERS, "shape": "step"}, "2028-03-01", "2440000"),
    ("gate: on the limit", REPLY, "2026-09-01", "5"),
    ("gate: one tenth over", REPLY, "2026-09-01", "5.5"),
    ("gate: a hair less than one tenth over", REPLY, "2026-09-01", "5.499999"),
    ("gate: two tenths over", REPLY, "2027-01-01", "6"),
    ("gate: three tenths over", REPLY, "2026-08-01", "6.5"),
    ("gate: inside", REPLY, "2027-01-01", "3"),
    ("gate: one tenth short", COMPLETE, "2027-01-01", "0.855"),
    ("gate: two tenths short", COMPLETE, "2027-01-01", "0.76"),
    ("gate: three tenths short", COMPLETE, "2027-01-01", "0.665"),
    ("gate: met exactly", COMPLETE, "2027-01-01", "0.95"),
    ("gate: reply of 5.4 minutes", REPLY, "2027-01-01", "5.4"),
    ("gate: a hair over", REPLY, "2027-01-01", "5.000001"),
    ("gate: completeness of 94 %", COMPLETE, "2027-01-01", "0.94"),
    ("gate: marketing of 32.9 %", MARKETING, "2027-01-01", "0.329"),
    ("gate: marketing of 30 % is allowed", MARKETING, "2027-01-01", "0.3"),
    ("gate: of a pilot", {**GROUPS, "scale": "0.1"}, "2027-01-01", "75"),
]


def month_after(start: dt.date, months: int) -> dt.date:
    """Plans here start on the first of a month, so every month has the day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, start.day)


def line(case: dict[str, str]) -> list[tuple[dt.date, F]]:
    """Dates and values of a KPI's points; only persons follow the brand's size, and measured starts are its own."""
    start = dt.date.fromisoformat(case["start"])
    size = F(case["scale"]) if case["unit"] == "persons" else F(1)
    first = F(case["first_value"]) if case.get("first_value") else F(case["baseline"]) * size
    points = [point.split(":") for point in case["points"].split()]
    return [(start, first), *((month_after(start, int(month)), F(value) * size) for month, value in points)]


def due(points: list[tuple[dt.date, F]], shape: str, day: dt.date) -> F:
    """What the plan asks for on a day."""
    if day <= points[0][0]:
        return points[0][1]
    for (early, low), (late, high) in zip(points, points[1:], strict=False):
        if early < day < late:
            x = F((day - early).days, (late - early).days)
            return low + (high - low) * {"linear": x, "s_curve": x * x * (3 - 2 * x), "step": F(0)}[shape]
        if day == late:
            return high
    return points[-1][1]


def places(number: F | None) -> F | None:
    """Lags count to twelve places."""
    return None if number is None else round(number, 12)


def colour(lag: F) -> str:
    """Inclusive thresholds."""
    return next(
        (name for name, bar in (("red", 3), ("orange", 2), ("yellow", 1)) if lag >= F(bar, 10)), "green"
    )


def explained(case: dict[str, str], sign: int, asked: F, seen: F) -> bool:
    """Whether Wilson's interval around the seen share holds the asked one; squared, so that no root is drawn."""
    if case["unit"] != "share" or not case.get("sample"):
        return False
    n, z = F(case["sample"]), F(13, 5) if int(case["window"]) >= 7 else F(3)
    away = sign * (asked * (1 + z * z / n) - (seen + z * z / (2 * n)))
    return away <= 0 or away * away <= z * z * (seen * (1 - seen) / n + z * z / (4 * n * n))


def judged_kpi(case: dict[str, str], day: dt.date, seen: F) -> dict[str, object]:
    """A KPI's row."""
    points, sign = line(case), 1 if case["direction"] == "up" else -1
    start, first, target = points[0][0], points[0][1], points[-1][1]
    asked = due(points, case["shape"], day)
    if (day - start).days < int(case["warm_up"]):
        return {"expected": asked, "colour": "grey"}
    short = sign * (asked - seen)
    parts = {"progress": sign * (asked - first), "level": abs(asked), "points": sign * (target - first)}
    lags = {name: places(short / part) if part > 0 else None for name, part in parts.items()}
    lag = next(lags[name] for name in (case["basis"], "level", "points") if lags[name] is not None)
    shade = colour(lag)
    if short <= F(2, 100) * abs(target - first) or explained(case, sign, asked, seen):
        shade = "green"
    slippage = None
    if short > 0:
        walk = start
        # What is worse than the start was never asked for: it is at least as late as the plan is old.
        while sign * (seen - first) >= 0 and sign * (due(points, case["shape"], walk) - seen) < 0:
            walk += dt.timedelta(days=1)
        slippage = (day - walk).days
    return {
        "expected": asked, "progress": lags["progress"], "level_lag": lags["level"], "points_lag": lags["points"],
        "colour": shade, "slippage": slippage,
    }  # fmt: skip


def judged_gate(case: dict[str, str], seen: F) -> dict[str, object]:
    """A gate's row."""
    limit = F(case["limit"]) * (F(case["scale"]) if case["unit"] == "persons" else 1)
    lag = places((seen - limit if case["side"] == "at_most" else limit - seen) / limit)
    shade = colour(lag)
    return {
        "expected": limit,
        "level_lag": lag,
        "colour": "yellow" if shade == "green" and lag > 0 else shade,
    }


def text(column: str, value: object) -> str:
    """Lags as decimals of twelve places, other numbers as fractions, nothing as nothing."""
    if value is None:
        return ""
    if column not in {"progress", "level_lag", "points_lag"}:
        return str(value)
    whole = int(value * 10**12)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 10**12}.{abs(whole) % 10**12:012d}"


def main() -> None:
    """The table on standard output."""
    out = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
    out.writeheader()
    for name, case, day, actual in CASES:
        date, seen = dt.date.fromisoformat(day), F(actual)
        row = judged_kpi(case, date, seen) if case["kind"] == "kpi" else judged_gate(case, seen)
        out.writerow(
            {**case, "name": name, "day": day, "actual": actual, **{k: text(k, v) for k, v in row.items()}}
        )


if __name__ == "__main__":
    main()
