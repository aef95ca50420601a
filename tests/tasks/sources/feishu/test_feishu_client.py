"""Reading tables of a Bitable base over the sandbox: tokens, pages, pace, refusals, and tables people change."""

import datetime as dt
import json

import httpx
import pytest
from starlette.responses import HTMLResponse, JSONResponse

from tasks.calendars import Window
from tasks.errors import (
    BadCredential,
    Busy,
    ConfigurationError,
    NotAuthorised,
    PermanentError,
    RateLimited,
    ShortAnswer,
    Timeout,
    UnexpectedShape,
)
from tasks.metrics.remedies import reason
from tasks.records import SourceKind, Verdict
from tasks.sandbox.accounts import account_of
from tasks.sandbox.feishu_base import APP_TOKEN, BUDGET, REGISTER, TASKS
from tasks.sandbox.feishu_errors import STATUS
from tasks.sources.feishu import client as bitable
from tasks.sources.jobs import JOBS
from tasks.sources.probes import Heard, Prober
from tasks.sources.verdicts import outcomes

FEISHU = SourceKind.feishu
LAST = dt.date(2026, 7, 20)
DAY = Window.of_day(LAST)
TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105
BASE = f"/open-apis/bitable/v1/apps/{APP_TOKEN}/tables"
NAMES = ("feishu.content_register", "feishu.project_tasks", "feishu.budget")


def read(platform, name="feishu.budget", **options):
    return platform.ask(FEISHU, lambda client: JOBS[name].fetch(client, DAY, frozenset()), **options)


def rows_of(platform, fetch, keyed, name="feishu.budget"):
    dataset = platform.registry[name].datasets[0]
    return [row for raw in fetch.answers for row in JOBS[name].parse(raw, keyed).rows[dataset]]


def the_trouble(fetch):
    [error] = fetch.troubles.values()
    assert fetch.answers == []
    return error


def records_of(platform, table):
    return platform.sandbox.feishu.table(table).records


@pytest.mark.parametrize(("name", "table"), zip(NAMES, (REGISTER, TASKS, BUDGET), strict=True))
def test_every_table_lands_one_storable_row_for_each_record(platform, keyed, columns_of, name, table):
    fetch = read(platform, name)
    assert (fetch.troubles, fetch.notes) == ({}, [])
    rows = rows_of(platform, fetch, keyed, name)
    assert len(rows) == len(records_of(platform, table)) > 0
    assert {tuple(row) for row in rows} == {tuple(columns_of(platform.registry[name].datasets[0]))}
    assert {row["account_id"] for row in rows} == {"feishu_main"}
    assert {row["import_id"] for row in rows} == {
        f"feishu:{r.record_id}" for r in records_of(platform, table)
    }


def test_the_register_says_of_each_article_what_the_team_wrote(platform, keyed, world):
    rows = rows_of(platform, read(platform, NAMES[0]), keyed, NAMES[0])
    by_msg = {row["msg_id"]: row for row in rows if row["msg_id"]}
    for article in world.rows("select * from oa_article where publish_date < date '2026-07-20'"):
        row = by_msg[f"{article['msg_data_id']}_{article['idx']}"]
        assert (row["title"], row["channel"]) == (article["title"], "oa")
        assert (row["publish_date"], row["content_url"]) == (article["publish_date"], article["url"])
        assert row["brief_date"] < row["publish_date"]
        assert row["is_original"] in {True, False}
        if row["matrix_type"]:
            assert (row["matrix_type"] == "vertical_knowledge") is (article["kind"] == "knowledge")


def test_one_token_serves_all_tables_and_never_shows(platform):
    async def question(client):
        return [await JOBS[name].fetch(client, DAY, frozenset()) for name in NAMES]

    fetches = platform.ask(FEISHU, question)
    assert [fetch.troubles for fetch in fetches] == [{}, {}, {}]
    assert platform.count(TOKEN) == 1
    told = " ".join(raw.request + raw.body for raw in platform.kept)
    assert not any(token in told for token in platform.sandbox.feishu._tokens)
    assert account_of(FEISHU).secret not in told


