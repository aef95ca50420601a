"""Feishu: a signed card within 20 KB that the sandbox's bot takes, and every refusal in words that help."""

import json
import logging
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import calendars
from tasks.errors import (
    BadCredential,
    BadRequest,
    ConfigurationError,
    NotAuthorised,
    PermanentError,
    RateLimited,
    UnexpectedShape,
)
from tasks.messages import Block, Line, Link, Message
from tasks.notifiers.base import MayHaveArrived
from tasks.notifiers.feishu import LIMIT, Feishu, escape, read, render, signed
from tasks.notifiers.fitting import weight
from tasks.records import Level
from tests.tasks.notifiers.anything import messages, texts

MARKUP = set("<>*~`_[]()#|\\$!:")


def size(body) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode())


def written(message: Message) -> list[str]:
    return [element["content"] for element in render(message)["card"]["elements"]]


def test_the_bot_gets_exactly_this(message):
    assert render(message) == {
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": True},
            "header": {
                "title": {"tag": "plain_text", "content": "沐光美妆运营日报 7月25日"},
                "template": "red",
            },
            "elements": [
                {"tag": "markdown", "content": "**🔴 9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %**"},
                {
                    "tag": "markdown",
                    "content": "**红色：启动应急预案**\n"
                    "🔴 红 浏览→下单转化：实际 6.1 %，计划应达 6.8 %，落后计划 38 %\n"
                    "　　下一步：启动应急预案 · 负责人：王珂 · 7月27日前\n"
                    "　　下单人数 1,203（7 天前 1,480，−18.7 %）\n\n"
                    "**变动最大**\n"
                    "• ▲ 取关人数 1,210 → 1,920 &#60;+58.7 %&#62; &#38; 转差",
                },
                {
                    "tag": "markdown",
                    "content": "[打开完整日报](https://reports.example.com/digest-2026-07-25.html)",
                },
            ],
        },
    }


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
    assert size(render(told)) <= LIMIT - 200
    assert "变动最大" in parts[1]
    assert "很长" not in parts[1]
    assert "尾" not in parts[1]
    assert parts[2] == "…其余见日报"
    assert parts[3].endswith(f"]({message.link})")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_any_message_fits_with_its_verdict_and_every_red_line(message):
    body = signed(render(message), "a-secret")
    assert size(body) <= LIMIT
    head, *rest = [element["content"] for element in body["card"]["elements"]]
    assert head.startswith("**🔴 结论")
    for line in message.blocks[0].lines:
        assert f"🔴 {line.text[:3]}" in rest[0]
    for part in (head, *rest):
        told = part.replace(f"]({message.link})", "").removeprefix("[").replace("**", "")
        assert not MARKUP & set(re.sub(r"&#\d+;", "", told))


@settings(deadline=None)
@given(texts, st.integers(0, 700))
def test_a_cut_never_splits_a_character_or_an_entity(text, limit):
    told = escape(text, limit)
    assert weight(told) <= limit
    assert "&" not in re.sub(r"&#\d+;", "", told)


def test_the_signature_is_the_one_of_the_guide(monkeypatch):
    moment = calendars.now().fromtimestamp(1599360473, calendars.SHANGHAI)
    monkeypatch.setattr(calendars, "now", lambda: moment)
    assert signed({"x": 1}, "demo") == {
        "timestamp": "1599360473", "sign": "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=", "x": 1,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["FEISHU_BOT_OPS", "FEISHU_SIGNED"])
def test_a_message_arrives_at_a_bot_signed_or_not(chat, message, name):
    assert Feishu(chat.resolve).send(message, name, key="k").detail == "success"
    (received,) = chat.outbox.delivered("feishu")
    assert received.body["card"] == render(message)["card"]
    assert ("sign" in received.body) is (name == "FEISHU_SIGNED")


def test_a_missing_signing_secret_is_asked_for_by_name(chat, message):
    def resolve(name: str) -> str:
        if name.endswith("_SIGN"):
            raise ConfigurationError("unset")
        return chat.resolve(name)

    with pytest.raises(NotAuthorised, match="FEISHU_SIGNED_SIGN") as caught:
        Feishu(resolve).send(message, "FEISHU_SIGNED", key="k")
    assert caught.value.code == "19021"


def test_a_removed_bot_says_what_to_do_and_not_its_address(chat, message):
    with pytest.raises(
        BadCredential, match="store its webhook address as the secret FEISHU_REMOVED"
    ) as caught:
        Feishu(chat.resolve).send(message, "FEISHU_REMOVED", key="k")
    assert "secretkey" not in str(caught.value)


def test_the_sixth_message_in_a_second_has_to_wait(chat, message):
    bot = Feishu(chat.resolve)
    for _ in range(5):
        bot.send(message, "FEISHU_BOT_OPS", key="k")
    with pytest.raises(RateLimited):
        bot.send(message, "FEISHU_BOT_OPS", key="k")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"code": 9499, "msg": "Bad Request"}', BadRequest),
        ('{"code": 19002, "msg": "params error, msg_type need"}', BadRequest),
        ('{"code": 19022, "msg": "Ip Not Allowed"}', NotAuthorised),
        ('{"code": 19024, "msg": "Key Words Not Found"}', NotAuthorised),
        ('{"code": 777}', PermanentError),
        ("<html>gateway</html>", UnexpectedShape),
        ('{"ok": true}', UnexpectedShape),
        ("[]", UnexpectedShape),
    ],
)
def test_only_code_zero_is_a_delivery_whatever_http_says(body, error):
    with pytest.raises(error, match="BOT"):
        read(body, "BOT")


def test_silence_after_the_message_was_handed_over_is_doubt_not_failure(web, message):
    def hang_up(*_):
        raise ConnectionError

    base = web(hang_up).base
    with pytest.raises(MayHaveArrived, match="BOT"):
        Feishu(lambda name: "" if name.endswith("_SIGN") else f"{base}/x").send(message, "BOT", key="k")


def test_nothing_about_address_or_secret_is_logged_or_shown(chat, caplog, message):
    with caplog.at_level(logging.DEBUG):
        bot = Feishu(chat.resolve)
        bot.send(message, "FEISHU_SIGNED", key="k")
    assert "secretkey" not in caplog.text + repr(bot)


def test_what_a_reader_can_do_stands_last_and_only_on_the_web(message):
    doors = (Link("确认 [1]", "https://ui.example/run?n=1"), Link("不是网址", "javascript:alert(1)"))
    told = written(Message("题", Line("结论", Level.grey), link=message.link, link_text="看", links=doors))
    assert told == [
        "**⚪ 结论**",
        f"[看]({message.link})",
        "[确认 &#91;1&#93;](https://ui.example/run?n=1)",
    ]


@pytest.mark.parametrize("status", [200, 400])
def test_a_burst_that_feishu_calls_a_bad_request_may_be_tried_again(web, message, status):
    busy = web(lambda *_: (status, b'{"code":9499,"msg":"too many request","data":{}}', {}))
    with pytest.raises(RateLimited) as caught:
        Feishu(lambda name: "" if name.endswith("_SIGN") else f"{busy.base}/x").send(message, "BOT", key="k")
    assert (caught.value.code, caught.value.wait_seconds) == ("9499", 60)


def test_a_refusal_with_http_400_says_what_feishu_said_of_it(web, message):
    dead = web(lambda *_: (400, b'{"code":19001,"msg":"param invalid"}', {}))
    with pytest.raises(BadCredential, match="the bot was removed from the group"):
        Feishu(lambda name: "" if name.endswith("_SIGN") else f"{dead.base}/x").send(message, "BOT", key="k")
