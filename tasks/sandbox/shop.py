"""WeChat shop (微信小店) routes: orders and aftersales as they stand at the sandbox's moment, and its compass.

Ids are digits beyond 2^53 and travel as text; money is fen.

Source:
    https://developers.weixin.qq.com/doc/store/API/order/list_get.html and
    https://developers.weixin.qq.com/doc/store/shop/API/aftersale/getaftersalelist.html, read 2026-11-22.
"""

from typing import Any

from tasks.sandbox import shop_compass, shop_orders
from tasks.sandbox.paging import cursor, lost, place
from tasks.sandbox.routing import ApiError, Call, Handler

ORDER_SPAN_SECONDS = 7 * 86_400
AFTERSALE_SPAN_SECONDS = 86_400
MOST = 100
AFTERSALE_PAGE = 50
REMEMBERED = 20_000

_LIST = """
select order_id, created_at from shop_order_at($1)
where ($2::bigint is null or created_at between $2 and $3)
    and ($4::bigint is null or updated_at between $4 and $5)
    and ($6::integer is null or status = $6) and ($7 = '' or openid = $7)
    and (created_at, order_id) > ($8, $9)
order by created_at, order_id limit $10
"""

_ORDERS = """
select o.*, p.unionid, a.aftersales, g.finder_id, g.live_id
from shop_order o join person p using (person_id) left join shop_order_origin g using (order_id)
left join (
    select order_id, list({'id': aftersale_id, 'opened': created_at, 'closed': updated_at}
        order by aftersale_id) as aftersales
    from shop_aftersale where list_contains($1, order_id) group by order_id
) a using (order_id)
where list_contains($1, o.order_id)
"""

_AFTERSALES = """
select aftersale_id, created_at from shop_aftersale_at($1)
where ($2::bigint is null or created_at between $2 and $3)
    and ($4::bigint is null or updated_at between $4 and $5) and (created_at, aftersale_id) > ($6, $7)
order by created_at, aftersale_id limit $8
"""

_AFTERSALE = """
select a.*, p.unionid, o.openid, o.product_id, o.sku_id, o.sku_cnt
from shop_aftersale_at($1) a join person p using (person_id) join shop_order o using (order_id)
where a.aftersale_id = $2
"""


class Shop:
    """The routes of one shop; remembers the orders it has listed, for the details that follow."""

    def __init__(self) -> None:
        self._stories: dict[str, dict[str, Any]] = {}
        self.routes: dict[str, Handler] = {
            "/channels/ec/order/list/get": self.list_orders,
            "/channels/ec/order/search": self.search_orders,
            "/channels/ec/order/get": self.get_order,
            "/channels/ec/aftersale/getaftersalelist": list_aftersales,
            "/channels/ec/aftersale/getaftersaleorder": get_aftersale,
            **shop_compass.ROUTES,
        }

    def list_orders(self, call: Call) -> dict[str, Any]:
        """POST order/list/get: ids created or updated within at most seven days."""
        created, updated = _range(call, "create_time_range"), _range(call, "update_time_range")
        if created is None and updated is None:
            raise ApiError(40097, "invalid args: create_time_range or update_time_range is required")
        ids, more, key = self._page(call, created, updated)
        return {"errcode": 0, "errmsg": "ok", "order_id_list": ids, "next_key": key, "has_more": more}

    def search_orders(self, call: Call) -> dict[str, Any]:
        """POST order/search: by order id and status only."""
        asked = call.body.get("search_condition")
        if not isinstance(asked, dict) or not asked:
            raise ApiError(40097, "invalid args: search_condition is required")
        ids, more, key = self._page(call, None, None)
        wanted = asked.get("order_id")
        if wanted:
            ids, more, key = [str(wanted)] if self._story(call, str(wanted)) else [], False, ""
        return {"errcode": 0, "errmsg": "ok", "orders": ids, "has_more": more, "next_key": key}

    def get_order(self, call: Call) -> dict[str, Any]:
        """POST order/get: one order with its price, payment and delivery as of now."""
        story = self._story(call, str(call.body.get("order_id", "")))
        if story is None:
            raise ApiError(10020050, "order not exist")
        return {"errcode": 0, "errmsg": "ok", "order": shop_orders.shown(story, call.epoch)}

    def _page(
        self, call: Call, created: tuple[int, int] | None, updated: tuple[int, int] | None
    ) -> tuple[list[str], bool, str]:
        size = call.body.get("page_size")
        if not isinstance(size, int) or not 1 <= size <= MOST:
            raise ApiError(40097, f"invalid args: page_size must be 1 to {MOST}")
        status, openid = call.body.get("status"), str(call.body.get("openid") or "")
        windows = (*(created or (None, None)), *(updated or (None, None)))
        rows = call.world.rows(_LIST, call.epoch, *windows, status, openid, *_after(call), size + 1)
        page = rows[:size]
        key = cursor(page[-1]["created_at"], page[-1]["order_id"]) if page else ""
        ids = lost([row["order_id"] for row in page], short=call.short)
        self._remember(call, ids)
        return ids, len(rows) > size, key

    def _story(self, call: Call, order_id: str) -> dict[str, Any] | None:
        if order_id not in self._stories:
            self._remember(call, [order_id])
        story = self._stories.get(order_id)
        return story if story and story["created_at"] <= call.epoch else None

    def _remember(self, call: Call, ids: list[str]) -> None:
        new = [order_id for order_id in ids if order_id not in self._stories]
        if not new:
            return
        if len(self._stories) + len(new) > REMEMBERED:
            self._stories.clear()
        self._stories.update({row["order_id"]: row for row in call.world.rows(_ORDERS, new)})


