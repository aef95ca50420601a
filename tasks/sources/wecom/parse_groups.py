"""What a corp's answers say about its group chats (客户群) and their members, as rows of the lake; pure.

Source: https://developer.work.weixin.qq.com/document/path/92122 (read 2026-11-22).
"""

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
    key_code,
    key_text,
    listed,
    moment,
    refused,
    request_of,
    taken_on,
    text,
    texts,
)

LIST = "/cgi-bin/externalcontact/groupchat/list"
CHATS, MEMBERS = "land_wecom_group", "land_wecom_group_member"
STAFF = 1
"""``type`` of a member who is of the corp; 2 is everybody else."""


def groups(answer: RawResponse, keyed: Keyed) -> Parsed:
    """One chat and its members → ``land_wecom_group`` and ``land_wecom_group_member``; hashed ids, no names.

    ``present`` names a chat by its id and a member by chat_id|member_key|stay. A refusal tells no rows, only that
    the chat is there with the members it was last known to have.
    """
    request = request_of(answer)
    if request.get("path") == LIST:
        return NOTHING
    if refused(answer):
        asked = block(request.get("body"), "request.body")
        chat_id = key_text(asked, "chat_id", "request.body")
        return Parsed({}, present={MEMBERS: texts(request, "believed", "request"), CHATS: [chat_id]})
    where = "body.group_chat"
    chat = block(body_of(answer).get("group_chat"), where)
    chat_id = key_text(chat, "chat_id", where)
    today = taken_on(answer)
    members: dict[str, Json] = {}
    for index, person in enumerate(listed(chat, "member_list", where, optional=True)):
        row = _member(answer, chat_id, person, f"{where}.member_list[{index}]", keyed)
        members[f"{chat_id}|{row['member_key']}|{row['stay']}"] = row
    group = {
        "account_id": answer.account_id,
        "chat_id": chat_id,
        "name": text(chat, "name", where),
        "owner_id": text(chat, "owner", where),
        "created_at": moment(chat, "create_time", where),
        "last_seen_date": today,
        "seen_date": today,
        "gone_date": None,
    }
    return Parsed(
        {MEMBERS: list(members.values()), CHATS: [group]}, present={MEMBERS: list(members), CHATS: [chat_id]}
    )


def _member(answer: RawResponse, chat_id: str, person: Json, where: str, keyed: Keyed) -> Json:
    userid = key_text(person, "userid", where)
    kind = key_code(person, "type", where)
    unionid = text(person, "unionid", where)
    invitor = text(block(person.get("invitor"), f"{where}.invitor"), "userid", f"{where}.invitor")
    today = taken_on(answer)
    return {
        "account_id": answer.account_id,
        "chat_id": chat_id,
        "member_key": keyed(userid),
        "stay": str(count(person, "join_time", where) or 0),
        "type": kind,
        "staff_id": userid if kind == STAFF else None,
        "union_key": keyed(unionid) if unionid else None,
        "joined_at": moment(person, "join_time", where),
        "join_scene": code(person, "join_scene", where),
        "invitor_key": keyed(invitor) if invitor else None,
        "state": text(person, "state", where),
        "last_seen_date": today,
        "seen_date": today,
        "gone_date": None,
    }
