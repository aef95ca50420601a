"""The slice of a table that a write replaces, as a Delta predicate."""

from tasks.calendars import Window
from tasks.lake.datasets import MONTH, Dataset


def slice_of(dataset: Dataset, account_id: str | None, window: Window | None) -> str | None:
    """Predicate of the rows of one account, of one window, or of both; None means the whole table.

    None of the columns named can be null, so no row is neither in nor out. ``month`` repeats what the dates
    say, because partitions are ruled out by it without opening a file.
    """
    parts = []
    if account_id is not None:
        parts.append(f"account_id = {quoted(account_id)}")
    if window is not None and dataset.is_dated:
        parts.append(f"{dataset.slice} >= '{window.start}' and {dataset.slice} < '{window.end}'")
        if dataset.has_month and len(window):
            parts.append(f"{MONTH} >= '{window.start:%Y-%m}' and {MONTH} <= '{window.last:%Y-%m}'")
    return " and ".join(parts) or None


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
