"""Group chats: list, members, and the statistics of their owners.

Persons are counted once per owner and period, whichever of the owner's groups they are in.

Source:
    https://developer.work.weixin.qq.com/document/path/92120 (list), /92122 (one group), /96359 (statistics),
    read 2026-11-22.
"""

import hashlib
from typing import Any

from tasks.calendars import Window
from tasks.sandbox.paging import cursor, lost, place
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.wecom_periods import closed_window, is_ready, stat_time

MOST_OWNERS = 100
OWNERS_WITHOUT_FILTER = 1000
PAGE, MOST = 500, 1000
STATISTIC_DAYS = 30
ORDERS = {1: "new_chat_cnt", 2: "chat_total", 3: "new_member_cnt", 4: "member_total"}

_STATISTIC = """
with periods as (
    select unnest($2::bigint[]) as first, unnest($3::bigint[]) as last,
        unnest($4::date[]) as start_date, unnest($5::date[]) as end_date
),
owned as (select chat_id, owner, created_at from wecom_group where list_contains($1, owner)),
groups as (
    select first, {owner} as owner, count(*) as chat_total,
        count(*) filter (created_at >= first) as new_chat_cnt
    from owned join periods on created_at < last group by 1, 2
),
people as (
    select first, {owner} as owner, count(distinct person_id) filter (joined_at >= first) as new_member_cnt,
        count(distinct person_id) filter (left_at is null or left_at >= last) as member_total
    from wecom_group_member join owned using (chat_id)
        join periods on joined_at < last and (left_at is null or left_at >= first)
    group by 1, 2
),
talk as (
    select first, {owner} as owner, count(distinct chat_id) as chat_has_msg,
        count(distinct person_id) as member_has_msg, sum(messages)::bigint as msg_total
    from wecom_group_message join owned using (chat_id)
        join periods on message_date >= start_date and message_date < end_date
    group by 1, 2
)
select first, owner, new_chat_cnt, chat_total, coalesce(chat_has_msg, 0) as chat_has_msg,
    coalesce(new_member_cnt, 0) as new_member_cnt, coalesce(member_total, 0) as member_total,
    coalesce(member_has_msg, 0) as member_has_msg, coalesce(msg_total, 0) as msg_total,
    0 as migrate_trainee_chat_cnt
from groups left join people using (first, owner) left join talk using (first, owner)
order by first, owner
"""


def list_groups(call: Call) -> dict[str, Any]:
    """POST groupchat/list: ids, newest page end in an opaque cursor."""
    limit = call.body.get("limit")
    if not isinstance(limit, int) or not 1 <= limit <= MOST:
        raise ApiError(40058, f"limit is required, 1 to {MOST}")
    status = call.body.get("status_filter") or 0
    owners = _owners(call)
    try:
        after = place(str(call.body.get("cursor") or ""))
    except ValueError:
        raise ApiError(40058, "invalid cursor") from None
    rows = call.world.rows(
        "select chat_id from wecom_group where created_at <= $1 and list_contains($2, owner) "
        "and chat_id > $3 and $4 = 0 order by chat_id limit $5",
        call.epoch,
        owners,
        str(after[0]) if after else "",
        status,
        limit + 1,
    )
    page = [{"chat_id": row["chat_id"], "status": 0} for row in rows[:limit]]
    answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "group_chat_list": lost(page, short=call.short)}
    return answer | ({"next_cursor": cursor(page[-1]["chat_id"])} if len(rows) > limit else {})


def get_group(call: Call) -> dict[str, Any]:
    """POST groupchat/get: a group and who is in it now; leavers are not listed."""
    groups = call.world.rows(
        "select chat_id, name, owner, created_at from wecom_group where chat_id = $1 and created_at <= $2",
        str(call.body.get("chat_id", "")),
        call.epoch,
    )
    if not groups:
        raise ApiError(40050, "invalid chatid")
    group = groups[0]
    rows = call.world.rows(
        "select person_id, wecom_external(person_id) as userid, unionid, joined_at, join_scene "
        "from wecom_group_member join person using (person_id) "
        "where chat_id = $1 and joined_at <= $2 and (left_at is null or left_at > $2) "
        "order by joined_at, person_id",
        group["chat_id"],
        call.epoch,
    )
    named = call.body.get("need_name") == 1
    owner = {"userid": group["owner"], "type": 1, "join_time": group["created_at"], "join_scene": 1}
    members = [owner | {"group_nickname": "", **({"name": "群主"} if named else {})}]
    members += [_member(row, group["owner"], named=named) for row in lost(rows, short=call.short)]
    listed = ",".join(str(member["userid"]) for member in members)
    shown = {
        "chat_id": group["chat_id"],
        "name": group["name"],
        "owner": group["owner"],
        "create_time": group["created_at"],
        "notice": "文明交流，有问题请找群主",
        "member_list": members,
        "admin_list": [],
        "member_version": hashlib.md5(listed.encode(), usedforsecurity=False).hexdigest(),
    }
    return {"errcode": 0, "errmsg": "ok", "group_chat": shown}


