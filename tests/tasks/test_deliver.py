"""One report to every channel: each at most once, a dead one in nobody's way, a person's resend always."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from tasks.connections import Connections, connect
from tasks.deliver import deliver
from tasks.messages import Attachment, Block, Line, Message
from tasks.notifiers.pacing import Pace
from tasks.opsdb import ledger
from tasks.records import Delivery, Level
from tasks.send import report_losses
from tests.tasks.conftest import Chat

WEEK = "2026-W30"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STORY = Message(
    title="示例品牌周内容复盘 7月20日–26日",
    verdict=Line("停止 2 类内容，保留 1 类", Level.red),
    blocks=(Block("停止", (Line("好物清单：互动率 3.1 %，基线 5.2 %", Level.red),), keep=True),),
    html="<!doctype html><p>完整复盘</p>",
    attachments=(
        Attachment("周复盘 2026-W30.xlsx", XLSX, b"PK\x03\x04\x00\xff"),
        Attachment("待补标签.csv", "text/csv", "\ufeff内容编号,标题\r\n1,=1+1\r\n".encode()),
    ),
)
EVERYBODY = [
    ("mail", "ops@brand.example"),
    ("mail", "gone@brand.example"),
    ("slack", "SLACK_WEBHOOK_OPS"),
    ("wecom", "WECOM_BOT_OPS"),
    ("feishu", "FEISHU_BOT_OPS"),
    ("dingtalk", "DINGTALK_BOT_OPS"),
]
ROUTES = """
[delivery_failure]
mail = ["duty@brand.example"]
wecom = ["WECOM_BOT_OPS"]
feishu = ["FEISHU_BOT_OPS"]
"""


class Post:
    """A mail server that knows nobody called ``gone``."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append((envelope.rcpt_tos[0], envelope.original_content or b""))
        return "250 OK"

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass
class House:
    """An installation with a mail server and four robots."""

    c: Connections
    post: Post
    chat: Chat

    def send(self, message: Message = STORY, **more: Any) -> list[Delivery]:
        return deliver(self.c, "retrospective", WEEK, "hash", message, EVERYBODY, **more)

    def told(self, channel: str) -> int:
        return len(self.chat.outbox.delivered(channel))


