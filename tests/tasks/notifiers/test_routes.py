import datetime as dt
import tomllib
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError
from tasks.notifiers import CHANNELS, notifiers
from tasks.notifiers.routes import QuietHours, Route, alert_routes, routes

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
        ({"teams": ["X"]}, "no channel is named 'teams'; known: mail, slack, wecom, feishu, dingtalk"),
        (
            {"feishu": ["https://open.feishu.cn/open-apis/bot/v2/hook/secretkey"]},
            "must be the NAME of a secret",
        ),
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


ALERTS = {
    "quiet_hours": "22:00-08:00",
    "red": {"mail": ["boss@b.example"], "wecom": ["BOT"]},
    "yellow": {"mail": ["team@b.example"]},
    "escalation": {"mail": ["duty@b.example"]},
    "fallback": {"mail": ["all@b.example"]},
    "owner": {
        "content": {"mail": ["content@b.example", "team@b.example"], "lead": "management"},
        "management": {"mail": ["lead@b.example"]},
    },
}


def test_an_alert_goes_to_its_owner_and_to_the_route_of_every_level_it_speaks_of():
    ways = alert_routes({"alerts": ALERTS})
    content = [("mail", "content@b.example"), ("mail", "team@b.example")]
    assert ways.of_owner("content", ["yellow"]) == content
    assert ways.of_owner("content", ["yellow", "red"]) == [
        *content,
        ("mail", "boss@b.example"),
        ("wecom", "BOT"),
    ]
    assert ways.of_owner("unknown", ["orange", "green"]) == []


def test_what_is_overdue_goes_to_the_owner_s_lead_and_the_escalation_route():
    ways = alert_routes({"alerts": ALERTS})
    assert ways.of_lead("content") == [("mail", "lead@b.example"), ("mail", "duty@b.example")]
    assert ways.of_lead("management") == [("mail", "duty@b.example")]
    assert ways.of_lead("unknown") == [("mail", "duty@b.example")]


def test_the_alerts_are_among_the_routes_that_the_doctor_looks_at():
    known = routes({"digest": {"mail": ["a@b.example"]}, "alerts": ALERTS})
    assert set(known) == {
        "digest", "alerts.red", "alerts.yellow", "alerts.escalation", "alerts.fallback",
        "alerts.owner.content", "alerts.owner.management",
    }  # fmt: skip


def test_a_file_without_alerts_is_no_fault():
    assert set(routes({"digest": {}})) == {"digest"}
    assert alert_routes({}).of_owner("content", ["red"]) == []


@pytest.mark.parametrize(
    ("clock", "held"), [("21:59", False), ("22:00", True), ("03:00", True), ("07:59", True), ("08:00", False)]
)
def test_quiet_hours_pass_midnight_and_end_on_the_minute(clock, held):
    hours = alert_routes({"alerts": ALERTS}).quiet_hours
    assert hours is not None
    assert hours.hold(dt.time.fromisoformat(clock)) is held


def test_quiet_hours_within_one_day_hold_only_then():
    hours = QuietHours(start=dt.time(12), end=dt.time(14))
    assert [hours.hold(dt.time(hour)) for hour in (11, 12, 13, 14)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"purple": {}}, "no route is named 'purple'; known: quiet_hours, red, orange, yellow, escalation"),
        ({"red": {"teams": ["X"]}}, "red: no channel is named 'teams'; known: mail, slack, wecom"),
        ({"owner": {"content": {"mail": ["nobody"]}}}, "owner.content.mail.0: is not a mail address"),
        ({"owner": {"content": {"lead": "boss"}}}, "owner.content.lead: there is no [alerts.owner.boss]"),
        ({"quiet_hours": "at night"}, 'quiet_hours: write two clocks such as "22:00-08:00"'),
        ({"quiet_hours": "25:00-08:00"}, "quiet_hours: there is no such clock"),
        ({"quiet_hours": 22}, "quiet_hours: write two clocks"),
        ({"red": "everybody"}, "red: "),
        ("everybody", "the entry: "),
        ({"slack": ["https://hooks.slack.com/services/secretkey"]}, "no route is named 'slack'"),
    ],
)
def test_a_wrong_entry_among_the_alerts_names_its_key(entry, said):
    with pytest.raises(ConfigurationError, match=r"routes\.toml \[alerts\]") as caught:
        routes({"alerts": entry})
    assert said in str(caught.value)
    assert "secretkey" not in str(caught.value)
