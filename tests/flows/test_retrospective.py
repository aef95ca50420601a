"""The weekly content retrospective, told on the sandbox: page, mail, chat and ledger."""

import asyncio
import csv
import io
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.exceptions import ParameterTypeError
from prefect.utilities.callables import parameter_schema
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from flows.__main__ import app
from flows.weekly_content_retrospective import weekly_content_retrospective
from tasks.calendars import Week
from tasks.connections import connect
from tasks.opsdb import ledger
from tasks.retell import send_retrospective, write_page
from tasks.sandbox.mail import Mail, MailSink
from tasks.sandbox.serve import running
from tasks.sandbox.world import World
from tasks.settings import HOME

WEEK, PAST = "2026-W29", "2026-W28"
OPS = "ops@example.com"


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, world: World, history: Path, make_home: Callable[..., Any]
) -> Iterator[Any]:
    """One installation with six weeks of history for the whole module; each test tells a week of its own."""
    folder = tmp_path_factory.mktemp("retrospective")
    shutil.copytree(history, folder / "data")
    with (
        running(world) as place,
        MailSink(folder / "mail") as mail,
        pytest.MonkeyPatch.context() as patch,
    ):
        made = make_home(folder, place, mail)
        for name, value in made.environment.items():
            patch.setenv(name, value)
        yield made


def tell(week: str = WEEK, **given: Any) -> Any:
    async def run() -> Any:
        return await weekly_content_retrospective(week=week, **given, return_state=True)

    return asyncio.run(run())


def page(house: Any, view: str) -> str:
    return (house.folder / "data" / "reports" / f"retrospective-{view}.html").read_text(encoding="utf-8")


def mails(house: Any, week: str) -> list[Mail]:
    return [mail for mail in house.mail.messages() if f"retrospective-{week}.xlsx" in mail.attachments()]


def ledger_of(period: str) -> list[ledger.Entry]:
    with connect() as c:
        return ledger.entries(c.database, report="retrospective", period=period)


def chats(house: Any, channel: str, week: str) -> int:
    """How many messages about a week a robot has taken."""
    return sum(week in str(message.body) for message in house.sandbox.outbox.delivered(channel))


def told(house: Any, week: str) -> tuple[int, int, int]:
    """Mails, Slack and WeCom messages about a week."""
    return len(mails(house, week)), chats(house, "slack", week), chats(house, "wecom", week)


def text_of(html: str) -> str:
    """What a reader sees of a page, cell by cell."""
    return re.sub(r"[|\s]*\|[|\s]*", "|", re.sub(r"<[^>]+>", "|", unescape(html)))


def test_a_week_is_told_once_and_the_page_says_the_same_twice(house: Any) -> None:
    first = tell()
    assert first.is_completed(), first.message
    assert first.message.endswith("3 messages sent")
    assert told(house, WEEK) == (1, 1, 1)
    once, sent = page(house, WEEK), ledger_of(WEEK)
    assert f"周内容复盘 {WEEK}" in text_of(once)
    assert {(e.channel, e.recipient, e.status) for e in sent} == {
        ("mail", OPS, "sent"), ("slack", "SLACK_WEBHOOK_OPS", "sent"), ("wecom", "WECOM_BOT_OPS", "sent"),
    }  # fmt: skip
    (content_hash,) = {e.content_hash for e in sent}
    assert len(content_hash) == 64
    overview = (house.folder / "data" / "reports" / "index.html").read_text(encoding="utf-8")
    assert f"retrospective-{WEEK}.html" in overview

    again = tell()
    assert again.is_completed(), again.message
    assert again.message.endswith("0 messages sent")
    assert told(house, WEEK) == (1, 1, 1)
    assert page(house, WEEK) == once
    assert ledger_of(WEEK) == sent


def test_the_mail_carries_the_workbook_and_the_labels_to_fill(house: Any) -> None:
    week = "2026-W27"
    sent = send_retrospective.fn(week, "2026-W26", [], [], recipients=["boss@example.com"])
    assert [(d.channel, d.recipient, d.status) for d in sent] == [("mail", "boss@example.com", "sent")]
    assert told(house, week) == (1, 0, 0), "only who was named"
    (mail,) = mails(house, week)
    assert mail.recipients == ("boss@example.com",)
    book, labels = mail.message.iter_attachments()
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(book.get_content())).sheet_names
    assert len(sheets) >= 8
    assert labels.get_filename() == "待补标签.csv"
    content = labels.get_payload(decode=True).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(content))
    assert header[:4] == ["内容编号", "标题", "渠道", "账号"]
    assert rows
    again = send_retrospective.fn(week, "2026-W26", [], [], recipients=["boss@example.com"])
    assert [d.status for d in again] == ["already_sent"]
    assert told(house, week) == (1, 0, 0)


def test_a_preview_of_a_past_week_shows_that_week_and_sends_nothing(house: Any) -> None:
    before = len(house.mail.messages()), len(house.sandbox.outbox)
    state = tell(PAST, send=False)
    assert state.is_completed(), state.message
    assert (len(house.mail.messages()), len(house.sandbox.outbox)) == before
    assert not ledger_of(PAST), "what was only looked at may still be sent"
    with connect() as c:
        rows = [r for r in c.lake.rows("fct_oa_article_day") if r["publish_date"] in Week(2026, 28).window]
    last = max((r for r in rows if r["day_n"] == 7), key=lambda r: r["readers"])
    readers = {r["day_n"]: r["readers"] for r in rows if r["article_id"] == last["article_id"]}
    at = rf"{re.escape(last['title'])}\|[^|]* {last['publish_date'].month}月{last['publish_date'].day}日"
    assert re.search(
        rf"{at}.{{,600}}?\|{readers[1]}\|{readers[3]}\|{readers[7]}\|", text_of(page(house, PAST))
    )


