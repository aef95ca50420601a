"""What the tables of the ops database are made of: moments in UTC, texts, numbers, and one naming convention."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from tasks.errors import BadRequest


class UtcMoment(TypeDecorator[dt.datetime]):
    """A moment: aware going in, aware and in UTC coming out, on databases with and without time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        """UTC; without its zone where the database keeps none.

        Raises:
            BadRequest: the moment names no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise BadRequest(f"the moment {value} names no time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002
        """The moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def text(name: str, **more: Any) -> sa.Column[str]:
    """A text that is never null."""
    return sa.Column(name, sa.Text(), nullable=False, **more)


def number(name: str) -> sa.Column[float]:
    """A number, null where it is not known."""
    return sa.Column(name, sa.Double(), nullable=True)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
