import smtplib
from email.message import EmailMessage

import pytest

from tasks.sandbox.mail import MailSink


def letter(subject: str = "日报 7月20日") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "ops@brand.example", "boss@brand.example"
    message.set_content("普通文字")
    message.add_alternative("<p>正文</p>", subtype="html")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="数据.xlsx")
    return message


def test_a_message_is_kept_whole(tmp_path):
    with MailSink(tmp_path / "mail") as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        smtp.send_message(letter(), to_addrs=["boss@brand.example", "hidden@brand.example"])
        (mail,) = sink.messages()
    assert mail.file.suffix == ".eml"
    assert mail.subject == "日报 7月20日"
    assert mail.sender == "ops@brand.example"
    assert mail.recipients == ("boss@brand.example", "hidden@brand.example")
    assert mail.text() == "<p>正文</p>\n"
    assert mail.text("plain") == "普通文字\n"
    assert mail.attachments() == ["数据.xlsx"]


def test_messages_stay_in_order_and_over_a_restart(tmp_path):
    for number in range(2):
        with MailSink(tmp_path) as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
            smtp.send_message(letter(f"first {number}"))
            smtp.send_message(letter(f"second {number}"))
    subjects = [mail.subject for mail in MailSink(tmp_path).messages()]
    assert subjects == ["first 0", "second 0", "first 1", "second 1"]


def test_a_stopped_sink_listens_no_more(tmp_path):
    with MailSink(tmp_path) as sink:
        port = sink.port
    with pytest.raises(OSError):
        smtplib.SMTP("127.0.0.1", port, timeout=1)


def test_a_taken_port_is_said_at_once(tmp_path):
    with MailSink(tmp_path) as sink, pytest.raises(OSError):
        MailSink(tmp_path, sink.port).start()


def test_only_the_right_password_lets_a_message_in(tmp_path):
    with MailSink(tmp_path, auth=("ops", "pass")) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
            with pytest.raises(smtplib.SMTPSenderRefused):
                smtp.send_message(letter())
            with pytest.raises(smtplib.SMTPAuthenticationError):
                smtp.login("ops", "wrong")
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
            smtp.login("ops", "pass")
            smtp.send_message(letter())
        assert len(sink.messages()) == 1


def test_an_encrypted_sink_demands_starttls_before_a_password(tmp_path, certificate):
    with MailSink(tmp_path, auth=("ops", "pass"), tls=certificate.server) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp, pytest.raises(smtplib.SMTPException):
            smtp.login("ops", "pass")
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
            smtp.starttls(context=certificate.client)
            smtp.login("ops", "pass")
            smtp.send_message(letter())
        assert [mail.subject for mail in sink.messages()] == ["日报 7月20日"]


def test_the_control_calls_list_the_mail(tmp_path, calling):
    caller = calling(mail_folder=tmp_path)
    assert caller.get("/sandbox/mail") == {"messages": []}
    with MailSink(tmp_path) as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        smtp.send_message(letter())
    (mail,) = caller.get("/sandbox/mail")["messages"]
    assert mail["subject"] == "日报 7月20日"
    assert mail["recipients"] == ["boss@brand.example"]
