# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What an Official Account's answers say, as rows of the ``land_oa_*`` datasets; pure.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from typing import Any

from tasks.records import RawResponse
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    cny,
    code,
    count,
    day,
    flag,
    is_delayed,
    key_code,
    key_count,
    key_text,
    listed,
    measure,
    moment,
    needed,
    refused,
    request_of,
    share,
    text,
    texts,
)

ALL_SCENES = "全部"
"""The only scene that is a total: the others overlap."""
DETAILS = "/cgi-bin/user/info/batchget"


def user_summary(answer: RawResponse, keyed: Keyed) -> Parsed:
    """New and lost followers by channel → ``land_oa_user_summary``; persons. Unknown channels are kept."""
    rows = []
    for row, where in items_of(answer):
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": day(row, "ref_date", where),
                "user_source": key_code(row, "user_source", where),
                "new_followers": key_count(row, "new_user", where),
                "lost_followers": key_count(row, "cancel_user", where),
            }
        )
    return parsed_of(answer, land_oa_user_summary=rows)


def user_cumulate(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Followers at day end → ``land_oa_user_cumulate``; persons."""
    rows = []
    for row, where in items_of(answer):
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": day(row, "ref_date", where),
                "followers": key_count(row, "cumulate_user", where),
            }
        )
    return parsed_of(answer, land_oa_user_cumulate=rows)


def biz_summary(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Readers and reactions of the account → ``land_oa_biz_day``; persons, comments and articles."""
    rows = []
    for row, where in items_of(answer):
        detail, at = block(row.get("detail"), f"{where}.detail"), f"{where}.detail"
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": day(row, "ref_date", where),
                "readers": _readers(detail, at),
                "sharers": count(detail, "share_user", at),
                "zaikan_users": count(detail, "zaikan_user", at),
                "like_users": count(detail, "like_user", at),
                "comments": count(detail, "comment_count", at),
                "collect_users": count(detail, "collection_user", at),
                "redirect_users": count(detail, "redirect_ori_page_user", at),
                "articles_sent": count(detail, "send_page_count", at),
            }
        )
    return parsed_of(answer, land_oa_biz_day=rows)


def article_read(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Readers of each article by scene in one day → ``land_oa_article_read_day``; persons."""
    rows = []
    for row, where in items_of(answer):
        detail = block(row.get("detail"), f"{where}.detail")
        about = {
            "account_id": answer.account_id,
            "business_date": day(row, "ref_date", where),
            "article_id": key_text(row, "msgid", where),
        }
        rows += [
            {**about, "scene": scene, "readers": readers}
            for scene, readers in _scenes(detail, f"{where}.detail").items()
        ]
    return parsed_of(answer, land_oa_article_read_day=rows)


def article_share(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Sharers of each article in one day → ``land_oa_article_share_day``; persons."""
    rows = []
    for row, where in items_of(answer):
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": day(row, "ref_date", where),
                "article_id": key_text(row, "msgid", where),
                "sharers": key_count(block(row.get("detail"), f"{where}.detail"), "share_user", where),
            }
        )
    return parsed_of(answer, land_oa_article_share_day=rows)


