import datetime as dt

import httpx
import pytest

from tasks.errors import ConfigurationError
from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of
from tasks.sandbox.faults import Fault, Faults, days_asked, zeroed

OA, SHOP, WECOM = SourceKind.official_account, SourceKind.shop, SourceKind.wecom
SUMMARY = "/datacube/getusersummary"
CUMULATE = "/datacube/getusercumulate"
STAFF = "/cgi-bin/externalcontact/get_follow_user_list"
WEEK = {"begin_date": "2026-07-14", "end_date": "2026-07-20"}
TODAY = dt.date(2026, 7, 21)


def test_a_rule_is_read_from_text():
    rule = Fault.parse("zeros:/cgi-bin/externalcontact/get_user_behavior_data:2026-07-20")
    assert rule.kind == "zeros"
    assert rule.path == "/cgi-bin/externalcontact/get_user_behavior_data"
    assert rule.dates == {dt.date(2026, 7, 20)}
    rule = Fault.parse(
        "late=is_delay:wx5a8d9e0c0a000001:2026-07-20..2026-07-22,2026-07-25:times=3:rate=0.5:seed=9"
    )
    assert (rule.mode, rule.app_id, rule.times, rule.rate, rule.seed) == (
        "is_delay",
        "wx5a8d9e0c0a000001",
        3,
        0.5,
        9,
    )
    assert len(rule.dates) == 4


@pytest.mark.parametrize(
    "text", ["late:/datacube/:2026-07-20", "html=502:/x:times=2", "busy:rate=0.01", "timeout=drop:/robot"]
)
def test_a_rule_written_out_reads_the_same(text):
    assert Fault.parse(str(Fault.parse(text))) == Fault.parse(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quake", "no fault named 'quake'"),
        ("late=tomorrow", "no mode 'tomorrow'"),
        ("busy:rate=often", "'rate=often'"),
        ("busy:2026-13-01", "'2026-13-01'"),
        ("busy:datacube", "'datacube'"),
    ],
)
def test_a_malformed_rule_says_what_is_wrong(text, words):
    with pytest.raises(ConfigurationError, match=words):
        Fault.parse(text)


@pytest.mark.parametrize(
    ("fault", "errcode", "words"),
    [
        ("busy", -1, "system error"),
        ("unauthorised", 48001, "api unauthorized"),
        ("retired", 47009, "this api is offline, please use the new api"),
        ("quota", 45009, "reach max api daily quota limit rid:"),
        ("freq", 45009, "api freq out of limit"),
    ],
)
def test_a_fault_refuses_the_paths_it_names(caller, fault, errcode, words):
    caller.sandbox.faults.add(f"{fault}:{SUMMARY}")
    said = caller.ask(OA, SUMMARY, WEEK)
    assert said["errcode"] == errcode
    assert words in said["errmsg"]
    assert "list" in caller.ask(OA, CUMULATE, WEEK)


def test_wecom_refuses_in_its_own_codes(caller):
    caller.sandbox.faults.add("unauthorised:/cgi-bin/externalcontact/")
    said = caller.look(WECOM, STAFF)
    assert said["errcode"] == 48002
    assert "from ip: 127.0.0.1" in said["errmsg"]


def test_a_foreign_address_is_refused_on_the_token_calls_of_wechat(caller):
    token = caller.token(OA)
    caller.sandbox.faults.add("ip")
    account = account_of(OA)
    asked = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
    said = caller.get("/cgi-bin/token", **asked)
    assert said["errcode"] == 40164
    assert said["errmsg"].startswith("invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist rid: ")
    assert "list" in caller.post(SUMMARY, WEEK, access_token=token)


def test_a_foreign_address_is_refused_on_the_calls_of_wecom_but_gets_a_token(caller):
    caller.sandbox.faults.add("ip")
    said = caller.look(WECOM, STAFF)
    assert said["errcode"] == 60020


def test_an_expired_token_is_really_gone_and_only_once(caller):
    first = caller.token(OA)
    caller.sandbox.faults.add(f"expired_token:{SUMMARY}")
    assert caller.ask(OA, SUMMARY, WEEK)["errcode"] == 42001
    assert caller.ask(OA, SUMMARY, WEEK)["errcode"] == 42001, "the token stays expired"
    renewed = caller.stable(OA)["access_token"]
    assert renewed != first
    assert "list" in caller.post(SUMMARY, WEEK, access_token=renewed)


@pytest.mark.parametrize(("fault", "status"), [("html", 200), ("html=502", 502)])
def test_a_web_page_comes_instead_of_json(caller, fault, status):
    caller.sandbox.faults.add(fault)
    said = caller.raw("POST", SUMMARY, json=WEEK)
    assert said.status_code == status
    assert said.text.startswith("<!DOCTYPE html>")


def test_in_process_a_timeout_is_the_clients_own(caller):
    caller.sandbox.faults.add(f"timeout:{SUMMARY}:times=1")
    with pytest.raises(httpx.ReadTimeout):
        caller.ask(OA, SUMMARY, WEEK)
    assert "list" in caller.ask(OA, SUMMARY, WEEK)


