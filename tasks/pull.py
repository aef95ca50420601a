"""Pull what is due from the platforms into the lake (floor 5).

The order of writing makes a killed run harmless: raw bodies, then facts, then the outcome row. A cell without an
``ok`` outcome is simply asked for again, and every write replaces its own slice.
"""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import calendars, retries, settings
from tasks.calendars import Period, Window
from tasks.collect import Kept, Taken
from tasks.connections import Connections
from tasks.doubt import doubt_answers
from tasks.errors import ConfigurationError, OpsError
from tasks.lake.readings import Reading
from tasks.land import land_facts
from tasks.opsdb import accounts, outcomes
from tasks.progress import Progress
from tasks.records import Account, CellShape, Endpoint, Fetch, Outcome, RawResponse, Verdict
from tasks.sources import due
from tasks.sources.jobs import JOBS, Client
from tasks.sources.verdicts import outcomes as verdicts
from tasks.unlock import unlocked

PIECE = 31
"""Days of one endpoint that are asked for, held in memory and landed together."""
MANY_LETTERS = 3_000_000
"""Text of raw bodies that is written to the lake though more are coming."""
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
    since: dict[str, dt.date] = field(default_factory=dict)
    """Endpoint → the first day its platform tells, where the window begins before it."""


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
async def pull_account(account_id: str, window: Window, wish: "Wish | None" = None) -> Tally:
    """Everything due from one account for ``window``, landed and judged cell by cell."""
    with unlocked() as c:
        (account,) = c.settings.accounts([account_id])
        accounts.write(c.database, [account])
        pull = Pull(c, account, window, wish or Wish())
        tally = await pull.run()
        for outcome in doubt_answers(c, account, Window(min(window.start, pull.oldest), window.end)):
            tally.verdicts[Verdict.ok] -= 1
            tally.verdicts[outcome.verdict] += 1
        return tally


async def pull_accounts(
    window: Window, only: list[str] | None = None, wish: "Wish | None" = None
) -> list[Tally]:
    """Every account side by side, all of them or those named; one that breaks does not stop the others.

    Raises:
        ConfigurationError: an account or a source is unknown, or no account has one of the sources.
    """
    known = having(settings.load(), only, wish.sources if wish else ())
    pulls = [pull_account(account.account_id, window, wish) for account in known]
    results = await asyncio.gather(*pulls, return_exceptions=True)
    return [
        Tally(account.account_id, failures={"pull": f"{type(result).__name__}: {result}"})
        if isinstance(result, Exception)
        else result
        for account, result in zip(known, results, strict=True)
        if isinstance(result, Tally | Exception)
    ]


def having(s: settings.Settings, only: list[str] | None, sources: Sequence[str]) -> list[Account]:
    """The accounts, all or those named, that have one of the sources.

    Raises:
        ConfigurationError: an account or a source is unknown, or they have nothing in common.
    """
    accounts, endpoints = s.accounts(only), s.endpoints()
    unknown = sorted(set(sources) - set(endpoints))
    if unknown:
        raise ConfigurationError(
            f"no source named {', '.join(unknown)}; known: {', '.join(sorted(endpoints))}"
        )
    kinds = {endpoints[name].kind for name in sources}
    found = [account for account in accounts if not kinds or account.kind in kinds]
    if not found:
        raise ConfigurationError(f"none of the accounts has {', '.join(sources)}")
    return found


@dataclass(frozen=True)
class Wish:
    """What a run asks for beyond its window."""

    sources: tuple[str, ...] = ()
    """Only these endpoints; empty: all."""
    revise_days: int | None = None
    """How many restated days to ask for again; None: as the registry says."""
    newest_first: bool = False
    """Land the newest piece of the window first instead of the oldest."""


