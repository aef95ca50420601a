"""What plan as code, alerts people act on, and a metric store with a memory need."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=True)


def moment(name: str, *, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    # --- metric store: history of restatements, lake versions, views ---
    key = ("metric_id", "account_id", "dimension", "member")
    numbers = ("numerator", "denominator", "value", "completeness")
    measurement = op.create_table(
        "measurement",
        sa.Column("measurement_id", sa.Integer(), nullable=False, autoincrement=True),
        moment("computed_at"),
        text("lake_versions"),
        sa.PrimaryKeyConstraint("measurement_id", name="pk_measurement"),
    )
    op.add_column("metric_value", sa.Column("measurement_id", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_metric_value_metric_id_business_date", "metric_value", ["metric_id", "business_date"])
    if op.get_bind().scalar(sa.select(sa.literal(1)).select_from(sa.table("metric_value")).limit(1)):
        # Nobody wrote down when these were published: they are what was reported at any earlier moment.
        long_ago = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        op.bulk_insert(measurement, [{"measurement_id": 0, "computed_at": long_ago, "lake_versions": "{}"}])
    op.create_table(
        "metric_restatement",
        *map(text, key),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        *map(number, numbers),
        *map(text, ("status", "note")),
        moment("reported_from"),
        moment("reported_until"),
        sa.PrimaryKeyConstraint(*key, "business_date", "measurement_id", name="pk_metric_restatement"),
    )
    op.create_index("ix_metric_restatement_business_date", "metric_restatement", ["business_date"])
    op.create_table(
        "metric_catalogue",
        *map(text, ("metric_id", "name_zh", "name_en", "meaning_zh", "meaning_en", "unit", "direction", "grain")),
        sa.Column("window_days", sa.Integer(), nullable=False),
        *map(text, ("numerator", "denominator", "formula", "strength", "source", "plan_rows", "inputs")),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("metric_id", name="pk_metric_catalogue"),
    )
    # --- plan versions ---
    op.create_table(
        "plan_version",
        text("version"),
        moment("first_seen_at"),
        *map(text, ("document", "note")),
        sa.PrimaryKeyConstraint("version", name="pk_plan_version"),
    )
    # --- judgement: plan version, projection, forecast ---
    op.add_column("alert", sa.Column("plan_version", sa.Text(), nullable=False, server_default=""))
    op.add_column("alert", sa.Column("next_date", sa.Date(), nullable=True))
    op.add_column("alert", number("next_value"))
    op.add_column("alert", sa.Column("projected_date", sa.Date(), nullable=True))
    op.add_column("alert", sa.Column("late_days", sa.Integer(), nullable=True))
    op.add_column("alert", number("forecast_low"))
    op.add_column("alert", number("forecast_high"))
    op.add_column("alert", sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("alert", sa.Column("cause", sa.Text(), nullable=False, server_default=""))
    # --- alert life: acknowledged, snoozed, escalated, told ---
    op.create_table(
        "alert_case",
        *map(text, ("key", "kind", "level", "owner", "told_level")),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("since", "seen")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("due_date", "told_on")),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        text("acknowledged_by"),
        moment("acknowledged_at", nullable=True),
        text("acknowledged_note"),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("snoozed_level", sa.Text(), nullable=True),
        *map(text, ("snoozed_by", "snooze_reason")),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_alert_case"),
    )
    op.create_table(
        "alert_case_event",
        sa.Column("event_id", sa.Integer(), autoincrement=True, nullable=False),
        *map(text, ("key", "what", "level")),
        sa.Column("business_date", sa.Date(), nullable=False),
        *map(text, ("who", "note")),
        sa.Column("until", sa.Date(), nullable=True),
        moment("at"),
        sa.PrimaryKeyConstraint("event_id", name="pk_alert_case_event"),
    )
    op.create_index("ix_alert_case_event_key_at", "alert_case_event", ["key", "at"])
    op.create_table(
        "alert_message",
        sa.Column("business_date", sa.Date(), nullable=False),
        *map(text, ("owner", "audience")),
        sa.Column("number", sa.Integer(), nullable=False),
        *map(text, ("levels", "body")),
        moment("made_at"),
        sa.PrimaryKeyConstraint("business_date", "owner", "audience", "number", name="pk_alert_message"),
    )
    # --- notices: milestones, budgets, incidents, churn ---
    op.create_table(
        "notice",
        text("key"),
        sa.Column("business_date", sa.Date(), nullable=False),
        *map(text, ("kind", "level")),
        sa.Column("since", sa.Date(), nullable=False),
        *map(text, ("changed", "title", "reason", "owner", "action")),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", "business_date", name="pk_notice"),
    )
    op.create_index("ix_notice_business_date", "notice", ["business_date"])
    # --- actions and decisions ---
    op.create_table(
        "action",
        *map(text, ("action_id", "about", "alert_level", "kind", "text", "owner", "recorded_by", "outcome")),
        sa.Column("alert_date", sa.Date(), nullable=True),
        moment("recorded_at"),
        sa.Column("due_date", sa.Date(), nullable=True),
        moment("done_at", nullable=True),
        sa.PrimaryKeyConstraint("action_id", name="pk_action"),
    )
    op.create_index("ix_action_about_recorded_at", "action", ["about", "recorded_at"])
    op.create_table(
        "decision",
        *map(text, ("decision_id", "title", "decided_by", "evidence", "expected_effect", "outcome")),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        moment("recorded_at"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decision"),
    )
    op.create_index("ix_decision_decided_on", "decision", ["decided_on"])
    # --- causes ---
    op.create_table(
        "alert_cause",
        text("metric_id"),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("business_date", "compared_with")),
        *map(text, ("dimension", "member")),
        *map(number, ("before", "now")),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("mix", "within")),
        number("share"),
        sa.Column("rank", sa.Integer(), nullable=False),
        text("note"),
        sa.PrimaryKeyConstraint("metric_id", "business_date", "dimension", "member", name="pk_alert_cause"),
    )
    op.create_index("ix_alert_cause_business_date", "alert_cause", ["business_date"])


def downgrade() -> None:
    # --- causes ---
    op.drop_table("alert_cause")
    # --- actions and decisions ---
    op.drop_table("decision")
    op.drop_table("action")
    # --- notices ---
    op.drop_table("notice")
    # --- alert life ---
    op.drop_table("alert_message")
    op.drop_table("alert_case_event")
    op.drop_table("alert_case")
    # --- judgement ---
    for column in ("cause", "unreachable", "forecast_high", "forecast_low", "late_days", "projected_date", "next_value", "next_date", "plan_version"):
        op.drop_column("alert", column)
    # --- plan versions ---
    op.drop_table("plan_version")
    # --- metric store ---
    op.drop_table("metric_catalogue")
    op.drop_table("metric_restatement")
    op.drop_index("ix_metric_value_metric_id_business_date", "metric_value")
    op.drop_column("metric_value", "measurement_id")
    op.drop_table("measurement")
    pass
