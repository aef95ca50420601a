"""The simulated Official Account's publications and comments.

Source:
    https://developers.weixin.qq.com/doc/service/api/public and …/api/comment, read 2026-11-22.
"""

from typing import Any

from tasks.sandbox.figures import dice
from tasks.sandbox.paging import lost
from tasks.sandbox.routing import ApiError, Call, Handler


def _news(rows: list[dict[str, Any]], *, content: bool) -> dict[str, Any]:
    return {
        "news_item": [
            {
                "title": row["title"],
                "author": row["author"],
                "digest": f"{row['title']}，一篇读懂。",
                **({"content": f"<p>{row['title']}</p>"} if content else {}),
                "content_source_url": "",
                "thumb_media_id": f"thumb-{row['article_no']}",
                "show_cover_pic": 1,
                "need_open_comment": 0,
                "only_fans_can_comment": 0,
                "url": row["url"],
                "is_deleted": dice("deleted", row["msg_data_id"]).random() < 0.03,
            }
            for row in rows
        ]
    }


def publications(call: Call) -> dict[str, Any]:
    """What was published without a push, newest first; pushes are not listed here."""
    offset, count = call.body.get("offset", 0), call.body.get("count", 20)
    if not isinstance(offset, int) or not isinstance(count, int) or offset < 0 or not 1 <= count <= 20:
        raise ApiError(40097, "invalid args")
    known = _published(call)
    rows = lost(known[offset : offset + count], short=call.short)
    content = not call.body.get("no_content", 0)
    items = [
        {
            "article_id": row["article_id"],
            "content": _news([row], content=content),
            "update_time": row["published_at"],
        }
        for row in rows
    ]
    return {"total_count": len(known), "item_count": len(items), "item": items}


def _published(call: Call) -> list[dict[str, Any]]:
    """Published without a push so far, newest first."""
    rows = call.world.by("oa_article", "publish_type").get(1, [])
    return [row for row in reversed(rows) if row["published_at"] <= call.epoch]


def _one(call: Call, column: str, value: Any) -> list[dict[str, Any]]:
    rows = [row for row in _published(call) if str(row[column]) == str(value)]
    if not rows:
        raise ApiError(53600, "invalid article id")
    return rows


def publication(call: Call) -> dict[str, Any]:
    """How one publishing went; it always went well."""
    rows = _one(call, "msg_data_id", call.body.get("publish_id"))
    items = [{"idx": row["idx"], "article_url": row["url"]} for row in rows]
    return {
        "publish_id": str(rows[0]["msg_data_id"]),
        "publish_status": 0,
        "article_id": rows[0]["article_id"],
        "article_detail": {"count": len(items), "item": items},
        "fail_idx": [],
    }


def published_article(call: Call) -> dict[str, Any]:
    """The articles of one publication."""
    return _news(_one(call, "article_id", call.body.get("article_id")), content=True)


def comments(call: Call) -> dict[str, Any]:
    """Comments on one article; ``index`` counts from 0 here, unlike in msgid."""
    body = call.body
    count, begin, kind = body.get("count", 0), body.get("begin", 0), body.get("type", 0)
    if not isinstance(count, int) or not 0 < count <= 50:
        raise ApiError(88010, "count range error. cout <= 0 or count > 50")
    articles = call.world.by("oa_article", "msg_data_id").get(body.get("msg_data_id"), [])
    article = next((row for row in articles if row["idx"] == body.get("index", 0) + 1), None)
    if article is None or article["published_at"] > call.epoch:
        raise ApiError(88001, "msg_data is not exists")
    if article["publish_type"] == 1:
        raise ApiError(88000, "without comment privilege")
    rows = [
        row
        for row in call.world.by("oa_comment_list", "article_no").get(article["article_no"], [])
        if row["created_at"] <= call.epoch and kind in (0, 2 if row["comment_id"] % 4 == 0 else 1)
    ]
    return {
        "errcode": 0,
        "errmsg": "ok",
        "total": len(rows),
        "comment": [_comment(row) for row in lost(rows[begin : begin + count], short=call.short)],
    }


def _comment(row: dict[str, Any]) -> dict[str, Any]:
    answered: dict[str, Any] = {"content": "谢谢支持！", "create_time": row["created_at"] + 7200}
    # The reply is an object in some answers and a list in others; keyboards leave control characters behind.
    reply = {0: answered, 1: [answered]}.get(row["comment_id"] % 5)
    return {
        "user_comment_id": row["comment_id"],
        "openid": row["openid"],
        "create_time": row["created_at"],
        "content": row["content"] + "\b" * (row["comment_id"] % 11 == 0),
        "comment_type": int(row["comment_id"] % 4 == 0),
        **({"reply": reply} if reply else {}),
    }


ROUTES: dict[str, Handler] = {
    "/cgi-bin/freepublish/batchget": publications,
    "/cgi-bin/freepublish/get": publication,
    "/cgi-bin/freepublish/getarticle": published_article,
    "/cgi-bin/comment/list": comments,
}
