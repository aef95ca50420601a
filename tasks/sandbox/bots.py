"""Group-chat bots that refuse what the real ones refuse: Slack, WeCom, Feishu, DingTalk.

Any address is a bot, except one that contains ``removed``. A Feishu or DingTalk bot whose address contains
``signed``, or that was given a secret, checks signatures; its secret is ``sandbox-secret-<address>`` unless
given. Every message, accepted or not, goes to the outbox.

Source:
    WeCom https://developer.work.weixin.qq.com/document/path/99110; Feishu and DingTalk custom-bot guides;
    Slack "Sending messages using incoming webhooks"; read 2026-11-22.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks import calendars
from tasks.sandbox.clock import Clock
from tasks.sandbox.outbox import Outbox, Received

SIGNATURE_LIFE = dt.timedelta(hours=1)
DINGTALK_BLOCK = dt.timedelta(minutes=10)
MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)
FEISHU_BYTES = 20 * 1024
DINGTALK_BYTES = 20_000
WECOM_BYTES = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
WECOM_ARTICLES = 8
WECOM_IMAGE_BYTES = 2 * 1024 * 1024
PLACES = ("/services/", "/cgi-bin/webhook/send", "/open-apis/bot/v2/hook/", "/robot/send")
SLACK_BLOCKS, SLACK_SECTION_CHARACTERS = 50, 3000


@dataclass(frozen=True)
class BotAnswer:
    """What a bot says: HTTP status, code for the outbox and the body (text or JSON)."""

    status: int
    code: str
    body: str | dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether the message would be seen in the chat."""
        return self.code in {"ok", "0"}


