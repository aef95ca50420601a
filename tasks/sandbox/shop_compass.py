"""Shop compass (电商罗盘商家版) routes: a finished day's sales as the platform counts them, from the same orders.

A day's sales are the orders paid on it. ``pay_refund_gmv`` is what has gone back of those so far, ``refund_gmv``
what went back on that day, whenever it was paid. Counts and fen travel as digits in text; what is not computed
yet is ``""``.

Source:
    https://developers.weixin.qq.com/doc/store/shop/guide/operation/analytics.md, read 2026-11-22. It says T+1 and
    no hour: 08:00 as everywhere else.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from tasks.calendars import ONE_DAY, start_of
from tasks.sandbox.figures import dice, late_days
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.shop_orders import DONE, TITLES, as_of, commission_of, fee_of
from tasks.sandbox.world.channels import NICKNAMES, OURS

Row: TypeAlias = dict[str, Any]
COVER = "http://wxapp.tc.qq.com/251/20350/stodownload?m=sandbox"

_ORDERS = """
select o.*, g.finder_id, g.live_id,
    coalesce((select sum(amount) from shop_aftersale a where a.order_id = o.order_id and a.updated_at <= $3), 0)
        as refunded
from shop_order o left join shop_order_origin g using (order_id)
where {moment} >= $1 and {moment} < $2 order by order_id
"""
_BACK = """
select a.order_id, a.amount, o.person_id, o.product_id, o.sku_cnt, g.finder_id
from shop_aftersale a join shop_order o using (order_id) left join shop_order_origin g using (order_id)
where a.updated_at >= $1 and a.updated_at < $2 order by a.aftersale_id
"""


def asked_day(call: Call) -> dt.date:
    """The business date of ``ds``: text, YYYYMMDD, over.

    Raises:
        ApiError: 10021069 anything else.
    """
    ds = call.body.get("ds")
    try:
        day = dt.datetime.strptime(ds if isinstance(ds, str) else "", "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        day = call.today
    if day >= call.today or f"{day:%Y%m%d}" != ds:
        raise ApiError(10021069, "invalid ds")
    return day


def orders_of(call: Call, day: dt.date, moment: str = "paid_at") -> list[Row]:
    """Orders paid (or with another ``moment``) on a day; ``refunded`` is what has gone back by now, in fen."""
    return call.world.rows(_ORDERS.format(moment=f"o.{moment}"), *_seconds(day), call.epoch)


def refunds_of(call: Call, day: dt.date) -> list[Row]:
    """What went back on a day."""
    return call.world.rows(_BACK, *_seconds(day))


def _seconds(day: dt.date) -> tuple[int, int]:
    return int(start_of(day).timestamp()), int(start_of(day + ONE_DAY).timestamp())


def written(call: Call, day: dt.date, figures: Mapping[str, float], *, as_text: bool = True) -> Row:
    """Figures as they are sent: digits in text (shares as numbers), ``""`` when not ready, 0 by the fault.

    Raises:
        ApiError: 61503 when that is how a fault says "not ready".
    """
    if late_days(call, [day]):
        return dict.fromkeys(figures, "")
    told = {name: type(value)(0) if call.zeros else value for name, value in figures.items()}
    return {name: str(v) if as_text and isinstance(v, int) else v for name, v in told.items()}


def total(rows: Iterable[Row], column: str) -> int:
    """The sum of a column."""
    return int(sum(row[column] for row in rows))


def persons(rows: Iterable[Row]) -> int:
    """How many different persons there are."""
    return len({row["person_id"] for row in rows})


def clickers(call: Call, day: dt.date, buyers: int) -> int:
    """Visitors of the day who looked at a product."""
    found = call.world.rows("select visitors from mp_day where business_date = $1", day)
    return max(buyers, int(0.6 * found[0]["visitors"]) if found else 0)


def overall(call: Call) -> Row:
    """POST overall/get."""
    day = asked_day(call)
    paid = orders_of(call, day)
    figures = {
        "pay_gmv": total(paid, "order_price"),
        "pay_uv": persons(paid),
        "pay_order_cnt": len(paid),
        "pay_refund_gmv": total(paid, "refunded"),
        "product_click_uv": clickers(call, day, persons(paid)),
        "live_pay_gmv": total((row for row in paid if row["scene"] == 2), "order_price"),
        "feed_pay_gmv": total((row for row in paid if row["scene"] == 3), "order_price"),
    }
    return _ok(data=written(call, day, figures))


def products(call: Call) -> Row:
    """POST product/list/get: every product of the shop, those nobody wanted with zeros."""
    day = asked_day(call)
    if late_days(call, [day]):
        return _ok(product_list=[])
    known = call.world.once(
        "products", lambda world: world.rows("select distinct product_id from shop_order")
    )
    return _ok(
        product_list=product_rows(call, day, sorted(row["product_id"] for row in known), lambda _: True)
    )


def product_rows(
    call: Call, day: dt.date, wanted: Iterable[str], meant: Callable[[Row], bool], *, as_text: bool = True
) -> list[Row]:
    """One entry a product from the orders and refunds that are ``meant``."""
    events = {
        "pay": orders_of(call, day),
        "create": orders_of(call, day, "created_at"),
        "back": refunds_of(call, day),
    }
    by_product: defaultdict[str, dict[str, list[Row]]] = defaultdict(lambda: {name: [] for name in events})
    for name, rows in events.items():
        for row in filter(meant, rows):
            by_product[row["product_id"]][name].append(row)
    entries = []
    for product_id in wanted or sorted(by_product):
        figures = _product(call, day, product_id, **by_product[product_id])
        entry: Row = {
            "product_id": product_id,
            "head_img_url": f"https://store.mp.video.tencent-cloud.com/161/20304/sandbox/{product_id}",
            "title": TITLES[int(product_id) % len(TITLES)],
            "price": 12_800,
            "first_category_id": 6033,
            "second_category_id": 6057,
            "third_category_id": 6058,
        }
        entry = {name: str(v) if as_text or name == "product_id" else v for name, v in entry.items()}
        entries.append(entry | {"data": written(call, day, figures, as_text=as_text)})
    return entries


def _product(
    call: Call, day: dt.date, product_id: str, pay: list[Row], create: list[Row], back: list[Row]
) -> dict[str, float]:
    """The figures of one product on one day: fen, pieces, orders, persons, shares."""
    returned = [row for row in pay if row["refunded"]]
    sent = [row for row in returned if row["shipped_at"] and row["shipped_at"] <= call.epoch]
    done = [row for row in pay if as_of(row, call.epoch)["status"] == DONE]
    buyers, looked = persons(pay), dice(day, product_id).randrange(1, 12)
    gmv, gone = total(pay, "order_price"), total(pay, "refunded")
    return {
        "pay_gmv": gmv,
        "create_gmv": total(create, "order_price"),
        "create_cnt": len(create),
        "create_uv": persons(create),
        "create_product_cnt": total(create, "sku_cnt"),
        "pay_cnt": len(pay),
        "pay_uv": buyers,
        "pay_product_cnt": total(pay, "sku_cnt"),
        "pure_pay_gmv": gmv - gone,
        "pay_gmv_per_uv": (2 * gmv + buyers) // (2 * buyers) if buyers else 0,
        "seller_actual_settle_amount": sum(
            row["order_price"] - fee_of(row) - commission_of(row) for row in done
        ),
        "platform_actual_commission": sum(map(fee_of, done)),
        "finderuin_actual_commission": sum(map(commission_of, done)),
        "captain_actual_commission": 0,
        "seller_predict_settle_amount": sum(
            row["order_price"] - fee_of(row) - commission_of(row) for row in pay
        ),
        "platform_predict_commission": sum(map(fee_of, pay)),
        "finderuin_predict_commission": sum(map(commission_of, pay)),
        "captain_predict_commission": 0,
        "product_click_uv": buyers + looked,
        "product_click_cnt": 2 * buyers + looked,
        "pay_refund_gmv": gone,
        "pay_refund_uv": persons(returned),
        "pay_refund_ratio": len(returned) / len(pay) if pay else 0.0,
        "pay_refund_after_send_ratio": len(sent) / len(pay) if pay else 0.0,
        "pay_refund_cnt": len(returned),
        "pay_refund_product_cnt": total(returned, "sku_cnt"),
        "pay_refund_before_send_ratio": (len(returned) - len(sent)) / len(pay) if pay else 0.0,
        "refund_gmv": total(back, "amount"),
        "refund_product_cnt": total(back, "sku_cnt"),
        "refund_cnt": len(back),
        "refund_uv": persons(back),
    }


def finders(call: Call) -> Row:
    """POST finder/list/get: only those who sold something that day."""
    day = asked_day(call)
    if late_days(call, [day]):
        return _ok(finder_list=[])
    back, sold = refunds_of(call, day), defaultdict(list)
    for row in orders_of(call, day):
        if row["finder_id"]:
            sold[row["finder_id"]].append(row)
    entries = []
    for finder_id, paid in sorted(sold.items()):
        figures = {
            "pay_gmv": total(paid, "order_price"),
            "pay_product_id_cnt": len({row["product_id"] for row in paid}),
            "pay_uv": persons(paid),
            "refund_gmv": total((row for row in back if row["finder_id"] == finder_id), "amount"),
            "pay_refund_gmv": total(paid, "refunded"),
        }
        nickname = NICKNAMES[finder_id]
        entries.append(
            {"finder_id": finder_id, "finder_nickname": nickname, "data": written(call, day, figures)}
        )
    return _ok(finder_list=entries)


def finders_together(call: Call) -> Row:
    """POST finder/overall/get."""
    day = asked_day(call)
    paid = [row for row in orders_of(call, day) if row["finder_id"]]
    looked = clickers(call, day, persons(paid))
    figures = {
        "pay_gmv": total(paid, "order_price"),
        "pay_sales_finder_cnt": len({row["finder_id"] for row in paid}),
        "pay_product_id_cnt": len({row["product_id"] for row in paid}),
        "click_to_pay_uv_ratio": persons(paid) / looked if looked else 0.0,
    }
    return _ok(data=written(call, day, figures))


def authorised(_: Call) -> Row:
    """POST finder/authorization/list/get."""
    return _ok(main_finder_id=OURS, authorized_finder_id_list=[name for name in NICKNAMES if name != OURS])


def lives(call: Call) -> Row:
    """POST live/list/get: the lives that one authorised account began on a day."""
    day, finder_id = asked_day(call), call.body.get("finder_id")
    if finder_id not in NICKNAMES:
        raise ApiError(10023001, "invalid finder_id")
    begun = "select * from channels_live where finder_id = $1 and started_at >= $2 and started_at < $3 order by live_no"
    rows = [] if late_days(call, [day]) else call.world.rows(begun, finder_id, *_seconds(day))
    entries = [
        {
            "live_id": row["export_id"],
            "live_title": row["title"],
            "live_time": str(row["started_at"]),
            "live_duration": str(row["ended_at"] - row["started_at"]),
            "live_cover_img_url": COVER,
        }
        for row in rows
    ]
    return _ok(live_list=entries)


def _ok(**told: Any) -> Row:
    return {"errcode": 0, "errmsg": "ok", **told}


_PATH = "/channels/ec/compass/shop"
ROUTES: dict[str, Handler] = {
    f"{_PATH}/overall/get": overall,
    f"{_PATH}/product/list/get": products,
    f"{_PATH}/finder/list/get": finders,
    f"{_PATH}/finder/overall/get": finders_together,
    f"{_PATH}/finder/authorization/list/get": authorised,
    f"{_PATH}/live/list/get": lives,
}
