"""Knocking tells a living webhook from a dead one, and nothing ever reaches a reader."""

import pytest
from pydantic import SecretStr

from tasks.errors import BadCredential, Busy, ConfigurationError, NotAuthorised, RateLimited
from tasks.notifiers.knock import knock
from tasks.notifiers.mail import Mail
from tasks.sandbox.mail import MailSink


@pytest.mark.parametrize(
    "name", ["WECOM_OPS", "SLACK_OPS", "FEISHU_OPS", "FEISHU_SIGNED", "DINGTALK_OPS", "DINGTALK_SIGNED"]
)
def test_a_living_webhook_answers_and_shows_nothing(chat, name):
    knock(name.partition("_")[0].lower(), name, chat.resolve, 5)
    assert [received.accepted for received in chat.outbox] == [False]


@pytest.mark.parametrize("name", ["WECOM_REMOVED", "SLACK_REMOVED", "FEISHU_REMOVED", "DINGTALK_REMOVED"])
def test_a_dead_webhook_says_so_without_its_address(chat, name):
    with pytest.raises(BadCredential) as told:
        knock(name.partition("_")[0].lower(), name, chat.resolve, 5)
    assert name in str(told.value)
    assert "secretkey" not in str(told.value)


def test_a_wrong_signing_secret_is_no_dead_address(chat):
    def resolve(name: str) -> str:
        return "not the secret" if name.endswith("_SIGN") else chat.resolve(name)

    with pytest.raises(NotAuthorised, match="DINGTALK_SIGNED_SIGN"):
        knock("dingtalk", "DINGTALK_SIGNED", resolve, 5)


@pytest.mark.parametrize("channel", ["wecom", "slack", "feishu", "dingtalk", "somewhere"])
def test_a_host_that_is_not_there_is_out_of_reach(channel):
    with pytest.raises(Busy) as told:
        knock(channel, "HOOK", lambda _: "http://127.0.0.1:9/secretkey", 2)
    assert "secretkey" not in str(told.value)


def test_a_channel_without_a_harmless_question_is_only_connected_to(chat, web):
    seen = web(lambda *_: (200, b"", {}))
    knock("somewhere", "HOOK", lambda _: f"{seen.base}/hook/secretkey", 2)
    assert seen.seen == []


def test_an_unset_secret_is_named():
    def unset(name: str) -> str:
        raise ConfigurationError(f"the secret {name} is not set")

    with pytest.raises(ConfigurationError, match="WECOM_OPS"):
        knock("wecom", "WECOM_OPS", unset, 2)


def test_a_webhook_that_is_too_busy_is_no_dead_one(web):
    busy = web(lambda *_: (200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', {}))
    with pytest.raises(RateLimited):
        knock("wecom", "WECOM_OPS", lambda _: f"{busy.base}/cgi-bin/webhook/send?key=k", 2)


def server(port: int, **more: object) -> Mail:
    return Mail("127.0.0.1", port, sender="ops@brand.example", timeout=5, **({"security": "none"} | more))


def test_a_mail_server_is_logged_into_and_left_without_a_mail(tmp_path, certificate):
    with MailSink(tmp_path, auth=("ops", "right-password"), tls=certificate.server) as sink:
        options = {"security": "starttls", "user": "ops", "trust": certificate.client}
        server(sink.port, password=SecretStr("right-password"), **options).knock()
        with pytest.raises(BadCredential) as told:
            server(sink.port, password=SecretStr("wrong-password"), **options).knock()
        assert "wrong-password" not in str(told.value)
        assert sink.messages() == []


def test_a_mail_server_that_is_not_there_or_not_set_or_not_secured_is_told_apart(tmp_path):
    with pytest.raises(Busy):
        server(9).knock()
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SMTP_HOST"):
        Mail("", sender="ops@brand.example").knock()
    with MailSink(tmp_path) as sink, pytest.raises(ConfigurationError):
        server(sink.port, security="starttls").knock()


def test_a_living_bot_that_refuses_with_http_400_is_no_dead_address(web):
    living = web(lambda *_: (400, b'{"code":9499,"msg":"Bad Request","data":{}}', {}))
    knock("feishu", "FEISHU_OPS", lambda name: "" if name.endswith("_SIGN") else f"{living.base}/hook/x", 2)
    assert len(living.seen) == 1
