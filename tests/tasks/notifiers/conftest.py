"""The other sides: real bots over HTTP, real mail servers with and without encryption, and rude ones."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest

from tasks.messages import Block, Line, Message
from tasks.records import Level
from tasks.sandbox.bots import Bots
from tasks.sandbox.clock import Clock
from tasks.sandbox.outbox import Outbox

Answer = Callable[[str, dict[str, str], bytes], tuple[int, bytes, dict[str, str]]]


@pytest.fixture
def message() -> Message:
    red = Line(
        "红 浏览→下单转化：实际 6.1 %，计划应达 6.8 %，落后计划 38 %",
        Level.red,
        ("下一步：启动应急预案 · 负责人：王珂 · 7月27日前", "下单人数 1,203（7 天前 1,480，−18.7 %）"),
    )
    return Message(
        title="沐光美妆运营日报 7月25日",
        verdict=Line("9 项指标中 1 红；最要紧：浏览→下单转化 落后计划 38 %", Level.red),
        blocks=(
            Block("红色：启动应急预案", (red,), keep=True),
            Block("变动最大", (Line("▲ 取关人数 1,210 → 1,920 <+58.7 %> & 转差"),)),
        ),
        link="https://reports.example.com/digest-2026-07-25.html",
        link_text="打开完整日报",
        more="…其余见日报",
    )


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

    def resolve(self, name: str) -> str:
        """Secrets of the tests: the name, in small letters, is the bot's address."""
        if name.startswith("WECOM"):
            return f"{self.base}/cgi-bin/webhook/send?key=secretkey-{name.lower()}"
        return f"{self.base}/services/T000/B000/secretkey-{name.lower()}"


@pytest.fixture
def chat(web: Callable[[Answer], Web]) -> Chat:
    outbox = Outbox()
    bots = Bots(Clock.on(dt.date(2026, 7, 26)), outbox)

    def answer(path: str, query: dict[str, str], raw: bytes) -> tuple[int, bytes, dict[str, str]]:
        said = bots.answer(path, query, raw)
        return said.status, said.body.encode() if isinstance(said.body, str) else orjson.dumps(said.body), {}

    return Chat(web(answer).base, outbox)
