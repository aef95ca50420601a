"""WeCom routes: staff, customers and their tags; groups and statistics are in the files beside.

Source:
    https://developer.work.weixin.qq.com/document/path/92114 (customers), /92994 (batch), /92117 (tags),
    read 2026-11-22.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from tasks.records import SourceKind
from tasks.sandbox import wecom_desk, wecom_groups, wecom_statistics
from tasks.sandbox.paging import cursor, lost, place
from tasks.sandbox.routing import ApiError, Call, Handler, Route, routes

if TYPE_CHECKING:
    from tasks.sandbox.world import World

TAG_GROUPS: dict[str, tuple[str, ...]] = {
    "生命周期": ("新客", "活跃", "沉睡", "流失"),
    "价值": ("高价值", "潜力", "一般"),
    "兴趣": ("护肤", "母婴", "家居", "美食"),
}
TAG_MADE_AT = 1_700_000_000
MARKED: tuple[tuple[int, ...], ...] = ((10, 26, 16, 6), (14, 22, 20), (18, 11, 9, 7))
"""Of 100 customers, how many have each tag of TAG_GROUPS; the rest have none of the group."""
STRIDES = (37, 53, 71)
"""Spread the tags of each group over the persons in another order."""
MOST_USERS = 100
PAGE, MOST = 50, 100
CONTACT_PAGE = 1000
TAGS_PER_CUSTOMER = 3000

_MARK = """
insert into wecom_mark select distinct userid, external_userid, $4 from wecom_contact
where person_id * $1::bigint % 100 >= $2 and person_id * $1::bigint % 100 < $3
"""
_OWN = """
select c.*, p.unionid from wecom_contact c join person p using (person_id)
where c.added_at <= $now and (c.left_at is null or c.left_at > $now)
"""


def prepare(world: "World") -> None:
    """Customers' tags as the staff have put them, at most one of each group; callers' older ones are forgotten."""
    world.rows("create or replace table wecom_mark (userid text, external_userid text, tag_id text)")
    for group, shares in enumerate(MARKED):
        for number, (low, high) in enumerate(pairwise(accumulate(shares, initial=0)), start=1):
            world.rows(_MARK, STRIDES[group], low, high, tag_id(group, number))


def tag_id(group: int, number: int) -> str:
    """Id of a corp tag; ``number`` counts from 1, 0 is the group itself."""
    return f"etQx1AEAAA{group + 1:02d}{number:04d}Vb7kPzTn"


TAGS = {
    tag_id(group, number): (title, name)
    for group, (title, names) in enumerate(TAG_GROUPS.items())
    for number, name in enumerate(names, start=1)
}
"""Tag id → group name, tag name."""


def get_follow_user_list(call: Call) -> dict[str, Any]:
    """Staff who may have customers."""
    staff = [row["userid"] for row in call.world.rows("select userid from wecom_staff order by userid")]
    return {"errcode": 0, "errmsg": "ok", "follow_user": lost(staff, short=call.short)}


def simplelist(call: Call) -> dict[str, Any]:
    """GET user/simplelist: staff of the one department."""
    staff = call.world.rows("select userid, name, [1] as department from wecom_staff order by userid")
    return {"errcode": 0, "errmsg": "ok", "userlist": lost(staff, short=call.short)}


def list_id(call: Call) -> dict[str, Any]:
    """POST user/list_id: staff ids, paged."""
    limit, after = _limit(call, 10_000, 10_000), _place(call)
    staff = call.world.rows(
        "select userid, 1 as department from wecom_staff where userid > $1 order by userid limit $2",
        str(after[0]) if after else "",
        limit + 1,
    )
    page = staff[:limit]
    answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "dept_user": lost(page, short=call.short)}
    return answer | ({"next_cursor": cursor(page[-1]["userid"])} if len(staff) > limit else {})


def list_customers(call: Call) -> dict[str, Any]:
    """GET externalcontact/list: 84061 and an empty list when the member has none."""
    found = call.world.rows(
        "select external_userid from wecom_contact where userid = $2 and added_at <= $1 "
        "and (left_at is null or left_at > $1) order by added_at, external_userid",
        call.epoch,
        call.query.get("userid", ""),
    )
    if not found:
        return {"errcode": 84061, "errmsg": "not external contact", "external_userid": []}
    ids = [row["external_userid"] for row in found]
    return {"errcode": 0, "errmsg": "ok", "external_userid": lost(ids, short=call.short)}


def get(call: Call) -> dict[str, Any]:
    """GET externalcontact/get: one customer and every member who follows them."""
    customer = call.query.get("external_userid", "")
    rows = call.world.rows(f"{_named(_OWN)} and external_userid = $2 order by added_at", call.epoch, customer)
    if not rows:
        return {"errcode": 84061, "errmsg": "not external contact", "follow_user": []}
    marks = _marks(call, [customer])
    follows = []
    for row in rows:
        tags = [
            {"group_name": TAGS[mark][0], "tag_name": TAGS[mark][1], "tag_id": mark, "type": 1}
            for mark in marks.get((row["userid"], customer), [])
        ]
        follows.append(_follow(row) | {"tags": tags})
    return {"errcode": 0, "errmsg": "ok", "external_contact": _contact(rows[0]), "follow_user": follows}


def batch_get_by_user(call: Call) -> dict[str, Any]:
    """POST externalcontact/batch/get_by_user: customers of up to 100 staff; a customer of two comes twice."""
    users = call.body.get("userid_list")
    if not isinstance(users, list) or not users or len(users) > MOST_USERS:
        raise ApiError(40058, f"userid_list must hold 1 to {MOST_USERS} userids")
    known = {row["userid"] for row in call.world.rows("select userid from wecom_staff")}
    if not known.intersection(users):
        raise ApiError(60111, "userid not found")
    limit, after = _limit(call, PAGE, MOST), _place(call)
    userid, customer = (str(after[0]), str(after[1])) if after else ("", "")
    rows = call.world.rows(
        f"{_named(_OWN)} and list_contains($2, userid) and (userid, external_userid) > ($3, $4) "
        "order by userid, external_userid limit $5",
        call.epoch,
        [str(user) for user in users],
        userid,
        customer,
        limit + 1,
    )
    page = rows[:limit]
    end = cursor(page[-1]["userid"], page[-1]["external_userid"]) if len(rows) > limit else ""
    shown = lost(page, short=call.short)
    marks = _marks(call, [row["external_userid"] for row in shown])
    customers = [
        {
            "external_contact": _contact(row),
            "follow_info": _follow(row) | {"tag_id": marks.get((row["userid"], row["external_userid"]), [])},
        }
        for row in shown
    ]
    return {"errcode": 0, "errmsg": "ok", "external_contact_list": customers, "next_cursor": end}


def contact_list(call: Call) -> dict[str, Any]:
    """POST externalcontact/contact_list: everybody served, customers only here."""
    limit, after = _limit(call, CONTACT_PAGE, CONTACT_PAGE), _place(call)
    userid, customer = (str(after[0]), str(after[1])) if after else ("", "")
    rows = call.world.rows(
        f"{_named(_OWN)} and (userid, external_userid) > ($2, $3) order by userid, external_userid limit $4",
        call.epoch,
        userid,
        customer,
        limit + 1,
    )
    page = rows[:limit]
    answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
    answer["info_list"] = [
        {
            "is_customer": True,
            "tmp_openid": f"tmp{row['external_userid'][2:]}",
            "external_userid": row["external_userid"],
            "follow_userid": row["userid"],
            "add_time": row["added_at"],
        }
        for row in lost(page, short=call.short)
    ]
    end = cursor(page[-1]["userid"], page[-1]["external_userid"]) if len(rows) > limit else ""
    return answer | {"next_cursor": end}


def get_corp_tag_list(call: Call) -> dict[str, Any]:
    """POST externalcontact/get_corp_tag_list: all, some groups, or some tags."""
    tags, groups = call.body.get("tag_id") or [], call.body.get("group_id") or []
    listed = []
    for number, (title, names) in enumerate(TAG_GROUPS.items()):
        if groups and tag_id(number, 0) not in groups:
            continue
        inside = [
            {
                "id": tag_id(number, order),
                "name": name,
                "create_time": TAG_MADE_AT,
                "order": order,
                "deleted": False,
            }
            for order, name in enumerate(names, start=1)
            if groups or not tags or tag_id(number, order) in tags
        ]
        if inside:
            group = {"group_id": tag_id(number, 0), "group_name": title, "create_time": TAG_MADE_AT}
            listed.append(group | {"order": number + 1, "deleted": False, "tag": inside})
    return {"errcode": 0, "errmsg": "ok", "tag_group": listed}


def mark_tag(call: Call) -> dict[str, Any]:
    """POST externalcontact/mark_tag: put corp tags on a member's customer, or take them off."""
    userid, customer = str(call.body.get("userid", "")), str(call.body.get("external_userid", ""))
    add, remove = call.body.get("add_tag") or [], call.body.get("remove_tag") or []
    if not add and not remove:
        raise ApiError(40063, "add_tag and remove_tag are empty")
    rows = call.world.rows(
        f"{_named(_OWN)} and userid = $2 and external_userid = $3", call.epoch, userid, customer
    )
    if not rows:
        raise ApiError(84061, "not external contact")
    if not TAGS.keys() >= {*add, *remove} or len(add) > TAGS_PER_CUSTOMER:
        raise ApiError(40068, "invalid tagid")
    call.world.rows(
        "delete from wecom_mark where userid = $1 and external_userid = $2 and list_contains($3, tag_id)",
        userid,
        customer,
        [*add, *remove],
    )
    for mark in dict.fromkeys(add):
        call.world.rows("insert into wecom_mark values ($1, $2, $3)", userid, customer, mark)
    return {"errcode": 0, "errmsg": "ok"}


