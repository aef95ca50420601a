# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a compass answers, as rows of ``land_shop_compass_*`` and ``land_channels_compass_*``; pure.

Fen and counts come as digits in text, on newer pages as numbers; "" is "not told". An answer in which nothing is
told is no row: the day is not computed yet. The page of overall/get swaps the descriptions of pay_order_cnt and
pay_refund_gmv; the names are right.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from collections.abc import Mapping
from typing import Any

from tasks.records import RawResponse
from tasks.sources.shop.compass import AUTHORISED
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    cny,
    count,
    key_moment,
    key_text,
    listed,
    measure,
    refused,
    request_of,
    text,
    unexpected,
)

MONEY, COUNT = cny, count
SHOP_DAY = {
    "paid_cny": ("pay_gmv", MONEY),
    "buyers": ("pay_uv", COUNT),
    "paid_orders": ("pay_order_cnt", COUNT),
    "refunded_cny": ("pay_refund_gmv", MONEY),
    "click_visitors": ("product_click_uv", COUNT),
    "live_paid_cny": ("live_pay_gmv", MONEY),
    "feed_paid_cny": ("feed_pay_gmv", MONEY),
}
CHANNELS_DAY = {
    "gmv_cny": ("pay_gmv", MONEY),
    "live_gmv_cny": ("live_pay_gmv", MONEY),
    "feed_gmv_cny": ("feed_pay_gmv", MONEY),
    "window_gmv_cny": ("window_pay_gmv", MONEY),
    "product_gmv_cny": ("product_pay_gmv", MONEY),
    "other_gmv_cny": ("other_pay_gmv", MONEY),
}
PRODUCT_DAY = {
    "paid_cny": ("pay_gmv", MONEY),
    "paid_orders": ("pay_cnt", COUNT),
    "buyers": ("pay_uv", COUNT),
    "paid_pieces": ("pay_product_cnt", COUNT),
    "created_orders": ("create_cnt", COUNT),
    "click_visitors": ("product_click_uv", COUNT),
    "clicks": ("product_click_cnt", COUNT),
    "refunded_cny": ("pay_refund_gmv", MONEY),
    "refunded_orders": ("pay_refund_cnt", COUNT),
    "refund_cny": ("refund_gmv", MONEY),
    "refunds": ("refund_cnt", COUNT),
    "finder_commission_cny": ("finderuin_predict_commission", MONEY),
}
FINDER_DAY = {
    "paid_cny": ("pay_gmv", MONEY),
    "products": ("pay_product_id_cnt", COUNT),
    "buyers": ("pay_uv", COUNT),
    "refund_cny": ("refund_gmv", MONEY),
    "refunded_cny": ("pay_refund_gmv", MONEY),
}
FINDER_TOTAL = {
    "paid_cny": ("pay_gmv", MONEY),
    "selling_finders": ("pay_sales_finder_cnt", COUNT),
    "products": ("pay_product_id_cnt", COUNT),
    "paid_per_clicker": ("click_to_pay_uv_ratio", measure),
}
WHO = ("finder", "talent", "mp")
"""A seller is a Channels account, a partner of the new kind, or an Official Account; the first one named counts."""


def shop_day(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The shop's day → ``land_shop_compass_day``; CNY, persons, orders."""
    return _day(answer, "land_shop_compass_day", SHOP_DAY)


def channels_day(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The Channels account's day → ``land_channels_compass_day``; CNY."""
    return _day(answer, "land_channels_compass_day", CHANNELS_DAY)


def finder_total(answer: RawResponse, keyed: Keyed) -> Parsed:
    """All sellers' day → ``land_shop_compass_finder_total``; CNY, accounts, ratio."""
    return _day(answer, "land_shop_compass_finder_total", FINDER_TOTAL)


def shop_products(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The shop's products of a day → ``land_shop_compass_product_day``; CNY, persons, orders, pieces."""
    return _products(answer, "land_shop_compass_product_day")


def channels_products(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The same of one Channels account → ``land_channels_compass_product_day``."""
    return _products(answer, "land_channels_compass_product_day")


def finders(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Each seller's day → ``land_shop_compass_finder_day``; CNY, persons, products."""
    if refused(answer):
        return NOTHING
    rows = []
    for entry in listed(body_of(answer), "finder_list"):
        at = "body.finder_list"
        named = [who for who in WHO if entry.get(f"{who}_id")]
        if not named:
            raise unexpected(f"{at}.finder_id", entry.get("finder_id"), "the id of a seller")
        who = {
            "finder_id": key_text(entry, f"{named[0]}_id", at),
            "nickname": text(entry, f"{named[0]}_nickname", at),
        }
        rows += _told(answer, who, block(entry.get("data"), f"{at}.data"), FINDER_DAY, f"{at}.data")
    return Parsed({"land_shop_compass_finder_day": rows})


def lives(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The lives of one seller listed for a day → ``land_shop_compass_live``; UTC moments, seconds."""
    request = request_of(answer)
    if refused(answer) or request.get("path") == AUTHORISED:
        return NOTHING
    asked = block(request.get("body"), "request.body")
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": answer.business_date,
            "live_id": key_text(entry, "live_id", "body.live_list"),
            "finder_id": text(asked, "finder_id", "request.body"),
            "title": text(entry, "live_title", "body.live_list"),
            "started_at": key_moment(entry, "live_time", "body.live_list"),
            "duration_seconds": count(entry, "live_duration", "body.live_list"),
        }
        for entry in listed(body_of(answer), "live_list")
    ]
    return Parsed({"land_shop_compass_live": rows})


def _day(answer: RawResponse, dataset: str, columns: Mapping[str, Any]) -> Parsed:
    if refused(answer):
        return NOTHING
    data = block(body_of(answer).get("data"), "body.data")
    return Parsed({dataset: _told(answer, {}, data, columns, "body.data")})


def _products(answer: RawResponse, dataset: str) -> Parsed:
    if refused(answer):
        return NOTHING
    rows, at = [], "body.product_list"
    for entry in listed(body_of(answer), "product_list"):
        who = {"product_id": key_text(entry, "product_id", at), "title": text(entry, "title", at)}
        rows += _told(answer, who, block(entry.get("data"), f"{at}.data"), PRODUCT_DAY, f"{at}.data")
    return Parsed({dataset: rows})


def _told(
    answer: RawResponse, who: Mapping[str, str | None], data: Json, columns: Mapping[str, Any], where: str
) -> list[Json]:
    """One row, or none when the platform tells nothing yet."""
    figures = {column: read(data, name, where) for column, (name, read) in columns.items()}
    if all(value is None for value in figures.values()):
        return []
    return [{"account_id": answer.account_id, "business_date": answer.business_date, **who, **figures}]
