"""The service desk (微信客服): its accounts, who serves them, and their figures per day.

Source:
    https://developer.work.weixin.qq.com/document/path/94661 (accounts), /94645 (servicers), /95492 and /95490
    (statistics), read 2026-11-22. Rates are fractions, reply times seconds. ``statistic`` is missing both when
    nothing happened and when it is not computed yet; a rate that nothing stands behind is left out.
"""

from collections.abc import Callable
from typing import Any

from tasks.sandbox.paging import lost
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.wecom_periods import closed_window, is_ready, stat_time

DESK_DAYS = 31
MOST = 100

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


def list_accounts(call: Call) -> dict[str, Any]:
    """POST kf/account/list: a page of fewer than ``limit`` is the last."""
    offset, limit = call.body.get("offset") or 0, call.body.get("limit") or MOST
    if not isinstance(limit, int) or not 1 <= limit <= MOST or not isinstance(offset, int) or offset < 0:
        raise ApiError(40058, f"offset from 0, limit 1 to {MOST}")
    listed = [
        {"open_kfid": desk, "name": "品牌客服", "avatar": "", "manage_privilege": True}
        for desk in _desks(call)
    ]
    page = lost(listed[offset : offset + limit], short=call.short)
    return {"errcode": 0, "errmsg": "ok", "account_list": page}


def list_servicers(call: Call) -> dict[str, Any]:
    """GET kf/servicer/list: everybody serves at every desk."""
    _known(call, call.query.get("open_kfid", ""))
    staff = call.world.rows("select userid, 0 as status from wecom_staff order by userid")
    return {"errcode": 0, "errmsg": "ok", "servicer_list": lost(staff, short=call.short)}


def get_corp_statistic(call: Call) -> dict[str, Any]:
    """POST kf/get_corp_statistic: one desk, or all together."""
    return _statistic(call, "", _corp)


def get_servicer_statistic(call: Call) -> dict[str, Any]:
    """POST kf/get_servicer_statistic: one servicer, or all together."""
    return _statistic(call, str(call.body.get("servicer_userid") or ""), _servicer)


def _statistic(call: Call, servicer: str, told: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    window = closed_window(call, "start_time", "end_time", DESK_DAYS)
    if window.last >= call.today:
        raise ApiError(40058, "invalid time range: until yesterday")
    desk = str(call.body.get("open_kfid") or "")
    if desk:
        _known(call, desk)
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
    figures = {
        "session_cnt": sessions,
        "customer_cnt": row["customers"],
        "customer_msg_cnt": row["messages"],
        "reply_rate": round(row["replied"] / sessions, 4),
    }
    if row["replied"]:
        figures["first_reply_average_sec"] = round(row["seconds"])
    figures |= {
        "satisfaction_investgate_cnt": sessions,  # the platform's own spelling
        "satisfaction_participation_rate": round(rated / sessions, 4),
    }
    if rated:
        figures |= {
            "satisfied_rate": round(row["content"] / rated, 4),
            "middling_rate": round(row["middling"] / rated, 4),
            "dissatisfied_rate": round(row["discontent"] / rated, 4),
        }
    return figures | {
        "upgrade_service_customer_cnt": 0,
        "upgrade_service_member_invite_cnt": 0,
        "upgrade_service_member_customer_cnt": 0,
        "upgrade_service_groupchat_invite_cnt": 0,
        "upgrade_service_groupchat_customer_cnt": 0,
        "msg_rejected_customer_cnt": 0,
    }


def _desks(call: Call) -> list[str]:
    rows = call.world.rows("select distinct open_kfid from kf_session order by open_kfid")
    return [row["open_kfid"] for row in rows]


def _known(call: Call, desk: str) -> None:
    if desk not in _desks(call):
        raise ApiError(95000, "invalid open_kfid")


ROUTES: dict[str, Handler] = {
    "/cgi-bin/kf/account/list": list_accounts,
    "/cgi-bin/kf/get_corp_statistic": get_corp_statistic,
    "/cgi-bin/kf/get_servicer_statistic": get_servicer_statistic,
}
SERVICERS = "/cgi-bin/kf/servicer/list"
"""Asked with GET, unlike the others: ``list_servicers``."""
