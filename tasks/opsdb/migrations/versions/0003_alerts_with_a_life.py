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
    # --- plan versions ---
    # --- judgement: plan version, projection, forecast ---
    # --- alert life: acknowledged, snoozed, escalated, told ---
    # --- notices: milestones, budgets, incidents, churn ---
    # --- actions and decisions ---
    # --- causes ---
    pass


def downgrade() -> None:
    # --- causes ---
    # --- actions and decisions ---
    # --- notices ---
    # --- alert life ---
    # --- judgement ---
    # --- plan versions ---
    # --- metric store ---
    pass
