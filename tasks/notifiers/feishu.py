"""Feishu custom bots (飞书自定义机器人): a card of at most 20 KB, signed; delivered is ``code`` 0.

A bot whose security setting is 签名校验 has its secret stored beside its address: ``FEISHU_BOT_OPS`` holds the
address, ``FEISHU_BOT_OPS_SIGN`` the secret. Without the latter nothing is signed.

Source: open.feishu.cn, 自定义机器人使用指南 and 卡片富文本组件 (special characters as entities); code 19002, and
9499 for "too many request", as seen in public threads; read 2026-11-23.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from tasks import calendars
from tasks.errors import (
    BadCredential,
    BadRequest,
    NotAuthorised,
    OpsError,
    PermanentError,
    RateLimited,
    UnexpectedShape,
)
from tasks.messages import Line, Link, Message, Tone
from tasks.notifiers.base import MARKS, Receipt, Resolve, one_line, signing_secret, web_address, web_link
from tasks.notifiers.fitting import Form, cut, fit, weight
from tasks.notifiers.pacing import PACE, Limits
from tasks.notifiers.webhooks import post
from tasks.records import Level

LIMIT = 20_000
"""Bytes of the whole body; the page says 20 KB without saying which."""
ENVELOPE = 200
"""Bytes kept for time and signature."""
LIMITS: Limits = ((4, 1.0), (90, 60.0))
"""A little below the platform's 5 a second and 100 a minute, since its clock is not ours."""
VERDICT, TITLE, DETAIL, WIDEST, LINK = 1500, 300, 900, 2400, 1500
"""Bytes that single parts may take, so that none starves the others."""
SPECIAL = {ord(char): f"&#{ord(char)};" for char in "&<>*~`_[]()#|\\$!:"}
"""What Feishu's markdown would take for markup, a mention or an emoji."""
BANNERS: dict[Tone, str] = {
    Level.red: "red",
    Level.orange: "orange",
    Level.yellow: "yellow",
    Level.green: "green",
    Level.grey: "grey",
}
TOO_MANY = "too many request"
"""What code 9499 says when it is no malformed message but a burst of them; it comes with HTTP 400."""
REFUSALS: dict[int, tuple[type[PermanentError], str]] = {
    9499: (BadRequest, "Feishu did not accept the message's form ({code})"),
    19001: (
        BadCredential,
        "its address is wrong or the bot was removed from the group; add a custom bot to the group and store its "
        "webhook address as the secret {name}",
    ),
    19002: (BadRequest, "Feishu did not accept the message's form ({code})"),
    19021: (
        NotAuthorised,
        "the signature was refused; store the secret of its 签名校验 setting as the secret {name}_SIGN, and check "
        "that this machine's clock is right",
    ),
    19022: (NotAuthorised, "this machine's IP address is not on the bot's allow-list"),
    19024: (NotAuthorised, "the bot asks for a keyword that the message lacks; use 签名校验 instead"),
}


def escape(text: str, limit: int) -> str:
    """One line that cannot act as markup or mention anybody, of at most ``limit`` bytes."""
    return cut(one_line(text), limit, weight, lambda part: part.translate(SPECIAL))


def _line(line: Line, limit: int) -> str:
    mark = MARKS.get(line.tone, "•")
    return f"{mark} {escape(line.text, limit - weight(mark) - 3)}"


FORM = Form(
    size=lambda text: weight(text) + 4,  # a line break, and an empty line before a block
    title=lambda text: f"**{escape(text, TITLE)}**",
    line=_line,
    detail=lambda text: f"　　{escape(text, DETAIL)}",
    shortest=120,
)


def _text(text: str = "") -> dict[str, str]:
    return {"tag": "markdown", "content": text}


def render(message: Message) -> dict[str, Any]:
    """The card: title and verdict always, ``keep`` blocks always, the rest by priority while it fits."""
    title = cut(one_line(message.title), TITLE, weight) or "-"
    doors = [
        f"[{escape(one.text, TITLE)}]({one.address})"
        for one in (
            *([Link(message.link_text or message.title, message.link)] * bool(message.link)),
            *message.links,
        )
        if web_link(one.address, LINK, "()<> ")
    ]
    head = _text(f"**{_line(message.verdict, VERDICT)}**")
    more = _text(escape(message.more, TITLE))
    tail = [_text(door) for door in doors]
    room = LIMIT - ENVELOPE - _size(_card(title, message.verdict.tone, [head, _text(), more, *tail]))
    told, complete = fit(message.blocks, room, FORM, widest=WIDEST)
    body = [_text("\n\n".join("\n".join(lines) for lines in told))] if told else []
    return _card(title, message.verdict.tone, [head, *body, *([] if complete else [more]), *tail])


def _card(title: str, tone: Tone, elements: list[dict[str, str]]) -> dict[str, Any]:
    header = {"title": {"tag": "plain_text", "content": title}, "template": BANNERS.get(tone, "blue")}
    card = {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}
    return {"msg_type": "interactive", "card": card}


def _size(body: dict[str, Any]) -> int:
    return len(json.dumps(body, ensure_ascii=False).encode())


def signed(body: dict[str, Any], secret: str) -> dict[str, Any]:
    """The body with the present second and its signature; as it is when there is no secret."""
    if not secret:
        return body
    stamp = f"{calendars.now().timestamp():.0f}"
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode(), **body}


def hand_over(url: str, body: dict[str, Any], name: str, timeout: float) -> Receipt:
    """What the bot says to a body; Feishu says no with HTTP 200 as well as 400 (see :func:`read`)."""
    return read(post(url, body, name=f"Feishu bot {name}", timeout=timeout, explained=(400,)), name)


def read(body: str, name: str) -> Receipt:
    """The receipt in an answer.

    Raises:
        RateLimited: trying again can help.
        BadCredential, NotAuthorised: the bot is gone, or does not let this message in.
        BadRequest, PermanentError, UnexpectedShape: it cannot.
    """
    try:
        answer = json.loads(body)
        code = int(answer["code"])
    except (ValueError, KeyError, TypeError):
        raise UnexpectedShape(f"Feishu bot {name}: the answer carries no code") from None
    if code == 0:
        return Receipt("0", one_line(str(answer.get("msg", "")))[:80])
    raise _error(code, str(answer.get("msg", "")), name)


def _error(code: int, said: str, name: str) -> OpsError:
    if code == 11232 or (code == 9499 and TOO_MANY in said.lower()):
        return RateLimited(
            f"Feishu bot {name}: more than 5 messages in a second or 100 in a minute",
            code=str(code),
            wait_seconds=60,
        )
    kind, words = REFUSALS.get(code, (PermanentError, "refused with code {code}"))
    return kind(f"Feishu bot {name}: {words.format(name=name, code=code)}", code=str(code))


class Feishu:
    """Sends to custom bots by their secrets' names."""

    channel = "feishu"

    def __init__(self, resolve: Resolve, *, timeout: float = 20) -> None:
        self._resolve = resolve
        self._timeout = timeout

    def wait(self, recipient: str) -> None:
        """Until the bot may be sent to (see :class:`Notifier`)."""
        PACE.wait(web_address(self._resolve, recipient), LIMITS)

    def send(self, message: Message, recipient: str, *, key: str) -> Receipt:  # noqa: ARG002
        """Deliver one message to the bot whose secret is named ``recipient`` (see :class:`Notifier`)."""
        url = web_address(self._resolve, recipient)
        body = signed(render(message), signing_secret(self._resolve, recipient))
        return hand_over(url, body, recipient, self._timeout)
