"""Secrets by name (floor 5): from the environment, else from a Prefect Secret block."""

from prefect.blocks.system import Secret
from prefect.exceptions import ObjectNotFound

from tasks import settings
from tasks.connections import Connections, connect
from tasks.errors import ConfigurationError


def secret(name: str) -> str:
    """The secret ``name`` from the environment, or from the Secret block of that name in kebab-case.

    Raises:
        ConfigurationError: neither holds it.
    """
    try:
        return settings.load().secret(name)
    except ConfigurationError:
        try:
            block = Secret.load(name.lower().replace("_", "-"), _sync=True)
        except (ValueError, ObjectNotFound):
            block = None
        if block is None:
            raise
        return str(block.get())


def unlocked() -> Connections:
    """Connections that may also open Prefect Secret blocks."""
    return connect(secret)
