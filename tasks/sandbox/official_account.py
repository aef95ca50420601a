"""The simulated Official Account: follower figures, the follower list, tags; other modules add the rest.

Source:
    https://developers.weixin.qq.com/doc/service/api/wedata and …/api/usermanage, read 2026-11-22.
"""

from bisect import bisect_right
from typing import Any

from tasks.sandbox import oa_messages, oa_publications
from tasks.sandbox.figures import asked_days, dice, late_days, told
from tasks.sandbox.followers import Followers
from tasks.sandbox.paging import lost
from tasks.sandbox.routing import ApiError, Call, Handler

DASHED = "%Y-%m-%d"
PAGE = 10_000


def user_summary(call: Call) -> dict[str, Any]:
    """Followers won and lost a day and channel, 7 days at most."""
    days = asked_days(call, DASHED, 7)
    late = late_days(call, days)
    known = call.world.by("oa_user_day", "business_date")
    answer = []
    for day in days:
        rows = [] if day in late else known.get(day, [])
        # Now and then the platform adds a row of zeros for the channel "others".
        if rows and rows[0]["user_source"] != 0 and dice("zero row", day).random() < 0.25:
            rows = [{"user_source": 0, "new_user": 0, "cancel_user": 0}, *rows]
        answer += [
            {
                "ref_date": day.isoformat(),
                **{name: row[name] for name in ("user_source", "new_user", "cancel_user")},
            }
            for row in rows
        ]
    return told(call, {"list": answer})


def user_cumulate(call: Call) -> dict[str, Any]:
    """Followers at the end of each day, 7 days at most."""
    days = asked_days(call, DASHED, 7)
    late = late_days(call, days)
    known = call.world.by("oa_cumulate_day", "business_date")
    answer = [
        {"ref_date": day.isoformat(), "cumulate_user": int(row["followers"])}
        for day in days
        if day not in late
        for row in known.get(day, [])
    ]
    return told(call, {"list": answer})


def _book(call: Call) -> Followers:
    return call.world.once("followers", Followers)


def _page(call: Call, openids: list[str], after: str) -> dict[str, Any]:
    """One page of a list of openids. The last one names its last openid too; the page after it is empty."""
    page = openids[bisect_right(openids, after) :][:PAGE]
    if call.short:
        page = lost(page, short=call.short)
        return {"count": len(page), "data": {"openid": page}, "next_openid": ""}
    if not page:
        return {"count": 0, "next_openid": ""}
    return {"count": len(page), "data": {"openid": page}, "next_openid": page[-1]}


def user_get(call: Call) -> dict[str, Any]:
    """The openids of everybody who follows at this moment, 10,000 a page."""
    after, book = call.query.get("next_openid", ""), _book(call)
    if after and book.row(after) is None:
        raise ApiError(40003, "invalid openid")
    following = book.following(call.epoch)
    return {"total": len(following), **_page(call, following, after)}


def user_info(call: Call) -> dict[str, Any]:
    """One follower; somebody who left has only ``subscribe`` 0."""
    return _detail(call, call.query.get("openid", ""))


def user_info_batch(call: Call) -> dict[str, Any]:
    """Up to 100 followers."""
    asked = call.body.get("user_list")
    if not isinstance(asked, list) or not 1 <= len(asked) <= 100:
        raise ApiError(40032, "invalid openid list size")
    return {"user_info_list": [_detail(call, str(entry.get("openid", ""))) for entry in asked]}


def _detail(call: Call, openid: str) -> dict[str, Any]:
    follower = _book(call).details(openid, call.epoch)
    if follower is None:
        raise ApiError(40003, "invalid openid")
    if not follower["subscribe_time"]:
        return {"subscribe": 0, "openid": openid}
    scanned, chance = follower["subscribe_scene"] == "ADD_SCENE_QR_CODE", dice("qr", openid)
    return {
        "subscribe": 1,
        "openid": openid,
        "language": "zh_CN",
        "subscribe_time": follower["subscribe_time"],
        **({"unionid": follower["unionid"]} if follower["unionid"] else {}),
        "remark": "",
        "groupid": 0,
        "tagid_list": follower["tagid_list"],
        "subscribe_scene": follower["subscribe_scene"],
        "qr_scene": 1000 + chance.randrange(20) if scanned else 0,
        "qr_scene_str": chance.choice(["", "store", "package"]) if scanned else "",
    }


def tags(call: Call) -> dict[str, Any]:
    """All tags with how many followers carry them."""
    book = _book(call)
    return {
        "tags": [
            {"id": tag_id, "name": name, "count": len(book.tagged(call.epoch, tag_id))}
            for tag_id, name in book.tags.items()
        ]
    }


def tag_members(call: Call) -> dict[str, Any]:
    """The followers who carry one tag."""
    tag, book = call.body.get("tagid"), _book(call)
    if not isinstance(tag, int) or tag not in book.tags:
        raise ApiError(45159, "invalid tag id")
    return _page(call, book.tagged(call.epoch, tag), str(call.body.get("next_openid") or ""))


ROUTES: dict[str, Handler] = {
    "/datacube/getusersummary": user_summary,
    "/datacube/getusercumulate": user_cumulate,
    "/cgi-bin/user/get": user_get,
    "/cgi-bin/user/info": user_info,
    "/cgi-bin/user/info/batchget": user_info_batch,
    "/cgi-bin/tags/get": tags,
    "/cgi-bin/user/tag/get": tag_members,
    **oa_publications.ROUTES,
    **oa_messages.ROUTES,
}
