"""Every endpoint of sql/catalogue/endpoints.toml: how it is asked for and how its answers are read.

JOBS["oa.user_summary"].fetch(client, window, known) -> Fetch
JOBS["oa.user_summary"].parse(answer, keyed) -> Parsed
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx

from tasks.records import Account, Fetch, RawResponse, SourceKind
from tasks.sources.channels import parse as channels
from tasks.sources.channels.client import Channels
from tasks.sources.feishu import parse as feishu
from tasks.sources.feishu.client import Bitable
from tasks.sources.feishu.http import FeishuHttp
from tasks.sources.mini_program import parse as mp
from tasks.sources.mini_program import parse_performance, parse_periods
from tasks.sources.mini_program.client import MiniProgram
from tasks.sources.official_account import parse as oa
from tasks.sources.official_account import parse_messages, parse_persons
from tasks.sources.official_account.client import OfficialAccount
from tasks.sources.shop import compass_parse as compass
from tasks.sources.shop import parse as shop
from tasks.sources.shop.client import Shop
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Keyed, Parser
from tasks.sources.wechat_http.tokens import TokenStore
from tasks.sources.wecom import parse as wecom
from tasks.sources.wecom import parse_groups, parse_service
from tasks.sources.wecom.client import Wecom

Client: TypeAlias = OfficialAccount | MiniProgram | Shop | Wecom | Channels | Bitable
Http: TypeAlias = WechatHttp | FeishuHttp

CLIENTS: dict[SourceKind, Callable[[Any, Keyed], Client]] = {
    SourceKind.official_account: OfficialAccount,
    SourceKind.mini_program: MiniProgram,
    SourceKind.shop: Shop,
    SourceKind.wecom: Wecom,
    SourceKind.channels: Channels,
    SourceKind.feishu: Bitable,
}


@dataclass(frozen=True)
class Job:
    """One endpoint: ``fetch(client, window, known)`` asks, ``parse(answer, keyed)`` reads one answer."""

    fetch: Callable[..., Awaitable[Fetch]]
    parse: Parser
    streams: bool = False
    """``fetch(client, window, known, take)`` hands its answers over one by one: all would be too many to hold."""


JOBS: dict[str, Job] = {
    "oa.user_summary": Job(OfficialAccount.user_summary, oa.user_summary),
    "oa.user_cumulate": Job(OfficialAccount.user_cumulate, oa.user_cumulate),
    "oa.biz_summary": Job(OfficialAccount.biz_summary, oa.biz_summary),
    "oa.article_read": Job(OfficialAccount.article_read, oa.article_read),
    "oa.article_share": Job(OfficialAccount.article_share, oa.article_share),
    "oa.article_total": Job(OfficialAccount.article_total, oa.article_total),
    "oa.publications": Job(OfficialAccount.publications, oa.publications),
    "oa.followers": Job(OfficialAccount.followers, oa.followers, streams=True),
    "oa.messages": Job(OfficialAccount.messages, parse_messages.messages),
    "oa.message_dist": Job(OfficialAccount.message_dist, parse_messages.message_dist),
    "oa.interface": Job(OfficialAccount.interface, parse_messages.interface),
    "oa.comments": Job(OfficialAccount.comments, parse_persons.comments),
    "oa.tags": Job(OfficialAccount.tags, parse_persons.tags),
    "oa.tag_members": Job(OfficialAccount.tag_members, parse_persons.tag_members),
    "mp.summary_trend": Job(MiniProgram.summary_trend, mp.summary_trend),
    "mp.visit_trend": Job(MiniProgram.visit_trend, mp.visit_trend),
    "mp.retention": Job(MiniProgram.retention, mp.retention),
    "mp.visit_sources": Job(MiniProgram.visit_sources, mp.visit_sources),
    "mp.visit_week": Job(MiniProgram.visit_week, parse_periods.visit_week),
    "mp.visit_month": Job(MiniProgram.visit_month, parse_periods.visit_month),
    "mp.retention_week": Job(MiniProgram.retention_week, parse_periods.retention_week),
    "mp.retention_month": Job(MiniProgram.retention_month, parse_periods.retention_month),
    "mp.pages": Job(MiniProgram.pages, mp.pages),
    "mp.portrait": Job(MiniProgram.portrait, parse_periods.portrait),
    "mp.performance": Job(MiniProgram.performance, parse_performance.performance),
    "shop.orders": Job(Shop.orders, shop.orders),
    "shop.aftersales": Job(Shop.aftersales, shop.aftersales),
    "shop.compass": Job(Shop.compass, compass.shop_day),
    "shop.compass_products": Job(Shop.compass_products, compass.shop_products),
    "shop.compass_finders": Job(Shop.compass_finders, compass.finders),
    "shop.compass_finder_total": Job(Shop.compass_finder_total, compass.finder_total),
    "shop.compass_lives": Job(Shop.compass_lives, compass.lives),
    "channels.followers": Job(Channels.followers, channels.followers),
    "channels.lives": Job(Channels.lives, channels.lives),
    "channels.ec_lives": Job(Channels.ec_lives, channels.ec_lives),
    "channels.compass": Job(Channels.compass, compass.channels_day),
    "channels.compass_products": Job(Channels.compass_products, compass.channels_products),
    "wecom.behaviour": Job(Wecom.behaviour, wecom.behaviour),
    "wecom.group_day": Job(Wecom.group_day, wecom.group_day),
    "wecom.group_week": Job(Wecom.group_week, wecom.group_week),
    "wecom.customers": Job(Wecom.customers, wecom.customers),
    "wecom.members": Job(Wecom.members, wecom.members),
    "wecom.tags": Job(Wecom.tags, wecom.tags),
    "wecom.groups": Job(Wecom.groups, parse_groups.groups),
    "wecom.kf_corp": Job(Wecom.kf_corp, parse_service.kf_corp),
    "wecom.kf_servicer": Job(Wecom.kf_servicer, parse_service.kf_servicer),
    "feishu.content_register": Job(Bitable.content_register, feishu.content_register),
    "feishu.project_tasks": Job(Bitable.project_tasks, feishu.project_tasks),
    "feishu.budget": Job(Bitable.budget, feishu.budget),
}


def http_for(
    account: Account,
    http: httpx.AsyncClient,
    secret: str,
    tokens: TokenStore,
    keep: Callable[[RawResponse], None],
    **options: Any,
) -> Http:
    """The account's way to its platform; ``options`` are those of :class:`WechatHttp`."""
    if account.kind is SourceKind.feishu:
        # It has no daily quota, and its lists are short enough to be read anew.
        strange = {"quota_reserve", "earlier", "spent"}
        fitting = {name: value for name, value in options.items() if name not in strange}
        return FeishuHttp(account, http, secret, tokens, keep, **fitting)
    return WechatHttp(account, http, secret, tokens, keep, **options)


def client_for(http: Http, keyed: Keyed) -> Client:
    """The client of the platform that ``http``'s account lives on."""
    return CLIENTS[http.account.kind](http, keyed)
