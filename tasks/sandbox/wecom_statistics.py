"""What staff and the service desk did with customers, per day.

Source:
    https://developer.work.weixin.qq.com/document/path/96358 (behaviour) and /95492 (service desk), read
    2026-11-22. Percent are 0-100 in behaviour and fractions at the service desk; reply times are minutes.
"""

from typing import Any

from tasks.sandbox.paging import lost
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.wecom_periods import closed_window, is_ready, stat_time

MOST_USERS = 100
BEHAVIOUR_DAYS, DESK_DAYS = 30, 31
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

_DESK = """
select session_date as day, count(*) as sessions, count(distinct person_id) as customers,
    sum(messages)::bigint as messages, count(first_reply_seconds) as replied,
    avg(first_reply_seconds) as seconds, count(satisfied) as rated,
    count(*) filter (satisfied = 1) as content, count(*) filter (satisfied = 2) as middling,
    count(*) filter (satisfied = 3) as discontent
from kf_session
where session_date >= $1 and session_date < $2 and ($3 = '' or open_kfid = $3)
    and ($4 = '' or servicer_userid = $4)
group by session_date
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


def get_corp_statistic(call: Call) -> dict[str, Any]:
    """POST kf/get_corp_statistic: the service desk as a whole."""
    return _desk(call, "", _corp)


def get_servicer_statistic(call: Call) -> dict[str, Any]:
    """POST kf/get_servicer_statistic: one servicer, or all together."""
    return _desk(call, str(call.body.get("servicer_userid") or ""), _servicer)


def _desk(call: Call, servicer: str, told: Any) -> dict[str, Any]:
    window = closed_window(call, "start_time", "end_time", DESK_DAYS)
    desk = str(call.body.get("open_kfid") or "")
    by_day = {row["day"]: row for row in call.world.rows(_DESK, window.start, window.end, desk, servicer)}
    listed: list[dict[str, Any]] = []
    for day in window.days():
        row = by_day.get(day) if is_ready(call, day) else None
        figures = told(row) if row else None
        if figures and call.zeros:
            figures = dict.fromkeys(figures, 0)
        listed.append({"stat_time": stat_time(day)} | ({"statistic": figures} if figures else {}))
    return {"errcode": 0, "errmsg": "ok", "statistic_list": lost(listed, short=call.short)}


def _corp(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "session_cnt": row["sessions"],
        "customer_cnt": row["customers"],
        "customer_msg_cnt": row["messages"],
        "upgrade_service_customer_cnt": 0,
        "ai_session_reply_cnt": 0,
        "ai_transfer_rate": 0,
        "ai_knowledge_hit_rate": 0,
        "msg_rejected_customer_cnt": 0,
    }


def _servicer(row: dict[str, Any]) -> dict[str, Any]:
    sessions, rated = row["sessions"], row["rated"]
    return {
        "session_cnt": sessions,
        "customer_cnt": row["customers"],
        "customer_msg_cnt": row["messages"],
        "reply_rate": round(row["replied"] / sessions, 4),
        "first_reply_average_sec": round(row["seconds"] or 0),
        "satisfaction_investgate_cnt": sessions,
        "satisfaction_participation_rate": round(rated / sessions, 4),
        "satisfied_rate": round(row["content"] / rated, 4) if rated else 0,
        "middling_rate": round(row["middling"] / rated, 4) if rated else 0,
        "dissatisfied_rate": round(row["discontent"] / rated, 4) if rated else 0,
        "upgrade_service_customer_cnt": 0,
        "upgrade_service_member_invite_cnt": 0,
        "upgrade_service_member_customer_cnt": 0,
        "upgrade_service_groupchat_invite_cnt": 0,
        "upgrade_service_groupchat_customer_cnt": 0,
        "msg_rejected_customer_cnt": 0,
    }


ROUTES: dict[str, Handler] = {
    "/cgi-bin/externalcontact/get_user_behavior_data": get_user_behavior_data,
    "/cgi-bin/kf/get_corp_statistic": get_corp_statistic,
    "/cgi-bin/kf/get_servicer_statistic": get_servicer_statistic,
}
