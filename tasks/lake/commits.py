"""One Delta transaction, repeated until no other writer came in between."""

import datetime as dt
import random
import re
import time
from collections.abc import Callable
from typing import TypeVar

from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from tasks.errors import Busy, ConfigurationError
from tasks.lake.datasets import Dataset

T = TypeVar("T")
PATIENCE_SECONDS = 300.0
"""Writers of one table wait for each other this long; a commit itself takes milliseconds."""
UNOPENABLE = re.compile(r"[\[\]]|%[0-9A-Fa-f]{2}")
"""What delta-rs cannot bear in the name of a folder: it ends the whole process over the one, and decodes the other."""
NO_VECTORS = {"delta.enableDeletionVectors": "false"}
"""Deleted rows must be gone from the files, because readers see files only."""


def commit(uri: str, dataset: Dataset, options: dict[str, str], write: Callable[[DeltaTable], T]) -> T:
    """Run ``write`` on the table's newest version until its commit is accepted.

    ``write`` must derive all it does from the version it is given: when another writer was faster, it runs
    again on the newer one. A writer killed half-way leaves files that no version names; no reader sees them.

    Raises:
        Busy: other writers kept winning for five minutes.
    """
    started, wait = time.monotonic(), 0.05
    while True:
        try:
            return write(opened(uri, dataset, options))
        except CommitFailedError as error:
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise Busy(
                    f"{dataset.name}: other writers kept the table busy for {PATIENCE_SECONDS:.0f} s; "
                    "the old rows still stand, run this again"
                ) from error
        time.sleep(wait * random.uniform(0.5, 1.5))
        wait = min(wait * 2, 2.0)


def openable(root: str) -> str:
    """The folder or URL of a lake, without a slash at its end.

    Raises:
        ConfigurationError: it has a name under which no table can be opened.
    """
    if "://" not in root and UNOPENABLE.search(root):
        raise ConfigurationError(
            f"数据目录的名字里不能有方括号，也不能有 % 加两位十六进制数：{root}。请换一个文件夹，或用 "
            "WECHAT_OPS_LAKE_URL 另指一个 (no table can be opened in a folder of this name)"
        )
    return root.rstrip("/")


def opened(uri: str, dataset: Dataset, options: dict[str, str]) -> DeltaTable:
    """The table's newest version; created when missing, widened when the declaration has new columns."""
    try:
        table = DeltaTable(uri, storage_options=options)
    except TableNotFoundError:
        table = DeltaTable.create(
            uri,
            dataset.stored,
            mode="ignore",
            partition_by=list(dataset.partition),
            name=dataset.name,
            description=dataset.title,
            configuration=NO_VECTORS,
            storage_options=options,
        )
    stored = {field.name: field for field in table.schema().fields}
    declared = {field.name: field for field in Schema.from_arrow(dataset.stored).fields}
    if stored == declared:
        return table
    changed = [name for name, field in stored.items() if declared.get(name) != field]
    if changed:
        raise ConfigurationError(
            f"{dataset.name}: the declaration of {', '.join(changed)} no longer matches the table at {uri}; "
            "give the column its old type back, or move the table away and build it again"
        )
    table.alter.add_columns([field for name, field in declared.items() if name not in stored])
    return DeltaTable(uri, storage_options=options)


def cleared(table: DeltaTable, keep: dt.timedelta) -> int:
    """Delete files that no version of the last while names; how many.

    A file that no version ever named may be of a writer who is about to commit, and stays for a day at least.
    """
    hours = int(keep / dt.timedelta(hours=1))
    gone = table.vacuum(hours, dry_run=False, enforce_retention_duration=False)
    lone = table.vacuum(max(hours, 24), dry_run=False, enforce_retention_duration=False, full=True)
    return len(gone) + len(lone)
