"""Files of every kind, as programs and consoles really write them."""

import datetime as dt
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt

from tasks.calendars import SHANGHAI
from tasks.errors import ConfigurationError

Read = Callable[..., Any]
HEADERS = ["事件ID", "事件时间", "事件名", "用户ID", "金额"]
ROW = ["e1", "2026-07-24 08:05:31", "pay", "oAbc123456", "¥1,234.50"]
EVENT = {
    "event_id": "e1",
    "event_at": dt.datetime(2026, 7, 24, 8, 5, 31, tzinfo=SHANGHAI),
    "event": "pay",
    "person_key": "key-of-10",
    "person_id_kind": "openid",
    "amount_cny": Decimal("1234.50"),
}


def lines(*rows: list[str], delimiter: str = ",") -> str:
    return "".join(delimiter.join(f'"{c}"' if delimiter in c else c for c in row) + "\n" for row in rows)


def holds(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return wanted.items() <= row.items()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_csv_is_read_in_its_encoding_and_with_its_delimiter(
    read: Read, encoding: str, delimiter: str
) -> None:
    text = lines(HEADERS, ROW, delimiter=delimiter).replace("¥", "￥")  # GBK has only the wide one
    found = read(text.encode(encoding))

    assert found.choice.template.template_id == "events"
    assert [holds(row, EVENT) for row in found.rows] == [True]
    assert not found.quarantined


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_every_line_end_is_one(read: Read, end: str) -> None:
    found = read(lines(HEADERS, ROW, ["e2", *ROW[1:]]).replace("\n", end))

    assert [row["event_id"] for row in found.rows] == ["e1", "e2"]


def test_line_ends_of_two_systems_in_one_file_are_read(read: Read) -> None:
    found = read(
        ",".join(HEADERS) + "\r\n" + lines(ROW, ["e2", *ROW[1:]]) + 'e3,2026-07-24,"a\nb",oAbc,1\r\n'
    )

    assert [row["event_id"] for row in found.rows] == ["e1", "e2", "e3"]
    assert found.rows[2]["event"] == "a\nb"


def test_a_header_under_banners_is_found_and_rows_are_numbered_as_in_the_file(read: Read) -> None:
    found = read("导出时间：2026-07-25\n\n" + lines(HEADERS, ROW, ["e2", "昨天", *ROW[2:]]))

    assert [row["event_id"] for row in found.rows] == ["e1"]
    assert found.faults == [("5", "事件时间", "不是时间，应如 2026-07-24 08:05:31")]


def test_columns_are_found_by_name_in_any_order_and_others_are_named_as_unused(read: Read) -> None:
    headers = ["备注", "Event Name", "user_id", "金额(元)", "EVENT-ID", "event_time"]
    found = read(lines(headers, ["x", "pay", "oAbc123456", "1234.5", "e1", "2026/7/24 8:05:31"]))

    assert [holds(row, EVENT) for row in found.rows] == [True]
    assert found.choice.unused == ["备注"]


@pytest.mark.parametrize("header", ["金额(万元)", "金额（分）", "金额[美元]"])
def test_a_unit_that_is_not_known_is_not_taken_for_yuan(read: Read, header: str) -> None:
    found = read(lines([*HEADERS[:4], header], ROW))

    assert found.rows[0]["amount_cny"] is None
    assert found.choice.unused == [header]


def test_the_header_of_the_id_says_its_kind(read: Read) -> None:
    for header, kind in [
        ("unionid", "unionid"),
        ("openid", "openid"),
        ("手机号", "phone"),
        ("用户ID", "openid"),
    ]:
        found = read(lines([*HEADERS[:3], header], ROW[:4]))
        assert found.rows[0]["person_id_kind"] == kind, header


def test_two_ids_of_a_person_are_kept_apart(read: Read) -> None:
    found = read(lines(["unionid", "openid", *HEADERS[:3]], ["oUnion", "oOpen-id", *ROW[:3]]))

    assert (found.rows[0]["person_key"], found.rows[0]["union_key"]) == ("key-of-8", "key-of-6")


def test_a_workbook_is_read_as_a_person_sees_it(read: Read) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        made.add_worksheet("说明").write_row(0, 0, ["这里没有数据"])
        sheet = made.add_worksheet("明细")
        sheet.write_row(0, 0, [*HEADERS, "场景值"])
        sheet.write_row(1, 0, ["e1"])
        on_paper = EVENT["event_at"].replace(tzinfo=None)
        sheet.write_datetime(1, 1, on_paper, made.add_format({"num_format": "yyyy/m/d h:mm"}))
        sheet.write_row(1, 2, ["pay", "oAbc123456", 1234.5, 1058])
        sheet.write_row(2, 0, ["e2", 46227.5, "pay", "oAbc123456", 0.1 + 0.2])
    found = read(book.getvalue(), "导出.csv")

    assert found.choice.offer.where == "明细"
    assert holds(found.rows[0], {**EVENT, "scene": "1058"})
    assert found.rows[1]["event_at"] == dt.datetime(2026, 7, 24, 12, tzinfo=SHANGHAI)
    assert found.rows[1]["amount_cny"] == Decimal("0.30")


def test_an_id_that_excel_kept_as_a_number_of_twenty_digits_is_refused(read: Read) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, [12345678901234567890, *ROW[1:]])
        sheet.write_row(2, 0, [123456789012345, *ROW[1:]])
    found = read(book.getvalue(), "a.xlsx")

    assert [row["event_id"] for row in found.rows] == ["123456789012345"]
    assert found.faults == [
        ("2", "事件ID", "编号已被 Excel 改成科学计数法，末位丢失；请把该列设为文本后重新导出")
    ]


