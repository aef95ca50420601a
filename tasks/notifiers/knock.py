"""Channels asked whether they would carry a message, without one: nothing that a reader could see is ever sent.

A robot is sent a body without a message. A living one refuses that body, a dead address refuses itself.

WeCom  {"text": {"content": ""}}  44004 or 40058 of a living key, 93000 of a dead one
Slack  {}                         no_text or invalid_payload of a living webhook, no_service and the like of a dead one
Feishu {}, signed                 9499 or 19002 of a living bot, 19001 of a dead one, 19021 of a wrong signature
DingTalk as WeCom, signed         40035 of a living robot, 300001 of a dead one, 310000 of a wrong signature
Mail   connect, TLS, log in, NOOP, leave

Source: https://developer.work.weixin.qq.com/document/path/99110, docs.slack.dev, Incoming webhooks, and the guides
of Feishu's and DingTalk's custom robots (read 2026-11-22).
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from slack_sdk.webhook import WebhookClient

from tasks.errors import BadRequest, Busy, OpsError, Timeout
from tasks.notifiers import dingtalk, feishu, slack, wecom
from tasks.notifiers.base import Resolve, signing_secret, web_address
from tasks.notifiers.webhooks import post

EMPTY = {"msgtype": "text", "text": {"content": ""}}


def knock(channel: str, name: str, resolve: Resolve, timeout: float) -> None:
    """Ask one webhook; it returned when it lives.

    Args:
        channel: of a channel without a harmless question only the host is connected to.
        name: of the secret that holds the address.
        resolve: name → address.
        timeout: seconds.

    Raises:
        ConfigurationError: the secret is not set, or is no web address.
        BadCredential, NotAuthorised: the address is dead.
        Busy, Timeout: nobody answers there.
    """
    url = web_address(resolve, name)
    try:
        if channel in SIGNED:
            SIGNED[channel](url, signing_secret(resolve, name), name, timeout)
        else:
            ASK.get(channel, _connect)(url, name, timeout)
    except BadRequest:
        return  # it read the body and refused it, as it should


def _wecom(url: str, name: str, timeout: float) -> None:
    wecom.read(post(url, EMPTY, name=f"WeCom robot {name}", timeout=timeout), name)


def _slack(url: str, name: str, timeout: float) -> None:
    client = WebhookClient(url, timeout=max(int(timeout), 1), logger=slack._SILENT, retry_handlers=[])
    client.proxy = None
    try:
        answer = client.send_dict({})
    except (OSError, http.client.HTTPException) as error:
        raise _silent(error, name) from None
    slack.read(answer.status_code, answer.body or "", "", name)


def _feishu(url: str, secret: str, name: str, timeout: float) -> None:
    feishu.hand_over(url, feishu.signed({}, secret), name, timeout)


def _dingtalk(url: str, secret: str, name: str, timeout: float) -> None:
    address = dingtalk.signed(url, secret)
    dingtalk.read(post(address, EMPTY, name=f"DingTalk robot {name}", timeout=timeout), name)


def _connect(url: str, name: str, timeout: float) -> None:
    """Only as far as the host: a channel that is not known here might show whatever it is sent."""
    place = urlsplit(url)
    port = place.port or (443 if place.scheme == "https" else 80)
    try:
        with socket.create_connection((str(place.hostname), port), timeout) as plain:
            if place.scheme == "https":
                with ssl.create_default_context().wrap_socket(plain, server_hostname=place.hostname):
                    return
    except OSError as error:
        raise _silent(error, name) from None


def _silent(error: Exception, name: str) -> OpsError:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return Timeout(f"{name}: no connection in time")
    return Busy(f"{name}: no connection ({type(reason).__name__})")


ASK: dict[str, Callable[[str, str, float], None]] = {"wecom": _wecom, "slack": _slack}
SIGNED: dict[str, Callable[[str, str, str, float], None]] = {"feishu": _feishu, "dingtalk": _dingtalk}
"""Channels whose questions carry a signature too."""
