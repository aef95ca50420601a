"""The automations of ``deployments/automations.yaml`` put onto a Prefect server of ours, each once.

They name deployments, the server wants their ids; ``prefect automation create`` cannot look them up.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tasks.errors import ConfigurationError

SECONDS = 30
TRIES = 5


def install(api: str, file: Path) -> list[str]:
    """Create every automation of the file that the server does not have by name; the names created.

    One that is there already is left alone: it may be the brand's own by now.

    Args:
        api: ``http://127.0.0.1:port/api`` of a server that we started, so without login and CSRF token.
        file: the YAML file.

    Raises:
        ConfigurationError: the file is wrong, names a deployment that is not registered, or Prefect refuses an
            automation; its words are in the message.
    """
    try:
        wanted = yaml.safe_load(file.read_text(encoding="utf-8"))["automations"]
        names = [str(entry["name"]) for entry in wanted]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{file} cannot be read ({type(error).__name__}: {error})") from None
    there = {
        found["name"] for found in _ask(api, "automations/filter", {"automations": {"name": {"any_": names}}})
    }
    created = []
    for entry in wanted:
        if entry["name"] not in there:
            _ask(api, "automations/", _with_ids(api, entry))
            created.append(str(entry["name"]))
    return created


def _with_ids(api: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The automation with ids in the place of the names of deployments."""
    actions = []
    for action in entry["actions"]:
        plain = dict(action)
        if name := plain.pop("deployment", ""):
            flow, _, deployment = f"{name}".partition("/")
            path = f"deployments/name/{urllib.parse.quote(flow)}/{urllib.parse.quote(deployment or flow)}"
            plain |= {"source": "selected", "deployment_id": _ask(api, path)["id"]}
        actions.append(plain)
    return {**entry, "actions": actions}


def _ask(api: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        f"{api.rstrip('/')}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    tries = TRIES
    while True:
        tries -= 1
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:800]
            # 503 asks to try again: another request held the server's SQLite file.
            if error.code != 503 or not tries:
                raise ConfigurationError(f"Prefect refused {path} (HTTP {error.code}): {said}") from None
            time.sleep(1)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"Prefect did not answer {path}: {error}") from None
