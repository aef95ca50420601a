import base64
import datetime as dt
import hashlib
from urllib.parse import quote_plus, unquote_plus

import httpx
import pytest

from tasks import calendars
from tasks.sandbox.bots import dingtalk_signature, feishu_signature

WECOM, FEISHU, DINGTALK, SLACK = (
    "/cgi-bin/webhook/send",
    "/open-apis/bot/v2/hook/",
    "/robot/send",
    "/services/",
)
TEXT = {"msgtype": "text", "text": {"content": "日报"}}
CARD = {"msg_type": "interactive", "card": {"elements": []}}


def test_the_signatures_match_the_published_vectors():
    assert feishu_signature("1599360473", "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
    signed = quote_plus(dingtalk_signature("1599360473000", "SECdemo"))
    assert signed == "tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D"
    assert unquote_plus(signed) == dingtalk_signature("1599360473000", "SECdemo")


def test_slack_says_ok_in_plain_words(caller):
    said = caller.raw("POST", SLACK + "T0/B0/x", json={"text": "hello"})
    assert (said.status_code, said.text) == (200, "ok")


@pytest.mark.parametrize(
    ("address", "content", "status", "words"),
    [
        ("T0/B0/x", b"{bad", 400, "invalid_payload"),
        ("T0/B0/x", b"{}", 400, "no_text"),
        ("T0/B0/removed", b'{"text":"x"}', 404, "no_service"),
    ],
)
def test_slack_refuses_with_a_status_and_a_word(caller, address, content, status, words):
    said = caller.raw("POST", SLACK + address, content=content)
    assert (said.status_code, said.text) == (status, words)


def test_slack_refuses_cards_that_are_too_large(caller):
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
    assert caller.raw("POST", SLACK + "T", json={"blocks": [block] * 50}).text == "ok"
    assert caller.raw("POST", SLACK + "T", json={"blocks": [block] * 51}).text == "invalid_blocks"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    assert caller.raw("POST", SLACK + "T", json={"blocks": [block]}).text == "invalid_blocks"


def test_the_wecom_bot_takes_twenty_messages_a_minute(caller):
    codes = [caller.post(WECOM, TEXT, key="k")["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [45009]
    assert caller.post(WECOM, TEXT, key="other")["errcode"] == 0
    caller.sandbox.clock.advance(dt.timedelta(minutes=1))
    assert caller.post(WECOM, TEXT, key="k")["errcode"] == 0
    assert len(caller.sandbox.outbox.delivered("wecom")) == 22
    assert len(caller.sandbox.outbox) == 23


def wecom(kind: str, length: int):
    # A Chinese character is three bytes.
    return {"msgtype": kind, kind: {"content": "字" * (length // 3) + "x" * (length % 3)}}


@pytest.mark.parametrize(("kind", "limit"), [("text", 2048), ("markdown", 4096), ("markdown_v2", 4096)])
def test_the_wecom_bot_counts_bytes(caller, kind, limit):
    assert caller.post(WECOM, wecom(kind, limit), key="k")["errcode"] == 0
    assert caller.post(WECOM, wecom(kind, limit + 1), key="k")["errcode"] == 45002


PICTURE = b"\x89PNG picture"
IMAGE = {"base64": base64.b64encode(PICTURE).decode(), "md5": hashlib.md5(PICTURE).hexdigest()}  # noqa: S324


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text"}, 40058),
        ({"msgtype": "poem", "poem": {"content": "x"}}, 40058),
        ({"msgtype": "image", "image": IMAGE}, 0),
        ({"msgtype": "image", "image": {**IMAGE, "md5": "0" * 32}}, 40058),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "u"}] * 8}}, 0),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "u"}] * 9}}, 40058),
        ({"msgtype": "file", "file": {"media_id": "m"}}, 0),
        ({"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, 0),
        ([1], 40058),
    ],
)
def test_the_wecom_bot_checks_each_kind_of_message(caller, body, errcode):
    assert caller.post(WECOM, body, key="k")["errcode"] == errcode


def test_a_removed_wecom_bot_says_so_with_http_200(caller):
    said = caller.raw("POST", WECOM, params={"key": "removed-1"}, json=TEXT)
    assert said.status_code == 200
    assert said.json()["errcode"] == 93000


def feishu(caller, secret: str, *, hook: str = "signed-1", age: int = 0):
    stamp = str(int(calendars.now().timestamp()) - age)
    return caller.post(FEISHU + hook, {**CARD, "timestamp": stamp, "sign": feishu_signature(stamp, secret)})


