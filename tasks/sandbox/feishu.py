"""Feishu as the sandbox knows it: tokens of one app, and one Bitable base to read.

request → fault? token call? → bearer → scope → pace → base, table → answer with ``code`` inside

The custom bots under ``/open-apis/bot/`` are another room's (``bots.py``).

Source:
    https://open.feishu.cn/document/server-docs/authentication-management/access-token/
    tenant_access_token_internal and https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search,
    read 2026-11-22.
"""

import datetime as dt
import random
import re
import secrets
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import orjson

from tasks.records import SourceKind
from tasks.sandbox import feishu_search as tables
from tasks.sandbox.accounts import ACCOUNTS, SandboxAccount
from tasks.sandbox.clock import Clock
from tasks.sandbox.exchange import Reply, Request, encoded
from tasks.sandbox.faults import Faults
from tasks.sandbox.feishu_base import APP_TOKEN, Record, Table, base_of
from tasks.sandbox.feishu_errors import FeishuError, no_scope
from tasks.sandbox.scramble import scrambled
from tasks.sandbox.strikes import ON_FIGURES, TRANSPORT, Struck

if TYPE_CHECKING:
    from tasks.sandbox.world import World

PLACES = ("/open-apis/auth/", "/open-apis/bitable/")
TOKEN_PATH = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105
TABLE_PATH = re.compile(
    r"/open-apis/bitable/v1/apps/([^/]+)/tables/([^/]+)/(?:(fields)|(records/search))", re.ASCII
)
LIFE_SECONDS = 7200
RENEWED_BELOW_SECONDS = 1800
"""With less than this left a new token is handed out, and both work."""
CALLS_A_SECOND = 20
ON_TOKEN_CALLS = TRANSPORT
ON_TABLES = (*TRANSPORT, "expired_token", "unauthorised", "quota", "freq", *ON_FIGURES)
REFUSALS = {"busy": 1255001, "expired_token": 99991663, "quota": 99991400, "freq": 1254290}
APP_TOKEN_SHAPE = re.compile(r"[A-Za-z0-9]{20,40}")
SECOND = dt.timedelta(seconds=1)
GATEWAY = 99_990_000
"""Codes from here on are the gateway's, not Bitable's."""
TABLE_ID_SHAPE = re.compile(r"tbl[A-Za-z0-9]{4,30}")


