"""Which files were imported, and what became of their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "import_file",
        *map(text, ("digest", "template", "account_id", "file")),
        *map(count, ("rows", "added", "changed", "unchanged", "repeated", "quarantined")),
        text("quarantine"),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", "template", "account_id", name="pk_import_file"),
    )


def downgrade() -> None:
    op.drop_table("import_file")
