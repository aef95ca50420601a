import html
import json
import logging
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    ConfigurationError,
    PermanentError,
    RateLimited,
    UnexpectedShape,
)
from tasks.messages import Block, Line, Link, Message
from tasks.notifiers.base import MayHaveArrived
from tasks.notifiers.wecom import LIMIT, Wecom, escape, read, render
from tasks.records import Level


def content(message: Message) -> str:
    return render(message)["markdown"]["content"]


def test_the_robot_gets_exactly_this(message):
    assert render(message) == {
        "msgtype": "markdown",
        "markdown": {
            "content": "\n".join(
                [
                    "**沐光美妆运营日报 7月25日**",
                    '> <font color="warning">9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %</font>',
                    "**红色：启动应急预案**",
                    '> <font color="warning">红 浏览→下单转化：实际 6.1 %，计划应达 6.8 %，'
                    "落后计划 38 %</font>",
                    "> 下一步：启动应急预案 · 负责人：王珂 · 7月27日前",
                    "> 下单人数 1,203（7 天前 1,480，−18.7 %）",
                    "**变动最大**",
                    "> ▲ 取关人数 1,210 → 1,920 &lt;+58.7 %&gt; &amp; 转差",
                    "[打开完整日报](https://reports.example.com/digest-2026-07-25.html)",
                ]
            )
        },
    }


def test_what_does_not_fit_is_dropped_from_the_end_and_the_reader_is_told(message):
    long = tuple(Line(f"第 {i} 行 " + "内容" * 60) for i in range(12))
    told = content(
        Message(
            message.title,
            message.verdict,
            (*message.blocks, Block("很长", long), Block("最后", (Line("尾"),))),
            message.link,
            more="…其余 <见> 日报",
        )
    )
    assert len(told.encode()) <= LIMIT
    assert "变动最大" in told
    assert "很长" not in told
    assert "尾" not in told
    assert told.endswith(f"[…其余 &lt;见&gt; 日报]({message.link})")


def test_without_a_link_the_reader_is_still_told_that_there_is_more(message):
    told = content(
        Message(
            "题",
            message.verdict,
            (Block("很长", (Line("字" * 300, details=("细" * 800,) * 12),)),),
            more="the rest is in the digest",
        )
    )
    assert told.endswith("\nthe rest is in the digest")


def test_details_of_reds_go_before_reds_do(message):
    reds = tuple(Line(f"红 指标{i}：落后计划 {30 + i} %", Level.red, ("原因" * 100,)) for i in range(20))
    told = content(
        Message("题", message.verdict, (Block("红色", reds, keep=True), Block("黄色", (Line("黄"),))))
    )
    assert all(f"红 指标{i}：落后计划 {30 + i} %" in told for i in range(20))
    assert told.endswith("\n…")


def test_how_to_answer_and_how_sure_it_is_stay_whatever_is_cut():
    """Eleven reds and oranges with long causes: the last lines are those a reader needs to act."""
    reds = tuple(Line(f"红 指标{i}", Level.red, ("原因" * 60, f"下一步{i}", "可以试" * 60)) for i in range(6))
    oranges = tuple(Line(f"橙 指标{i}" + "长" * 80, Level.orange, ("原因" * 60,)) for i in range(9))
    how = tuple(Line(f"{what}：python -m flows {what} 编号") for what in ("确认", "暂缓", "登记"))
    told = content(
        Message(
            "题",
            Line("最要紧：红 指标0", Level.red),
            (
                Block("红色", reds, keep=True),
                Block("橙色", oranges),
                Block("数据可信度", (Line("数据完整度：当日 100 %"),), keep=True),
                Block("收到后请处理", how, keep=True),
                Block("数据与口径", (Line("按计划版本 v3 判定"),)),
            ),
            more="…其余见完整日报",
        )
    )
    assert len(told.encode()) <= LIMIT
    for text in ("最要紧：红 指标0", "数据完整度：当日 100 %", "登记：python -m flows 登记 编号"):
        assert text in told
    assert all(f"下一步{i}" in told for i in range(6)), "every red's next action goes before anybody's advice"
    assert told.endswith("…其余见完整日报")


