"""The simulated WeChat beside the real system (floor 5): serve it, start it, point the settings at it."""

import datetime as dt
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, cast

from tasks import calendars
from tasks.errors import ConfigurationError
from tasks.sandbox.accounts import ACCOUNTS
from tasks.sandbox.feishu_lists import FULL_SIZE
from tasks.sandbox.serve import serve
from tasks.sandbox.world import Accident
from tasks.sandbox.world.pace import STRENGTHS, AccidentKind
from tasks.services import processes
from tasks.services.prefect_server import log_of
from tasks.services.processes import Running, Say
from tasks.settings import HOME, Settings, surroundings

PERSONS = 5000
KEY = "sandbox-only-key-never-for-real-data"
USERS_SHARE_AT_M6 = 0.6
"""The sandbox's world is built so that this share of its persons are private-domain users six months in."""
PLAN_DAYS = 100
"""How long the simulated brand has been following its plan."""


def sandbox(
    *,
    drift: Iterable[str],
    accidents: Iterable[str],
    say: Say,
    port: int,
    persons: int,
    today: str,
    **options: Any,
) -> None:
    """Serve the simulated WeChat until it is told to stop.

    Without ``today`` it lives in the present; with it, its clock starts at 13:00 of that day.

    Raises:
        ConfigurationError: a date, drift or accident is malformed, or the port is taken.
    """
    bent, planted = dict(map(drift_of, drift)), [accident_of(text) for text in accidents]
    present = calendars.now()
    day = calendars.resolve_date(today or "today", present)
    say(f"simulated WeChat of {persons} persons on http://127.0.0.1:{port}, today is {day}; Ctrl-C stops it")
    start = None if today else present
    try:
        serve(port, persons=persons, today=day, start=start, drift=bent, accidents=planted, **options)
    except (ValueError, OSError) as error:
        raise ConfigurationError(str(error)) from None


def drift_of(text: str) -> tuple[str, float]:
    """``open_rate=0.7`` as a pair."""
    kpi, _, share = text.partition("=")
    try:
        return kpi, float(share)
    except ValueError:
        raise ConfigurationError(f"'{text}' is no drift: write e.g. open_rate=0.7") from None


def accident_of(text: str) -> Accident:
    """``kind:start:end[:strength]``, end exclusive, as an accident."""
    kind, *rest = text.split(":")
    try:
        if kind not in STRENGTHS:
            raise ValueError(kind)
        start, end, *strength = rest
        force = float(strength[0]) if strength else None
        return Accident(
            cast("AccidentKind", kind), dt.date.fromisoformat(start), dt.date.fromisoformat(end), force
        )
    except ValueError:
        raise ConfigurationError(
            f"'{text}' is no accident: write kind:first day:day after:strength with one of {', '.join(STRENGTHS)}"
        ) from None


def start_sandbox(
    settings: Settings,
    port: int,
    mail_port: int,
    *,
    environment: Mapping[str, str],
    persons: int = PERSONS,
    options: tuple[str, ...] = (),
) -> Running:
    """The simulated WeChat as a process of its own, answering.

    Raises:
        Timeout: it did not come up; the message names its log.
    """
    command = [sys.executable, "-m", "flows", "sandbox", "--port", str(port), "--mail-port", str(mail_port)]
    command += ["--persons", str(persons), *options]
    started, _ = processes.launch(
        "sandbox", command, env={**surroundings(), **environment}, log=log_of(settings, "sandbox"), cwd=HOME
    )
    return processes.up_at(f"http://127.0.0.1:{port}/sandbox/state", started)


def sandbox_environment(
    settings: Settings, port: int, mail_port: int, persons: int = PERSONS
) -> dict[str, str]:
    """Settings and secrets that point the real system at a sandbox on these ports.

    Raises:
        ConfigurationError: an account is not one of the sandbox's, so it would refuse it.
    """
    base = f"http://127.0.0.1:{port}"
    accounts = settings.accounts()
    strangers = [a.account_id for a in accounts if a.app_id not in ACCOUNTS]
    if strangers:
        raise ConfigurationError(
            f"{settings.accounts_file}: the sandbox does not know {', '.join(strangers)}; set "
            "WECHAT_OPS_ACCOUNTS_FILE to the accounts.toml that was shipped to try the system on it"
        )
    return {
        **{account.secret: ACCOUNTS[account.app_id].secret for account in accounts},
        "WECHAT_OPS_BASE_URL": base,
        "WECHAT_OPS_SECRET_KEY": KEY,
        "WECHAT_OPS_PLAN_FILE": plan_of_size(settings, persons, newest_told() + calendars.ONE_DAY),
        "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
        "WECHAT_OPS_SMTP_PORT": str(mail_port),
        "WECHAT_OPS_SMTP_SECURITY": "none",
        "SLACK_WEBHOOK_OPS": f"{base}/services/T000/B000/sandbox",
        "WECOM_BOT_OPS": f"{base}/cgi-bin/webhook/send?key=sandbox-ops",
        "FEISHU_BOT_OPS": f"{base}/open-apis/bot/v2/hook/sandbox-signed",
        "FEISHU_BOT_OPS_SIGN": "sandbox-secret-sandbox-signed",
        "DINGTALK_BOT_OPS": f"{base}/robot/send?access_token=sandbox-signed",
        "DINGTALK_BOT_OPS_SIGN": "sandbox-secret-sandbox-signed",
    }


def plan_of_size(settings: Settings, persons: int, day: dt.date) -> str:
    """The brand's plan moved to the dates and scaled to the size of a simulated brand; the new file's path.

    Its industry's fission rate is made up: the plan names none, and without one there is nothing to show.
    """
    start = day - dt.timedelta(days=PLAN_DAYS)
    scale = USERS_SHARE_AT_M6 * persons / 1_000_000
    text = settings.plan_file.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^start_date\s*=.*$", f"start_date = {start}", text, count=1)
    text = re.sub(r"(?m)^population_scale\s*=.*$", f"population_scale = {scale}", text, count=1)
    text = re.sub(
        r"(?m)^(low|high)_cny = ([\d_]+)$",
        lambda line: f"{line[1]}_cny = {int(line[2].replace('_', '')) * persons / FULL_SIZE:.0f}",
        text,
    )
    text = re.sub(r"(?m)^# (fission_rate = .*)$", r"\1", text, count=1)
    plan = settings.data_dir.resolve() / "sandbox-plan.toml"
    plan.parent.mkdir(parents=True, exist_ok=True)
    plan.write_text(text, encoding="utf-8")
    return str(plan)


def newest_told() -> dt.date:
    """The newest business date whose figures every platform has by now: yesterday's from 08:10 on."""
    return calendars.business_date(calendars.now() - dt.timedelta(hours=8, minutes=10)) - calendars.ONE_DAY
