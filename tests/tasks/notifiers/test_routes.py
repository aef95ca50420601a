import tomllib
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.notifiers import CHANNELS, notifiers
from tasks.notifiers.routes import Route, routes

SHIPPED = Path(__file__).resolve().parents[3] / "deployments" / "routes.toml"


def test_the_file_that_ships_reaches_ops_on_every_channel():
    known = routes(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
    expected = [("mail", "ops@example.com"), ("slack", "SLACK_WEBHOOK_OPS"), ("wecom", "WECOM_BOT_OPS")]
    assert list(known["digest"].recipients()) == expected
    assert list(known["delivery_failure"].recipients()) == expected


def test_a_failed_channel_is_left_out_of_its_own_obituary():
    route = Route(mail=("a@b.example",), slack=("HOOK",), wecom=("BOT",))
    assert list(route.without({"slack"}).recipients()) == [("mail", "a@b.example"), ("wecom", "BOT")]
    assert list(route.without(CHANNELS).recipients()) == []


def test_nobody_is_told_twice():
    assert list(Route(mail=("a@b.example", "a@b.example")).recipients()) == [("mail", "a@b.example")]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"feishu": ["X"]}, "no channel is named 'feishu'; known: mail, slack, wecom"),
        ({"mail": ["nobody"]}, "mail.0: is not a mail address"),
        ({"mail": "a@b.example"}, "mail: "),
        ({"slack": ["https://hooks.slack.com/services/secretkey"]}, "must be the NAME of a secret"),
        ("everybody", "the entry: "),
    ],
)
def test_a_wrong_route_is_named_without_its_value(entry, said):
    with pytest.raises(ConfigurationError, match=r"routes\.toml \[digest\]") as caught:
        routes({"digest": entry})
    assert said in str(caught.value)
    assert "secretkey" not in str(caught.value)


def test_every_channel_can_be_built_before_any_secret_is_set():
    def unset(name: str) -> str:
        raise ConfigurationError(name)

    built = notifiers(
        resolve=unset, smtp_host="", smtp_port=587, smtp_security="starttls", smtp_user="", smtp_password="",
        sender="a@b.example", timeout=5,
    )  # fmt: skip
    assert {name: notifier.channel for name, notifier in built.items()} == {name: name for name in CHANNELS}
    assert set(Route.model_fields) == set(CHANNELS)
