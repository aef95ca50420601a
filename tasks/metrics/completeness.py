"""How complete the facts are: cells received ÷ cells due, by day, by 30 days and by metric.

    outcomes + endpoints + accounts → Cells → a share for every metric and day, a Trust for a report

A cell is due from the endpoint's ``history_start`` on, and not where it was asked for after the platform had let go
of it (``history_days``); a metric misses such days all the same. Days before an endpoint was first read are on
neither side of a day's completeness, but a metric whose window reaches back to them misses them. A snapshot tells
the present only: the latest one not after the day stands for the day, and before the first one the first itself,
since joining dates rebuild what it does not show (the queries mark such days as approximate).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.calendars import ONE_DAY, Window, business_date, moment_on
from tasks.metrics import remedies
from tasks.metrics.impact import Impact
from tasks.records import (
    Account,
    CellShape,
    Endpoint,
    Metric,
    MetricValue,
    Outcome,
    SourceKind,
    Trust,
    Verdict,
)

BAR = 0.95
"""Plan K-29: below this share of its inputs a metric is grey."""
BRAND = "*"
MONTH_DAYS = 30
NEVER_READ = {"zh-CN": "从未读取，请为当日运行数据拉取", "en": "never read: run the pull for this day"}
NOTHING_DUE = {"zh-CN": "当日无应收数据", "en": "nothing was due"}


@dataclass(frozen=True)
class _Pair:
    """One endpoint of one account with the verdicts of all its days."""

    account: Account
    endpoint: Endpoint
    asked_since: dt.date
    """First day whose cell counts as due for a day's completeness."""
    received: np.ndarray
    """Number of ok cells on the days before index i."""
    latest_ok: np.ndarray
    """For snapshots: whether the newest answer up to day i (else the first after it) was ok."""
    outcomes: Mapping[dt.date, Outcome]


@dataclass(frozen=True)
class Source:
    """One endpoint of one account over a window: what is due and what came."""

    name: str
    """``account · endpoint title``."""
    ok: int
    due: int
    """Cells of the 30 days that end with the window."""
    verdicts: Mapping[dt.date, Verdict | None]
    """Verdict of each day of the window on which a cell was due; None when it was never read."""

    @property
    def share(self) -> float | None:
        """Share of due cells that came, 0-1; null when nothing was due."""
        return self.ok / self.due if self.due else None


