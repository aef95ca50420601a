# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What the statistics of messages and callbacks say, as rows of ``land_oa_message_*`` and ``…_interface_day``; pure.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from tasks.records import RawResponse
from tasks.sources.official_account.parse import items_of, parsed_of
from tasks.sources.wechat_http.shapes import Keyed, Parsed, count, day, key_code, key_count


def messages(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who wrote how much, by kind → ``land_oa_message_day``; persons and messages. Unknown kinds are kept."""
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day(row, "ref_date", where),
            "msg_type": key_code(row, "msg_type", where),
            "users": key_count(row, "msg_user", where),
            "messages": key_count(row, "msg_count", where),
        }
        for row, where in items_of(answer)
    ]
    return parsed_of(answer, land_oa_message_day=rows)


def message_dist(answer: RawResponse, keyed: Keyed) -> Parsed:
    """How many wrote how often → ``land_oa_message_dist``; persons by interval of messages."""
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day(row, "ref_date", where),
            "count_interval": key_code(row, "count_interval", where),
            "users": key_count(row, "msg_user", where),
        }
        for row, where in items_of(answer)
    ]
    return parsed_of(answer, land_oa_message_dist=rows)


def interface(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Callbacks to the account's own server → ``land_oa_interface_day``; times and milliseconds."""
    rows = [
        {
            "account_id": answer.account_id,
            "business_date": day(row, "ref_date", where),
            "callbacks": key_count(row, "callback_count", where),
            "failures": key_count(row, "fail_count", where),
            "total_ms": count(row, "total_time_cost", where),
            "max_ms": count(row, "max_time_cost", where),
        }
        for row, where in items_of(answer)
    ]
    return parsed_of(answer, land_oa_interface_day=rows)
