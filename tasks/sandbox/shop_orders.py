"""One order of the WeChat shop as it stands at a moment, in the platform's shape."""

from typing import Any

UNPAID, TO_SHIP, SHIPPED, DONE, REFUNDED, CANCELLED = 10, 20, 30, 100, 200, 250
OPEN, CLOSED = 2, 13
"""States of an aftersale inside an order, as numbers."""
TITLES = ("修护精华 30ml", "氨基酸洁面 120g", "防晒乳 50ml", "补水面膜 10 片", "礼盒套装")


def as_of(row: dict[str, Any], now: int) -> dict[str, Any]:
    """The state of an order at ``now`` from its whole story: the same rule as ``shop_order_at``.

    Args:
        row: a row of ``shop_order``, which knows the future.
        now: unix seconds, not before ``created_at``.

    Returns:
        The row with status, paid_at and updated_at as they are at ``now``.
    """
    steps = {
        TO_SHIP: row["paid_at"],
        SHIPPED: row["shipped_at"],
        DONE: row["completed_at"],
        REFUNDED: row["refunded_at"],
        CANCELLED: row["updated_at"] if row["paid_at"] is None else None,
    }
    past = {status: moment for status, moment in steps.items() if moment is not None and moment <= now}
    order = (REFUNDED, DONE, SHIPPED, TO_SHIP, CANCELLED)
    return row | {
        "status": next((status for status in order if status in past), UNPAID),
        "paid_at": past.get(TO_SHIP),
        "updated_at": max([row["created_at"], *past.values()]),
    }


def shown(story: dict[str, Any], now: int) -> dict[str, Any]:
    """The ``order`` of order/get.

    Args:
        story: a row of ``shop_order`` with unionid and ``aftersales``, a list of id, opened, closed.
        now: unix seconds.
    """
    row = as_of(story, now)
    states = [
        (a["id"], CLOSED if a["closed"] <= now else OPEN)
        for a in story["aftersales"] or ()
        if a["opened"] <= now
    ]
    order = {
        "order_id": row["order_id"],
        "status": row["status"],
        "create_time": row["created_at"],
        "update_time": row["updated_at"],
        "openid": row["openid"],
        "is_present": row["is_gift"],
        "order_detail": _detail(row, now),
        "aftersale_detail": {
            "aftersale_order_list": [
                {"aftersale_order_id": number, "status": state} for number, state in states
            ],
            "on_aftersale_order_cnt": sum(1 for _, state in states if state == OPEN),
        },
    }
    return order | ({"unionid": row["unionid"]} if row["unionid"] else {})


def _detail(row: dict[str, Any], now: int) -> dict[str, Any]:
    count, goods = row["sku_cnt"], row["product_price"]
    discount = max(0, goods + row["freight"] - row["order_price"])
    product = {
        "product_id": row["product_id"],
        "sku_id": row["sku_id"],
        "sku_cnt": count,
        "on_aftersale_sku_cnt": 0,
        "finish_aftersale_sku_cnt": count if row["status"] == 200 else 0,
        "title": TITLES[int(row["product_id"]) % len(TITLES)],
        "sale_price": goods // count,
        "market_price": goods // count,
        "real_price": goods - discount,
        "is_free_gift": False,
    }
    paid: dict[str, Any] = {
        "prepay_id": f"wx{row['order_id']}",
        "prepay_time": row["created_at"],
        "payment_method": 1,
    }
    if row["paid_at"]:
        paid |= {"transaction_id": f"42000{row['order_id']}", "pay_time": row["paid_at"]}
    price = {
        "product_price": goods,
        "order_price": row["order_price"],
        "freight": row["freight"],
        "discounted_price": discount,
        "is_discounted": discount > 0,
        "original_order_price": goods + row["freight"],
        "merchant_receieve_price": row["order_price"],
    }
    shipped = row["shipped_at"] if row["shipped_at"] and row["shipped_at"] <= now else 0
    ext = {"customer_notes": "", "merchant_notes": "", "order_scene": row["scene"]}
    if row["completed_at"] and row["completed_at"] <= now:
        ext["confirm_receipt_time"] = row["completed_at"]
    return {
        "product_infos": [product],
        "pay_info": paid,
        "price_info": price,
        "delivery_info": {
            "address_info": {
                "user_name": "李**",
                "province_name": "广东",
                "city_name": "广州",
                "tel_number": "138****0000",
            },
            "ship_done_time": shipped,
            "deliver_method": 0,
        },
        "ext_info": ext,
        "settle_info": {"commission_fee": 0, "predict_commission_fee": 0},
    }
