"""First tables: account, fetch_outcome, unbuilt, metric_value, alert, delivery, token."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=True)


def date(name: str, nullable: bool = False) -> sa.Column[dt.date]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def moment(name: str, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def key(table: str, *names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names, name=f"pk_{table}")


def upgrade() -> None:
    op.create_table(
        "account",
        *map(text, ("account_id", "kind", "name", "app_id", "base_url", "open_platform")),
        key("account", "account_id"),
    )
    op.create_table(
        "fetch_outcome",
        text("account_id"),
        text("endpoint"),
        date("business_date"),
        text("verdict"),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        date("as_of"),
        moment("fetched_at"),
        moment("first_ok_at", nullable=True),
        text("code"),
        text("message"),
        key("fetch_outcome", "account_id", "endpoint", "business_date"),
    )
    op.create_index("ix_fetch_outcome_business_date", "fetch_outcome", ["business_date"])
    op.create_table(
        "unbuilt",
        sa.Column("only_row", sa.Integer(), nullable=False, autoincrement=False),
        date("since"),
        sa.Column("version", sa.Integer(), nullable=False),
        key("unbuilt", "only_row"),
    )
    op.create_table(
        "metric_value",
        *map(text, ("metric_id", "account_id", "dimension", "member")),
        date("business_date"),
        *map(number, ("numerator", "denominator", "value", "completeness")),
        text("status"),
        text("note"),
        key("metric_value", "metric_id", "account_id", "dimension", "member", "business_date"),
    )
    op.create_index("ix_metric_value_business_date", "metric_value", ["business_date"])
    op.create_table(
        "alert",
        text("metric_id"),
        date("business_date"),
        text("level"),
        text("raw_level"),
        date("since"),
        text("changed"),
        text("basis"),
        *map(number, ("actual", "expected", "baseline", "target")),
        *map(number, ("lag", "lag_progress", "lag_level", "lag_points")),
        sa.Column("slippage_days", sa.Integer(), nullable=True),
        number("needed_per_day"),
        text("owner"),
        text("action"),
        date("due_date", nullable=True),
        text("reason"),
        key("alert", "metric_id", "business_date"),
    )
    op.create_index("ix_alert_business_date", "alert", ["business_date"])
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.Integer(), autoincrement=True, nullable=False),
        *map(text, ("report", "period", "channel", "recipient")),
        sa.Column("attempt", sa.Integer(), nullable=False),
        *map(text, ("content_hash", "status", "process")),
        moment("claimed_at"),
        moment("sending_at", nullable=True),
        moment("finished_at", nullable=True),
        text("code"),
        text("detail"),
        key("delivery", "delivery_id"),
        sa.UniqueConstraint(
            "report", "period", "channel", "recipient", "attempt",
            name="uq_delivery_report_period_channel_recipient_attempt",
        ),
    )
    op.create_table(
        "token",
        text("token_key"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=True),
        moment("renew_at", nullable=True),
        text("leased_by"),
        moment("leased_until", nullable=True),
        key("token", "token_key"),
    )


def downgrade() -> None:
    for table in ("token", "delivery", "alert", "metric_value", "unbuilt", "fetch_outcome", "account"):
        op.drop_table(table)