def test_slow_answers_are_right_answers(caller):
    caller.sandbox.faults.add("slow:seconds=0.01")
    assert "list" in caller.ask(OA, SUMMARY, WEEK)


def test_a_fault_meets_one_account(caller):
    caller.sandbox.faults.add(f"busy:{account_of(SHOP).app_id}")
    assert "list" in caller.ask(OA, SUMMARY, WEEK)
    assert caller.stable(SHOP)["errcode"] == -1


def test_a_fault_meets_the_dates_asked_about(caller):
    caller.sandbox.faults.add("busy:/datacube/:2026-07-10")
    assert "list" in caller.ask(OA, SUMMARY, WEEK)
    earlier = {"begin_date": "2026-07-08", "end_date": "2026-07-12"}
    assert caller.ask(OA, SUMMARY, earlier)["errcode"] == -1


def test_rates_follow_the_seed():
    def struck(seed: int) -> list[int]:
        faults = Faults([Fault("busy", rate=0.3, seed=seed)])
        return [n for n in range(200) if list(faults.striking(("busy",), "/x", "", (TODAY, TODAY)))]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 30 < len(struck(1)) < 90


def test_late_figures_are_missing_refused_or_provisional(caller):
    cell = {"begin_date": "2026-07-20", "end_date": "2026-07-20"}
    read = "/datacube/getarticleread"
    right = caller.ask(OA, read, cell)
    assert right["list"]
    caller.sandbox.faults.add(f"late:{read}:2026-07-20")
    assert caller.ask(OA, read, cell)["list"] == []
    caller.sandbox.faults.clear()
    caller.sandbox.faults.add(f"late=61503:{read}:2026-07-20")
    assert caller.ask(OA, read, cell)["errcode"] == 61503
    caller.sandbox.faults.clear()
    caller.sandbox.faults.add(f"late=is_delay:{read}:2026-07-20")
    assert caller.ask(OA, read, cell)["is_delay"] is True


def test_zeros_strike_only_the_days_named(caller):
    right = caller.ask(OA, CUMULATE, WEEK)["list"]
    caller.sandbox.faults.add(f"zeros:{CUMULATE}:2026-07-20")
    wrong = caller.ask(OA, CUMULATE, WEEK)["list"]
    assert wrong[:-1] == right[:-1]
    assert right[-1]["cumulate_user"] > 0
    assert wrong[-1] == {**right[-1], "cumulate_user": 0}


def test_zeros_leave_ids_dates_and_words_alone():
    answer = {
        "errcode": 0,
        "list": [{"stat_time": 1784476800, "data": {"chat_cnt": 3, "name": "x", "key": 2}}],
    }
    assert zeroed(answer, frozenset({dt.date(2026, 7, 20)})) == {
        "errcode": 0,
        "list": [{"stat_time": 1784476800, "data": {"chat_cnt": 0, "name": "x", "key": 2}}],
    }
    assert zeroed(answer, frozenset({dt.date(2026, 7, 19)})) == answer


def test_a_short_page_says_nothing_about_what_it_lost(caller):
    whole = caller.look(OA, "/cgi-bin/user/get")
    caller.sandbox.faults.add("short_page:/cgi-bin/user/get")
    short = caller.look(OA, "/cgi-bin/user/get")
    assert 0 < len(short["data"]["openid"]) < len(whole["data"]["openid"])


@pytest.mark.parametrize(
    ("body", "days"),
    [
        ({"begin_date": "2026-07-01", "end_date": "2026-07-03"}, ((2026, 7, 1), (2026, 7, 3))),
        ({"begin_date": "20260701", "end_date": "20260701"}, ((2026, 7, 1), (2026, 7, 1))),
        ({"ds": 20260701}, ((2026, 7, 1), (2026, 7, 1))),
        ({"start_time": 1782835200, "end_time": 1782921600}, ((2026, 7, 1), (2026, 7, 2))),
        ({"day_begin_time": 1782835200}, ((2026, 7, 1), (2026, 7, 1))),
        (
            {"update_time_range": {"start_time": 1782835200, "end_time": 1782835300}},
            ((2026, 7, 1), (2026, 7, 1)),
        ),
        ({"cursor": "x"}, ((2026, 7, 21), (2026, 7, 21))),
        ({"begin_date": "nonsense"}, ((2026, 7, 21), (2026, 7, 21))),
    ],
)
def test_the_dates_of_a_request_are_found_in_every_spelling(body, days):
    assert days_asked(body, TODAY) == (dt.date(*days[0]), dt.date(*days[1]))


def test_a_shuffled_list_has_the_same_entries_and_a_duplicated_one_repeats_some(caller):
    caller.sandbox.faults.add("shuffled:/datacube/getusersummary:times=1")
    calm = sorted(map(repr, caller.ask(OA, SUMMARY, WEEK)["list"]))
    caller.sandbox.faults.clear()
    caller.sandbox.faults.add("duplicated:/datacube/getusersummary")
    doubled = sorted(map(repr, caller.ask(OA, SUMMARY, WEEK)["list"]))

    assert len(set(calm)) == len(calm)
    assert len(doubled) > len(calm)
    assert set(doubled) == set(calm)
