"""One look at who is there, collected answer by answer in little memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tasks.lake.members import Members, Names, as_bytes
from tasks.lake.store import Lake

TOGETHER = 10_000
"""Rows that wait as dictionaries until they are made small."""


class Look:
    """Details and names that the answers to one question told; five million names take 160 MB."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._waiting: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._tables: dict[str, list[pa.Table]] = defaultdict(list)
        self._names: dict[str, list[Names]] = defaultdict(list)
        self._members: dict[str, Members] = {}

    def add(
        self, rows: Mapping[str, Sequence[Mapping[str, Any]]], present: Mapping[str, Iterable[str]]
    ) -> None:
        """What one more answer said: dataset → details, and dataset → members seen.

        Raises:
            UnexpectedShape: rows do not fit their declaration.
        """
        for name, some in rows.items():
            self._waiting[name] += some
            if len(self._waiting[name]) >= TOGETHER:
                self._make_small(name)
        for name, members in present.items():
            self._names[name].append(as_bytes(members))

    def rows(self, name: str) -> pa.Table:
        """All details of one dataset.

        Raises:
            UnexpectedShape: rows do not fit their declaration.
        """
        self._make_small(name)
        return pa.concat_tables(self._tables[name])

    def present(self, name: str) -> Members:
        """Everybody seen in one dataset."""
        waiting, before = self._names.pop(name, []), self._members.get(name)
        if waiting or before is None:
            self._members[name] = Members.joined([*([before.names] if before else []), *waiting])
        return self._members[name]

    def names(self) -> list[str]:
        """The datasets that answers were about."""
        return sorted({*self._waiting, *self._names, *self._members})

    def _make_small(self, name: str) -> None:
        waiting, self._waiting[name] = self._waiting[name], []
        self._tables[name].append(self._lake.compact(name, waiting))