def test_the_sheet_that_is_named_is_read_and_one_of_two_alike_must_be_named(read: Read) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        for name in ("一月", "二月"):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, HEADERS)
            sheet.write_row(1, 0, [f"e{name}", *ROW[1:]])

    assert [row["event_id"] for row in read(book.getvalue(), "a.xlsx", sheet="二月").rows] == ["e二月"]
    with pytest.raises(ConfigurationError, match="一月、二月 都符合，请用 --sheet 指明"):
        read(book.getvalue(), "a.xlsx")
    with pytest.raises(ConfigurationError, match="没有名为“三月”的工作表；有：一月、二月"):
        read(book.getvalue(), "a.xlsx", sheet="三月")


def user_analysis(encoding: str) -> bytes:
    cells = "".join(
        f"<tr><td>{day}</td><td>{won}</td><td>{lost}</td><td>{won - lost}</td><td>{total:,}</td></tr>"
        for day, won, lost, total in [("2026-07-23", 120, 18, 58012), ("2026-07-24", 9, 20, 58001)]
    )
    heads = "".join(
        f"<th>{h}</th>" for h in ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
    )
    page = f"<html><head><meta charset='{encoding}'></head><body><table>{heads}{cells}</table></body></html>"
    return page.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_the_console_s_html_table_named_xls_is_read(read: Read, encoding: str) -> None:
    found = read(user_analysis(encoding), "user_analysis.xls")

    assert found.choice.template.template_id == "oa_user_analysis"
    assert found.rows[1] == {
        "business_date": dt.date(2026, 7, 24),
        "followers_won": 9,
        "followers_lost": 20,
        "followers_net": -11,
        "followers": 58001,
    }


