"""Change the secret key (floor 5): keys of persons, raw bodies and tokens, from the old secret to the new one.

Killed at any moment it is run again with the same two keys and ends the same; until then the keyring refuses to add
anybody under either.
"""

import datetime as dt
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_URL

from tasks import calendars
from tasks.calendars import Window
from tasks.connections import Cipher, Connections, connect, seal_of
from tasks.errors import Busy, ConfigurationError, UnexpectedShape
from tasks.lake.queries import build_order, load
from tasks.lake.rotation import Recode, Rewritten, Rotation
from tasks.opsdb import tokens, unbuilt
from tasks.sources.jobs import JOBS

Say = Callable[[str], None]
MONTH = 31
"""Days of derived facts that are built at a time."""
BUSY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


def rotate_key(say: Say, *, force: bool = False) -> list[Rewritten]:
    """Change everything made with WECHAT_OPS_SECRET_KEY to WECHAT_OPS_NEW_SECRET_KEY.

    Args:
        say: told what is done, line by line.
        force: go on though flow runs are said to run.

    Returns:
        What became of each dataset that is not derived from others.

    Raises:
        Busy: a flow run may be writing.
        ConfigurationError: a key is missing, or neither of the two opens what is stored.
    """
    if not force and (names := flows_running()):
        raise Busy(
            f"these flow runs are running: {', '.join(names)}. Wait until they have ended; --force if they are dead"
        )
    with connect() as c, c.changed() as to, tempfile.TemporaryDirectory(prefix="wechat-ops-keys-") as folder:
        rotation = Rotation(c.lake, seal_of(c.secret_key), seal_of(to.secret_key), Path(folder))
        begin(c, rotation, say)
        done = rewrite(c, rotation, recoding(c.cipher, to.cipher), say)
    say("done: put the new key in WECHAT_OPS_SECRET_KEY, and take WECHAT_OPS_NEW_SECRET_KEY away")
    return done


def flows_running() -> list[str]:
    """Names of flow runs that may be writing, as far as a Prefect server knows."""
    if not PREFECT_API_URL.value():
        return []
    running = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=BUSY)))
    with suppress(httpx.TransportError), get_client(sync_client=True) as client:
        return sorted(run.name for run in client.read_flow_runs(flow_run_filter=running))
    return []


def begin(c: Connections, rotation: Rotation, say: Say) -> None:
    """Know the old and the new key of everybody, and keep other writers out."""
    ids = rotation.pair()
    if not rotation.begun and rotation.unmapped():
        # A lake from before the mapping: bodies that were kept still tell most of its ids.
        for answer in c.lake.raw(c.cipher, personal=True):
            if answer.endpoint in JOBS:
                with suppress(UnexpectedShape):
                    JOBS[answer.endpoint].parse(answer, c.keyring)
        say(f"ids found again in kept answers: {c.keyring.settle()}")
        ids = rotation.pair()
    rotation.mark()
    say(f"persons' ids: {ids}")


def rewrite(c: Connections, rotation: Rotation, anew: Recode, say: Say) -> list[Rewritten]:
    """Everything under the new key; the mapping last, because that lets other writers in again."""
    derived = [(name, c.lake.span(Path(name).name)) for name in derived_from(rotation.datasets())]
    if built := [span.start for _, span in derived if span]:
        unbuilt.mark(c.database, min(built))
    done = []
    for name in rotation.datasets():
        done.append(rotation.translate(name))
        say(told(done[-1], "keys without a known id stay: those persons will look like others"))
    done.append(rotation.recode_bodies(anew))
    say(told(done[-1], "bodies that neither key opens stay as they are"))
    say(f"tokens: {tokens.recode(c.database, anew)}")
    for name, span in derived:
        for window in windows_of(c, name, span):
            c.engine.build(name, window)
        say(f"{Path(name).name}: built anew")
    done.append(rotation.finish())
    say(told(done[-1], ""))
    for one in done:
        # Older versions of the files hold what the old key opens.
        c.lake.tidy(one.name, keep=dt.timedelta(0))
    return done


def recoding(old: Cipher, new: Cipher) -> Recode:
    """A function that encrypts anew what the old key encrypted, and leaves alone what the new one did."""

    def anew(text: str) -> str | None:
        with suppress(ConfigurationError):
            new.decrypt(text)
            return text
        with suppress(ConfigurationError):
            return new.encrypt(old.decrypt(text))
        return None

    return anew


def derived_from(keyed: list[str]) -> list[str]:
    """The queries that read datasets with keys of persons, directly or through others, in the order of building."""
    touched, found = set(keyed), []
    for name in build_order():
        if load(name).words & touched:
            touched.add(Path(name).name)
            found.append(name)
    return found


def windows_of(c: Connections, name: str, span: Window | None) -> list[Window]:
    """The windows in which a derived dataset is built anew: all that was built of it, or it as a whole."""
    if span:
        return list(span.split(MONTH))
    today = calendars.business_date(calendars.now())
    return [] if c.lake.dataset(Path(name).name).is_dated else [Window.of_day(today)]


def told(one: Rewritten, about_unmapped: str) -> str:
    """One line about one dataset."""
    return f"{one.name}: {one.rows} rows" + (f"; {one.unmapped} {about_unmapped}" if one.unmapped else "")
