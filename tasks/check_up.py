"""The doctor as a run: the checkup, its table in the UI, and the run's last word (floor 5)."""

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.settings import get_current_settings
from prefect.states import Completed, Failed, State

from tasks import settings, unlock
from tasks.calendars import SHANGHAI
from tasks.diagnose import Checkup, diagnose
from tasks.finish import scheduled
from tasks.reporting.checkup import line
from tasks.survey import PrefectAccess


@task(cache_policy=NO_CACHE)
async def check_up(accounts: list[str] | None = None) -> Checkup:
    """Every check of the installation and of its accounts, all of them or those named."""
    return await diagnose(settings.load(), unlock.secret, accounts, own_server())


@task(cache_policy=NO_CACHE)
def show_checkup(found: Checkup) -> None:
    """The findings as a table in the UI, the worst first."""
    create_table_artifact(found.table, key="doctor", description=found.verdict)


def own_server() -> PrefectAccess:
    """The server that this run belongs to."""
    api = get_current_settings().api
    secrets = [value.get_secret_value() if value else "" for value in (api.auth_string, api.key)]
    return PrefectAccess(str(api.url or ""), *secrets)


def run_moment() -> str:
    """A run's name with the moment it was due, e.g. ``doctor-2026-07-26-0910``."""
    return f"doctor-{scheduled().astimezone(SHANGHAI):%Y-%m-%d-%H%M}"


def told(found: Checkup) -> State[str]:
    """The run's final state: Failed, with what to do, when any check failed."""
    failed = [line(finding, found.language) for finding in found.findings if finding.status == "fail"]
    if failed:
        return Failed(message="\n".join([found.verdict, *failed]))
    return Completed(message=found.verdict)
