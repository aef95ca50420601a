"""Good rows go on, bad ones are put aside with their reasons, and nothing is counted twice."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

Read = Callable[..., Any]
HEADER = "事件ID,事件时间,事件名,用户ID,金额,页面路径,属性\n"


def event(number: int, **changed: str) -> str:
    cells = {
        "id": f"e{number}", "at": "2026-07-24 08:05:31", "event": "pay", "person": "oAbc123456", "amount": "12.50",
        "page": "pages/a", "properties": "",
    } | changed  # fmt: skip
    return ",".join(cells.values()) + "\n"


def test_every_fault_of_a_row_is_told_beside_the_row_as_it_stood(read: Read) -> None:
    found = read(HEADER + event(1) + event(2, at="昨天", amount="12.345", person="") + event(3))

    assert [row["event_id"] for row in found.rows] == ["e1", "e3"]
    assert (found.staged.read, found.staged.good) == (3, 2)
    assert found.faults == [
        ("3", "事件时间", "不是时间，应如 2026-07-24 08:05:31"),
        ("3", "用户ID", "必填，但为空"),
        ("3", "金额", "不是金额，应如 1234.50（元，最多两位小数）"),
    ]
    assert [row["值"] for row in found.quarantined] == ["昨天", "", "12.345"]
    assert {row["事件ID"] for row in found.quarantined} == {"e2"}, "the original row stands beside each fault"


def test_rows_cut_short_or_too_long_are_put_aside_and_the_others_keep_their_numbers(read: Read) -> None:
    found = read(HEADER + event(1) + "e2,2026-07-24 08\n" + event(3) + "a,b,c,d,e,f,g,h\n" + event(5, at="x"))

    assert [row["event_id"] for row in found.rows] == ["e1", "e3"]
    assert [(number, reason) for number, _, reason in found.faults] == [
        ("3", "列数少于表头，可能被截断"),
        ("5", "列数多于表头，可能有未加引号的分隔符"),
        ("6", "不是时间，应如 2026-07-24 08:05:31"),
    ]
    assert found.quarantined[0]["事件ID"] == "e2,2026-07-24 08"
    assert found.staged.read == 5


def test_the_same_row_twice_is_one_and_a_different_one_of_that_key_is_put_aside(read: Read) -> None:
    found = read(
        HEADER
        + event(1)
        + event(2)
        + event(1)
        + event(2, at="2026/7/24 8:05:31")
        + "短行\n"
        + event(1, amount="13")
    )

    assert [row["event_id"] for row in found.rows] == ["e1", "e2"]
    assert found.staged.repeated == 2, "the third row, and the fourth: it says the same in other words"
    assert found.faults == [
        ("6", "", "列数少于表头，可能被截断"),
        ("7", "事件ID", "与第 2 行的键相同而内容不同，保留了前一行"),
    ]
    assert (found.quarantined[1]["值"], found.quarantined[1]["金额"]) == ("e1", "13")


def test_a_bad_row_does_not_count_as_the_first_of_its_key(read: Read) -> None:
    found = read(HEADER + event(1, at="x") + event(1))

    assert [row["event_id"] for row in found.rows] == ["e1"]
    assert [number for number, _, _ in found.faults] == ["2"]


def test_rows_in_conflict_are_found_again_in_a_file_that_is_read_by_several_threads(read: Read) -> None:
    rows = [event(n) for n in range(60_000)]
    rows[59_000] = event(7, page="pages/other")
    rows[31_000] = event(31_000, at="x")
    found = read(HEADER + "".join(rows))

    assert found.staged.good == 59_998
    assert found.faults == [
        ("31002", "事件时间", "不是时间，应如 2026-07-24 08:05:31"),
        ("59002", "事件ID", "与第 9 行的键相同而内容不同，保留了前一行"),
    ]
    assert [(row["事件ID"], row["页面路径"]) for row in found.quarantined] == [
        ("e31000", "pages/a"),
        ("e7", "pages/other"),
    ]


def test_empty_rows_are_no_rows(read: Read) -> None:
    found = read(HEADER + event(1) + ",,,,,,\n" + "\n" + "-,-,,NULL,,,\n" + event(2))

    assert (found.staged.read, found.staged.good, found.quarantined) == (2, 2, [])


def test_no_plain_id_is_left_in_any_column(read: Read) -> None:
    found = read(
        HEADER
        + event(1, page="pages/a?openid=oAbc123456", properties='"{""who"": ""oAbc123456"", ""n"": 1}"')
        + event(2, person="a1", page="pages/a1")
    )

    assert found.rows[0]["page"] == "pages/a?openid=key-of-10"
    assert found.rows[0]["properties"] == '{"who": "key-of-10", "n": 1}'
    assert found.rows[1]["page"] == "pages/a1", "an id of two letters would be found by chance"
    assert "oAbc123456" not in str(found.rows)


def test_the_quarantine_file_is_for_its_owner_alone_and_opens_in_excel(read: Read, tmp_path: Path) -> None:
    read(HEADER + event(1, at="x"))
    written = tmp_path / "quarantine.csv"

    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_without_faults_leaves_no_quarantine_file(read: Read, tmp_path: Path) -> None:
    assert read(HEADER + event(1)).quarantined == []
    assert not (tmp_path / "quarantine.csv").exists()