def test_every_answer_is_kept_with_what_was_asked_and_only_the_templates_fields_are(platform):
    read(platform)
    columns, page = platform.kept
    assert json.loads(columns.request)["path"] == f"{BASE}/{BUDGET}/fields"
    asked = json.loads(page.request)
    assert (asked["method"], asked["path"]) == ("POST", f"{BASE}/{BUDGET}/records/search")
    assert asked["query"] == {"page_size": "500", "user_id_type": "open_id"}
    names = asked["body"]["field_names"]
    assert {"科目编号", "周期", "计划金额（元）"} <= set(names)
    assert not {"已花费", "执行率"} & set(names), "what the template does not know is not asked for"
    assert asked["kinds"]["计划金额（元）"] == 2
    assert (page.source, page.endpoint, page.business_date, page.status, page.errcode) == (
        "feishu",
        "feishu.budget",
        LAST,
        200,
        "",
    )


def test_a_table_of_many_pages_is_read_to_its_end(platform, keyed, monkeypatch):
    monkeypatch.setattr(bitable, "PAGE", 60)
    monkeypatch.setattr(bitable, "FIELD_PAGE", 7)
    fetch = read(platform, NAMES[0])
    total = len(records_of(platform, REGISTER))
    assert len(fetch.answers) == -(-total // 60) > 5
    assert len(rows_of(platform, fetch, keyed, NAMES[0])) == total
    assert platform.count(f"{BASE}/{REGISTER}/fields") == 3
    tokens = [json.loads(raw.request)["query"].get("page_token") for raw in fetch.answers]
    assert tokens[0] is None
    assert len(set(tokens)) == len(tokens)


# --- Tokens --------------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_once_and_the_question_repeated(platform):
    platform.sandbox.faults.add("expired_token:/open-apis/bitable/:times=1")
    fetch = read(platform)
    assert fetch.troubles == {}
    assert [raw.errcode for raw in platform.kept] == ["99991663", "", ""]
    assert platform.count(TOKEN) == 2
    assert platform.slept == []


def test_a_token_older_than_two_hours_is_replaced_before_it_is_refused(platform):
    assert read(platform).troubles == {}
    platform.sandbox.clock.advance(dt.timedelta(minutes=116))
    assert read(platform).troubles == {}
    assert platform.count(TOKEN) == 2
    assert {raw.errcode for raw in platform.kept} == {""}


def test_a_token_refused_twice_is_believed(acting):
    def behave(request, body):
        if request.url.path == TOKEN:
            return {"code": 0, "msg": "ok", "tenant_access_token": "t-1", "expire": 7200}
        return JSONResponse({"code": 99991663, "msg": "Invalid access token"}, 400)

    platform = acting(behave)
    error = the_trouble(read(platform))
    assert type(error) is BadCredential
    assert error.code == "99991663"
    assert len(platform.kept) == 2


def test_a_wrong_secret_is_tried_once_in_a_run_and_never_shown(platform):
    async def question(client):
        return [await JOBS[name].fetch(client, DAY, frozenset()) for name in NAMES]

    fetches = platform.ask(FEISHU, question, secret="not-the-secret")  # noqa: S106
    for fetch in fetches:
        error = the_trouble(fetch)
        assert (type(error), error.code) == (BadCredential, "10014")
        assert "not-the-secret" not in str(error)
    assert platform.count(TOKEN) == 1


def test_a_token_answer_without_a_token_is_named(acting):
    platform = acting(lambda request, body: {"code": 0, "msg": "ok"})
    error = the_trouble(read(platform))
    assert type(error) is UnexpectedShape
    assert "tenant_access_token" in str(error)


# --- Refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "error", "calls"),
    [
        (91403, NotAuthorised, 1),
        (1254002, Busy, 4),
        (1254036, Busy, 4),
        (1254041, ConfigurationError, 1),
        (1254045, ConfigurationError, 1),
        (1254290, RateLimited, 4),
        (1254302, NotAuthorised, 1),
        (1254607, Busy, 4),
        (1255001, Busy, 4),
        (1255002, Busy, 4),
        (1255003, Busy, 4),
        (1255004, Busy, 4),
        (1255005, Busy, 4),
        (1255040, Timeout, 4),
        (99991400, RateLimited, 4),
        (99991672, NotAuthorised, 1),
        (1259999, PermanentError, 2),
    ],
)
def test_every_refusal_is_a_named_error_repeated_only_where_that_helps(platform, code, error, calls):
    platform.sandbox.feishu.refuses[BUDGET] = code
    fetch = read(platform)
    found = the_trouble(fetch)
    assert (type(found), found.code) == (error, str(code))
    assert [raw.status for raw in platform.kept] == [STATUS.get(code, 200)] * calls
    assert read(platform, "feishu.project_tasks").troubles == {}, "the other tables do not suffer"