def test_a_yellow_line_goes_before_the_advice_of_a_red():
    red = Line("红 指标", Level.red, ("原因", "下一步", *("可以试" * 45 for _ in range(12))))
    told = content(
        Message("题", Line("结论"), (Block("红色", (red,), keep=True), Block("黄色", (Line("黄 指标"),))))
    )
    assert "黄 指标" in told
    assert "可以试" in told
    assert told.endswith("…")


anything = st.text(st.characters(codec="utf-8"), max_size=200)
mean = st.sampled_from(["<", "&", "红", "𠮷", "é", "](", "\n", "👩‍👩‍👧"]).flatmap(
    lambda s: st.integers(1, 500).map(lambda n: s * n)
)
texts = anything | mean
lines = st.builds(Line, texts, st.sampled_from([*Level, "plain"]), st.lists(texts, max_size=3).map(tuple))
reds = st.builds(
    lambda n, text, details: Line(f"红{n:02d} {text}", Level.red, details),
    st.integers(0, 99),
    texts,
    st.lists(texts, max_size=3).map(tuple),
)
blocks = st.builds(Block, texts, st.lists(lines, max_size=8).map(tuple))
messages = st.builds(
    lambda title, verdict, red, rest, link: Message(
        title, Line(f"结论 {verdict}", Level.red), (Block("红色", tuple(red), keep=True), *rest), link, "看"
    ),
    texts, texts, st.lists(reds, max_size=20), st.lists(blocks, max_size=6),
    st.sampled_from(["", "https://x.example/?a=1&b=2", "https://x.example/" + "p" * 2000, "http://x/a b)"]) | texts,
)  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_any_message_fits_with_its_verdict_and_every_red_line(message):
    told = content(message)
    assert 0 < len(told.encode("utf-8")) <= LIMIT
    assert "结论" in told
    for line in message.blocks[0].lines:
        assert f'<font color="warning">{line.text[:3]}' in told
    told = told.replace(f"]({message.link})", "]")
    bare = re.sub(r'</?font(?: color="(?:info|comment|warning)")?>', "", told)
    assert "<" not in bare
    assert "&" not in re.sub(r"&(?:amp|lt|gt);", "", bare)


@settings(deadline=None)
@given(texts, st.integers(0, 700))
def test_a_cut_never_splits_a_character_or_an_entity(text, limit):
    told = escape(text, limit)
    assert len(told.encode()) <= limit
    whole = escape(text, 10**6)
    if told != whole and told:
        assert told.endswith("…")
        assert html.unescape(whole).startswith(html.unescape(told[:-1]))


def test_only_whole_web_links_are_offered(message):
    for link in (
        "file:///data/reports/digest.html",
        "https://x.example/" + "p" * 2000,
        "javascript:alert(1)",
    ):
        assert "](" not in content(Message("题", message.verdict, link=link, link_text="看"))


def test_a_message_arrives_at_a_real_robot(chat, message):
    receipt = Wecom(chat.resolve).send(message, "WECOM_BOT_OPS", key="k")
    assert (receipt.code, receipt.detail) == ("0", "ok")
    (received,) = chat.outbox.delivered("wecom")
    assert received.body == render(message)


def test_a_removed_robot_says_what_to_do_and_not_its_key(chat, message):
    with pytest.raises(
        BadCredential, match="store its webhook address as the secret WECOM_REMOVED"
    ) as caught:
        Wecom(chat.resolve).send(message, "WECOM_REMOVED", key="k")
    assert caught.value.code == "93000"
    assert "secretkey" not in str(caught.value)