class Cells:
    """Every cell of the brand, counted once so that any window is a subtraction.

    Args:
        outcomes: what each fetch left, in any order; those of foreign endpoints or accounts are ignored.
        endpoints: the registry by name.
        accounts: the brand's accounts; an endpoint is expected of every account of its kind.
        now: the present moment; a day whose figures are not due yet is on neither side. None: all are due.
    """

    def __init__(
        self,
        outcomes: Iterable[Outcome],
        endpoints: Mapping[str, Endpoint],
        accounts: Sequence[Account],
        now: dt.datetime | None = None,
    ) -> None:
        self._now = now
        sorted_in: dict[tuple[str, str], dict[dt.date, Outcome]] = {
            (account.account_id, endpoint.name): {}
            for account in accounts
            for endpoint in endpoints.values()
            if endpoint.kind == account.kind and endpoint.name not in account.skip
        }
        self._revised: dict[dt.date, set[dt.date]] = {}
        for outcome in outcomes:
            days = sorted_in.get((outcome.cell.account_id, outcome.cell.endpoint))
            if days is None or _was_gone(endpoints[outcome.cell.endpoint], outcome):
                continue
            is_snapshot = endpoints[outcome.cell.endpoint].shape == CellShape.snapshot
            day = outcome.as_of if is_snapshot else outcome.cell.business_date
            if day not in days or days[day].fetched_at <= outcome.fetched_at:
                days[day] = outcome
            if day < outcome.as_of:
                self._revised.setdefault(outcome.as_of, set()).add(day)
        known = [day for days in sorted_in.values() for day in days]
        self._first = min(known, default=None)
        self._length = (max(known) - min(known)).days + 1 if known else 0
        names = {account.account_id: account for account in accounts}
        began = {
            account: min(
                (d for (a, _), days in sorted_in.items() if a == account for d in days), default=None
            )
            for account in names
        }
        self._pairs = [
            self._pair(names[account], endpoints[endpoint], days, began[account])
            for (account, endpoint), days in sorted_in.items()
        ]

    def of_metric(self, metric: Metric, day: dt.date, account_id: str = BRAND) -> float | None:
        """Share (0-1) of the cells that feed the metric's value of ``day``; null when none is due.

        A value of one account looks at that account's cells alone.
        """
        due = ok = 0
        start = day - dt.timedelta(days=metric.window_days - 1)
        for pair in self._pairs:
            if pair.endpoint.name not in metric.inputs or account_id not in {BRAND, pair.account.account_id}:
                continue
            if pair.endpoint.shape == CellShape.snapshot:
                due += 1
                ok += self._snapshot_ok(pair, day)
            else:
                begin = max(start, pair.endpoint.began or start)
                due += pair.endpoint.every.ends_in(Window(begin, max(day + ONE_DAY, begin)))
                ok += self._received(pair, begin, day)
        return ok / due if due else None

    def of_window(self, window: Window, account_id: str = BRAND) -> tuple[int, int]:
        """(ok, due) cells of the window's days: all endpoints of one account or of the brand."""
        due = ok = 0
        for pair in self._pairs:
            if account_id not in {BRAND, pair.account.account_id}:
                continue
            received, expected = self._counted(pair, window)
            ok, due = ok + received, due + expected
        return ok, due

    def _counted(self, pair: _Pair, window: Window) -> tuple[int, int]:
        """(ok, due) cells of one source."""
        begin = max(window.start, pair.asked_since, pair.endpoint.began or window.start)
        if pair.asked_since == dt.date.max:  # never read at all: missed on the last day, whatever was before
            begin = window.last
        end = min(window.end, self._due_until(pair))
        due = pair.endpoint.every.ends_in(Window(begin, max(end, begin)))
        return self._received(pair, begin, end - ONE_DAY), due

    def sources(self, window: Window, language: str = "zh-CN") -> list[Source]:
        """Every source over a window, in the order of accounts and registry; those never due are left out."""
        found = []
        for pair in self._pairs:
            ok, due = self._counted(pair, Window.ending(window.last, MONTH_DAYS))
            verdicts = {
                day: pair.outcomes[day].verdict if day in pair.outcomes else None
                for day in window.days()
                if self._is_due(pair, day)
            }
            if due or verdicts:
                found.append(Source(_named(pair, language), ok, due, verdicts))
        return found

    def trust(
        self,
        day: dt.date,
        *,
        warnings: Iterable[str] = (),
        language: str = "zh-CN",
        impact: Impact | None = None,
    ) -> Trust:
        """How far the figures of ``day`` can be trusted; notes beside cells that are fine join the warnings.

        Args:
            day: a business date.
            warnings: findings of ``sql/checks`` at level ``warn``, as sentences.
            language: ``zh-CN`` names endpoints by their title and says in Chinese what happened, ``en`` names
                them by their registry name and leaves the messages as they are.
            impact: tells behind an interface that is withdrawn or not granted which numbers turn grey.
        """
        found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
        for pair in self._pairs:
            if not self._is_due(pair, day):
                continue
            name = _named(pair, language)
            outcome = pair.outcomes.get(day)
            if outcome is None:
                found[Verdict.error].append(f"{name}: {NEVER_READ[language]}")
            else:
                why = _why(outcome, pair.account.kind, language)
                if impact is not None and remedies.lasting(outcome):
                    why = f"{why} {impact.briefly(pair.endpoint, language)}".strip()
                if why or outcome.verdict is not Verdict.ok:
                    found[outcome.verdict].append(f"{name}: {why}" if why else name)
        ok, due = self.of_window(Window.of_day(day))
        month_ok, month_due = self.of_window(Window.ending(day, MONTH_DAYS))
        return Trust(
            due=due,
            ok=ok,
            completeness=ok / due if due else None,
            completeness_30d=month_ok / month_due if month_due else None,
            worst=_worst(self.sources(Window.of_day(day), language)),
            late=tuple(found[Verdict.late]),
            doubtful=(*found[Verdict.empty], *found[Verdict.suspect_zero]),
            failed=tuple(found[Verdict.error]),
            revised_days=len(self._revised.get(day, ())),
            warnings=(*warnings, *found[Verdict.ok]),
        )

    def values(
        self, metrics: Mapping[str, Metric], window: Window, language: str = "zh-CN"
    ) -> list[MetricValue]:
        """The metrics of query ``outcomes`` for the brand and each account; null before anything was due.

        Never grey for being low: how low it is, is what these numbers say.
        """
        scopes = [BRAND, *dict.fromkeys(pair.account.account_id for pair in self._pairs)]
        found = []
        for metric in metrics.values():
            for day in window.days():
                for account_id in scopes:
                    ok, due = self.of_window(Window.ending(day, metric.window_days), account_id)
                    found.append(
                        MetricValue(
                            metric_id=metric.metric_id,
                            business_date=day,
                            account_id=account_id,
                            numerator=float(ok),
                            denominator=float(due),
                            value=ok / due if due else None,
                            completeness=1.0 if due else None,
                            status="ok" if due else "grey",
                            note="" if due else NOTHING_DUE[language],
                        )
                    )
        return found

    def _pair(
        self, account: Account, endpoint: Endpoint, days: Mapping[dt.date, Outcome], began: dt.date | None
    ) -> _Pair:
        ok = np.zeros(self._length, dtype=bool)
        seen = np.zeros(self._length, dtype=bool)
        for day, outcome in days.items():
            ok[self._index(day)] = outcome.verdict == Verdict.ok
            seen[self._index(day)] = True
        place = np.where(seen, np.arange(self._length), -1)
        newest = np.maximum.accumulate(place) if self._length else place
        if seen.any():
            newest[newest < 0] = int(np.argmax(seen))
            latest_ok = ok[newest]
        else:
            latest_ok = ok
        # An endpoint that was never read is missed since its account's first reading.
        since = min(days, default=began or dt.date.max)
        return _Pair(account, endpoint, since, np.concatenate(([0], np.cumsum(ok))), latest_ok, days)

    def _index(self, day: dt.date) -> int:
        return (day - self._first).days if self._first else 0

    def _received(self, pair: _Pair, begin: dt.date, last: dt.date) -> int:
        low = min(max(self._index(begin), 0), self._length)
        high = min(max(self._index(last + ONE_DAY), 0), self._length)
        return int(pair.received[high] - pair.received[low]) if high > low else 0

    def _snapshot_ok(self, pair: _Pair, day: dt.date) -> bool:
        if not self._length:
            return False
        return bool(pair.latest_ok[min(max(self._index(day), 0), self._length - 1)])

    def _is_due(self, pair: _Pair, day: dt.date) -> bool:
        if not pair.endpoint.every.ends_on(day):
            return False
        since = day if pair.asked_since == dt.date.max else pair.asked_since
        return max(since, pair.endpoint.began or since) <= day < self._due_until(pair)

    def _due_until(self, pair: _Pair) -> dt.date:
        """First business date whose figures are not due yet."""
        if self._now is None:
            return dt.date.max
        today = business_date(self._now)
        return today if moment_on(today, pair.endpoint.ready) <= self._now else today - ONE_DAY


def _was_gone(endpoint: Endpoint, outcome: Outcome) -> bool:
    """Whether the cell was asked for in vain, after the platform had let go of its figures."""
    if endpoint.history_days is None or outcome.verdict is not Verdict.error:
        return False
    kept_since = business_date(outcome.fetched_at) - dt.timedelta(days=endpoint.history_days)
    return outcome.cell.business_date < kept_since


def _named(pair: _Pair, language: str) -> str:
    return f"{pair.account.name} · {pair.endpoint.name if language == 'en' else pair.endpoint.title}"


def _worst(sources: Iterable[Source]) -> tuple[tuple[str, float], ...]:
    """The three sources furthest below the bar over 30 days."""
    below = [(source.share, source.name) for source in sources if source.share is not None]
    return tuple((name, share) for share, name in sorted(below)[:3] if share < BAR)


def _why(outcome: Outcome, kind: SourceKind, language: str) -> str:
    """What a reader is told behind the name of a cell; empty when the name says enough."""
    if outcome.verdict is Verdict.ok:
        return remedies.note(outcome.message, kind) if language != "en" else outcome.message
    if language != "en":
        return remedies.reason(outcome, kind)
    return outcome.message or outcome.code if outcome.verdict is Verdict.error else ""
