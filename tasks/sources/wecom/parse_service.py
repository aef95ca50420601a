# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a corp's answers say about its service desks (微信客服), as rows of the lake; pure.

The answers do not name the desk: it is read from the request. A day without ``statistic`` gives no row.

Source: https://developer.work.weixin.qq.com/document/path/95492 and /95490 (read 2026-11-22).
"""

import datetime as dt
from collections.abc import Iterator

from tasks.records import RawResponse
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    count,
    epoch_day,
    key_count,
    key_text,
    listed,
    measure,
    refused,
    request_of,
    share,
    text,
)

BESIDE = frozenset({"/cgi-bin/kf/account/list", "/cgi-bin/kf/servicer/list"})
"""Answers that only lead to the other questions."""


def kf_corp(answer: RawResponse, keyed: Keyed) -> Parsed:
    """What customers asked of one desk each day → ``land_wecom_kf_day``; shares 0-1."""
    if _beside(answer):
        return NOTHING
    asked = block(request_of(answer).get("body"), "request.body")
    kf_id = key_text(asked, "open_kfid", "request.body")
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day,
            "kf_id": kf_id,
            "sessions": key_count(figures, "session_cnt", at),
            "customers": count(figures, "customer_cnt", at),
            "customer_messages": count(figures, "customer_msg_cnt", at),
            "ai_sessions": count(figures, "ai_session_reply_cnt", at),
            "ai_transfer_share": share(figures, "ai_transfer_rate", at),
            "ai_hit_share": share(figures, "ai_knowledge_hit_rate", at),
            "upgraded_customers": count(figures, "upgrade_service_customer_cnt", at),
            "rejecting_customers": count(figures, "msg_rejected_customer_cnt", at),
        }
        for day, figures, at in _days(answer)
    ]
    return Parsed({"land_wecom_kf_day": rows})


def kf_servicer(answer: RawResponse, keyed: Keyed) -> Parsed:
    """What one servicer of a desk, or all of them together, did each day → ``land_wecom_kf_servicer_day``.

    Shares are 0-1, reply times seconds; a rate that nothing stands behind is null, whether left out or sent as 0.
    """
    if _beside(answer):
        return NOTHING
    asked = block(request_of(answer).get("body"), "request.body")
    kf_id = key_text(asked, "open_kfid", "request.body")
    servicer_id = text(asked, "servicer_userid", "request.body") or ""
    rows = []
    for day, figures, at in _days(answer):
        sessions = key_count(figures, "session_cnt", at)
        surveys = count(figures, "satisfaction_investgate_cnt", at)  # the platform's own spelling
        answered = share(figures, "satisfaction_participation_rate", at)
        replied = share(figures, "reply_rate", at)
        seconds = measure(figures, "first_reply_average_sec", at)
        opinions = {
            name: share(figures, f"{said}_rate", at)
            for name, said in (
                ("satisfied_share", "satisfied"),
                ("middling_share", "middling"),
                ("dissatisfied_share", "dissatisfied"),
            )
        }
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": day,
                "kf_id": kf_id,
                "servicer_id": servicer_id,
                "sessions": sessions,
                "customers": count(figures, "customer_cnt", at),
                "customer_messages": count(figures, "customer_msg_cnt", at),
                "reply_share": replied if sessions else None,
                "first_reply_seconds": seconds if sessions and replied else None,
                "surveys": surveys,
                "survey_share": answered if surveys else None,
                **{name: said if surveys and answered else None for name, said in opinions.items()},
                "upgraded_customers": count(figures, "upgrade_service_customer_cnt", at),
                "rejecting_customers": count(figures, "msg_rejected_customer_cnt", at),
            }
        )
    return Parsed({"land_wecom_kf_servicer_day": rows})


def told_days(answer: RawResponse) -> set[dt.date]:
    """The days that an answer has figures of."""
    return set() if _beside(answer) else {day for day, _, _ in _days(answer)}


def _days(answer: RawResponse) -> Iterator[tuple[dt.date, Json, str]]:
    for index, row in enumerate(listed(body_of(answer), "statistic_list", optional=True)):
        where = f"body.statistic_list[{index}]"
        figures = block(row.get("statistic"), f"{where}.statistic")
        if figures:
            yield epoch_day(row, "stat_time", where), figures, f"{where}.statistic"


def _beside(answer: RawResponse) -> bool:
    return refused(answer) or request_of(answer).get("path") in BESIDE
