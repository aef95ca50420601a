"""Watch from outside whether anything runs at all, and tell people when it does not (floor 5).

For cron: no flow, no worker and no Prefect server is needed, for these are what may be dead. Says nothing when all
is well, and each trouble at most once a day.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from tasks import calendars, serve, settings
from tasks.calendars import ONE_DAY, SHANGHAI, business_date
from tasks.connections import Connections
from tasks.deliver import deliver
from tasks.errors import ConfigurationError, OpsError
from tasks.messages import Block, Line, Message
from tasks.notifiers.routes import Route, routes
from tasks.opsdb import health
from tasks.opsdb.pulse import pulse
from tasks.records import Delivery, Level
from tasks.services import prefect_state
from tasks.services.disk import disk
from tasks.services.processes import Say
from tasks.settings import Settings, adopt, surroundings

GB = 1e9
LIMIT = dt.time(13)
"""By when yesterday must be measured and told: twenty minutes after the last daily sync of the day begins."""
ROUTES = ("delivery_failure", "alerts.fallback")
"""Who is told, the first that names anybody."""
SYNC = "python -m flows daily-sync --date {day} --send always"
WORDS = {
    "zh-CN": {
        "title": "运营工作流停摆",
        "not_measured": "{day} 的数据到 {limit} 仍未取得（最近一次成功：{last}）",
        "not_measured.do": f"看 Prefect 与 worker 是否在运行（make up），再运行 {SYNC}",
        "not_told": "{day} 已计算，但到 {limit} 日报没有送达任何人",
        "not_told.do": f"运行 python -m flows doctor 检查渠道，再运行 {SYNC}",
        "never": "从未",
        "prefect": "Prefect 服务 {api} 没有应答",
        "prefect.do": "在运行它的机器上执行 make down && make up",
        "disk": "磁盘快满了：{folder} 只剩 {free:.1f} GB",
        "disk.do": "清理或扩容；写满后同步会失败，已有数据不会损坏",
        "database": "运营库打不开：{error}",
        "database.do": "检查 WECHAT_OPS_DATABASE_URL、数据库服务与磁盘",
        "sent": "已告知 {count} 处",
        "before": "今天已告知过",
        "nobody": "没有告知任何人：{why}",
        "no_route": "routes.toml 的 [delivery_failure] 与 [alerts.fallback] 都没有收件人",
    },
    "en": {
        "title": "The workflows have stopped",
        "not_measured": "the figures of {day} were not there by {limit} (last success: {last})",
        "not_measured.do": f"see whether Prefect and its worker run (make up), then: {SYNC}",
        "not_told": "{day} was measured, but its digest reached nobody by {limit}",
        "not_told.do": f"check the channels: python -m flows doctor; then: {SYNC}",
        "never": "never",
        "prefect": "the Prefect server {api} does not answer",
        "prefect.do": "on its machine: make down && make up",
        "disk": "the disk is nearly full: {folder} has {free:.1f} GB left",
        "disk.do": "make room; once it is full runs fail, what is stored stays whole",
        "database": "the ops database cannot be opened: {error}",
        "database.do": "check WECHAT_OPS_DATABASE_URL, the database server and the disk",
        "sent": "{count} recipients were told",
        "before": "told before today",
        "nobody": "nobody was told: {why}",
        "no_route": "neither [delivery_failure] nor [alerts.fallback] of routes.toml names anybody",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """Something that stands still. ``key`` is the same on every day."""

    key: str
    text: str
    remedy: str


def watchdog(*, limit: str, min_free_gb: float, as_json: bool, say: Say) -> int:
    """Look once, tell people, print; the exit code (0 all is well, 1 something stands still)."""
    here = known_settings()
    clock = clock_of(limit)
    api = surroundings().get("PREFECT_API_URL", "")
    found = watch(here, calendars.now(), clock, min_free_gb=min_free_gb, api=api)
    fates = [tell(here, problem, calendars.now()) for problem in found]
    if as_json:
        rows = [
            {"check": p.key, "found": p.text, "remedy": p.remedy, "told": fate}
            for p, fate in zip(found, fates, strict=True)
        ]
        say(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for problem, fate in zip(found, fates, strict=True):
            say(f"✘ {problem.text} → {problem.remedy} ({fate})")
    return 1 if found else 0


def known_settings() -> Settings:
    """The settings of what ``make up`` started, though it may be dead by now, else those of this process."""
    left = serve.environment_file(settings.load())
    if "PREFECT_API_URL" not in surroundings() and left.exists():
        adopt(json.loads(left.read_text(encoding="utf-8")))
    return settings.load()


def clock_of(text: str) -> dt.time:
    """A clock such as ``13:00``.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(f"'{text}' is no clock: write one such as 13:00 (Asia/Shanghai)") from None


