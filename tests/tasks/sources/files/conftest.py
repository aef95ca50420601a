"""Files read in a scratch room: written in the test, byte for byte."""

import csv
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks import settings
from tasks.sources.files import opening, persons, quarantine, staging
from tasks.sources.files.offers import Choice, Offer, chosen
from tasks.sources.files.scratch import Scratch
from tasks.sources.files.staging import Belonging, Staged
from tasks.sources.files.templates import Template, templates

NOW = dt.datetime(2026, 7, 25, 2, 0, tzinfo=dt.UTC)
TAKEN = dt.date(2026, 7, 25)


@pytest.fixture(scope="session")
def known() -> dict[str, Template]:
    return templates(settings.load().document("templates"))


@dataclass
class Reading:
    """What became of a file: rows as the lake would get them, and the quarantine file as rows of text."""

    choice: Choice
    staged: Staged
    rows: list[dict[str, Any]]
    quarantined: list[dict[str, str]]

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Row number, column and reason."""
        return [(row["行号"], row["列"], row["原因"]) for row in self.quarantined]


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Reading]:
    """Offers held against templates, as an import does it."""

    def judging(
        scratch: Scratch, name: str, offers: list[Offer], wanted: Iterable[Template], language: str = "zh-CN"
    ) -> Reading:
        target = tmp_path / "quarantine.csv"
        target.unlink(missing_ok=True)
        choice = chosen(name, offers, wanted)
        raw = choice.offer.opened(choice.header)
        staged = staging.stage(scratch, choice, raw, name, Belonging("files", "import", TAKEN, NOW), language)
        quarantine.quarantine(scratch, choice, raw, target, language)
        columns = [*choice.template.columns]
        persons.keyed(
            scratch,
            choice.template,
            columns,
            choice.template.key,
            choice.columns,
            lambda ids: [f"key-of-{len(i)}" for i in ids],
        )
        named = scratch.connection.sql(f"select * exclude (place) from {persons.LANDING}")
        rows = [dict(zip(named.columns, row, strict=True)) for row in named.fetchall()]
        return Reading(choice, staged, rows, _written(target))

    return judging


@pytest.fixture
def read(judge: Callable[..., Reading], known: dict[str, Template], tmp_path: Path) -> Callable[..., Reading]:
    """A file of those bytes, read."""

    def reading(
        content: bytes | str,
        name: str = "file.csv",
        template: str = "",
        sheet: str = "",
        language: str = "zh-CN",
    ) -> Reading:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        wanted = [known[template]] if template else [*known.values()]
        with Scratch(memory_limit="200MB") as scratch:
            return judge(scratch, name, opening.offers_of(path, scratch, sheet), wanted, language)

    return reading


def _written(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
