import asyncio
import datetime as dt
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from tasks import calendars
from tasks.errors import BadCredential
from tasks.opsdb.schema import token as table
from tasks.opsdb.tokens import DatabaseTokens
from tasks.opsdb.transactions import writing

ROOT = Path(__file__).parents[3]
KEY = "official_account:wx1"
SECRET = Fernet.generate_key().decode()
FETCH_IN_ANOTHER_PROCESS = """
import asyncio, os, sys
from pathlib import Path
from cryptography.fernet import Fernet
from tasks.opsdb import database
from tasks.opsdb.tokens import DatabaseTokens

url, secret, lease, hang, log, processes = sys.argv[1:]
for _ in range(int(processes) - 1):
    if os.fork() == 0:
        break

class Cipher:
    def encrypt(self, text): return Fernet(secret).encrypt(text.encode()).decode()
    def decrypt(self, text): return Fernet(secret).decrypt(text.encode()).decode()

async def fetch():
    with Path(log).open("a") as file:
        file.write("fetched\\n")
    print("fetching", flush=True)
    await asyncio.sleep(float(hang))
    return "the-token", 7200

store = DatabaseTokens(database.connect(url), Cipher(), lease_seconds=float(lease))
print(asyncio.run(store.get("official_account:wx1", fetch)), flush=True)
"""


class Cipher:
    def __init__(self, secret: str = SECRET) -> None:
        self._fernet = Fernet(secret)

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        return self._fernet.decrypt(text.encode()).decode()


class Platform:
    """Issues token-1, token-2 … and counts."""

    def __init__(self, *, life: int = 7200, takes: float = 0.0) -> None:
        self.life, self.takes, self.asked = life, takes, 0

    async def __call__(self) -> tuple[str, int]:
        self.asked += 1
        await asyncio.sleep(self.takes)
        return f"token-{self.asked}", self.life


def store(ops: sa.Engine, lease: float = 30) -> DatabaseTokens:
    return DatabaseTokens(ops, Cipher(), lease_seconds=lease)