class Bots:
    """All bots of the sandbox behind one door.

    Args:
        secrets: signing secret by address (Feishu hook id, DingTalk token).
    """

    def __init__(self, clock: Clock, outbox: Outbox, secrets: Mapping[str, str] | None = None) -> None:
        self._clock, self._outbox, self._secrets = clock, outbox, dict(secrets or {})
        self._sent: dict[str, deque[dt.datetime]] = defaultdict(deque)
        self._blocked: dict[str, dt.datetime] = {}

    def serves(self, path: str) -> bool:
        """Whether a bot lives at ``path``."""
        return path.startswith(PLACES)

    def answer(self, path: str, query: Mapping[str, str], raw: bytes) -> BotAnswer:
        """The answer of the bot at ``path`` to one POST."""
        try:
            body: Any = json.loads(raw)
        except ValueError:
            body = None
        if path.startswith("/services/"):
            channel, address = "slack", path.removeprefix("/services/")
            answer = self._slack(address, body)
        elif path == "/cgi-bin/webhook/send":
            channel, address = "wecom", query.get("key", "")
            answer = self._wecom(address, body)
        elif path.startswith("/open-apis/bot/v2/hook/"):
            channel, address = "feishu", path.removeprefix("/open-apis/bot/v2/hook/")
            answer = self._feishu(address, body, len(raw))
        else:
            channel, address = "dingtalk", query.get("access_token", "")
            answer = self._dingtalk(address, query, body, len(raw))
        kept = raw.decode("utf-8", "replace") if body is None else body
        self._outbox.add(Received(channel, address, self._clock.now(), kept, answer.accepted, answer.code))
        return answer

    def _within(self, bot: str, limit: int, span: dt.timedelta) -> bool:
        """Whether fewer than ``limit`` messages were accepted during the last ``span``."""
        now, sent = self._clock.now(), self._sent[bot]
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        return sum(1 for moment in sent if moment > now - span) < limit

    def _slack(self, address: str, body: Any) -> BotAnswer:
        if not address or "removed" in address:
            return BotAnswer(404, "no_service", "no_service")
        if not isinstance(body, dict):
            return BotAnswer(400, "invalid_payload", "invalid_payload")
        blocks = body.get("blocks") or []
        if not body.get("text") and not blocks and not body.get("attachments"):
            return BotAnswer(400, "no_text", "no_text")
        texts = [block.get("text") for block in blocks if isinstance(block, dict)]
        lengths = [len(text.get("text", "")) for text in texts if isinstance(text, dict)]
        if len(blocks) > SLACK_BLOCKS or max(lengths, default=0) > SLACK_SECTION_CHARACTERS:
            return BotAnswer(400, "invalid_blocks", "invalid_blocks")
        return BotAnswer(200, "ok", "ok")

    def _wecom(self, key: str, body: Any) -> BotAnswer:
        if not key or "removed" in key:
            return _wecom_error(93000, "invalid webhook url")
        problem = _wecom_problem(body)
        if problem:
            return _wecom_error(*problem)
        if not self._within(f"wecom:{key}", 20, MINUTE):
            return _wecom_error(45009, "api freq out of limit")
        self._sent[f"wecom:{key}"].append(self._clock.now())
        return BotAnswer(200, "0", {"errcode": 0, "errmsg": "ok"})

    def _feishu(self, address: str, body: Any, size: int) -> BotAnswer:
        if not address or "removed" in address:
            return _feishu_error(19001, "param invalid: incoming webhook access token invalid")
        if not isinstance(body, dict) or size > FEISHU_BYTES or not _feishu_shaped(body):
            return _feishu_error(9499, "Bad Request")
        secret = self._secret(address)
        if secret:
            stamp = str(body.get("timestamp", ""))
            fresh = stamp.isdigit() and self._recent(int(stamp))
            if not fresh or not hmac.compare_digest(
                feishu_signature(stamp, secret), str(body.get("sign", ""))
            ):
                return _feishu_error(
                    19021, "sign match fail or timestamp is not within one hour from current time"
                )
        bot = f"feishu:{address}"
        if not (self._within(bot, 100, MINUTE) and self._within(bot, 5, SECOND)):
            return _feishu_error(11232, "frequency limited")
        self._sent[bot].append(self._clock.now())
        return BotAnswer(
            200, "0", {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}
        )

    def _dingtalk(self, token: str, query: Mapping[str, str], body: Any, size: int) -> BotAnswer:
        if not token or "removed" in token:
            return _dingtalk_error(300001, "token is not exist")
        wrong = self._dingtalk_sign(token, query)
        problem = (310000, wrong) if wrong else _dingtalk_problem(body, size)
        if problem:
            return _dingtalk_error(*problem)
        bot, now = f"dingtalk:{token}", self._clock.now()
        if now < self._blocked.get(bot, now):
            return _dingtalk_error(130101, "send too fast, exceed 20 times per minute")
        if not self._within(bot, 20, MINUTE):
            self._blocked[bot] = now + DINGTALK_BLOCK
            return _dingtalk_error(130101, "send too fast, exceed 20 times per minute")
        self._sent[bot].append(now)
        return BotAnswer(200, "0", {"errcode": 0, "errmsg": "ok"})

    def _dingtalk_sign(self, token: str, query: Mapping[str, str]) -> str:
        secret, stamp = self._secret(token), query.get("timestamp", "")
        if not secret:
            return ""
        if not stamp.isdigit() or not self._recent(int(stamp) // 1000):
            return "invalid timestamp"
        right = hmac.compare_digest(dingtalk_signature(stamp, secret), query.get("sign", ""))
        return "" if right else "sign not match"

    def _secret(self, address: str) -> str:
        return self._secrets.get(address, f"sandbox-secret-{address}" if "signed" in address else "")

    def _recent(self, seconds: int) -> bool:
        # A client signs with the world's time although the sandbox may show another day: both are believed.
        moments = (self._clock.now(), calendars.now())
        return any(abs(moment.timestamp() - seconds) <= SIGNATURE_LIFE.total_seconds() for moment in moments)


def feishu_signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 with key ``timestamp + newline + secret`` over nothing."""
    return base64.b64encode(
        hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    ).decode()


def dingtalk_signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 with key ``secret`` over ``timestamp + newline + secret``."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _wecom_problem(body: Any) -> tuple[int, str] | None:
    kind = body.get("msgtype") if isinstance(body, dict) else None
    content = body.get(kind) if isinstance(kind, str) else None
    if not isinstance(content, dict):
        return 40058, "invalid Request Parameter"
    if kind in WECOM_BYTES:
        text = content.get("content")
        if not isinstance(text, str) or not text:
            return 44004, "empty content"
        if len(text.encode()) > WECOM_BYTES[kind]:
            return 45002, f"content exceed max length. invalid {kind} size"
        return None
    right = (
        (kind == "news" and 1 <= len(content.get("articles", [])) <= WECOM_ARTICLES)
        or (kind == "image" and _is_image(content))
        or (kind in {"file", "voice"} and bool(content.get("media_id")))
        or (kind == "template_card" and content.get("card_type") in {"text_notice", "news_notice"})
    )
    return None if right else (40058, "invalid Request Parameter")


def _dingtalk_problem(body: Any, size: int) -> tuple[int, str] | None:
    content = body.get(body.get("msgtype", "")) if isinstance(body, dict) else None
    if not isinstance(content, dict) or not any(content.values()):
        return 40035, "invalid parameter: msgtype or its content is missing"
    return (460101, f"message too long, exceed {DINGTALK_BYTES} bytes") if size > DINGTALK_BYTES else None


def _is_image(content: Mapping[str, Any]) -> bool:
    try:
        picture = base64.b64decode(str(content.get("base64", "")), validate=True)
    except binascii.Error:
        return False
    digest = hashlib.md5(picture, usedforsecurity=False).hexdigest()
    return 0 < len(picture) <= WECOM_IMAGE_BYTES and digest == content.get("md5")


def _feishu_shaped(body: Mapping[str, Any]) -> bool:
    kind = body.get("msg_type")
    if kind == "interactive":
        return isinstance(body.get("card"), dict)
    return kind in {"text", "post", "image", "share_chat"} and bool(body.get("content"))


def _wecom_error(code: int, message: str) -> BotAnswer:
    hint = f"hint: [{calendars.now().timestamp():.0f}{code}], from ip: 127.0.0.1"
    link = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    return BotAnswer(200, str(code), {"errcode": code, "errmsg": f"{message}, {hint}, {link}"})


def _feishu_error(code: int, message: str) -> BotAnswer:
    return BotAnswer(200, str(code), {"code": code, "msg": message, "data": {}})


def _dingtalk_error(code: int, message: str) -> BotAnswer:
    return BotAnswer(200, str(code), {"errcode": code, "errmsg": message})
