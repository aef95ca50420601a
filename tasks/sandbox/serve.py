"""The sandbox as a process of its own: HTTP by uvicorn and the mail sink, both on loopback."""

import contextlib
import datetime as dt
import json
import logging
import signal
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from tasks.sandbox.app import create_app
from tasks.sandbox.clock import Clock
from tasks.sandbox.faults import Fault
from tasks.sandbox.files import write_files
from tasks.sandbox.kernel import Sandbox
from tasks.sandbox.mail import MailSink
from tasks.sandbox.world import Accident, World

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30.0
"""How long the ``timeout`` fault holds a connection: longer than any client of ours waits."""
START_SECONDS = 30
STOP_SECONDS = 3


class Place(NamedTuple):
    """Where a running sandbox is, and the sandbox itself."""

    base_url: str
    """To be put where https://api.weixin.qq.com stands."""
    sandbox: Sandbox


def serve(
    port: int = 0,
    *,
    persons: int = 5000,
    seed: int = 7,
    today: dt.date,
    start: dt.datetime | None = None,
    mail_port: int | None = 0,
    mail_dir: Path | None = None,
    mail_auth: tuple[str, str] | None = None,
    drift: Mapping[str, float] | None = None,
    accidents: Iterable[Accident] = (),
    faults: Iterable[Fault | str] = (),
    bot_secrets: Mapping[str, str] | None = None,
    files_dir: Path | None = None,
    ready_file: Path | None = None,
) -> None:
    """Make a world and serve it until SIGTERM or SIGINT.

    Args:
        port: 0 takes a free one.
        persons: how many the world has.
        seed: of the world.
        today: the world's.
        start: the moment its clock starts at and runs on from; 13:00 of ``today`` when not given.
        mail_port: 0 takes a free one, None serves no mail.
        mail_dir: folder of the received mail; without it there is no mail sink.
        drift: by how much KPIs run away from the plan, see ``World.build``.
        accidents: planted in the world, see ``World.build``.
        mail_auth: user and password of the mail sink.
        faults: accidents of the platform from the start, as rules or text.
        bot_secrets: signing secrets of bots by address.
        files_dir: where what the brand keeps in files is written, once, before it listens.
        ready_file: written when it listens: ``{"base_url", "port", "mail_port", "mail_dir", "today"}``.

    Raises:
        OSError: a port is taken.
        ConfigurationError: a fault is malformed.
    """
    with contextlib.ExitStack() as stack:
        listening = _listen(port)
        stack.callback(listening.close)
        sink = None
        if mail_dir is not None and mail_port is not None:
            sink = stack.enter_context(MailSink(mail_dir, mail_port, auth=mail_auth))
        rules = [Fault.parse(rule) if isinstance(rule, str) else rule for rule in faults]
        world = World.build(persons, seed, today=today, drift=drift, accidents=accidents)
        if files_dir is not None:
            write_files(world, files_dir)
        sandbox = Sandbox(
            world,
            clock=Clock(start, running=True) if start else Clock.on(today, running=True),
            faults=rules,
            bot_secrets=bot_secrets,
            mail_folder=mail_dir,
            patience=PATIENCE_SECONDS,
        )
        chosen = int(listening.getsockname()[1])

        def tell() -> None:
            if ready_file:
                said = {
                    "base_url": f"http://{HOST}:{chosen}",
                    "port": chosen,
                    "mail_port": sink.port if sink else None,
                    "mail_dir": str(mail_dir) if sink else None,
                    "today": today.isoformat(),
                }
                ready_file.parent.mkdir(parents=True, exist_ok=True)
                unfinished = ready_file.with_suffix(".part")
                unfinished.write_text(json.dumps(said), encoding="utf-8")
                unfinished.rename(ready_file)

        _Server(sandbox, tell).run([listening])


@contextlib.contextmanager
def running(world: World | Sandbox, *, port: int = 0, **options: Any) -> Iterator[Place]:
    """Serve a world from a thread while the block runs; yields where it is.

    Args:
        world: or a sandbox that is ready; it should have ``patience``.
        port: 0 takes a free one.
        options: for :class:`Sandbox`.

    Raises:
        TimeoutError: it did not start in 30 s.
    """
    sandbox = (
        world if isinstance(world, Sandbox) else Sandbox(world, **{"patience": PATIENCE_SECONDS, **options})
    )
    with contextlib.closing(_listen(port)) as listening:
        ready = threading.Event()
        server = _Server(sandbox, ready.set)
        thread = threading.Thread(target=server.run, args=([listening],), name="sandbox", daemon=True)
        thread.start()
        try:
            if not ready.wait(START_SECONDS):
                raise TimeoutError(f"the sandbox did not start in {START_SECONDS} s")
            chosen = int(listening.getsockname()[1])
            yield Place(f"http://{HOST}:{chosen}", sandbox)
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    """Uvicorn that says when it listens."""

    def __init__(self, sandbox: Sandbox, tell: Any) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(sandbox),
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=STOP_SECONDS,
                server_header=False,
                date_header=False,  # the application tells the sandbox's own time
            )
        )
        self._tell = tell
        # Connections that a fault cuts are meant; they are no news.
        logging.getLogger("uvicorn.error").addFilter(_is_news)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End the loop on SIGINT and SIGTERM without raising them again, so that the mail sink is closed too."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


def _is_news(record: logging.LogRecord) -> bool:
    return "without completing response" not in record.getMessage()


def _listen(port: int) -> socket.socket:
    # Without the protocol's number asyncio leaves Nagle's algorithm on, and each answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(256)
    except OSError:
        listening.close()
        raise
    return listening
