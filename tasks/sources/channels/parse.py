# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a Channels account's answers say, as rows of the ``land_channels_*`` datasets; pure.

The blocks of a live's figures are JSON inside text (the page says objects: both are read). A live without any
figure is no row. The compass is read by tasks/sources/shop/compass_parse.py.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from tasks.records import RawResponse
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    cny,
    count,
    key_count,
    key_moment,
    key_text,
    listed,
    loads,
    measure,
    moment,
    needed,
    refused,
    request_of,
    taken_on,
    text,
    unexpected,
)

LIVE_DATA = "/channels/livedashboard/getlivedata"
SUMMARY, DASHBOARD = "live_ec_data_summary", "live_dashboard_data"
PRODUCTS = "single_live_ec_spu_data_page_v2"


def followers(answer: RawResponse, keyed: Keyed) -> Parsed:
    """The account's followers now → ``land_channels_follower_day``; persons."""
    if refused(answer):
        return NOTHING
    where = "body.finder_attr"
    told = block(needed(body_of(answer).get("finder_attr"), where), where)
    row = {
        "account_id": answer.account_id,
        "business_date": taken_on(answer),
        "finder_id": text(told, "uniq_id", where),
        "nickname": text(told, "nickname", where),
        "followers": key_count(told, "fans_count", where),
    }
    return Parsed({"land_channels_follower_day": [row]})


def lives(answer: RawResponse, keyed: Keyed) -> Parsed:
    """One page of lives → ``land_channels_live``; persons, times, seconds, UTC moments.

    A live is dated by the day its span was asked for: the platform counts its end in there, whatever the rounding
    of start and duration would say.
    """
    if refused(answer):
        return NOTHING
    where = "body.item"
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": answer.business_date,
            "export_id": key_text(live, "export_id", where),
            "started_at": key_moment(live, "live_start_time", where),
            "duration_seconds": count(live, "live_duration_in_seconds", where),
            "viewers": count(live, "total_audience_count", where),
            "cheers": count(live, "total_cheer_count", where),
            "forwards": count(live, "forward_count", where),
            "comments": count(live, "total_comment_count", where),
            "avg_watch_seconds": measure(live, "audiences_avg_seconds", where),
            "max_online": count(live, "max_online_count", where),
            "new_followers": count(live, "new_follow_count", where),
            "new_followers_biz": count(live, "new_follow_count_biz", where),
        }
        for live in listed(body_of(answer), "item", optional=True)
    ]
    return Parsed({"land_channels_live": rows})


def ec_lives(answer: RawResponse, keyed: Keyed) -> Parsed:
    """One selling live → ``land_channels_ec_live`` and ``…_product``; CNY, persons, orders, seconds.

    It is dated by the day it is listed under, which is the day it began.
    """
    request = request_of(answer)
    if refused(answer) or request.get("path") != LIVE_DATA:
        return NOTHING
    body = body_of(answer)
    summary = decoded(body, SUMMARY)
    told = decoded(body, DASHBOARD)
    inner = decoded(told, DASHBOARD)
    dashboard = block(inner.get("summary"), f"{DASHBOARD}.summary")
    products = listed(decoded(body, PRODUCTS), "spu_data_list", PRODUCTS, optional=True)
    same = {
        "account_id": answer.account_id,
        "business_date": answer.business_date,
        "export_id": key_text(block(request.get("body"), "request.body"), "export_id", "request.body"),
    }
    watched = count(dashboard, "new_watch_uv", DASHBOARD)
    live = {
        **same,
        "started_at": moment(told, "start_time", DASHBOARD),
        "duration_seconds": count(told, "live_duration", DASHBOARD),
        "viewers": count(summary, "cumulative_audience_count", SUMMARY) if watched is None else watched,
        "impressions": count(dashboard, "impression_uv", DASHBOARD),
        "max_online": count(dashboard, "max_online_watch_uv", DASHBOARD),
        "avg_watch_seconds": measure(dashboard, "average_watch_seconds_per_audience", DASHBOARD),
        "new_followers": count(dashboard, "new_follow_uv", DASHBOARD),
        "comments": count(summary, "new_comment_count", SUMMARY),
        "sharers": count(dashboard, "sharing_uv", DASHBOARD),
        "product_viewers": count(summary, "total_exp_uv", SUMMARY),
        "clickers": count(summary, "total_clk_uv", SUMMARY),
        "created_orders": count(summary, "total_create_pv", SUMMARY),
        "paid_orders": count(summary, "total_pay_pv", SUMMARY),
        "buyers": count(summary, "total_pay_uv", SUMMARY),
        "new_buyers": count(summary, "new_buyer_uv", SUMMARY),
        "gmv_cny": cny(summary, "total_gmv", SUMMARY),
        "refund_cny": cny(summary, "refund_amount", SUMMARY),
        "refund_orders": count(summary, "refund_pv", SUMMARY),
        "ad_viewers": count(summary, "ads_cumulative_audience_count", SUMMARY),
    }
    silent = all(value is None for name, value in live.items() if name not in same)
    return Parsed(
        {
            "land_channels_ec_live": [] if silent else [live],
            "land_channels_ec_live_product": [{**same, **_product(entry)} for entry in products],
        }
    )


def _product(entry: Json) -> Json:
    base = block(entry.get("base_data"), f"{PRODUCTS}.base_data")
    own = text(base, "src_spu_id", f"{PRODUCTS}.base_data")
    return {
        "product_id": own or key_text(base, "spu_id", f"{PRODUCTS}.base_data"),
        "title": text(base, "spu_name", f"{PRODUCTS}.base_data"),
        "viewers": count(entry, "exp_uv", PRODUCTS),
        "clickers": count(entry, "clk_uv", PRODUCTS),
        "created_orders": count(entry, "create_pv", PRODUCTS),
        "paid_orders": count(entry, "pay_pv", PRODUCTS),
        "buyers": count(entry, "pay_uv", PRODUCTS),
        "gmv_cny": cny(entry, "gmv", PRODUCTS),
        "refund_cny": cny(entry, "refund_amount", PRODUCTS),
    }


def decoded(data: Json, name: str) -> Json:
    """A block that is an object, or an object's JSON inside text; a missing or empty one reads as empty."""
    value = data.get(name)
    if isinstance(value, str):
        if not value.strip():
            return {}
        try:
            value = loads(value)
        except ValueError:
            raise unexpected(name, data[name], "a JSON object inside text") from None
    return block(value, name)
