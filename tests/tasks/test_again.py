"""What did not arrive is told with what to do about it, and what people are told to do reaches nobody twice."""

import datetime as dt
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.__main__ import app
from tasks import calendars
from tasks.again import resend_command, view_of
from tasks.connections import Connections, connect
from tasks.errors import ConfigurationError
from tasks.opsdb import ledger
from tasks.records import Delivery
from tasks.retell import send_retrospective
from tasks.sandbox.mail import MailSink
from tasks.send import report_losses, send_digest
from tests.tasks.conftest import Answer, Chat, Web

WEEK, BEFORE = "2026-W30", "2026-W29"
DAY = dt.date(2026, 7, 26)
NOBODY = "http://127.0.0.1:9/hook"
ROUTES = """
[retrospective]
mail = ["ops@brand.example"]
slack = ["SLACK_WEBHOOK_OPS"]
wecom = ["WECOM_BOT_OPS"]
[digest]
mail = ["ops@brand.example"]
wecom = ["WECOM_BOT_OPS"]
[delivery_failure]
mail = ["duty@brand.example"]
"""
AGAIN = "用同样的参数再运行一次流程：只补发没有收到的"


@dataclass
class House:
    """An installation without facts, whose recipients may be cut off."""

    chat: Chat
    sink: MailSink
    silent: str
    """A webhook that takes a message and hangs up."""
    patch: pytest.MonkeyPatch

    def cut(self, name: str, address: str) -> None:
        self.patch.setenv(name, address)

    def mend(self, name: str) -> None:
        self.patch.setenv(name, self.chat.resolve(name))

    def tell(
        self, *accounts: str, compare_to: str = BEFORE, recipients: tuple[str, ...] = ()
    ) -> list[Delivery]:
        return send_retrospective.fn(WEEK, compare_to, accounts, [], recipients)

    def got(self) -> dict[str, int]:
        """Messages that each recipient has of reports, by channel or mail address."""
        found = {channel: len(self.chat.outbox.delivered(channel)) for channel in ("slack", "wecom")}
        for mail in self.sink.messages():
            found[mail.recipients[0]] = found.get(mail.recipients[0], 0) + 1
        found.pop("duty@brand.example", None)
        return found

    def notices(self) -> list[str]:
        return [m.text("plain") for m in self.sink.messages() if m.recipients == ("duty@brand.example",)]


