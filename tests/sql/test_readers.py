"""What is pulled or imported is read by somebody, or says which coming report it is kept for."""

import re
from functools import cache
from pathlib import Path

import pytest

from tasks.lake import datasets
from tasks.lake.queries import COMMENT, WORD

HOME = Path(__file__).parents[2]
LANDED = [declared for name, declared in datasets.load().items() if name.startswith("land_")]
REPORTS = ("monthly review: ", "monthly segment refresh: ", "quarterly review: ")


@cache
def read() -> frozenset[str]:
    """Every word of the queries, and what Python asks the lake for beyond landing it."""
    queries = [
        COMMENT.sub("", path.read_text(encoding="utf-8"))
        for path in (HOME / "sql").rglob("*.sql")
        if path.parent.name != "lake"
    ]
    rooms = [
        path.read_text(encoding="utf-8")
        for path in (HOME / "tasks").rglob("*.py")
        if not {"sources", "sandbox"} & set(path.relative_to(HOME).parts)
    ]
    asked = {name for text in rooms for name in re.findall(r"\"(land_\w+)\"", text)}
    return frozenset(asked.union(*(WORD.findall(text) for text in queries)))


@pytest.mark.parametrize("declared", LANDED, ids=lambda declared: declared.name)
def test_what_is_landed_is_read_or_says_what_it_is_kept_for(declared: datasets.Dataset) -> None:
    is_read = declared.name in read()

    assert is_read != bool(declared.kept_for), "read: take kept_for out" if is_read else "nobody reads it"
    assert is_read or declared.kept_for.startswith(REPORTS)


def test_only_what_is_landed_is_kept_for_later() -> None:
    kept = {name for name, declared in datasets.load().items() if declared.kept_for}

    assert kept
    assert kept <= {declared.name for declared in LANDED}
