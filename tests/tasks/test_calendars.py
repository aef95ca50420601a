"""Business dates are Shanghai's, windows are half-open, and nobody can ask about a day that is not over."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import calendars
from tasks.calendars import Week, Window
from tasks.errors import ConfigurationError

LATE_EVENING_UTC = dt.datetime(2026, 7, 25, 16, 30, tzinfo=dt.UTC)


def test_a_day_begins_in_shanghai_eight_hours_before_london() -> None:
    assert calendars.business_date(LATE_EVENING_UTC) == dt.date(2026, 7, 26)
    assert calendars.start_of(dt.date(2026, 7, 26)) == dt.datetime(2026, 7, 25, 16, tzinfo=dt.UTC)


def test_yesterday_is_seen_from_the_scheduled_start() -> None:
    assert calendars.resolve_date("yesterday", LATE_EVENING_UTC) == dt.date(2026, 7, 25)
    assert calendars.resolve_date("2026-07-01", LATE_EVENING_UTC) == dt.date(2026, 7, 1)


def test_a_word_that_is_no_date_is_refused_with_an_example() -> None:
    with pytest.raises(ConfigurationError, match="2026-07-25"):
        calendars.resolve_date("last tuesday", LATE_EVENING_UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="time zone"):
        calendars.business_date(dt.datetime(2026, 7, 25))  # noqa: DTZ001


def test_a_day_that_is_not_over_cannot_be_asked_about() -> None:
    calendars.require_past(Window.of_day(dt.date(2026, 7, 25)), LATE_EVENING_UTC)
    with pytest.raises(ConfigurationError, match="newest possible date is 2026-07-25"):
        calendars.require_past(Window.of_day(dt.date(2026, 7, 26)), LATE_EVENING_UTC)


def test_a_window_knows_its_days() -> None:
    window = Window(dt.date(2026, 2, 27), dt.date(2026, 3, 2))
    assert [d.day for d in window.days()] == [27, 28, 1]
    assert window.last == dt.date(2026, 3, 1)
    assert dt.date(2026, 3, 2) not in window


def test_a_window_cannot_end_before_it_starts() -> None:
    with pytest.raises(ConfigurationError):
        Window(dt.date(2026, 7, 2), dt.date(2026, 7, 1))


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 200), st.integers(1, 40))
def test_pieces_of_a_window_cover_it_once(start: dt.date, length: int, span: int) -> None:
    window = Window(start, start + dt.timedelta(days=length))
    pieces = list(window.split(span))
    assert [d for p in pieces for d in p.days()] == list(window.days())
    assert all(1 <= len(p) <= span for p in pieces)


def test_weeks_are_iso_weeks() -> None:
    week = Week.parse("2026-W53", LATE_EVENING_UTC)
    assert week.window.start == dt.date(2026, 12, 28)
    assert str(Week.parse("last", LATE_EVENING_UTC)) == "2026-W29"
    with pytest.raises(ConfigurationError):
        Week.parse("2025-W53", LATE_EVENING_UTC)


def test_months_end_where_the_calendar_ends_them() -> None:
    assert calendars.add_months(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)
    assert calendars.add_months(dt.date(2026, 9, 1), 18) == dt.date(2028, 3, 1)
