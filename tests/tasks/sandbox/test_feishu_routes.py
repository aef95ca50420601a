"""The simulated Feishu refuses and tells what the real one does."""

import datetime as dt
import tomllib

import pytest

from tasks.calendars import SHANGHAI, from_epoch, moment_on
from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of
from tasks.sandbox.feishu_base import APP_TOKEN, BUDGET, REGISTER, TASKS, base_of
from tasks.sandbox.feishu_lists import FULL_SIZE
from tasks.settings import HOME

ACCOUNT = account_of(SourceKind.feishu)
TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105
BASE = f"/open-apis/bitable/v1/apps/{APP_TOKEN}/tables"
TODAY = dt.date(2026, 7, 21)
RIGHT = {"app_id": ACCOUNT.app_id, "app_secret": ACCOUNT.secret}


class Feishu:
    """A caller with a bearer token."""

    def __init__(self, caller):
        self.caller = caller
        self.token = caller.post(TOKEN, RIGHT)["tenant_access_token"]

    def raw(self, method, path, body=None, *, token=None, **params):
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        return self.caller.raw(method, path, json=body, params=params, headers=headers)

    def search(self, table=REGISTER, body=None, **params):
        return self.raw(
            "POST", f"{BASE}/{table}/records/search", {} if body is None else body, **params
        ).json()

    def fields(self, table=REGISTER, **params):
        return self.raw("GET", f"{BASE}/{table}/fields", **params).json()


@pytest.fixture
def feishu(caller):
    return Feishu(caller)


def test_a_token_is_told_at_the_top_level_and_stays_the_same_until_its_last_half_hour(caller):
    first = caller.post(TOKEN, RIGHT)
    assert (first["code"], first["msg"], first["expire"]) == (0, "ok", 7200)
    assert first["tenant_access_token"].startswith("t-")
    caller.sandbox.clock.advance(dt.timedelta(minutes=89))
    again = caller.post(TOKEN, RIGHT)
    assert again["tenant_access_token"] == first["tenant_access_token"]
    assert again["expire"] == 7200 - 89 * 60
    caller.sandbox.clock.advance(dt.timedelta(minutes=2))
    new = caller.post(TOKEN, RIGHT)
    assert new["tenant_access_token"] != first["tenant_access_token"]
    old = Feishu(caller)
    for token in (first["tenant_access_token"], new["tenant_access_token"]):
        assert old.raw("GET", f"{BASE}/{BUDGET}/fields", token=token).json()["code"] == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [({}, 10003), ({**RIGHT, "app_id": "cli_0"}, 10003), ({**RIGHT, "app_secret": "x"}, 10014)],
)
def test_a_wrong_app_or_secret_is_refused_with_http_200(caller, asked, code):
    answer = caller.raw("POST", TOKEN, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (200, code)


def test_wechat_and_feishu_do_not_take_each_others_credentials(caller, feishu):
    wechat = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.secret}
    assert caller.post("/cgi-bin/stable_token", wechat)["errcode"] == 40013
    assert caller.get("/cgi-bin/user/get", access_token=feishu.token)["errcode"] == 40001


@pytest.mark.parametrize(("token", "code"), [("", 99991661), ("t-of-nobody", 99991663)])
def test_a_bad_bearer_is_refused_with_http_400_and_a_log_id(feishu, token, code):
    answer = feishu.raw("POST", f"{BASE}/{REGISTER}/records/search", {}, token=token)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json()["error"]["log_id"]
    feishu.caller.sandbox.clock.advance(dt.timedelta(hours=2))
    assert feishu.search()["code"] == 99991663


def test_pages_hold_20_records_unless_asked_for_more_and_at_most_500(feishu):
    first = feishu.search()
    assert first["msg"] == "success"
    assert len(first["data"]["items"]) == 20
    assert first["data"]["has_more"] is True
    total = first["data"]["total"]
    whole = feishu.search(page_size=500)["data"]
    assert len(whole["items"]) == min(total, 500)
    read, token = [], ""
    while True:
        page = feishu.search(page_size=200, **({"page_token": token} if token else {}))["data"]
        read += [item["record_id"] for item in page["items"]]
        assert ("page_token" in page) is page["has_more"]
        if not page["has_more"]:
            break
        token = page["page_token"]
    assert len(read) == len(set(read)) == total
    assert feishu.search(page_size=501)["code"] == 99992402
    assert feishu.search(page_size=0)["code"] == 1254011
    assert feishu.search(page_token="nonsense")["code"] == 1254002


