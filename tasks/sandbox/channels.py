"""Channels (视频号) routes, for the token of a 视频号助手: followers, lives, and the compass of the account's sales.

The blocks of ``getlivedata`` are JSON inside text, as the platform sends them. Here the compass sends numbers.

Source:
    https://developers.weixin.qq.com/doc/channels/api/channels/ (list of interfaces), …/API/live/
    get_finder_live_data_list.html, …/API/livedashboard/getlivedata.html, read 2026-11-22. They do not say how
    many lives a page holds, nor when figures are ready: 10, and as soon as the live is over.
"""

import datetime as dt
import json
from typing import Any, TypeAlias

from tasks.calendars import ONE_DAY, business_date, from_epoch, start_of
from tasks.sandbox.figures import late_days, told
from tasks.sandbox.paging import cursor, lost, place
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.shop_compass import asked_day, orders_of, persons, product_rows, total, written
from tasks.sandbox.world.channels import NICKNAMES, OURS, STOCK_SHARE

Row: TypeAlias = dict[str, Any]
PAGE = 10
LAST_SECOND = 2**40

_ENDED = """
select * from channels_live where finder_id = $1 and ended_at between $2 and $3 and ended_at <= $4
    and (ended_at, export_id) > ($5, $6)
order by ended_at, export_id limit $7
"""
_WON = """
select (select coalesce(sum(won), 0) from channels_follow_day where day_start + 86400 <= $2)
    + (select coalesce(sum(new_follows), 0) from channels_live where finder_id = $1 and ended_at <= $2) as won
"""
_BEGUN = """
select export_id, started_at from channels_live
where finder_id = $1 and sells and started_at >= $2 and started_at < $3 and started_at <= $4 order by started_at
"""
_SOLD = """
select o.*, g.finder_id, coalesce((select sum(amount) from shop_aftersale a
    where a.order_id = o.order_id and a.updated_at <= $2), 0) as refunded
from shop_order o join shop_order_origin g using (order_id)
where g.live_id = $1 and o.created_at <= $2 order by o.order_id
"""


def account(call: Call) -> Row:
    """POST get_finder_attr_by_appid: the account and its followers at this moment."""
    won = call.world.rows(_WON, OURS, call.epoch)[0]["won"]
    fans = 0 if call.zeros else round(STOCK_SHARE * call.world.persons) + int(won)
    return _ok(finder_attr={"uniq_id": OURS, "nickname": NICKNAMES[OURS], "fans_count": fans})


def lives(call: Call) -> Row:
    """POST get_finder_live_data_list: lives that ended in a span of seconds, both ends included."""
    first, last = call.body.get("start_time", 0), call.body.get("end_time", LAST_SECOND)
    if not isinstance(first, int) or not isinstance(last, int) or first > last:
        raise ApiError(40097, "invalid args: start_time and end_time")
    try:
        after = place(str(call.body.get("last_buffer") or "")) or [-1, ""]
        found = call.world.rows(_ENDED, OURS, first, last, call.epoch, int(after[0]), str(after[1]), PAGE + 1)
    except (ValueError, IndexError):
        raise ApiError(40097, "invalid args: last_buffer") from None
    page = found[:PAGE]
    held = _held_back(call, [business_date(from_epoch(row["ended_at"])) for row in page])
    items = [_item(row, call) for row in page if business_date(from_epoch(row["ended_at"])) not in held]
    here = cursor(page[-1]["ended_at"], page[-1]["export_id"]) if page else ""
    return _ok(item=lost(items, short=call.short), last_buffer=here, continue_flag=len(found) > PAGE)


def _held_back(call: Call, days: list[dt.date]) -> frozenset[dt.date]:
    """Days that the fault ``late`` keeps; without it every live is told at once."""
    return late_days(call, days) if call.late and days else frozenset()


