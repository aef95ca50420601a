"""Benchmarks: every figure beside a floor measured in the same run. ``make bench``, or one row: ``… pull``.

Rows: ``pull`` (throughput against a bare httpx loop), ``prefect`` (its share of a daily sync), ``memory`` (peak of
backfill and daily sync), ``world`` (making a million persons), ``kills`` (20 random ``kill -9``).
"""

import asyncio
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tasks import settings, simulate
from tasks.calendars import ONE_DAY, Window
from tasks.services import prefect_server, processes

TODAY = simulate.today()
DAYS = 30


@contextmanager
def installation(persons: int, *, prefect: bool = False) -> Iterator[dict[str, str]]:
    """An installation of its own on a sandbox process, and a Prefect server when asked for."""
    folder = Path(tempfile.mkdtemp(prefix="wechat-ops-bench-"))
    here = settings.load().model_copy(update={"data_dir": folder})
    started = []
    try:
        port, web, mail = (processes.free_port() for _ in range(3))
        extra = simulate.sandbox_environment(here, web, mail, persons) | {"WECHAT_OPS_DATA_DIR": str(folder)}
        env = prefect_server.environment(here, port, extra)
        options = ("--mail-dir", str(folder / "mail"))
        started.append(
            simulate.start_sandbox(here, web, mail, environment=extra, persons=persons, options=options)
        )
        if prefect:
            started.append(prefect_server.start_server(here, env, port))
        settings.adopt(env)
        yield env
    finally:
        for service in reversed(started):
            processes.stop(service)
        shutil.rmtree(folder)


def pull() -> str:
    """Our pull against a bare loop that fetches the same bodies from the same sandbox."""
    with installation(5000):
        from tasks.connections import connect
        from tasks.pull import Pull

        window = Window.ending(TODAY - ONE_DAY, DAYS)

        async def ours() -> int:
            async def one(account_id: str) -> int:
                with connect() as c:
                    (account,) = c.settings.accounts([account_id])
                    return (await Pull(c, account, window, {}).run()).answers

            return sum(await asyncio.gather(*(one(a.account_id) for a in settings.load().accounts())))

        began = time.perf_counter()
        answers = asyncio.run(ours())
        our_seconds = time.perf_counter() - began

        with connect() as c:
            asked = [(r.account_id, json.loads(r.request)) for r in c.lake.raw(cipher=c.cipher)]
            accounts = {a.account_id: (a, c.secret(a.secret)) for a in c.settings.accounts()}
        began = time.perf_counter()
        asyncio.run(bare(asked, accounts))
        bare_seconds = time.perf_counter() - began
    return (
        f"{answers} answers: ours {our_seconds:.1f} s ({answers / our_seconds:.0f}/s), bare loop {bare_seconds:.1f} s "
        f"({len(asked) / bare_seconds:.0f}/s), ratio {len(asked) and answers / our_seconds / (len(asked) / bare_seconds):.2f}"
    )


async def bare(asked: list, accounts: dict) -> None:
    """The floor: tokens once, then every request through as many connections as ours may use, bodies dropped."""

    async def of_account(account_id: str) -> None:
        account, secret = accounts[account_id]
        limit = asyncio.Semaphore(settings.load().concurrency)
        async with httpx.AsyncClient(base_url=account.base_url, timeout=30) as http:
            if account.kind == "wecom":
                way = {"corpid": account.app_id, "corpsecret": secret}
                got = await http.get("/cgi-bin/gettoken", params=way)
            else:
                way = {"grant_type": "client_credential", "appid": account.app_id, "secret": secret}
                got = await http.post("/cgi-bin/stable_token", json=way)
            token = got.json()["access_token"]

            async def one(request: dict) -> None:
                async with limit:
                    answer = await http.request(
                        request["method"],
                        request["path"],
                        params={**(request.get("query") or {}), "access_token": token},
                        json=request.get("body"),
                    )
                    answer.json()

            await asyncio.gather(*(one(request) for name, request in asked if name == account_id))

    await asyncio.gather(*(of_account(name) for name in accounts))


