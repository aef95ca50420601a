"""The statistics are kept for 180 days: a backfill over the border reads every day that there is, and no other."""

import datetime as dt

import pytest

from tasks.calendars import ONE_DAY, Window, business_date
from tasks.records import SourceKind
from tasks.sources.due import runs, wanted
from tasks.sources.jobs import JOBS

KEPT = ["wecom.behaviour", "wecom.group_day", "wecom.group_week", "wecom.kf_corp", "wecom.kf_servicer"]


def troubles(platform, name, windows):
    async def ask(client):
        fetches = [await JOBS[name].fetch(client, window, frozenset()) for window in windows]
        return {day: error.code for fetch in fetches for day, error in fetch.troubles.items()}

    return platform.ask(SourceKind.wecom, ask)


@pytest.mark.parametrize("name", KEPT)
def test_two_hundred_days_are_asked_for_without_a_refusal_and_the_day_before_them_is_refused(platform, name):
    endpoint, now = platform.registry[name], platform.now()
    yesterday = business_date(now) - ONE_DAY
    days = wanted(endpoint, Window.ending(yesterday, 200), {}, now=now)
    assert len(days) == endpoint.history_days
    # The border and the two pieces beside it: the pieces between them are asked for like these.
    pieces = runs(days, longest=31)
    assert troubles(platform, name, [pieces[0], pieces[1], pieces[-1]]) == {}
    gone = days[0] - ONE_DAY
    assert troubles(platform, name, [Window.of_day(gone)]) == {gone: "40058"}


def test_a_piece_over_the_border_would_have_lost_its_readable_days(platform):
    first = business_date(platform.now()) - dt.timedelta(days=180)
    straddling = Window(first - ONE_DAY, first + dt.timedelta(days=5))
    assert set(troubles(platform, "wecom.group_day", [straddling])) == set(straddling.days())