@dataclass
class Feishu:
    """Everything Feishu remembers.

    Attributes:
        refuses: table id → code with which every question about it is refused from now on.
        hidden: the base has advanced permissions and the app does not have them: tables look empty.
    """

    world: "World"
    clock: Clock
    faults: Faults
    accounts: Mapping[str, SandboxAccount] = field(default_factory=lambda: ACCOUNTS)
    refuses: dict[str, int] = field(default_factory=dict)
    hidden: bool = False
    _tokens: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Token → app id and the second it expires."""
    _newest: dict[str, str] = field(default_factory=dict)
    _asked: defaultdict[tuple[str, str], deque[dt.datetime]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _made: tuple[dt.datetime, dict[str, Table]] | None = None
    _removed: set[str] = field(default_factory=set)
    _edited: dict[str, dict[str, Any]] = field(default_factory=dict)
    _renamed: dict[tuple[str, str], str] = field(default_factory=dict)
    _dice: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def serves(self, path: str) -> bool:
        """Whether ``path`` is Feishu's."""
        return path.startswith(PLACES)

    def caller(self, request: Request) -> str:
        """App id of whoever asks; empty when it is not ours."""
        if request.path == TOKEN_PATH:
            named = str(_object(request.raw).get("app_id", ""))
            return named if named in self.accounts else ""
        return self._tokens.get(_bearer(request), ("", 0))[0]

    def remove(self, record_id: str) -> None:
        """Somebody deletes a record."""
        self._removed.add(record_id)

    def edit(self, record_id: str, cells: Mapping[str, Any]) -> None:
        """Somebody changes cells of a record; None empties one."""
        self._edited.setdefault(record_id, {}).update(cells)

    def rename(self, table_id: str, before: str, after: str) -> None:
        """Somebody gives a column another name."""
        self._renamed[table_id, before] = after

    def table(self, table_id: str) -> Table:
        """A table as it stands now, with what people have changed.

        Raises:
            FeishuError: there is none.
        """
        hour = self.clock.now().replace(minute=0, second=0, microsecond=0)
        if self._made is None or self._made[0] != hour:
            self._made = hour, base_of(self.world, hour)
        made = self._made[1].get(table_id)
        if made is None:
            raise FeishuError(1254041)
        names = {f.name: self._renamed.get((table_id, f.name), f.name) for f in made.fields}
        records = [self._now(r, names) for r in made.records if r.record_id not in self._removed]
        return replace(
            made,
            fields=tuple(replace(f, name=names[f.name]) for f in made.fields),
            records=[] if self.hidden else records,
        )

    def _now(self, record: Record, names: Mapping[str, str]) -> Record:
        changed = {**record.cells, **self._edited.get(record.record_id, {})}
        return replace(
            record, cells={names.get(n, n): cell for n, cell in changed.items() if cell is not None}
        )

    def respond(self, request: Request, app_id: str) -> tuple[int, Reply]:
        """Feishu's code (0 for a success) and the answer to one request."""
        struck = Struck()
        try:
            self._strike(request, app_id, struck)
            if struck.page:
                page = struck.page
                return 0, Reply(page.body.encode(), page.status, page.media_type, struck.delay)
            said = self._answer(request, struck)
        except FeishuError as error:
            refusal = {"code": error.code, "msg": error.words, **_traced(error)}
            return error.code, Reply(
                encoded(refusal), error.status, delay=struck.delay, headers=tuple(error.headers.items())
            )
        if said is None:
            return 0, Reply(b"404 page not found", 404, "text/plain; charset=utf-8", struck.delay)
        return 0, Reply(encoded(said), delay=struck.delay, withheld=struck.withheld)

    def _strike(self, request: Request, app_id: str, struck: Struck) -> None:
        """Let the faults in force strike one call.

        Raises:
            FeishuError: a fault refuses the call.
        """
        kinds, today = ON_TOKEN_CALLS if request.path == TOKEN_PATH else ON_TABLES, self.clock.today()
        for rule in self.faults.striking(kinds, request.path, app_id, (today, today)):
            if rule.kind == "expired_token":
                self._tokens.pop(_bearer(request), None)
            if rule.kind == "unauthorised":
                raise no_scope(app_id)
            if rule.kind in REFUSALS:
                raise FeishuError(REFUSALS[rule.kind])
            struck.add(rule, (today, today))
            if struck.page:
                return

    def _answer(self, request: Request, struck: Struck) -> dict[str, Any] | None:
        """The body of a success; None where there is no such path.

        Raises:
            FeishuError: the request is refused.
        """
        if request.path == TOKEN_PATH and request.method == "POST":
            return {"code": 0, "msg": "ok", **self._token(_object(request.raw))}
        found = TABLE_PATH.fullmatch(request.path)
        if found is None or request.method != ("GET" if found[3] else "POST"):
            return None
        app_id = self._authorised(_bearer(request))
        self._pace(app_id, found[3] or found[4])
        table = self._found(found[1], found[2])
        if found[3]:
            return {"code": 0, "msg": "success", "data": tables.fields(table, request.query)}
        if not request.raw:
            raise FeishuError(1254001)
        body = _object(request.raw)
        if body is UNREADABLE:
            raise FeishuError(1254000)
        if struck.late == "61503":
            raise FeishuError(1254607)
        if struck.late == "empty":
            table = replace(table, records=[])
        data = tables.search(table, request.query, body, short=struck.short)
        for double in [False] * struck.shuffled + [True] * struck.duplicated:
            data = scrambled(data, self._dice, double=double)
        return {"code": 0, "msg": "success", "data": data}

    def _token(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The app's token: the same one until its last half hour."""
        app_id, now = str(asked.get("app_id", "")), self.clock.epoch()
        account = self.accounts.get(app_id)
        if account is None or account.kind is not SourceKind.feishu:
            raise FeishuError(10003)
        if asked.get("app_secret") != account.secret:
            raise FeishuError(10014)
        token = self._newest.get(app_id, "")
        left = self._tokens.get(token, ("", 0))[1] - now
        if left < RENEWED_BELOW_SECONDS:
            token, left = f"t-{secrets.token_hex(21)}", LIFE_SECONDS
            self._tokens[token] = app_id, now + LIFE_SECONDS
            self._newest[app_id] = token
        return {"tenant_access_token": token, "expire": left}

    def _authorised(self, token: str) -> str:
        if not token:
            raise FeishuError(99991661)
        app_id, expires_at = self._tokens.get(token, ("", 0))
        if expires_at <= self.clock.epoch():
            raise FeishuError(99991663)
        return app_id

    def _pace(self, app_id: str, what: str) -> None:
        """Count one call of an interface: 20 in any second."""
        now, asked = self.clock.now(), self._asked[app_id, what]
        while asked and asked[0] <= now - SECOND:
            asked.popleft()
        if len(asked) >= CALLS_A_SECOND:
            raise FeishuError(1254290)
        asked.append(now)

    def _found(self, app_token: str, table_id: str) -> Table:
        if not APP_TOKEN_SHAPE.fullmatch(app_token):
            raise FeishuError(1254003)
        if app_token != APP_TOKEN:
            raise FeishuError(1254040)
        if not TABLE_ID_SHAPE.fullmatch(table_id):
            raise FeishuError(1254004)
        if table_id in self.refuses:
            raise FeishuError(self.refuses[table_id])
        return self.table(table_id)


UNREADABLE: dict[str, Any] = {}
"""Stands for a body that is no JSON object."""


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = orjson.loads(raw)
    except ValueError:
        return UNREADABLE
    return body if isinstance(body, dict) else UNREADABLE


def _bearer(request: Request) -> str:
    scheme, _, token = request.authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _traced(error: FeishuError) -> dict[str, Any]:
    """What the gateway adds to its refusals, by which it finds the call again."""
    if error.code < GATEWAY:
        return {}
    trace = secrets.token_hex(16)
    link = f"https://open.feishu.cn/search?from=openapi&log_id={trace}&code={error.code}"
    return {
        "error": {"log_id": trace, "troubleshooter": f"排查建议查看(Troubleshooting suggestions): {link}"}
    }
