"""Survey the installation itself: disk, database, lake, plan, routes, channels, Prefect (floor 5).

Each check is a plain function that may block; whoever calls gives it a thread and a limit.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from tasks.alerts import playbooks
from tasks.alerts.lint import lint
from tasks.calendars import business_date
from tasks.connections import Connections
from tasks.errors import OpsError
from tasks.lake import health as lake_health
from tasks.messages import Finding
from tasks.metrics.impact import Impact
from tasks.notifiers.knock import knock
from tasks.notifiers.mail import Mail
from tasks.notifiers.routes import Route, routes
from tasks.opsdb import health as database_health
from tasks.opsdb import migrate
from tasks.planning import world_of
from tasks.reporting.installation import GB, OUGHT_TO_REACH_SOMEBODY, Installation
from tasks.services import prefect_state
from tasks.services.disk import disk
from tasks.services.prefect_server import POOL
from tasks.settings import HOME

Check: TypeAlias = Callable[[], list[Finding]]


@dataclass(frozen=True)
class PrefectAccess:
    """Where a Prefect server is and how it lets us in; ``api`` is empty when none is configured."""

    api: str = ""
    auth: str = ""
    key: str = ""


@dataclass(frozen=True)
class Survey:
    """Every check of the installation, over one set of connections."""

    c: Connections
    impact: Impact
    prefect_access: PrefectAccess
    now: dt.datetime

    @property
    def told(self) -> Installation:
        """Speaks in the reader's language."""
        return Installation(self.c.settings.language)

    def checks(self) -> dict[str, Check]:
        """Every check by name, in the order people read them."""
        found: dict[str, Check] = {
            "secret_key": self.secret_key,
            "disk": self.disk,
            "database": self.database,
            "lake.write": self.lake_write,
            "lake.tables": self.lake_tables,
            "plan": self.plan,
            "playbooks": self.playbooks,
            "routes": self.routes,
            "prefect": self.prefect,
        }
        return found | dict(self.channels())

    def secret_key(self) -> list[Finding]:
        """The key of person ids and of texts at rest."""
        key = self.c.settings.secret_key
        return [self.told.secret_key(len(key.get_secret_value()) if key else 0)]

    def disk(self) -> list[Finding]:
        """Room below the data folder, and below the lake where that is another folder here."""
        s = self.c.settings
        folders = {"disk": s.data_dir.resolve()}
        if s.lake_url and "://" not in s.lake_url:
            folders["disk.lake"] = Path(s.lake_url).resolve()
        seen = {check: disk(folder, self.now) for check, folder in folders.items()}
        return [self.told.disk(check, str(d.folder), d.free, d.used, d.growth) for check, d in seen.items()]

    def database(self) -> list[Finding]:
        """Reachable, writable, and of this release's schema."""
        s = self.c.settings
        if database_health.missing(s.database):
            return [self.told.schema("", migrate.HEAD, is_known=True)]
        try:
            seen = database_health.look(s.database, s.request_timeout)
        except OpsError as error:
            return [self.told.tell("database", "database.lost", "fail", error)]
        return [
            self.told.database(seen.kind, seen.version, seen.journal, seen.milliseconds),
            self.told.schema(seen.revision, migrate.HEAD, is_known=seen.is_known),
        ]

    def lake_write(self) -> list[Finding]:
        """A scratch table written, read and deleted."""
        try:
            milliseconds = lake_health.scratch(self.c.lake)
        except OpsError as error:
            return [self.told.tell("lake.write", "lake.lost", "fail", error)]
        return [self.told.tell("lake.write", "lake.ok", milliseconds=milliseconds)]

    def lake_tables(self) -> list[Finding]:
        """Every table read to its last file."""
        try:
            seen = list(lake_health.tables(self.c.lake))
        except OpsError:
            # What keeps the lake from being opened is told by the check before.
            return []
        fine = [table for table in seen if not table.trouble]
        found = self.told.tell(
            "lake.tables",
            "tables.ok",
            count=len(fine),
            rows=sum(table.rows for table in fine),
            files=sum(table.files for table in fine),
            size=sum(table.size or 0 for table in fine) / GB,
        )
        return [
            found,
            *(self.told.broken_table(t.name, t.trouble, self.grey(t.name)) for t in seen if t.trouble),
        ]

    def grey(self, dataset: str) -> str:
        """Which numbers the endpoints feed that land in a dataset."""
        s = self.c.settings
        feeding = [e.name for e in s.endpoints().values() if dataset in e.datasets]
        return self.impact.told(feeding, s.language)

    def plan(self) -> list[Finding]:
        """The plan as its linter reads it."""
        s = self.c.settings
        try:
            document = s.document("plan")
        except OpsError as error:
            return [self.told.tell("plan", "plan.lost", "fail", error)]
        found = lint(document, world_of(s, business_date(self.now)), s.language)
        # What the plan itself settles is no news: `plan check` lists it.
        flaws = [(flaw.level, flaw.text) for flaw in found if not flaw.settled]
        entries = [document.get(table) for table in ("kpi", "gate")]
        kpis = sum(len(some) for some in entries if isinstance(some, list))
        return self.told.plan(flaws, kpis)

    def playbooks(self) -> list[Finding]:
        """What to try, as the alerts will read it."""
        s = self.c.settings
        try:
            known = playbooks.read(s.document("playbooks"), s.language)
            metrics = {*s.document("metrics"), *s.document("not_computable")}
        except OpsError as error:
            return [self.told.tell("playbooks", "playbooks.lost", "fail", error)]
        strange = [f"{name}: {metric}" for name, metric in playbooks.strangers(known, metrics)]
        if strange:
            return [self.told.tell("playbooks", "playbooks.strange", "warn", names=", ".join(strange))]
        return [self.told.tell("playbooks", "playbooks.ok", count=len(known))]

    def routes(self) -> list[Finding]:
        """Who is told what."""
        try:
            known = self.ways()
        except OpsError as error:
            return [self.told.tell("routes", "route.lost", "fail", error)]
        ways = dict.fromkeys(sorted(OUGHT_TO_REACH_SOMEBODY), Route()) | known
        return self.told.routes({report: list(way.recipients()) for report, way in ways.items()})

    def ways(self) -> dict[str, Route]:
        """The routes by report."""
        return routes(self.c.settings.document("routes"))

    def channels(self) -> Iterator[tuple[str, Check]]:
        """One check per webhook, and one of the mail server where mail is used or a server is set."""
        try:
            ways = self.ways()
        except OpsError:
            return  # the check of the routes tells why
        reports: dict[tuple[str, str], list[str]] = defaultdict(list)
        for report, way in ways.items():
            for channel, recipient in dict.fromkeys(
                (c, "" if c == "mail" else r) for c, r in way.recipients()
            ):
                reports[channel, recipient].append(report)
        if self.c.settings.smtp_host:
            reports["mail", ""] += []
        for (channel, name), told in reports.items():
            if channel == "mail":
                yield "smtp", partial(self.mail, told)
            else:
                yield f"webhook.{name}", partial(self.webhook, channel, name, told)

    def webhook(self, channel: str, name: str, reports: list[str]) -> list[Finding]:
        """One robot or webhook, asked without a message."""
        error = None
        try:
            knock(channel, name, self.c.secret, self.c.settings.request_timeout)
        except OpsError as refusal:
            error = refusal
        return [self.told.webhook(channel, name, reports, error)]

    def mail(self, reports: list[str]) -> list[Finding]:
        """The mail server, asked without a mail."""
        s = self.c.settings
        server = self.c.notifiers["mail"]
        error = None
        try:
            if isinstance(server, Mail):
                server.knock()
        except OpsError as refusal:
            error = refusal
        address = f"{s.smtp_host}:{s.smtp_port}" if s.smtp_host else ""
        return [self.told.mail(address, s.mail_sender, reports, error)]

    def prefect(self) -> list[Finding]:
        """Server, work pool, worker and schedules."""
        at = self.prefect_access
        if not at.api:
            return [self.told.tell("prefect", "prefect.absent", "warn")]
        try:
            wanted = prefect_state.expected(HOME / "prefect.yaml")
            seen = prefect_state.look(
                at.api, POOL, list(wanted), auth=at.auth, key=at.key, timeout=self.c.settings.request_timeout
            )
        except OpsError as error:
            return [self.told.prefect_lost(error)]
        return self.told.prefect(
            seen.version,
            POOL,
            seen.pool or "none",
            [d.name for d in seen.deployments if not d.is_there],
            {d.name: d.paused for d in seen.deployments if d.paused},
            sum(d.schedules for d in seen.deployments),
        )