def due_day(now: dt.datetime, limit: dt.time) -> dt.date:
    """The newest business date that must be finished by now: yesterday from ``limit`` on, before it the day before."""
    here = now.astimezone(SHANGHAI)
    return here.date() - (ONE_DAY if here.time() >= limit else 2 * ONE_DAY)


def watch(
    here: Settings, now: dt.datetime, limit: dt.time, *, min_free_gb: float = 2, api: str = ""
) -> list[Problem]:
    """Everything that stands still.

    Args:
        here: the installation.
        now: the present moment.
        limit: by when (Asia/Shanghai) yesterday must be measured and told.
        min_free_gb: less room than this is a problem.
        api: address of the Prefect API; empty: there is none to look at.
    """
    w = WORDS[here.language]

    def problem(key: str, **values: object) -> Problem:
        return Problem(key, w[key].format(**values), w[f"{key}.do"].format(**values))

    found = list(_silence(here, now, limit, problem))
    if api and not prefect_state.answers(api, timeout=10):
        found.append(problem("prefect", api=api))
    room = disk(here.data_dir.resolve(), now)
    if room.free < min_free_gb * GB:
        found.append(problem("disk", folder=room.folder, free=room.free / GB))
    return found


def _silence(
    here: Settings, now: dt.datetime, limit: dt.time, problem: Callable[..., Problem]
) -> Iterator[Problem]:
    """What the last due day lacks in the ops database."""
    w, day = WORDS[here.language], due_day(now, limit)
    when = {"day": day, "limit": limit.strftime("%H:%M")}
    if health.missing(here.database):
        yield problem("not_measured", **when, last=w["never"])
        return
    try:
        with Connections(here) as c:
            seen = pulse(c.database, day)
            readers = list(routes(here.document("routes")).get("digest", Route()).recipients())
    except (OpsError, sa.exc.SQLAlchemyError) as error:
        yield problem("database", error=str(error) if isinstance(error, OpsError) else type(error).__name__)
        return
    if not seen.values or not seen.good_cells:
        yield problem("not_measured", **when, last=seen.last_measured or w["never"])
    elif readers and not seen.told:
        yield problem("not_told", **when)


def tell(
    here: Settings, problem: Problem, now: dt.datetime, secrets: Callable[[str], str] | None = None
) -> str:
    """Send one problem to whoever hears of troubles, once a day; what became of it, for a reader.

    Args:
        here: the installation.
        problem: what stands still.
        now: the present moment.
        secrets: where the addresses of robots are looked up; left out, in the environment alone.
    """
    w = WORDS[here.language]
    ways = routes(here.document("routes"))
    recipients = next((found for name in ROUTES if (found := list(ways.get(name, Route()).recipients()))), [])
    if not recipients:
        return w["nobody"].format(why=w["no_route"])
    message = Message(
        title=w["title"],
        verdict=Line(problem.text, Level.red),
        blocks=(Block("", (Line(problem.remedy),), keep=True),),
    )
    period = f"{business_date(now)} {problem.key}"
    # When the ops database is what is dead, a ledger of our own keeps the message from going out twice.
    own = here.model_copy(update={"database_url": f"sqlite:///{here.data_dir.resolve() / 'watchdog.db'}"})
    books = [own] if health.missing(here.database) else [here, own]
    why = ""
    for book in books:
        try:
            with Connections(book, secrets) as c:
                return _told(deliver(c, "watchdog", period, problem.text, message, recipients), w)
        except (OpsError, sa.exc.SQLAlchemyError, OSError) as error:
            why = str(error) if isinstance(error, OpsError) else type(error).__name__
    return w["nobody"].format(why=why)


def _told(done: list[Delivery], w: dict[str, str]) -> str:
    count = sum(d.status == "sent" for d in done)
    if count:
        return w["sent"].format(count=count)
    if any(d.status == "already_sent" for d in done):
        return w["before"]
    return w["nobody"].format(why="; ".join(f"{d.channel} {d.status}: {d.detail}" for d in done))
