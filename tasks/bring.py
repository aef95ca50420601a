"""Bring what has no API into the lake: files, and the result of a warehouse's query (floor 5).

Of each file: which template → known already? → rows held against it → bad ones put aside → ids become keys → one
commit → noted as imported. Killed anywhere, the file is simply imported again: what landed is found unchanged.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import calendars, settings
from tasks.connections import Connections
from tasks.errors import ConfigurationError, OpsError, TransientError, UnexpectedShape
from tasks.lake.upsert import Arriving
from tasks.opsdb import imports, unbuilt
from tasks.opsdb.imports import ImportedFile
from tasks.progress import Progress
from tasks.pull import again
from tasks.sources.files import opening, persons, quarantine, samples, staging, warehouse
from tasks.sources.files.offers import Choice, Offer, chosen
from tasks.sources.files.scratch import Scratch
from tasks.sources.files.templates import FILES, Template, templates
from tasks.unlock import unlocked

STEPS = 4
"""What progress counts of one file: told apart, read, landed, noted."""
UNREADABLE = "{}：文件无法读取（{}），请检查权限后重新导入 (the file cannot be read)"
DOING = {"zh-CN": "导入 {}", "en": "Import {}"}


@dataclass(frozen=True)
class Source:
    """One thing to import, and what was said about it."""

    name: str
    path: str = ""
    template: str = ""
    sheet: str = ""
    account: str = ""
    taken: dt.date | None = None
    again: bool = False
    url: str = ""
    """Of a warehouse; its secrets by name."""
    query: str = ""


@dataclass(frozen=True)
class Brought:
    """What became of one source."""

    name: str
    imported: ImportedFile | None = None
    title: str = ""
    is_known: bool = False
    unused: tuple[str, ...] = ()
    examples: int = 0
    faults: tuple[tuple[str, str, int], ...] = ()
    """The most frequent ones: column, reason, rows."""
    refused: str = ""

    @property
    def is_well(self) -> bool:
        """True when nobody need look at it."""
        return not self.refused and not (self.imported and self.imported.quarantined and not self.is_known)


def inbox(config: settings.Settings) -> Path:
    """The landing folder: ``inbox/file``, ``inbox/<template>/file`` or ``inbox/<template>/<account>/file``."""
    return config.data_dir / "inbox"


def sources_of(
    files: Sequence[str] = (),
    template: str = "",
    sheet: str = "",
    account: str = "",
    taken: str = "",
    again: bool = False,
    url: str = "",
    query: str = "",
) -> list[Source]:
    """What a run is about: the files named, the query of a warehouse, or everything in the landing folder.

    Raises:
        ConfigurationError: a file, template or account does not exist, or a query lacks its address or template.
    """
    config = settings.load()
    known = templates(config.document("templates"))
    if template and template not in known:
        raise ConfigurationError(f"没有模板 {template}；有：{'、'.join(known)} (no such template)")
    if account:
        config.accounts([account])
    day = calendars.resolve_date(taken, calendars.now()) if taken else None
    if url or query:
        if not (url and query and template):
            raise ConfigurationError(
                "从数据库导入要同时给出地址、查询与模板 (url, query and template go together)"
            )
        return [Source("warehouse", template=template, account=account, taken=day, url=url, query=query)]
    given = [Path(file).expanduser() for file in files]
    if missing := [str(path) for path in given if not path.is_file()]:
        raise ConfigurationError(f"没有这个文件：{'、'.join(missing)} (no such file)")
    if files:
        return [Source(p.name, str(p.absolute()), template, sheet, account, day, again) for p in given]
    found = []
    for path in opening.waiting(inbox(config)):
        folders = path.relative_to(inbox(config)).parts[:-1]
        of_template = folders[0] if folders and folders[0] in known else template
        of_account = folders[1] if len(folders) > 1 and of_template == folders[0] else account
        found.append(Source(path.name, str(path), of_template, sheet, of_account, day, again))
    return found


def write_templates(folder: Path) -> list[Path]:
    """Every template as a CSV and a workbook to fill in."""
    known = templates(settings.load().document("templates"))
    return samples.write_samples(folder, known.values())


@task(
    task_run_name="import-{source.name}",
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=again,
    cache_policy=NO_CACHE,
)
async def bring_file(source: Source) -> Brought:
    """One source, read completely or refused with a reason."""
    with unlocked() as c, Scratch() as scratch:
        doing = DOING[c.settings.language].format(source.name)
        async with Progress("import", doing, STEPS) as progress:
            return await Bring(c, scratch, source).run(progress)


async def bring_files(sources: Sequence[Source]) -> list[Brought]:
    """Every source, one after the other; one that fails does not stop the others."""
    brought = []
    for source in sources:
        try:
            brought.append(await bring_file(source))
        except OpsError as error:
            brought.append(Brought(source.name, refused=f"{type(error).__name__}: {error}"))
    return brought


class Bring:
    """One source on its way into the lake."""

    def __init__(self, c: Connections, scratch: Scratch, source: Source) -> None:
        self.c, self.scratch, self.source = c, scratch, source
        self.now = calendars.now()
        self.choice: Choice
        self.digest = self.account_id = ""
        self.stamp = (0, 0)

    async def run(self, progress: Progress) -> Brought:
        """All steps; a source that cannot be read is told of, not raised."""
        try:
            before = await asyncio.to_thread(self.tell_apart)
            await progress.advance()
            if before is not None:
                return Brought(self.source.name, before, self.title, is_known=True)
            staged = await asyncio.to_thread(self.read)
            await progress.advance()
            imported = await asyncio.to_thread(self.land, staged)
            await progress.advance()
            imports.write(self.c.database, imported)
        except TransientError:
            raise
        except OpsError as error:
            return Brought(self.source.name, refused=str(error))
        return Brought(
            self.source.name,
            imported,
            self.title,
            unused=tuple(self.choice.unused),
            examples=staged.examples,
            faults=tuple(quarantine.reasons(self.scratch)) if imported.quarantined else (),
        )

    def tell_apart(self) -> ImportedFile | None:
        """Find out what the source is; what became of it when it was imported before.

        Raises:
            ConfigurationError: it cannot be read, or is nothing that a template knows.
        """
        try:
            with ThreadPoolExecutor(1) as beside:
                offers, digest = self.opened(beside)
                known = templates(self.c.settings.document("templates"))
                wanted = [known[self.source.template]] if self.source.template else known.values()
                self.choice = chosen(self.source.name, offers, wanted)
                self.account_id = self.owner(self.choice.template)
                self.digest = digest.result()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise ConfigurationError(UNREADABLE.format(self.source.name, why)) from None
        if self.source.url or self.source.again:
            return None
        return imports.find(self.c.database, self.digest, self.choice.template.template_id, self.account_id)

    @property
    def title(self) -> str:
        """What the template is called where people read it."""
        return self.choice.template.called(self.c.settings.language)

    def opened(self, beside: Executor) -> tuple[list[Offer], Future[str]]:
        """What the source may be read as; and the digest that tells it from others, which takes as long to find."""
        if self.source.url:
            address = warehouse.address_of(self.source.url, self.c.secret)
            asked = f"{warehouse.shown(address)} {self.source.query}"
            digest = beside.submit(lambda: hashlib.sha256(asked.encode()).hexdigest())
            return warehouse.warehouse_offers(address, self.source.query, self.scratch), digest
        path = Path(self.source.path)
        self.stamp = opening.stamp_of(path)
        digest = beside.submit(opening.digest_of, path)
        return opening.offers_of(path, self.scratch, self.source.sheet), digest

    def owner(self, template: Template) -> str:
        """The account that the rows belong to.

        Raises:
            ConfigurationError: several accounts may be meant, or the one that is named is none of the fitting ones.
        """
        named = self.source.account
        fitting = [a.account_id for a in self.c.settings.accounts() if template.kind in {None, a.kind}]
        if named and named not in fitting:
            raise ConfigurationError(
                f"{self.source.name}：没有可用于此模板的账号 {named}；可用：{'、'.join(fitting) or '（无）'}。"
                "收件夹下的子文件夹须为 模板/账号 (not an account that this template is about)"
            )
        if named or template.kind is None:
            return named or FILES
        if len(fitting) > 1:
            raise ConfigurationError(
                f"{self.source.name}：属于哪个账号？请用 --account 指明：{'、'.join(fitting)} (name the account)"
            )
        return fitting[0] if fitting else FILES

    def read(self) -> staging.Staged:
        """Every row read and judged, in the scratch room.

        Raises:
            UnexpectedShape: the file changed while it was read.
        """
        self.raw = self.choice.offer.opened(self.choice.header)
        today = calendars.business_date(self.now)
        path = Path(self.source.path) if self.source.path else None
        taken = self.source.taken or (opening.taken_on(path, today) if path else today)
        belonging = staging.Belonging(self.account_id, self.digest[:16], taken, self.now)
        staged = staging.stage(
            self.scratch, self.choice, self.raw, self.source.name, belonging, self.c.settings.language
        )
        if path and opening.stamp_of(path) != self.stamp:
            raise UnexpectedShape("文件在读取时被改动，请等写完后再导入 (the file changed while it was read)")
        return staged

    def land(self, staged: staging.Staged) -> ImportedFile:
        """Bad rows beside the lake, good ones into it, in one commit."""
        c, template = self.c, self.choice.template
        target = c.settings.data_dir / "quarantine" / f"{self.source.name}-{self.digest[:12]}.csv"
        refused = quarantine.quarantine(self.scratch, self.choice, self.raw, target, c.settings.language)
        dataset = c.lake.dataset(template.dataset)
        handle = {*dataset.key, *dataset.partition, dataset.slice}
        persons.keyed(self.scratch, template, dataset.names, handle, self.choice.columns, c.keyring.many)
        waiting: list[dt.date] = []

        def note(first: dt.date) -> None:
            waiting.append(first)
            unbuilt.mark(c.database, first)

        arriving = Arriving(
            self.scratch.connection,
            persons.LANDING,
            persons.HANDLES,
            before=note,
            meanwhile=c.keyring.settle,
            is_settled=True,
        )
        done = c.lake.upsert(dataset.name, arriving)
        if waiting:
            # Once more: a build that ran meanwhile may have taken the note and not seen the rows.
            unbuilt.mark(c.database, min(waiting))
        return ImportedFile(
            digest=self.digest,
            template=template.template_id,
            account_id=self.account_id,
            file=self.source.name,
            rows=staged.read,
            added=done.added,
            changed=done.changed,
            unchanged=done.unchanged,
            repeated=staged.repeated,
            quarantined=refused,
            quarantine=str(target) if refused else "",
        )
