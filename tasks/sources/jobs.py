"""Every endpoint of sql/catalogue/endpoints.toml: how it is asked for and how its answers are read.

JOBS["oa.user_summary"].fetch(client, window, known) -> Fetch
JOBS["oa.user_summary"].parse(answer, keyed) -> Parsed
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from tasks.records import Fetch, SourceKind
from tasks.sources.mini_program import parse as mp
from tasks.sources.mini_program.client import MiniProgram
from tasks.sources.official_account import parse as oa
from tasks.sources.official_account.client import OfficialAccount
from tasks.sources.shop import parse as shop
from tasks.sources.shop.client import Shop
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Keyed, Parser
from tasks.sources.wecom import parse as wecom
from tasks.sources.wecom.client import Wecom

Client: TypeAlias = OfficialAccount | MiniProgram | Shop | Wecom

CLIENTS: dict[SourceKind, Callable[[WechatHttp, Keyed], Client]] = {
    SourceKind.official_account: OfficialAccount,
    SourceKind.mini_program: MiniProgram,
    SourceKind.shop: Shop,
    SourceKind.wecom: Wecom,
}


@dataclass(frozen=True)
class Job:
    """One endpoint: ``fetch(client, window, known)`` asks, ``parse(answer, keyed)`` reads one answer."""

    fetch: Callable[..., Awaitable[Fetch]]
    parse: Parser


JOBS: dict[str, Job] = {
    "oa.user_summary": Job(OfficialAccount.user_summary, oa.user_summary),
    "oa.user_cumulate": Job(OfficialAccount.user_cumulate, oa.user_cumulate),
    "oa.biz_summary": Job(OfficialAccount.biz_summary, oa.biz_summary),
    "oa.article_read": Job(OfficialAccount.article_read, oa.article_read),
    "oa.article_share": Job(OfficialAccount.article_share, oa.article_share),
    "oa.article_total": Job(OfficialAccount.article_total, oa.article_total),
    "oa.publications": Job(OfficialAccount.publications, oa.publications),
    "oa.followers": Job(OfficialAccount.followers, oa.followers),
    "mp.summary_trend": Job(MiniProgram.summary_trend, mp.summary_trend),
    "mp.visit_trend": Job(MiniProgram.visit_trend, mp.visit_trend),
    "mp.retention": Job(MiniProgram.retention, mp.retention),
    "mp.visit_sources": Job(MiniProgram.visit_sources, mp.visit_sources),
    "shop.orders": Job(Shop.orders, shop.orders),
    "shop.aftersales": Job(Shop.aftersales, shop.aftersales),
    "wecom.behaviour": Job(Wecom.behaviour, wecom.behaviour),
    "wecom.group_day": Job(Wecom.group_day, wecom.group_day),
    "wecom.group_week": Job(Wecom.group_week, wecom.group_week),
    "wecom.customers": Job(Wecom.customers, wecom.customers),
}


def client_for(http: WechatHttp, keyed: Keyed) -> Client:
    """The client of the platform that ``http``'s account lives on."""
    return CLIENTS[http.account.kind](http, keyed)
