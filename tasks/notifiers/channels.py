"""The channels by name; a route may name no other."""

from typing import Literal

from pydantic import SecretStr

from tasks.notifiers.base import Notifier, Resolve
from tasks.notifiers.dingtalk import Dingtalk
from tasks.notifiers.feishu import Feishu
from tasks.notifiers.mail import Mail
from tasks.notifiers.slack import Slack
from tasks.notifiers.wecom import Wecom

ROBOTS = (Slack, Wecom, Feishu, Dingtalk)
CHANNELS: dict[str, type[Notifier]] = {notifier.channel: notifier for notifier in (Mail, *ROBOTS)}


def notifiers(
    *,
    resolve: Resolve,
    smtp_host: str,
    smtp_port: int,
    smtp_security: Literal["starttls", "tls", "none"],
    smtp_user: str,
    smtp_password: str,
    sender: str,
    timeout: float,
) -> dict[str, Notifier]:
    """Every channel, ready to send; one that is not set up says so when it is used, not before.

    Args:
        resolve: name of a secret → the webhook's address.
        smtp_host: empty when there is no mail server.
        smtp_port: 587 for STARTTLS, 465 for TLS.
        smtp_security: how the connection is encrypted.
        smtp_user: empty when the server asks for none.
        smtp_password: a secret.
        sender: address, or name and address, that mails come from.
        timeout: seconds to wait for a connection and for an answer.
    """
    mail = Mail(
        smtp_host,
        smtp_port,
        sender=sender,
        security=smtp_security,
        user=smtp_user,
        password=SecretStr(smtp_password),
        timeout=timeout,
    )
    return {"mail": mail} | {robot.channel: robot(resolve, timeout=timeout) for robot in ROBOTS}
