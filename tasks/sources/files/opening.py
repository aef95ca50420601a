"""A file opened as whatever it is, and told apart from every other file by its content."""

import datetime as dt
import hashlib
import re
from pathlib import Path

from tasks.calendars import business_date, from_epoch
from tasks.sources.files.columnar import parquet_offers
from tasks.sources.files.contents import Content, content_of
from tasks.sources.files.delimited import csv_offers, jsonl_offers
from tasks.sources.files.offers import Offer
from tasks.sources.files.pages import html_offers
from tasks.sources.files.scratch import Scratch
from tasks.sources.files.workbooks import excel_offers

DATED = re.compile(r"(?<!\d)(20\d\d)[-_.年]?(0[1-9]|1[0-2])[-_.月]?(0[1-9]|[12]\d|3[01])(?!\d)")
PASSING = (".part", ".tmp", ".crdownload", ".download")
"""What programs call files that they have not finished."""
AT_ONCE = 1 << 23
"""Bytes that are digested at a time: few turns, for after each one it waits for whoever else runs Python."""


def offers_of(path: Path, scratch: Scratch, sheet: str = "") -> list[Offer]:
    """Everything the file may be read as.

    Raises:
        ConfigurationError: it is empty, damaged, or nothing that can be read.
    """
    content = content_of(path)
    if content is Content.excel:
        return excel_offers(path, scratch, sheet)
    readers = {
        Content.csv: csv_offers,
        Content.jsonl: jsonl_offers,
        Content.html: html_offers,
        Content.parquet: parquet_offers,
    }
    return readers[content](path, scratch)


def digest_of(path: Path) -> str:
    """SHA-256 of the file's bytes: the same file under another name is the same file."""
    told, room = hashlib.sha256(), memoryview(bytearray(AT_ONCE))
    with path.open("rb", buffering=0) as file:
        while read := file.readinto(room):
            told.update(room[:read])
    return told.hexdigest()


def stamp_of(path: Path) -> tuple[int, int]:
    """Size and moment of the last change: what differs when somebody writes the file while it is read."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def taken_on(path: Path, today: dt.date) -> dt.date:
    """The day an export was taken: the last date in its name, else the day it was last written."""
    for year, month, day in reversed(DATED.findall(path.stem)):
        try:
            named = dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
        if named <= today:
            return named
    return business_date(from_epoch(int(path.stat().st_mtime)))


def waiting(folder: Path) -> list[Path]:
    """Files of a landing folder, by path; hidden ones and those still being written are left alone."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() not in PASSING
    )
