"""Facts that landed wait for a build, even when the run that landed them was killed."""

import datetime as dt

import sqlalchemy as sa

from tasks.opsdb import unbuilt

EARLY, LATE = dt.date(2026, 5, 1), dt.date(2026, 7, 20)


def test_the_earliest_mark_counts(ops: sa.Engine) -> None:
    assert unbuilt.read(ops) is None
    unbuilt.mark(ops, LATE)
    unbuilt.mark(ops, EARLY)
    unbuilt.mark(ops, LATE)
    waiting = unbuilt.read(ops)
    assert waiting is not None
    assert waiting[0] == EARLY


def test_what_lands_during_a_build_goes_on_waiting(ops: sa.Engine) -> None:
    unbuilt.mark(ops, LATE)
    waiting = unbuilt.read(ops)
    assert waiting is not None
    unbuilt.mark(ops, EARLY)
    unbuilt.clear(ops, waiting[1])
    still = unbuilt.read(ops)
    assert still is not None
    assert still[0] == EARLY
    unbuilt.clear(ops, still[1])
    assert unbuilt.read(ops) is None
