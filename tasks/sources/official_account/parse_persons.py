# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What single persons said and which tags they carry: ``land_oa_comment``, ``land_oa_tag``, ``…_tag_member``; pure.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from typing import Any

from tasks.records import RawResponse
from tasks.sources.official_account.parse import parsed_of
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    flag,
    key_code,
    key_count,
    key_text,
    listed,
    moment,
    refused,
    request_of,
    taken_on,
    text,
    texts,
)


def comments(answer: RawResponse, keyed: Keyed) -> Parsed:
    """What was said under one article → ``land_oa_comment``; the text stays, its author is a keyed hash.

    Article and publish day are those of the question: the answer does not repeat them.
    """
    if refused(answer):
        return NOTHING
    asked = block(request_of(answer).get("body"), "request.body")
    index = key_code(asked, "index", "request.body")
    article_id = f"{key_text(asked, 'msg_data_id', 'request.body')}_{index + 1}"
    rows = []
    for place, comment in enumerate(listed(body_of(answer), "comment", optional=True)):
        where = f"body.comment[{place}]"
        openid = text(comment, "openid", where)
        reply = _reply(comment.get("reply"), f"{where}.reply")
        rows.append(
            {
                "account_id": answer.account_id,
                "publish_date": answer.business_date,
                "article_id": article_id,
                "comment_id": key_text(comment, "user_comment_id", where),
                "member_key": keyed(openid) if openid else None,
                "created_at": moment(comment, "create_time", where),
                "content": text(comment, "content", where),
                "is_featured": flag(comment, "comment_type", where),
                "reply": text(reply, "content", f"{where}.reply"),
                "replied_at": moment(reply, "create_time", f"{where}.reply"),
            }
        )
    return parsed_of(answer, land_oa_comment=rows)


def _reply(value: Any, where: str) -> Json:
    """The first of the author's replies, which come as one object or as a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    return block(value, where)


def tags(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Every tag and how many carry it → ``land_oa_tag``; persons, at the end of the day before the asking."""
    if refused(answer):
        return NOTHING
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": taken_on(answer),
            "tag_id": key_code(tag, "id", f"body.tags[{index}]"),
            "name": text(tag, "name", f"body.tags[{index}]"),
            "followers": key_count(tag, "count", f"body.tags[{index}]"),
        }
        for index, tag in enumerate(listed(body_of(answer), "tags"))
    ]
    return parsed_of(answer, land_oa_tag=rows)


def tag_members(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who carries the tag asked about → ``land_oa_tag_member``; openids as keyed hashes."""
    if refused(answer):
        return NOTHING
    asked = block(request_of(answer).get("body"), "request.body")
    tag_id = key_code(asked, "tagid", "request.body")
    openids = texts(block(body_of(answer).get("data"), "body.data"), "openid", "body.data")
    rows = [
        {
            "account_id": answer.account_id,
            "tag_id": tag_id,
            "member_key": keyed(openid),
            "taken_date": taken_on(answer),
        }
        for openid in openids
    ]
    return parsed_of(answer, land_oa_tag_member=rows)
