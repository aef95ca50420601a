import datetime as dt
import ipaddress
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tasks import calendars
from tasks.sandbox.mail import MailSink


def letter(subject: str = "日报 7月20日") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "ops@brand.example", "boss@brand.example"
    message.set_content("普通文字")
    message.add_alternative("<p>正文</p>", subtype="html")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="数据.xlsx")
    return message


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Context of the server with a certificate of its own making, and of a client that trusts it."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key, now = ec.generate_private_key(ec.SECP256R1()), calendars.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


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
    server, client = certificate
    with MailSink(tmp_path, auth=("ops", "pass"), tls=server) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp, pytest.raises(smtplib.SMTPException):
            smtp.login("ops", "pass")
        with smtplib.SMTP("127.0.0.1", sink.port) as smtp:
            smtp.starttls(context=client)
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