def test_a_body_is_needed_though_it_may_be_empty(feishu):
    path = f"{BASE}/{REGISTER}/records/search"
    headers = {"authorization": f"Bearer {feishu.token}"}
    assert feishu.caller.raw("POST", path, headers=headers).json()["code"] == 1254001
    assert feishu.caller.raw("POST", path, headers=headers, content=b"{").json()["code"] == 1254000
    assert feishu.search(body={})["code"] == 0


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/open-apis/bitable/v1/apps/short/tables/tbl0xe5g8PP3U3cS", 1254003),
        ("/open-apis/bitable/v1/apps/AbCdEfGhIjKlMnOpQrStUvWx/tables/tbl0xe5g8PP3U3cS", 1254040),
        (f"{BASE}/x", 1254004),
        (f"{BASE}/tblNotThere00000", 1254041),
    ],
)
def test_a_wrong_base_or_table_is_told_apart_from_a_malformed_one(feishu, path, code):
    answer = feishu.raw("POST", f"{path}/records/search", {})
    assert (answer.status_code, answer.json()["code"]) == (200, code)


def test_paths_that_do_not_exist_are_plain_404(feishu):
    assert feishu.raw("GET", f"{BASE}/{REGISTER}/records/search").status_code == 404
    assert feishu.raw("POST", f"{BASE}/{REGISTER}/records/batch_create", {}).text == "404 page not found"


def test_more_than_20_calls_in_a_second_are_too_many(feishu):
    codes = [feishu.search(page_size=1)["code"] for _ in range(21)]
    assert codes == [0] * 20 + [1254290]
    assert feishu.fields()["code"] == 0, "each interface has a pace of its own"
    feishu.caller.sandbox.clock.advance(dt.timedelta(seconds=1))
    assert feishu.search(page_size=1)["code"] == 0


def test_columns_are_listed_with_their_types_and_the_last_page_has_a_token_too(feishu):
    data = feishu.fields(page_size=100)["data"]
    kinds = {item["field_name"]: (item["type"], item["ui_type"]) for item in data["items"]}
    assert kinds["标题"] == (1, "Text")
    assert kinds["是否原创"] == (7, "Checkbox")
    assert kinds["发布日期"] == (5, "DateTime")
    assert kinds["成本（元）"] == (2, "Currency")
    assert [item["field_name"] for item in data["items"] if item["is_primary"]] == ["标题"]
    assert (data["has_more"], data["total"]) == (False, len(kinds))
    assert data["page_token"]
    options = next(i for i in data["items"] if i["field_name"] == "渠道")["property"]["options"]
    assert {o["name"] for o in options} == {"公众号", "社群", "视频号", "朋友圈"}
    assert len(feishu.fields(page_size=5)["data"]["items"]) == 5


def test_cells_come_in_bitables_shapes_and_empty_ones_not_at_all(feishu):
    items = feishu.search(page_size=500)["data"]["items"]
    cells = [item["fields"] for item in items]
    one = next(c for c in cells if "内容链接" in c and "作者" in c)
    assert one["标题"] == [{"text": one["内容链接"]["text"], "type": "text"}]
    assert one["内容链接"]["link"].startswith("http")
    assert set(one["作者"][0]) == {"id", "name", "en_name", "email", "avatar_url"}
    assert one["发布日期"] % 1000 == 0
    assert one["制作周期（天）"]["type"] == 2
    assert {c.get("是否原创") for c in cells} == {True, None}, "an unticked box is not there"
    assert any("模板" not in c for c in cells)
    assert all(value not in (None, "", []) for c in cells for value in c.values())
    assert "created_time" not in items[0]
    told = feishu.search(body={"automatic_fields": True}, page_size=1)["data"]["items"][0]
    assert told["created_time"] == told["last_modified_time"]


