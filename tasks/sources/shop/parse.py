# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a shop's answers say, as rows of the ``land_shop_*`` datasets; pure.

Lists of ids carry no facts; only the details do. Money arrives in fen, ids as text or numbers.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from decimal import Decimal

from tasks.calendars import business_date
from tasks.records import RawResponse
from tasks.sources.shop.items import lines_of, owed_by_sku
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Keyed,
    Parsed,
    block,
    body_of,
    cny,
    code,
    flag,
    key_code,
    key_moment,
    key_text,
    moment,
    needed,
    refused,
    request_of,
    text,
)

ORDER = "/channels/ec/order/get"
AFTERSALE = "/channels/ec/aftersale/getaftersaleorder"
REFUNDED = {"MERCHANT_REFUND_SUCCESS", "MERCHANT_RETURN_SUCCESS"}
"""The states in which the money has gone back: after a refund alone, and after a return. Every other state is
still open, was closed without money, or failed."""


def orders(answer: RawResponse, keyed: Keyed) -> Parsed:
    """One order in its newest state → ``land_shop_order`` and ``_item``; CNY, pieces, UTC moments."""
    if refused(answer) or request_of(answer).get("path") != ORDER:
        return NOTHING
    where = "body.order"
    order = block(needed(body_of(answer).get("order"), where), where)
    detail, at = block(order.get("order_detail"), f"{where}.order_detail"), f"{where}.order_detail"
    pay = block(detail.get("pay_info"), f"{at}.pay_info")
    price = block(detail.get("price_info"), f"{at}.price_info")
    created_at = key_moment(order, "create_time", where)
    paid_at = moment(pay, "pay_time", f"{at}.pay_info")
    order_cny = cny(price, "order_price", f"{at}.price_info")
    ext = block(detail.get("ext_info"), f"{at}.ext_info")
    settled = block(detail.get("settle_info"), f"{at}.settle_info")
    unionid = text(order, "unionid", where)
    lines, owed = list(lines_of(detail, at)), owed_by_sku(detail, at)
    row = {
        "account_id": answer.account_id,
        "order_id": key_text(order, "order_id", where),
        "business_date": business_date(created_at),
        "created_at": created_at,
        "updated_at": moment(order, "update_time", where) or created_at,
        "paid_at": paid_at,
        "status": key_code(order, "status", where),
        "buyer_key": keyed(key_text(order, "openid", where)),
        "union_key": keyed(unionid) if unionid else None,
        "is_gift": bool(flag(order, "is_present", where)),
        "scene": code(ext, "order_scene", f"{at}.ext_info"),
        # A paid order without its amount would silently lower the sales.
        "order_cny": order_cny if paid_at is None else needed(order_cny, f"{at}.price_info.order_price"),
        "product_cny": cny(price, "product_price", f"{at}.price_info"),
        "freight_cny": cny(price, "freight", f"{at}.price_info"),
        "items": sum(line["pieces"] or 0 for line in lines),
        "lines": len(lines),
        "finder_id": text(ext, "finder_id", f"{at}.ext_info"),
        "live_id": text(ext, "live_id", f"{at}.ext_info"),
        "commission_cny": sum(owed.values(), start=Decimal(0)) if owed else None,
        "platform_fee_cny": cny(settled, "commission_fee", f"{at}.settle_info"),
    }
    items = [
        {
            "account_id": row["account_id"],
            "order_id": row["order_id"],
            "line": line.pop("line"),
            "business_date": row["business_date"],
            "updated_at": row["updated_at"],
            **line,
        }
        for line in lines
    ]
    return Parsed({"land_shop_order": [row], "land_shop_order_item": items})


def aftersales(answer: RawResponse, keyed: Keyed) -> Parsed:
    """One refund or return in its newest state → ``land_shop_aftersale``; CNY, UTC moments."""
    if refused(answer) or request_of(answer).get("path") != AFTERSALE:
        return NOTHING
    where = "body.after_sale_order"
    case = block(needed(body_of(answer).get("after_sale_order"), where), where)
    created_at = key_moment(case, "create_time", where)
    status = key_text(case, "status", where)
    amount = cny(block(case.get("refund_info"), f"{where}.refund_info"), "amount", f"{where}.refund_info")
    is_refunded = status in REFUNDED
    row = {
        "account_id": answer.account_id,
        "aftersale_id": key_text(case, "after_sale_order_id", where),
        "order_id": key_text(case, "order_id", where),
        "business_date": business_date(created_at),
        "created_at": created_at,
        "updated_at": moment(case, "update_time", where) or created_at,
        "kind": text(case, "type", where),
        "status": status,
        "is_refunded": is_refunded,
        "refund_cny": needed(amount, f"{where}.refund_info.amount") if is_refunded else amount,
    }
    return Parsed({"land_shop_aftersale": [row]})
