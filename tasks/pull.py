"""Pull what is due from the platforms into the lake (floor 5).

The order of writing makes a killed run harmless: raw bodies, then facts, then the outcome row. A cell without an
``ok`` outcome is simply asked for again, and every write replaces its own slice.
"""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import calendars, retries, settings
from tasks.calendars import Window
from tasks.connections import Connections
from tasks.errors import ConfigurationError, OpsError, UnexpectedShape
from tasks.lake.datasets import dataset
from tasks.opsdb import accounts, outcomes, unbuilt
from tasks.progress import Progress
from tasks.records import Account, CellShape, Endpoint, Fetch, Outcome, RawResponse, Verdict
from tasks.sources import due
from tasks.sources.jobs import JOBS, Client
from tasks.sources.verdicts import outcomes as verdicts
from tasks.sources.wechat_http.shapes import Parsed
from tasks.unlock import unlocked

PULLING = {"zh-CN": "拉取", "en": "Pull"}


@dataclass
class Tally:
    """What one pull did, in cells."""

    account_id: str
    asked: int = 0
    answers: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    """Endpoint → what went wrong and what to do, for cells that ended in an error."""


def again(_task: object, _run: object, state: object) -> bool:
    """Whether a failed pull is worth repeating: decided by the error's type alone."""
    error = state.result(raise_on_failure=False)  # type: ignore[attr-defined]
    return isinstance(error, BaseException) and retries.helps(error)


@task(
    task_run_name="pull-{account_id}",
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=again,
    cache_policy=NO_CACHE,
)
async def pull_account(
    account_id: str, window: Window, revise_days: Mapping[str, int] | None = None
) -> Tally:
    """Everything due from one account for ``window``, landed and judged cell by cell."""
    with unlocked() as c:
        (account,) = c.settings.accounts([account_id])
        accounts.write(c.database, [account])
        return await Pull(c, account, window, revise_days or {}).run()


async def pull_accounts(
    window: Window, only: list[str] | None = None, revise_days: int | None = None
) -> list[Tally]:
    """Every account side by side, all of them or those named; one that breaks does not stop the others.

    Raises:
        ConfigurationError: an account is unknown.
    """
    known = settings.load().accounts(only)
    revise = {"*": revise_days} if revise_days else None
    pulls = [pull_account(account.account_id, window, revise) for account in known]
    results = await asyncio.gather(*pulls, return_exceptions=True)
    return [
        Tally(account.account_id, failures={"pull": f"{type(result).__name__}: {result}"})
        if isinstance(result, Exception)
        else result
        for account, result in zip(known, results, strict=True)
        if isinstance(result, Tally | Exception)
    ]


