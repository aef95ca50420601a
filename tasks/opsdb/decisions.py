"""What was decided, on which evidence, and how it turned out."""

import datetime as dt
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from tasks.opsdb.schema import decision
from tasks.opsdb.transactions import insert_missing, writing
from tasks.records import Decision, DecisionOutcome


def record(engine: sa.Engine, entry: Decision) -> bool:
    """Write a decision down unless one of its id is there; False when it was, and is left as it is."""
    row = {**asdict(entry), "evidence": "\n".join(entry.evidence)}
    with writing(engine) as connection:
        return insert_missing(connection, decision, row, ["decision_id"]) is not None


def review(engine: sa.Engine, decision_id: str, changes: dict[str, Any]) -> Decision | None:
    """Change what became known since (outcome, review date, more evidence, …); None when there is no such decision.

    Args:
        engine: the database.
        decision_id: which.
        changes: columns of ``decision`` and their new values; ``evidence`` as a sequence of links or ids.
    """
    if "evidence" in changes:
        changes = {**changes, "evidence": "\n".join(changes["evidence"])}
    with writing(engine) as connection:
        if changes:
            statement = sa.update(decision).where(decision.c.decision_id == decision_id).values(**changes)
            connection.execute(statement)
        row = connection.execute(sa.select(decision).where(decision.c.decision_id == decision_id)).first()
    return _decision(row) if row else None


def read(engine: sa.Engine, since: dt.date | None = None, until: dt.date | None = None) -> list[Decision]:
    """Decisions from ``since`` (inclusive) to ``until`` (exclusive), oldest first."""
    statement = sa.select(decision).order_by(decision.c.decided_on, decision.c.decision_id)
    if since is not None:
        statement = statement.where(decision.c.decided_on >= since)
    if until is not None:
        statement = statement.where(decision.c.decided_on < until)
    with engine.connect() as connection:
        return [_decision(row) for row in connection.execute(statement)]


def _decision(row: sa.Row[Any]) -> Decision:
    evidence = tuple(line for line in row.evidence.split("\n") if line)
    return Decision(**{**row._mapping, "evidence": evidence, "outcome": DecisionOutcome(row.outcome)})
