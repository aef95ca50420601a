"""What followers write to the simulated Official Account, and how its own server takes the callbacks.

Everything comes from ``oa_message``, a row per person, day and kind of message; the callbacks of a day are its
messages, the follows and unfollows, and taps on the menu.

Source:
    https://developers.weixin.qq.com/doc/service/api/wedata/message and …/wedata/interface, read 2026-11-22. For weeks
    and months the newer pages ask for the first day twice; the older ones, which allow 30 days, are not followed.
"""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tasks.calendars import ONE_DAY
from tasks.sandbox.figures import asked_days, dice, late_days, told
from tasks.sandbox.routing import ApiError, Call, Handler

DASHED = "%Y-%m-%d"
INTERVALS = "case when n = 0 then 0 when n <= 5 then 1 when n <= 10 then 2 else 3 end"
BY_KIND = """
select {hour} as hour, msg_type, count(distinct person_id)::bigint as users, sum(messages)::bigint as messages
from oa_message where message_date between ? and ? group by all order by all
"""
BY_INTERVAL = f"""
with persons as (
    select person_id, sum(messages) as n from oa_message where message_date between ? and ? group by person_id)
select {INTERVALS} as count_interval, count(*)::bigint as users from persons group by all order by all
"""
MENU_TAPS = 0.12
"""Taps on the menu a follower and day."""
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 9, 10, 12, 10, 8, 8, 8, 9, 11, 13, 14, 12, 7, 3)
"""How the day's callbacks spread over its hours."""
GIVEN_UP_AFTER = 5_000
"""Milliseconds after which the platform hangs up on our server; such a callback is a failure."""


def messages(call: Call) -> dict[str, Any]:
    """Who wrote how much a day and kind, 7 days at most; days on which nobody wrote have no row."""
    return _daily(call, 7, "oa_message_day", ("msg_type", "msg_user", "msg_count"))


def message_dist(call: Call) -> dict[str, Any]:
    """How many wrote 1-5, 6-10 and more times a day, 15 days at most."""
    return _daily(call, 15, "oa_message_dist_day", ("count_interval", "msg_user"))


def _daily(call: Call, most: int, table: str, names: tuple[str, ...]) -> dict[str, Any]:
    days = asked_days(call, DASHED, most)
    late, known = late_days(call, days), call.world.by(table, "business_date")
    rows = [
        {"ref_date": day.isoformat(), **{name: row[name] for name in names}}
        for day in days
        if day not in late
        for row in known.get(day, [])
    ]
    return told(call, {"list": rows})


def messages_by_hour(call: Call) -> dict[str, Any]:
    """The same by hour, one day; ``ref_hour`` 900 is from 09:00 to 10:00."""
    days = asked_days(call, DASHED, 1)
    if late_days(call, days):
        return {"list": []}
    rows = call.world.rows(BY_KIND.format(hour="hour"), days[0], days[0])
    answer = [{"ref_date": str(days[0]), "ref_hour": row["hour"] * 100, **_kind(row)} for row in rows]
    return told(call, {"list": answer})


def _kind(row: dict[str, Any]) -> dict[str, Any]:
    return {"msg_type": row["msg_type"], "msg_user": row["users"], "msg_count": row["messages"]}


def _week(first: dt.date) -> dt.date | None:
    return first + 6 * ONE_DAY if first.weekday() == 0 else None


def _month(first: dt.date) -> dt.date | None:
    length = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=length) if first.day == 1 else None


def _over(call: Call, last_of: Callable[[dt.date], dt.date | None]) -> tuple[dt.date, dt.date, bool]:
    """First and last day of the period asked for by its first day, and whether its figures are there."""
    (first,) = asked_days(call, DASHED, 1)
    last = last_of(first)
    if last is None or last >= call.today:
        raise ApiError(61501, "date range error")
    return first, last, not late_days(call, [last])


def _kinds_of(last_of: Callable[[dt.date], dt.date | None]) -> Handler:
    def answer(call: Call) -> dict[str, Any]:
        first, last, ready = _over(call, last_of)
        rows = call.world.rows(BY_KIND.format(hour="0"), first, last) if ready else []
        return told(call, {"list": [{"ref_date": str(first), **_kind(row)} for row in rows]})

    return answer


def _intervals_of(last_of: Callable[[dt.date], dt.date | None]) -> Handler:
    def answer(call: Call) -> dict[str, Any]:
        first, last, ready = _over(call, last_of)
        rows = call.world.rows(BY_INTERVAL, first, last) if ready else []
        listed = [
            {"ref_date": str(first), "count_interval": row["count_interval"], "msg_user": row["users"]}
            for row in rows
        ]
        return told(call, {"list": listed})

    return answer


def interface(call: Call) -> dict[str, Any]:
    """Callbacks to the account's own server a day, 30 days at most; times in ms."""
    days = asked_days(call, DASHED, 30)
    late, answer = late_days(call, days), []
    for day in days:
        hours = [] if day in late else _hours(call, day)
        if hours:
            total = {name: sum(hour[name] for hour in hours) for name in hours[0] if name != "ref_hour"}
            slowest = max(hour["max_time_cost"] for hour in hours)
            answer.append({"ref_date": day.isoformat(), **total, "max_time_cost": slowest})
    return told(call, {"list": answer})


def interface_by_hour(call: Call) -> dict[str, Any]:
    """The same by hour, one day."""
    (day,) = asked_days(call, DASHED, 1)
    hours = [] if late_days(call, [day]) else _hours(call, day)
    return told(call, {"list": [{"ref_date": day.isoformat(), **hour} for hour in hours]})


def _hours(call: Call, day: dt.date) -> list[dict[str, int]]:
    """What the account's server had to take in each hour of a day; hours without a callback are left out."""
    world, chance = call.world, dice("callbacks", day)
    written: defaultdict[int, int] = defaultdict(int)
    for row in world.by("oa_message_hour", "business_date").get(day, []):
        written[row["hour"]] += row["messages"]
    moves = sum(
        row["new_user"] + row["cancel_user"] for row in world.by("oa_user_day", "business_date").get(day, [])
    )
    followers = sum(row["followers"] for row in world.by("oa_cumulate_day", "business_date").get(day, []))
    others = moves + MENU_TAPS * int(followers)
    found = []
    for hour, weight in enumerate(HOURS):
        callbacks = written[hour] + int(others * weight / sum(HOURS) + chance.random())
        slow, lost = chance.uniform(120, 260), chance.random() < min(0.002 * callbacks, 0.5)
        if callbacks:
            found.append(
                {
                    "ref_hour": hour * 100,
                    "callback_count": callbacks,
                    "fail_count": int(lost),
                    "total_time_cost": int(callbacks * slow) + lost * GIVEN_UP_AFTER,
                    "max_time_cost": GIVEN_UP_AFTER + 44 if lost else int(slow * chance.uniform(1, 5)),
                }
            )
    return found


ROUTES: dict[str, Handler] = {
    "/datacube/getupstreammsg": messages,
    "/datacube/getupstreammsghour": messages_by_hour,
    "/datacube/getupstreammsgweek": _kinds_of(_week),
    "/datacube/getupstreammsgmonth": _kinds_of(_month),
    "/datacube/getupstreammsgdist": message_dist,
    "/datacube/getupstreammsgdistweek": _intervals_of(_week),
    "/datacube/getupstreammsgdistmonth": _intervals_of(_month),
    "/datacube/getinterfacesummary": interface,
    "/datacube/getinterfacesummaryhour": interface_by_hour,
}
