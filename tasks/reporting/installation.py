"""What was found about the installation itself, as findings: disk, database, lake, plan, routes, Prefect; pure.

plain facts, or the error that came instead → Finding: what was found, what follows, the one thing to do
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.errors import BadCredential, ConfigurationError, NotAuthorised, OpsError, PermanentError
from tasks.messages import Finding, Status
from tasks.reporting.checkup_en import EN
from tasks.reporting.checkup_zh import ZH

SHORTEST_KEY = 16
GB = 1e9
FULL_GB, SCARCE_GB = 0.5, 5.0
FEW_DAYS = 10
EXAMPLE_ADDRESS = "@example.com"
LOCAL = ("@localhost", "@localhost>")
SIGNED = ("feishu", "dingtalk")
"""Channels whose robots have security settings of their own."""
OUGHT_TO_REACH_SOMEBODY = frozenset({"digest", "delivery_failure", "alerts.fallback"})
"""Routes without which people miss something."""


@dataclass(frozen=True)
class Installation:
    """Speaks about this installation in the reader's language, ``zh-CN`` or ``en``."""

    language: str

    def tell(
        self, check: str, words: str, status: Status = "ok", error: OpsError | None = None, **known: Any
    ) -> Finding:
        """One finding in the words of that key, filled in with what is known."""
        text = (EN if self.language == "en" else ZH)[words]
        code = (error.code or type(error).__name__) if error else ""
        fill = {"error": error, "code": code, **known}
        title, found, consequence, remedy = (part.format(**fill) for part in text)
        return Finding(check, title, status, found, "", consequence, remedy, code)

    def secret_key(self, length: int) -> Finding:
        """Whether the key of person ids and stored texts is long enough; only its length is known here."""
        fine = length >= SHORTEST_KEY
        words = "key.ok" if fine else "key.missing"
        return self.tell("secret_key", words, "ok" if fine else "fail", length=length)

    def disk(self, check: str, folder: str, free: float, used: float, growth: float | None) -> Finding:
        """Room below the data folder, in bytes; ``growth`` is bytes a day where it can be told."""
        days = free / growth if growth else None
        low = free < SCARCE_GB * GB or (days is not None and days < FEW_DAYS)
        status: Status = ("fail" if free < FULL_GB * GB else "warn") if low else "ok"
        words = {(True, True): "soon", (True, False): "low", (False, True): "days", (False, False): "ok"}
        key = f"disk.{words[low, days is not None]}"
        return self.tell(check, key, status, folder=folder, free=free / GB, used=used / GB, days=days or 0)

    def database(self, kind: str, version: str, journal: str, milliseconds: float) -> Finding:
        """The ops database answered; ``journal`` is empty where there is none to speak of."""
        slow = journal not in {"", "wal", "memory"}
        name = f"{'PostgreSQL' if kind == 'postgresql' else 'SQLite'} {version}"
        words = "database.journal" if slow else "database.ok"
        return self.tell("database", words, "warn" if slow else "ok", kind=name, milliseconds=milliseconds)

    def schema(self, revision: str, head: str, *, is_known: bool) -> Finding:
        """Whether the tables are those of this release; ``revision`` is empty before there are any."""
        if revision == head:
            words, status = "schema.ok", "ok"
        elif not is_known:
            words, status = "schema.newer", "fail"
        else:
            words, status = ("schema.old" if revision else "schema.none"), "warn"
        return self.tell("migrations", words, status, revision=revision, head=head)  # type: ignore[arg-type]

    def broken_table(self, name: str, trouble: str, grey: str) -> Finding:
        """One table that cannot be read; ``grey`` says which numbers need it, empty when every step does."""
        kept = name.startswith("land_") or name == "raw_api"
        words = "tables.landed" if kept else "tables.built"
        told = self.tell(f"lake.{name}", words, "fail", name=name, error=OpsError(trouble))
        return Finding(**{**vars(told), "consequence": grey or told.consequence, "code": ""})

    def plan(self, flaws: Sequence[tuple[Status, str]], kpis: int) -> list[Finding]:
        """The linter's flaws: one finding for each that stops a run, and one for all that only warn."""
        if not flaws:
            return [self.tell("plan", "plan.ok", kpis=kpis)]
        found = [
            self.tell("plan", "plan.fail", "fail", flaw=text) for level, text in flaws if level == "fail"
        ]
        warnings = [text for level, text in flaws if level != "fail"]
        if warnings:
            words = "plan.warn" if len(warnings) == 1 else "plan.warnings"
            found.append(self.tell("plan", words, "warn", count=len(warnings), flaw=warnings[0]))
        return found

    def routes(self, ways: Mapping[str, Sequence[tuple[str, str]]]) -> list[Finding]:
        """Every report's (channel, recipient) pairs; one finding for all that are still on the example address."""
        addresses = {
            report: next((name for _, name in recipients if name.endswith(EXAMPLE_ADDRESS)), "")
            for report, recipients in ways.items()
        }
        found = [self.route(report, ways[report]) for report, address in addresses.items() if not address]
        reports = [report for report, address in addresses.items() if address]
        if reports:
            address = self._listed(dict.fromkeys(filter(None, addresses.values())))
            names, count = self._listed(reports), len(reports)
            words = "routes.example"
            found.append(self.tell("routes", words, "warn", count=count, address=address, reports=names))
        return found

    def route(self, report: str, recipients: Sequence[tuple[str, str]]) -> Finding:
        """One route: (channel, recipient) of everybody on it."""
        check = f"route.{report}"
        if not recipients:
            needed = report in OUGHT_TO_REACH_SOMEBODY
            words = "route.nobody" if needed else "route.unused"
            return self.tell(check, words, "warn" if needed else "ok", report=report)
        channels = ", ".join(dict.fromkeys(channel for channel, _ in recipients))
        return self.tell(check, "route.ok", report=report, count=len(recipients), channels=channels)

    def webhook(self, channel: str, name: str, reports: Iterable[str], error: OpsError | None) -> Finding:
        """One robot or webhook, by the name of its secret."""
        words, status = "webhook.lost", "fail"
        if error is None:
            words, status = "webhook.ok", "ok"
        elif isinstance(error, ConfigurationError):
            words = "webhook.unset"
        elif isinstance(error, NotAuthorised) and channel in SIGNED:
            words = "webhook.barred"
        elif isinstance(error, BadCredential | NotAuthorised):
            words = "webhook.dead"
        elif isinstance(error, PermanentError):
            words, status = "webhook.odd", "warn"
        known = {"name": name, "channel": channel, "reports": self._listed(reports)}
        return self.tell(f"webhook.{name}", words, status, error, **known)  # type: ignore[arg-type]

    def mail(self, server: str, sender: str, reports: Iterable[str], error: OpsError | None) -> Finding:
        """The mail server, asked without a mail; ``server`` is empty when none is set."""
        words, status = "smtp.lost", "fail"
        if not server:
            words = "smtp.unset"
        elif error is None:
            unknown = sender.endswith(LOCAL) and not server.startswith(("127.", "localhost", "[::1]"))
            words, status = ("smtp.sender", "warn") if unknown else ("smtp.ok", "ok")
        elif isinstance(error, BadCredential):
            words = "smtp.refused"
        elif isinstance(error, ConfigurationError):
            words = "smtp.insecure"
        known = {"server": server, "sender": sender, "reports": self._listed(reports)}
        return self.tell("smtp", words, status, error, **known)  # type: ignore[arg-type]

    def prefect_lost(self, error: OpsError) -> Finding:
        """The configured server does not let us see it."""
        refused = isinstance(error, BadCredential)
        return self.tell("prefect", "prefect.refused" if refused else "prefect.lost", "fail", error)

    def prefect(
        self, version: str, pool: str, status: str, missing: Sequence[str], off: Mapping[str, int], on: int
    ) -> list[Finding]:
        """Server, workers and schedules.

        Args:
            version: of the server.
            pool: name of the work pool.
            status: ``ready`` (a worker is online), ``not_ready``, ``paused``, or ``none``: no such pool.
            missing: deployments that are not registered.
            off: deployments with schedules that are paused, and how many.
            on: schedules that will make runs.
        """
        levels: Mapping[str, Status] = {"ready": "ok", "paused": "warn"}
        found = [
            self.tell("prefect", "prefect.ok", version=version),
            self.tell("worker", f"worker.{status}", levels.get(status, "fail"), pool=pool),
        ]
        if missing:
            names = self._listed(missing)
            found.append(self.tell("schedules", "schedules.missing", "warn", names=names))
        if off:
            names = self._listed(f"{name} ×{count}" for name, count in off.items())
            found.append(self.tell("schedules", "schedules.paused", "warn", names=names))
        if not missing and not off:
            found.append(self.tell("schedules", "schedules.ok", count=on))
        return found

    def _listed(self, names: Iterable[str]) -> str:
        return (", " if self.language == "en" else "、").join(names)