class Pull:
    """One account's pull: questions asked side by side, answers landed one after the other."""

    def __init__(
        self, c: Connections, account: Account, window: Window, revise_days: Mapping[str, int]
    ) -> None:
        self.c, self.account, self.window, self.revise_days = c, account, window, revise_days
        self.now = calendars.now()
        self.tally = Tally(account.account_id)
        self.kept: list[RawResponse] = []
        self.one_writer = asyncio.Lock()
        self.unbuilt: dt.date | None = None
        self.known: dict[str, dict[dt.date, Outcome]] = {}
        for outcome in outcomes.read(c.database, account_ids=[account.account_id]):
            self.known.setdefault(outcome.cell.endpoint, {})[outcome.cell.business_date] = outcome

    async def run(self) -> Tally:
        """Ask every question of this account; one that breaks does not stop the others."""
        questions = self.questions()
        self.tally.asked = sum(len(window) for _, window in questions)
        title = f"{PULLING[self.c.settings.language]} {self.account.name}"
        key = f"pull-{self.account.account_id.replace('_', '-')}"
        async with Progress(key, title, self.tally.asked) as progress:
            try:
                async with self.c.source(self.account, self.kept.append) as client:
                    results = await asyncio.gather(
                        *(self.answer(client, endpoint, window, progress) for endpoint, window in questions),
                        return_exceptions=True,
                    )
            except ConfigurationError as error:
                self.give_up(questions, error)
                return self.tally
        for broken in (r for r in results if isinstance(r, BaseException)):
            raise broken
        return self.tally

    def give_up(self, questions: list[tuple[Endpoint, Window]], error: OpsError) -> None:
        """Write down that nothing could be asked; the other accounts and the digest go on."""
        for endpoint, window in questions:
            fetch = Fetch(troubles=dict.fromkeys(window.days(), error))
            self.land(endpoint, window, fetch, [])
            self.tally.verdicts[Verdict.error] += len(window)
            self.tally.failures[self.told(endpoint)] = f"ConfigurationError: {error}"

    def questions(self) -> list[tuple[Endpoint, Window]]:
        """What to ask, as gapless windows per endpoint."""
        found = []
        for endpoint in self.c.settings.endpoints().values():
            if endpoint.kind is not self.account.kind or endpoint.name in self.account.skip:
                continue
            days = due.wanted(
                endpoint,
                self.window,
                self.known.get(endpoint.name, {}),
                now=self.now,
                revise_days=self.revise_days.get(endpoint.name, self.revise_days.get("*")),
            )
            found += [(endpoint, window) for window in due.runs(days)]
        return found

    async def answer(self, client: Client, endpoint: Endpoint, window: Window, progress: Progress) -> None:
        """Ask one question and land what comes back."""
        known: frozenset[str] = frozenset()
        if endpoint.landing == "snapshot":
            known = await asyncio.to_thread(self.present_members, endpoint)
        fetch = await JOBS[endpoint.name].fetch(client, window, known)
        async with self.one_writer:
            kept, self.kept[:] = list(self.kept), []
            stored = await asyncio.to_thread(self.land, endpoint, window, fetch, kept)
        self.tally.answers += len(kept)
        self.count(endpoint, stored)
        await progress.advance(len(window))

    def count(self, endpoint: Endpoint, judged: list[Outcome]) -> None:
        """Add outcomes to the tally."""
        for outcome in judged:
            self.tally.verdicts[outcome.verdict] += 1
            if outcome.verdict is Verdict.error:
                self.tally.failures[self.told(endpoint)] = outcome.message

    def told(self, endpoint: Endpoint) -> str:
        """The endpoint's name for a reader."""
        return endpoint.name if self.c.settings.language == "en" else endpoint.title

    def present_members(self, endpoint: Endpoint) -> frozenset[str]:
        """Keys of the members the lake believes present, so that only new ones are asked about."""
        return self.c.lake.present(endpoint.datasets[0], self.account.account_id)

    def land(
        self, endpoint: Endpoint, window: Window, fetch: Fetch, kept: list[RawResponse]
    ) -> list[Outcome]:
        """Raw bodies, then facts, then outcomes; returns the outcomes as they were judged."""
        self.c.lake.append_raw(kept, self.c.cipher)
        parsed: list[Parsed] = []
        for answer in fetch.answers:
            try:
                parsed.append(JOBS[endpoint.name].parse(answer, self.c.keyed))
            except UnexpectedShape as error:
                for day in Window(answer.business_date, answer.last_date + calendars.ONE_DAY).days():
                    fetch.troubles.setdefault(day, error)
        judged = self.judge(endpoint, window, fetch, parsed)
        try:
            self.land_rows(endpoint, judged, parsed)
        except OpsError as error:
            for day in window.days():
                fetch.troubles[day] = error
            judged = self.judge(endpoint, window, fetch, [])
        before = self.known.get(endpoint.name, {})
        kept_outcomes = [due.keep_better(before.get(o.cell.business_date), o) for o in judged]
        outcomes.write(self.c.database, [outcome for outcome in kept_outcomes if outcome])
        return judged

    def judge(self, endpoint: Endpoint, window: Window, fetch: Fetch, parsed: list[Parsed]) -> list[Outcome]:
        """One outcome for each business date of the question."""
        week = Window.ending(window.start - calendars.ONE_DAY, 7)
        first, account_id = endpoint.datasets[0], self.account.account_id
        sums = [self.c.engine.total(first, column, account_id, week) for column in endpoint.zero_check]
        usual = sum(filter(None, sums)) if sums else None
        return verdicts(
            endpoint, self.account.account_id, window.days(), fetch, parsed, usual, self.window.last, self.now
        )

    def land_rows(self, endpoint: Endpoint, judged: list[Outcome], parsed: list[Parsed]) -> None:
        """Facts of believable days into their datasets, the way the registry says."""
        account_id, lake = self.account.account_id, self.c.lake
        before = self.known.get(endpoint.name, {})
        days = [o.cell.business_date for o in judged if self.believable(o, before.get(o.cell.business_date))]
        if not days and endpoint.landing != "merge":
            return
        for name in endpoint.datasets:
            rows = [row for part in parsed for row in part.rows.get(name, [])]
            by = dataset(name).slice
            self.mark_unbuilt([*days, *(row[by] for row in rows if by and isinstance(row.get(by), dt.date))])
            match endpoint.landing:
                case "merge":
                    # Each row stands for itself: the good ones need not wait for one that could not be read.
                    lake.merge(name, rows, newer="updated_at")
                case "account":
                    lake.replace(name, rows, account_id=account_id)
                case "snapshot":
                    present = [key for part in parsed for key in part.present.get(name, [])]
                    # Dated by when it was taken: a run for a past date sees today's members all the same.
                    taken = calendars.business_date(self.now) - calendars.ONE_DAY
                    lake.snapshot(name, account_id, rows, present, taken)
                case "replace":
                    if endpoint.shape is CellShape.snapshot:
                        days = sorted({row[by] for row in rows})  # dated by when it was taken
                    for run in due.runs(days, longest=366):
                        lake.replace(
                            name, [r for r in rows if r[by] in run], account_id=account_id, window=run
                        )

    def mark_unbuilt(self, days: Iterable[dt.date]) -> None:
        """Note, before facts land, from which date on they wait for a build; a killed run is so not forgotten."""
        first = min(days, default=None)
        if first is not None and (self.unbuilt is None or first < self.unbuilt):
            unbuilt.mark(self.c.database, first)
            self.unbuilt = first

    @staticmethod
    def believable(outcome: Outcome, before: Outcome | None) -> bool:
        """Whether a day's rows may enter the lake: final ones, and provisional ones where nothing final stands."""
        if outcome.verdict is Verdict.ok:
            return True
        first_sight = before is None or before.verdict is not Verdict.ok
        return outcome.verdict is Verdict.late and outcome.rows > 0 and first_sight
