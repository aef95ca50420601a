"""What a Prefect server says of itself over its REST API: is there a worker, and will the schedules run.

Only GET is used: it needs no CSRF token and changes nothing. Prefect itself is not imported.
"""

import base64
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tasks.errors import BadCredential, Busy, ConfigurationError


@dataclass(frozen=True)
class Deployment:
    """One deployment as the server has it."""

    name: str
    is_there: bool
    schedules: int = 0
    """Schedules that will make runs."""
    paused: int = 0
    """Schedules that will not, because they or the deployment are paused."""


@dataclass(frozen=True)
class PrefectState:
    """What matters for tomorrow morning's run."""

    api: str
    version: str
    pool: str
    """``ready`` (a worker is online), ``not_ready``, ``paused`` or empty: no such pool."""
    deployments: tuple[Deployment, ...]


def expected(file: Path) -> dict[str, int]:
    """Deployment names of a ``prefect.yaml`` and how many schedules each has.

    Raises:
        ConfigurationError: the file is missing or no YAML.
    """
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        entries = document["deployments"]
        return {entry["name"]: len(entry.get("schedules") or ()) for entry in entries}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{file} cannot be read ({type(error).__name__})") from None


def look(
    api: str, pool: str, names: Sequence[str], *, auth: str = "", key: str = "", timeout: float = 10
) -> PrefectState:
    """The server at ``api``, its work pool, and the deployments of these names (flow and deployment share one).

    Args:
        api: ``http://host:port/api``.
        pool: name of the work pool.
        names: deployments to look for.
        auth: ``user:password`` of a server that asks for them; a secret.
        key: API key of a server that asks for one; a secret.
        timeout: seconds for each answer.

    Raises:
        Busy: the server does not answer.
        BadCredential: it wants other credentials.
    """
    headers = {}
    if auth:
        headers["Authorization"] = "Basic " + base64.b64encode(auth.encode()).decode()
    elif key:
        headers["Authorization"] = f"Bearer {key}"

    def get(path: str) -> Any:
        return _get(f"{api.rstrip('/')}/{path}", headers, timeout)

    version = str(get("admin/version"))
    found = get(f"work_pools/{urllib.parse.quote(pool)}")
    status = str(found.get("status") or "not_ready").lower() if found else ""
    if found and found.get("is_paused"):
        status = "paused"
    deployments = tuple(
        _deployment(name, get(f"deployments/name/{urllib.parse.quote(name)}/{urllib.parse.quote(name)}"))
        for name in names
    )
    return PrefectState(api, version, status, deployments)


def answers(api: str, timeout: float = 2) -> bool:
    """True when a server at ``api`` says that it is well."""
    try:
        return _get(f"{api.rstrip('/')}/health", {}, timeout) is not None
    except (Busy, BadCredential):
        return False


def _deployment(name: str, found: Mapping[str, Any] | None) -> Deployment:
    if found is None:
        return Deployment(name, is_there=False)
    schedules = found.get("schedules") or []
    active = 0 if found.get("paused") else sum(bool(schedule.get("active")) for schedule in schedules)
    return Deployment(name, True, active, len(schedules) - active)


def _get(url: str, headers: Mapping[str, str], timeout: float) -> Any:
    """The JSON at ``url``; None when there is nothing (404)."""
    place = urllib.parse.urlsplit(url)
    where = f"the Prefect server {place.hostname}:{place.port or ''}"
    try:
        request = urllib.request.Request(url, headers=dict(headers))
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            return None
        if error.code in {401, 403}:
            raise BadCredential(f"{where} refuses us (HTTP {error.code})", code=str(error.code)) from None
        raise Busy(f"{where} answered HTTP {error.code}", code=str(error.code)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Busy(f"{where} does not answer ({type(reason).__name__})") from None