@pytest.mark.parametrize("fault", ["busy", "freq", "quota", "late=61503", "html=200", "html=502"])
def test_a_passing_fault_is_waited_out(platform, keyed, fault):
    platform.sandbox.faults.add(f"{fault}:{BASE}/{BUDGET}/records/:times=2")
    fetch = read(platform)
    assert fetch.troubles == {}
    assert len(rows_of(platform, fetch, keyed)) == 28
    assert len(platform.slept) == 2


def test_a_timeout_is_repeated_and_named(platform):
    platform.sandbox.faults.add(f"timeout:{BASE}:times=3")
    assert read(platform).troubles == {}
    platform.sandbox.faults.add(f"timeout:{BASE}")
    assert type(the_trouble(read(platform))) is Timeout


def test_http_429_is_waited_for_as_long_as_its_header_says_and_1254290_a_second(platform):
    platform.sandbox.faults.add(f"quota:{BASE}:times=1")
    assert read(platform).troubles == {}
    assert platform.slept == [2.0]
    platform.sandbox.faults.add(f"freq:{BASE}:times=1")
    assert read(platform).troubles == {}
    assert platform.slept == [2.0, 1.0]


@pytest.mark.parametrize("said", ["soon", "-3", "86400"])
def test_a_reset_that_cannot_be_meant_gives_way_to_our_own_pause(acting, said):
    def behave(request, body):
        if request.url.path == TOKEN:
            return {"code": 0, "tenant_access_token": "t-1", "expire": 7200}
        return JSONResponse({"code": 99991400, "msg": "limit"}, 429, headers={"x-ogw-ratelimit-reset": said})

    platform = acting(behave)
    assert type(the_trouble(read(platform))) is RateLimited
    assert platform.slept == [1.0, 1.0, 1.0]


def test_a_proxys_page_and_another_platforms_answer_are_not_taken_for_a_table(acting):
    assert type(the_trouble(read(acting(lambda request, body: HTMLResponse("<html>"))))) is Busy
    strange = acting(lambda request, body: {"errcode": 0, "errmsg": "ok"})
    assert type(the_trouble(read(strange))) is UnexpectedShape


def test_the_client_keeps_to_20_calls_a_second_by_itself(platform, monkeypatch):
    monkeypatch.setattr(bitable, "PAGE", 1)
    platform.sandbox.clock.running = True
    platform.sandbox.clock.set(platform.sandbox.clock.now())
    assert read(platform).troubles == {}
    assert len(platform.kept) == 29, "28 pages and the columns"
    assert {raw.errcode for raw in platform.kept} == {""}


# --- Trying it out -------------------------------------------------------------------------------------------


def probe(platform, **options):
    endpoint = platform.registry["feishu.budget"]

    async def question(client):
        return await Prober(client._http, Heard()).probe(endpoint, LAST)

    return platform.ask(FEISHU, question, **options)


