"""Benchmarks: every figure beside a floor measured in the same run. ``make bench``, or one row: ``… pull``.

Rows: ``pull`` (throughput against a bare httpx loop), ``prefect`` (its share of a daily sync), ``memory`` (peak of
backfill and daily sync), ``world`` (making a million persons), ``kills`` (20 random ``kill -9``),
``faults`` (a month of accidents, five seeds), ``followers`` (the daily reading of up to a million followers;
``BENCH_FOLLOWERS=5000000`` for five million), ``import`` (a million events), ``measure`` (every metric of one day
of the demo), ``history`` (ten years of metric values), ``alarms`` (false alerts of 200 healthy
plans, what is noticed of 200 slumps, and how true the forecast's ranges are), ``retrospective`` (a week's content story
told) and ``verdicts`` (a thousand simulated weeks of keep and kill).
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
from typing import Any

import httpx

from tasks import settings, simulate
from tasks.calendars import ONE_DAY, Window
from tasks.services import prefect_server, processes
from tasks.sources.official_account.followers import DETAILS, GROUP
from tasks.sources.wechat_http.wire import PARALLEL
from tests.bench.alarms import alarms
from tests.bench.content import misjudged, retold
from tests.bench.followers import rows
from tests.bench.history import history
from tests.bench.importing import importing

TODAY = simulate.newest_told() + ONE_DAY
DAYS = 30
HERE = settings.load()
"""The settings before an installation adopts its own."""
ROSTER = "/cgi-bin/user/get"
FINE = {0, 84061, 88000}
"""Codes of a good answer: 84061 is how WeCom says that a member of staff has no customers, 88000 how the platform
says that what was published without notice has no comments."""


@contextmanager
def installation(persons: int, *, prefect: bool = False, files: bool = False) -> Iterator[dict[str, str]]:
    """An installation of its own on a sandbox process; a Prefect server and the brand's files when asked for."""
    folder = Path(tempfile.mkdtemp(prefix="wechat-ops-bench-"))
    here = HERE.model_copy(update={"data_dir": folder})
    started = []
    try:
        port, web, mail = (processes.free_port() for _ in range(3))
        extra = simulate.sandbox_environment(here, web, mail, persons) | {"WECHAT_OPS_DATA_DIR": str(folder)}
        env = prefect_server.environment(here, port, extra)
        options = ("--today", str(TODAY), "--mail-dir", str(folder / "mail"))
        options += ("--files-dir", str(folder / "inbox")) if files else ()
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


async def pulled(window: Window) -> list[Any]:
    """What every account's pull did, all side by side and without Prefect."""
    from tasks.connections import connect
    from tasks.pull import Pull

    async def one(account_id: str) -> Any:
        with connect() as c:
            (account,) = c.settings.accounts([account_id])
            return await Pull(c, account, window).run()

    return await asyncio.gather(*(one(a.account_id) for a in settings.load().accounts()))


def pull() -> str:
    """Our pull against a bare loop that fetches the same bodies; each on a sandbox that has answered nobody yet.

    Three rounds, of which the middle one is told: other programs disturb one or the other.
    """
    rounds = sorted((pull_once() for _ in range(3)), key=lambda told: told[2] / told[1])
    answers, ours, floor = rounds[1]
    ratios = ", ".join(f"{floor / ours:.2f}" for _, ours, floor in rounds)
    return (
        f"{answers} answers: ours {ours:.1f} s ({answers / ours:.0f}/s), bare loop {floor:.1f} s "
        f"({answers / floor:.0f}/s), ratio {floor / ours:.2f} (of {ratios})"
    )


def pull_once() -> tuple[int, float, float]:
    """Answers, our seconds and the bare loop's seconds."""
    with installation(5000):
        import tasks.pull  # noqa: F401 - reading our modules is not pulling
        from tasks.connections import connect

        began = time.perf_counter()
        asyncio.run(pulled(Window.ending(TODAY - ONE_DAY, DAYS)))
        ours = time.perf_counter() - began
        with connect() as c:
            asked = [(r.account_id, json.loads(r.request)) for r in c.lake.raw(cipher=c.cipher)]
    with installation(5000), connect() as c:
        accounts = {a.account_id: (a, c.secret(a.secret)) for a in c.settings.accounts()}
        began = time.perf_counter()
        fetched = asyncio.run(bare(asked, accounts))
        floor = time.perf_counter() - began
    if fetched != len(asked):
        raise SystemExit(f"nothing to compare: ours fetched {len(asked)} answers, the bare loop {fetched}")
    return fetched, ours, floor


