import logging
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import BadCredential, BadRequest, Busy, NotAuthorised, PermanentError, RateLimited
from tasks.messages import Block, Line, Link, Message
from tasks.notifiers.base import MayHaveArrived
from tasks.notifiers.slack import BLOCKS, HEADER, SECTION, TOTAL, Slack, read, render
from tasks.records import Level

ANY = st.text(st.characters(codec="utf-8"), max_size=100)
MEAN = st.sampled_from(["<!channel>", "&", "红", "👩‍👩‍👧", "\n"]).flatmap(
    lambda s: st.integers(1, 700).map(lambda n: s * n)
)
TEXT = ANY | MEAN
LINE = st.builds(Line, TEXT, st.sampled_from([*Level, "plain"]), st.lists(TEXT, max_size=3).map(tuple))
RED = st.builds(lambda n, text: Line(f"红{n:02d} {text}", Level.red, (text,)), st.integers(0, 99), TEXT)
MESSAGE = st.builds(
    lambda title, verdict, red, rest, link: Message(
        title, Line(f"结论 {verdict}"), (Block("红色", tuple(red), keep=True), *rest), link, "看"
    ),
    TEXT, TEXT, st.lists(RED, max_size=40),
    st.lists(st.builds(Block, TEXT, st.lists(LINE, max_size=3).map(tuple)), max_size=30), TEXT,
)  # fmt: skip


def test_the_webhook_gets_exactly_this(message):
    section = lambda text: {"type": "section", "text": {"type": "mrkdwn", "text": text}}  # noqa: E731
    assert render(message) == {
        "text": "沐光美妆运营日报 7月25日 9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "沐光美妆运营日报 7月25日"}},
            section("*🔴 9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %*"),
            section(
                "*红色：启动应急预案*\n🔴 红 浏览→下单转化：实际 6.1 %，计划应达 6.8 %，落后计划 38 %\n"
                "      下一步：启动应急预案 · 负责人：王珂 · 7月27日前\n"
                "      下单人数 1,203（7 天前 1,480，−18.7 %）"
            ),
            section("*变动最大*\n• ▲ 取关人数 1,210 → 1,920 &lt;+58.7 %&gt; &amp; 转差"),
            section("<https://reports.example.com/digest-2026-07-25.html|打开完整日报>"),
        ],
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MESSAGE)
def test_any_message_stays_within_slacks_limits_with_verdict_and_reds(message):
    body = render(message)
    assert 0 < len(body["blocks"]) <= BLOCKS
    header, *sections = body["blocks"]
    assert 0 < len(header["text"]["text"]) <= HEADER
    texts = [section["text"]["text"] for section in sections]
    assert all(0 < len(text) <= SECTION for text in texts)
    told = "\n".join(texts)
    assert len(told) <= TOTAL + 2 * SECTION
    assert "结论" in told
    assert all(f"🔴 {line.text[:3]}" in told for line in message.blocks[0].lines)
    assert "<!" not in told
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", told)


def test_what_does_not_fit_is_said_to_be_in_the_report(message):
    long = Block("很长", tuple(Line("字" * 1400) for _ in range(10)))
    short = Message("题", message.verdict, (*message.blocks, long), more="the rest <is> elsewhere")
    texts = [b["text"]["text"] for b in render(short)["blocks"]]
    assert texts[-1] == "the rest &lt;is&gt; elsewhere"
    assert not any("很长" in text for text in texts)


def test_a_message_arrives_at_a_real_webhook(chat, message):
    receipt = Slack(chat.resolve).send(message, "SLACK_WEBHOOK_OPS", key="k")
    assert receipt.code == "ok"
    (received,) = chat.outbox.delivered("slack")
    assert received.body == render(message)


def test_a_removed_webhook_says_what_to_do_and_not_its_address(chat, message):
    with pytest.raises(BadCredential, match="store its address as the secret SLACK_REMOVED") as caught:
        Slack(chat.resolve).send(message, "SLACK_REMOVED", key="k")
    assert "secretkey" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, "<html>login</html>", PermanentError),
        (200, "", PermanentError),
        (400, "invalid_blocks", BadRequest),
        (400, "no_text", BadRequest),
        (403, "invalid_token", BadCredential),
        (403, "action_prohibited", NotAuthorised),
        (410, "channel_is_archived", NotAuthorised),
        (429, "rate_limited", RateLimited),
        (500, "rollup_error", Busy),
    ],
)
def test_only_the_word_ok_is_a_delivery(status, body, error):
    with pytest.raises(error, match="HOOK"):
        read(status, body, "30", "HOOK")


def test_silence_after_the_message_was_handed_over_is_doubt_and_not_repeated(web, message):
    def hang_up(*_):
        raise ConnectionError

    server = web(hang_up)
    with pytest.raises(MayHaveArrived, match="HOOK"):
        Slack(lambda _: f"{server.base}/services/secretkey").send(message, "HOOK", key="k")
    assert len(server.seen) == 1


def test_nobody_there_is_worth_another_try(message):
    with pytest.raises(Busy, match="no connection"):
        Slack(lambda _: "http://127.0.0.1:9/services/secretkey").send(message, "HOOK", key="k")


def test_nothing_about_the_address_is_logged_or_shown(chat, message, caplog):
    with caplog.at_level(logging.DEBUG):
        hook = Slack(chat.resolve)
        hook.send(message, "SLACK_WEBHOOK_OPS", key="k")
        with pytest.raises(BadCredential):
            hook.send(message, "SLACK_REMOVED", key="k")
    assert "secretkey" not in caplog.text + repr(hook)


def test_what_a_reader_can_do_stands_after_the_link_to_the_report(message):
    doors = (Link("确认收到", "https://ui.example/run?a=%7B%7D&x=1"), Link("不是网址", "javascript:alert(1)"))
    blocks = render(replace(message, links=doors))["blocks"]
    assert [block["text"]["text"] for block in blocks[-2:]] == [
        f"<{message.link}|打开完整日报>", "<https://ui.example/run?a=%7B%7D&amp;x=1|确认收到>",
    ]  # fmt: skip
    assert "javascript" not in str(blocks)