def test_a_probe_reads_one_page_of_a_table_and_says_what_keeps_it_from_reading(platform):
    found = probe(platform)
    assert (found.error, found.reached) == (None, True)
    assert platform.count(f"{BASE}/{BUDGET}/records/search") == 1
    platform.sandbox.feishu.refuses[BUDGET] = 91403
    found = probe(platform)
    assert (type(found.error), found.error.code) == (NotAuthorised, "91403")
    assert type(probe(platform, tables={}).error) is ConfigurationError


# --- Which table ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        f"{APP_TOKEN}/{BUDGET}",
        f" https://brand.feishu.cn/base/{APP_TOKEN}?table={BUDGET}&view=vew1 ",
        f"https://brand.feishu.cn/base/{APP_TOKEN}?from=wiki&table={BUDGET}",
    ],
)
def test_a_table_is_named_by_its_ids_or_by_its_address(platform, written):
    assert read(platform, tables={"budget": written}).troubles == {}


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({}, 'skip = ["feishu.budget"]'),
        ({"budget": "bascn123"}, "app_token/table_id"),
        ({"budget": f"https://brand.feishu.cn/wiki/Wiki123?table={BUDGET}"}, "/wiki/"),
    ],
)
def test_a_table_that_is_not_named_rightly_says_what_to_write(platform, tables, words):
    error = the_trouble(read(platform, tables=tables))
    assert type(error) is ConfigurationError
    assert words in str(error)
    assert platform.kept == []


@pytest.mark.parametrize(
    ("place", "code"), [(f"short/{BUDGET}", "1254003"), (f"{APP_TOKEN}/tblNotThere00000", "1254041")]
)
def test_a_wrong_id_names_the_file_to_correct(platform, place, code):
    error = the_trouble(read(platform, tables={"budget": place}))
    assert (type(error), error.code) == (ConfigurationError, code)
    assert "deployments/accounts.toml" in str(error)


# --- Tables as people keep them ------------------------------------------------------------------------------


def test_a_renamed_column_that_is_needed_stops_the_table_and_is_named(platform):
    platform.sandbox.feishu.rename(BUDGET, "周期", "期数")
    error = the_trouble(read(platform))
    assert type(error) is ConfigurationError
    assert "飞书表“预算”" in str(error)
    assert "缺少必填列：周期" in str(error)
    assert "期数" in str(error), "among the columns that are there"


def test_a_column_may_go_by_another_known_name(platform, keyed):
    platform.sandbox.feishu.rename(BUDGET, "计划金额（元）", "预算金额")
    fetch = read(platform)
    assert fetch.troubles == {}
    assert all(row["planned_cny"] > 0 for row in rows_of(platform, fetch, keyed))


def test_a_column_renamed_between_list_and_records_is_told_as_such(platform):
    class Renaming(httpx.ASGITransport):
        async def handle_async_request(self, request):
            if request.url.path.endswith("/records/search"):
                platform.sandbox.feishu.rename(BUDGET, "周期", "期数")
            return await super().handle_async_request(request)

    error = the_trouble(read(platform, transport=Renaming(platform.app)))
    assert (type(error), error.code) == (ConfigurationError, "1254045")


def test_records_that_do_not_fit_are_left_out_with_a_note_and_the_others_load(platform, keyed):
    first, second, *_ = records_of(platform, REGISTER)
    store = platform.sandbox.feishu
    store.edit(first.record_id, {"标题": None})
    store.edit(second.record_id, {"渠道": "抖音"})
    fetch = read(platform, NAMES[0])
    assert fetch.troubles == {}
    total = len(records_of(platform, REGISTER))
    [note] = fetch.notes
    assert note.startswith(f"2 of {total} records left out (")
    assert f"{first.record_id} 标题：必填，但为空" in note
    assert f"{second.record_id} 渠道“抖音”：应为其中之一" in note
    rows = rows_of(platform, fetch, keyed, NAMES[0])
    assert len(rows) == total - 2
    endpoint = platform.registry[NAMES[0]]
    parsed = [JOBS[NAMES[0]].parse(raw, keyed) for raw in fetch.answers]
    [cell] = outcomes(endpoint, "a", DAY.days(), fetch, parsed, None, LAST, platform.now())
    assert (cell.verdict, cell.rows, cell.message) == (Verdict.ok, total - 2, note)


