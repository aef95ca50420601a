"""Mails that a server took over and could not deliver after all: noted, told on the other channels, once."""

import base64
import mailbox
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from tasks import bounced
from tasks.bounced import take_in_bounces
from tasks.connections import Connections, connect
from tasks.deliver import deliver
from tasks.errors import ConfigurationError
from tasks.messages import Line, Message
from tasks.notifiers.mail_body import name_of
from tasks.opsdb import ledger
from tasks.sandbox.mail import MailSink
from tests.tasks.conftest import Chat

STORY = Message(title="周内容复盘", verdict=Line("停止 1 类内容"))
NOTIFICATION = """\
From: MAILER-DAEMON@mx.brand.example
To: ops@brand.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.brand.example

Final-Recipient: rfc822; gone@brand.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--b
Content-Type: {kind}

Subject: returned
Message-ID: {name}

--b--
"""


@pytest.fixture
def box(tmp_path: Path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "Maildir", create=True)


@pytest.fixture
def house(
    tmp_path: Path, box: mailbox.Maildir, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connections]:
    """One mail sent by a real server to somebody who is not there any more."""
    routes = tmp_path / "routes.toml"
    routes.write_text(
        '[delivery_failure]\nmail = ["duty@brand.example"]\nwecom = ["WECOM_BOT_OPS"]\n', "utf-8"
    )
    with MailSink(tmp_path / "mail") as sink:
        for name, value in {
            "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
            "WECHAT_OPS_ROUTES_FILE": str(routes),
            "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
            "WECHAT_OPS_SMTP_PORT": str(sink.port),
            "WECHAT_OPS_SMTP_SECURITY": "none",
            "WECHAT_OPS_BOUNCE_MAILDIR": str(tmp_path / "Maildir"),
            "WECOM_BOT_OPS": chat.resolve("WECOM_BOT_OPS"),
        }.items():
            monkeypatch.setenv(name, value)
        with connect() as c:
            to = [("mail", "gone@brand.example")]
            assert deliver(c, "retrospective", "2026-W30", "h", STORY, to)[0].status == "sent"
            yield c


def sent_id(tmp_path: Path) -> str:
    (file,) = (tmp_path / "mail").glob("*.eml")
    return str(message_from_bytes(file.read_bytes())["Message-ID"])


def drop(box: mailbox.Maildir, name: str, action: str = "failed", kind: str = "message/rfc822") -> None:
    box.add(NOTIFICATION.format(action=action, name=name, kind=kind).encode())


def look() -> tuple[int, list[str]]:
    said: list[str] = []
    return take_in_bounces(said.append), said


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back_is_noted_and_told_elsewhere_once(
    house: Connections, box: mailbox.Maildir, chat: Chat, tmp_path: Path, kind: str
) -> None:
    drop(box, sent_id(tmp_path), kind=kind)
    code, (line,) = look()
    assert code == 1
    assert "2026-W30" in line
    assert "550 5.1.1 no such mailbox" in line
    (entry,) = ledger.entries(house.database, report="retrospective")
    assert (entry.status, entry.detail) == ("bounced", "5.1.1 smtp; 550 5.1.1 no such mailbox")
    (notice,) = chat.outbox.delivered("wecom")
    told = notice.body["markdown"]["content"]
    assert "python -m flows resend --week 2026-W30 --to mail:gone@brand.example" in told

    assert look()[0] == 0
    drop(box, sent_id(tmp_path))
    assert look()[0] == 0, "the server told of it twice"
    assert len(chat.outbox.delivered("wecom")) == 1


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"])
@pytest.mark.parametrize("fold", ["\n ", "\r\n\t"])
def test_a_name_that_a_long_domain_puts_on_a_line_of_its_own_is_found(
    house: Connections, box: mailbox.Maildir, tmp_path: Path, kind: str, fold: str
) -> None:
    name = sent_id(tmp_path).partition("@")[0]
    drop(box, f"{fold}{name}@{'a-long-name-of-a-sender.' * 4}brand.example>", kind=kind)
    assert look()[0] == 1
    assert ledger.entries(house.database, report="retrospective")[0].status == "bounced"


def test_headers_that_came_back_encoded_are_read(
    house: Connections, box: mailbox.Maildir, tmp_path: Path
) -> None:
    encoded = base64.encodebytes(f"Subject: returned\nMessage-ID: {sent_id(tmp_path)}\n".encode()).decode()
    raw = NOTIFICATION.format(
        action="failed", name="", kind="text/rfc822-headers\nContent-Transfer-Encoding: base64"
    )
    box.add(raw.replace("Subject: returned\nMessage-ID: \n", encoded).encode())
    assert look()[0] == 1


def test_an_alert_that_came_back_is_not_to_be_sent_again(
    house: Connections, box: mailbox.Maildir, chat: Chat, tmp_path: Path
) -> None:
    place = "alert:content:owner:1", "2026-07-26"
    to = [("mail", "gone@brand.example")]
    assert deliver(house, *place, "h", STORY, to)[0].status == "sent"
    (alert,) = [e for e in ledger.entries(house.database) if e.report == place[0]]
    drop(box, f"<{name_of(alert.key)}@brand.example>")
    look()
    told = chat.outbox.delivered("wecom")[-1].body["markdown"]["content"]
    assert "请另行告知对方" in told
    assert "python -m flows" not in told


def test_what_came_back_is_sent_again_only_when_a_person_asks(
    house: Connections, box: mailbox.Maildir, tmp_path: Path
) -> None:
    drop(box, sent_id(tmp_path))
    look()
    to = [("mail", "gone@brand.example")]
    (again,) = deliver(house, "retrospective", "2026-W30", "h", STORY, to)
    assert (again.status, again.detail) == ("bounced", "5.1.1 smtp; 550 5.1.1 no such mailbox")
    (resent,) = deliver(house, "retrospective", "2026-W30", "h", STORY, to, resend=True)
    assert resent.status == "sent"


def test_killed_before_it_was_noted_it_is_told_once_all_the_same(
    house: Connections, box: mailbox.Maildir, chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(box, sent_id(tmp_path))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bounced.ledger, "bounced", killed)
        with pytest.raises(KeyboardInterrupt):
            look()
    assert look()[0] == 1
    assert ledger.entries(house.database, report="retrospective")[0].status == "bounced"
    assert len(chat.outbox.delivered("wecom")) == 1


def test_a_delay_and_other_mails_are_left_alone(
    house: Connections, box: mailbox.Maildir, tmp_path: Path
) -> None:
    drop(box, sent_id(tmp_path), action="delayed")
    drop(box, "<somebody-elses@brand.example>")
    box.add(b"From: a@b.example\nSubject: hello\n\nnot a notification\n")
    assert look()[0] == 0
    assert ledger.entries(house.database, report="retrospective")[0].status == "sent"
    assert sorted(mail.get_flags() for mail in box) == ["", "", "S"]


def test_a_folder_that_is_no_maildir_is_named(
    house: Connections, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("WECHAT_OPS_BOUNCE_MAILDIR", str(tmp_path / "empty"))
    with pytest.raises(ConfigurationError, match="is no Maildir"):
        look()


def test_without_a_maildir_it_says_that_nobody_reads_what_comes_back(
    house: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WECHAT_OPS_BOUNCE_MAILDIR")
    code, (line,) = look()
    assert code == 0
    assert "WECHAT_OPS_BOUNCE_MAILDIR" in line
