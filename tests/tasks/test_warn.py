"""Alerts reach people: real robots and a real mail server on loopback, a real ledger, one run after the other."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks import calendars
from tasks.calendars import ONE_DAY, SHANGHAI
from tasks.connections import Connections, connect
from tasks.opsdb import actions, alerts, cases, ledger, notices
from tasks.records import PREPARED_BY, Action, ActionKind, AlertRow, Delivery, Level, Notice
from tasks.sandbox.mail import Mail, MailSink
from tasks.sandbox.serve import running
from tasks.sandbox.world import World
from tasks.warn import last_deeds, send_alerts

DAY = dt.date(2026, 7, 20)
CONTENT, OPERATIONS = "内容组负责人", "运营组负责人"
DAYS_TO_ACT = {Level.yellow: 7, Level.orange: 3, Level.red: 1}
ROUTES = """
[delivery_failure]
mail = ["duty@brand.example"]
slack = ["SLACK_WEBHOOK_OPS"]

[alerts.red]
mail = ["boss@brand.example"]
wecom = ["WECOM_BOT_OPS"]

[alerts.owner.content]
mail = ["content@brand.example"]
lead = "management"

[alerts.owner.management]
mail = ["lead@brand.example"]

[alerts.fallback]
slack = ["SLACK_WEBHOOK_OPS"]
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(persons=300, seed=7, today=dt.date(2026, 7, 21))


@dataclass
class House:
    """An installation with its robots and its mailbox."""

    c: Connections
    sink: MailSink
    sandbox: Any
    routes: Path

    def judge(self, n: int, **levels: str) -> dt.date:
        """The judgements of the n-th day: ``oa_open_rate="red 1"`` is red since the first day."""
        day = DAY + dt.timedelta(days=n - 1)
        alerts.write(self.c.database, day, [row(key, day, said) for key, said in levels.items()])
        return day

    def send(self, day: dt.date) -> list[Delivery]:
        return [d for d in send_alerts.fn(day) if d.status != "already_sent"]

    def mails(self) -> list[tuple[str, str]]:
        """(recipient, subject) of every mail."""
        return [(mail.recipients[0], mail.subject) for mail in self.sink.messages()]

    def mail_to(self, name: str) -> Mail:
        """The newest mail to somebody."""
        return next(m for m in reversed(self.sink.messages()) if m.recipients[0].startswith(f"{name}@"))

    def chats(self, channel: str) -> list[str]:
        """What the robots of one channel took."""
        taken = [m.body for m in self.sandbox.outbox.delivered(channel)]
        if channel == "wecom":
            return [body["markdown"]["content"] for body in taken]
        return ["\n".join(block["text"]["text"] for block in body["blocks"]) for body in taken]


def row(key: str, day: dt.date, said: str) -> AlertRow:
    level_name, since_n = said.split()
    level, since = Level(level_name), DAY + dt.timedelta(days=int(since_n) - 1)
    due = since + dt.timedelta(DAYS_TO_ACT[level]) if level in DAYS_TO_ACT else None
    owner = OPERATIONS if key == "private_domain_users" else CONTENT
    return AlertRow(
        key, day, level, level, since, "", "progress", 0.148, 0.165, 0.08, 0.25, 0.35, 0.35, 0.1, 0.1,
        12, 0.0004, owner, "启动应急预案", due, "",
    )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    routes = tmp_path / "routes.toml"
    routes.write_text(ROUTES, encoding="utf-8")
    with running(world) as place, MailSink(tmp_path / "mail") as sink:
        for name, value in {
            "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
            "WECHAT_OPS_ROUTES_FILE": str(routes),
            "WECHAT_OPS_SECRET_KEY": "a-key-for-tests-only",
            "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
            "WECHAT_OPS_SMTP_PORT": str(sink.port),
            "WECHAT_OPS_SMTP_SECURITY": "none",
            "WECHAT_OPS_REPORT_URL": "https://reports.brand.example",
            "SLACK_WEBHOOK_OPS": f"{place.base_url}/services/T000/B000/sandbox",
            "WECOM_BOT_OPS": f"{place.base_url}/cgi-bin/webhook/send?key=sandbox-ops",
        }.items():
            monkeypatch.setenv(name, value)
        with connect() as c:
            yield House(c, sink, place.sandbox, routes)