def test_two_records_with_one_key_on_different_pages_do_not_stop_the_table(platform, keyed, monkeypatch):
    monkeypatch.setattr(bitable, "PAGE", 10)
    first, *_, last = records_of(platform, BUDGET)
    platform.sandbox.feishu.edit(
        last.record_id, {"科目编号": first.cells["科目编号"], "周期": first.cells["周期"]}
    )
    fetch = read(platform)
    [note] = fetch.notes
    assert f"{last.record_id} 科目编号、周期：与另一条记录相同" in note
    keys = [(row["line_id"], row["period"]) for row in rows_of(platform, fetch, keyed)]
    assert len(keys) == len(set(keys)) == 27


@pytest.mark.parametrize("fault", ["shuffled", "duplicated"])
def test_records_in_another_order_or_told_twice_are_the_same_rows(platform, keyed, fault):
    before = rows_of(platform, read(platform), keyed)
    platform.sandbox.faults.add(f"{fault}:{BASE}/{BUDGET}/records/")
    fetch = read(platform)
    assert (fetch.troubles, fetch.notes) == ({}, [])
    after = rows_of(platform, fetch, keyed)
    key = str
    assert sorted(map(key, after)) == sorted(map(key, before))


def test_a_page_that_lost_its_second_half_is_not_believed(platform):
    platform.sandbox.faults.add(f"short_page:{BASE}/{BUDGET}/records/")
    error = the_trouble(read(platform))
    assert type(error) is ShortAnswer
    assert "14 of 28 records" in str(error)
    platform.sandbox.faults.clear()
    platform.sandbox.faults.add(f"short_page:{BASE}/{BUDGET}/records/:times=1")
    assert read(platform).troubles == {}, "read again, it was whole"


def test_an_empty_answer_is_doubted_and_told_with_the_permission_that_may_lack(platform, keyed):
    platform.sandbox.feishu.hidden = True
    fetch = read(platform)
    parsed = [JOBS["feishu.budget"].parse(raw, keyed) for raw in fetch.answers]
    endpoint = platform.registry["feishu.budget"]
    [cell] = outcomes(endpoint, "a", DAY.days(), fetch, parsed, None, LAST, platform.now())
    assert cell.verdict is Verdict.empty
    assert "高级权限" in reason(cell, FEISHU)


def test_a_table_that_changes_at_every_reading_is_left_for_later(acting):
    def behave(request, body):
        if request.url.path == TOKEN:
            return {"code": 0, "tenant_access_token": "t-1", "expire": 7200}
        if request.url.path.endswith("/fields"):
            items = [
                {"field_name": name, "type": kind}
                for name, kind in (("科目编号", 3), ("周期", 1), ("金额", 2))
            ]
            return {"code": 0, "data": {"items": items, "has_more": False, "page_token": "fld", "total": 3}}
        items = [
            {"record_id": f"rec{n}", "fields": {"科目编号": "x", "周期": f"{2000 + n}", "金额": 1}}
            for n in range(3)
        ]
        return {"code": 0, "data": {"items": items, "has_more": False, "total": 2}}

    platform = acting(behave)
    assert type(the_trouble(read(platform))) is Busy
    assert len(platform.kept) == 1 + bitable.READINGS


def test_pages_that_lead_nowhere_end(acting):
    def behave(request, body):
        if request.url.path == TOKEN:
            return {"code": 0, "tenant_access_token": "t-1", "expire": 7200}
        return {"code": 0, "data": {"items": [], "has_more": True}}

    assert type(the_trouble(read(acting(behave)))) is UnexpectedShape
