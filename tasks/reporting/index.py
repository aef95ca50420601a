"""The page that lists every report by period, the newest first. Nothing here touches a disk."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from tasks.errors import ConfigurationError
from tasks.reporting import figures
from tasks.reporting.layout import laid_out, sheet
from tasks.reporting.retrospective.words import words
from tasks.reporting.words import Words

STYLES = ("house.css", "index.css")
TEMPLATES = ("index.html.j2", *STYLES)
"""Files of ``reports/`` that the index is laid out with."""
NAME = re.compile(
    r"(?:(?P<digest>digest)-(?P<day>\d{4}-\d{2}-\d{2})"
    r"|(?P<retrospective>retrospective)-(?P<year>\d{4})-W(?P<week>\d{2})(?P<view>-[\w.-]+)?"
    r"|(?P<catalogue>catalogue))\.html"
)
WEEK = dt.timedelta(days=6)


@dataclass(frozen=True)
class Entry:
    """One report that lies beside the index."""

    filename: str
    kind: str
    """``digest``, ``retrospective`` or ``catalogue``."""
    first: dt.date | None = None
    """First day it tells of; null for what belongs to no period."""
    last: dt.date | None = None
    week: str = ""
    """2026-W30 of a weekly report."""
    view: str = ""
    """What else the name of a weekly report says: accounts, or the week it is compared with; empty: as everybody reads
    it."""

    @classmethod
    def of(cls, filename: str) -> Self | None:
        """The report a file holds, by its name; None when it is no report of ours."""
        found = NAME.fullmatch(filename)
        if found is None:
            return None
        try:
            if found["digest"]:
                day = dt.date.fromisoformat(found["day"])
                return cls(filename, "digest", day, day)
            if found["retrospective"]:
                first = dt.date.fromisocalendar(int(found["year"]), int(found["week"]), 1)
                week = f"{found['year']}-W{found['week']}"
                return cls(
                    filename, "retrospective", first, first + WEEK, week, (found["view"] or "").lstrip("-")
                )
        except ValueError:
            return None  # the thirtieth of February, or week 60
        return cls(filename, "catalogue")

    def name(self, w: Words) -> str:
        """What a reader calls it."""
        return w[f"kind_{self.kind}"]

    def period(self, w: Words) -> str:
        """The days it tells of."""
        if self.first is None or self.last is None:
            return ""
        if self.first == self.last:
            return figures.long_date(self.first, w)
        if self.view:
            return f"{self.week} · {self.view}"
        first, last = figures.short_date(self.first, w), figures.short_date(self.last, w)
        return f"{self.week} · {w['range_text'].format(low=first, high=last)}"


def index(entries: Iterable[Entry], brand: str, language: str, texts: Mapping[str, str]) -> str:
    """The index as a page that needs no other file but those it links to.

    Args:
        entries: the reports beside it.
        brand: whose reports they are.
        language: ``zh-CN`` or ``en``.
        texts: file name → text of the files in :data:`TEMPLATES`.

    Raises:
        ConfigurationError: a template is missing or broken, or the language is not spoken here.
    """
    missing = [name for name in TEMPLATES if name not in texts]
    if missing:
        raise ConfigurationError(f"the index needs reports/{', reports/'.join(missing)}")
    w, found = words(language), list(entries)
    # A week beside a day that ends with it comes first: it tells of more. Its views come right below it.
    dated = sorted(
        ((e.last, e.kind == "retrospective", e) for e in sorted(found, key=lambda e: e.view) if e.last),
        key=lambda one: one[:2],
        reverse=True,
    )
    months = [
        (w["month"].format(day=key, month=figures.MONTHS[key.month - 1]), [entry for _, _, entry in group])
        for key, group in groupby(dated, key=lambda one: one[0].replace(day=1))
    ]
    told = {
        "w": w,
        "brand": brand,
        "title": w["index_title"].format(brand=brand),
        "head": w["index_head"].format(n=len(found)),
        "standing": [e for e in found if e.last is None],
        "latest": [
            next((e for _, _, e in dated if e.kind == kind and not e.view), None)
            for kind in ("retrospective", "digest")
        ],
        "months": months,
        "css": sheet(texts, STYLES),
    }
    return laid_out("index.html.j2", texts, told)
