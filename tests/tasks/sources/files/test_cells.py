"""What a cell may say, and what is made of it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.calendars import SHANGHAI
from tasks.sources.files import cells
from tasks.sources.files.templates import Column
from tasks.sources.files.words import CHINESE, REASONS

NOW = dt.datetime(2026, 7, 25, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def rules() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for macro in cells.MACROS:
            connection.execute(f"create macro {macro}")
        yield connection


def column(kind: str, **more: Any) -> Column:
    return Column(name="x", header="列", type=kind, **more)


def read(
    rules: duckdb.DuckDBPyConnection, wanted: Column, text: str | None, **more: Any
) -> tuple[Any, str | None]:
    """Value and problem of one cell."""
    reading = cells.reading(wanted, "said", "meant", NOW, **more)
    found = rules.execute(
        f"select meant, {reading.problem}, coalesce({reading.is_bad}, false) from "
        f"(select *, {reading.value} as meant from "
        f"(select {cells.cleaned(wanted, 'cell')} as said from (select $1::varchar as cell)))",
        [text],
    ).fetchone()
    assert found is not None
    value, problem, is_bad = found
    assert is_bad == (problem is not None)
    return value, problem


def china(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-24 08:05:31", china(2026, 7, 24, 8, 5, 31)),
        ("2026-07-24T08:05:31", china(2026, 7, 24, 8, 5, 31)),
        ("2026-07-24 08:05:31.250", china(2026, 7, 24, 8, 5, 31, 250000)),
        ("2026/7/4 8:05", china(2026, 7, 4, 8, 5)),
        ("2026.07.04 08:05", china(2026, 7, 4, 8, 5)),
        ("2026年7月24日 8时05分31秒", china(2026, 7, 24, 8, 5, 31)),
        ("2026年7月24日08:05", china(2026, 7, 24, 8, 5)),
        ("２０２６-０７-２４　０８：０５：３１", china(2026, 7, 24, 8, 5, 31)),
        ("20260724", china(2026, 7, 24)),
        ("20260724080531", china(2026, 7, 24, 8, 5, 31)),
        ("1784851531", dt.datetime(2026, 7, 24, 0, 5, 31, tzinfo=dt.UTC)),
        ("1784851531250", dt.datetime(2026, 7, 24, 0, 5, 31, 250000, tzinfo=dt.UTC)),
        ("46227", china(2026, 7, 24)),
        ("46227.33716435", china(2026, 7, 24, 8, 5, 31)),
        ("2026-07-24 08:05:31+09:00", china(2026, 7, 24, 7, 5, 31)),
        ("2026-07-24T00:05:31Z", china(2026, 7, 24, 8, 5, 31)),
        ("2026-07-24 00:05:31 UTC", china(2026, 7, 24, 8, 5, 31)),
        ("2026-07-24 00:05:31.5+00", china(2026, 7, 24, 8, 5, 31, 500000)),
        ("  2026-07-24 08:05:31\t", china(2026, 7, 24, 8, 5, 31)),
    ],
)
def test_a_moment_is_china_time_unless_it_names_another(
    rules: duckdb.DuckDBPyConnection, text: str, moment: dt.datetime
) -> None:
    assert read(rules, column("moment"), text) == (moment, None)


@pytest.mark.parametrize(
    "text",
    [
        "昨天",
        "24/07/2026",
        "2026-13-01",
        "2026-02-30",
        "2026-07-24 25:00",
        "07-24",
        "12",
        "2026-07-24 08:00+08",
    ],
)
def test_what_is_no_moment_is_said_to_be_none(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(rules, column("moment"), text) == (None, REASONS[CHINESE]["moment"])


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("moment", "2026-07-25 10:10:00", None),
        ("moment", "2026-07-25 10:11:00", "在将来"),
        ("moment", "1999-12-31 23:59:59", "早于 2000 年"),
        ("date", "2026-07-25", None),
        ("date", "2026-07-26", "在将来"),
        ("date", "1970-01-01", "早于 2000 年"),
    ],
)
def test_a_date_that_cannot_be_is_told(
    rules: duckdb.DuckDBPyConnection, kind: str, text: str, problem: str | None
) -> None:
    assert read(rules, column(kind), text)[1] == problem


def test_a_planned_date_may_lie_ahead(rules: duckdb.DuckDBPyConnection) -> None:
    assert read(rules, column("date", future=True), "2027-01-01") == (dt.date(2027, 1, 1), None)


@pytest.mark.parametrize(
    "text",
    ["2026-07-24", "2026/7/24", "2026.7.24", "20260724", "2026年7月24日", "46227", "2026-07-24 23:59:59"],
)
def test_a_date_is_read_however_it_is_written(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(rules, column("date"), text) == (dt.date(2026, 7, 24), None)


@pytest.mark.parametrize("text", ["2026-07", "2026/7", "2026年7月", "202607", "2026-07-01"])
def test_a_month_is_its_first_day_where_months_are_told(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(rules, column("date", months=True), text) == (dt.date(2026, 7, 1), None)
    if text != "2026-07-01":
        assert read(rules, column("date"), text)[1] == REASONS[CHINESE]["date"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.50"),
        ("¥1,234.50", "1234.50"),
        ("￥1，234．５０", "1234.50"),
        ("1,234,567", "1234567.00"),
        ("258 元", "258.00"),
        ("12.3400", "12.34"),
        ("0", "0.00"),
    ],
)
def test_money_is_read_to_the_fen(rules: duckdb.DuckDBPyConnection, text: str, amount: str) -> None:
    assert read(rules, column("cny"), text) == (Decimal(amount), None)


@pytest.mark.parametrize(
    "text", ["12.345", "1,23", "1.234,56", "$12", "CNY 12", "12万", "1e3", "12.3.4", "nan", "١٢"]
)
def test_money_that_would_have_to_be_guessed_is_refused(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    wanted = None if text == "nan" else REASONS[CHINESE]["cny"]
    assert read(rules, column("cny"), text) == (None, wanted)


def test_money_below_zero_is_refused_unless_the_ledger_may_hold_it(rules: duckdb.DuckDBPyConnection) -> None:
    assert read(rules, column("cny"), "-12.00")[1] == "不应为负数"
    assert read(rules, column("cny", signed=True), "-¥12.00") == (Decimal("-12.00"), None)


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("1,234", 1234), ("12.0", 12), ("１２", 12), ("12次", 12), ("0", 0)]
)
def test_a_count_is_whole(rules: duckdb.DuckDBPyConnection, text: str, number: int) -> None:
    assert read(rules, column("integer"), text) == (number, None)


@pytest.mark.parametrize("text", ["1.5", "1_000", "1e3", "1.2万", "12a", "0x10"])
def test_a_count_is_never_rounded_or_guessed(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(rules, column("integer"), text) == (None, REASONS[CHINESE]["integer"])


@pytest.mark.parametrize(
    ("text", "share"),
    [("4.41%", 0.0441), ("0.0441", 0.0441), ("100%", 1.0), ("1", 1.0), ("４.４１％", 0.0441), ("0%", 0.0)],
)
def test_a_share_is_kept_between_0_and_1(rules: duckdb.DuckDBPyConnection, text: str, share: float) -> None:
    assert read(rules, column("share"), text) == (share, None)


@pytest.mark.parametrize("text", ["4.41", "120%", "-3%", "很高"])
def test_a_share_that_may_be_a_percentage_without_its_sign_is_refused(
    rules: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert read(rules, column("share"), text)[1] == REASONS[CHINESE]["share"]


def test_a_share_is_in_percent_where_the_header_says_so(rules: duckdb.DuckDBPyConnection) -> None:
    assert read(rules, column("share"), "4.41", percent=True) == (0.0441, None)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("seconds", "14.73秒", 14.73),
        ("seconds", "14.73", 14.73),
        ("seconds", "1分14秒", 74.0),
        ("seconds", "00:01:14", 74.0),
        ("seconds", "90s", 90.0),
        ("minutes", "3.5", 3.5),
        ("minutes", "3分30秒", 3.5),
        ("minutes", "1小时30分钟", 90.0),
        ("minutes", "00:03:30", 3.5),
    ],
)
def test_a_duration_is_read_in_its_unit(
    rules: duckdb.DuckDBPyConnection, kind: str, text: str, value: float
) -> None:
    assert read(rules, column(kind), text) == (pytest.approx(value), None)


def test_minutes_and_seconds_without_hours_could_be_either_and_are_refused(
    rules: duckdb.DuckDBPyConnection,
) -> None:
    assert read(rules, column("seconds"), "01:14")[1] == REASONS[CHINESE]["seconds"]


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("Y", True), ("1", True), ("否", False), ("FALSE", False)]
)
def test_yes_and_no(rules: duckdb.DuckDBPyConnection, text: str, value: bool) -> None:
    assert read(rules, column("yes_no"), text) == (value, None)
    assert read(rules, column("yes_no"), "也许")[1] == "应为 是 或 否"


def test_a_choice_is_known_by_any_of_its_labels(rules: duckdb.DuckDBPyConnection) -> None:
    wanted = column("text", choices={"vertical_knowledge": ["垂直知识", "干货"], "none": ["无"]})
    for text in ("垂直知识", "干货", "Vertical Knowledge", "vertical-knowledge", "VERTICAL_KNOWLEDGE"):
        assert read(rules, wanted, text) == ("vertical_knowledge", None)
    assert read(rules, wanted, "泛娱乐") == (None, "应为其中之一：垂直知识 / 无")


def test_an_open_choice_takes_what_it_does_not_know_as_it_is(rules: duckdb.DuckDBPyConnection) -> None:
    wanted = column("text", choices={"tools": ["工具采购"]}, open=True)
    assert read(rules, wanted, "工具采购") == ("tools", None)
    assert read(rules, wanted, "差旅") == ("差旅", None)


@pytest.mark.parametrize("text", ["", " ", "-", "--", "—", "NULL", "N/A", "\\N", "　", "\ufeff"])
def test_what_says_nothing_is_nothing(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    for kind in ("text", "integer", "moment", "cny"):
        assert read(rules, column(kind), text) == (None, None)
    assert read(rules, column("text", required=True), text) == (None, "必填，但为空")
    assert read(rules, column("text", default="main"), text) == ("main", None)


@pytest.mark.parametrize(
    ("text", "told"), [('="0012"', "0012"), ("'0012", "0012"), ("\t0012\t", "0012"), ("\u00a00012", "0012")]
)
def test_what_shops_wrap_around_numbers_for_excel_is_taken_off(
    rules: duckdb.DuckDBPyConnection, text: str, told: str
) -> None:
    assert read(rules, column("text"), text) == (told, None)


@pytest.mark.parametrize("text", ["1.23457E+19", "1e+15", "4.2E+9"])
def test_an_id_that_excel_has_cut_is_refused(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    wanted = Column(name="order_id", header="订单号", type="text")
    assert read(rules, wanted, text)[1] == REASONS[CHINESE]["damaged"]
    assert read(rules, column("person"), text)[1] == REASONS[CHINESE]["damaged"]
    assert read(rules, column("text"), text) == (text, None), "a title may say anything"


def test_properties_are_an_object(rules: duckdb.DuckDBPyConnection) -> None:
    assert read(rules, column("json"), '{"a": 1}') == ('{"a": 1}', None)
    for text in ("[1]", "{broken", "text"):
        assert read(rules, column("json"), text) == (None, REASONS[CHINESE]["json"])


MOMENTS = st.integers(946_771_200, 1_784_851_200).map(lambda s: dt.datetime.fromtimestamp(s, SHANGHAI))
WRITINGS = st.sampled_from(
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y%m%d%H%M%S",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S+08:00",
    ]
)


@settings(max_examples=60, deadline=None)
@given(moment=MOMENTS, writing=WRITINGS)
def test_every_writing_of_a_moment_says_the_same(
    rules: duckdb.DuckDBPyConnection, moment: dt.datetime, writing: str
) -> None:
    assert read(rules, column("moment"), moment.strftime(writing))[0] == moment


@settings(max_examples=60, deadline=None)
@given(amount=st.decimals(0, 10**12, places=2), grouped=st.booleans(), sign=st.sampled_from(["", "¥", "￥"]))
def test_every_writing_of_an_amount_says_the_same(
    rules: duckdb.DuckDBPyConnection, amount: Decimal, grouped: bool, sign: str
) -> None:
    text = f"{sign}{amount:,.2f}" if grouped else f"{sign}{amount:.2f}"
    assert read(rules, column("cny"), text) == (amount, None)


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, 10**15 - 1), grouped=st.booleans())
def test_every_writing_of_a_count_says_the_same(
    rules: duckdb.DuckDBPyConnection, number: int, grouped: bool
) -> None:
    assert read(rules, column("integer"), f"{number:,}" if grouped else str(number)) == (number, None)


BARE = " \n"
"""What the files of these texts do not lack, of what is asked about."""


@pytest.fixture(scope="module")
def short() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for macro in cells.macros("".join(letter for letter in cells.ASKED if letter not in BARE)):
            connection.execute(f"create macro {macro}")
        yield connection


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["text", "person", "moment", "cny"]),
    text=st.one_of(
        st.text(st.characters(exclude_characters="\x00\t\r\u00a0\u3000\ufeff+*", exclude_categories=["Cs"])),
        st.text("0129-/:. ,\n=\"'naNullT—é中", max_size=20),
    ),
)
def test_a_cell_means_the_same_whether_or_not_it_is_known_what_its_file_lacks(
    rules: duckdb.DuckDBPyConnection, short: duckdb.DuckDBPyConnection, kind: str, text: str
) -> None:
    assert read(short, column(kind), text) == read(rules, column(kind), text)


@pytest.mark.parametrize(
    "text", ["infinity", "-infinity", "epoch", "2026-02-30", "2026-07-07 08:05:5Z", "2026-07-07 08:05+08"]
)
def test_what_only_duckdb_takes_for_a_moment_is_none(rules: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(rules, column("moment"), text) == (None, REASONS[CHINESE]["moment"])
    assert read(rules, column("date"), text) == (None, REASONS[CHINESE]["date"])


KINDS = [
    "date",
    "moment",
    "integer",
    "number",
    "cny",
    "share",
    "minutes",
    "seconds",
    "yes_no",
    "json",
    "text",
    "person",
]


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    text=st.one_of(
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30),
        st.text("0123456789-/:. ,%eE+年月日分秒", max_size=20),
    ),
)
def test_any_text_is_a_value_or_nothing_or_told_why_not(
    rules: duckdb.DuckDBPyConnection, kind: str, text: str
) -> None:
    value, problem = read(rules, column(kind), text)
    # A lone ' is nothing where texts are unwrapped, and a fault elsewhere.
    like = "text" if kind in {"text", "person"} else "integer"
    empty = read(rules, column(like), text) == (None, None)
    assert problem is None or not empty
    masked = kind == "person" and "**" in text
    assert (value is not None) or problem is not None or empty or masked