def _named(sql: str) -> str:
    return sql.replace("$now", "$1")


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    person = row["person_id"]
    contact = {
        "external_userid": row["external_userid"],
        "name": f"微信用户{person:06d}",
        "avatar": f"http://wx.qlogo.cn/mmhead/sandbox/{person}/0",
        "type": 1,
        "gender": person % 3,
    }
    return contact | ({"unionid": row["unionid"]} if row["unionid"] else {})


def _follow(row: dict[str, Any]) -> dict[str, Any]:
    follow = {
        "userid": row["userid"],
        "remark": "",
        "description": "",
        "createtime": row["added_at"],
        "remark_mobiles": [],
        "oper_userid": row["external_userid"],
        "add_way": row["add_way"],
    }
    if row["state"]:
        follow["state"] = row["state"]
    if row["add_way"] == 10:
        follow["wechat_channels"] = {"nickname": "品牌视频号", "source": 1}
    return follow


def _marks(call: Call, customers: list[str]) -> dict[tuple[str, str], list[str]]:
    rows = call.world.rows(
        "select userid, external_userid, list(tag_id order by tag_id) as tags from wecom_mark "
        "where list_contains($1, external_userid) group by all",
        customers,
    )
    return {(row["userid"], row["external_userid"]): row["tags"] for row in rows}


