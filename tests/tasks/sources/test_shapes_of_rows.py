"""Every parser: exactly the declared columns, and for any JSON rows or an UnexpectedShape, nothing else."""

import datetime as dt
import json
import re
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.errors import UnexpectedShape
from tasks.sources.channels import parse as channels
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
        "chat_cnt follow_user tag_group tag group_id deleted tag_id group_chat chat_id member_list "
        "join_time invitor statistic_list statistic reply_rate first_reply_average_sec "
        "comment user_comment_id comment_type reply content tags id name count tables lines fields refdate zh "
        "body page_path page_visit_pv province devices msg_type msg_user msg_count count_interval callback_count "
        "record_id text link type value 标题 渠道 发布日期 状态 进度 周期 ",
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
    "oa.messages": {"list": [{"ref_date": "2026-07-20", "msg_type": 1, "msg_user": 1, "msg_count": 2}]},
    "oa.message_dist": {"list": [{"ref_date": "2026-07-20", "count_interval": 1, "msg_user": 1}]},
    "oa.interface": {
        "list": [{"ref_date": "2026-07-20", "callback_count": 3, "fail_count": 0, "total_time_cost": 9}]
    },
    "oa.comments": {
        "comment": [
            {"user_comment_id": 1, "openid": "o", "create_time": 1784505600, "reply": [{"content": "t"}]}
        ]
    },
    "oa.tags": {"tags": [{"id": 2, "name": "t", "count": 5}]},
    "oa.tag_members": {"data": {"openid": ["o"]}},
    "mp.summary_trend": {"list": [{"ref_date": "20260720", "visit_total": 1}]},
    "mp.visit_trend": {"list": [{"ref_date": "20260720", "session_cnt": 1, "visit_uv": 1}]},
    "mp.retention": {"ref_date": "20260720", "visit_uv": [{"key": 0, "value": 1}]},
    "mp.visit_week": {"list": [{"ref_date": "20260713-20260719", "session_cnt": 1, "visit_uv": 1}]},
    "mp.visit_month": {"list": [{"ref_date": "202606", "session_cnt": 1, "visit_uv": 1}]},
    "mp.retention_week": {"ref_date": "20260713-20260719", "visit_uv": [{"key": 0, "value": 1}]},
    "mp.retention_month": {"ref_date": "202606", "visit_uv_new": [{"key": 1, "value": 1}]},
    "mp.pages": {"ref_date": "20260720", "list": [{"page_path": "p", "page_visit_pv": 1}]},
    "mp.portrait": {"ref_date": "20260601-20260630", "visit_uv": {"devices": [{"name": "d", "value": 1}]}},
    "mp.performance": {
        "data": {
            "body": {
                "tables": [
                    {"zh": "启动总耗时", "lines": [{"fields": [{"refdate": "20260720", "value": "9.5"}]}]}
                ]
            }
        }
    },
    "mp.visit_sources": {
        "ref_date": "20260720",
        "list": [{"index": next(iter(mp.UNITS)), "item_list": [{"key": 1, "value": 1}]}],
    },
    "shop.orders": {
        "order": {
            "order_id": "1",
            "status": 10,
            "create_time": 1784505600,
            "openid": "o",
            "order_detail": {
                "product_infos": [{"sku_id": "k", "sku_cnt": 1, "sale_price": 100}],
                "commission_infos": [{"sku_id": "k", "amount": 10}],
                "source_infos": [{"sku_id": "k", "account_type": 1, "account_id": "sph"}],
            },
        }
    },
    "shop.compass": {"data": {"pay_gmv": "1", "pay_order_cnt": "1"}},
    "shop.compass_products": {"product_list": [{"product_id": "1", "data": {"pay_gmv": "1"}}]},
    "shop.compass_finders": {"finder_list": [{"finder_id": "sph", "data": {"pay_gmv": "1"}}]},
    "shop.compass_finder_total": {"data": {"pay_gmv": "1", "click_to_pay_uv_ratio": 0.5}},
    "shop.compass_lives": {"live_list": [{"live_id": "export/1", "live_time": "1784505600"}]},
    "channels.followers": {"finder_attr": {"uniq_id": "sph", "fans_count": 4}},
    "channels.lives": {"item": [{"export_id": "1", "live_start_time": 1784505600}]},
    "channels.ec_lives": {
        "live_dashboard_data": {
            "live_dashboard_data": {"summary": {"new_watch_uv": 1}},
            "start_time": 1784505600,
        },
        "live_ec_data_summary": {"total_gmv": 1},
        "single_live_ec_spu_data_page_v2": {"spu_data_list": [{"base_data": {"spu_id": 1}, "gmv": 1}]},
    },
    "channels.compass": {"data": {"pay_gmv": 1}},
    "channels.compass_products": {"product_list": [{"product_id": 1, "data": {"pay_gmv": 1}}]},
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
    "wecom.members": {"follow_user": ["a"]},
    "wecom.tags": {"tag_group": [{"group_id": "g", "tag": [{"id": "t"}]}]},
    "wecom.groups": {
        "group_chat": {"chat_id": "c", "member_list": [{"userid": "a", "type": 1, "join_time": 1784505600}]}
    },
    "wecom.kf_corp": {"statistic_list": [{"stat_time": 1784505600, "statistic": {"session_cnt": 1}}]},
    "wecom.kf_servicer": {"statistic_list": [{"stat_time": 1784505600, "statistic": {"session_cnt": 1}}]},
    "feishu.content_register": {
        "code": 0,
        "data": {
            "items": [
                {
                    "record_id": "rec1",
                    "fields": {
                        "内容编号": "17",
                        "标题": [{"text": "t", "type": "text"}],
                        "渠道": "公众号",
                        "发布日期": 1784505600000,
                        "是否原创": True,
                        "成本": 2.5,
                        "作者": [{"id": "ou", "name": "n"}],
                        "内容链接": {"link": "https://x", "text": "t"},
                        "来源": {"type": 3, "value": ["转载"]},
                    },
                }
            ],
            "total": 1,
        },
    },
    "feishu.project_tasks": {
        "data": {
            "items": [
                {"record_id": "rec1", "fields": {"任务": [{"text": "t"}], "状态": "进行中", "进度": 0.5}}
            ]
        }
    },
    "feishu.budget": {
        "data": {
            "items": [{"record_id": "rec1", "fields": {"科目编号": "x", "周期": "2026-Q3", "计划金额": 12}}]
        }
    },
}
PATHS = {
    "oa.followers": oa.DETAILS,
    "shop.orders": shop.ORDER,
    "shop.aftersales": shop.AFTERSALE,
    "channels.ec_lives": channels.LIVE_DATA,
}
ASKED = {
    "msg_data_id": 7,
    "index": 0,
    "tagid": 2,
    "export_id": "export/1",
    "finder_id": "sph",
    "userid": ["a"],
    "owner_filter": {"userid_list": ["a"]},
    "chat_id": "c",
    "open_kfid": "wk",
}


def asked(answer, name, body):
    return answer(name, body, path=PATHS.get(name, ""), asked=ASKED)


def test_every_endpoint_of_the_registry_has_its_job(registry):
    assert set(JOBS) == {name for name, e in registry.items() if e.status == "live"} == set(WHOLE)


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