def prefect() -> str:
    """Wall time of a daily sync as a flow against the server, and of the same steps as plain functions."""
    yesterday = TODAY - ONE_DAY
    with installation(5000, prefect=True):
        from flows.daily_sync import daily_sync

        async def flow(day: dt.date) -> None:
            await daily_sync(date=str(day), return_state=True)

        asyncio.run(flow(yesterday - ONE_DAY))  # the first run builds what both then revise
        began = time.perf_counter()
        asyncio.run(flow(yesterday))
        as_flow = time.perf_counter() - began
    with installation(5000):
        asyncio.run(plain(Window.of_day(yesterday - ONE_DAY)))
        began = time.perf_counter()
        asyncio.run(plain(Window.of_day(yesterday)))
        as_functions = time.perf_counter() - began
    share = (as_flow - as_functions) / as_flow
    return f"flow {as_flow:.2f} s, plain functions {as_functions:.2f} s, Prefect's share {share:.0%}"


async def plain(window: Window) -> None:
    """The steps of the daily sync without Prefect."""
    from tasks.build import build_facts
    from tasks.check import check_facts
    from tasks.connections import connect
    from tasks.judge import judge_pace
    from tasks.measure import measure_latency, measure_metrics
    from tasks.pull import Pull, Tally
    from tasks.send import send_digest
    from tasks.write import write_page

    async def one(account_id: str) -> Tally:
        with connect() as c:
            (account,) = c.settings.accounts([account_id])
            return await Pull(c, account, window, {}).run()

    pulled = await asyncio.gather(*(one(a.account_id) for a in settings.load().accounts()))
    build_facts.fn(window, pulled)
    warnings = check_facts.fn(window)
    measure_metrics.fn(window)
    judge_pace.fn(window)
    write_page(window.last, warnings)
    send_digest.fn(window.last, warnings)
    measure_latency.fn(window)


def memory() -> str:
    """Peak resident memory of the backfill and of the daily sync on the demo's world, each in its own process."""
    yesterday = TODAY - ONE_DAY
    peaks = []
    with installation(5000, prefect=True) as env:
        for arguments in (
            ["backfill", "--start", str(TODAY - 100 * ONE_DAY), "--end", str(yesterday - ONE_DAY)],
            ["daily-sync", "--date", str(yesterday)],
        ):
            child = subprocess.Popen([sys.executable, "-m", "flows", *arguments], env=env, cwd=settings.HOME)
            _, status, usage = os.wait4(child.pid, 0)
            peaks.append(
                f"{arguments[0]} {usage.ru_maxrss / 1024:.0f} MB (exit {os.waitstatus_to_exitcode(status)})"
            )
    return ", ".join(peaks)


def world() -> str:
    """Making a world of a million persons: seconds and peak memory, in a process of its own."""
    code = (
        "import datetime as dt, resource, time\n"
        "from tasks.sandbox.world import World\n"
        "began = time.perf_counter()\n"
        f"World.build(1_000_000, 7, today=dt.date.fromisoformat('{TODAY}'))\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2\n"
        "print(f'{time.perf_counter() - began:.0f} s, peak {peak:.1f} GB')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.HOME, capture_output=True, text=True, check=True
    )
    return f"1,000,000 persons: {done.stdout.strip()}"


def kills() -> str:
    """Kill a daily sync at random moments, then let one finish: the state must be that of an undisturbed run."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/flows/test_kills.py", "-q", "-k", "random"],
        cwd=settings.HOME, env={**settings.surroundings(), "KILLS": "20"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


ROWS: dict[str, Callable[[], str]] = {
    "pull": pull,
    "prefect": prefect,
    "memory": memory,
    "world": world,
    "kills": kills,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or ROWS:
        sys.stdout.write(f"{name:8} {ROWS[name]()}\n")
        sys.stdout.flush()