def _limit(call: Call, usual: int, most: int) -> int:
    limit = call.body.get("limit") or usual
    if not isinstance(limit, int) or not 1 <= limit <= most:
        raise ApiError(40058, f"limit must be 1 to {most}")
    return limit


def _place(call: Call) -> list[Any]:
    try:
        return place(str(call.body.get("cursor") or ""))
    except ValueError:
        raise ApiError(40058, "invalid cursor") from None


ROUTES: dict[str, Handler] = {
    "/cgi-bin/externalcontact/get_follow_user_list": get_follow_user_list,
    "/cgi-bin/externalcontact/list": list_customers,
    "/cgi-bin/externalcontact/get": get,
    "/cgi-bin/externalcontact/batch/get_by_user": batch_get_by_user,
    "/cgi-bin/externalcontact/contact_list": contact_list,
    "/cgi-bin/externalcontact/get_corp_tag_list": get_corp_tag_list,
    "/cgi-bin/externalcontact/mark_tag": mark_tag,
    "/cgi-bin/user/list_id": list_id,
    **wecom_desk.ROUTES,
    **wecom_groups.ROUTES,
    **wecom_statistics.ROUTES,
}


def wecom_routes() -> Iterator[Route]:
    """Every WeCom route."""
    yield from routes(SourceKind.wecom, ROUTES)
    yield Route("/cgi-bin/user/simplelist", ("GET",), simplelist, SourceKind.wecom)
    yield Route(wecom_desk.SERVICERS, ("GET",), wecom_desk.list_servicers, SourceKind.wecom)
