"""A burst keeps within a platform's limits and loses nothing."""

import datetime as dt
from dataclasses import dataclass, field

import pytest

from tasks.notifiers import dingtalk, feishu, slack, wecom
from tasks.notifiers.pacing import Pace
from tasks.sandbox.bots import Bots
from tasks.sandbox.clock import Clock
from tasks.sandbox.outbox import Outbox

PUBLISHED = {slack: (60, 60.0), wecom: (20, 60.0), feishu: (100, 60.0), dingtalk: (20, 60.0)}
"""Messages that the platform takes in so many seconds."""


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


@pytest.mark.parametrize("channel", PUBLISHED, ids=lambda channel: channel.__name__.rpartition(".")[2])
def test_forty_owners_alerts_through_one_robot_stay_within_the_platforms_limit(channel) -> None:
    time = Time()
    pace = Pace(time.read, time.sleep)
    sent = []
    for _ in range(40):
        pace.wait("robot", channel.LIMITS)
        sent.append(time.now)
    count, span = PUBLISHED[channel]
    for moment in sent:
        assert sum(moment - span < other <= moment for other in sent) <= count
    assert len(sent) == 40


def test_two_robots_do_not_wait_for_each_other() -> None:
    time = Time()
    pace = Pace(time.read, time.sleep)
    for robot in ("one", "two"):
        pace.wait(robot, ((1, 60.0),))
    assert time.slept == []
    pace.wait("one", ((1, 60.0),))
    assert time.slept == [60.0]


def test_the_sandboxs_robot_takes_every_message_of_a_burst() -> None:
    """WeCom blocks the 21st of a minute; paced, fifty arrive."""
    time, outbox = Time(), Outbox()
    clock = Clock.on(dt.date(2026, 7, 26))
    bots = Bots(clock, outbox)

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        clock.set(clock.now() + dt.timedelta(seconds=seconds))

    pace = Pace(time.read, sleep)
    body = b'{"msgtype": "markdown", "markdown": {"content": "x"}}'
    for _ in range(50):
        pace.wait("robot", wecom.LIMITS)
        bots.answer("/cgi-bin/webhook/send", {"key": "ops"}, body)
    assert len(outbox.delivered("wecom")) == 50