def process(url: str, log: Path, *, lease: float, hang: float, processes: int = 1) -> subprocess.Popen[str]:
    arguments = [url, SECRET, str(lease), str(hang), str(log), str(processes)]
    return subprocess.Popen(
        [sys.executable, "-c", FETCH_IN_ANOTHER_PROCESS, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_token_is_fetched_once_and_then_remembered(ops: sa.Engine) -> None:
    platform = Platform()
    assert [asyncio.run(store(ops).get(KEY, platform)) for _ in range(3)] == ["token-1"] * 3
    assert platform.asked == 1


def test_each_account_has_a_token_of_its_own(ops: sa.Engine) -> None:
    platform = Platform()
    assert asyncio.run(store(ops).get(KEY, platform)) != asyncio.run(store(ops).get("shop:wx2", platform))


def test_many_callers_in_one_process_share_one_fetch(ops: sa.Engine) -> None:
    platform = Platform(takes=0.1)
    tokens = store(ops)

    async def everybody() -> list[str]:
        return await asyncio.gather(*(tokens.get(KEY, platform) for _ in range(8)))

    assert asyncio.run(everybody()) == ["token-1"] * 8
    assert platform.asked == 1


def test_ten_processes_that_start_cold_share_one_fetch(database_url: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    output = process(database_url, log, lease=30, hang=0.3, processes=10).communicate()[0]
    # Counted, not split into lines: ten processes write to one pipe at once.
    assert output.count("fetching") == 1
    assert output.count("the-token") == 10
    assert log.read_text(encoding="utf-8").splitlines() == ["fetched"]


def test_a_fetcher_that_was_killed_holds_the_others_up_only_for_its_lease(
    ops: sa.Engine, database_url: str, tmp_path: Path
) -> None:
    killed = process(database_url, tmp_path / "log", lease=0.6, hang=60)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "fetching\n"
    killed.kill()
    killed.communicate()
    assert asyncio.run(store(ops).get(KEY, Platform())) == "token-1"


def test_a_fetch_slower_than_the_lease_is_still_the_only_one(ops: sa.Engine) -> None:
    platform = Platform(takes=0.9)
    tokens = store(ops, lease=0.3)

    async def both() -> list[str]:
        return list(await asyncio.gather(tokens.get(KEY, platform), tokens.get(KEY, platform)))

    assert asyncio.run(both()) == ["token-1"] * 2
    assert platform.asked == 1


def test_a_token_is_renewed_five_minutes_before_it_expires(ops: sa.Engine) -> None:
    platform = Platform(life=7200)
    asyncio.run(store(ops).get(KEY, platform))
    with ops.connect() as connection:
        renew_at = connection.execute(sa.select(table.c.renew_at)).scalar_one()
    assert abs((renew_at - calendars.now()).total_seconds() - 6900) < 60
    with writing(ops) as connection:
        connection.execute(sa.update(table).values(renew_at=calendars.now() - dt.timedelta(seconds=1)))
    assert asyncio.run(store(ops).get(KEY, platform)) == "token-2"


def test_a_token_that_lives_for_a_minute_is_not_fetched_for_every_call(ops: sa.Engine) -> None:
    platform = Platform(life=60)
    assert asyncio.run(store(ops).get(KEY, platform)) == asyncio.run(store(ops).get(KEY, platform))


def test_a_refused_token_is_replaced_once_for_all_who_were_refused(ops: sa.Engine) -> None:
    platform = Platform(takes=0.05)
    tokens = store(ops)

    async def refused() -> list[str]:
        first = await tokens.get(KEY, platform)
        return list(await asyncio.gather(*(tokens.renew(KEY, first, platform) for _ in range(5))))

    assert asyncio.run(refused()) == ["token-2"] * 5
    assert platform.asked == 2


def test_a_late_refusal_of_an_old_token_fetches_nothing(ops: sa.Engine) -> None:
    platform = Platform()
    assert asyncio.run(store(ops).get(KEY, platform)) == "token-1"
    assert asyncio.run(store(ops).renew(KEY, "token-0", platform)) == "token-1"
    assert platform.asked == 1


def test_tokens_are_never_stored_in_clear(ops: sa.Engine) -> None:
    asyncio.run(store(ops).get(KEY, Platform()))
    with ops.connect() as connection:
        (row,) = connection.execute(sa.select(table)).all()
    assert "token-1" not in repr(row)
    assert Cipher().decrypt(row.ciphertext) == "token-1"


def test_a_token_stored_under_another_key_counts_as_absent(ops: sa.Engine) -> None:
    platform = Platform()
    asyncio.run(store(ops).get(KEY, platform))
    other = DatabaseTokens(ops, Cipher(Fernet.generate_key().decode()))
    assert asyncio.run(other.get(KEY, platform)) == "token-2"


async def refuse() -> tuple[str, int]:
    raise BadCredential("official_account wx1: the secret was refused (40125); write the right one")


async def nothing() -> tuple[str, int]:
    await asyncio.sleep(60)
    return "", 0


@pytest.mark.parametrize("fetch", [refuse, nothing])
def test_a_fetch_that_fails_or_is_cancelled_keeps_nobody_waiting(
    ops: sa.Engine, fetch: Callable[[], Awaitable[tuple[str, int]]]
) -> None:
    tokens = store(ops)

    async def broken_off() -> None:
        async with asyncio.timeout(0.2):
            await tokens.get(KEY, fetch)

    with pytest.raises((BadCredential, TimeoutError)):
        asyncio.run(broken_off())
    assert asyncio.run(tokens.get(KEY, Platform())) == "token-1"


def test_nothing_secret_shows_in_a_representation(ops: sa.Engine) -> None:
    tokens = store(ops)
    asyncio.run(tokens.get(KEY, Platform()))
    assert SECRET not in repr(tokens)
    assert "token-1" not in repr(tokens) + repr(vars(tokens)) + repr(tokens._read(KEY))