def statistic(call: Call) -> dict[str, Any]:
    """POST groupchat/statistic: one item an owner for the whole period."""
    owners, window = _owners(call), _window(call)
    offset, limit = call.body.get("offset") or 0, call.body.get("limit") or PAGE
    if not isinstance(limit, int) or not 1 <= limit <= MOST or not isinstance(offset, int) or offset < 0:
        raise ApiError(40058, f"offset from 0, limit 1 to {MOST}")
    rows = _counted(call, owners, [window], "owner")
    items = [{"owner": row["owner"], "data": _data(row)} for row in rows]
    order = ORDERS.get(call.body.get("order_by") or 1, ORDERS[1])
    items.sort(key=lambda item: item["data"][order], reverse=not call.body.get("order_asc"))
    page = items[offset : offset + limit]
    answer = {"errcode": 0, "errmsg": "ok", "total": len(items), "next_offset": offset + len(page)}
    return answer | {"items": lost(page, short=call.short)}


def statistic_group_by_day(call: Call) -> dict[str, Any]:
    """POST groupchat/statistic_group_by_day: one item a day for all the owners together."""
    owners, window = _owners(call), _window(call)
    days = {day: stat_time(day) for day in window.days()}
    rows = _counted(call, owners, [Window.of_day(day) for day in days], "'all'")
    found = {row["first"]: _data(row) for row in rows}
    nothing = dict.fromkeys(_FIGURES, 0)
    items = [{"stat_time": moment, "data": found.get(moment, nothing)} for moment in days.values()]
    return {"errcode": 0, "errmsg": "ok", "items": lost(items, short=call.short)}


_FIGURES = (
    "new_chat_cnt",
    "chat_total",
    "chat_has_msg",
    "new_member_cnt",
    "member_total",
    "member_has_msg",
    "msg_total",
    "migrate_trainee_chat_cnt",
)


def _counted(call: Call, owners: list[str], periods: list[Window], owner: str) -> list[dict[str, Any]]:
    """Figures per period (``first``: its begin in unix seconds) and owner; zeros where they are not ready."""
    rows = call.world.rows(
        _STATISTIC.format(owner=owner),
        owners,
        [stat_time(period.start) for period in periods],
        [stat_time(period.end) for period in periods],
        [period.start for period in periods],
        [period.end for period in periods],
    )
    ready = {stat_time(period.start) for period in periods if is_ready(call, period.last) and not call.zeros}
    return [row if row["first"] in ready else row | dict.fromkeys(_FIGURES, 0) for row in rows]


def _data(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _FIGURES}


def _window(call: Call) -> Window:
    window = closed_window(call, "day_begin_time", "day_end_time", STATISTIC_DAYS)
    if window.last >= call.today:
        raise ApiError(40058, "invalid time range: until yesterday")
    return window


def _owners(call: Call) -> list[str]:
    asked = (call.body.get("owner_filter") or {}).get("userid_list") or []
    if len(asked) > MOST_OWNERS:
        raise ApiError(40058, f"owner_filter holds at most {MOST_OWNERS} userids")
    if asked:
        return [str(owner) for owner in asked]
    staff = [row["userid"] for row in call.world.rows("select userid from wecom_staff")]
    if len(staff) > OWNERS_WITHOUT_FILTER:
        raise ApiError(81017, "the range is too large without owner_filter")
    return staff


def _member(row: dict[str, Any], owner: str, *, named: bool) -> dict[str, Any]:
    member = {
        "userid": row["userid"],
        "type": 2,
        "join_time": row["joined_at"],
        "join_scene": row["join_scene"],
        "group_nickname": "",
    }
    if row["unionid"]:
        member["unionid"] = row["unionid"]
    if row["join_scene"] == 1:
        member["invitor"] = {"userid": owner}
    if named:
        member["name"] = f"微信用户{row['person_id']:06d}"
    return member


ROUTES: dict[str, Handler] = {
    "/cgi-bin/externalcontact/groupchat/list": list_groups,
    "/cgi-bin/externalcontact/groupchat/get": get_group,
    "/cgi-bin/externalcontact/groupchat/statistic": statistic,
    "/cgi-bin/externalcontact/groupchat/statistic_group_by_day": statistic_group_by_day,
}