async def bare(asked: list[tuple[str, dict[str, Any]]], accounts: dict[str, Any]) -> int:
    """The floor: tokens once, then every request through as many connections as ours may use, bodies dropped.

    Requests for followers are recorded without their openids, so those are walked anew: the list page by page,
    then details a hundred at a time. How many answers came; any error among them ends the bench.
    """

    async def nobody() -> int:
        return 0

    async def of_account(account_id: str) -> int:
        account, secret = accounts[account_id]
        at_once = min(settings.load().concurrency, PARALLEL.get(account.kind, 99))
        limit = asyncio.Semaphore(at_once)
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        async with httpx.AsyncClient(base_url=account.base_url, timeout=30, limits=limits) as http:
            if account.kind == "wecom":
                way = {"corpid": account.app_id, "corpsecret": secret}
                got = await http.get("/cgi-bin/gettoken", params=way)
            elif account.kind == "feishu":
                way = {"app_id": account.app_id, "app_secret": secret}
                got = await http.post("/open-apis/auth/v3/tenant_access_token/internal", json=way)
            else:
                way = {"grant_type": "client_credential", "appid": account.app_id, "secret": secret}
                got = await http.post("/cgi-bin/stable_token", json=way)
            at_feishu = account.kind == "feishu"
            token = got.json()["tenant_access_token" if at_feishu else "access_token"]
            headers = {"authorization": f"Bearer {token}"} if at_feishu else {}

            async def one(method: str, path: str, query: Any = None, body: Any = None) -> dict[str, Any]:
                async with limit:
                    params = {**(query or {}), **({} if at_feishu else {"access_token": token})}
                    answer = await http.request(method, path, params=params, json=body, headers=headers)
                told: dict[str, Any] = json.loads(answer.text, strict=False)
                if told.get("code"):
                    raise SystemExit(f"the bare loop was refused: {path} {told['code']} {told.get('msg')}")
                if told.get("errcode", 0) not in FINE:
                    raise SystemExit(
                        f"the bare loop was refused: {path} {told['errcode']} {told.get('errmsg')}"
                    )
                return told

            async def followers() -> int:
                openids: list[str] = []
                following, pages = "", 0
                while following or not pages:
                    page = await one("GET", ROSTER, {"next_openid": following} if following else None)
                    pages += 1
                    here = page.get("data", {}).get("openid", [])
                    openids += here
                    following = page["next_openid"] if here and len(openids) < page["total"] else ""
                groups = [openids[n : n + GROUP] for n in range(0, len(openids), GROUP)]
                bodies = [{"user_list": [{"openid": o, "lang": "zh_CN"} for o in some]} for some in groups]
                return pages + len(await asyncio.gather(*(one("POST", DETAILS, body=b) for b in bodies)))

            mine = [request for name, request in asked if name == account_id]
            told = [r for r in mine if r["path"] not in (ROSTER, DETAILS)]
            work = [one(r["method"], r["path"], r.get("query"), r.get("body")) for r in told]
            walk = followers if len(told) < len(mine) else nobody
            walked, *answers = await asyncio.gather(walk(), *work)
            return int(walked) + len(answers)

    counts: list[int] = await asyncio.gather(*(of_account(name) for name in accounts))
    return sum(counts)


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
        # The server stays up: the steps tell it of level changes either way.
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
    from tasks.judge import judge_pace
    from tasks.measure import measure_metrics
    from tasks.send import send_digest
    from tasks.write import write_page

    await pulled(window)
    touched = build_facts.fn(window)
    warnings = check_facts.fn(touched)
    measure_metrics.fn(touched)
    judge_pace.fn(touched)
    write_page(window.last, warnings)
    send_digest.fn(window.last, warnings)


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


def tested(file: str, more: dict[str, str], *options: str) -> str:
    """The last line of a test file's run with a larger measure."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"tests/flows/{file}", "-q", *options],
        cwd=settings.HOME,
        env={**settings.surroundings(), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip().splitlines()[-1]


def kills() -> str:
    """Kill a daily sync at random moments, then let one finish: the state must be that of an undisturbed run."""
    return tested("test_kills.py", {"KILLS": "20"}, "-k", "random")


def faults() -> str:
    """A month pulled through random accidents, five seeds: no wrong fact, and the next run heals the rest."""
    return tested("test_faults.py", {"FAULT_SEEDS": "5"})


def followers() -> str:
    """The daily reading of large lists of followers, 0.1 % of them new: its calls, seconds and peak memory."""
    with installation(300) as env:
        told = rows({**settings.surroundings(), **env}, processes.free_port())
        return "\n  " + "\n  ".join(told)


def measure() -> str:
    """Measuring every metric of one day, and a second time, on the lake of a demo: 5000 persons, 100 days."""
    with installation(5000):
        from tasks.build import build_facts
        from tasks.connections import connect
        from tasks.measure import catalogue_of, measure_metrics

        newest = Window.of_day(TODAY - ONE_DAY)
        asyncio.run(pulled(Window.ending(newest.last, 100)))
        build_facts.fn(newest)
        seconds, written = [], 0
        for _ in range(4):
            began = time.perf_counter()
            written = measure_metrics.fn(newest)
            seconds.append(time.perf_counter() - began)
        with connect() as c:
            known = len(catalogue_of(c))
    first, *again = seconds
    return f"{known} metrics, {written} values of one day: {sorted(again)[1]:.1f} s (the first time {first:.1f} s)"


def retrospective() -> str:
    """The last week's content story on the lake of a demo: 5000 persons, 100 days, with the brand's files."""
    with installation(5000, prefect=True, files=True):
        return retold(Window.ending(TODAY - ONE_DAY, 100))


ROWS: dict[str, Callable[[], str]] = {
    "pull": pull,
    "prefect": prefect,
    "memory": memory,
    "world": world,
    "kills": kills,
    "faults": faults,
    "followers": followers,
    "import": importing,
    "alarms": alarms,
    "measure": measure,
    "history": history,
    "retrospective": retrospective,
    "verdicts": misjudged,
}


def main(names: list[str]) -> int:
    """One row here; several each in a process of its own, for Prefect reads its settings but once."""
    if len(names) == 1:
        sys.stdout.write(f"{names[0]:8} {ROWS[names[0]]()}\n")
        return 0
    return max(
        subprocess.call([sys.executable, "-m", "tests.bench", name], cwd=settings.HOME) for name in names
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or list(ROWS)))
