"""One order of the WeChat shop as it stands at a moment, in the platform's shape."""

from typing import Any

from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of
from tasks.sandbox.world.channels import NICKNAMES, OURS, PARTNER

UNPAID, TO_SHIP, SHIPPED, DONE, REFUNDED, CANCELLED = 10, 20, 30, 100, 200, 250
OPEN, CLOSED = 2, 13
"""States of an aftersale inside an order, as numbers."""
TITLES = ("修护精华 30ml", "氨基酸洁面 120g", "防晒乳 50ml", "补水面膜 10 片", "礼盒套装")
ARTICLE_CARD = 6
"""order_scene of an Official Account's article."""
FIRST_SKU, SKUS = 880_001_100, 3
"""Each product has three SKUs: ten numbers apart from the next product's, one apart from each other."""


def fee_of(row: dict[str, Any]) -> int:
    """What the platform keeps of an order, in fen: 2 %."""
    return int(row["order_price"]) * 2 // 100


def commission_of(row: dict[str, Any]) -> int:
    """What a partner who sold the goods is paid, in fen: a tenth."""
    return int(row["product_price"]) // 10 if row["finder_id"] == PARTNER else 0


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
        story: a row of ``shop_order`` with unionid, finder_id, live_id and ``aftersales``, a list of id, opened,
            closed.
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
    goods, done = row["product_price"], row["status"] in {DONE, REFUNDED}
    discount = max(0, goods + row["freight"] - row["order_price"])
    lines = _lines(row)
    lines[0]["real_price"] -= discount
    paid: dict[str, Any] = {
        "prepay_id": f"wx{row['order_id']}",
        "prepay_time": row["created_at"],
        "payment_method": 1,
    }
    settled: dict[str, Any] = {}
    if row["paid_at"]:
        paid |= {"transaction_id": f"42000{row['order_id']}", "pay_time": row["paid_at"]}
        settled = {"predict_commission_fee": fee_of(row)} | ({"commission_fee": fee_of(row)} if done else {})
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
    ext |= {name: row[name] for name in ("finder_id", "live_id") if row[name]}
    if row["completed_at"] and row["completed_at"] <= now:
        ext["confirm_receipt_time"] = row["completed_at"]
    return {
        "product_infos": lines,
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
        "settle_info": settled,
        "commission_infos": _commissions(row, lines, done=done),
        "source_infos": _sources(row, lines),
    }


def _lines(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The order's goods: one SKU, or two of one product in every other order of several pieces."""
    count, sku = row["sku_cnt"], int(row["sku_id"])
    parts = [(sku, count)]
    if count > 1 and int(row["order_id"]) % 2 == 0:
        variant = (sku - FIRST_SKU) % 10
        parts = [(sku, count - 1), (sku - variant + (variant + 1) % SKUS, 1)]
    price = row["product_price"] // count
    return [
        {
            "product_id": row["product_id"],
            "sku_id": str(number),
            "sku_cnt": pieces,
            "on_aftersale_sku_cnt": 0,
            "finish_aftersale_sku_cnt": pieces if row["status"] == REFUNDED else 0,
            "title": TITLES[int(row["product_id"]) % len(TITLES)],
            "sale_price": price,
            "market_price": price,
            "real_price": price * pieces,
            "is_free_gift": False,
        }
        for number, pieces in parts
    ]


def _commissions(row: dict[str, Any], lines: list[dict[str, Any]], *, done: bool) -> list[dict[str, Any]]:
    """What a partner earns with each SKU of a paid order."""
    if not row["paid_at"] or row["finder_id"] != PARTNER:
        return []
    return [
        {
            "sku_id": line["sku_id"],
            "nickname": NICKNAMES[PARTNER],
            "type": 0,
            "status": 2 if done else 1,
            "amount": line["sale_price"] * line["sku_cnt"] // 10,
            "finder_id": PARTNER,
        }
        for line in lines
    ]


def _sources(row: dict[str, Any], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which account each SKU was bought through."""
    if row["finder_id"]:
        through = 1, row["finder_id"], NICKNAMES[row["finder_id"]], 0 if row["finder_id"] == OURS else 100
    elif row["scene"] == ARTICLE_CARD:
        account = account_of(SourceKind.official_account)
        through = 2, account.app_id, account.name, 0
    else:
        return []
    names = ("account_type", "account_id", "account_nickname", "sale_channel")
    return [{"sku_id": line["sku_id"], **dict(zip(names, through, strict=True))} for line in lines]
