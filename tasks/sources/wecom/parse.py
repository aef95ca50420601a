# ruff: noqa: ARG001 - every parser takes the same arguments, because JOBS calls them alike
"""What a WeCom corp's answers say, as rows of the ``land_wecom_*`` datasets; pure.

Answers about one member do not name them: who and when are read from the request they belong to.

Source: the pages named in sql/catalogue/endpoints.toml (read 2026-11-22).
"""

from tasks.errors import UnexpectedShape
from tasks.records import RawResponse
from tasks.sources.wechat_http.shapes import (
    NOTHING,
    Json,
    Keyed,
    Parsed,
    block,
    body_of,
    code,
    count,
    epoch_day,
    flag,
    key_count,
    key_text,
    listed,
    measure,
    moment,
    refused,
    request_of,
    share,
    taken_on,
    text,
    texts,
)

STAFF = "/cgi-bin/externalcontact/get_follow_user_list"
GROUP_FIELDS = {
    "groups_new": "new_chat_cnt",
    "groups_total": "chat_total",
    "groups_active": "chat_has_msg",
    "members_new": "new_member_cnt",
    "members_total": "member_total",
    "members_active": "member_has_msg",
    "messages": "msg_total",
}


def members(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Who may have customers on the day the list was taken → ``land_wecom_member``."""
    if refused(answer):
        return NOTHING
    today = taken_on(answer)
    return Parsed(
        {
            "land_wecom_member": [
                {"account_id": answer.account_id, "business_date": today, "staff_id": staff_id}
                for staff_id in dict.fromkeys(texts(body_of(answer), "follow_user"))
            ]
        }
    )


def tags(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Corp tags and their groups → ``land_wecom_tag``; a tag of a deleted group is deleted too."""
    if refused(answer):
        return NOTHING
    rows = []
    for index, group in enumerate(listed(body_of(answer), "tag_group", optional=True)):
        where = f"body.tag_group[{index}]"
        for number, tag in enumerate(listed(group, "tag", where, optional=True)):
            at = f"{where}.tag[{number}]"
            deleted = flag(group, "deleted", where) or flag(tag, "deleted", at) or False
            rows.append(
                {
                    "account_id": answer.account_id,
                    "tag_id": key_text(tag, "id", at),
                    "name": text(tag, "name", at),
                    "group_id": key_text(group, "group_id", where),
                    "group_name": text(group, "group_name", where),
                    "is_deleted": deleted,
                }
            )
    return Parsed({"land_wecom_tag": rows})


def behaviour(answer: RawResponse, keyed: Keyed) -> Parsed:
    """What one member did with customers each day → ``land_wecom_behaviour``; shares 0-1, minutes.

    Without a chat there is no reply to measure: both reply figures are null then, whatever was sent.
    """
    if _beside(answer):
        return NOTHING
    asked = block(request_of(answer).get("body"), "request.body")
    staff_id = _only(texts(asked, "userid", "request.body"), "request.body.userid")
    rows = []
    for index, row in enumerate(listed(body_of(answer), "behavior_data", optional=True)):
        where = f"body.behavior_data[{index}]"
        chats = key_count(row, "chat_cnt", where)
        reply_share = share(row, "reply_percentage", where, percent=True)
        reply_minutes = measure(row, "avg_reply_time", where)
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": epoch_day(row, "stat_time", where),
                "staff_id": staff_id,
                "chats": chats,
                "messages": key_count(row, "message_cnt", where),
                "reply_share": reply_share if chats else None,
                "reply_minutes": reply_minutes if chats else None,
                "negative_feedback": count(row, "negative_feedback_cnt", where),
                "new_applies": count(row, "new_apply_cnt", where),
                "new_contacts": count(row, "new_contact_cnt", where),
            }
        )
    return Parsed({"land_wecom_behaviour": rows})


def group_day(answer: RawResponse, keyed: Keyed) -> Parsed:
    """One owner's group chats each day → ``land_wecom_group_day``."""
    if _beside(answer):
        return NOTHING
    asked = block(request_of(answer).get("body"), "request.body")
    owners = texts(
        block(asked.get("owner_filter"), "request.body.owner_filter"), "userid_list", "request.body"
    )
    owner_id = _only(owners, "request.body.owner_filter.userid_list")
    rows = []
    for index, row in enumerate(listed(body_of(answer), "items", optional=True)):
        where = f"body.items[{index}]"
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": epoch_day(row, "stat_time", where),
                "owner_id": owner_id,
                **_groups(row, where),
            }
        )
    return Parsed({"land_wecom_group_day": rows})


def group_week(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Each owner's group chats in the seven days up to the date asked for → ``land_wecom_group_week``."""
    if _beside(answer):
        return NOTHING
    rows = []
    for index, row in enumerate(listed(body_of(answer), "items", optional=True)):
        where = f"body.items[{index}]"
        rows.append(
            {
                "account_id": answer.account_id,
                "business_date": answer.business_date,
                "owner_id": key_text(row, "owner", where),
                **_groups(row, where),
            }
        )
    return Parsed({"land_wecom_group_week": rows})


def customers(answer: RawResponse, keyed: Keyed) -> Parsed:
    """Customers of members → ``land_wecom_customer``; hashed ids, ``present`` as member_key|staff_id.

    Tags are ids in one text: a list of its own would be taken for cut short whenever many customers are tagged anew.
    """
    if _beside(answer):
        return NOTHING
    rows: list[Json] = []
    present: list[str] = []
    for index, item in enumerate(listed(body_of(answer), "external_contact_list", optional=True)):
        where = f"body.external_contact_list[{index}]"
        contact = block(item.get("external_contact"), f"{where}.external_contact")
        follow, at = block(item.get("follow_info"), f"{where}.follow_info"), f"{where}.follow_info"
        member_key = keyed(key_text(contact, "external_userid", f"{where}.external_contact"))
        staff_id = key_text(follow, "userid", at)
        unionid = text(contact, "unionid", f"{where}.external_contact")
        present.append(f"{member_key}|{staff_id}")
        rows.append(
            {
                "account_id": answer.account_id,
                "member_key": member_key,
                "staff_id": staff_id,
                "union_key": keyed(unionid) if unionid else None,
                "added_at": moment(follow, "createtime", at),
                "add_way": code(follow, "add_way", at),
                "state": text(follow, "state", at),
                "tag_ids": ",".join(sorted(set(texts(follow, "tag_id", at)))) or None,
                "seen_date": answer.business_date,
                "gone_date": None,
            }
        )
    return Parsed({"land_wecom_customer": rows}, present={"land_wecom_customer": present})


def _beside(answer: RawResponse) -> bool:
    """True for errors and for the staff list, which only leads to the other questions."""
    return refused(answer) or request_of(answer).get("path") == STAFF


def _only(names: list[str], where: str) -> str:
    """The one name that was asked about.

    Raises:
        UnexpectedShape: several were, so the figures are a sum of all of them.
    """
    if len(names) != 1:
        raise UnexpectedShape(f"{where} names {len(names)} members: the platform then answers with their sum")
    return names[0]


def _groups(row: Json, where: str) -> dict[str, int | None]:
    data, at = block(row.get("data"), f"{where}.data"), f"{where}.data"
    key_count(data, "chat_total", at)
    key_count(data, "member_total", at)
    return {ours: count(data, theirs, at) for ours, theirs in GROUP_FIELDS.items()}
