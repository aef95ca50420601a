"""The simulated Official Account's article figures, and the calls that are withdrawn.

Source:
    https://developers.weixin.qq.com/doc/service/api/wedata/news, read 2026-11-22.
"""

import datetime as dt
from typing import Any

from tasks.calendars import ONE_DAY
from tasks.sandbox.figures import asked_days, dice, late_days, shuffled, single, told
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.world.tables import SCENES

DASHED = "%Y-%m-%d"
NEW_FAMILY_START = dt.date(2025, 11, 1)
TITLES_SINCE = dt.date(2026, 3, 3)
LIFE_DAYS = 30
PARTIAL = 0.6
"""How much of a day provisional figures know."""


def _days(call: Call, most: int) -> tuple[list[dt.date], frozenset[dt.date]]:
    days = asked_days(call, DASHED, most)
    late = late_days(call, days)
    return [day for day in days if day >= NEW_FAMILY_START], late


def _hidden(call: Call, day: dt.date, late: frozenset[dt.date]) -> bool:
    return day in late and call.late != "is_delay"


def _answer(call: Call, rows: list[dict[str, Any]], late: frozenset[dt.date]) -> dict[str, Any]:
    return told(call, {"list": rows, "is_delay": bool(late) and call.late == "is_delay"})


def _sources(total: int, scenes: list[int], *about: Any) -> list[dict[str, Any]]:
    """Readers by scene: any order, zeros among them, and a person counts under every scene that led here."""
    known = [("全部", total), *zip(SCENES, scenes, strict=True)]
    return shuffled([{"user_count": int(count), "scene_desc": scene} for scene, count in known], *about)


def _restated(call: Call, day: dt.date, article: int) -> int:
    """Readers still missing from yesterday's figure: 1 now and then, found by tomorrow."""
    return int(day == call.today - ONE_DAY and dice("restated", article, day).random() < 0.15)


def _read_on(call: Call) -> tuple[dt.date | None, list[dict[str, Any]], frozenset[dt.date]]:
    days, late = _days(call, 1)
    if not days or _hidden(call, days[0], late):
        return None, [], late
    return days[0], call.world.by("oa_article_day", "read_date").get(days[0], []), late


def article_read(call: Call) -> dict[str, Any]:
    """Readers of every article on one day, whenever it was published."""
    day, rows, late = _read_on(call)
    part = PARTIAL if late else 1
    answer = []
    for row in rows:
        readers = int(row["readers"] * part) - (
            _restated(call, row["read_date"], row["article_no"]) if row["readers"] > 3 else 0
        )
        sources = _sources(
            readers, [min(int(count * part), readers) for count in row["scenes"]], row["msgid"], day
        )
        detail = {"read_user": readers, "read_user_source": sources}
        answer.append({"ref_date": row["read_date"].isoformat(), "msgid": row["msgid"], "detail": detail})
    return _answer(call, [row for row in answer if row["detail"]["read_user"]], late)


def article_share(call: Call) -> dict[str, Any]:
    """Sharers of every article on one day."""
    day, rows, late = _read_on(call)
    part = PARTIAL if late else 1
    answer = [
        {"ref_date": str(day), "msgid": row["msgid"], "detail": {"share_user": int(row["sharers"] * part)}}
        for row in rows
        if int(row["sharers"] * part)
    ]
    return _answer(call, answer, late)


def biz_summary(call: Call) -> dict[str, Any]:
    """The whole account a day, 30 days at most."""
    days, late = _days(call, 30)
    if not days:
        return _answer(call, [], late)
    world, answer = call.world, []
    scenes, sent = world.by("oa_biz_scene", "business_date"), world.by("oa_article", "publish_date")
    known = world.by("oa_biz_day", "business_date")
    for day in days:
        row = known.get(day, [{"readers": 0}])[0]
        if _hidden(call, day, late) or not row["readers"]:
            continue
        part = PARTIAL if day in late else 1
        count = {name: int(row[column] * part) for name, column in BIZ.items()}
        sources = _sources(
            count["read_user"], [int(scene["readers"] * part) for scene in scenes[day]], "biz", day
        )
        detail = {"read_user": count.pop("read_user"), "read_user_source": sources, **count}
        answer.append(
            {"ref_date": day.isoformat(), "detail": {**detail, "send_page_count": len(sent.get(day, []))}}
        )
    return _answer(call, answer, late)