def _item(row: Row, call: Call) -> Row:
    figures = {
        "total_audience_count": row["audience"],
        "total_cheer_count": row["cheers"],
        "forward_count": row["forwards"],
        "total_comment_count": row["comments"],
        "audiences_avg_seconds": row["avg_seconds"],
        "max_online_count": row["max_online"],
        "new_follow_count": row["new_follows"],
        "new_follow_count_biz": 0,
    }
    return {
        "export_id": row["export_id"],
        "live_start_time": row["started_at"],
        "live_duration_in_seconds": row["ended_at"] - row["started_at"],
        **(dict.fromkeys(figures, 0) if call.zeros else figures),
    }


def selling_lives(call: Call) -> Row:
    """POST getlivelist: lives with goods that began on ``ds``, a number."""
    ds = call.body.get("ds")
    try:
        day = dt.datetime.strptime(str(ds), "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        day = None
    if day is None or type(ds) is not int:
        raise ApiError(40097, "invalid args: ds")
    span = (int(start_of(day).timestamp()), int(start_of(day + ONE_DAY).timestamp()))
    rows = [] if _held_back(call, [day]) else call.world.rows(_BEGUN, OURS, *span, call.epoch)
    items = [{"export_id": row["export_id"], "create_time": row["started_at"]} for row in rows]
    return _ok(trace_id="", live_items=lost(items, short=call.short), has_more=False)


def live_data(call: Call) -> Row:
    """POST getlivedata: one live's blocks, each as text; a live that is still on tells what it has so far."""
    found = call.world.rows(
        "select * from channels_live where export_id = $1 and finder_id = $2 and sells and started_at <= $3",
        str(call.body.get("export_id", "")),
        OURS,
        call.epoch,
    )
    if not found:
        raise ApiError(40097, "invalid args: export_id")
    live = found[0]
    blocks = {
        "live_dashboard_data": _dashboard(live, call),
        "live_comparison_index": {"is_living": live["ended_at"] > call.epoch, "on_air": {}, "ended": {}},
        "live_ec_data_summary": _summary(live, call),
        "live_ec_conversion_metric": {},
        "live_ec_profile": {},
        "live_distribution_channel": {},
        "single_live_ec_spu_data_page_v2": _goods(live, call),
    }
    return _ok(**{name: json.dumps(told(call, block), ensure_ascii=False) for name, block in blocks.items()})


def _passed(live: Row, call: Call) -> float:
    """How much of a live is over, 0-1."""
    passed: float = (call.epoch - live["started_at"]) / (live["ended_at"] - live["started_at"])
    return min(1.0, passed)


def _dashboard(live: Row, call: Call) -> Row:
    part = _passed(live, call)
    summary = {
        "new_watch_uv": int(part * live["audience"]),
        "max_online_watch_uv": live["max_online"],
        "impression_uv": int(part * live["impressions"]),
        "average_watch_seconds_per_audience": live["avg_seconds"],
        "new_follow_uv": int(part * live["new_follows"]),
        "new_fans_club_uv": 0,
        "comment_uv": int(part * min(live["comments"], live["audience"])),
        "reward_uv": 0,
        "sharing_uv": int(part * live["forwards"]),
        "hot_quota": 0,
    }
    data = {"summary": summary, "source": {"new_watch_uv": []}, "portrait": {"new_watch_uv": []}}
    lasted = min(call.epoch, live["ended_at"]) - live["started_at"]
    return {"live_dashboard_data": data, "live_duration": lasted, "start_time": live["started_at"]}


def _summary(live: Row, call: Call) -> Row:
    part, made = _passed(live, call), call.world.rows(_SOLD, live["export_id"], call.epoch)
    paid = [row for row in made if row["paid_at"] and row["paid_at"] <= call.epoch]
    gone = [row for row in paid if row["refunded"]]
    gmv, audience, clicked = (
        total(paid, "order_price"),
        int(part * live["audience"]),
        int(part * live["clickers"]),
    )
    return {
        "total_gmv": gmv,
        "total_pay_pv": len(paid),
        "total_pay_uv": persons(paid),
        "total_create_pv": len(made),
        "total_create_uv": persons(made),
        "total_clk_pv": 2 * clicked,
        "total_clk_uv": clicked,
        "total_exp_pv": 3 * audience,
        "total_exp_uv": audience,
        "online_audience_count": live["max_online"] if live["ended_at"] > call.epoch else 0,
        "cumulative_audience_count": audience,
        "new_audience_count": int(part * live["new_watchers"]),
        "leaved_audience_count": audience,
        "average_watch_seconds_per_audience": live["avg_seconds"],
        "new_follow_count": int(part * live["new_follows"]),
        "new_comment_count": int(part * live["comments"]),
        "share_live_audience_count": int(part * live["forwards"]),
        "new_fans_club_count": 0,
        "refund_pv": len(gone),
        "refund_uv": persons(gone),
        "refund_rate": len(gone) / len(paid) if paid else 0.0,
        "refund_amount": total(gone, "refunded"),
        "refund_product_cnt": total(gone, "sku_cnt"),
        "ads_cumulative_audience_count": 0,
        "ads_cumulative_watch_count": 0,
        "gmv_per_thousand_cumulative_watch_pv": 1000 * gmv / audience if audience else 0.0,
        "audience_pay_ratio": persons(paid) / audience if audience else 0.0,
        "clk_pay_ratio": persons(paid) / clicked if clicked else 0.0,
        "new_buyer_uv": 0,
        "old_buyer_uv": persons(paid),
        "customer_price": gmv // persons(paid) if paid else 0,
    }


def _goods(live: Row, call: Call) -> Row:
    made = call.world.rows(_SOLD, live["export_id"], call.epoch)
    entries = []
    for product_id in sorted({row["product_id"] for row in made}):
        rows = [row for row in made if row["product_id"] == product_id]
        paid = [row for row in rows if row["paid_at"] and row["paid_at"] <= call.epoch]
        gone = [row for row in paid if row["refunded"]]
        entry = {
            "base_data": {
                "src_spu_id": product_id,
                "spu_id": product_id,
                "spu_name": f"商品 {product_id}",
                "stock": 99,
            },
            "exp_uv": live["audience"],
            "clk_uv": live["clickers"],
            "create_pv": len(rows),
            "create_uv": persons(rows),
            "gmv": total(paid, "order_price"),
            "pay_pv": len(paid),
            "pay_uv": persons(paid),
            "refund_pv": len(gone),
            "refund_uv": persons(gone),
            "refund_amount": total(gone, "refunded"),
        }
        entries.append(entry)
    return {"spu_data_list": entries, "total_cnt": len(entries), "data_key": []}


def compass(call: Call) -> Row:
    """POST compass/finder/overall/get: what was paid on a day through the account, by where it was seen."""
    day = asked_day(call)
    paid = [row for row in orders_of(call, day) if row["finder_id"] == OURS]
    scenes = {"live_pay_gmv": 2, "feed_pay_gmv": 3, "window_pay_gmv": 5, "product_pay_gmv": 4}
    figures = {"pay_gmv": total(paid, "order_price")} | {
        name: total((row for row in paid if row["scene"] == scene), "order_price")
        for name, scene in scenes.items()
    }
    return _ok(data=written(call, day, {**figures, "other_pay_gmv": 0}, as_text=False))


def compass_products(call: Call) -> Row:
    """POST compass/finder/product/list/get: the products that moved on a day through the account."""
    day = asked_day(call)
    if late_days(call, [day]):
        return _ok(product_list=[])
    return _ok(product_list=product_rows(call, day, (), lambda row: row["finder_id"] == OURS, as_text=False))


def _ok(**answer: Any) -> Row:
    return {"errcode": 0, "errmsg": "ok", **answer}


ROUTES: dict[str, Handler] = {
    "/channels/finderlive/get_finder_attr_by_appid": account,
    "/channels/finderlive/get_finder_live_data_list": lives,
    "/channels/livedashboard/getlivelist": selling_lives,
    "/channels/livedashboard/getlivedata": live_data,
    "/channels/ec/compass/finder/overall/get": compass,
    "/channels/ec/compass/finder/product/list/get": compass_products,
}
