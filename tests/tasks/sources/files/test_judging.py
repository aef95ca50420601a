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
    assert found.quarantined[0]["事件ID"] == "", "nobody can tell where in it an id of a person stands"
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


def test_a_short_id_is_only_replaced_where_nothing_else_can_be_meant(read: Read) -> None:
    found = read(
        HEADER
        + event(1, person="a1", page="a1", properties='"{""who"": ""a1"", ""step"": ""a12""}"')
        + event(2, person="a1", page="pages/a1")
    )

    assert [row["page"] for row in found.rows] == ["key-of-2", "pages/a1"]
    assert found.rows[0]["properties"] == '{"who": "key-of-2", "step": "a12"}'


def test_a_quarantine_file_shows_no_plain_id_and_still_where_to_look(read: Read, tmp_path: Path) -> None:
    found = read(
        "事件ID,事件时间,事件名,用户ID,页面路径,属性,收货人手机号\n"
        "e1,昨天,pay,oAbc123456,pages/a?openid=oAbc123456,{oAbc123456,13800000001\n"
        "e2,昨天,pay,12345,12345,,13800000002\n"
        "e3,昨天,pay,-,pages/c,,13800000003\n"
    )
    written = (tmp_path / "quarantine.csv").read_text(encoding="utf-8-sig")

    assert [row["用户ID"] for row in found.quarantined] == ["oA****56", "oA****56", "****", "-", "-"]
    assert found.quarantined[0]["页面路径"] == "pages/a?openid=oA****56"
    assert [row["值"] for row in found.quarantined if row["列"] == "属性"] == ["{oA****56"]
    assert found.quarantined[2]["页面路径"] == "****"
    assert [row["行号"] for row in found.quarantined] == ["2", "2", "3", "4", "4"]
    for plain in ("oAbc123456", "12345", "138000"):
        assert plain not in written, "columns that no template knows are left out"


def test_a_key_in_conflict_is_told_without_the_ids_in_it(read: Read, tmp_path: Path) -> None:
    row = "F-1,oInviter0001,oInvitee0001,2026-07-03 12:00:00"
    found = read(f"活动ID,邀请人ID,被邀请人ID,邀请时间,渠道\n{row},群\n{row},朋友圈\n")

    assert [entry["值"] for entry in found.quarantined] == ["F-1 + oI****01 + oI****01"]
    assert found.quarantined[0]["渠道"] == "朋友圈"
    assert "0001" not in (tmp_path / "quarantine.csv").read_text(encoding="utf-8-sig")


def test_a_row_that_cannot_be_cut_is_shown_where_no_person_is_in_it(read: Read) -> None:
    found = read("日期,渠道,是否微信渠道,成交额\n2026-07-24,小程序\n2026-07-24,门店,否,3\n")

    assert found.quarantined[0]["日期"] == "2026-07-24,小程序"


def test_a_mask_that_is_imported_by_mistake_is_nobody(read: Read) -> None:
    found = read(HEADER + event(1, person="oA****56"))

    assert found.faults == [("2", "用户ID", "编号被打码（含 **），认不出是谁；请导出完整编号")]


def test_a_cell_that_says_nothing_is_quoted_and_not_called_empty(read: Read) -> None:
    found = read(HEADER + event(1, at="-") + event(2, at=""))

    assert [(row["值"], row["原因"]) for row in found.quarantined] == [
        ("-", "必填，但单元格只写了表示“无”的符号"),
        ("", "必填，但为空"),
    ]


def test_an_english_reader_is_told_in_english(read: Read, tmp_path: Path) -> None:
    found = read(
        "活动ID,活动名称,开始日期,预算,目标新增用户,活动类型\nC1,,昨天,-1,1.5,抽奖\n,甲,2027-07-01,1,-,裂变\nC3,丙\n"
        "C4,丁,1999-01-01,1,1,裂变\nC5,戊,2026-07-01,1,1,裂变\nC5,戊,2026-07-02,1,1,裂变\n",
        language="en",
    )

    assert list(found.quarantined[0])[:4] == ["Row", "Column", "Value", "Reason"]
    assert sorted((row["Row"], row["Column"], row["Reason"]) for row in found.quarantined) == [
        ("2", "开始日期", "not a date; like 2026-07-24"),
        ("2", "活动名称", "required, but empty"),
        (
            "2",
            "活动类型",
            "must be one of: fission / promotion / live / content / community / offline / other",
        ),
        ("2", "目标新增用户", "not a whole number"),
        ("2", "预算", "must not be below zero"),
        ("3", "活动ID", "required, but empty"),
        ("4", "", "fewer columns than the header; cut short?"),
        ("5", "开始日期", "before the year 2000"),
        ("7", "活动ID", "has the key of row 6 and says something else; the earlier row was kept"),
    ]


def test_the_quarantine_file_is_for_its_owner_alone_and_opens_in_excel(read: Read, tmp_path: Path) -> None:
    read(HEADER + event(1, at="x"))
    written = tmp_path / "quarantine.csv"

    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert written.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_file_without_faults_leaves_no_quarantine_file(read: Read, tmp_path: Path) -> None:
    assert read(HEADER + event(1)).quarantined == []
    assert not (tmp_path / "quarantine.csv").exists()
