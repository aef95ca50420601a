"""The row ``import``: a million tracking events from a CSV, beside DuckDB's bare CSV → Parquet of the same file."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from tasks import settings

ROWS = 1_000_000
EVENTS = """
copy (
    select 'e-' || i as "事件ID",
        strftime(timestamp '2026-06-20' + to_milliseconds((i * 2592)::bigint), '%Y-%m-%d %H:%M:%S') as "事件时间",
        (['page_view', 'page_view', 'add_to_cart', 'share', 'checkout', 'pay'])[1 + (hash(i) % 6)::int] as "事件名",
        'oQ4Tg5' || md5((hash(i * 7) % 50000)::varchar)[1:22] as "用户ID", 'openid' as "用户ID类型",
        'mini_program' as "平台", 'pages/goods/detail?id=' || (hash(i * 3) % 2000) as "页面路径", '1058' as "场景值",
        'sku-' || (hash(i * 3) % 2000) as "商品ID",
        case when hash(i) % 6 = 5 then printf('%.2f', (hash(i * 5) % 50000) / 100.0) else '' end as "金额",
        '{"from": "banner", "position": ' || (i % 10) || '}' as "属性"
    from range(ROWS) as made (i)
) to 'TARGET' (header)
"""


def importing() -> str:
    """Three rounds of each in processes of their own, of which the middle one is told."""
    with tempfile.TemporaryDirectory(prefix="wechat-ops-bench-") as place:
        file = Path(place) / "events.csv"
        duckdb.execute(EVENTS.replace("ROWS", str(ROWS)).replace("TARGET", str(file)))
        rounds = sorted(
            (once(file, Path(place) / str(n)) for n in range(3)), key=lambda told: told[0] / told[1]
        )
    seconds, floor, peak = rounds[1]
    ratios = ", ".join(f"{ours / bare:.1f}" for ours, bare, _ in rounds)
    return (
        f"{ROWS:,} rows: ours {seconds:.1f} s, peak {peak:.0f} MB; DuckDB's CSV to Parquet {floor:.1f} s, "
        f"ratio {seconds / floor:.1f} (of {ratios})"
    )


def once(file: Path, folder: Path) -> tuple[float, float, float]:
    """Our seconds, the floor's seconds, and our peak in MB."""
    folder.mkdir()
    began = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"copy (select * from read_csv('{file}')) to '{folder / 'floor.parquet'}' (format parquet)"
        )
    floor = time.perf_counter() - began
    env = settings.surroundings() | {
        "WECHAT_OPS_DATA_DIR": str(folder),
        "WECHAT_OPS_SECRET_KEY": "only-for-this-benchmark",
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.importing", str(file)],
        env=env,
        cwd=settings.HOME,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"the import ended with {os.waitstatus_to_exitcode(status)}")
    return float(said), floor, usage.ru_maxrss / 1024


def ours(file: str) -> None:
    """One import without Prefect's server, from the path to the note in the ops database; prints its seconds.

    The installation is made before, for its tables are no part of an import; and libraries are loaded before, as
    they are for the floor: DuckDB loads pandas at the first value that it is handed.
    """
    import pandas  # noqa: F401, ICN001

    from tasks.bring import Bring, Source
    from tasks.connections import connect
    from tasks.migrate import migrate
    from tasks.progress import Progress
    from tasks.sources.files.scratch import Scratch

    async def run() -> None:
        with connect() as c, Scratch() as scratch:
            brought = await Bring(c, scratch, Source(Path(file).name, file)).run(Progress("import", "", 4))
        if not brought.imported or brought.imported.added != ROWS:
            raise SystemExit(f"not everything was imported: {brought}")

    migrate()
    began = time.perf_counter()
    asyncio.run(run())
    sys.stdout.write(f"{time.perf_counter() - began}\n")


if __name__ == "__main__":
    ours(sys.argv[1])
