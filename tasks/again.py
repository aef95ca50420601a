"""Which places a report goes to when a person asks for it again, and the command that asks (floor 5).

Whatever failed is sent by the next run with the same parameters, and by that run nobody gets it twice. What may have
arrived, or came back, goes out again only when a person says so: ``resend --to channel:recipient``, place by place.
Without Prefect: mails that came back are read where Prefect is not.
"""

import re
import shlex
from collections.abc import Collection, Sequence

from tasks import calendars
from tasks.calendars import ONE_DAY, Week
from tasks.connections import Connections
from tasks.errors import ConfigurationError
from tasks.notifiers.routes import Route
from tasks.opsdb import ledger

VIEW = re.compile(r"(\d{4}-W\d{2})(?:-(.+?))??(?:-vs-(\d{4}-W\d{2}))?")
"""A week, the accounts told of, and the week compared with, as :func:`view_of` writes them."""


def view_of(week: str, compare_to: str, accounts: Collection[str]) -> str:
    """What page and ledger call a telling: ``2026-W30``, or e.g. ``2026-W30-oa_main`` for some accounts only.

    With a name of its own, a view that one person asked for never takes the place of the story that everybody reads.
    """
    usual = str(Week.of(Week.parse(week, calendars.now()).window.start - ONE_DAY))
    other = [] if compare_to == usual else [f"vs-{compare_to}"]
    return "-".join([week, *sorted(accounts), *other])


def resend_command(c: Connections, report: str, period: str, channel: str, recipient: str) -> str:
    """What a person types to send one delivery of the ledger again, to nobody else; empty when nothing can."""
    options = _options(report, period, [account.account_id for account in c.settings.accounts()])
    if not options:
        return ""
    return shlex.join(["python", "-m", "flows", "resend", *options, "--to", f"{channel}:{recipient}"])


def places(
    c: Connections, report: str, period: str, way: Route, to: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Every (channel, recipient) of a route, or only those that a person names.

    Args:
        c: connections.
        report: what the ledger calls the report.
        period: likewise.
        way: its route.
        to: places such as ``mail:ops@example.com``, of the route or where the report went before; empty: the route.

    Raises:
        ConfigurationError: a place is neither.
    """
    route = list(way.recipients())
    if not to:
        return route
    went = [(e.channel, e.recipient) for e in ledger.entries(c.database, report=report, period=period)]
    known = {f"{channel}:{recipient}": (channel, recipient) for channel, recipient in (*route, *went)}
    unknown = [place for place in to if place not in known]
    if unknown:
        raise ConfigurationError(
            f"{report} {period} does not go to {', '.join(unknown)}; known: {', '.join(known) or 'nobody'}"
        )
    return [known[place] for place in dict.fromkeys(to)]


def _options(report: str, period: str, accounts: Collection[str]) -> list[str]:
    """What ``resend`` is told of a report in the ledger; nothing for what it does not send."""
    if report == "digest":
        return ["--date", period]
    view = VIEW.fullmatch(period) if report == "retrospective" else None
    if view is None:
        return []
    week, named, compared = view.groups(default="")
    # An id may hold hyphens itself, so ids are looked for as a whole, the longest first.
    ids = "|".join(re.escape(one) for one in sorted(accounts, key=len, reverse=True))
    chosen = re.findall(ids, named) if named else []
    if "-".join(chosen) != named:
        return []
    told = ["--week", week, *(part for one in chosen for part in ("--accounts", one))]
    return [*told, "--compare-to", compared] if compared else told
