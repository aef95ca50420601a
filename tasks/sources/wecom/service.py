"""Asking a corp what its service desks (微信客服) did: per desk, and per servicer of each desk.

Its temper: a day's row has no figures both when nobody came and when they are not computed yet, so a newest day
without figures is doubted where the week before had figures on every day. Several desks or servicers in one answer
are one sum, so each is asked for alone.

    desks -> their servicers -> one call for each and 31 days -> Fetch(answers, troubles) -> parse_service.py

Source: https://developer.work.weixin.qq.com/document/path/95492 (desks), /95490 (servicers), /94661 and /94645 (who
they are), read 2026-11-22.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from tasks import calendars
from tasks.calendars import ONE_DAY, Window, start_of
from tasks.errors import NotReady, OpsError, UnexpectedShape
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.codes import STAFF_GONE
from tasks.sources.wechat_http.shapes import Json, listed, text
from tasks.sources.wechat_http.spans import Gathering, gather
from tasks.sources.wecom.parse_service import told_days

DESKS, SERVICERS = "/cgi-bin/kf/account/list", "/cgi-bin/kf/servicer/list"
PAGE = 100
WEEK = 7
DOUBTED_FOR = dt.timedelta(days=3)
"""After so long, a day without figures is one on which nobody came."""


def epoch(day: dt.date) -> int:
    """Unix seconds of 00:00 Asia/Shanghai."""
    return int(start_of(day).timestamp())


async def desks(http: WechatHttp, endpoint: str, window: Window) -> list[str]:
    """Ids (``open_kfid``) of the corp's service desks; none where it has none."""
    found: list[str] = []
    while True:
        body = {"offset": len(found), "limit": PAGE}
        _, data = await http.call(endpoint, DESKS, day=window.start, last=window.last, body=body)
        page = _names(data, "account_list", "open_kfid")
        new = [desk for desk in dict.fromkeys(page) if desk not in found]
        found += new
        if len(page) < PAGE or not new:
            return found


async def servicers(http: WechatHttp, endpoint: str, window: Window, desk: str) -> list[str]:
    """Userids of those who serve at a desk; members of whole departments are not told one by one."""
    query = {"open_kfid": desk}
    _, data = await http.call(endpoint, SERVICERS, day=window.start, last=window.last, query=query)
    return list(dict.fromkeys(_names(data, "servicer_list", "userid")))


async def statistics(
    http: WechatHttp, endpoint: str, window: Window, asked: Sequence[Json], known_desks: Sequence[str]
) -> tuple[Fetch, dict[str, str]]:
    """The figures of each day; and the servicers the platform tells nothing about, with its code.

    Args:
        http: the corp's connection.
        endpoint: which of the two statistics.
        window: in pieces of the endpoint's span.
        asked: what each question names: a desk, or a desk and a servicer.
        known_desks: the desks asked about once more where a day without figures is doubted.
    """
    left_out: dict[str, str] = {}

    async def ask(about: Json, part: Window) -> tuple[list[RawResponse], bool]:
        body = {**about, "start_time": epoch(part.start), "end_time": epoch(part.last)}
        allow = STAFF_GONE if "servicer_userid" in about else frozenset()
        raw, _ = await http.call(endpoint, day=part.start, last=part.last, body=body, allow=allow)
        if raw.errcode in allow:
            left_out[about["servicer_userid"]] = raw.errcode
        return [raw], False

    parts = list(window.split(http.endpoints[endpoint].span_days))
    fetch = await gather(http, ((part, partial(ask, about)) for about in asked for part in parts))
    gathering = Gathering(fetch)
    quiet = [day for day in _quiet(window, fetch.answers) if asked and day not in fetch.troubles]
    try:
        if quiet and await _never_quiet(http, endpoint, Window.ending(quiet[0] - ONE_DAY, WEEK), known_desks):
            for day in quiet:
                late = f"{endpoint}: {day} has no figures yet, each of the {WEEK} days before had; asked for again"
                gathering.mark([day], NotReady(late, code="no_statistic"))
    except OpsError as error:
        gathering.mark(quiet, error)
    return gathering.fetch, left_out


def _quiet(window: Window, answers: Iterable[RawResponse]) -> list[dt.date]:
    """The last days of the window if no answer has figures of them, and they are not long past."""
    newest = max((day for raw in answers for day in _told(raw)), default=window.start - ONE_DAY)
    since = calendars.business_date(calendars.now() - DOUBTED_FOR)
    return [day for day in window.days() if day > newest and day >= since]


async def _never_quiet(http: WechatHttp, endpoint: str, week: Window, known_desks: Sequence[str]) -> bool:
    """Whether each day of the week has figures, those of all servicers together for the servicers' statistics."""
    told: set[dt.date] = set()
    for desk in known_desks:
        body = {"open_kfid": desk, "start_time": epoch(week.start), "end_time": epoch(week.last)}
        raw, _ = await http.call(endpoint, day=week.start, last=week.last, body=body)
        told |= _told(raw)
    return told >= set(week.days())


def _told(raw: RawResponse) -> set[dt.date]:
    with suppress(UnexpectedShape):  # the parser will say so
        return told_days(raw)
    return set()


def _names(data: Json, items: str, key: str) -> list[str]:
    found = [
        text(item, key, f"body.{items}[{index}]")
        for index, item in enumerate(listed(data, items, optional=True))
    ]
    return [name for name in found if name]
