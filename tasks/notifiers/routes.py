"""Who is told what on which channel (``deployments/routes.toml``).

A mail recipient is an address; on the other channels it is the NAME of the secret that holds the webhook's
address.
"""

import re
from collections.abc import Container, Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tasks.errors import ConfigurationError
from tasks.notifiers.channels import CHANNELS

ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
NAME = re.compile(r"[A-Z][A-Z0-9_]*")


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError("is not a mail address")
    return text


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(
            "must be the NAME of a secret in capitals, such as WECOM_BOT_OPS, never the webhook itself"
        )
    return text


class Route(BaseModel):
    """The recipients of one report, by channel."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mail: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    slack: tuple[Annotated[str, AfterValidator(_name)], ...] = ()
    wecom: tuple[Annotated[str, AfterValidator(_name)], ...] = ()

    def recipients(self) -> Iterator[tuple[str, str]]:
        """Every (channel, recipient), each once."""
        for channel in CHANNELS:
            for recipient in dict.fromkeys(getattr(self, channel)):
                yield channel, recipient

    def without(self, channels: Container[str]) -> Self:
        """The same route on the other channels only: who hears that these failed."""
        return self.model_copy(update={channel: () for channel in CHANNELS if channel in channels})


def routes(document: Mapping[str, Any]) -> dict[str, Route]:
    """The routes by report name, from the parsed ``routes.toml``.

    Raises:
        ConfigurationError: an unknown channel, or a recipient that is none; values are not repeated, since
            somebody may have written a secret there.
    """
    known: dict[str, Route] = {}
    for report, entry in document.items():
        try:
            known[report] = Route.model_validate(entry)
        except ValidationError as error:
            raise ConfigurationError(
                f"routes.toml [{report}]: {'; '.join(map(_sentence, error.errors()))}"
            ) from None
    return known


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"no channel is named '{where}'; known: {', '.join(CHANNELS)}"
    return f"{where or 'the entry'}: {error['msg'].removeprefix('Value error, ')}"
