"""Who is told what on which channel (``deployments/routes.toml``).

A mail recipient is an address; on the other channels it is the NAME of the secret that holds the webhook's
address. ``[alerts]`` has a route per level and per owner of the plan, a route for what is overdue, and one for
what reached nobody else.
"""

import datetime as dt
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

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


Checked = TypeVar("Checked", bound=BaseModel)


class Route(BaseModel):
    """The recipients of one report, by channel."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mail: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    slack: tuple[Annotated[str, AfterValidator(_name)], ...] = ()
    wecom: tuple[Annotated[str, AfterValidator(_name)], ...] = ()
    feishu: tuple[Annotated[str, AfterValidator(_name)], ...] = ()
    dingtalk: tuple[Annotated[str, AfterValidator(_name)], ...] = ()

    def recipients(self) -> Iterator[tuple[str, str]]:
        """Every (channel, recipient), each once."""
        for channel in CHANNELS:
            for recipient in dict.fromkeys(getattr(self, channel)):
                yield channel, recipient

    def without(self, channels: Container[str]) -> Self:
        """The same route on the other channels only: who hears that these failed."""
        return self.model_copy(update={channel: () for channel in CHANNELS if channel in channels})


class OwnerRoute(Route):
    """The recipients of one owner's alerts, and who hears when the owner does not act."""

    lead: str = ""
    """Another owner."""


class QuietHours(BaseModel):
    """The part of the night in Shanghai in which nobody is told; it may pass midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: dt.time
    end: dt.time

    def hold(self, clock: dt.time) -> bool:
        """Whether ``clock`` lies in them."""
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def _hours(text: Any) -> Any:
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", text) if isinstance(text, str) else None
    if not found:
        raise ValueError('write two clocks such as "22:00-08:00"')
    try:
        start, end = map(dt.time.fromisoformat, found.groups())
    except ValueError:
        raise ValueError('there is no such clock; write two such as "22:00-08:00"') from None
    return {"start": start, "end": end}


class AlertRoutes(BaseModel):
    """Who is told of alerts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    quiet_hours: Annotated[QuietHours, BeforeValidator(_hours)] | None = None
    red: Route = Route()
    orange: Route = Route()
    yellow: Route = Route()
    escalation: Route = Route()
    """What nobody acted on in time, beside the owner's lead."""
    fallback: Route = Route()
    """Everything that reached nobody else."""
    owner: dict[str, OwnerRoute] = {}

    @model_validator(mode="after")
    def _leads(self) -> Self:
        for name, route in self.owner.items():
            if route.lead and route.lead not in self.owner:
                raise ValueError(f"owner.{name}.lead: there is no [alerts.owner.{route.lead}]")
        return self

    def of_owner(self, owner: str, levels: Iterable[str]) -> list[tuple[str, str]]:
        """Every (channel, recipient) of an owner's message that speaks of these levels, each once."""
        known = {"red": self.red, "orange": self.orange, "yellow": self.yellow}
        ways = [self.owner.get(owner, Route()), *(known[level] for level in levels if level in known)]
        return list(dict.fromkeys(pair for way in ways for pair in way.recipients()))

    def of_lead(self, owner: str) -> list[tuple[str, str]]:
        """Every (channel, recipient) that hears what this owner has not acted on."""
        lead = self.owner[owner].lead if owner in self.owner else ""
        ways = [self.owner.get(lead, Route()), self.escalation]
        return list(dict.fromkeys(pair for way in ways for pair in way.recipients()))

    @property
    def named(self) -> dict[str, Route]:
        """Every route by its name in the file."""
        levels = {name: getattr(self, name) for name in ("red", "orange", "yellow", "escalation", "fallback")}
        ways = levels | {f"owner.{name}": route for name, route in self.owner.items()}
        written = self.model_fields_set
        return {f"alerts.{name}": way for name, way in ways.items() if name.split(".")[0] in written}


def routes(document: Mapping[str, Any]) -> dict[str, Route]:
    """The routes by name, from the parsed ``routes.toml``: ``digest``, ``alerts.red``, ``alerts.owner.content``.

    Raises:
        ConfigurationError: an unknown channel, or a recipient that is none; values are not repeated, since
            somebody may have written a secret there.
    """
    reports = {report: entry for report, entry in document.items() if report != "alerts"}
    known = {report: _checked(Route, report, entry) for report, entry in reports.items()}
    return known | alert_routes(document).named


def alert_routes(document: Mapping[str, Any]) -> AlertRoutes:
    """Who is told of alerts, from the parsed ``routes.toml``.

    Raises:
        ConfigurationError: as :func:`routes`; the message names table and key.
    """
    return _checked(AlertRoutes, "alerts", document.get("alerts", {}))


def _checked(model: type[Checked], table: str, entry: Any) -> Checked:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        told = "; ".join(_sentence(one, model) for one in error.errors())
        raise ConfigurationError(f"routes.toml [{table}]: {told}") from None


def _sentence(error: Any, model: type[BaseModel]) -> str:
    path = [str(part) for part in error["loc"]]
    where = ".".join(path)
    if error["type"] == "extra_forbidden":
        at = ".".join(path[:-1])
        inside = f"{at}: " if at else ""
        if model is AlertRoutes and not at:
            return f"no route is named '{where}'; known: {', '.join(AlertRoutes.model_fields)}"
        return f"{inside}no channel is named '{path[-1]}'; known: {', '.join(CHANNELS)}"
    words = str(error["msg"]).removeprefix("Value error, ")
    if not where and error["type"] == "value_error":
        return words
    return f"{where or 'the entry'}: {words}"
