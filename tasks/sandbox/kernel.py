"""What the simulated platform remembers, and how it answers one request (no I/O here; ``app.py`` serves it).

request → bot? token call? → faults → token → quota → handler → HTTP 200 with errcode inside
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.records import SourceKind
from tasks.sandbox import channels, mini_program, oa_articles, official_account, shop, wecom
from tasks.sandbox.bots import Bots
from tasks.sandbox.clock import Clock
from tasks.sandbox.exchange import JSON, Reply, Request, asked_of, encoded
from tasks.sandbox.faults import Fault, Faults, days_asked, zeroed
from tasks.sandbox.feishu import Feishu
from tasks.sandbox.outbox import Outbox
from tasks.sandbox.quotas import Quotas
from tasks.sandbox.rids import Rids
from tasks.sandbox.routing import Answer, ApiError, Call, Route, routes
from tasks.sandbox.scramble import scrambled
from tasks.sandbox.strikes import ON_BOTS, ON_DATA_CALLS, ON_TOKEN_CALLS, REFUSING, Struck, refusal
from tasks.sandbox.tokens import Tokens

if TYPE_CHECKING:
    from tasks.sandbox.world import World

TOKEN_CALLS = {"/cgi-bin/token": "GET", "/cgi-bin/stable_token": "POST", "/cgi-bin/gettoken": "GET"}
RID_CALL = "/cgi-bin/openapi/rid/get"
QUOTA_CALLS = (
    "/cgi-bin/openapi/quota/get",
    "/cgi-bin/openapi/quota/clear",
    "/cgi-bin/clear_quota",
    RID_CALL,
)
CLEAR_BY_SECRET = "/cgi-bin/clear_quota/v2"  # noqa: S105
NOT_FOUND = Answer("404 page not found", 404)


class Sandbox:
    """One simulated platform with everything it remembers.

    Args:
        world: whose figures it tells.
        clock: its time; otherwise 13:00 on the world's ``today``, standing still.
        faults: accidents from the start, as rules or text.
        daily: calls a day by path, beside or instead of the platform's.
        minute: calls a minute by path, likewise.
        bot_secrets: signing secrets of bots by address.
        mail_folder: where a mail sink keeps its messages, for ``/sandbox/mail``.
        wecom_parallel: WeCom calls at one time before 45033.
        patience: seconds that a ``timeout`` holds a real connection; 0, for in process, raises
            ``httpx.ReadTimeout``.
    """

    def __init__(
        self,
        world: "World",
        *,
        clock: Clock | None = None,
        faults: Iterable[Fault | str] | None = None,
        daily: Mapping[str, int] | None = None,
        minute: Mapping[str, int] | None = None,
        bot_secrets: Mapping[str, str] | None = None,
        mail_folder: Path | None = None,
        wecom_parallel: int = 20,
        patience: float = 0,
    ) -> None:
        self.world = world
        self.clock = clock or Clock.on(world.today)
        self.faults = Faults(faults or ())
        self.tokens = Tokens(self.clock)
        self.quotas = Quotas(self.clock, daily, minute)
        self.rids = Rids(self.clock)
        self.outbox = Outbox()
        self.bots = Bots(self.clock, self.outbox, bot_secrets)
        self.feishu = Feishu(world, self.clock, self.faults)
        self.mail_folder = mail_folder
        self.wecom_parallel = wecom_parallel
        self.patience = patience
        self.calls: Counter[tuple[str, str]] = Counter()
        """Calls by (app id, path), refused ones too; the app id of bots and unknown tokens is empty."""
        self.errors: Counter[tuple[str, str, int]] = Counter()
        """Business errors by (app id, path, errcode)."""
        self._routes = {route.path: route for route in _routes()}
        self._kinds = {path: route.kind for path, route in self._routes.items()}
        self._kinds |= dict.fromkeys(("/cgi-bin/token", "/cgi-bin/stable_token"), SourceKind.official_account)
        wecom.prepare(world)
        self._dice = random.Random(world.today.toordinal())  # noqa: S311

    def is_wecom(self, path: str) -> bool:
        """Whether ``path`` is a WeCom data call."""
        return self._kinds.get(path) is SourceKind.wecom

    def respond(self, request: Request, *, crowded: bool = False) -> Reply:
        """The answer to one request.

        Args:
            request: the request, read to its end.
            crowded: more WeCom calls are under way than allowed.
        """
        path = request.path
        if request.method == "POST" and self.bots.serves(path):
            return self._bot(request)
        if self.feishu.serves(path):
            return self._at_feishu(request)
        app_id, struck = "", Struck()
        answer: dict[str, Any] | Answer
        try:
            if path in TOKEN_CALLS or path == CLEAR_BY_SECRET:
                asked = asked_of(request, TOKEN_CALLS.get(path, "POST"))
                named = str(asked.get("appid") or asked.get("corpid") or "")
                app_id = named if named in self.tokens.accounts else ""
                answer = self._credential(request, asked, app_id, struck)
            elif path in self._routes or path in QUOTA_CALLS:
                app_id = self.tokens.owner(request.query.get("access_token", ""))
                answer = self._data(request, app_id, struck, crowded=crowded)
            else:
                answer = NOT_FOUND
        except ApiError as error:
            answer = {"errcode": error.errcode, "errmsg": error.errmsg}
        self.calls[app_id, path] += 1
        if isinstance(answer, Answer):
            return Reply(
                answer.body.encode(), answer.status, answer.media_type, struck.delay, struck.withheld
            )
        if answer.get("errcode"):
            self.errors[app_id, path, answer["errcode"]] += 1
            at_wecom = self.is_wecom(path) or path == "/cgi-bin/gettoken"
            answer, rid = self._signed(answer, request.ip, at_wecom=at_wecom)
            body = encoded(answer)
            if rid:
                self.rids.keep(rid, app_id, request, body)
            return Reply(body, delay=struck.delay, withheld=struck.withheld)
        return Reply(encoded(answer), delay=struck.delay, withheld=struck.withheld)

    def _at_feishu(self, request: Request) -> Reply:
        app_id = self.feishu.caller(request)
        code, reply = self.feishu.respond(request, app_id)
        self.calls[app_id, request.path] += 1
        if code:
            self.errors[app_id, request.path, code] += 1
        return reply

    def _bot(self, request: Request) -> Reply:
        struck = Struck()
        self.calls["", request.path] += 1
        try:
            self._strike(ON_BOTS, request, "", {}, struck)
        except ApiError as error:
            if request.path.startswith("/services/"):
                return Reply(b"service_unavailable", 503, "text/plain", struck.delay)
            code, words = error.errcode, error.errmsg
            return Reply(
                encoded({"errcode": code, "code": code, "errmsg": words, "msg": words}), delay=struck.delay
            )
        if struck.page:
            return Reply(struck.page.body.encode(), struck.page.status, struck.page.media_type, struck.delay)
        said = self.bots.answer(request.path, request.query, request.raw)
        if isinstance(said.body, str):
            return Reply(said.body.encode(), said.status, "text/html", struck.delay, struck.withheld)
        return Reply(encoded(said.body), said.status, JSON, struck.delay, struck.withheld)

    def _credential(
        self, request: Request, asked: Mapping[str, Any], app_id: str, struck: Struck
    ) -> dict[str, Any] | Answer:
        path = request.path
        # WeCom lets any address have a token and checks it on the calls.
        kinds = tuple(kind for kind in ON_TOKEN_CALLS if kind != "ip" or path != "/cgi-bin/gettoken")
        self._strike(kinds, request, app_id, {}, struck)
        if struck.page:
            return struck.page
        if path == CLEAR_BY_SECRET:
            right = {**asked, "secret": asked.get("appsecret"), "grant_type": "client_credential"}
            return self.quotas.clear(self.tokens.credential(right), asked)
        if app_id:
            self.quotas.count(app_id, path, self.tokens.accounts[app_id].kind)
        if path == "/cgi-bin/gettoken":
            return self.tokens.wecom(asked)
        return self.tokens.classic(asked) if path == "/cgi-bin/token" else self.tokens.stable(asked)

    def _data(
        self, request: Request, app_id: str, struck: Struck, *, crowded: bool
    ) -> dict[str, Any] | Answer:
        path, token = request.path, request.query.get("access_token", "")
        route = self._routes.get(path)
        asked = asked_of(request, route.methods[0] if route else "POST")
        body = asked if request.method == "POST" else {}
        if self.faults:
            kinds = ("ip", *ON_DATA_CALLS) if self.is_wecom(path) else ON_DATA_CALLS
            self._strike(kinds, request, app_id, body, struck)
            if struck.page:
                return struck.page
        if route is None:
            return self._quota_call(path, token, body)
        account = self.tokens.check(token, route.kind)
        if crowded:
            raise ApiError(45033, "api concurrent out of limit")
        self.quotas.count(account.app_id, path, route.kind)
        call = Call(
            app_id=account.app_id,
            method=request.method,
            path=path,
            query=request.query,
            body=body,
            now=self.clock.now(),
            world=self.world,
            late=struck.late,
            zeros=struck.zeros,
            short=struck.short,
            late_days=frozenset(struck.late_days),
        )
        answer = route.handler(call)
        if struck.zero_days:
            answer = zeroed(answer, frozenset(struck.zero_days))
        for double in [False] * struck.shuffled + [True] * struck.duplicated:
            answer = scrambled(answer, self._dice, double=double)
        return answer

    def _quota_call(self, path: str, token: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        owner = self.tokens.accounts.get(self.tokens.owner(token))
        kind = owner.kind if owner and owner.kind is not SourceKind.wecom else SourceKind.official_account
        account = self.tokens.check(token, kind)
        self.quotas.count(account.app_id, path, kind)
        if path == "/cgi-bin/clear_quota":
            return self.quotas.clear(account, asked)
        if path == RID_CALL:
            return self.rids.get(account, asked)
        tool = self.quotas.get if path.endswith("get") else self.quotas.clear_path
        return tool(account, asked, self._kinds)

    def _strike(
        self, kinds: tuple[str, ...], request: Request, app_id: str, body: Mapping[str, Any], struck: Struck
    ) -> None:
        """Let the faults in force strike one call, up to the first that ends it.

        Raises:
            ApiError: a fault refuses the call.
        """
        days = days_asked(body, self.clock.today())
        for rule in self.faults.striking(kinds, request.path, app_id, days):
            if rule.kind in REFUSING:
                if rule.kind == "expired_token":
                    self.tokens.expire(request.query.get("access_token", ""))
                raise ApiError(*refusal(rule.kind, request.ip, at_wecom=self.is_wecom(request.path)))
            struck.add(rule, days)
            if struck.page:
                return

    def _signed(self, answer: Mapping[str, Any], ip: str, *, at_wecom: bool) -> tuple[dict[str, Any], str]:
        """The error with the mark by which the platform finds the call again, and its rid (none at WeCom)."""
        code, now = answer["errcode"], self.clock.epoch()
        rid = f"{now:08x}-{self._dice.getrandbits(32):08x}-{self._dice.getrandbits(32):08x}"
        if at_wecom:
            link = f"https://open.work.weixin.qq.com/devtool/query?e={code}"
            tail = f", hint: [{now}{self._dice.randrange(10**12):012d}], from ip: {ip}, more info at {link}"
        else:
            tail = f" rid: {rid}"
        return {**answer, "errmsg": f"{answer.get('errmsg', '')}{tail}"}, "" if at_wecom else rid


def _routes() -> Iterator[Route]:
    yield from routes(SourceKind.official_account, {**official_account.ROUTES, **oa_articles.ROUTES})
    yield from routes(SourceKind.mini_program, mini_program.ROUTES)
    yield from routes(SourceKind.shop, shop.Shop().routes)
    yield from routes(SourceKind.channels, channels.ROUTES)
    yield from wecom.wecom_routes()
