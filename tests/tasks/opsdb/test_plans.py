"""Every plan that something was judged by is kept, with what it changed."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from tasks import calendars
from tasks.opsdb import plans

MORNING = dt.datetime(2026, 9, 1, 1, tzinfo=dt.UTC)


def never(before: dict[str, Any]) -> str:
    raise AssertionError(before)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    moments = [MORNING]
    monkeypatch.setattr(calendars, "now", lambda: moments[-1])
    return moments


def test_the_first_version_has_no_note_and_is_read_back(ops: sa.Engine, clock: list[dt.datetime]) -> None:
    assert plans.versions(ops) == []
    assert plans.note_version(ops, "aaa", '{"name": "示例"}', never)
    assert plans.versions(ops) == [plans.PlanVersion("aaa", MORNING, "")]
    assert plans.document_of(ops, "aaa") == {"name": "示例"}
    assert plans.document_of(ops, "bbb") is None


def test_a_version_that_is_known_is_noted_once(ops: sa.Engine, clock: list[dt.datetime]) -> None:
    plans.note_version(ops, "aaa", "{}", never)
    clock.append(MORNING + dt.timedelta(days=1))
    assert not plans.note_version(ops, "aaa", "{}", never)
    assert [version.first_seen_at for version in plans.versions(ops)] == [MORNING]


def test_a_new_version_tells_what_changed_against_the_newest(
    ops: sa.Engine, clock: list[dt.datetime]
) -> None:
    plans.note_version(ops, "aaa", '{"value": 1}', never)
    clock.append(MORNING + dt.timedelta(days=1))
    plans.note_version(ops, "bbb", '{"value": 2}', lambda before: f"{before['value']} → 2")
    clock.append(MORNING + dt.timedelta(days=2))
    plans.note_version(ops, "ccc", '{"value": 3}', lambda before: f"{before['value']} → 3")
    assert [(version.version, version.note) for version in plans.versions(ops)] == [
        ("ccc", "2 → 3"),
        ("bbb", "1 → 2"),
        ("aaa", ""),
    ]