def test_only_the_fields_asked_for_are_told_and_an_unknown_name_is_refused(feishu):
    items = feishu.search(body={"field_names": ["标题", "是否原创"]}, page_size=500)["data"]["items"]
    assert {name for item in items for name in item["fields"]} == {"标题", "是否原创"}
    assert feishu.search(body={"field_names": ["标题", "没有"]})["code"] == 1254045
    assert feishu.search(body={"field_names": "标题"})["code"] == 1254024
    assert feishu.search(body={"sort": [{"field_name": "没有"}]})["code"] == 1254045


def condition(name, operator, *value, conjunction="and"):
    return {
        "conjunction": conjunction,
        "conditions": [{"field_name": name, "operator": operator, "value": value}],
    }


def test_filters_choose_records_and_make_a_view_silently_ignored(feishu):
    total = feishu.search(TASKS, page_size=1)["data"]["total"]
    done = feishu.search(TASKS, {"filter": condition("状态", "is", "已完成")}, page_size=100)["data"]
    assert 0 < done["total"] < total
    assert {item["fields"]["状态"] for item in done["items"]} == {"已完成"}
    assert feishu.search(TASKS, {"view_id": "vewDone0001"})["data"]["total"] == done["total"]
    both = {"view_id": "vewDone0001", "filter": condition("状态", "isNot", "已完成")}
    assert feishu.search(TASKS, both)["data"]["total"] == total - done["total"]
    assert (
        feishu.search(TASKS, {"view_id": "vewDone0001", "sort": [{"field_name": "任务"}]})["data"]["total"]
        == total
    )
    assert feishu.search(TASKS, {"view_id": "vewNone"})["code"] == 1254042
    due = str(int(moment_on(TODAY, dt.time()).timestamp() * 1000))
    late = condition("截止日期", "isLess", "ExactDate", due)
    assert 0 < feishu.search(TASKS, {"filter": late})["data"]["total"] < total


@pytest.mark.parametrize(
    "bad",
    [
        {"conjunction": "xor", "conditions": []},
        condition("状态", "like", "x"),
        condition("截止日期", "contains", "2026"),
        condition("截止日期", "is", "2026-07-20"),
        {"conjunction": "and", "conditions": [condition("状态", "is", "x")["conditions"][0]] * 51},
    ],
)
def test_a_wrong_filter_is_refused(feishu, bad):
    assert feishu.search(TASKS, {"filter": bad})["code"] == 1254018


def test_records_are_sorted_as_asked(feishu):
    body = {"sort": [{"field_name": "计划金额（元）", "desc": True}]}
    items = feishu.search(BUDGET, body, page_size=100)["data"]["items"]
    planned = [item["fields"]["计划金额（元）"] for item in items]
    assert planned == sorted(planned, reverse=True)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("busy", 200, 1255001),
        ("freq", 200, 1254290),
        ("quota", 429, 99991400),
        ("expired_token", 400, 99991663),
        ("unauthorised", 400, 99991672),
        ("late=61503", 400, 1254607),
    ],
)
def test_faults_refuse_in_feishus_own_codes(feishu, fault, status, code):
    feishu.caller.sandbox.faults.add(f"{fault}:/open-apis/bitable/:{ACCOUNT.app_id}")
    answer = feishu.raw("POST", f"{BASE}/{REGISTER}/records/search", {})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers.get("x-ogw-ratelimit-reset") == ("2" if status == 429 else None)
    assert feishu.caller.sandbox.errors[ACCOUNT.app_id, answer.url.path, code] == 1


def test_faults_of_transport_and_of_lists_strike_tables_too(feishu):
    faults = feishu.caller.sandbox.faults
    faults.add(f"html=502:{BASE}:times=1")
    answer = feishu.raw("POST", f"{BASE}/{REGISTER}/records/search", {})
    assert (answer.status_code, answer.text[:9]) == (502, "<!DOCTYPE")
    whole = feishu.search(BUDGET, page_size=100)["data"]
    faults.add(f"short_page:{BASE}/{BUDGET}:times=1")
    short = feishu.search(BUDGET, page_size=100)["data"]
    assert (len(short["items"]), short["total"]) == (14, 28)
    faults.add(f"late=empty:{BASE}/{BUDGET}:times=1")
    assert feishu.search(BUDGET)["data"] == {"has_more": False, "items": [], "total": 0}
    faults.add(f"shuffled:{BASE}/{BUDGET}:times=1")
    mixed = feishu.search(BUDGET, page_size=100)["data"]["items"]
    assert mixed != whole["items"]
    assert sorted(map(str, mixed)) == sorted(map(str, whole["items"]))