@pytest.fixture
def house(tmp_path: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    (tmp_path / "routes.toml").write_text(ROUTES, encoding="utf-8")
    post = Post()
    for name, value in {
        "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
        "WECHAT_OPS_ROUTES_FILE": str(tmp_path / "routes.toml"),
        "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
        "WECHAT_OPS_SMTP_PORT": str(post.port),
        "WECHAT_OPS_SMTP_SECURITY": "none",
        "SLACK_WEBHOOK_OPS": chat.resolve("SLACK_WEBHOOK_OPS"),
        "WECOM_BOT_OPS": chat.resolve("WECOM_BOT_OPS"),
        "FEISHU_BOT_OPS": chat.resolve("FEISHU_SIGNED"),
        "FEISHU_BOT_OPS_SIGN": chat.resolve("FEISHU_SIGNED_SIGN"),
        "DINGTALK_BOT_OPS": chat.resolve("DINGTALK_SIGNED"),
        "DINGTALK_BOT_OPS_SIGN": chat.resolve("DINGTALK_SIGNED_SIGN"),
    }.items():
        monkeypatch.setenv(name, value)
    with connect() as c:
        yield House(c, post, chat)
    post.close()


def test_dead_channels_stand_in_nobodys_way_and_are_told_on_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_OPS", "http://127.0.0.1:9/services/nobody")
    monkeypatch.delenv("DINGTALK_BOT_OPS")
    done = house.send()
    assert [(d.channel, d.recipient, d.status) for d in done] == [
        ("mail", "ops@brand.example", "sent"),
        ("mail", "gone@brand.example", "failed"),
        ("slack", "SLACK_WEBHOOK_OPS", "failed"),
        ("wecom", "WECOM_BOT_OPS", "sent"),
        ("feishu", "FEISHU_BOT_OPS", "sent"),
        ("dingtalk", "DINGTALK_BOT_OPS", "failed"),
    ]
    assert [address for address, _ in house.post.taken] == ["ops@brand.example"]

    kept = {e.recipient: e.detail for e in ledger.entries(house.c.database, report="retrospective")}
    assert "refused the recipient gone@brand.example: 550 5.1.1 no such mailbox" in kept["gone@brand.example"]
    assert "secret DINGTALK_BOT_OPS is not set" in kept["DINGTALK_BOT_OPS"]

    lost = [d for d in done if d.status == "failed"]
    notices = report_losses(house.c, "retrospective", WEEK, lost)
    assert [(d.channel, d.status) for d in notices] == [("wecom", "sent"), ("feishu", "sent")]
    notice = house.chat.outbox.delivered("wecom")[-1].body["markdown"]["content"]
    assert "gone@brand.example" in notice
    assert "550 5.1.1 no such mailbox" in notice


def test_a_retry_reaches_only_those_who_did_not_get_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    address = house.c.secret("SLACK_WEBHOOK_OPS")
    monkeypatch.setenv("SLACK_WEBHOOK_OPS", "http://127.0.0.1:9/services/nobody")
    house.send()
    monkeypatch.setenv("SLACK_WEBHOOK_OPS", address)
    again = {d.recipient: d.status for d in house.send()}
    assert again == {
        "ops@brand.example": "already_sent",
        "gone@brand.example": "failed",
        "SLACK_WEBHOOK_OPS": "sent",
        "WECOM_BOT_OPS": "already_sent",
        "FEISHU_BOT_OPS": "already_sent",
        "DINGTALK_BOT_OPS": "already_sent",
    }
    assert [house.told(channel) for channel in ("slack", "wecom", "feishu", "dingtalk")] == [1, 1, 1, 1]
    assert len(house.post.taken) == 1


def test_a_person_who_asks_gets_it_again(house: House) -> None:
    house.send()
    assert {d.status for d in house.send(resend=True) if d.recipient != "gone@brand.example"} == {"sent"}
    assert [house.told(channel) for channel in ("slack", "wecom", "feishu", "dingtalk")] == [2, 2, 2, 2]


def test_a_robot_that_has_had_enough_for_the_moment_is_asked_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has used up the robot's minute: WeCom says 45009, blocked for a minute."""
    for _ in range(20):
        house.c.notifiers["wecom"].send(STORY, "WECOM_BOT_OPS", key="k")
    clock, slept = house.chat.clock, []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.set(clock.now() + timedelta(seconds=seconds))

    monkeypatch.setattr("tasks.deliver.time.sleep", sleep)
    assert {d.recipient: d.status for d in house.send()}["WECOM_BOT_OPS"] == "sent"
    assert slept == [60]
    assert house.told("wecom") == 21


def test_a_block_of_ten_minutes_is_left_to_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.deliver.time.sleep", lambda _: pytest.fail("nobody waits ten minutes"))
    for _ in range(20):
        house.c.notifiers["dingtalk"].send(STORY, "DINGTALK_BOT_OPS", key="k")
    assert {d.recipient: d.status for d in house.send()}["DINGTALK_BOT_OPS"] == "failed"
    house.chat.clock.set(house.chat.clock.now() + timedelta(minutes=11))
    assert {d.recipient: d.status for d in house.send()}["DINGTALK_BOT_OPS"] == "sent"


def test_a_burst_of_owners_messages_waits_its_turn_and_arrives_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, now, slept = house.chat.clock, [1000.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds
        clock.set(clock.now() + timedelta(seconds=seconds))

    monkeypatch.setattr("tasks.notifiers.dingtalk.PACE", Pace(lambda: now[0], sleep))
    robot = [("dingtalk", "DINGTALK_BOT_OPS")]
    done = [
        deliver(house.c, f"alerts.owner-{n}", "2026-07-26", "hash", replace(STORY, title=f"预警 {n}"), robot)
        for n in range(30)
    ]
    assert {d.status for one in done for d in one} == {"sent"}
    assert house.told("dingtalk") == 30
    assert slept == [60.0]
