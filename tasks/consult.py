"""Consult the doctor from a terminal (floor 5): with the running server's settings, without needing Prefect."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from tasks import serve, settings
from tasks.diagnose import Checkup, diagnose
from tasks.errors import ConfigurationError
from tasks.services import prefect_state
from tasks.services.processes import Say
from tasks.settings import Settings, surroundings
from tasks.survey import PrefectAccess

LANGUAGES = ("zh-CN", "en")


def consult(accounts: list[str] | None, *, as_json: bool, language: str, say: Say) -> int:
    """Print the checkup as lines or as JSON; the exit code.

    Raises:
        ConfigurationError: nothing can be checked, e.g. an account is unknown or accounts.toml is no TOML.
    """
    serve.adopt_running(settings.load())
    here = settings.load()
    if language:
        if language not in LANGUAGES:
            raise ConfigurationError(f"'{language}' is not spoken here: {' or '.join(LANGUAGES)}")
        here = here.model_copy(update={"language": language})
    with quiet():
        found = asyncio.run(checkup_of(here, accounts))
    if as_json:
        say(json.dumps(found.document, ensure_ascii=False, indent=1))
    else:
        for line in found.lines:
            say(line)
    return found.exit_code


@contextmanager
def quiet() -> Iterator[None]:
    """No log lines of ours: what a call meets is in the findings, and lines would only stand between them."""
    ours = logging.getLogger("tasks")
    before = ours.level
    ours.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        ours.setLevel(before)


class Daemons(ThreadPoolExecutor):
    """Threads that nobody waits for: a name server that never answers must not hold up the verdict."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn`` in a thread of its own."""
        future: Future[Any] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                future.set_exception(error)

        threading.Thread(target=run, name="doctor", daemon=True).start()
        return future


async def checkup_of(here: Settings, accounts: list[str] | None) -> Checkup:
    """The checkup with the Prefect server that the environment names."""
    asyncio.get_running_loop().set_default_executor(Daemons())
    known = surroundings()
    access = PrefectAccess(
        known.get("PREFECT_API_URL", ""),
        known.get("PREFECT_API_AUTH_STRING", ""),
        known.get("PREFECT_API_KEY", ""),
    )
    return await diagnose(here, secrets_of(here, access), accounts, access)


def secrets_of(here: Settings, access: PrefectAccess) -> Callable[[str], str]:
    """Secrets from the environment, else from blocks of a Prefect server that answers."""
    blocks = bool(access.api) and prefect_state.answers(access.api)

    def look_up(name: str) -> str:
        try:
            return here.secret(name)
        except ConfigurationError:
            if not blocks:
                raise
            # Prefect takes seconds to import, and starts a server of its own where none answers.
            from tasks.unlock import secret  # noqa: PLC0415

            return secret(name)

    return look_up
