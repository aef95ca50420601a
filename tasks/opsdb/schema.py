"""The tables of the ops database as they are now; ``migrations/`` tells how they came about."""

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


def _text(name: str, **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=True)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

account = sa.Table(
    "account",
    metadata,
    _text("account_id", primary_key=True),
    _text("kind"),
    _text("name"),
    _text("app_id"),
    _text("base_url"),
    _text("open_platform"),
)

fetch_outcome = sa.Table(
    "fetch_outcome",
    metadata,
    _text("account_id", primary_key=True),
    _text("endpoint", primary_key=True),
    sa.Column("business_date", sa.Date(), primary_key=True),
    _text("verdict"),
    sa.Column("rows", sa.BigInteger(), nullable=False),
    sa.Column("as_of", sa.Date(), nullable=False),
    sa.Column("fetched_at", UtcMoment(), nullable=False),
    sa.Column("first_ok_at", UtcMoment(), nullable=True),
    _text("code"),
    _text("message"),
    sa.Index(None, "business_date"),
)

unbuilt = sa.Table(
    "unbuilt",
    metadata,
    # One row at most: facts landed since the last build, from this business date on.
    sa.Column("only_row", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
)

metric_value = sa.Table(
    "metric_value",
    metadata,
    _text("metric_id", primary_key=True),
    _text("account_id", primary_key=True),
    _text("dimension", primary_key=True),
    _text("member", primary_key=True),
    sa.Column("business_date", sa.Date(), primary_key=True),
    _number("numerator"),
    _number("denominator"),
    _number("value"),
    _number("completeness"),
    _text("status"),
    _text("note"),
    sa.Index(None, "business_date"),
)

alert = sa.Table(
    "alert",
    metadata,
    _text("metric_id", primary_key=True),
    sa.Column("business_date", sa.Date(), primary_key=True),
    _text("level"),
    _text("raw_level"),
    sa.Column("since", sa.Date(), nullable=False),
    _text("changed"),
    _text("basis"),
    _number("actual"),
    _number("expected"),
    _number("baseline"),
    _number("target"),
    _number("lag"),
    _number("lag_progress"),
    _number("lag_level"),
    _number("lag_points"),
    sa.Column("slippage_days", sa.Integer(), nullable=True),
    _number("needed_per_day"),
    _text("owner"),
    _text("action"),
    sa.Column("due_date", sa.Date(), nullable=True),
    _text("reason"),
    sa.Index(None, "business_date"),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("delivery_id", sa.Integer(), primary_key=True, autoincrement=True),
    _text("report"),
    _text("period"),
    _text("channel"),
    _text("recipient"),
    sa.Column("attempt", sa.Integer(), nullable=False),
    _text("content_hash"),
    _text("status"),
    _text("process"),
    sa.Column("claimed_at", UtcMoment(), nullable=False),
    sa.Column("sending_at", UtcMoment(), nullable=True),
    sa.Column("finished_at", UtcMoment(), nullable=True),
    _text("code"),
    _text("detail"),
    # Whatever two runs believe, only one of them can write attempt n of a delivery. The content hash is not
    # part of it: a digest built again with other figures is the same digest, and is not sent a second time.
    sa.UniqueConstraint("report", "period", "channel", "recipient", "attempt"),
)

token = sa.Table(
    "token",
    metadata,
    _text("token_key", primary_key=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("ciphertext", sa.Text(), nullable=True),
    sa.Column("renew_at", UtcMoment(), nullable=True),
    _text("leased_by"),
    sa.Column("leased_until", UtcMoment(), nullable=True),
)

import_file = sa.Table(
    "import_file",
    metadata,
    # The file by its bytes: under another name it is the same file.
    _text("digest", primary_key=True),
    _text("template", primary_key=True),
    _text("account_id", primary_key=True),
    _text("file"),
    sa.Column("rows", sa.BigInteger(), nullable=False),
    sa.Column("added", sa.BigInteger(), nullable=False),
    sa.Column("changed", sa.BigInteger(), nullable=False),
    sa.Column("unchanged", sa.BigInteger(), nullable=False),
    sa.Column("repeated", sa.BigInteger(), nullable=False),
    sa.Column("quarantined", sa.BigInteger(), nullable=False),
    _text("quarantine"),
    sa.Column("imported_at", UtcMoment(), nullable=False),
)
