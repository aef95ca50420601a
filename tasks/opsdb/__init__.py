"""The ops database (floor 3): state, never bulk facts, in SQLite (WAL) or PostgreSQL.

Fetch outcomes, metric values, alerts, the delivery ledger and tokens. ``database.connect`` opens it migrated;
each other module owns one table's questions. SQLAlchemy Core throughout, every moment aware and in UTC.
"""