def test_without_advanced_permissions_a_table_looks_empty(feishu):
    feishu.caller.sandbox.feishu.hidden = True
    assert feishu.search()["data"]["total"] == 0


def test_the_register_tells_of_the_worlds_articles(world, feishu):
    items = feishu.search(page_size=500, body={"filter": condition("渠道", "is", "公众号")})["data"]["items"]
    told = {
        item["fields"]["图文ID"][0]["text"]: item["fields"] for item in items if "图文ID" in item["fields"]
    }
    now = int(feishu.caller.sandbox.clock.now().timestamp())
    articles = world.rows("select * from oa_article where published_at <= ?", now)
    assert len(told) == len(articles) > 100
    for article in articles:
        cells = told[f"{article['msg_data_id']}_{article['idx']}"]
        assert cells["标题"][0]["text"] == article["title"]
        assert cells["内容链接"]["link"] == article["url"]
        assert cells["发布日期"] == int(moment_on(article["publish_date"], dt.time()).timestamp() * 1000)
        assert cells["发布日期"] > cells["立项日期"]
        assert cells["发布时点"] == from_epoch(article["published_at"]).astimezone(SHANGHAI).hour
        assert (
            ("一文看懂" in article["title"]) == (cells["模板"] == "T-一文看懂") if "模板" in cells else True
        )
        assert (
            cells["内容类型"]
            == {"knowledge": "垂直知识", "scenario": "场景化", "ugc": "用户共创"}.get(article["kind"], "互动")
            if "内容类型" in cells
            else True
        )
    planned = [item["fields"] for item in items if "图文ID" not in item["fields"]]
    assert planned
    assert all(cells["发布日期"] >= int(moment_on(TODAY, dt.time()).timestamp() * 1000) for cells in planned)


def test_the_base_is_the_same_for_the_same_world_and_moment_and_moves_with_the_clock(world):
    now = moment_on(TODAY, dt.time(13))
    assert base_of(world, now) == base_of(world, now)
    later = base_of(world, now + dt.timedelta(days=10))
    before = {r.record_id for r in base_of(world, now)[REGISTER].records}
    assert before < {r.record_id for r in later[REGISTER].records}


def test_the_budget_has_the_lines_of_the_plan_at_the_middle_of_their_range(feishu, world):
    plan = tomllib.loads((HOME / "deployments" / "plan.toml").read_text(encoding="utf-8"))
    size = world.persons / FULL_SIZE
    wanted = {line["name_zh"]: (line["low_cny"] + line["high_cny"]) / 2 * size for line in plan["budget"]}
    found = {}
    for item in feishu.search(BUDGET, page_size=100)["data"]["items"]:
        cells = item["fields"]
        found[cells["科目编号"]] = found.get(cells["科目编号"], 0) + cells["计划金额（元）"]
    assert found == pytest.approx(wanted, abs=0.02)


def test_people_may_change_a_table_between_two_calls(feishu):
    first, second = feishu.search(BUDGET, page_size=2)["data"]["items"]
    store = feishu.caller.sandbox.feishu
    store.remove(first["record_id"])
    store.edit(second["record_id"], {"周期": [{"text": "2027", "type": "text"}], "领域": None})
    store.rename(BUDGET, "科目名称", "名称")
    item = feishu.search(BUDGET, page_size=1)["data"]["items"][0]
    assert item["record_id"] == second["record_id"]
    assert item["fields"]["周期"][0]["text"] == "2027"
    assert "领域" not in item["fields"]
    assert "名称" in item["fields"]
    assert feishu.search(BUDGET, {"field_names": ["科目名称"]})["code"] == 1254045
