"""The tables of the ops database as they are now; ``migrations/`` tells how they came about."""

import sqlalchemy as sa

from tasks.opsdb.columns import UtcMoment, metadata
from tasks.opsdb.columns import number as _number
from tasks.opsdb.columns import text as _text

__all__ = ["UtcMoment", "metadata"]

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
    # The run that first published these numbers; measuring the same again leaves it.
    sa.Column("measurement_id", sa.Integer(), nullable=False, server_default="0"),
    sa.Index(None, "business_date"),
    # Some metrics of a few days: without it SQLite reads all their years.
    sa.Index(None, "metric_id", "business_date"),
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
    _text("plan_version", server_default=""),
    sa.Column("next_date", sa.Date(), nullable=True),
    _number("next_value"),
    sa.Column("projected_date", sa.Date(), nullable=True),
    sa.Column("late_days", sa.Integer(), nullable=True),
    _number("forecast_low"),
    _number("forecast_high"),
    sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()),
    _text("cause", server_default=""),
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

action = sa.Table(
    "action",
    metadata,
    _text("action_id", primary_key=True),
    # A metric id, or the key of a notice.
    _text("about"),
    sa.Column("alert_date", sa.Date(), nullable=True),
    _text("alert_level"),
    _text("kind"),
    _text("text"),
    _text("owner"),
    _text("recorded_by"),
    sa.Column("recorded_at", UtcMoment(), nullable=False),
    sa.Column("due_date", sa.Date(), nullable=True),
    sa.Column("done_at", UtcMoment(), nullable=True),
    _text("outcome"),
    sa.Index(None, "about", "recorded_at"),
)

decision = sa.Table(
    "decision",
    metadata,
    _text("decision_id", primary_key=True),
    sa.Column("decided_on", sa.Date(), nullable=False),
    _text("title"),
    _text("decided_by"),
    # One link or id a line.
    _text("evidence"),
    _text("expected_effect"),
    _text("outcome"),
    sa.Column("reviewed_on", sa.Date(), nullable=True),
    sa.Column("recorded_at", UtcMoment(), nullable=False),
    sa.Index(None, "decided_on"),
)

alert_case = sa.Table(
    "alert_case",
    metadata,
    # One row per alert for ever: green is over, and it begins anew when it turns bad again.
    _text("key", primary_key=True),
    _text("kind"),
    _text("level"),
    sa.Column("since", sa.Date(), nullable=False),
    sa.Column("seen", sa.Date(), nullable=False),
    _text("owner"),
    sa.Column("due_date", sa.Date(), nullable=True),
    _text("told_level"),
    sa.Column("told_on", sa.Date(), nullable=True),
    sa.Column("reminded", sa.Boolean(), nullable=False),
    _text("acknowledged_by"),
    sa.Column("acknowledged_at", UtcMoment(), nullable=True),
    _text("acknowledged_note"),
    sa.Column("snoozed_until", sa.Date(), nullable=True),
    sa.Column("snoozed_level", sa.Text(), nullable=True),
    _text("snoozed_by"),
    _text("snooze_reason"),
    sa.Column("escalated_on", sa.Date(), nullable=True),
)

alert_case_event = sa.Table(
    "alert_case_event",
    metadata,
    sa.Column("event_id", sa.Integer(), primary_key=True, autoincrement=True),
    _text("key"),
    _text("what"),
    _text("level"),
    sa.Column("business_date", sa.Date(), nullable=False),
    _text("who"),
    _text("note"),
    sa.Column("until", sa.Date(), nullable=True),
    sa.Column("at", UtcMoment(), nullable=False),
    sa.Index(None, "key", "at"),
)

alert_message = sa.Table(
    "alert_message",
    metadata,
    sa.Column("business_date", sa.Date(), primary_key=True),
    _text("owner", primary_key=True),
    _text("audience", primary_key=True),
    sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
    # Comma between levels.
    _text("levels"),
    # A tasks.messages.Message as JSON, so that a repeated attempt sends what the first one meant to.
    _text("body"),
    sa.Column("made_at", UtcMoment(), nullable=False),
)

notice = sa.Table(
    "notice",
    metadata,
    _text("key", primary_key=True),
    sa.Column("business_date", sa.Date(), primary_key=True),
    _text("kind"),
    _text("level"),
    sa.Column("since", sa.Date(), nullable=False),
    _text("changed"),
    _text("title"),
    _text("reason"),
    _text("owner"),
    _text("action"),
    sa.Column("due_date", sa.Date(), nullable=True),
    sa.Index(None, "business_date"),
)

measurement = sa.Table(
    "measurement",
    metadata,
    # 0: measured before this table was there.
    sa.Column("measurement_id", sa.Integer(), primary_key=True, autoincrement=True),
    sa.Column("computed_at", UtcMoment(), nullable=False),
    # JSON text: dataset → version of the lake's table that was read.
    _text("lake_versions"),
)

metric_restatement = sa.Table(
    "metric_restatement",
    metadata,
    # What was published and is not any more: the row as it was in metric_value.
    _text("metric_id", primary_key=True),
    _text("account_id", primary_key=True),
    _text("dimension", primary_key=True),
    _text("member", primary_key=True),
    sa.Column("business_date", sa.Date(), primary_key=True),
    sa.Column("measurement_id", sa.Integer(), primary_key=True, autoincrement=False),
    _number("numerator"),
    _number("denominator"),
    _number("value"),
    _number("completeness"),
    _text("status"),
    _text("note"),
    sa.Column("reported_from", UtcMoment(), nullable=False),
    sa.Column("reported_until", UtcMoment(), nullable=False),
    sa.Index(None, "business_date"),
)

metric_catalogue = sa.Table(
    "metric_catalogue",
    metadata,
    # For those who join the values: what metrics.toml says, as it was when measured last.
    _text("metric_id", primary_key=True),
    *map(_text, ("name_zh", "name_en", "meaning_zh", "meaning_en", "unit", "direction", "grain")),
    sa.Column("window_days", sa.Integer(), nullable=False),
    *map(_text, ("numerator", "denominator", "formula", "strength", "source", "plan_rows", "inputs")),
    sa.Column("decimals", sa.Integer(), nullable=False),
)

alert_cause = sa.Table(
    "alert_cause",
    metadata,
    _text("metric_id", primary_key=True),
    sa.Column("business_date", sa.Date(), primary_key=True),
    sa.Column("compared_with", sa.Date(), nullable=False),
    _text("dimension", primary_key=True),
    _text("member", primary_key=True),
    _number("before"),
    _number("now"),
    sa.Column("mix", sa.Double(), nullable=False),
    sa.Column("within", sa.Double(), nullable=False),
    _number("share"),
    sa.Column("rank", sa.Integer(), nullable=False),
    _text("note"),
    sa.Index(None, "business_date"),
)

plan_version = sa.Table(
    "plan_version",
    metadata,
    _text("version", primary_key=True),
    sa.Column("first_seen_at", UtcMoment(), nullable=False),
    # The plan as one JSON text, as tasks.alerts.versions.canonical writes it.
    _text("document"),
    # What changed against the version before, in words; empty for the first.
    _text("note"),
)
