"""Lists in another order and with repeats: what paging over a moving list does to a caller."""

import random
from collections.abc import Mapping
from typing import Any

UNORDERED = frozenset(
    {
        "behavior_data",
        "comment",
        "detail_list",
        "external_contact_list",
        "group_chat_list",
        "item",
        "items",
        "list",
        "live_items",
        "member_list",
        "openid",
        "order_id_list",
        "after_sale_order_id_list",
        "read_user_source",
        "statistic_list",
        "tags",
    }
)
"""Fields whose order means nothing; the articles of one publication (news_item), say, do have one."""
REPEATED = 0.1
"""Share of a list's entries that come twice."""


def scrambled(answer: Any, dice: random.Random, *, double: bool, name: str = "") -> Any:
    """The answer with its unordered lists in another order, or (``double``) with entries repeated."""
    if isinstance(answer, Mapping):
        return {key: scrambled(value, dice, double=double, name=key) for key, value in answer.items()}
    if not isinstance(answer, list):
        return answer
    entries = [scrambled(entry, dice, double=double) for entry in answer]
    if name not in UNORDERED:
        return entries
    if double:
        return [twin for entry in entries for twin in [entry] * (1 + (dice.random() < REPEATED))]
    dice.shuffle(entries)
    return entries