BIZ = {
    "read_user": "readers",
    "share_user": "sharers",
    "zaikan_user": "zaikan",
    "like_user": "liked",
    "comment_count": "comments",
    "collection_user": "collected",
    "redirect_ori_page_user": "redirected",
}
TOTALS = {
    "read_user": "first_readers",
    "share_user": "sharers",
    "zaikan_user": "zaikan",
    "like_user": "liked",
    "comment_count": "comments",
    "collection_user": "collected",
    "praise_money": "praise_fen",
    "read_subscribe_user": "followed",
    "finished": "finished",
}
"""Cumulative figure → the day's column it sums."""


def article_total(call: Call) -> dict[str, Any]:
    """What is known of the articles published on one day; a row counts from publication to stat_date."""
    days, late = _days(call, 1)
    if not days or _hidden(call, days[0], late):
        return _answer(call, [], late)
    published = days[0]
    stat_days = [
        published + step * ONE_DAY for step in range(LIFE_DAYS) if published + step * ONE_DAY < call.today
    ]
    late |= late_days(call, stat_days) if stat_days[-1] not in late else frozenset()
    stat_days = [day for day in stat_days if not _hidden(call, day, late)]
    read = call.world.by("oa_article_day", "article_no")
    answer = []
    for article in call.world.by("oa_article", "publish_date").get(published, []):
        about = (
            {"title": article["title"], "content_url": article["url"]} if call.today >= TITLES_SINCE else {}
        )
        answer.append(
            {
                "ref_date": published.isoformat(),
                "msgid": f"{article['msg_data_id']}_{article['idx']}",
                "publish_type": article["publish_type"],
                **about,
                "detail_list": _details(call, article, read.get(article["article_no"], []), stat_days, late),
            }
        )
    return _answer(call, answer, late)


def _details(
    call: Call,
    article: dict[str, Any],
    rows: list[dict[str, Any]],
    stat_days: list[dt.date],
    late: frozenset[dt.date],
) -> list[dict[str, Any]]:
    read = {row["read_date"]: row for row in rows}
    so_far = dict.fromkeys(TOTALS, 0)
    scenes, jumps, minutes, details = [0] * len(SCENES), [0] * 5, 0.0, []
    for day in stat_days:
        if day in read:
            row, part = read[day], PARTIAL if day in late else 1
            for name, column in TOTALS.items():
                so_far[name] += int(row[column] * part)
            scenes = [
                total + int(count * part) for total, count in zip(scenes, row["first_scenes"], strict=True)
            ]
            jumps = [total + int(count * part) for total, count in zip(jumps, row["jumps"], strict=True)]
            minutes += (row["minutes"] or 0) * part
            if row["first_readers"] > 1:
                so_far["read_user"] -= _restated(call, day, article["article_no"])
        details.append(_detail(article, day, so_far, scenes, jumps, minutes))
    return details


def _detail(
    article: dict[str, Any],
    day: dt.date,
    so_far: dict[str, int],
    scenes: list[int],
    jumps: list[int],
    minutes: float,
) -> dict[str, Any]:
    readers, delivered = so_far["read_user"], article["delivered"]
    count = {name: value for name, value in so_far.items() if name not in {"read_user", "finished"}}
    base = max(readers, 1)
    return {
        "stat_date": day.isoformat(),
        "read_user": readers,
        "read_user_source": _sources(
            readers, [min(persons, readers) for persons in scenes], article["article_no"], day
        ),
        **count,
        "read_delivery_rate": single(scenes[0] / delivered) if delivered else 0,
        "read_finish_rate": single(min(so_far["finished"] / base, 1)),
        "read_avg_activetime": single(minutes / base),
        "read_jump_position": [
            {"position": position, "rate": single(persons / max(sum(jumps), 1))}
            for position, persons in enumerate(jumps, 1)
        ],
    }


def retired(call: Call) -> dict[str, Any]:  # noqa: ARG001
    """The article calls the platform has withdrawn."""
    raise ApiError(47009, "this api is offline, please use the new api")


RETIRED = (
    "getarticlesummary",
    "getarticletotal",
    "getuserread",
    "getuserreadhour",
    "getusershare",
    "getusersharehour",
)
ROUTES: dict[str, Handler] = {
    "/datacube/getarticleread": article_read,
    "/datacube/getarticleshare": article_share,
    "/datacube/getbizsummary": biz_summary,
    "/datacube/getarticletotaldetail": article_total,
    **{f"/datacube/{name}": retired for name in RETIRED},
}
