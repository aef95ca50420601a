import datetime as dt

import pytest

from tasks.metrics.remedies import note, reason
from tasks.records import FEWER, USED_UP, Cell, Outcome, SourceKind, Verdict

DAY = dt.date(2026, 3, 10)
OA, WECOM = SourceKind.official_account, SourceKind.wecom


def failed(code: str, message: str = "", kind: SourceKind = OA, verdict: Verdict = Verdict.error) -> str:
    at = dt.datetime(2026, 3, 11, tzinfo=dt.UTC)
    return reason(Outcome(Cell("a", "e", DAY), verdict, 0, DAY, at, code, message), kind)


def test_the_address_in_the_message_is_named_and_the_console_is_the_accounts_own() -> None:
    said = "the platform answered {code}. Allow the IP 171.43.188.73 in {where}; it takes some minutes"

    assert "把 IP 171.43.188.73 加入白名单（公众平台" in failed("40164", said)
    assert "把 IP 171.43.188.73 加入可信 IP（企业微信管理后台" in failed("60020", said, WECOM)
    assert "把本服务器的 IP 加入白名单" in failed("40164", "Allow the IP of this server in x")
    assert "IP 2001:db8::1 " in failed("40164", "Allow the IP 2001:db8::1 in x")


def test_a_code_means_something_else_on_wecom() -> None:
    assert failed("40001", "x", WECOM) != failed("40001", "x")
    assert "Secret" in failed("40001", "x", WECOM)


def test_a_bug_is_told_with_the_rid_that_support_asks_for() -> None:
    told = failed(
        "47001", "the platform answered 47001 (data format error rid: 67f3bc42-4b3ea2d7-5e5eaccb). The"
    )

    assert told.startswith("失败（47001）：")
    assert told.endswith("（rid: 67f3bc42-4b3ea2d7-5e5eaccb）")


def test_a_code_without_a_remedy_leaves_the_words_as_they_came() -> None:
    assert failed("987654", "new words") == "失败（987654）：new words"
    assert failed("", "IP 不在白名单，请添加") == "IP 不在白名单，请添加"
    assert failed("SomeError", "new words") == "失败：new words"
    assert failed("987654") == "失败（987654）"


def test_our_own_codes_are_not_shown_to_a_reader() -> None:
    told = failed(USED_UP, "not asked, because only the reserve of today's quota is left")

    assert told.startswith("失败：当日调用额度")
    assert USED_UP not in told


@pytest.mark.parametrize("code", ["http 502", "http 504"])
def test_every_overloaded_server_is_told_alike(code: str) -> None:
    assert failed(code, "x") == f"失败（{code}）：平台繁忙，稍后会再取"


def test_a_missing_setting_is_named() -> None:
    told = failed("ConfigurationError", "set WECHAT_OPS_SECRET_X")

    assert told == "失败：配置缺失或有误，请按提示修改后重新运行（set WECHAT_OPS_SECRET_X）"


@pytest.mark.parametrize(
    ("verdict", "code", "told"),
    [
        (Verdict.late, "61503", "尚未算出"),
        (Verdict.late, "is_delay", "暂定数据"),
        (Verdict.late, FEWER, "读到的少于平台自己的统计，会再取"),
        (Verdict.late, "", ""),
        (Verdict.empty, "", "没有数据"),
        (Verdict.suspect_zero, "", "全为 0，而相邻 7 天不是"),
        (Verdict.ok, "", ""),
    ],
)
def test_what_is_late_or_doubtful_says_why_in_a_word(verdict: Verdict, code: str, told: str) -> None:
    assert failed(code, "english words", verdict=verdict) == told


def test_a_loss_that_may_be_real_names_the_variable_that_believes_it() -> None:
    said = "land_wecom_group of wecom_main: 45 members in this answer, 60 at the last good look. Nothing was changed."
    said += " If the loss is real, run once with WECHAT_OPS_BELIEVE_SHORT=wecom.groups"

    told = failed("ShortAnswer", said, WECOM)

    assert "请设 WECHAT_OPS_BELIEVE_SHORT=wecom.groups 再运行一次" in told
    assert "下次运行会再取" not in told, "the next run would end the same"


def test_a_list_shorter_than_it_announced_is_only_asked_for_again() -> None:
    told = failed("ShortAnswer", "oa.publications: 40 of 45 publications came; ask again later")
    assert told == "失败：返回的数量少于平台自己报的总数，未采信，下次运行会再取"


def test_notes_are_told_in_chinese_one_after_the_other() -> None:
    staff = "13 staff left out (50002: u12; 60011: a, b, …). Add them to the app's visible range."
    people = "7 followers without details (45009): the list itself is whole. POST /x: the platform answered."

    told = note(f"{staff} {people}", OA)

    assert told.startswith("13 名员工未计入（50002: u12; 60011: a, b, …）：")
    assert "；7 位新关注者暂缺资料（45009）：名单完整，下次运行会再取" in told
    assert "followers" not in told
    assert note("something new", OA) == "something new"


def test_followers_whose_details_come_in_batches_are_no_failure() -> None:
    message = (
        "4500000 followers without details (in batches): the list itself is whole, and each run asks about 5."
    )
    assert note(message, OA) == "4500000 位关注者的资料将由之后的运行分批获取：名单完整"
