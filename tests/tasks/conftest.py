"""The other sides of a delivery: real bots over HTTP, and web servers that say whatever a test wants."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest

from tasks.errors import ConfigurationError
from tasks.sandbox.bots import Bots
from tasks.sandbox.clock import Clock
from tasks.sandbox.outbox import Outbox

Answer = Callable[[str, dict[str, str], bytes], tuple[int, bytes, dict[str, str]]]


@dataclass
class Web:
    """A web server on loopback; ``answer`` decides what it says and may raise to say nothing."""

    base: str
    seen: list[bytes]


@pytest.fixture
def web() -> Iterator[Callable[[Answer], Web]]:
    running = []

    def start(answer: Answer) -> Web:
        seen: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                seen.append(raw)
                parts = urlsplit(self.path)
                try:
                    status, body, headers = answer(parts.path, dict(parse_qsl(parts.query)), raw)
                except ConnectionError:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return Web(f"http://127.0.0.1:{server.server_port}", seen)

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@dataclass
class Chat:
    """The sandbox's bots behind real HTTP."""

    base: str
    outbox: Outbox
    clock: Clock

    def resolve(self, name: str) -> str:
        """Secrets of the tests: the name, in small letters, is the bot's address."""
        if name.endswith("_SIGN"):
            if "SIGNED" not in name:
                raise ConfigurationError(f"the secret {name} is not set")
            return f"sandbox-secret-secretkey-{name.removesuffix('_SIGN').lower()}"
        if name.startswith("WECOM"):
            return f"{self.base}/cgi-bin/webhook/send?key=secretkey-{name.lower()}"
        if name.startswith("FEISHU"):
            return f"{self.base}/open-apis/bot/v2/hook/secretkey-{name.lower()}"
        if name.startswith("DINGTALK"):
            return f"{self.base}/robot/send?access_token=secretkey-{name.lower()}"
        return f"{self.base}/services/T000/B000/secretkey-{name.lower()}"


@pytest.fixture
def chat(web: Callable[[Answer], Web]) -> Chat:
    outbox, clock = Outbox(), Clock.on(dt.date(2026, 7, 26))
    bots = Bots(clock, outbox)

    def answer(path: str, query: dict[str, str], raw: bytes) -> tuple[int, bytes, dict[str, str]]:
        said = bots.answer(path, query, raw)
        return said.status, said.body.encode() if isinstance(said.body, str) else orjson.dumps(said.body), {}

    return Chat(web(answer).base, outbox, clock)
