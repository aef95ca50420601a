import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks import calendars
from tasks.errors import Busy
from tasks.opsdb import ledger, processes
from tasks.opsdb.ledger import AlreadyHandled, Claim
from tasks.opsdb.schema import delivery
from tasks.opsdb.transactions import writing

ROOT = Path(__file__).parents[3]
CLAIM_MANY = """
import sys
from tasks.opsdb import database, ledger
engine = database.connect(sys.argv[1])
sys.stdin.readline()
for n in range(30):
    got = ledger.claim(engine, report="r", period=str(n), channel="c", recipient="a", content_hash="h")
    if isinstance(got, ledger.Claim):
        print(n)
print("done", flush=True)
sys.stdin.readline()
"""
CLAIM_AND_HANG = """
import sys, time
from tasks.opsdb import database, ledger
engine = database.connect(sys.argv[1])
claim = ledger.claim(engine, report="digest", period="p", channel="mail", recipient="a", content_hash="h")
if sys.argv[2] == "sending":
    ledger.sending(engine, claim)
print("there", flush=True)
time.sleep(60)
"""


def ask(
    ops: sa.Engine, *, content_hash: str = "h", recipient: str = "a", resend: bool = False
) -> Claim | AlreadyHandled:
    return ledger.claim(
        ops,
        report="digest",
        period="p",
        channel="mail",
        recipient=recipient,
        content_hash=content_hash,
        resend=resend,
    )


def won(ops: sa.Engine, *, resend: bool = False) -> Claim:
    claim = ask(ops, resend=resend)
    assert isinstance(claim, Claim)
    return claim


def status(claim: Claim | AlreadyHandled) -> str:
    assert isinstance(claim, AlreadyHandled)
    return claim.status


def states(ops: sa.Engine) -> list[tuple[int, str]]:
    return [(entry.attempt, entry.status) for entry in ledger.entries(ops, period="p")]


def rewrite(ops: sa.Engine, **values: object) -> None:
    with writing(ops) as connection:
        connection.execute(sa.update(delivery).values(**values))


def killed_while(state: str, url: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM_AND_HANG, url, state], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    process.kill()
    process.communicate()


def test_a_message_is_claimed_sent_and_never_sent_again(ops: sa.Engine) -> None:
    claim = won(ops)
    ledger.sending(ops, claim)
    ledger.sent(ops, claim, "0", "ok")
    again = ask(ops)
    assert isinstance(again, AlreadyHandled)
    assert (again.status, again.detail) == ("already_sent", "ok")


def test_the_same_report_with_other_figures_is_still_the_same_report(ops: sa.Engine) -> None:
    claim = won(ops)
    ledger.sending(ops, claim)
    ledger.sent(ops, claim, "0", "ok")
    assert status(ask(ops, content_hash="other")) == "already_sent"


def test_another_recipient_is_another_delivery(ops: sa.Engine) -> None:
    won(ops)
    assert isinstance(ask(ops, recipient="b"), Claim)


def test_a_person_may_ask_for_it_again_and_gets_one_more_attempt(ops: sa.Engine) -> None:
    claim = won(ops)
    ledger.sending(ops, claim)
    ledger.sent(ops, claim, "0", "ok")
    second = won(ops, resend=True)
    assert (second.attempt, second.key == claim.key) == (2, False)
    assert states(ops) == [(1, "sent"), (2, "claimed")]


def test_a_resend_does_not_overtake_a_run_that_is_sending(ops: sa.Engine) -> None:
    ledger.sending(ops, won(ops))
    assert status(ask(ops, resend=True)) == "sending"


def test_a_failed_delivery_may_be_tried_by_a_later_run(ops: sa.Engine) -> None:
    claim = won(ops)
    ledger.sending(ops, claim)
    ledger.failed(ops, claim, "45009: too fast")
    assert won(ops).attempt == 2
    (first, _) = ledger.entries(ops, report="digest", period="p")
    assert (first.status, first.detail) == ("failed", "45009: too fast")


def test_a_claim_that_a_living_run_holds_is_left_alone(ops: sa.Engine) -> None:
    won(ops)
    assert status(ask(ops)) == "claimed"


def test_of_several_processes_exactly_one_wins_each_delivery(ops: sa.Engine, database_url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_MANY, database_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    # None may end before all are done: the claims of a process that is gone are anybody's.
    outputs = [list(iter(process.stdout.readline, "done\n")) for process in started if process.stdout]
    for process in started:
        process.communicate("end\n")
    assert [process.returncode for process in started] == [0, 0, 0]
    assert sorted(int(n) for output in outputs for n in output) == list(range(30))


def test_a_claim_whose_process_was_killed_is_taken_over(ops: sa.Engine, database_url: str) -> None:
    killed_while("claimed", database_url)
    claim = won(ops)
    assert claim.attempt == 1
    ledger.sending(ops, claim)
    ledger.sent(ops, claim, "0", "ok")
    assert states(ops) == [(1, "sent")]


def test_a_sender_that_was_killed_leaves_doubt_and_nobody_sends_again(
    ops: sa.Engine, database_url: str
) -> None:
    killed_while("sending", database_url)
    assert status(ask(ops)) == "in_doubt"
    assert status(ask(ops)) == "in_doubt"
    assert won(ops, resend=True).attempt == 2


def test_a_dead_sender_is_in_doubt_for_whoever_only_looks(ops: sa.Engine, database_url: str) -> None:
    killed_while("sending", database_url)
    assert states(ops) == [(1, "in_doubt")]


def test_an_old_claim_is_taken_over_and_its_first_holder_must_not_send(ops: sa.Engine) -> None:
    first = won(ops)
    rewrite(ops, claimed_at=calendars.now() - ledger.LEASE - dt.timedelta(seconds=1))
    second = won(ops)
    with pytest.raises(Busy, match="took this delivery over"):
        ledger.sending(ops, first)
    ledger.sending(ops, second)


def test_a_silent_sender_on_another_machine_is_given_ten_minutes(ops: sa.Engine) -> None:
    claim = won(ops)
    ledger.sending(ops, claim)
    rewrite(ops, process="elsewhere:1:1")
    assert status(ask(ops)) == "sending"
    rewrite(ops, sending_at=calendars.now() - ledger.LEASE - dt.timedelta(seconds=1))
    assert status(ask(ops)) == "in_doubt"
    # It was only slow, and says so in the end.
    ledger.sent(ops, claim, "0", "ok")
    assert status(ask(ops)) == "already_sent"


def test_a_pid_that_was_given_to_another_process_is_not_the_old_one() -> None:
    host, pid, start = processes.myself().rsplit(":", 2)
    assert processes.is_alive(f"{host}:{pid}:{start}") is True
    assert processes.is_alive(f"{host}:{pid}:{int(start) - 1}") is False
    assert processes.is_alive(f"elsewhere:{pid}:{start}") is None
