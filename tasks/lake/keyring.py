"""Plain ids of persons become keyed hashes here, and only here can they be found again.

Everything the lake says about persons stands under ``keyring(plain)``: HMAC-SHA-256, cut to 128 bits. What
it meant is kept once, sealed, in the dataset ``map_person_id``, for the interfaces that must name people to the
platform, and for a change of the key.

    keyring.many(ids) -> keys; keyring.settle() before facts land; keyring.plain(keys) -> ids
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Sequence
from threading import Lock, RLock

import numpy as np
import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from tasks import calendars
from tasks.errors import ConfigurationError
from tasks.lake.members import Members, as_bytes
from tasks.lake.relations import connection_of, files_of, relation
from tasks.lake.store import Lake

DATASET = "map_person_id"
BLOCK = 64
"""Bytes that SHA-256 takes at a time; HMAC pads its key to them."""
LENGTH = 32
"""Characters of a key: 128 bits."""
PENDING = 500_000
"""Ids held until they are stored; more are stored without being told to."""
RECENT = 50_000
"""Ids whose keys are at hand: the same person is often asked about twice in a row."""
BATCH = 200_000
NONCE = 12
ROTATING = "rotation"
"""Stands among the keys while a change of the key is not finished; no key looks like it."""
UNFINISHED = (
    "the change of WECHAT_OPS_SECRET_KEY was begun and not finished: run `python -m flows rotate-key` again, "
    "with the old and the new key as before"
)
FOREIGN = (
    "the lake's person ids were sealed with another WECHAT_OPS_SECRET_KEY: with this one everybody would look "
    "new. Set that key again; to change it, see `python -m flows rotate-key --help`"
)


class Seal:
    """Turns plain ids into keys and sealed texts, and back; holds no state."""

    def __init__(self, identity: bytes, mapping: bytes) -> None:
        padded = identity.ljust(BLOCK, b"\0")
        # Two copies of begun hashes are three times as fast as hmac.new, and the same.
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        self._gcm = AESGCM(mapping)

    def key(self, plain: str) -> str:
        """The key of one id: HMAC-SHA-256, cut to 128 bits, as 32 hex digits."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(plain.encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:LENGTH]

    def seal(self, key: str, plain: str) -> str:
        """The id, encrypted and bound to its key.

        The nonce is taken from the key, which no other id has, so the same id always gives the same text and
        several writers of it agree.
        """
        sealed = self._gcm.encrypt(bytes.fromhex(key)[:NONCE], plain.encode(), key.encode())
        return b64encode(sealed).decode()

    def open(self, key: str, sealed: str) -> str | None:
        """The id again; ``None`` when it was sealed with another secret, or for another key."""
        try:
            return self._gcm.decrypt(bytes.fromhex(key)[:NONCE], b64decode(sealed), key.encode()).decode()
        except (InvalidTag, ValueError):
            return None


