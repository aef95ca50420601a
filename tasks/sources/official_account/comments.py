# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking what people say under an Official Account's articles.

publish day -> its articles (article totals) -> POST /cgi-bin/comment/list, page by page -> Fetch
"""

import datetime as dt

from tasks.calendars import Window
from tasks.errors import NotReady, ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.official_account.calls import Article, Calls
from tasks.sources.wechat_http.codes import COMMENTS_CLOSED, NO_SUCH_ARTICLE
from tasks.sources.wechat_http.shapes import count, key_text, listed, unexpected
from tasks.sources.wechat_http.spans import gather

PAGE = 49
"""The page says fewer than 50, the error text allows 50."""
ONLY_PUBLISHED = 1
"""publish_type of what nobody was notified of."""


class Comments(Calls):
    """Comments of articles, by publish day."""

    async def comments(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every comment of the articles published on each day; one call per article and 49 comments.

        Articles that are gone (88001) or held back for safety have none. Under what was published without a
        notice the platform may have none to give (88000); under a push 88000 means that the account may not
        read comments at all.

        Source: https://developers.weixin.qq.com/doc/service/api/comment/api_listcomment (read 2026-11-22)
        """

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            published = await self.published_on(part.start)
            answers: list[RawResponse] = []
            for article in published.articles:
                answers += await self._of_article(article, part.start)
            if not published.articles and not await self.sent_nothing(part.start):
                raise NotReady(
                    f"oa.comments: no article of {part} is told of, and the account's own figures do not say that "
                    "none was published; asked for again"
                )
            if published.delayed and not answers:
                raise NotReady(
                    f"oa.comments: the articles of {part} are not all told yet; asked for again",
                    code="is_delay",
                )
            return answers, published.delayed

        return await gather(self._http, ((part, ask) for part in window.split(1)))

    async def _of_article(self, article: Article, day: dt.date) -> list[RawResponse]:
        """All comments of one article."""
        push, _, index = article.article_id.partition("_")
        if not (push.isdigit() and index.isdigit() and int(index) > 0):
            raise unexpected("msgid", article.article_id, "msg_data_id _ index from 1")
        none = NO_SUCH_ARTICLE
        if article.publish_type == ONLY_PUBLISHED:
            none |= COMMENTS_CLOSED
        answers: list[RawResponse] = []
        seen: set[str] = set()
        begin = 0
        while True:
            raw, data = await self._http.call(
                "oa.comments",
                day=day,
                body={
                    "msg_data_id": int(push),
                    "index": int(index) - 1,  # the statistics count from 1, comments from 0
                    "begin": begin,
                    "count": PAGE,
                    "type": 0,
                },
                allow=none,
            )
            if raw.errcode in none:
                return answers
            answers.append(raw)
            # A page may hold a comment twice, or have lost some: the next one begins after those that came.
            here = {
                key_text(one, "user_comment_id", "comment") for one in listed(data, "comment", optional=True)
            }
            seen |= here
            begin += len(here)
            total = count(data, "total", "body") or 0
            if here and begin < total:
                continue
            if len(seen) < total:
                raise ShortAnswer(f"oa.comments: {len(seen)} of {total} comments came; ask again later")
            return answers