@pytest.fixture
def house(
    tmp_path: Path, chat: Chat, web: Callable[[Answer], Web], monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    def hang_up(*_: object) -> tuple[int, bytes, dict[str, str]]:
        raise ConnectionError

    (tmp_path / "routes.toml").write_text(ROUTES, "utf-8")
    with MailSink(tmp_path / "mail") as sink:
        for name, value in {
            "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
            "WECHAT_OPS_ROUTES_FILE": str(tmp_path / "routes.toml"),
            "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
            "WECHAT_OPS_SMTP_PORT": str(sink.port),
            "WECHAT_OPS_SMTP_SECURITY": "none",
            "SLACK_WEBHOOK_OPS": chat.resolve("SLACK_WEBHOOK_OPS"),
            "WECOM_BOT_OPS": chat.resolve("WECOM_BOT_OPS"),
        }.items():
            monkeypatch.setenv(name, value)
        yield House(chat, sink, web(hang_up).base, monkeypatch)


def typed(line: str) -> Result:
    """What happens when a person copies a command into the terminal."""
    python, dash_m, flows, *arguments = shlex.split(line)
    assert (python, dash_m, flows) == ("python", "-m", "flows")
    return CliRunner().invoke(app, arguments)


def command(notice: str) -> str:
    (line,) = [line for line in notice.splitlines() if "python -m flows" in line]
    return line[line.index("python -m flows") :].strip()


def test_after_a_failure_the_same_run_reaches_only_who_lacks_it(house: House) -> None:
    house.cut("WECOM_BOT_OPS", NOBODY)
    house.tell()
    (notice,) = house.notices()
    assert AGAIN in notice
    assert "resend" not in notice
    house.mend("WECOM_BOT_OPS")
    house.tell()
    assert house.got() == {"ops@brand.example": 1, "slack": 1, "wecom": 1}
    assert len(house.notices()) == 1


def test_what_is_in_doubt_goes_out_again_to_that_place_alone_by_the_command_of_the_notice(
    house: House,
) -> None:
    house.cut("WECOM_BOT_OPS", house.silent)
    assert {d.channel: d.status for d in house.tell("oa_main", compare_to="2026-W26")}["wecom"] == "in_doubt"
    (notice,) = house.notices()
    line = command(notice)
    assert line == (
        "python -m flows resend --week 2026-W30 --accounts oa_main --compare-to 2026-W26 --to wecom:WECOM_BOT_OPS"
    )
    assert AGAIN not in notice, "a run would not send it again"
    house.mend("WECOM_BOT_OPS")
    done = typed(line)
    assert done.exit_code == 0, done.output
    assert house.got() == {"ops@brand.example": 1, "slack": 1, "wecom": 1}
    with connect() as c:
        last = ledger.entries(c.database, report="retrospective")[-1]
    assert (last.period, last.channel, last.attempt, last.status) == (
        "2026-W30-oa_main-vs-2026-W26", "wecom", 2, "sent",
    )  # fmt: skip


def test_a_digest_in_doubt_goes_out_again_to_that_place_alone(house: House) -> None:
    house.cut("WECOM_BOT_OPS", house.silent)
    send_digest.fn(DAY, [])
    line = command(house.notices()[0])
    assert line == "python -m flows resend --date 2026-07-26 --to wecom:WECOM_BOT_OPS"
    house.mend("WECOM_BOT_OPS")
    done = typed(line)
    assert done.exit_code == 0, done.output
    assert house.got() == {"ops@brand.example": 1, "slack": 0, "wecom": 1}


def test_a_digest_that_failed_is_told_with_the_run_that_spares_the_others(house: House) -> None:
    house.cut("WECOM_BOT_OPS", NOBODY)
    send_digest.fn(DAY, [])
    (notice,) = house.notices()
    assert command(notice) == "python -m flows daily-sync --date 2026-07-26 --send always"


def test_two_views_of_a_week_are_two_losses(house: House) -> None:
    house.cut("WECOM_BOT_OPS", NOBODY)
    house.tell()
    house.tell("oa_main")
    first, second = house.notices()
    assert "2026-W30 的周内容复盘没有送达 1 处" in first
    assert "2026-W30-oa_main 的周内容复盘没有送达 1 处" in second


def test_every_new_loss_is_told_and_the_same_one_once_a_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, wecom = (Delivery(name, f"{name.upper()}_BOT", "failed", "no") for name in ("slack", "wecom"))
    doubtful = Delivery("wecom", "WECOM_BOT", "in_doubt", "silence")
    now = calendars.now()
    with connect() as c:
        for what in ("digest", "alerts", "retrospective"):
            before = len(house.notices())
            told = []
            for lost in ([slack, wecom], [wecom, slack], [slack], [wecom], [doubtful], [slack]):
                report_losses(c, what, DAY, lost)
                told.append(len(house.notices()) - before)
            assert told == [1, 1, 2, 3, 4, 4], what
        with monkeypatch.context() as patched:
            patched.setattr(calendars, "now", lambda: now + dt.timedelta(days=1))
            report_losses(c, "retrospective", DAY, [slack])
    assert len(house.notices()) == 13, "still lost on the next day"


def test_an_alert_in_doubt_names_no_command_since_none_sends_it(house: House) -> None:
    with connect() as c:
        report_losses(c, "alerts", DAY, [Delivery("wecom", "WECOM_BOT", "in_doubt", "silence")])
    (notice,) = house.notices()
    assert "没有收到就另行告知" in notice
    assert "python -m flows" not in notice


def test_only_places_where_a_report_belongs_can_be_named(house: House) -> None:
    house.tell(recipients=("boss@brand.example",))
    again = typed(f"python -m flows resend --week {WEEK} --to mail:boss@brand.example")
    assert again.exit_code == 0, again.output
    assert house.got() == {"boss@brand.example": 2, "slack": 0, "wecom": 0}
    refused = typed(f"python -m flows resend --week {WEEK} --to mail:stranger@example.com")
    assert isinstance(refused.exception, ConfigurationError)
    assert "does not go to mail:stranger@example.com; known: mail:ops@brand.example" in str(refused.exception)
    assert house.got() == {"boss@brand.example": 2, "slack": 0, "wecom": 0}
    assert typed("python -m flows resend --date 2026-07-26 --accounts oa_main").exit_code == 2


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    entry = 'kind = "official_account"\nname = "号"\napp_id = "wx1"\nsecret = "S"\nbase_url = "http://127.0.0.1:9"'
    names = ("oa", "oa-main", "oa_main", "main")
    (tmp_path / "accounts.toml").write_text("\n".join(f"[{name}]\n{entry}" for name in names), "utf-8")
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WECHAT_OPS_ACCOUNTS_FILE", str(tmp_path / "accounts.toml"))
    with connect() as connections:
        yield connections


@pytest.mark.parametrize(
    ("accounts", "compare_to", "options"),
    [
        ((), BEFORE, ""),
        (("oa_main",), BEFORE, "--accounts oa_main"),
        (("oa-main", "oa"), BEFORE, "--accounts oa --accounts oa-main"),
        ((), "2026-W26", "--compare-to 2026-W26"),
        (("oa-main",), "2026-W26", "--accounts oa-main --compare-to 2026-W26"),
    ],
)
def test_a_view_is_asked_for_by_the_parameters_that_made_it(
    c: Connections, accounts: tuple[str, ...], compare_to: str, options: str
) -> None:
    view = view_of(WEEK, compare_to, accounts)
    told = resend_command(c, "retrospective", view, "mail", "o'neil@brand.example")
    expected = ["python", "-m", "flows", "resend", "--week", WEEK, *options.split()]
    assert shlex.split(told) == [*expected, "--to", "mail:o'neil@brand.example"]


@pytest.mark.parametrize(
    ("report", "period"),
    [
        ("retrospective", "2026-W30-account_that_is_gone"),
        ("alert:content:owner:1", "2026-07-26"),
        ("delivery-failure", "x"),
    ],
)
def test_what_no_command_sends_has_none(c: Connections, report: str, period: str) -> None:
    assert resend_command(c, report, period, "mail", "ops@brand.example") == ""