class Keyring:
    """The keys of one installation, and the mapping behind them; may be used from several threads.

    Args:
        lake: holds the mapping.
        seal: made of the installation's secret.
    """

    def __init__(self, lake: Lake, seal: Seal) -> None:
        self._lake = lake
        self._seal = seal
        self._plains: list[str] = []
        self._keys: list[str] = []
        self._taking = Lock()
        self._settling = RLock()
        self._recent: dict[str, str] = {}
        self._stored = Members()

    def __call__(self, plain: str) -> str:
        """Our key of a platform's id of a person; the id is remembered for :meth:`settle`."""
        known = self._recent.get(plain)
        if known is not None:
            return known
        key = self._seal.key(plain)
        with self._taking:
            self._plains.append(plain)
            self._keys.append(key)
            if len(self._recent) >= RECENT:
                self._recent.clear()
            self._recent[plain] = key
        if len(self._keys) > PENDING:
            self.settle()
        return key

    def many(self, plains: Sequence[str]) -> list[str]:
        """The keys of many ids, in their order: about a microsecond each."""
        found: list[str] = []
        for start in range(0, len(plains), PENDING):
            some = plains[start : start + PENDING]
            keys = list(map(self._seal.key, some))
            with self._taking:
                self._plains += some
                self._keys += keys
            found += keys
            if len(self._keys) > PENDING:
                self.settle()
        return found

    def settle(self) -> int:
        """Store what is not yet in the mapping; how many ids that were. To be called before facts land.

        Nothing that is stored is written again. When this returns, every key given out before has its mapping.

        Raises:
            ConfigurationError: the mapping was sealed with another secret, or its change is not finished.
            Busy: other writers kept the mapping busy for minutes; nothing is forgotten.
        """
        with self._settling:
            with self._taking:
                plains, keys, self._plains, self._keys = self._plains, self._keys, [], []
            try:
                return self._store(plains, keys)
            except BaseException:
                with self._taking:
                    self._plains, self._keys = plains + self._plains, keys + self._keys
                raise

    def plain(self, keys: Collection[str]) -> dict[str, str]:
        """The platforms' ids behind ``keys``; keys without a stored id are left out.

        Raises:
            ConfigurationError: the mapping was sealed with another secret.
        """
        wanted = Members.of(keys)
        found: dict[str, str] = {}
        for rows in self._rows(self._lake.files(DATASET), "id_key, sealed", wanted):
            for key, sealed in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                plain = self._seal.open(key, sealed)
                if plain is None:
                    raise ConfigurationError(FOREIGN)
                found[key] = plain
        return found

    def _store(self, plains: list[str], keys: list[str]) -> int:
        if not keys:
            return 0
        everything = np.array(keys, f"S{LENGTH}")
        named, first = np.unique(everything, return_index=True)
        unsure = ~self._stored.has(named)
        named, first = named[unsure], first[unsure]
        if not len(named):
            return 0
        today = calendars.business_date(calendars.now())

        def write(delta: DeltaTable) -> int:
            before = self._before(files_of(delta), Members(named))
            new = [int(n) for n in first[~before.has(named)]]
            if new:
                table = pa.table(
                    [
                        pa.array([keys[n] for n in new], pa.string()),
                        pa.array([self._seal.seal(keys[n], plains[n]) for n in new], pa.string()),
                        pa.array([today] * len(new), pa.date32()),
                    ],
                    schema=self._lake.dataset(DATASET).stored,
                )
                # Two appends would both be accepted; two of one application are not: the second begins again
                # and finds what the first has stored.
                alone = Transaction(app_id=DATASET, version=delta.version() + 1)
                write_deltalake(
                    delta, table, mode="append", commit_properties=CommitProperties(app_transactions=[alone])
                )
            return len(new)

        written = self._lake.transact(DATASET, write)
        # Only to save the next settling a look into the table; of a list of millions nobody comes twice.
        self._stored = self._stored.plus(named) if len(self._stored) < PENDING else Members(named)
        return written

    def _before(self, files: Sequence[str], wanted: Members) -> Members:
        """Which of these keys are stored already.

        Raises:
            ConfigurationError: the mapping was sealed with another secret, or its change is not finished.
        """
        if not files:
            return Members()
        found = Members.read(self._rows(files, "id_key", wanted.plus(as_bytes([ROTATING]))))
        if ROTATING in found:
            raise ConfigurationError(UNFINISHED)
        for rows in self._rows(files, "id_key, sealed", limit=1):
            for row in rows.to_pylist():
                if self._seal.open(row["id_key"], row["sealed"]) is None:
                    raise ConfigurationError(FOREIGN)
        return found

    def _rows(
        self, files: Sequence[str], columns: str, wanted: Members | None = None, limit: int = -1
    ) -> Iterator[pa.RecordBatch]:
        """Rows of the mapping, all or those of ``wanted`` keys, a bounded number at a time."""
        among = "where id_key in (select id_key from wanted)" if wanted is not None else ""
        at_most = f"limit {limit}" if limit >= 0 else ""
        everything = relation(self._lake.dataset(DATASET), files)
        with connection_of({"threads": 1}) as connection:
            if wanted is not None:
                connection.register("wanted", wanted.table("id_key"))
            found = connection.sql(f"select {columns} from ({everything}) {among} {at_most}")
            yield from found.to_arrow_reader(BATCH)
