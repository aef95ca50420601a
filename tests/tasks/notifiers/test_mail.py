import asyncio
import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from pydantic import SecretStr

from tasks import calendars
from tasks.errors import BadCredential, Busy, ConfigurationError, PermanentError
from tasks.messages import Attachment, Block, Line, Link, Message
from tasks.notifiers.base import MayHaveArrived
from tasks.notifiers.mail import Mail
from tasks.notifiers.mail_body import html_text, render
from tasks.sandbox.mail import MailSink

SENDER = "运营系统 <wechat-ops@brand.example>"


def to(sink_port: int, **more: object) -> Mail:
    return Mail("127.0.0.1", sink_port, sender=SENDER, timeout=5, **({"security": "none"} | more))


@pytest.fixture
def sink(tmp_path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as server:
        yield server


@contextmanager
def serving(
    protocol: Callable[[asyncio.AbstractEventLoop], SMTP], tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    """An SMTP server on a free port, in its own thread; ``tls`` encrypts it from the first byte."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: protocol(loop), "127.0.0.1", 0, ssl=tls))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_a_mail_arrives_with_subject_html_and_plain_text(sink, message):
    receipt = to(sink.port).send(message, "ops@brand.example", key="digest|2026-07-25|mail|ops@brand.example")
    assert receipt.code == "250"
    (mail,) = sink.messages()
    assert mail.subject == "沐光美妆运营日报 7月25日"
    assert mail.recipients == ("ops@brand.example",)
    assert mail.sender == "wechat-ops@brand.example"
    assert mail.message["From"] == SENDER
    assert mail.message.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        assert "最要紧：浏览→下单转化 落后计划 38 %" in mail.text(kind)
        assert "负责人：王珂" in mail.text(kind)
        assert message.link in mail.text(kind)


def test_the_reports_own_html_is_used_when_there_is_one(sink, message):
    body = "<!doctype html><p>" + "完整的日报。" * 400 + "</p>"
    own = Message(message.title, message.verdict, message.blocks, html=body)
    to(sink.port).send(own, "ops@brand.example", key="k")
    assert sink.messages()[0].text("html").strip() == body


def test_the_same_delivery_has_the_same_message_id_and_another_another(sink, message):
    mail = to(sink.port)
    for key in ("one", "one", "two"):
        mail.send(message, "ops@brand.example", key=key)
    first, again, other = [m.message["Message-ID"] for m in sink.messages()]
    assert first == again != other
    assert first.endswith("@brand.example>")


def test_the_date_is_now_in_shanghai(sink, message):
    to(sink.port).send(message, "ops@brand.example", key="k")
    date = parsedate_to_datetime(sink.messages()[0].message["Date"])
    assert date.utcoffset() == calendars.now().astimezone(calendars.SHANGHAI).utcoffset()
    assert abs((calendars.now() - date).total_seconds()) < 60


def test_lines_that_start_with_a_dot_and_long_lines_survive(sink, message):
    body = "<p>\r\n.hidden\r\n" + "x" * 5000 + "</p>"
    to(sink.port).send(Message("t", message.verdict, html=body), "ops@brand.example", key="k")
    assert "\n.hidden\n" in sink.messages()[0].text("html").replace("\r\n", "\n")
    assert "x" * 5000 in sink.messages()[0].text("html")


def test_starttls_and_password_are_used_when_asked_for(tmp_path, certificate, message):
    with MailSink(tmp_path, auth=("ops", "right-password"), tls=certificate.server) as sink:
        options = {"security": "starttls", "user": "ops", "trust": certificate.client}
        to(sink.port, password=SecretStr("right-password"), **options).send(
            message, "ops@brand.example", key="k"
        )
        assert len(sink.messages()) == 1


def test_a_wrong_password_says_what_to_check_and_not_what_it_was(certificate, message):
    def nobody(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    def protocol(loop: asyncio.AbstractEventLoop) -> SMTP:
        return SMTP(
            object(), loop=loop, tls_context=certificate.server, authenticator=nobody, auth_required=True
        )

    with serving(protocol) as port, pytest.raises(BadCredential, match="WECHAT_OPS_SMTP_PASSWORD") as caught:
        to(
            port,
            security="starttls",
            user="ops",
            password=SecretStr("wrong-password"),
            trust=certificate.client,
        ).send(message, "ops@brand.example", key="k")
    assert caught.value.code == "535"
    assert "wrong-password" not in str(caught.value)


def test_tls_from_the_first_byte(certificate, message):
    kept = []

    class Keep:
        async def handle_DATA(self, server, session, envelope):
            kept.append(envelope)
            return "250 OK"

    with serving(lambda loop: SMTP(Keep(), loop=loop), certificate.server) as port:
        to(port, security="tls", trust=certificate.client).send(message, "ops@brand.example", key="k")
    assert [e.rcpt_tos for e in kept] == [["ops@brand.example"]]


def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path, certificate, message):
    with MailSink(tmp_path, tls=certificate.server) as sink:
        with pytest.raises(ConfigurationError, match="certificate"):
            to(sink.port, security="starttls").send(message, "ops@brand.example", key="k")
        assert not sink.messages()


def test_the_wrong_kind_of_encryption_is_named(sink, message):
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SMTP_SECURITY"):
        to(sink.port, security="starttls").send(message, "ops@brand.example", key="k")
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SMTP_SECURITY"):
        to(sink.port, security="tls").send(message, "ops@brand.example", key="k")
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SMTP_USER"):
        to(sink.port, user="ops", password=SecretStr("p")).send(message, "ops@brand.example", key="k")


def test_a_server_that_demands_a_password_refuses_in_words(tmp_path, certificate, message):
    sink = MailSink(tmp_path, auth=("ops", "p"), tls=certificate.server)
    with sink, pytest.raises(PermanentError, match="530"):
        to(sink.port, security="starttls", trust=certificate.client).send(
            message, "ops@brand.example", key="k"
        )


class Refuse:
    """Refuses a recipient for good, one for now, and a message."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "gone" in address:
            return "550 no such user"
        if "full" in address:
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        return "554 looks like spam"


@pytest.mark.parametrize(
    ("recipient", "error", "said"),
    [
        ("gone@brand.example", PermanentError, "recipient gone@brand.example: 550 no such user"),
        ("full@brand.example", Busy, "recipient full@brand.example: 452 mailbox full"),
        ("ops@brand.example", PermanentError, "message to ops@brand.example: 554 looks like spam"),
    ],
)
def test_a_refusal_names_who_was_refused_and_why(message, recipient, error, said):
    with serving(lambda loop: SMTP(Refuse(), loop=loop)) as port, pytest.raises(error, match=said):
        to(port).send(message, recipient, key="k")


def test_silence_after_the_last_byte_is_doubt_not_failure(message):
    class Vanish:
        async def handle_DATA(self, server, session, envelope):
            server.transport.abort()
            return "250 OK"

    with (
        serving(lambda loop: SMTP(Vanish(), loop=loop)) as port,
        pytest.raises(MayHaveArrived, match=r"ops@brand\.example"),
    ):
        to(port).send(message, "ops@brand.example", key="k")


def test_nobody_there_is_worth_another_try(message):
    with pytest.raises(Busy, match=r"127\.0\.0\.1:9"):
        to(9).send(message, "ops@brand.example", key="k")


def test_no_server_and_no_address_say_what_to_write(message):
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SMTP_HOST"):
        Mail("", sender=SENDER).send(message, "ops@brand.example", key="k")
    for bad in ("nobody", "a@b.example\r\nBcc: all@b.example", ""):
        with pytest.raises(ConfigurationError, match="recipient"):
            to(9).send(message, bad, key="k")


def test_a_title_cannot_add_headers(message):
    mail = render(
        Message("题\r\nBcc: all@b.example", message.verdict), sender=SENDER, recipient="a@b.example", key="k"
    )
    assert mail["Bcc"] is None
    assert mail["Subject"] == "题 Bcc: all@b.example"


def test_a_mail_made_from_blocks_escapes_what_people_wrote():
    evil = "<script>alert(1)</script>"
    message = Message(
        evil, Line(evil), (Block(evil, (Line(evil, details=(evil,)),)),), 'https://x.example/"><b>', evil
    )
    assert "<script>" not in html_text(message)
    assert '"><b>' not in html_text(message)
    assert evil in message.text


def test_the_password_is_neither_logged_nor_shown(tmp_path, certificate, message, caplog):
    with (
        caplog.at_level(logging.DEBUG),
        MailSink(tmp_path, auth=("ops", "hush-hush"), tls=certificate.server) as sink,
    ):
        mail = to(
            sink.port,
            security="starttls",
            user="ops",
            password=SecretStr("hush-hush"),
            trust=certificate.client,
        )
        with pytest.raises(ConfigurationError):
            to(sink.port, user="ops", password=SecretStr("hush-hush")).send(message, "a@b.example", key="k")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
    assert "hush-hush" not in repr(mail) + repr(vars(mail)) + " ".join(ours)


def test_what_a_reader_can_do_is_a_row_of_links(sink, message):
    doors = (Link("确认收到", "https://ui.example/run?a=1&b=2"),)
    to(sink.port).send(replace(message, links=doors), "ops@brand.example", key="k")
    (mail,) = sink.messages()
    assert 'href="https://ui.example/run?a=1&amp;b=2"' in mail.text("html")
    assert "确认收到 https://ui.example/run?a=1&b=2" in mail.text("plain")


TABLE = b"PK\x03\x04" + bytes(range(256)) * 50
LIST = '\ufeff内容编号,标题\r\n1,\'=1+1\r\n2,"两\r\n行"\r\n'.encode()


def test_attachments_arrive_byte_by_byte_under_their_chinese_names(sink, message):
    attached = (
        Attachment(
            "周内容复盘 2026-W30.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            TABLE,
        ),
        Attachment("待补标签.csv", "text/csv", LIST),
    )
    to(sink.port).send(replace(message, attachments=attached), "ops@brand.example", key="k")
    (mail,) = sink.messages()
    assert mail.attachments() == ["周内容复盘 2026-W30.xlsx", "待补标签.csv"]
    assert [part.get_payload(decode=True) for part in mail.message.iter_attachments()] == [TABLE, LIST]


def test_text_stands_before_html_and_both_before_the_attachments(sink, message):
    """Clients show the last part they understand: HTML after text; attachments beside both, not within."""
    attached = (Attachment("a.csv", "text/csv", LIST),)
    own = replace(message, html="<p>完整</p>", plain="全文", attachments=attached)
    to(sink.port).send(own, "ops@brand.example", key="k")
    (mail,) = sink.messages()
    body, attachment = mail.message.iter_parts()
    assert mail.message.get_content_type() == "multipart/mixed"
    assert body.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
    assert (attachment.get_content_type(), attachment.get_content_disposition()) == ("text/csv", "attachment")
    assert mail.text("plain").strip() == "全文"
    assert mail.text("html").strip() == "<p>完整</p>"


def test_the_name_of_an_attachment_cannot_add_headers(message):
    evil = Attachment("x\r\nBcc: all@brand.example\r\n.csv", "text/csv", b"")
    raw = render(
        replace(message, attachments=(evil,)), sender=SENDER, recipient="ops@brand.example", key="k"
    ).as_bytes()
    assert b"\r\nBcc:" not in raw