def test_one_message_per_owner_goes_to_the_owner_and_to_the_routes_of_its_levels(house: House) -> None:
    day = house.judge(1, oa_open_rate="red 1", oa_share_rate="yellow 1", private_domain_users="orange 1")
    done = house.send(day)
    assert sorted((d.channel, d.recipient, d.status) for d in done) == [
        ("mail", "boss@brand.example", "sent"),
        ("mail", "content@brand.example", "sent"),
        ("slack", "SLACK_WEBHOOK_OPS", "sent"),
        ("wecom", "WECOM_BOT_OPS", "sent"),
    ]
    subject = "示例品牌预警 7月20日 内容组负责人：1 红 1 黄"
    assert house.mails() == [("content@brand.example", subject), ("boss@brand.example", subject)]
    # Nobody is on the route of operations or of orange.
    (fallback,) = house.chats("slack")
    assert "没有为运营组负责人配置收件人" in fallback
    assert "[alerts.owner.operations]" in fallback


def test_a_later_run_of_the_day_tells_only_what_changed(house: House) -> None:
    day = house.judge(1, oa_open_rate="red 1")
    assert len(house.send(day)) == 3
    assert house.send(day) == []
    house.judge(1, oa_open_rate="red 1", oa_share_rate="yellow 1")
    (second,) = house.send(day)
    assert (second.recipient, second.status) == ("content@brand.example", "sent")
    text = house.mail_to("content").text("plain")
    assert "分享率" in text
    assert "打开率" not in text
    assert house.send(day) == []


def test_an_owner_who_does_nothing_is_told_on_and_one_who_acknowledges_is_not(house: House) -> None:
    for n in (1, 2):
        house.send(house.judge(n, oa_open_rate="red 1", oa_share_rate="red 1"))
    cases.acknowledge(house.c.database, ["oa_share_rate"], by="林夏", note="今天改版")
    day = house.judge(3, oa_open_rate="red 1", oa_share_rate="red 1")
    assert [(d.recipient, d.status) for d in house.send(day)] == [("lead@brand.example", "sent")]
    mail = house.mail_to("lead")
    assert mail.subject == "示例品牌预警升级 7月22日 内容组负责人：1 项逾期未处理"
    assert "打开率" in mail.text("plain")
    assert "分享率" not in mail.text("plain")
    assert house.send(house.judge(4, oa_open_rate="red 1", oa_share_rate="red 1")) == []


