"""DingTalk: markdown within 20,000 bytes to a signed address, and every refusal in words that help."""

import json
import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import calendars
from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    NotAuthorised,
    PermanentError,
    RateLimited,
    UnexpectedShape,
)
from tasks.messages import Block, Line, Link, Message
from tasks.notifiers.dingtalk import BREAK, LIMIT, Dingtalk, escape, read, render, signed
from tasks.notifiers.fitting import weight
from tasks.notifiers.webhooks import post
from tasks.records import Level
from tests.tasks.notifiers.anything import messages, texts

TOKEN = "https://oapi.dingtalk.com/robot/send?access_token=t"


def size(body) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode())


def written(message: Message) -> list[str]:
    return render(message)["markdown"]["text"].split(BREAK)


def test_the_robot_gets_exactly_this(message):
    body = render(message)
    assert (body["msgtype"], body["at"], body["markdown"]["title"]) == (
        "markdown", {"isAtAll": False}, "沐光美妆运营日报 7月25日",
    )  # fmt: skip
    assert written(message) == [
        "**沐光美妆运营日报 7月25日**",
        "**🔴 9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %**",
        "**红色：启动应急预案**",
        "🔴 红 浏览→下单转化：实际 6.1 %，计划应达 6.8 %，落后计划 38 %",
        "　　下一步：启动应急预案 · 负责人：王珂 · 7月27日前",
        "　　下单人数 1,203（7 天前 1,480，−18.7 %）",
        "**变动最大**",
        "• ▲ 取关人数 1,210 → 1,920 ＜+58.7 %＞ & 转差",
        "[打开完整日报](https://reports.example.com/digest-2026-07-25.html)",
    ]


def test_what_does_not_fit_is_dropped_from_the_end_and_the_reader_is_told(message):
    long = tuple(Line(f"第 {i} 行 " + "内容" * 300) for i in range(12))
    told = Message(
        message.title,
        message.verdict,
        (*message.blocks, Block("很长", long), Block("最后", (Line("尾"),))),
        message.link,
        more="…其余见日报",
    )
    parts = written(told)
    assert size(render(told)) <= LIMIT
    assert "**变动最大**" in parts
    assert "**很长**" not in parts
    assert "• 尾" not in parts
    assert parts[-2] == "…其余见日报"
    assert parts[-1].endswith(f"]({message.link})")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_any_message_fits_with_its_verdict_and_every_red_line(message):
    body = render(message)
    assert size(body) <= LIMIT
    lines = body["markdown"]["text"].split(BREAK)
    assert lines[1].startswith("**🔴 结论")
    for line in message.blocks[0].lines:
        assert any(text.startswith(f"🔴 {line.text[:3]}") for text in lines)
    for text in lines:
        bare = text.replace(f"]({message.link})", "").removeprefix("[").replace("**", "")
        assert not set("<>[]*`|~\\\n\x00") & set(bare)


@settings(deadline=None)
@given(texts, st.integers(0, 700))
def test_a_cut_stays_within_its_bytes(text, limit):
    assert weight(escape(text, limit)) <= limit


def test_the_signature_is_the_one_of_the_guide(monkeypatch):
    moment = calendars.now().fromtimestamp(1599360473, calendars.SHANGHAI)
    monkeypatch.setattr(calendars, "now", lambda: moment)
    assert signed(TOKEN, "SECdemo") == (
        f"{TOKEN}&timestamp=1599360473000&sign=tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D"
    )
    assert signed(TOKEN, "") == TOKEN


@pytest.mark.parametrize("name", ["DINGTALK_BOT_OPS", "DINGTALK_SIGNED"])
def test_a_message_arrives_at_a_robot_signed_or_not(chat, message, name):
    assert Dingtalk(chat.resolve).send(message, name, key="k").detail == "ok"
    (received,) = chat.outbox.delivered("dingtalk")
    assert received.body == render(message)


def test_a_removed_robot_says_what_to_do_and_not_its_token(chat, message):
    with pytest.raises(
        BadCredential, match="store its webhook address as the secret DINGTALK_REMOVED"
    ) as caught:
        Dingtalk(chat.resolve).send(message, "DINGTALK_REMOVED", key="k")
    assert "secretkey" not in str(caught.value)


def test_the_twenty_first_message_in_a_minute_is_blocked_for_ten(chat, message):
    robot = Dingtalk(chat.resolve)
    for _ in range(20):
        robot.send(message, "DINGTALK_BOT_OPS", key="k")
    with pytest.raises(RateLimited) as caught:
        robot.send(message, "DINGTALK_BOT_OPS", key="k")
    assert caught.value.wait_seconds == 600


@pytest.mark.parametrize(
    ("body", "error", "said"),
    [
        ('{"errcode": 310000, "errmsg": "sign not match"}', NotAuthorised, "BOT_SIGN"),
        ('{"errcode": 310000, "errmsg": "keywords not in content"}', NotAuthorised, "keyword"),
        ('{"errcode": 310000, "errmsg": "ip 1.2.3.4 not in whitelist"}', NotAuthorised, "allow-list"),
        ('{"errcode": 460101, "errmsg": "message too long, exceed 20000 bytes"}', BadRequest, "20000 bytes"),
        ('{"errcode": 40035}', BadRequest, "form"),
        ('{"errcode": -1}', Busy, "busy"),
        ('{"errcode": 777}', PermanentError, "777"),
        ("<html>gateway</html>", UnexpectedShape, "errcode"),
        ("[]", UnexpectedShape, "errcode"),
    ],
)
def test_only_errcode_zero_is_a_delivery(body, error, said):
    with pytest.raises(error, match=said) as caught:
        read(body, "BOT")
    assert "robot BOT" in str(caught.value)


def test_nothing_about_address_or_secret_is_logged_or_shown(chat, caplog, message):
    with caplog.at_level(logging.DEBUG):
        robot = Dingtalk(chat.resolve)
        robot.send(message, "DINGTALK_SIGNED", key="k")
    assert "secretkey" not in caplog.text + repr(robot)


def test_what_a_reader_can_do_stands_before_the_link_to_the_report(message):
    doors = (Link("确认 [1]", "https://ui.example/run?n=1"), Link("不是网址", "javascript:alert(1)"))
    told = written(Message("题", Line("结论", Level.grey), link=message.link, link_text="看", links=doors))
    assert told == [
        "**题**", "**⚪ 结论**", "[确认 ［1］](https://ui.example/run?n=1)", f"[看]({message.link})",
    ]  # fmt: skip


def test_the_longest_message_is_one_that_the_robot_still_takes(chat):
    long = tuple(Line("红" * 700, Level.red, ("原因" * 150,) * 3) for _ in range(30))
    told = Message("题", Line("结论", Level.red), (Block("红色", long, keep=True),), more="…")
    assert size(render(told)) > LIMIT - 2_000
    Dingtalk(chat.resolve).send(told, "DINGTALK_BOT_OPS", key="k")
    too_long = {"msgtype": "text", "text": {"content": "x" * LIMIT}}
    with pytest.raises(BadRequest, match="longer than 20000 bytes"):
        read(post(chat.resolve("DINGTALK_BOT_OPS"), too_long, name="BOT", timeout=5), "BOT")