def article_total(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Each article since publication, per stat date → ``land_oa_article_total``, ``…_scene``.

    Cumulative: persons, shares 0-1, minutes, CNY. A share above 1 is refused, because it would mean percent.
    """
    totals: list[Json] = []
    scenes: list[Json] = []
    for row, where in items_of(answer):
        about = {
            "account_id": answer.account_id,
            "publish_date": day(row, "ref_date", where),
            "article_id": key_text(row, "msgid", where),
        }
        head = {
            "publish_type": code(row, "publish_type", where),
            "title": text(row, "title", where),
            "content_url": text(row, "content_url", where),
        }
        for index, detail in enumerate(listed(row, "detail_list", where, optional=True)):
            at = f"{where}.detail_list[{index}]"
            stat_date = day(detail, "stat_date", at)
            totals.append({**about, "stat_date": stat_date, **head, **_article(detail, at)})
            scenes += [
                {**about, "stat_date": stat_date, "scene": scene, "readers": readers}
                for scene, readers in _scenes(detail, at).items()
            ]
    return parsed_of(answer, land_oa_article_total=totals, land_oa_article_scene=scenes)


def publications(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Articles published without a broadcast → ``land_oa_publication``; a row per article."""
    if refused(answer):
        return NOTHING
    rows: list[Json] = []
    for index, item in enumerate(listed(body_of(answer), "item", optional=True)):
        where = f"body.item[{index}]"
        content = block(item.get("content"), f"{where}.content")
        about = {
            "account_id": answer.account_id,
            "publication_id": key_text(item, "article_id", where),
        }
        updated_at = moment(item, "update_time", where)
        for position, news in enumerate(listed(content, "news_item", f"{where}.content", optional=True)):
            at = f"{where}.content.news_item[{position}]"
            rows.append(
                {
                    **about,
                    "item_index": position,
                    "title": text(news, "title", at),
                    "author": text(news, "author", at),
                    "url": text(news, "url", at),
                    "is_deleted": bool(flag(news, "is_deleted", at)),
                    "updated_at": updated_at,
                }
            )
    return parsed_of(answer, land_oa_publication=rows)


def followers(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who follows (``present``) and who they are → ``land_oa_follower``; openid and unionid as keyed hashes.

    A page of the list gives ``present``, a page of details gives rows; ``subscribe: 0`` left in between.
    """
    if refused(answer):
        return NOTHING
    data = body_of(answer)
    if request_of(answer).get("path") != DETAILS:
        openids = texts(block(data.get("data"), "body.data"), "openid", "body.data")
        return Parsed({"land_oa_follower": []}, present={"land_oa_follower": [keyed(o) for o in openids]})
    rows = []
    for index, person in enumerate(listed(data, "user_info_list")):
        where = f"body.user_info_list[{index}]"
        if not flag(person, "subscribe", where):
            continue
        unionid = text(person, "unionid", where)
        rows.append(
            {
                "account_id": answer.account_id,
                "member_key": keyed(key_text(person, "openid", where)),
                "union_key": keyed(unionid) if unionid else None,
                "subscribed_at": moment(person, "subscribe_time", where),
                "scene": text(person, "subscribe_scene", where),
                "seen_date": answer.business_date,
                "gone_date": None,
            }
        )
    return parsed_of(answer, land_oa_follower=rows)


def items_of(answer: RawResponse) -> list[tuple[Json, str]]:
    """Rows of a datacube answer with the place each has in it."""
    if refused(answer):
        return []
    return [(row, f"body.list[{index}]") for index, row in enumerate(listed(body_of(answer), "list"))]


def parsed_of(answer: RawResponse, **rows: list[Json]) -> Parsed:
    """The rows by dataset, marked when the platform calls them provisional; nothing for an error."""
    return NOTHING if refused(answer) else Parsed(dict(rows), delayed=is_delayed(body_of(answer)))


def _scenes(detail: Json, where: str) -> dict[str, int]:
    """Readers by scene; the total is added when the platform names it only as ``read_user``."""
    found: dict[str, int] = {}
    for index, source in enumerate(listed(detail, "read_user_source", where, optional=True)):
        at = f"{where}.read_user_source[{index}]"
        found[key_text(source, "scene_desc", at)] = key_count(source, "user_count", at)
    total = count(detail, "read_user", where)
    if total is not None:
        found.setdefault(ALL_SCENES, total)
    return found


def _readers(detail: Json, where: str) -> int:
    return int(needed(_scenes(detail, where).get(ALL_SCENES), f"{where}.read_user"))


def _article(detail: Json, where: str) -> dict[str, Any]:
    """The cumulative figures of one article at one stat date."""
    leaving: dict[int, float | None] = {}
    for index, jump in enumerate(listed(detail, "read_jump_position", where, optional=True)):
        at = f"{where}.read_jump_position[{index}]"
        leaving[key_code(jump, "position", at)] = share(jump, "rate", at)
    return {
        "readers": _readers(detail, where),
        "sharers": count(detail, "share_user", where),
        "zaikan_users": count(detail, "zaikan_user", where),
        "like_users": count(detail, "like_user", where),
        "comments": count(detail, "comment_count", where),
        "collect_users": count(detail, "collection_user", where),
        "praise_cny": cny(detail, "praise_money", where),
        "followers_won": count(detail, "read_subscribe_user", where),
        "delivery_read_share": share(detail, "read_delivery_rate", where),
        "finish_share": share(detail, "read_finish_rate", where),
        "read_minutes": measure(detail, "read_avg_activetime", where),
        **{f"jump_{fifth}_share": leaving.get(fifth) for fifth in range(1, 6)},
    }