def test_the_feishu_bot_checks_signatures(caller):
    right = feishu(caller, "sandbox-secret-signed-1")
    assert right == {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}
    assert feishu(caller, "wrong")["code"] == 19021
    assert feishu(caller, "sandbox-secret-signed-1", age=3700)["code"] == 19021
    assert caller.post(FEISHU + "signed-1", CARD)["code"] == 19021
    assert caller.post(FEISHU + "open", CARD)["code"] == 0


def test_a_bot_can_be_given_its_secret(calling):
    caller = calling(bot_secrets={"mine": "s3cret"})
    assert feishu(caller, "s3cret", hook="mine")["code"] == 0
    assert caller.post(FEISHU + "mine", CARD)["code"] == 19021


def test_the_feishu_bot_takes_five_messages_a_second_and_a_hundred_a_minute(caller):
    assert [caller.post(FEISHU + "b", CARD)["code"] for _ in range(6)] == [0] * 5 + [11232]
    for _ in range(19):
        caller.sandbox.clock.advance(dt.timedelta(seconds=1))
        assert [caller.post(FEISHU + "b", CARD)["code"] for _ in range(5)] == [0] * 5
    caller.sandbox.clock.advance(dt.timedelta(seconds=1))
    assert caller.post(FEISHU + "b", CARD)["code"] == 11232
    caller.sandbox.clock.advance(dt.timedelta(seconds=60))
    assert caller.post(FEISHU + "b", CARD)["code"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"msg_type": "interactive"},
        {"msg_type": "song", "content": {"text": "x"}},
        {"msg_type": "text", "content": {"text": "字" * 7000}},
    ],
)
def test_the_feishu_bot_refuses_what_it_cannot_show(caller, body):
    assert caller.post(FEISHU + "b", body)["code"] == 9499


def dingtalk(caller, secret: str, *, age: int = 0):
    stamp = str(int((calendars.now().timestamp() - age) * 1000))
    sign = dingtalk_signature(stamp, secret)
    return caller.post(DINGTALK, TEXT, access_token="signed-d", timestamp=stamp, sign=sign)  # noqa: S106


def test_the_dingtalk_bot_checks_signatures(caller):
    assert dingtalk(caller, "sandbox-secret-signed-d") == {"errcode": 0, "errmsg": "ok"}
    assert dingtalk(caller, "wrong")["errcode"] == 310000
    assert dingtalk(caller, "sandbox-secret-signed-d", age=3700)["errcode"] == 310000
    assert caller.post(DINGTALK, {"msgtype": "text"}, access_token="t")["errcode"] == 40035  # noqa: S106
    assert caller.post(DINGTALK, TEXT, access_token="removed")["errcode"] == 300001  # noqa: S106


def test_the_dingtalk_bot_blocks_for_ten_minutes(caller):
    def send() -> int:
        return caller.post(DINGTALK, TEXT, access_token="t")["errcode"]  # noqa: S106

    assert [send() for _ in range(21)] == [0] * 20 + [130101]
    caller.sandbox.clock.advance(dt.timedelta(minutes=9))
    assert send() == 130101
    caller.sandbox.clock.advance(dt.timedelta(minutes=1))
    assert send() == 0


def test_every_message_is_in_the_outbox(caller):
    caller.raw("POST", SLACK + "T0/B0/x", json={"text": "one"})
    caller.raw("POST", SLACK + "T0/B0/x", content=b"{bad")
    caller.post(WECOM, TEXT, key="k")
    said = caller.get("/sandbox/outbox")["messages"]
    assert [(m["channel"], m["recipient"], m["accepted"], m["code"]) for m in said] == [
        ("slack", "T0/B0/x", True, "ok"),
        ("slack", "T0/B0/x", False, "invalid_payload"),
        ("wecom", "k", True, "0"),
    ]
    assert said[0]["body"] == {"text": "one"}
    assert said[1]["body"] == "{bad"
    assert said[2]["body"]["text"]["content"] == "日报"


def test_a_lost_answer_was_a_delivered_message(caller):
    caller.sandbox.faults.add(f"timeout:{WECOM}")
    with pytest.raises(httpx.ReadTimeout):
        caller.post(WECOM, TEXT, key="k")
    assert len(caller.sandbox.outbox.delivered("wecom")) == 1


@pytest.mark.parametrize(("path", "status"), [(SLACK + "T", 503), (WECOM, 200)])
def test_a_busy_bot_delivers_nothing(caller, path, status):
    caller.sandbox.faults.add("busy")
    said = caller.raw("POST", path, params={"key": "k"}, json={**TEXT, "blocks": [1]})
    assert said.status_code == status
    assert "ok" not in said.text
    assert len(caller.sandbox.outbox) == 0
