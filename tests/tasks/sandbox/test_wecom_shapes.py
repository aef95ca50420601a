"""The sandbox's bodies beside the platforms' published samples: same names, same kinds of values."""

import datetime as dt
import json
from typing import Any

import pytest

from tasks.records import SourceKind
from tasks.settings import HOME

SAMPLES = HOME.parent / "shared" / "fixtures"
SHOP, WECOM = SourceKind.shop, SourceKind.wecom
PLACE = "/cgi-bin/externalcontact/"
YESTERDAY = dt.date(2026, 7, 20)


def sample(name: str) -> Any:
    file = SAMPLES / f"{name}.json"
    if not file.exists():
        pytest.skip("the published samples are not here")
    return json.loads(file.read_text(encoding="utf-8-sig"))


def differences(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Where the two disagree about the kind of a value; names that one of them leaves out are no disagreement."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        both = ours.keys() & theirs.keys()
        return [found for name in both for found in differences(ours[name], theirs[name], f"{where}.{name}")]
    if isinstance(ours, list) and isinstance(theirs, list):
        return differences(ours[0], theirs[0], f"{where}[]") if ours and theirs else []
    numbers = (int, float)
    if (
        isinstance(ours, numbers)
        and isinstance(theirs, numbers)
        and isinstance(ours, bool) == isinstance(theirs, bool)
    ):
        return []
    return [] if type(ours) is type(theirs) else [f"{where}: {ours!r} instead of {theirs!r}"]


def missing(ours: dict[str, Any], theirs: dict[str, Any], *but: str) -> set[str]:
    return theirs.keys() - ours.keys() - set(but)


def test_wecom_bodies_look_like_the_published_ones(caller, at):
    staff = caller.look(WECOM, PLACE + "get_follow_user_list")["follow_user"]
    group = caller.ask(WECOM, PLACE + "groupchat/list", {"limit": 1})
    customer = caller.look(WECOM, PLACE + "list", userid=staff[0])["external_userid"][0]
    window = {"start_time": at(YESTERDAY) - 29 * 86_400, "end_time": at(YESTERDAY)}
    days = {"day_begin_time": window["start_time"], "day_end_time": window["end_time"]}
    behaviour = caller.ask(WECOM, PLACE + "get_user_behavior_data", {"userid": staff, **window})
    desk = caller.ask(WECOM, "/cgi-bin/kf/get_corp_statistic", window)
    servicer = caller.ask(WECOM, "/cgi-bin/kf/get_servicer_statistic", window)
    for answer in (desk, servicer):
        told = [row for row in answer["statistic_list"] if "statistic" in row]
        answer["statistic_list"] = sorted(
            told, key=lambda row: -len(row["statistic"])
        )  # rates may be left out
    answers = {
        "get_follow_user_list": {"follow_user": staff, "errcode": 0, "errmsg": "ok"},
        "get": caller.look(WECOM, PLACE + "get", external_userid=customer),
        "batch.get_by_user": caller.ask(WECOM, PLACE + "batch/get_by_user", {"userid_list": staff}),
        "contact_list": caller.ask(WECOM, PLACE + "contact_list", {"limit": 5}),
        "get_corp_tag_list": caller.ask(WECOM, PLACE + "get_corp_tag_list"),
        "get_user_behavior_data": behaviour,
        "groupchat.list": group,
        "groupchat.get": caller.ask(
            WECOM,
            PLACE + "groupchat/get",
            {"chat_id": group["group_chat_list"][0]["chat_id"], "need_name": 1},
        ),
        "groupchat.statistic": caller.ask(WECOM, PLACE + "groupchat/statistic", days),
        "groupchat.statistic_group_by_day": caller.ask(
            WECOM, PLACE + "groupchat/statistic_group_by_day", days
        ),
    }
    theirs = {name: sample(f"wecom.externalcontact.{name}") for name in answers}
    answers |= {"kf.corp": desk, "kf.servicer": servicer}
    theirs |= {
        "kf.corp": sample("wecom.kf.get_corp_statistic"),
        "kf.servicer": sample("wecom.kf.get_servicer_statistic"),
    }
    for name, ours in answers.items():
        assert ours["errcode"] == 0, name
        assert missing(ours, theirs[name], "next_cursor") == set(), name
        assert differences(ours, theirs[name]) == [], name
    for name in ("kf.corp", "kf.servicer"):
        statistic = answers[name]["statistic_list"][0]["statistic"]
        assert statistic.keys() == theirs[name]["statistic_list"][0]["statistic"].keys()
    data = answers["groupchat.statistic"]["items"][0]["data"]
    assert data.keys() == theirs["groupchat.statistic"]["items"][0]["data"].keys()
    full = max(behaviour["behavior_data"], key=len)
    assert full.keys() == theirs["get_user_behavior_data"]["behavior_data"][0].keys()


def test_shop_bodies_look_like_the_published_ones(caller):
    now = caller.sandbox.clock.epoch()
    week = {"create_time_range": {"start_time": now - 7 * 86_400, "end_time": now}, "page_size": 5}
    listed = caller.ask(SHOP, "/channels/ec/order/list/get", week)
    assert differences(listed, sample("shop.order.list.get")) == []
    order = caller.ask(SHOP, "/channels/ec/order/get", {"order_id": listed["order_id_list"][0]})
    theirs = sample("shop.order.get")
    assert differences(order, theirs) == []
    assert missing(order["order"], theirs["order"]) == set()
    for block in ("product_infos", "pay_info", "price_info", "delivery_info", "ext_info"):
        assert block in order["order"]["order_detail"]
    day = {"begin_create_time": now - 86_400, "end_create_time": now}
    found = caller.ask(SHOP, "/channels/ec/aftersale/getaftersalelist", day)
    assert differences(found, sample("shop.aftersale.getaftersalelist")) == []
    known = caller.sandbox.world.rows(
        "select aftersale_id from shop_aftersale where created_at < $1 limit 1", now
    )
    body = {"after_sale_order_id": known[0]["aftersale_id"]}
    ours = caller.ask(SHOP, "/channels/ec/aftersale/getaftersaleorder", body)
    assert differences(ours, sample("shop.aftersale.getaftersaleorder")) == []


@pytest.mark.parametrize(
    "name", ["wecom.45009", "wecom.60020", "wecom.84061.list", "oa.40001", "oa.45009.daily"]
)
def test_errors_are_worded_like_the_published_ones(caller, name):
    theirs = sample(f"error.{name}")
    faults = {"wecom.45009": "freq", "wecom.60020": "ip", "oa.45009.daily": "quota"}
    if name in faults:
        caller.sandbox.faults.add(f"{faults[name]}:{'/datacube' if name.startswith('oa') else PLACE}")
    if name.startswith("wecom"):
        ours = caller.look(WECOM, PLACE + "list", userid="nobody")
        mark = ", hint: ["
    else:
        stranger = "98_" + "x" * 128
        token = caller.token(SourceKind.official_account) if name in faults else stranger
        ours = caller.post("/datacube/getusersummary", {}, access_token=token)
        mark = " rid: "
    assert ours["errcode"] == theirs["errcode"]
    assert ours["errmsg"].partition(mark)[0] == theirs["errmsg"].partition(mark)[0]
