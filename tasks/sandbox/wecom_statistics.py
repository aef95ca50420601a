"""What staff did with customers, per day.

Source:
    https://developer.work.weixin.qq.com/document/path/96358, read 2026-11-22. Percent are 0-100, reply times minutes.
"""

from typing import Any

from tasks.sandbox.paging import lost
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.wecom_periods import closed_window, is_ready, stat_time

MOST_USERS = 100
BEHAVIOUR_DAYS = 30
WHOLE_CORP = 1
"""Id of the root department."""

_BEHAVIOUR = """
with chats as (
    select chat_date as day, count(*) as chats, sum(messages) as messages,
        count(*) filter (replied) as replied, avg(reply_minutes) as minutes
    from wecom_chat where list_contains($1, userid) and chat_date >= $2 and chat_date < $3 group by chat_date
),
applies as (
    select apply_date as day, sum(applies) as applies
    from wecom_apply where list_contains($1, userid) and apply_date >= $2 and apply_date < $3
    group by apply_date
),
won as (
    select $2::date + ((added_at - $4) // 86400)::integer as day, count(*) as won
    from wecom_contact where list_contains($1, userid) and added_at >= $4 and added_at < $5 group by 1
),
lost as (
    select $2::date + ((left_at - $4) // 86400)::integer as day, count(*) as lost
    from wecom_contact where list_contains($1, userid) and left_at >= $4 and left_at < $5 group by 1
)
select day, coalesce(chats, 0) as chats, coalesce(messages, 0)::bigint as messages, replied, minutes,
    coalesce(applies, 0)::bigint as applies, coalesce(won, 0) as won, coalesce(lost, 0) as lost
from chats full join applies using (day) full join won using (day) full join lost using (day)
"""


def get_user_behavior_data(call: Call) -> dict[str, Any]:
    """POST externalcontact/get_user_behavior_data: one row a day; several staff are added up."""
    users = call.body.get("userid") or []
    users = [users] if isinstance(users, str) else [str(user) for user in users]
    parties = call.body.get("partyid") or []
    if not users and not parties:
        raise ApiError(40063, "some parameters are empty: userid and partyid")
    if len(users) > MOST_USERS or len(parties) > MOST_USERS:
        raise ApiError(40058, f"at most {MOST_USERS} userids and partyids")
    window = closed_window(call, "start_time", "end_time", BEHAVIOUR_DAYS)
    staff = [row["userid"] for row in call.world.rows("select userid from wecom_staff")]
    if set(users) - set(staff):
        raise ApiError(40003, "invalid userid")
    meant = staff if WHOLE_CORP in parties else users
    rows = call.world.rows(
        _BEHAVIOUR, meant, window.start, window.end, stat_time(window.start), stat_time(window.end)
    )
    by_day = {row["day"]: row for row in rows}
    figures = []
    for day in window.days():
        row = by_day.get(day) if is_ready(call, day) and not call.zeros else None
        figures.append({"stat_time": stat_time(day)} | (_behaviour(row) if row else dict.fromkeys(_ZEROS, 0)))
    return {"errcode": 0, "errmsg": "ok", "behavior_data": lost(figures, short=call.short)}


_ZEROS = (
    "chat_cnt",
    "message_cnt",
    "reply_percentage",
    "avg_reply_time",
    "negative_feedback_cnt",
    "new_apply_cnt",
    "new_contact_cnt",
)


def _behaviour(row: dict[str, Any]) -> dict[str, Any]:
    figures = {"chat_cnt": row["chats"], "message_cnt": row["messages"]}
    if row["chats"]:  # without chats the platform leaves both out
        figures["reply_percentage"] = round(100 * row["replied"] / row["chats"], 2)
        figures["avg_reply_time"] = round(row["minutes"] or 0)
    counts = {
        "negative_feedback_cnt": row["lost"],
        "new_apply_cnt": row["applies"],
        "new_contact_cnt": row["won"],
    }
    return figures | counts


ROUTES: dict[str, Handler] = {
    "/cgi-bin/externalcontact/get_user_behavior_data": get_user_behavior_data,
}
