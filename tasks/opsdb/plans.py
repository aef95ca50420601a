"""The versions of the brand's plan that something was judged by, and what each one said."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks import calendars
from tasks.opsdb.schema import plan_version
from tasks.opsdb.transactions import insert_missing, writing

_NEWEST_FIRST = (plan_version.c.first_seen_at.desc(), plan_version.c.version)


@dataclass(frozen=True)
class PlanVersion:
    """One version of the plan; a row of ``plan_version`` without its document."""

    version: str
    first_seen_at: dt.datetime
    note: str
    """What changed against the version before, in words; empty for the first."""


def note_version(
    engine: sa.Engine, version: str, document: str, changes: Callable[[dict[str, Any]], str]
) -> bool:
    """Keep a version of the plan unless it is known; True when it is new.

    A plan that returns to an earlier content is that earlier version again.

    Args:
        engine: the database.
        version: of the plan.
        document: the plan as JSON text.
        changes: tells what changed, given the version seen last before; not asked for the first version.
    """
    with engine.connect() as connection:
        if connection.scalar(sa.select(plan_version.c.version).where(plan_version.c.version == version)):
            return False
        before = connection.scalar(sa.select(plan_version.c.document).order_by(*_NEWEST_FIRST).limit(1))
    row = {
        "version": version,
        "first_seen_at": calendars.now(),
        "document": document,
        "note": changes(json.loads(before)) if before else "",
    }
    with writing(engine) as connection:
        return insert_missing(connection, plan_version, row, ["version"]) is not None


def versions(engine: sa.Engine) -> list[PlanVersion]:
    """Every version that was ever judged by, the newest first."""
    columns = (plan_version.c.version, plan_version.c.first_seen_at, plan_version.c.note)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*columns).order_by(*_NEWEST_FIRST))
        return [PlanVersion(**row._mapping) for row in rows]


def document_of(engine: sa.Engine, version: str) -> dict[str, Any] | None:
    """The parsed plan of a version, as it was judged by; None when it is not known.

    Dates are ISO texts; ``load_plan`` takes the document as it is.
    """
    query = sa.select(plan_version.c.document).where(plan_version.c.version == version)
    with engine.connect() as connection:
        document = connection.scalar(query)
    return json.loads(document) if document else None
