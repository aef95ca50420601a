"""Messages to the communities and what each cost in members, the dearest first."""

from collections.abc import Iterable, Mapping
from typing import Any

from tasks.records import Send


def sends(rows: Iterable[Mapping[str, Any]]) -> list[Send]:
    """Rows of ``retrospective/sends`` as sends."""
    found = [
        Send(
            account_id=row["account_id"],
            sent_at=row["sent_at"],
            topic=row["topic"],
            is_marketing=row["is_marketing"],
            chats=row["chats"],
            exits=_number(row["exits"]),
            usual=_number(row["usual"]),
            is_account_level=row["is_account_level"],
            is_usual_of_all_days=row["is_usual_of_all_days"],
            others=row["others"],
            other_topics=tuple(row["other_topics"]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda send: (-(send.cost or 0.0), send.sent_at, send.topic))


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
