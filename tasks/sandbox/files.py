"""What the sandbox's brand keeps in files: one CSV for each import template, about the same persons and orders.

A world → ``<folder>/<template>/<template>.csv`` with the templates' own headers, as the teams of a brand on its
plan's pace would fill them in until yesterday. Chance comes from the seed and the row's own name, so the same world
writes the same files. Money is that of a small brand: see ``FULL_SIZE``.

Source:
    sql/catalogue/templates.toml.
"""

import datetime as dt
from pathlib import Path

from tasks.sandbox.feishu_lists import BUDGET
from tasks.sandbox.files_sql import DICE, FILES
from tasks.sandbox.world import World
from tasks.sandbox.world.channels import PARTNER

MONTH_DAYS = 365.25 / 12


def write_files(world: World, folder: Path) -> list[Path]:
    """Every file, in the folders of a landing place; the paths.

    Raises:
        OSError: the folder cannot be written.
    """
    given = {
        "seed": world.seed,
        "start": world.start.isoformat(),
        "plan_start": world.plan_start.isoformat(),
        "today": world.today.isoformat(),
        "month_days": MONTH_DAYS,
        "finder": PARTNER,
        "lines": ", ".join(
            f"('{line.name}', {line.yearly(world.persons)}, '{line.effort}', {line.is_labour})"
            for line in BUDGET
        ),
        "outages": ", ".join(_outages(world)) or "(null, null)",
        "pushes": ", ".join(_pushes(world)) or "(null::date)",
    }
    paths = []
    cursor = world.connection.cursor()
    try:
        cursor.execute(DICE.format(**given))
        for template, sql in FILES.items():
            path = folder / template / f"{template}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            target = str(path).replace("'", "''")
            cursor.execute(f"copy ({sql.format(**given)}) to '{target}' (header, delimiter ',')")
            paths.append(path)
    finally:
        cursor.close()
    return paths


def _outages(world: World) -> list[str]:
    """The planted accidents of the checkout, as rows of when they began and were over; null while they go on."""
    found = []
    for accident in world.pace.accidents:
        if accident.kind == "checkout_broken" and accident.start < world.today:
            opened = dt.datetime.combine(accident.start, dt.time(9, 30))
            over = dt.datetime.combine(accident.end, dt.time(0, 30))
            restored = f"'{over:%Y-%m-%d %H:%M}'" if accident.end < world.today else "null"
            found.append(f"('{opened:%Y-%m-%d %H:%M}', {restored})")
    return found


def _pushes(world: World) -> list[str]:
    """The days of the planted hard sells to the groups."""
    return [
        f"(date '{accident.start}')"
        for accident in world.pace.accidents
        if accident.kind == "pushy_message" and accident.start < world.today
    ]
