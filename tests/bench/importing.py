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

ROWS, ROUNDS = 1_000_000, 7
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
    """Seven rounds, each of both in processes of their own: the fastest of each, for noise only ever adds."""
    with tempfile.TemporaryDirectory(prefix="wechat-ops-bench-") as place:
        file = Path(place) / "events.csv"
        duckdb.execute(EVENTS.replace("ROWS", str(ROWS)).replace("TARGET", str(file)))
        rounds = [(once("bare", file), once("ours", file)) for _ in range(ROUNDS)]
    floor = min(bare for (bare, _), _ in rounds)
    seconds = min(taken for _, (taken, _) in rounds)
    peak = max(most for _, (_, most) in rounds)
    ratios = ", ".join(f"{taken / bare:.1f}" for (bare, _), (taken, _) in rounds)
    return (
        f"{ROWS:,} rows: ours {seconds:.1f} s, peak {peak:.0f} MB; DuckDB's CSV to Parquet {floor:.1f} s, "
        f"ratio {seconds / floor:.1f} (rounds: {ratios})"
    )


def once(what: str, file: Path) -> tuple[float, float]:
    """The seconds of one of the two, and its peak in MB."""
    with tempfile.TemporaryDirectory(prefix="wechat-ops-bench-") as folder:
        env = settings.surroundings() | {
            "WECHAT_OPS_DATA_DIR": folder,
            "WECHAT_OPS_SECRET_KEY": "only-for-this-benchmark",
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.importing", what, str(file), folder],
            env=env,
            cwd=settings.HOME,
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{what} ended with {os.waitstatus_to_exitcode(status)}")
    return float(said), usage.ru_maxrss / 1024


def bare(file: str, folder: str) -> float:
    """Seconds of DuckDB alone, with as many cores."""
    began = time.perf_counter()
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"copy (select * from read_csv('{file}')) to '{folder}/floor.parquet' (format parquet)"
        )
    return time.perf_counter() - began


def ours(file: str) -> float:
    """Seconds of one import without Prefect's server, from the path to the note in the ops database.

    The installation is made before, for its tables are no part of an import; and libraries are loaded before, as
    they are for the floor: DuckDB loads pandas and pyarrow's datasets at the first values that it is handed.
    """
    import pandas  # noqa: F401, ICN001
    import pyarrow.dataset  # noqa: F401

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
    return time.perf_counter() - began


if __name__ == "__main__":
    _, what, file, folder = sys.argv
    sys.stdout.write(f"{ours(file) if what == 'ours' else bare(file, folder)}\n")