def xls(*rows: list[Any], sheet: str = "sheet1") -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    for line, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                page.write(line, place, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_content_analysis_of_2026_with_two_tables_side_by_side_is_joined(read: Read) -> None:
    found = read(
        xls(
            ["图文群发每日数据"],
            [
                "日期",
                "渠道",
                "阅读人数",
                None,
                "日期",
                "分享人数",
                "跳转阅读原文",
                "微信收藏人数",
                "发表篇数",
            ],
            ["2026-07-23", "全部", 950, None, "2026-07-23", 40, 12, 9, 2],
            ["2026-07-23", "公众号消息", 700, None, "2026-07-24", 35, 10, 8, 1],
            ["2026-07-24", "全部", 900, None, None, None, None, None, None],
            ["2026-07-24", "公众号消息", 650, None, None, None, None, None, None],
        ),
        "tendency_20260723_20260724.xls",
    )

    assert found.choice.template.template_id == "oa_content_analysis"
    told = {
        (str(row["business_date"]), row["channel"]): (row["readers"], row["sharers"], row["published_items"])
        for row in found.rows
    }
    assert told == {
        ("2026-07-23", "全部"): (950, 40, 2),
        ("2026-07-23", "公众号消息"): (700, None, None),
        ("2026-07-24", "全部"): (900, 35, 1),
        ("2026-07-24", "公众号消息"): (650, None, None),
    }
    assert not found.quarantined


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_the_two_tables_side_by_side_are_joined_from_a_text_file_too(
    read: Read, encoding: str, delimiter: str
) -> None:
    rows = [
        ["图文群发每日数据"],
        ["日期", "渠道", "阅读人数", "", "日期", "分享人数", "跳转阅读原文", "微信收藏人数", "发表篇数"],
        ["2026-07-23", "全部", "1,950", "", "2026-07-23", "40", "12", "9", "2"],
        ["2026-07-23", "公众号消息", "700", "", "2026-07-24", "35", "10", "-", "1"],
        ["2026-07-24", "全部", "900"],
    ]
    found = read(lines(*rows, delimiter=delimiter).encode(encoding))

    assert found.choice.template.template_id == "oa_content_analysis"
    assert [
        (str(row["business_date"]), row["channel"], row["readers"], row["sharers"], row["collectors"])
        for row in found.rows
    ] == [
        ("2026-07-23", "全部", 1950, 40, 9),
        ("2026-07-23", "公众号消息", 700, None, None),
        ("2026-07-24", "全部", 900, 35, None),
    ]
    assert not found.quarantined


def test_a_quote_that_is_never_closed_refuses_two_tables_side_by_side(read: Read) -> None:
    header = "日期,渠道,阅读人数,,日期,分享人数\n"
    with pytest.raises(ConfigurationError, match="引号没有成对"):
        read(header + '2026-07-23,"全部,1,,2026-07-23,2\n2026-07-24,全部,1,,2026-07-24,2\n')


YOUZAN = (
    "订单号,销售渠道,归属店铺,订单类型,订单状态,推广方式,订单来源,订单创建时间,买家付款时间,交易成功时间,付款方式,"
    "支付流水号,商品金额合计,运费,店铺优惠合计,应收订单金额,订单实付金额,支付优惠合计,全部商品名称,商品种类数,"
    "收货人/提货人,收货人手机号/提货人手机号,买家昵称,买家手机号,分销员,订单退款状态,订单已退款金额,分销员\n"
)


def test_the_order_export_of_youzan_is_read_as_it_is(read: Read) -> None:
    found = read(
        YOUZAN
        + "E20260724101500012345,网店,官方旗舰店,普通订单,交易完成,,商家小程序,2026-07-24 10:15:00,2026-07-24 10:16:20,"
        "2026-07-25 01:00:00,微信支付,,268.00,0.00,10.00,258.00,258.00,0.00,成分精华,1,张三,13900000009,小张,"
        "13800000001,,全额退款成功,258.00,\n"
        "E20260724101500012346,网店,官方旗舰店,普通订单,交易关闭,,商家小程序,2026-07-24 11:15:00,-,-,,,99.00,0.00,0.00,"
        "99.00,0.00,0.00,面膜,1,李四,139****0009,小李,138****0001,,,,\n"
    )

    assert found.choice.template.template_id == "orders"
    assert not found.quarantined
    assert holds(
        found.rows[0],
        {
            "order_id": "E20260724101500012345", "shop": "官方旗舰店", "status": "交易完成", "platform": "other",
            "created_at": dt.datetime(2026, 7, 24, 10, 15, tzinfo=SHANGHAI), "paid_cny": Decimal("258.00"),
            "paid_at": dt.datetime(2026, 7, 24, 10, 16, 20, tzinfo=SHANGHAI), "refund_cny": Decimal("258.00"),
            "person_key": "key-of-11", "person_id_kind": "phone", "items": None,
        },
    )  # fmt: skip
    assert holds(found.rows[1], {"paid_at": None, "paid_cny": Decimal("0.00"), "person_key": None}), (
        "a masked number is shared by thousands, and so is nobody"
    )
    assert {"订单来源", "商品种类数", "收货人手机号/提货人手机号"} <= set(found.choice.unused)


def test_the_order_export_of_weimob_is_read_as_it_is(read: Read) -> None:
    found = read(
        "订单编号,店铺名称,订单状态,下单时间,支付时间,商品名称,商品数量,订单金额,实付金额,退款金额,收货人,收货人手机号\n"
        "20260724000001,官方旗舰店,已完成,2026/7/24 10:15,2026/7/24 10:16,精华,2,268,258.00,0,张三,13800000001\n"
    )

    assert found.choice.template.template_id == "orders"
    assert holds(
        found.rows[0],
        {
            "order_id": "20260724000001", "shop": "官方旗舰店", "status": "已完成", "items": 2,
            "paid_cny": Decimal("258.00"), "person_key": "key-of-11", "person_id_kind": "phone",
        },
    )  # fmt: skip


def test_a_figure_that_the_console_does_not_tell_does_not_cost_the_row(read: Read) -> None:
    video = read("视频ID,播放量,完播率,喜欢\nv1,-,-,3\n-,5,-,3\n")
    users = read("时间,新关注人数,取消关注人数,累积关注人数\n2026-07-24,-,18,58012\n")

    assert [(row["video_id"], row["plays"], row["likes"]) for row in video.rows] == [("v1", None, 3)]
    assert [(row["列"], row["值"]) for row in video.quarantined] == [("视频ID", "-")], "a key must be there"
    assert users.rows[0]["followers_won"] is None
    assert (users.rows[0]["followers_lost"], users.rows[0]["followers"]) == (18, 58012)
    assert not users.quarantined


def test_the_older_layout_of_the_content_analysis_is_read_too(read: Read) -> None:
    headers = ["日期", "渠道", "阅读次数", "阅读人数", "分享次数", "分享人数", "阅读原文次数", "阅读原文人数"]
    headers += ["收藏次数", "收藏人数", "群发篇数"]
    found = read(xls(headers, ["2025-07-23", "朋友圈", 1300, 950, 55, 40, 15, 12, 10, 9, 2]), "x.xls")

    assert found.rows == [
        {
            "business_date": dt.date(2025, 7, 23), "channel": "朋友圈", "readers": 950, "reads": 1300, "sharers": 40,
            "shares": 55, "original_link_persons": 12, "original_link_clicks": 15, "collectors": 9, "collects": 10,
            "published_items": 2,
        }
    ]  # fmt: skip


VIDEO = (
    "视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,"
    "评论量,分享量,关注量,转发聊天和朋友圈,设为铃声,设为状态,设为朋友圈封面"
)


def test_the_export_of_channels_videos_is_read_by_header_in_any_order(read: Read) -> None:
    row = '"成分表, 三步看懂",v1,2026/07/24,4.41%,14.73秒,"1,234",10,25,-,8,2,6,0,0,0'
    found = read(("\ufeff" + VIDEO + "\n" + row + "\n").encode())
    shuffled = read("视频ID,播放量,完播率,视频描述\nv1,1234,-,标题\n")

    assert found.choice.template.template_id == shuffled.choice.template.template_id == "channels_videos"
    assert holds(
        found.rows[0],
        {
            "video_id": "v1", "title": "成分表, 三步看懂", "plays": 1234, "recommends": 10, "likes": 25,
            "comments": None, "published_at": dt.datetime(2026, 7, 24, tzinfo=SHANGHAI), "average_seconds": 14.73,
            "wecom_link_clicks": None, "completion_share": 0.0441,
        },
    )  # fmt: skip
    assert shuffled.rows[0]["completion_share"] is None


def test_notified_articles_are_read_without_the_columns_that_newer_exports_lack(read: Read) -> None:
    headers = [
        "内容标题",
        "发表时间",
        "总阅读人数",
        "总分享人数",
        "阅读后关注人数",
        "送达人数",
        "送达阅读率",
        "阅读完成率",
        "内容url",
    ]
    url = "https://mp.weixin.qq.com/s?__biz=MzI&mid=2247483650&idx=1"
    found = read(xls(headers, ["标题", "20260716", 3200, 150, 20, 40000, "6.5%", 0.482, url]), "detail.xls")

    assert found.choice.template.template_id == "oa_notified_articles"
    assert holds(
        found.rows[0],
        {
            "readers": 3200, "reads": None, "delivered": 40000, "delivery_read_share": 0.065, "completion_share": 0.482,
            "published_at": dt.datetime(2026, 7, 16, tzinfo=SHANGHAI), "content_url": url,
        },
    )  # fmt: skip


def test_json_lines_are_read_with_nested_values_and_a_broken_line_is_put_aside(read: Read) -> None:
    good = {**dict(zip(HEADERS, ROW, strict=True)), "属性": {"from": "banner", "a/b": [1]}}
    later = {**good, "事件ID": "e2", "场景值": 1058, "金额": None}
    text = "\n".join(
        [json.dumps(good, ensure_ascii=False), "{broken", "", json.dumps(later, ensure_ascii=False)]
    )
    found = read(text, "x.txt")

    assert [row["event_id"] for row in found.rows] == ["e1", "e2"]
    assert json.loads(found.rows[0]["properties"]) == {"from": "banner", "a/b": [1]}
    assert (found.rows[1]["scene"], found.rows[1]["amount_cny"]) == ("1058", None)
    assert found.faults == [("2", "", "不是一个 JSON 对象")]
    assert "{broken" not in found.quarantined[0].values(), "it may hold the id of a person"
    campaigns = read('{"活动ID": "C1", "活动名称": "甲", "开始日期": "2026-07-01"}\n{broken', "x.jsonl")
    assert campaigns.quarantined[0]["活动ID"] == "{broken"


def test_a_parquet_file_keeps_its_types(read: Read, tmp_path: Path) -> None:
    pq.write_table(
        pa.table(
            {
                "event_id": [1, 2],
                "event_time": pa.array([1784851531_000000, None], pa.timestamp("us", tz="UTC")),
                "event": ["pay", "pay"],
                "openid": ["oAbc123456", "oAbc123456"],
                "amount": [1234.5, 0.1 + 0.2],
                "properties": [{"from": "banner"}, None],
            }
        ),
        tmp_path / "made.parquet",
    )
    found = read((tmp_path / "made.parquet").read_bytes(), "events.dat")

    assert holds(found.rows[0], {**EVENT, "event_id": "1"})
    assert found.rows[0]["properties"] == '{"from":"banner"}'
    assert found.faults == [("2", "event_time", "必填，但为空")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "文件是空的"),
        (b"  \n", "文件是空的"),
        (b"\x1f\x8b\x08\x00abc", "请先解压"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "不是可识别的文件"),
        (b'[{"a": 1}]', "JSONL"),
        (b"PK\x03\x04broken", "无法作为 Excel 打开"),
        (b"\xd0\xcf\x11\xe0broken" + bytes(600), "无法作为 Excel 打开"),
        (b"PAR1broken", "不是完整的 Parquet 文件"),
        ("事件ID,事件时间\n".encode() + b"\xff\xff\xff\n", "编码既不是 UTF-8 也不是 GBK"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(read: Read, content: bytes, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read(content)


def test_a_file_without_a_required_column_names_what_it_has_and_what_it_needs(read: Read) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(lines(["事件ID", "事件名", "用户ID", "备注"], ["e1", "pay", "oAbc", "x"]))
    said = str(refused.value)
    assert "缺少“行为事件”（events）的必填列 事件时间" in said
    assert "文件中的列：事件ID、事件名、用户ID、备注" in said
    assert "需要的列：事件ID、事件时间、事件名、用户ID" in said


def test_a_file_of_nothing_known_names_its_columns(read: Read) -> None:
    with pytest.raises(ConfigurationError, match="看不出是哪种数据。文件中的列：甲、乙"):
        read("甲,乙\n1,2\n")


def test_a_header_that_stands_twice_is_not_chosen_between(read: Read) -> None:
    with pytest.raises(ConfigurationError, match="表头 金额 出现两次"):
        read(lines([*HEADERS, "金额"], [*ROW, "1"]))
    found = read(lines([*HEADERS, "备注", "备注"], [*ROW, "x", "y"]))
    assert len(found.rows) == 1, "columns that mean nothing may be called what they like"


def test_a_quote_that_is_never_closed_refuses_the_whole_file(read: Read) -> None:
    body = lines(HEADERS, ROW, ["e2", *ROW[1:]]) + 'e3,2026-07-24,"pay,oAbc,1\n' + lines(["e4", *ROW[1:]])

    with pytest.raises(ConfigurationError, match="第 4 行的引号没有成对"):
        read(body)


def test_a_name_that_looks_like_a_pattern_is_a_name(read: Read) -> None:
    assert len(read(lines(HEADERS, ROW), "订单[1]*'x'.csv").rows) == 1
