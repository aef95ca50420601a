"""A platform with a roster of any size, and the daily reading of it: ``python -m tests.bench followers``.

The sandbox's worlds are made of persons; five million of them would take longer to make than to read. Here openids
are numbers, and the two interfaces that list and describe followers answer as the real ones do, over real HTTP.

    python -m tests.bench.followers serve PORT PERSONS     the platform
    python -m tests.bench.followers fill PERSONS           a lake that holds everybody of the day before
    python -m tests.bench.followers pull                   one daily pull
"""

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl
from urllib.request import urlopen

PAGE = 10_000
QUOTA = 500
GONE = 2_000
"""One in so many goes from one day to the next, and two come for each who goes."""
LIST, DETAILS = "/cgi-bin/user/get", "/cgi-bin/user/info/batchget"
SIZES = (250_000, 500_000, 1_000_000, 5_000_000)
WISHED = "BENCH_FOLLOWERS"
"""Environment variable with the largest size to run; all sizes up to 1,000,000 without it."""


def openid(number: int) -> str:
    """The openid of the person of that number."""
    return f"oBENCH{number:022d}"


def yesterday(persons: int) -> int:
    """How many followed the day before: numbers from 0 on. Today five million need every one of the 500 calls."""
    return persons - persons // GONE


class Platform:
    """One account with ``persons`` followers, of whom one in 1,000 is new; one in 2,000 has left since yesterday."""

    def __init__(self, persons: int) -> None:
        self.leavers = set(range(0, yesterday(persons), GONE))
        self.last = persons + len(self.leavers)
        self.total = persons
        self.calls: Counter[str] = Counter()

    def answer(self, path: str, query: dict[str, str], body: bytes) -> Any:
        """What the platform says."""
        self.calls[path] += 1
        if path == "/cgi-bin/stable_token":
            return {"access_token": "bench", "expires_in": 7200}
        if path == "/cgi-bin/openapi/quota/get":
            left = {"daily_limit": QUOTA, "used": self.calls[LIST], "remain": QUOTA - self.calls[LIST]}
            asked = json.loads(body)["cgi_path"]
            return (
                {"errcode": 0, "quota": left} if asked == LIST else {"errcode": 76021, "errmsg": "not found"}
            )
        if path == "/calls":
            return {"list": self.calls[LIST], "details": self.calls[DETAILS]}
        if path == DETAILS:
            return {"user_info_list": [self._person(one["openid"]) for one in json.loads(body)["user_list"]]}
        if self.calls[LIST] > QUOTA:
            return {"errcode": 45009, "errmsg": "reach max api daily quota limit"}
        return self._page(query.get("next_openid", ""))

    def _page(self, after: str) -> dict[str, Any]:
        here: list[str] = []
        number = int(after[6:]) + 1 if after else 0
        while len(here) < PAGE and number < self.last:
            if number not in self.leavers:
                here.append(openid(number))
            number += 1
        if not here:
            return {"total": self.total, "count": 0, "next_openid": ""}
        return {"total": self.total, "count": len(here), "data": {"openid": here}, "next_openid": here[-1]}

    @staticmethod
    def _person(name: str) -> dict[str, Any]:
        return {
            "subscribe": 1, "openid": name, "language": "zh_CN", "subscribe_time": 1784505600, "remark": "",
            "unionid": f"u{name}", "groupid": 0, "tagid_list": [], "subscribe_scene": "ADD_SCENE_QR_CODE",
            "qr_scene": 0, "qr_scene_str": "",
        }  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        query = dict(parse_qsl(scope["query_string"].decode()))
        said = json.dumps(self.answer(scope["path"], query, body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said})


def serve(port: int, persons: int) -> None:
    """Serve the platform until it is ended."""
    import uvicorn

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await platform(scope, receive, send)

    platform = Platform(persons)
    uvicorn.run(app, port=port, log_level="warning", lifespan="off")


def fill(persons: int) -> None:
    """Put yesterday's followers into the lake, as daily pulls would have done."""
    import pyarrow as pa

    from tasks import calendars
    from tasks.connections import connect

    persons = yesterday(persons)
    seen = calendars.business_date(calendars.now()) - dt.timedelta(days=2)
    with connect() as c:
        keys: list[pa.Array] = []
        for start in range(0, persons, 250_000):
            some = range(start, min(start + 250_000, persons))
            keys.append(pa.array(c.keyring.many([openid(number) for number in some])))
        c.keyring.settle()
        member_key = pa.chunked_array(keys)
        nulls = pa.nulls(persons)
        moment = pa.scalar(dt.datetime(2026, 6, 1, tzinfo=dt.UTC), pa.timestamp("us", "UTC"))
        table = {
            "account_id": pa.repeat("oa_main", persons),
            "member_key": member_key,
            "union_key": member_key,
            "subscribed_at": pa.repeat(moment, persons),
            "scene": pa.repeat("ADD_SCENE_QR_CODE", persons),
            "seen_date": pa.repeat(pa.scalar(seen), persons),
            "gone_date": nulls.cast(pa.date32()),
        }
        c.lake.replace("land_oa_follower", pa.table(table), account_id="oa_main")


def pull() -> None:
    """The real pull of the list of followers, without Prefect."""
    from tasks import calendars
    from tasks.calendars import ONE_DAY, Window
    from tasks.connections import connect
    from tasks.pull import Pull, Wish

    with connect() as c:
        (account,) = c.settings.accounts(["oa_main"])
        day = Window.of_day(calendars.business_date(calendars.now()) - ONE_DAY)
        tally = asyncio.run(Pull(c, account, day, Wish(sources=("oa.followers",))).run())
    if tally.failures:
        raise SystemExit(f"the pull failed: {tally.failures}")


def rows(environment: dict[str, str], port: int) -> Iterator[str]:
    """One line for each size: calls, seconds and peak memory of the process that pulls."""
    largest = int(environment.get(WISHED, "1000000"))
    for persons in (size for size in SIZES if size <= largest):
        lake = f"{environment['WECHAT_OPS_DATA_DIR']}/{persons}"
        env = {**environment, "WECHAT_OPS_DATA_DIR": lake, "WECHAT_OPS_BASE_URL": f"http://127.0.0.1:{port}"}
        this = [sys.executable, "-m", "tests.bench.followers"]
        subprocess.run([*this, "fill", str(persons)], env=env, check=True)
        server = subprocess.Popen([*this, "serve", str(port), str(persons)], env=env)
        try:
            _wait(port)
            began = time.perf_counter()
            child = subprocess.Popen([*this, "pull"], env=env)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - began
            with urlopen(f"http://127.0.0.1:{port}/calls") as answer:  # noqa: S310
                calls = json.load(answer)
        finally:
            server.terminate()
            server.wait()
        cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        yield (
            f"{persons:>9,}: {calls['list']} list calls, {calls['details']} calls for details, {seconds:.0f} s "
            f"({cpu:.0f} s of CPU), peak {peak:.0f} MB (exit {os.waitstatus_to_exitcode(status)})"
        )


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            with urlopen(f"http://127.0.0.1:{port}/calls"):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the platform does not answer")


if __name__ == "__main__":
    do, *numbers = sys.argv[1:]
    {"serve": serve, "fill": fill, "pull": pull}[do](*map(int, numbers))
