"""Offer a form to whoever reads a message: a link that opens it in the Prefect UI with the fields filled in (floor 5).

The run page of a deployment takes ``?parameters=`` with the parameters as JSON; so do both of Prefect's UIs
(read in the sources of 3.8.8, 2026-11-23).
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import httpx
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound


def forms(ui_url: str, names: Iterable[str]) -> dict[str, str]:
    """Where the forms of these deployments are, by name; one that is not deployed is left out.

    Args:
        ui_url: where readers open the Prefect UI; empty: there is no form.
        names: deployments, which are named like their flows.
    """
    found: dict[str, str] = {}
    if not ui_url:
        return found
    try:
        with get_client(sync_client=True) as client:
            for name in names:
                try:
                    deployment = client.read_deployment_by_name(f"{name}/{name}")
                except ObjectNotFound:
                    continue
                found[name] = f"{ui_url.rstrip('/')}/deployments/deployment/{deployment.id}/run"
    except (httpx.HTTPError, RuntimeError):
        # Without a form the message tells the command, and goes out all the same.
        return {}
    return found


def filled(form: str, parameters: Mapping[str, Any]) -> str:
    """The link to a form with these parameters in it."""
    text = json.dumps(parameters, ensure_ascii=False, separators=(",", ":"))
    return f"{form}?parameters={quote(text, safe='')}"