def test_a_resend_is_one_more_message_because_a_person_asked(house: Any) -> None:
    week = "2026-W26"
    for number in (1, 2):
        done = CliRunner().invoke(app, ["resend", "--week", week], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert f"mail → {OPS}: sent" in done.output
        assert told(house, week) == (number,) * 3
    assert week in page(house, week), "its link leads somewhere though the flow never told this week"
    assert {(e.channel, e.attempt, e.status) for e in ledger_of(week)} == {
        (channel, attempt, "sent") for channel in ("mail", "slack", "wecom") for attempt in (1, 2)
    }
    for wrong in ([], ["--week", week, "--date", "2026-07-01"]):
        refused = CliRunner().invoke(app, ["resend", *wrong])
        assert refused.exit_code == 2
        assert "--week" in refused.output


def test_a_broken_robot_does_not_stop_the_others_and_hears_of_it_when_it_is_mended(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    week = "2026-W25"
    mended = house.environment["WECOM_BOT_OPS"]
    monkeypatch.setenv("WECOM_BOT_OPS", f"{house.url}/cgi-bin/webhook/send?key=removed-robot")
    state = tell(week)
    assert state.is_failed()
    assert "WECOM_BOT_OPS failed" in state.message
    assert told(house, week)[0] == 1
    (notice,) = [mail for mail in house.mail.messages() if mail.subject == "周复盘投递异常"]
    assert "用同样的参数再运行一次流程：只补发没有收到的" in notice.text("plain")
    assert "resend" not in notice.text("plain"), (
        "the others have it: a resend to the route would double theirs"
    )
    assert chats(house, "wecom", week) == 0
    monkeypatch.setenv("WECOM_BOT_OPS", mended)
    done = send_retrospective.fn(week, "2026-W24", [], [])
    assert {d.channel: d.status for d in done} == {
        "mail": "already_sent", "slack": "already_sent", "wecom": "sent",
    }  # fmt: skip


KILLED = """
import os, signal, sys
from tasks import settings
from tasks.connections import Connections
from tasks.opsdb import ledger
with Connections(settings.load()) as c:
    ledger.claim(c.database, report="retrospective", period=sys.argv[1], channel="mail", recipient=sys.argv[2],
                 content_hash="of the run that died")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_had_claimed_is_sent_by_the_next(house: Any) -> None:
    week = "2026-W24"
    run = subprocess.run([sys.executable, "-c", KILLED, week, OPS], cwd=HOME, check=False, timeout=60)
    assert run.returncode == -signal.SIGKILL
    (left,) = ledger_of(week)
    assert (left.status, told(house, week)) == ("claimed", (0, 0, 0))
    sent = send_retrospective.fn(week, "2026-W23", [], [])
    assert [d.status for d in sent] == ["sent"] * 3
    assert told(house, week) == (1, 1, 1)
    assert {(e.attempt, e.content_hash == left.content_hash) for e in ledger_of(week)} == {(1, False)}


def test_a_view_of_one_account_leaves_the_weeks_own_page_alone(house: Any) -> None:
    week = "2026-W23"
    with connect() as c:
        write_page(c, week, "2026-W22", [], [])
        whole = page(house, week)
        told, _ = write_page(c, week, "2026-W22", ["oa_main"], [])
    assert told.message.link.endswith(f"/retrospective-{week}-oa_main.html")
    assert page(house, week) == whole
    assert "视频号 · " in text_of(whole)
    assert "视频号 · " not in text_of(page(house, f"{week}-oa_main"))


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"week": "2099-W01"}, "2099-W01 is not over yet"),
        ({"week": "2026-W60"}, "write last or e.g. 2026-W30"),
        ({"compare_to": WEEK}, "cannot be compared with itself"),
        ({"accounts": ["nobody"]}, "known: channels_main, feishu_base, mp_mall, oa_main"),
    ],
)
def test_wrong_parameters_fail_with_what_to_do_and_nobody_is_told(
    house: Any, wrong: dict[str, Any], remedy: str
) -> None:
    before = len(house.mail.messages()), len(house.sandbox.outbox)
    state = tell(**wrong)
    assert state.is_failed()
    assert remedy in state.message
    assert (len(house.mail.messages()), len(house.sandbox.outbox)) == before


def test_the_form_speaks_chinese_and_takes_no_week_that_goes_on() -> None:
    form = parameter_schema(weekly_content_retrospective).properties
    assert set(form) == {"week", "accounts", "compare_to", "send", "recipients"}
    for name, field in form.items():
        assert re.search("[\u4e00-\u9fff]{4}", field["description"]), name
    with pytest.raises(ParameterTypeError):
        weekly_content_retrospective.validate_parameters({"week": "this"})
    assert weekly_content_retrospective.validate_parameters({"week": "2026-W30"})["send"] is True


def test_it_is_due_every_monday_at_twenty_past_nine_in_shanghai() -> None:
    deployments = yaml.safe_load((HOME / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    (mine,) = [d for d in deployments if d["name"] == weekly_content_retrospective.name]
    assert mine["entrypoint"] == "flows/weekly_content_retrospective.py:weekly_content_retrospective"
    assert mine["concurrency_limit"] == 1
    assert [(s["cron"], s["timezone"]) for s in mine["schedules"]] == [("20 9 * * 1", "Asia/Shanghai")]
