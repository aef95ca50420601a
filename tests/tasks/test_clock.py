"""A clock of the plan that runs out is told within minutes, once, and not again by the daily sync."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import announce, calendars
from tasks.calendars import Window
from tasks.clock import clock_incidents, ticked
from tasks.connections import Connections, connect
from tasks.notice import notice_risks
from tasks.opsdb import alerts, cases, notices
from tasks.records import AlertRow, Level
from tasks.sandbox.mail import MailSink
from tasks.warn import send_alerts

DAY = dt.date(2026, 7, 20)
ROUTES = """
[alerts.owner.compliance]
mail = ["compliance@brand.example"]

[alerts.owner.technology]
mail = ["technology@brand.example"]
"""


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be in Prefect's event feed: there is no server here to hold it."""
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(announce, "emit_event", lambda **event: said.append(event))
    return said


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as sink:
        yield sink


@pytest.fixture
def c(
    tmp_path: Path, mailbox: MailSink, events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connections]:
    routes = tmp_path / "routes.toml"
    routes.write_text(ROUTES, encoding="utf-8")
    for name, value in {
        "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
        "WECHAT_OPS_ROUTES_FILE": str(routes),
        "WECHAT_OPS_SECRET_KEY": "a-key-for-tests-only",
        "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
        "WECHAT_OPS_SMTP_PORT": str(mailbox.port),
        "WECHAT_OPS_SMTP_SECURITY": "none",
    }.items():
        monkeypatch.setenv(name, value)
    with connect() as connections:
        yield connections


def at(hour: int, minute: int = 0) -> dt.datetime:
    """A moment of the day by Shanghai's clock."""
    return calendars.moment_on(DAY, dt.time(hour, minute))


def log(c: Connections, incident_id: str, **moments: dt.datetime) -> None:
    """What somebody has just imported."""
    empty = {
        name: None
        for name in ("title", "detected_at", "removed_at", "restored_at", "apology_at", "negative_share",
                     "channel", "content_id", "owner", "severity", "note", "affected_users")
    }  # fmt: skip
    known = c.lake.dataset("land_incident").names
    row = {name: None for name in known} | {k: v for k, v in empty.items() if k in known}
    row |= {"account_id": "files", "business_date": DAY, "incident_id": incident_id, "kind": "violation",
            "title": "夸大宣传", "import_id": "i", **moments}  # fmt: skip
    c.lake.merge("land_incident", [row])


def tick(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> list[str]:
    """One run of the clock; whom it reached."""
    monkeypatch.setattr(calendars, "now", lambda: moment)
    return [d.recipient for d in clock_incidents.fn()[1] if d.status == "sent"]


def test_a_clock_that_runs_out_is_told_at_the_next_tick_once(
    c: Connections, mailbox: MailSink, events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    log(c, "INC-1", opened_at=at(13), detected_at=at(13))

    assert tick(monkeypatch, at(13, 50)) == []
    assert tick(monkeypatch, at(14, 10)) == ["compliance@brand.example"]
    assert tick(monkeypatch, at(14, 20)) == []

    (mail,) = mailbox.messages()
    assert "截至 2026-07-20 14:10，发现后 1.2 小时 仍未下架，时限 1.0 小时" in mail.text("plain")
    assert "digest-" not in mail.text("plain"), "there is no digest of the running day"
    (event,) = events
    assert event["resource"]["prefect.resource.id"] == "wechat-ops.notice.incident:INC-1"
    assert (event["payload"]["level"], event["payload"]["change"]) == (Level.red, "started")


def test_the_daily_sync_tells_neither_the_incident_again_nor_falls_silent_for_yesterdays_kpis(
    c: Connections, mailbox: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(c, "INC-1", opened_at=at(1), detected_at=at(1))
    assert tick(monkeypatch, at(2, 10)) == ["compliance@brand.example"]
    yesterday = DAY - dt.timedelta(days=1)
    kpi = AlertRow(
        "browse_to_order", yesterday, Level.red, Level.red, yesterday, "", "gate", 9.0, 2.0, None, 2.0,
        3.5, None, None, None, None, None, "technology", "a", DAY, "r",
    )  # fmt: skip
    alerts.write(c.database, yesterday, [kpi])

    monkeypatch.setattr(calendars, "now", lambda: at(8, 40))
    told = [d.recipient for d in send_alerts.fn(yesterday) if d.status == "sent"]
    alerts.write(c.database, DAY, [])
    monkeypatch.setattr(calendars, "now", lambda: at(8, 40) + dt.timedelta(days=1))
    notice_risks.fn(Window.of_day(DAY))
    again = [d.recipient for d in send_alerts.fn(DAY) if d.status == "sent"]

    assert told == ["technology@brand.example"]
    assert again == []
    assert [m.recipients[0] for m in mailbox.messages()] == [
        "compliance@brand.example",
        "technology@brand.example",
    ]


def test_what_reached_nobody_before_midnight_is_told_after_it_and_no_kpi_with_it(
    c: Connections, mailbox: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    yesterday = DAY - dt.timedelta(days=1)
    kpi = AlertRow(
        "browse_to_order", yesterday, Level.red, Level.red, yesterday, "", "gate", 9.0, 2.0, None, 2.0,
        3.5, None, None, None, None, None, "technology", "a", DAY, "r",
    )  # fmt: skip
    alerts.write(c.database, yesterday, [kpi])
    monkeypatch.setenv("WECHAT_OPS_SMTP_PORT", "1")
    monkeypatch.setattr(calendars, "now", lambda: at(8, 40))
    assert [d.status for d in send_alerts.fn(yesterday)] == ["failed"]
    log(c, "INC-1", opened_at=at(22, 30), detected_at=at(22, 30))
    assert tick(monkeypatch, at(23, 50)) == []

    monkeypatch.setenv("WECHAT_OPS_SMTP_PORT", str(mailbox.port))
    midnight = at(0) + dt.timedelta(days=1)
    assert tick(monkeypatch, midnight) == ["compliance@brand.example"]
    assert tick(monkeypatch, midnight + dt.timedelta(minutes=10)) == []
    (mail,) = mailbox.messages()
    assert "截至 2026-07-20 23:50" in mail.text("plain")


def test_an_incident_that_ended_too_late_gets_better_and_one_logged_by_mistake_is_over(
    c: Connections, mailbox: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(c, "INC-1", opened_at=at(10), detected_at=at(10))
    log(c, "INC-2", opened_at=at(10), detected_at=at(10))
    assert tick(monkeypatch, at(12)) == ["compliance@brand.example"]
    log(c, "INC-1", opened_at=at(10), detected_at=at(10), removed_at=at(12, 5))
    log(c, "INC-2", opened_at=at(10), detected_at=at(10), removed_at=at(10, 30))

    tick(monkeypatch, at(12, 10))
    tick(monkeypatch, at(12, 20))

    known = cases.cases(c.database)
    assert (known["incident:INC-1"].level, known["incident:INC-2"].level) == (Level.orange, Level.green)
    assert {n.key: n.level for n in notices.of(c.database, DAY)} == {
        "incident:INC-1": Level.orange, "incident:INC-2": Level.green,
    }  # fmt: skip
    assert len(mailbox.messages()) == 2


def test_the_run_says_what_it_found() -> None:
    assert ticked((0, []), "zh-CN").message == "没有超时的事件"
    assert ticked((2, []), "en").message == "2 beyond their clock, 0 recipients told"
