"""Plan, as a verb: check the brand's plan, show its pace on a day, note and tell its versions (floor 5).

Prefect is not needed: a plan is checked before anything runs.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tasks.alerts.lint import FORM, RULES, Flaw, World, lint, platform_of
from tasks.alerts.lint.telling import document as as_objects
from tasks.alerts.lint.telling import explained, lines
from tasks.alerts.pace_table import HEADINGS, NUMBERS, cells, due_cells, title
from tasks.alerts.plan import load_plan
from tasks.alerts.standing import milestones, standings
from tasks.alerts.versions import canonical, changes, version_of
from tasks.calendars import SHANGHAI, Window
from tasks.connections import Connections
from tasks.errors import ConfigurationError
from tasks.gauge import baselines, gauge
from tasks.metrics import catalogue
from tasks.opsdb import metrics as store
from tasks.opsdb import notices, plans
from tasks.opsdb.health import missing
from tasks.reporting.columns import aligned
from tasks.services.processes import Say
from tasks.settings import HOME, Settings


def world_of(settings: Settings, today: dt.date) -> World:
    """What the plan is compared with."""
    return World(
        catalogue.read(settings.document("metrics")),
        today,
        settings.registry(),
        platform_of(settings.document("platform")),
        tuple(settings.document("not_computable")),
    )


def note_plan(c: Connections, document: Mapping[str, Any]) -> str:
    """The version of a plan that something is about to be judged by; kept with what it changed when it is new."""
    version = version_of(document)
    language = c.settings.language
    plans.note_version(
        c.database,
        version,
        canonical(document),
        lambda before: "\n".join(changes(before, document, language)),
    )
    return version


def check(settings: Settings, today: dt.date, *, strict: bool, as_json: bool, say: Say) -> int:
    """Print everything wrong with the plan; 1 when it cannot be used, with ``strict`` also when it warns."""
    flaws = flaws_of(settings, today)
    if as_json:
        say(json.dumps(as_objects(flaws), ensure_ascii=False, indent=1))
    else:
        for line in lines(flaws, RULES, settings.language):
            say(line)
    return int(any(flaw.level == "fail" for flaw in flaws) or (strict and bool(flaws)))


def flaws_of(settings: Settings, today: dt.date) -> list[Flaw]:
    """Everything wrong with the plan file, whether it is TOML or not."""
    try:
        document = settings.document("plan")
    except ConfigurationError as error:
        return [Flaw("fail", str(error), FORM)]
    return lint(document, world_of(settings, today), settings.language, file_name(settings))


def explain(settings: Settings, say: Say) -> None:
    """Print every rule of the linter."""
    for line in explained(RULES, FORM, settings.language):
        say(line)


def show(settings: Settings, day: dt.date, *, as_json: bool, say: Say) -> None:
    """Print where the plan stands on a day: KPIs, gates, milestones; also before anything is measured.

    Raises:
        ConfigurationError: the plan does not load.
    """
    language, document = settings.language, settings.document("plan")
    plan = load_plan(document, language, file_name(settings))
    metrics = catalogue.read(settings.document("metrics"))
    rows, starts, values, told = {}, {}, [], []
    if not missing(settings.database):
        with Connections(settings) as c:
            rows = {
                row.metric_id: row
                for row in gauge(c, plan, metrics, Window.of_day(day), version_of(document))
            }
            starts = baselines(c, plan)
            values = store.read(c.database, Window.of_day(day), account_id=store.BRAND, dimension="")
            told = notices.of(c.database, day)
    found = standings(plan, rows, {m.metric_id: m.unit for m in metrics.values()}, starts, day, language)
    stones = milestones(plan, day, language, rows, values, told, metrics)
    if as_json:
        told = {
            "date": day,
            "plan_version": version_of(document),
            "kpis": [asdict(s) for s in found if s.kind == "kpi"],
            "gates": [asdict(s) for s in found if s.kind == "gate"],
            "milestones": [asdict(stone) for stone in stones],
        }
        say(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    say(title(plan, day, version_of(document), language))
    tables = {
        "kpi": list(cells("kpi", found, plan, language)),
        "gate": list(cells("gate", found, plan, language)),
        "milestone": list(due_cells(stones, language)),
    }
    for name, table in tables.items():
        say("")
        for line in aligned(HEADINGS["en" if language == "en" else "zh-CN"][name], table, NUMBERS[name]):
            say(line)


def tell_versions(settings: Settings, *, as_json: bool, say: Say) -> None:
    """Print the versions that were judged by, the newest first, and what each changed; whether this one was."""
    now = version_of(settings.document("plan"))
    known = []
    if not missing(settings.database):
        with Connections(settings) as c:
            known = plans.versions(c.database)
    if as_json:
        say(json.dumps([asdict(version) for version in known], ensure_ascii=False, indent=1, default=str))
        return
    english = settings.language == "en"
    judged = any(version.version == now for version in known)
    said = ("judged by", "not judged by yet") if english else ("已用于判级", "尚未用于判级")
    say(f"{file_name(settings)} · {now} · {said[0 if judged else 1]}")
    for version in known:
        say(f"{version.version}  {version.first_seen_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
        for line in version.note.splitlines():
            say(f"  {line}")


def file_name(settings: Settings) -> str:
    """The plan's file as the reader knows it."""
    file = settings.plan_file
    return str(file.relative_to(HOME)) if file.is_relative_to(HOME) else str(file)
