"""Diagnose the whole installation: every check side by side, none of which can stop another (floor 5).

Prefect is not needed: a doctor that falls ill with the patient is of no use.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from tasks import calendars
from tasks.alerts.plan import load_plan
from tasks.connections import Connections
from tasks.errors import ConfigurationError, OpsError
from tasks.examine import examine
from tasks.messages import Finding
from tasks.metrics import catalogue
from tasks.metrics.impact import Impact
from tasks.records import Account
from tasks.reporting import checkup
from tasks.reporting.installation import Installation
from tasks.settings import Settings
from tasks.survey import PrefectAccess, Survey

Result = TypeVar("Result")
log = logging.getLogger(__name__)

CHECK_SECONDS, ACCOUNT_SECONDS = 25.0, 45.0
"""How long one check of the installation, and all of one account, may take."""
ANSWER_SECONDS = 8.0
"""How long one answer is waited for, unless the settings say less."""


class Secrets:
    """Looks every secret up once, and knows what must not be shown."""

    def __init__(self, look_up: Callable[[str], str]) -> None:
        self._look_up = look_up
        self._known: dict[str, str | ConfigurationError] = {}

    def __call__(self, name: str) -> str:
        """The secret of that name.

        Raises:
            ConfigurationError: it is not set.
        """
        if name not in self._known:
            try:
                self._known[name] = self._look_up(name)
            except ConfigurationError as error:
                self._known[name] = error
        found = self._known[name]
        if isinstance(found, ConfigurationError):
            raise found
        return found

    @property
    def values(self) -> list[str]:
        """Every secret that was looked up."""
        return [value for value in self._known.values() if isinstance(value, str)]


@dataclass(frozen=True)
class Checkup:
    """The findings, and the accounts' names for whoever prints them."""

    findings: list[Finding]
    names: Mapping[str, str]
    language: str

    @property
    def lines(self) -> list[str]:
        """For a terminal."""
        return checkup.lines(self.findings, self.names, self.language)

    @property
    def table(self) -> list[dict[str, str]]:
        """For a table artifact."""
        return checkup.table(self.findings, self.names, self.language)

    @property
    def document(self) -> list[dict[str, str]]:
        """For programs."""
        return checkup.document(self.findings)

    @property
    def verdict(self) -> str:
        """In one sentence."""
        return checkup.verdict(self.findings, self.language)

    @property
    def exit_code(self) -> int:
        """1 when anything failed."""
        return checkup.exit_code(self.findings)


async def diagnose(
    settings: Settings,
    secret: Callable[[str], str],
    accounts: list[str] | None = None,
    prefect: PrefectAccess | None = None,
) -> Checkup:
    """Every check of the installation and of its accounts, all of them or those named.

    Args:
        settings: of the installation.
        secret: where a secret is looked up.
        accounts: keys of ``accounts.toml``.
        prefect: the server that runs the schedules.

    Raises:
        ConfigurationError: settings, accounts, endpoints or metrics cannot be read, so nothing can be checked.
    """
    hurried = settings.model_copy(update={"request_timeout": min(settings.request_timeout, ANSWER_SECONDS)})
    known, secrets, now = settings.accounts(accounts), Secrets(secret), calendars.now()
    impact = impact_of(settings)
    told = Installation(settings.language)
    access = prefect or PrefectAccess()
    with Connections(hurried, secrets) as c:
        survey = Survey(c, impact, access, now)
        waiting: list[Awaitable[list[Finding]]] = [
            safely(told, name, "", in_thread(check), CHECK_SECONDS) for name, check in survey.checks().items()
        ]
        for account in known:
            work = unlocked(secrets, account, partial(examine, c, account, impact, now))
            waiting.append(safely(told, "account", account.account_id, work, ACCOUNT_SECONDS))
        found = [finding for some in await asyncio.gather(*waiting) for finding in some]
    hidden = checkup.hidden(found, [*secrets.values, *own_secrets(settings, access)])
    return Checkup(hidden, {a.account_id: a.name for a in known}, settings.language)


def impact_of(settings: Settings) -> Impact:
    """Which numbers each endpoint feeds; without a readable plan none of them counts as a KPI."""
    metrics = catalogue.read(settings.document("metrics"))
    try:
        kpis = load_plan(settings.document("plan"), settings.language).metric_ids
    except ConfigurationError:
        kpis = ()
    return Impact(metrics, settings.registry(), kpis)


async def unlocked(
    secrets: Secrets, account: Account, examination: Callable[[], Awaitable[list[Finding]]]
) -> list[Finding]:
    """The examination of an account, once its secret was looked up: a Prefect block may take its time."""
    with suppress(ConfigurationError):  # told by the examination
        await in_thread(partial(secrets, account.secret))
    return await examination()


async def safely(
    told: Installation, check: str, account: str, work: Awaitable[list[Finding]], seconds: float
) -> list[Finding]:
    """The findings of one check, or the one that it did not end, or ended in an error nobody expected."""
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        broken = told.tell(check, "broken", "fail", what=account or check, seconds=seconds)
    except Exception as error:  # noqa: BLE001 - a bug in one check must not hide what the others found
        log.debug("%s broke", check, exc_info=True)
        said = str(error) if isinstance(error, OpsError) else type(error).__name__
        broken = told.tell(check, "crashed", "fail", OpsError(said), what=account or check)
    return [Finding(**{**vars(broken), "account": account})]


async def in_thread(work: Callable[[], Result]) -> Result:
    """What blocking ``work`` returns, from a thread that nobody waits for at the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: Exception | None) -> None:
        if done.done():
            return  # given up meanwhile
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        try:
            result, error = work(), None
        except Exception as failure:  # noqa: BLE001 - handed to whoever waits
            result, error = None, failure
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return await done


def own_secrets(settings: Settings, access: PrefectAccess) -> list[str]:
    """What stands in the settings themselves and must not be shown."""
    kept = [settings.secret_key, settings.smtp_password]
    password = settings.database.partition("://")[2].rpartition("@")[0].partition(":")[2]
    return [password, access.auth, access.key, *(secret.get_secret_value() for secret in kept if secret)]