def test_the_twenty_first_message_in_a_minute_has_to_wait(chat, message):
    robot = Wecom(chat.resolve)
    for _ in range(20):
        robot.send(message, "WECOM_BOT_OPS", key="k")
    with pytest.raises(RateLimited) as caught:
        robot.send(message, "WECOM_BOT_OPS", key="k")
    assert caught.value.wait_seconds == 60


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"errcode": 45002, "errmsg": "content exceed max length"}', BadRequest),
        ('{"errcode": 40058, "errmsg": "invalid Request Parameter"}', BadRequest),
        ('{"errcode": -1, "errmsg": "system busy"}', Busy),
        ('{"errcode": 301002}', PermanentError),
        ("<html>gateway</html>", UnexpectedShape),
        ('{"ok": true}', UnexpectedShape),
        ("[]", UnexpectedShape),
    ],
)
def test_only_errcode_zero_is_a_delivery(body, error):
    with pytest.raises(error, match="BOT"):
        read(body, "BOT")


@pytest.mark.parametrize(
    ("status", "error"), [(301, PermanentError), (404, PermanentError), (429, RateLimited), (502, Busy)]
)
def test_http_trouble_is_told_without_the_address(web, message, status, error):
    server = web(lambda *_: (status, b"no", {"Location": "https://elsewhere.invalid/", "Retry-After": "7"}))
    with pytest.raises(error) as caught:
        Wecom(lambda _: f"{server.base}/cgi-bin/webhook/send?key=secretkey").send(message, "BOT", key="k")
    assert "secretkey" not in str(caught.value)
    assert getattr(caught.value, "wait_seconds", None) in (None, 7.0)


def test_silence_after_the_message_was_handed_over_is_doubt_not_failure(web, message):
    def hang_up(*_):
        raise ConnectionError

    with pytest.raises(MayHaveArrived, match="BOT"):
        Wecom(lambda _: f"{web(hang_up).base}/x").send(message, "BOT", key="k")


def test_nobody_there_is_worth_another_try(message):
    with pytest.raises(Busy, match="no connection"):
        Wecom(lambda _: "http://127.0.0.1:9/cgi-bin/webhook/send?key=secretkey").send(message, "BOT", key="k")


@pytest.mark.parametrize(
    "address", ["", "secretkey", "ftp://h/secretkey", "https:///secretkey", "https://h/secret key"]
)
def test_a_secret_that_is_no_address_is_named_not_shown(message, address):
    with pytest.raises(ConfigurationError, match="WECOM_BOT_OPS") as caught:
        Wecom(lambda _: address).send(message, "WECOM_BOT_OPS", key="k")
    assert "secret key" not in str(caught.value)
    assert "secretkey" not in str(caught.value)


def test_nothing_about_the_address_is_logged_or_shown(chat, message, caplog):
    with caplog.at_level(logging.DEBUG):
        robot = Wecom(chat.resolve)
        robot.send(message, "WECOM_BOT_OPS", key="k")
    assert "secretkey" not in caplog.text + repr(robot)


def test_chinese_travels_unescaped(web, message):
    server = web(lambda *_: (200, b'{"errcode": 0}', {}))
    Wecom(lambda _: server.base).send(message, "BOT", key="k")
    assert "浏览".encode() in server.seen[0]
    assert json.loads(server.seen[0]) == render(message)


def test_what_a_reader_can_do_stands_before_the_link_to_the_report_and_within_the_limit(message):
    doors = tuple(Link(f"确认 {n}", f"https://ui.example/run?n={n}&x={'y' * 400}") for n in range(3))
    long = Message(
        message.title, message.verdict, (Block("很长", tuple(Line("字" * 200) for _ in range(20))),),
        link=message.link, link_text=message.link_text, links=(*doors, Link("不是网址", "javascript:alert(1)")),
    )  # fmt: skip
    content = render(long)["markdown"]["content"]
    assert len(content.encode()) <= LIMIT
    lines = content.splitlines()
    assert [line.split("](")[0] for line in lines[-4:-1]] == ["[确认 0", "[确认 1", "[确认 2"]
    assert message.link in lines[-1]
    assert "javascript" not in content
