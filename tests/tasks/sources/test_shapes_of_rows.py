"""Every parser: exactly the declared columns, and for any JSON rows or an UnexpectedShape, nothing else."""

import datetime as dt
import json
import re
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import UnexpectedShape
from tasks.sources.jobs import JOBS
from tasks.sources.mini_program import parse as mp
from tasks.sources.official_account import parse as oa
from tasks.sources.shop import parse as shop

KEYS = sorted(
    re.findall(
        r"\w+",
        "list ref_date detail msgid read_user read_user_source user_count scene_desc user_source "
        "new_user cancel_user cumulate_user share_user detail_list stat_date publish_type title "
        "praise_money read_finish_rate position read_jump_position rate item article_id content "
        "news_item update_time is_deleted is_delay data openid index user_info_list subscribe "
        "subscribe_time unionid visit_total session_cnt visit_uv visit_uv_new key value item_list "
        "order order_id status create_time order_detail pay_info pay_time price_info order_price "
        "sku_cnt product_infos ext_info after_sale_order after_sale_order_id refund_info amount "
        "behavior_data stat_time message_cnt reply_percentage items owner chat_total member_total "
        "external_contact_list external_contact external_userid follow_info userid createtime "
        "chat_cnt ",
    )
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.integers(0, 3)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-07-20", "20260720", "12", "", "全部", "\ud800", "access_source_visit_uv", "1e9"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)

WHOLE = {
    "oa.user_summary": {
        "list": [{"ref_date": "2026-07-20", "user_source": 1, "new_user": 1, "cancel_user": 0}]
    },
    "oa.user_cumulate": {"list": [{"ref_date": "2026-07-20", "cumulate_user": 9}]},
    "oa.biz_summary": {"list": [{"ref_date": "2026-07-20", "detail": {"read_user": 1}}]},
    "oa.article_read": {"list": [{"ref_date": "2026-07-20", "msgid": "1_1", "detail": {"read_user": 1}}]},
    "oa.article_share": {"list": [{"ref_date": "2026-07-20", "msgid": "1_1", "detail": {"share_user": 1}}]},
    "oa.article_total": {
        "list": [
            {
                "ref_date": "2026-07-20",
                "msgid": "1_1",
                "detail_list": [{"stat_date": "2026-07-20", "read_user": 1}],
            }
        ]
    },
    "oa.publications": {"item": [{"article_id": "a", "content": {"news_item": [{"title": "t"}]}}]},
    "oa.followers": {"user_info_list": [{"subscribe": 1, "openid": "o"}]},
    "mp.summary_trend": {"list": [{"ref_date": "20260720", "visit_total": 1}]},
    "mp.visit_trend": {"list": [{"ref_date": "20260720", "session_cnt": 1, "visit_uv": 1}]},
    "mp.retention": {"ref_date": "20260720", "visit_uv": [{"key": 0, "value": 1}]},
    "mp.visit_sources": {
        "ref_date": "20260720",
        "list": [{"index": next(iter(mp.UNITS)), "item_list": [{"key": 1, "value": 1}]}],
    },
    "shop.orders": {"order": {"order_id": "1", "status": 10, "create_time": 1784505600, "openid": "o"}},
    "shop.aftersales": {
        "after_sale_order": {
            "after_sale_order_id": 1,
            "order_id": 2,
            "status": "X",
            "create_time": 1784505600,
        }
    },
    "wecom.behaviour": {"behavior_data": [{"stat_time": 1784505600, "chat_cnt": 1, "message_cnt": 1}]},
    "wecom.group_day": {"items": [{"stat_time": 1784505600, "data": {"chat_total": 1, "member_total": 1}}]},
    "wecom.group_week": {"items": [{"owner": "a", "data": {"chat_total": 1, "member_total": 1}}]},
    "wecom.customers": {
        "external_contact_list": [
            {
                "external_contact": {"external_userid": "e"},
                "follow_info": {"userid": "a", "createtime": 1784505600},
            }
        ]
    },
}
PATHS = {"oa.followers": oa.DETAILS, "shop.orders": shop.ORDER, "shop.aftersales": shop.AFTERSALE}
ASKED = {"userid": ["a"], "owner_filter": {"userid_list": ["a"]}}


def asked(answer, name, body):
    return answer(name, body, path=PATHS.get(name, ""), asked=ASKED)


def test_every_endpoint_of_the_registry_has_its_job(registry):
    assert set(JOBS) == set(registry) == set(WHOLE)


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_rows_have_exactly_the_declared_columns(name, answer, keyed, registry, columns_of):
    parsed = JOBS[name].parse(asked(answer, name, WHOLE[name]), keyed)
    assert set(parsed.rows) == set(registry[name].datasets)
    for dataset, rows in parsed.rows.items():
        assert rows, f"{dataset} has no row to look at"
        assert {tuple(row) for row in rows} == {tuple(columns_of(dataset))}
    assert set(registry[name].zero_check) <= set(parsed.rows[registry[name].datasets[0]][0])


@pytest.mark.parametrize("name", sorted(WHOLE))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=anything)
def test_any_json_gives_rows_or_an_unexpected_shape(name, body, answer, keyed):
    with suppress(UnexpectedShape):
        parsed = JOBS[name].parse(asked(answer, name, json.dumps(body)), keyed)
        for rows in parsed.rows.values():
            assert json.dumps(rows, default=str, ensure_ascii=False).encode()


@st.composite
def damaged(draw):
    """A good body in which one value somewhere was replaced by anything."""
    name = draw(st.sampled_from(sorted(WHOLE)))
    body = json.loads(json.dumps(WHOLE[name]))
    here = body
    while True:
        places = list(here) if isinstance(here, dict) else list(range(len(here)))
        place = draw(st.sampled_from(places))
        if isinstance(here[place], dict | list) and draw(st.booleans()):
            here = here[place]
            continue
        here[place] = draw(scalars | anything)
        return name, body


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=damaged())
def test_one_wrong_value_gives_storable_rows_or_an_unexpected_shape(case, answer, keyed):
    name, body = case
    try:
        parsed = JOBS[name].parse(asked(answer, name, json.dumps(body)), keyed)
    except UnexpectedShape:
        return
    for rows in parsed.rows.values():
        for row in rows:
            for column, value in row.items():
                if isinstance(value, int) and not isinstance(value, bool):
                    assert -(2**63) <= value < 2**63, column
                elif isinstance(value, str):
                    assert "\0" not in value.encode().decode(), column
                elif isinstance(value, dt.date):
                    assert value.year < 10_000
