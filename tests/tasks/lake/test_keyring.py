"""Plain ids of persons: one key each, kept sealed once, and nobody is noted twice."""

import hashlib
import hmac
import subprocess
import sys
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tasks.errors import ConfigurationError
from tasks.lake import keyring as room
from tasks.lake.keyring import DATASET, ROTATING, Keyring, Seal
from tasks.lake.store import Lake

ROOT = Path(__file__).parents[3]
IDENTITY, MAPPING = b"i" * 32, b"m" * 32
WRITER = """
import sys
from pathlib import Path
from tasks.lake.keyring import Keyring, Seal
from tasks.lake.store import Lake

root, declarations, me = sys.argv[1:]
keyring = Keyring(Lake(root, declarations=Path(declarations)), Seal(b"i" * 32, b"m" * 32))
print("ready", flush=True)
sys.stdin.readline()
for n in range(6):
    keyring.many([f"everybody-{k}" for k in range(n * 50, n * 50 + 100)] + [f"mine-{me}-{n}"])
    keyring.settle()
"""


@pytest.fixture
def keyring(lake: Lake) -> Keyring:
    return Keyring(lake, Seal(IDENTITY, MAPPING))


def test_a_key_is_the_hmac_of_the_id_alone_or_among_many(keyring: Keyring) -> None:
    by_hand = hmac.new(IDENTITY, "o-阿明".encode(), hashlib.sha256).hexdigest()[:32]
    assert keyring("o-阿明") == by_hand
    assert keyring.many(["o-1", "o-阿明", "o-1"]) == [keyring("o-1"), by_hand, keyring("o-1")]
    assert keyring.many([]) == []


def test_settled_ids_are_found_again_and_their_text_is_nowhere_in_the_lake(
    keyring: Keyring, lake: Lake
) -> None:
    ids = [f"oABCD-{n:022d}" for n in range(300)]
    keys = keyring.many(ids)
    assert keyring.settle() == 300
    assert keyring.plain(keys) == dict(zip(keys, ids, strict=True))
    assert keyring.plain([keys[7], "0" * 32]) == {keys[7]: ids[7]}
    assert [set(row) for row in lake.rows(DATASET)] == [{"id_key", "sealed", "first_seen"}] * 300
    stored = b"".join(file.read_bytes() for file in Path(lake.uri(DATASET)).rglob("*") if file.is_file())
    assert b"oABCD" not in stored


def test_known_ids_are_not_written_again_by_this_process_or_the_next(keyring: Keyring, lake: Lake) -> None:
    keyring.many(["a", "b"])
    assert keyring.settle() == 2
    version = DeltaTable(lake.uri(DATASET)).version()
    keyring.many(["a", "b", "a"])
    assert keyring.settle() == 0
    another = Keyring(lake, Seal(IDENTITY, MAPPING))
    another.many(["b", "a"])
    assert another.settle() == 0
    assert DeltaTable(lake.uri(DATASET)).version() == version
    another("c")
    assert another.settle() == 1
    assert len(lake.rows(DATASET)) == 3


def test_more_ids_than_are_held_are_stored_without_being_told_to(
    keyring: Keyring, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PENDING", 100)
    keyring.many([f"o{n}" for n in range(1000)])
    for n in range(150):
        keyring(f"one by one {n}")
    assert len(lake.rows(DATASET)) >= 1000
    keyring.settle()
    assert len(lake.rows(DATASET)) == 1150


def test_what_could_not_be_stored_is_stored_by_the_next_settling(
    keyring: Keyring, lake: Lake, tmp_path: Path
) -> None:
    keyring("a")
    in_the_way = Path(lake.root)
    in_the_way.write_text("a file where the folder should be")
    with pytest.raises(Exception, match=r".+"):
        keyring.settle()
    in_the_way.unlink()
    assert keyring.settle() == 1


def test_another_secret_is_refused_before_anybody_looks_new(keyring: Keyring, lake: Lake) -> None:
    (key,) = keyring.many(["a"])
    keyring.settle()
    other = Keyring(lake, Seal(b"j" * 32, b"n" * 32))
    other("a")
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="sealed with another WECHAT_OPS_SECRET_KEY"):
            other.settle()
    with pytest.raises(ConfigurationError, match="sealed with another"):
        other.plain([key])
    assert len(lake.rows(DATASET)) == 1


def test_while_a_change_of_the_key_is_unfinished_nobody_is_added(keyring: Keyring, lake: Lake) -> None:
    keyring("a")
    keyring.settle()
    lake.merge(DATASET, [{"id_key": ROTATING, "sealed": "", "first_seen": None}])
    for secret in (IDENTITY, b"j" * 32):
        late = Keyring(lake, Seal(secret, MAPPING))
        late("b")
        with pytest.raises(ConfigurationError, match="begun and not finished"):
            late.settle()


def test_a_sealed_id_opens_only_for_its_own_key() -> None:
    seal = Seal(IDENTITY, MAPPING)
    one, two = seal.key("a"), seal.key("b")
    assert seal.open(one, seal.seal(one, "a")) == "a"
    assert seal.open(two, seal.seal(one, "a")) is None
    assert seal.seal(one, "a") == Seal(IDENTITY, MAPPING).seal(one, "a")


def test_processes_that_meet_the_same_persons_note_each_once(lake: Lake) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, lake.root, str(lake.declarations), str(me)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for me in range(3)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait() for process in processes] == [0, 0, 0]
    keys = [row["id_key"] for row in lake.rows(DATASET)]
    assert len(keys) == len(set(keys)) == 350 + 3 * 6