def list_aftersales(call: Call) -> dict[str, Any]:
    """POST aftersale/getaftersalelist: ids opened or updated within at most a day."""
    created = _pair(call.body, "begin_create_time", "end_create_time", AFTERSALE_SPAN_SECONDS)
    updated = _pair(call.body, "begin_update_time", "end_update_time", AFTERSALE_SPAN_SECONDS)
    if created is None and updated is None:
        raise ApiError(40097, "invalid args: a pair of create or update times is required")
    rows = call.world.rows(
        _AFTERSALES,
        call.epoch,
        *(created or (None, None)),
        *(updated or (None, None)),
        *_after(call),
        AFTERSALE_PAGE + 1,
    )
    page, more = rows[:AFTERSALE_PAGE], len(rows) > AFTERSALE_PAGE
    ids = lost([row["aftersale_id"] for row in page], short=call.short)
    key = cursor(page[-1]["created_at"], page[-1]["aftersale_id"]) if page else ""
    return {"errcode": 0, "errmsg": "ok", "after_sale_order_id_list": ids, "has_more": more, "next_key": key}


def get_aftersale(call: Call) -> dict[str, Any]:
    """POST aftersale/getaftersaleorder: one refund or return; the answer has no errmsg, as the real one."""
    rows = call.world.rows(_AFTERSALE, call.epoch, str(call.body.get("after_sale_order_id", "")))
    if not rows:
        raise ApiError(10020050, "after sale order not exist")
    row = rows[0]
    aftersale = {
        "after_sale_order_id": row["aftersale_id"],
        "status": row["status"],
        "openid": row["openid"],
        "order_id": row["order_id"],
        "product_info": {"product_id": row["product_id"], "sku_id": row["sku_id"], "count": row["sku_cnt"]},
        "details": {
            "desc": "",
            "receive_product": row["type"] == "RETURN",
            "cancel_time": 0,
            "media_id_list": [],
        },
        "refund_info": {"amount": row["amount"], "refund_reason": 1},
        "return_info": {"waybill_id": "", "delivery_id": "", "delivery_name": ""},
        "merchant_upload_info": {"reject_reason": "", "refund_certificates": []},
        "create_time": row["created_at"],
        "update_time": row["updated_at"],
        "reason": "NO_LONGER_WANT",
        "reason_text": "不想要了",
        "type": row["type"],
    }
    if row["unionid"]:
        aftersale["unionid"] = row["unionid"]
    return {"errcode": 0, "after_sale_order": aftersale}


def _after(call: Call) -> tuple[int, str]:
    try:
        found = place(str(call.body.get("next_key") or ""))
        return (int(found[0]), str(found[1])) if found else (-1, "")
    except (ValueError, IndexError):
        raise ApiError(40097, "invalid args: next_key") from None


def _range(call: Call, name: str) -> tuple[int, int] | None:
    window = call.body.get(name)
    if window is None:
        return None
    if not isinstance(window, dict):
        raise ApiError(40097, f"invalid args: {name}")
    return _pair(window, "start_time", "end_time", ORDER_SPAN_SECONDS)


def _pair(body: Any, first: str, last: str, most: int) -> tuple[int, int] | None:
    if body.get(first) is None and body.get(last) is None:
        return None
    start, end = body.get(first), body.get(last)
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= end - start <= most:
        raise ApiError(40097, f"invalid args: {first} and {last} at most {most // 3600} hours apart")
    return start, end
