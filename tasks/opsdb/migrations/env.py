"""Alembic's entry: runs revisions on the connection that ``migrate`` hands over, inside its transaction."""

from alembic import context

from tasks.opsdb.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    # SQLite cannot alter a column in place; batches rebuild the table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
