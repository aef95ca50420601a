import datetime as dt
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from deltalake import DeltaTable

from tasks.calendars import Window
from tasks.errors import ConfigurationError
from tasks.lake.raw import answer_of, row_of
from tasks.lake.readings import calls_made
from tasks.lake.store import Lake
from tasks.records import RawResponse

DAY = dt.date(2026, 7, 1)


class Cipher:
    """Reversible, and unlike the text: enough to see what was encrypted."""

    def encrypt(self, text: str) -> str:
        return b64encode(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        return b64decode(text).decode()


def answer(n: int = 0, *, endpoint: str = "oa.user_summary", personal: bool = False) -> RawResponse:
    return RawResponse(
        source="official_account",
        account_id="oa",
        endpoint=endpoint,
        business_date=DAY + dt.timedelta(days=n),
        last_date=DAY + dt.timedelta(days=n + 6),
        request='{"method": "POST"}',
        body='{"openid": "o-1"}',
        status=200,
        errcode="",
        fetched_at=dt.datetime(2026, 7, 2, 16, 0, n, tzinfo=dt.UTC),
        personal=personal,
    )


def test_answers_come_back_as_they_were_in_the_order_they_came(lake: Lake) -> None:
    answers = [answer(n) for n in range(5)]
    assert lake.append_raw(answers[::-1], None) == 5
    assert list(lake.raw()) == answers


def test_an_answer_kept_before_its_last_date_was_is_of_its_first_date_alone(lake: Lake) -> None:
    row = row_of(answer(), None) | {"last_date": None}
    assert answer_of(row, None) == replace(answer(), last_date=DAY)


def test_the_same_answer_may_be_kept_twice(lake: Lake) -> None:
    lake.append_raw([answer(), answer()], None)
    ids = {row["response_id"] for row in lake.rows("raw_api")}
    assert len(ids) == 2


def test_all_answers_of_one_call_are_one_commit(lake: Lake) -> None:
    lake.append_raw([answer()], None)
    before = DeltaTable(lake.uri("raw_api")).version()
    lake.append_raw([answer(n) for n in range(9)], None)
    assert DeltaTable(lake.uri("raw_api")).version() == before + 1
    assert lake.append_raw([], None) == 0
    assert DeltaTable(lake.uri("raw_api")).version() == before + 1


def test_bodies_that_name_persons_are_stored_encrypted(lake: Lake) -> None:
    lake.append_raw([answer(0, personal=True), answer(1)], Cipher())
    personal, other = sorted(lake.rows("raw_api"), key=lambda row: row["business_date"])
    assert (personal["is_personal"], other["is_personal"]) == (True, False)
    assert "openid" not in personal["body"]
    assert "openid" in other["body"]
    assert list(lake.raw(Cipher())) == [answer(0, personal=True), answer(1)]


def test_a_body_that_names_persons_is_not_kept_without_encryption(lake: Lake) -> None:
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SECRET_KEY"):
        lake.append_raw([answer(), answer(1, personal=True)], None)
    assert list(lake.raw()) == []


def test_an_encrypted_body_is_not_read_without_the_key(lake: Lake) -> None:
    lake.append_raw([answer(personal=True)], Cipher())
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_SECRET_KEY"):
        list(lake.raw())


def test_an_answer_belongs_to_the_shanghai_day_it_was_fetched_on(lake: Lake) -> None:
    lake.append_raw([answer()], None)
    assert lake.rows("raw_api")[0]["fetched_date"] == dt.date(2026, 7, 3)


def test_answers_are_found_by_what_was_asked(lake: Lake) -> None:
    other = replace(answer(2), account_id="oa2", source="shop")
    lake.append_raw([answer(0), answer(1, endpoint="oa.user_cumulate"), other], None)
    assert list(lake.raw(endpoint="oa.user_cumulate")) == [answer(1, endpoint="oa.user_cumulate")]
    assert list(lake.raw(account_id="oa2")) == list(lake.raw(source="shop")) == [other]
    assert [a.business_date for a in lake.raw(window=Window(DAY, DAY + dt.timedelta(days=2)))] == [
        DAY,
        DAY + dt.timedelta(days=1),
    ]
    assert list(lake.raw(account_id="oa2", window=Window.of_day(DAY))) == []


def test_calls_of_a_path_are_counted_by_account_and_shanghai_day(lake: Lake) -> None:
    called = '{"method": "GET", "path": "/cgi-bin/user/get", "query": {}}'
    today = replace(answer(), request=called)  # fetched at 00:00 of July 3 in Shanghai
    day = dt.date(2026, 7, 3)
    assert calls_made(lake, "oa", day, "/cgi-bin/user/get") == 0, "nothing was ever kept"

    lake.append_raw(
        [
            today,
            replace(today, endpoint="oa.followers", errcode="45009"),
            replace(today, fetched_at=today.fetched_at - dt.timedelta(seconds=1)),
            replace(today, account_id="other"),
            replace(today, request=called.replace("user/get", "user/get/more")),
        ],
        None,
    )

    assert calls_made(lake, "oa", day, "/cgi-bin/user/get") == 2
