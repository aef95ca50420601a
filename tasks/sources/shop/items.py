"""The lines of goods of one order: what was bought, for how much, through which account; pure.

A SKU may stand in two lines (one of them a gift), so a line is named by its position. What partners and agencies
are owed is told by SKU and counted once, with the SKU's first line.

Source: https://developers.weixin.qq.com/doc/store/API/order/get (read 2026-11-22)
"""

from collections.abc import Iterator
from decimal import Decimal

from tasks.sources.wechat_http.shapes import Json, block, cny, code, count, flag, listed, text


def lines_of(detail: Json, where: str) -> Iterator[Json]:
    """Each line of ``order_detail``, from position 1; CNY, pieces."""
    owed = owed_by_sku(detail, where)
    through = _sources(detail, where)
    for position, product in enumerate(listed(detail, "product_infos", where, optional=True), start=1):
        at = f"{where}.product_infos[{position - 1}]"
        sku_id = text(product, "sku_id", at)
        source = through.get(sku_id or "", {})
        yield {
            "line": position,
            "product_id": text(product, "product_id", at),
            "sku_id": sku_id,
            "title": text(product, "title", at),
            "is_free_gift": bool(flag(product, "is_free_gift", at)),
            "pieces": count(product, "sku_cnt", at),
            "sale_cny": cny(product, "sale_price", at),
            "market_cny": cny(product, "market_price", at),
            "real_cny": cny(product, "real_price", at),
            "returning_pieces": count(product, "on_aftersale_sku_cnt", at),
            "returned_pieces": count(product, "finish_aftersale_sku_cnt", at),
            "source_type": code(source, "account_type", f"{where}.source_infos"),
            "source_account_id": text(source, "account_id", f"{where}.source_infos"),
            "sale_channel": code(source, "sale_channel", f"{where}.source_infos"),
            "commission_cny": owed.pop(sku_id or "", None),
        }


def owed_by_sku(detail: Json, where: str) -> dict[str, Decimal]:
    """CNY owed to partners and agencies together by SKU; empty when nobody is owed anything."""
    at = f"{where}.commission_infos"
    owed: dict[str, Decimal] = {}
    for share in listed(detail, "commission_infos", where, optional=True):
        sku_id = text(share, "sku_id", at) or ""
        owed[sku_id] = owed.get(sku_id, Decimal(0)) + (cny(share, "amount", at) or 0)
    return owed


def _sources(detail: Json, where: str) -> dict[str, Json]:
    """The account each SKU was bought through; the platform's page and its SDKs name the field differently."""
    name = "source_infos" if detail.get("source_infos") is not None else "source_info"
    told = detail.get(name)
    listing = (
        [block(told, f"{where}.{name}")]
        if isinstance(told, dict)
        else listed(detail, name, where, optional=True)
    )
    found: dict[str, Json] = {}
    for source in listing:
        found.setdefault(text(source, "sku_id", f"{where}.{name}") or "", source)
    return found
