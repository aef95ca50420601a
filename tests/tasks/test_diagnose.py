"""Checks side by side: one that hangs or breaks is a line of its own and stops no other."""

import asyncio
import threading
import time

import pytest

from tasks.consult import Daemons
from tasks.diagnose import Secrets, in_thread, safely
from tasks.errors import Busy, ConfigurationError
from tasks.messages import Finding
from tasks.reporting.installation import Installation

TOLD = Installation("zh-CN")
FINE = Finding("disk", "磁盘", "ok", "剩 80 GB")


def test_a_check_that_hangs_is_given_up_and_the_process_does_not_wait_for_it() -> None:
    let_go = threading.Event()

    def hang() -> list[Finding]:
        let_go.wait(30)
        return [FINE]

    async def both() -> list[list[Finding]]:
        return await asyncio.gather(
            safely(TOLD, "lake.tables", "", in_thread(hang), 0.05),
            safely(TOLD, "disk", "", in_thread(lambda: [FINE]), 5),
        )

    started = time.monotonic()
    hung, fine = asyncio.run(both())
    assert time.monotonic() - started < 5
    let_go.set()
    assert fine == [FINE]
    assert [(f.check, f.status, f.found) for f in hung] == [("lake.tables", "fail", "0 秒内没有结果")]


@pytest.mark.parametrize(
    ("error", "said"),
    [(ValueError("with a secret in it"), "ValueError"), (Busy("the server is busy"), "the server is busy")],
)
def test_a_check_that_breaks_says_no_more_than_it_may(error: Exception, said: str) -> None:
    def broken() -> list[Finding]:
        raise error

    (found,) = asyncio.run(safely(TOLD, "account", "oa_main", in_thread(broken), 5))
    assert (found.account, found.status, found.title) == ("oa_main", "fail", "oa_main")
    assert found.found == f"检查本身出错：{said}"


def test_a_secret_is_looked_up_once_and_remembered_as_one() -> None:
    asked: list[str] = []

    def look_up(name: str) -> str:
        asked.append(name)
        if name == "GONE":
            raise ConfigurationError("the secret GONE is not set")
        return "hush-hush"

    secrets = Secrets(look_up)
    assert [secrets("HERE"), secrets("HERE")] == ["hush-hush", "hush-hush"]
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="GONE"):
            secrets("GONE")
    assert asked == ["HERE", "GONE"]
    assert secrets.values == ["hush-hush"]


def test_a_name_server_that_never_answers_does_not_hold_up_the_end() -> None:
    let_go = threading.Event()

    async def resolve() -> str:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Daemons())
        loop.run_in_executor(None, let_go.wait, 30)
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, lambda: 1 / 0)
        return await asyncio.to_thread(lambda: "answered")

    started = time.monotonic()
    assert asyncio.run(resolve()) == "answered"
    assert time.monotonic() - started < 5
    let_go.set()