class Pull:
    """One account's pull: questions asked side by side, answers landed one after the other."""

    def __init__(self, c: Connections, account: Account, window: Window, wish: Wish | None = None) -> None:
        self.c, self.account, self.window, self.wish = c, account, window, wish or Wish()
        self.oldest = window.start
        self.now = calendars.now()
        self.tally = Tally(account.account_id)
        self.kept = Kept()
        self.readings: dict[str, Reading] = {}
        self.one_writer = asyncio.Lock()
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
                async with self.c.source(self.account, self.kept.add, self.earlier) as client:
                    results = await asyncio.gather(
                        *(self.answers(client, some, progress) for some in self.in_order(questions)),
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
            if self.wish.sources and endpoint.name not in self.wish.sources:
                continue
            if since := due.begins_late(endpoint, self.window, self.now):
                self.tally.since[self.told(endpoint)] = since
            known, revise_days = self.known.get(endpoint.name, {}), self.wish.revise_days
            days = due.wanted(endpoint, self.window, known, now=self.now, revise_days=revise_days)
            self.oldest = min([self.oldest, *days])
            found += [(endpoint, window) for window in due.runs(days, longest=PIECE)]
        return found

    def in_order(self, questions: list[tuple[Endpoint, Window]]) -> list[list[tuple[Endpoint, Window]]]:
        """The questions of each endpoint, which are asked one after the other in the order wished for."""
        by_endpoint: dict[str, list[tuple[Endpoint, Window]]] = {}
        for endpoint, window in questions:
            by_endpoint.setdefault(endpoint.name, []).append((endpoint, window))
        step = -1 if self.wish.newest_first else 1
        return [some[::step] for some in by_endpoint.values()]

    async def answers(
        self, client: Client, questions: list[tuple[Endpoint, Window]], progress: Progress
    ) -> None:
        """Ask one endpoint's questions in turn, so that what was landed first is what was wished for first."""
        for endpoint, window in questions:
            await self.answer(client, endpoint, window, progress)

    async def answer(self, client: Client, endpoint: Endpoint, window: Window, progress: Progress) -> None:
        """Ask one question and land what comes back."""
        job = JOBS[endpoint.name]
        taken = Taken(self.c.lake, self.c.keyring, endpoint, self.save_bodies)
        known: Set[str] = frozenset()
        if endpoint.landing == "snapshot":
            known = await asyncio.to_thread(self.present_members, endpoint)
        asked = (client, window, known, *([taken.take] if job.streams else []))
        fetch = await job.fetch(*asked)
        del known, asked  # of millions, two lists are enough while they land
        async with self.one_writer:
            kept = self.kept.empty()
            stored = await asyncio.to_thread(self.land, endpoint, window, fetch, kept, taken)
        self.tally.answers += len(kept)
        self.count(endpoint, stored)
        await progress.advance(len(window))

    async def save_bodies(self) -> None:
        """Raw bodies to the lake while more are coming, when they have become many."""
        if self.kept.letters < MANY_LETTERS:
            return
        async with self.one_writer:
            kept = self.kept.empty()
            await asyncio.to_thread(self.c.lake.append_raw, kept, self.c.cipher)
        self.tally.answers += len(kept)

    def earlier(self, endpoint: str, request: str) -> RawResponse | None:
        """The answer that a reading of this list, broken off before, already got."""
        if endpoint not in self.readings:
            since = due.unjudged_since(self.known.get(endpoint, {}), self.now)
            self.readings[endpoint] = Reading(
                self.c.lake, self.c.cipher, self.account.account_id, endpoint, since
            )
        return self.readings[endpoint](request)

    def count(self, endpoint: Endpoint, judged: list[Outcome]) -> None:
        """Add outcomes to the tally."""
        for outcome in judged:
            self.tally.verdicts[outcome.verdict] += 1
            if outcome.verdict is Verdict.error:
                self.tally.failures[self.told(endpoint)] = outcome.message

    def told(self, endpoint: Endpoint) -> str:
        """The endpoint's name for a reader."""
        return endpoint.name if self.c.settings.language == "en" else endpoint.title

    def present_members(self, endpoint: Endpoint) -> Set[str]:
        """Keys of the members the lake believes present, so that only new ones are asked about."""
        return self.c.lake.present(endpoint.datasets[0], self.account.account_id)

    def land(
        self,
        endpoint: Endpoint,
        window: Window,
        fetch: Fetch,
        kept: list[RawResponse],
        taken: Taken | None = None,
    ) -> list[Outcome]:
        """Raw bodies, then facts, then outcomes; returns the outcomes as they were judged."""
        self.c.lake.append_raw(kept, self.c.cipher)
        taken = taken or Taken(self.c.lake, self.c.keyring, endpoint)
        for answer in fetch.answers:
            taken.read(answer)
        for day, error in taken.troubles.items():
            fetch.troubles.setdefault(day, error)
        judged = self.judge(endpoint, window, fetch, taken)
        try:
            self.c.keyring.settle()
            self.land_rows(endpoint, judged, taken)
        except OpsError as error:
            for day in window.days():
                fetch.troubles[day] = error
            judged = self.judge(endpoint, window, fetch, Taken(self.c.lake, self.c.keyring, endpoint))
        before = self.known.get(endpoint.name, {})
        kept_outcomes = [due.keep_better(before.get(o.cell.business_date), o) for o in judged]
        outcomes.write(self.c.database, [outcome for outcome in kept_outcomes if outcome])
        return judged

    def judge(self, endpoint: Endpoint, window: Window, fetch: Fetch, taken: Taken) -> list[Outcome]:
        """One outcome for each business date of the question."""
        # A month is held against the month before it.
        before = Window.ending(window.start - calendars.ONE_DAY, 31 if endpoint.every is Period.month else 7)
        first, account_id = endpoint.datasets[0], self.account.account_id
        sums = [self.c.engine.total(first, column, account_id, before) for column in endpoint.zero_check]
        usual = sum(filter(None, sums)) if sums else None
        # A list is over when its last page came, believed or not: a later run goes on with what came after that.
        heard = self.kept.newest.get(endpoint.name, self.now)
        asked_at = max(self.now, heard) if endpoint.shape is CellShape.snapshot else self.now
        return verdicts(
            endpoint,
            self.account.account_id,
            window.days(),
            fetch,
            taken.parsed(),
            usual,
            self.window.last,
            asked_at,
        )

    def land_rows(self, endpoint: Endpoint, judged: list[Outcome], taken: Taken) -> None:
        """Facts of believable days into their datasets, the way the registry says."""
        before = self.known.get(endpoint.name, {})
        days = [o.cell.business_date for o in judged if self.believable(o, before.get(o.cell.business_date))]
        if not days and endpoint.landing != "merge":
            return
        # Dated by when it was taken: a run for a past date sees today's members all the same.
        seen = calendars.business_date(self.now) - calendars.ONE_DAY
        land_facts(self.c, endpoint, self.account.account_id, days, taken, seen)

    @staticmethod
    def believable(outcome: Outcome, before: Outcome | None) -> bool:
        """Whether a day's rows may enter the lake: final ones, and provisional ones where nothing final stands."""
        if outcome.verdict is Verdict.ok:
            return True
        first_sight = before is None or before.verdict is not Verdict.ok
        return outcome.verdict is Verdict.late and outcome.rows > 0 and first_sight