def test_an_incident_that_somebody_acted_on_within_its_day_is_not_escalated(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(n: int, hour: int, key: str, kind: str, since: int = 1) -> list[str]:
        day, first = DAY + dt.timedelta(days=n - 1), DAY + dt.timedelta(days=since - 1)
        red = Notice(key, day, kind, Level.red, first, "", "违规内容未下架", "", CONTENT, "下架并致歉", first)
        notices.write(house.c.database, day, [red])
        monkeypatch.setattr(calendars, "now", lambda: calendars.moment_on(day, dt.time(hour)))
        return [d.recipient for d in house.send(day)]

    def act(about: str, day: int, hour: int) -> None:
        at = calendars.moment_on(DAY + dt.timedelta(days=day - 1), dt.time(hour))
        actions.record(
            house.c.database,
            Action(f"{about}-{day}", about, None, "", ActionKind.other, "t", "o", "林夏", at, None),
        )

    tell(1, 13, "incident:i-17", "incident")
    act("incident:i-17", 1, 15)
    assert tell(2, 9, "incident:i-17", "incident") == []
    # What was done before it began answers nothing.
    tell(3, 13, "incident:i-18", "incident", since=3)
    act("incident:i-18", 2, 15)
    assert tell(4, 9, "incident:i-18", "incident", since=3) == ["lead@brand.example"]
    # What the day's figures raise on the next morning cannot be answered on that day.
    tell(5, 13, "churn:2026-07", "churn", since=5)
    act("churn:2026-07", 5, 15)
    assert tell(6, 9, "churn:2026-07", "churn", since=5) == ["lead@brand.example"]


def test_who_acted_stays_so_when_a_restatement_moves_the_first_red_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(n: int, since: int) -> list[str]:
        day = house.judge(n, oa_open_rate=f"red {since}", oa_share_rate=f"red {since}")
        monkeypatch.setattr(calendars, "now", lambda: calendars.moment_on(day + ONE_DAY, dt.time(8, 40)))
        return [d.recipient for d in house.send(day)]

    run(1, since=1)
    at = calendars.now() + dt.timedelta(hours=1)
    actions.record(
        house.c.database,
        Action("a", "oa_open_rate", None, "", ActionKind.other, "t", "o", "林夏", at, None),
    )
    assert run(2, since=2) == []
    assert run(3, since=2) == ["lead@brand.example"]
    text = house.mail_to("lead").text("plain")
    assert "分享率" in text
    assert "打开率" not in text


def test_the_last_deed_about_an_alert_counts_whatever_was_recorded_later(house: House) -> None:
    evening = calendars.moment_on(DAY, dt.time(15))

    def act(number: int, by: str, recorded: int, done: int | None) -> None:
        ended = None if done is None else evening + dt.timedelta(days=done)
        entry = Action(
            f"a-{number}", "aov", None, "", ActionKind.other, "t", "o", by,
            evening + dt.timedelta(days=recorded), None, ended,
        )  # fmt: skip
        actions.record(house.c.database, entry)

    act(1, PREPARED_BY, 0, 5)  # the system prepared it, and somebody did it on the fifth day
    act(2, "林夏", 2, None)
    act(3, PREPARED_BY, 6, None)
    assert last_deeds(house.c) == {"aov": DAY + dt.timedelta(days=5)}


def test_a_recovery_reaches_those_who_were_told_that_it_was_red(house: House) -> None:
    house.send(house.judge(1, oa_open_rate="red 1"))
    done = house.send(house.judge(2, oa_open_rate="green 2"))
    assert [(d.channel, d.recipient) for d in done] == [
        ("mail", "content@brand.example"), ("mail", "boss@brand.example"), ("wecom", "WECOM_BOT_OPS"),
    ]  # fmt: skip
    assert house.mail_to("boss").subject == "示例品牌预警 7月21日 内容组负责人：1 恢复"
    assert cases.open_cases(house.c.database) == []


def test_what_reaches_none_of_its_recipients_reaches_the_fallback_and_says_why(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_OPS_SMTP_PORT", "1")
    monkeypatch.setenv("WECOM_BOT_OPS", "https://127.0.0.1:1/nobody")
    day = house.judge(1, oa_open_rate="red 1")
    done = house.send(day)
    assert [(d.channel, d.status) for d in done] == [
        ("mail", "failed"), ("mail", "failed"), ("wecom", "failed"), ("slack", "sent"),
    ]  # fmt: skip
    (fallback,) = house.chats("slack")
    assert "原收件人都没有收到，改发到这里" in fallback
    assert "mail → content@brand.example" in fallback
    # The mail server is back: those who were meant get it after all, the fallback hears nothing new.
    monkeypatch.setenv("WECHAT_OPS_SMTP_PORT", str(house.sink.port))
    house.send(day)
    assert [who for who, _ in house.mails()] == [
        "content@brand.example",
        "boss@brand.example",
        "duty@brand.example",
    ]
    assert not [text for text in house.chats("slack")[1:] if "改发到这里" in text]


def test_a_recipient_who_was_missed_is_told_of_through_the_other_channels(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECOM_BOT_OPS", "https://127.0.0.1:1/nobody")
    done = house.send(house.judge(1, oa_open_rate="red 1"))
    assert [(d.recipient, d.status) for d in done if d.status != "sent"] == [("WECOM_BOT_OPS", "failed")]
    assert house.mail_to("duty").subject == "预警投递异常"
    assert "WECOM_BOT_OPS" in house.mail_to("duty").text("plain")


def test_what_reached_nobody_at_all_is_tried_again_on_the_next_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_WEBHOOK_OPS", "WECOM_BOT_OPS"):
        monkeypatch.setenv(name, "https://127.0.0.1:1/nobody")
    monkeypatch.setenv("WECHAT_OPS_SMTP_PORT", "1")
    assert {d.status for d in house.send(house.judge(1, oa_open_rate="yellow 1"))} == {"failed"}
    monkeypatch.setenv("WECHAT_OPS_SMTP_PORT", str(house.sink.port))
    house.send(house.judge(2, oa_open_rate="yellow 1"))
    assert house.mails() == [("content@brand.example", "示例品牌预警 7月20日 内容组负责人：1 黄")]
    assert house.send(house.judge(3, oa_open_rate="yellow 1")) == []


def test_without_any_route_the_run_says_what_to_write(house: House) -> None:
    house.routes.write_text("", encoding="utf-8")
    (lost,) = house.send(house.judge(1, oa_open_rate="red 1"))
    assert lost.status == "failed"
    assert "[alerts.fallback]" in lost.detail


def test_quiet_hours_hold_all_but_a_red_incident(house: House) -> None:
    now = calendars.now().astimezone(SHANGHAI)
    hours = [(now + dt.timedelta(hours=n)).strftime("%H:%M") for n in (-1, 1)]
    house.routes.write_text(f'{ROUTES}\n[alerts]\nquiet_hours = "{"-".join(hours)}"\n', encoding="utf-8")
    day = house.judge(1, oa_open_rate="red 1")
    incident = Notice(
        "incident:i-17", day, "incident", Level.red, day, "started", "违规内容未下架", "已 1.5 小时，限 1 小时",
        CONTENT, "下架并致歉", day,
    )  # fmt: skip
    notices.write(house.c.database, day, [incident])
    house.send(day)
    text = house.mail_to("content").text("plain")
    assert "违规内容未下架" in text
    assert "打开率" not in text
    house.routes.write_text(ROUTES, encoding="utf-8")
    house.send(day)
    assert "打开率" in house.mail_to("content").text("plain")


def test_a_past_day_is_told_to_nobody(house: House) -> None:
    past = house.judge(1, oa_open_rate="red 1")
    house.judge(2, oa_open_rate="green 2")
    assert house.send(past) == []
    assert cases.cases(house.c.database) == {}


def test_a_run_killed_between_writing_down_and_sending_is_finished_by_the_next(house: House) -> None:
    day = house.judge(1, oa_open_rate="yellow 1")
    house.send(day)
    # As the killed run left it: the message is written down, and nobody has claimed it.
    with house.c.database.begin() as connection:
        connection.execute(ledger.delivery.delete())
    assert [(d.recipient, d.status) for d in house.send(day)] == [("content@brand.example", "sent")]
    assert [e.period for e in ledger.entries(house.c.database)] == ["2026-07-20"]


def test_a_route_of_an_owner_whom_the_plan_does_not_have_is_named(house: House) -> None:
    house.routes.write_text(ROUTES.replace("alerts.owner.content", "alerts.owner.contnet"), encoding="utf-8")
    done = house.send(house.judge(1, oa_open_rate="red 1"))
    (wrong,) = [d for d in done if d.status == "failed"]
    assert wrong.detail.startswith(
        "routes.toml [alerts.owner.contnet]: no such owner; known: content, operations"
    )


def test_when_nobody_is_on_the_lead_s_route_the_fallback_is_told_which_to_write(house: House) -> None:
    house.routes.write_text(ROUTES.replace('lead = "management"', ""), encoding="utf-8")
    for n in (1, 2, 3):
        house.send(house.judge(n, oa_open_rate="red 1"))
    (fallback,) = house.chats("slack")
    assert "[alerts.escalation]" in fallback
    assert "1 项逾期未处理" in fallback


def test_runs_at_the_same_moment_tell_everybody_once(house: House) -> None:
    day = house.judge(1, oa_open_rate="red 1", private_domain_users="yellow 1")
    with ThreadPoolExecutor(4) as pool:
        done = [delivery for some in pool.map(send_alerts.fn, [day] * 4) for delivery in some]
    assert sorted(d.recipient for d in done if d.status == "sent") == [
        "SLACK_WEBHOOK_OPS", "WECOM_BOT_OPS", "boss@brand.example", "content@brand.example",
    ]  # fmt: skip
    assert sorted(who for who, _ in house.mails()) == ["boss@brand.example", "content@brand.example"]
    assert [message.number for message in cases.messages(house.c.database, day, day)] == [1, 1]
