"""What a window of orders and aftersales holds is what happened in it, however long ago it ended."""

import datetime as dt
import json

import pytest

from tasks import calendars
from tasks.calendars import ONE_DAY, Window, start_of
from tasks.records import SourceKind
from tasks.sources.jobs import JOBS

YESTERDAY = dt.date(2026, 6, 12)
LONG_AGO = Window.ending(YESTERDAY, 20)
OF = {
    "shop.orders": ("land_shop_order", "order_id", "shop_order_at", "/channels/ec/order/list/get"),
    "shop.aftersales": (
        "land_shop_aftersale",
        "aftersale_id",
        "shop_aftersale_at",
        "/channels/ec/aftersale/getaftersalelist",
    ),
}
BOTH = pytest.mark.parametrize("name", sorted(OF))


def read(platform, keyed, name, window):
    fetch = platform.ask(SourceKind.shop, lambda client: JOBS[name].fetch(client, window, frozenset()))
    assert fetch.troubles == {}
    dataset, key, *_ = OF[name]
    rows = [row for raw in fetch.answers for row in JOBS[name].parse(raw, keyed).rows.get(dataset, [])]
    assert len({row[key] for row in rows}) == len(rows)
    return {row[key]: row for row in rows}


def happened(platform, name, where, window):
    """Ids in the world, as it stands now, of what the condition on two moments holds for."""
    _, key, table, _ = OF[name]
    first, end = (int(start_of(day).timestamp()) for day in (window.start, window.end))
    found = f"select {key} from {table}($1) where " + where.format(first=first, end=end)  # noqa: S608
    rows = platform.sandbox.world.rows(found, platform.sandbox.clock.epoch())
    return {row[key] for row in rows}


def seen(platform, name):
    """The bodies of the lists asked for."""
    told = [json.loads(raw.request) for raw in platform.kept]
    return [request["body"] for request in told if request["path"] == OF[name][3]]


@pytest.fixture
def this_evening(platform, monkeypatch):
    """The clocks of both sides show 20:00 of the day after YESTERDAY."""
    moment = calendars.moment_on(YESTERDAY + ONE_DAY, dt.time(20))
    platform.sandbox.clock.set(moment)
    monkeypatch.setattr(calendars, "now", lambda: moment)
    return moment


@BOTH
def test_a_window_that_ended_long_ago_holds_everything_created_in_it(platform, keyed, name):
    here = read(platform, keyed, name, LONG_AGO)

    created = {number for number, row in here.items() if row["business_date"] in LONG_AGO}
    assert created == happened(platform, name, "created_at >= {first} and created_at < {end}", LONG_AGO)
    moved_on = happened(
        platform, name, "created_at >= {first} and created_at < {end} and updated_at >= {end}", LONG_AGO
    )
    assert moved_on, "nothing changed after the window: the list by change alone would do"
    assert happened(platform, name, "updated_at >= {first} and updated_at < {end}", LONG_AGO) <= set(here)


def test_a_window_that_ended_long_ago_holds_every_order_paid_in_it(platform, keyed):
    here = read(platform, keyed, "shop.orders", LONG_AGO)

    paid = {
        number
        for number, row in here.items()
        if row["paid_at"] and calendars.business_date(row["paid_at"]) in LONG_AGO
    }
    assert paid == happened(platform, "shop.orders", "paid_at >= {first} and paid_at < {end}", LONG_AGO)


@BOTH
def test_the_days_before_hold_what_changed_again_today(platform, keyed, this_evening, name):
    days = Window.ending(YESTERDAY, 3)
    assert happened(platform, name, "created_at < {end} and updated_at >= {end}", days), (
        "nothing changed today"
    )

    here = read(platform, keyed, name, days)

    assert happened(platform, name, "updated_at >= {first}", days) <= set(here)
    assert happened(platform, name, "created_at >= {first} and created_at < {end}", days) <= set(here)


@BOTH
def test_the_day_before_is_asked_for_by_two_lists_that_end_now(platform, keyed, this_evening, name):
    read(platform, keyed, name, Window.of_day(YESTERDAY))

    asked = [body.get("update_time_range", body) for body in seen(platform, name)]
    assert len(asked) == 2
    ends = [body.get("end_time", body.get("end_update_time")) for body in asked]
    midnight = int(start_of(YESTERDAY + ONE_DAY).timestamp())
    assert ends == [midnight - 1, int(this_evening.timestamp())]
