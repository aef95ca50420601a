"""Articles, and who reads them when.

Followers are told of a push (``publish_type`` 0) and open it from the message, most on the day itself; others
find it through chats, moments, search and recommendation. Every article is read for 30 days. What is only
published (``publish_type`` 1) is found, never told.
"""

from dataclasses import dataclass, field

import numpy as np

from tasks.sandbox.world.draws import Bools, Ints
from tasks.sandbox.world.pace import LENGTH
from tasks.sandbox.world.state import State
from tasks.sandbox.world.tables import FLAGS, SCENES

LIFE_DAYS = 30
PUSHES = (1, 2, 1, 2, 1, 1, 1)
"""Monday to Sunday."""
TOLD_DECAY = np.cumsum(
    np.r_[0.66, 0.17, 0.07, 0.04, 0.025, 0.015, 0.01, 0.01 * np.exp(-0.35 * np.arange(23))]
)
FOUND_DECAY = np.cumsum(np.exp(-0.22 * np.arange(LIFE_DAYS)))
TOLD_WITHIN_WEEK = float(TOLD_DECAY[6] / TOLD_DECAY[-1])
FOUND_PER_TOLD = 0.45
FOUND_SCENES = np.array([0.26, 0.30, 0.12, 0.16, 0.08, 0.08])
KINDS = ("knowledge", "scenario", "ugc", "interactive")
KIND_SHARES = (0.30, 0.25, 0.20, 0.25)
KIND_OPENS = {"knowledge": 1.06, "scenario": 1.0, "ugc": 0.92, "interactive": 1.0}
KIND_LIKES = {"knowledge": 0.92, "scenario": 0.95, "ugc": 1.08, "interactive": 1.08}
INTERACTIONS = {"liked": 0.50, "collected": 0.20, "zaikan": 0.18, "comments": 0.12}
"""How a reader's interaction splits."""
SUBJECTS = (
    "春季护肤",
    "办公室午餐",
    "亲子出游",
    "厨房收纳",
    "睡前阅读",
    "周末徒步",
    "换季穿搭",
    "咖啡入门",
    "家庭影院",
    "绿植养护",
)
WORDINGS = {
    "knowledge": ("{}的五个误区", "一文看懂{}", "{}：医生这样说"),
    "scenario": ("她的{}清单", "{}的一天", "三个家庭的{}"),
    "ugc": ("读者来信：我的{}", "{}晒图精选", "老顾客谈{}"),
    "interactive": ("{}大投票", "答题赢好礼：{}", "说说你的{}"),
}
WORDING_SHARES = {
    "knowledge": (0.25, 0.5, 0.25),
    "scenario": (0.36, 0.36, 0.28),
    "ugc": (0.36, 0.36, 0.28),
    "interactive": (0.54, 0.23, 0.23),
}
WORDING_LIKES = {("knowledge", 1): 0.58, ("interactive", 0): 1.45}
"""One wording that readers are tired of and one that makes them take part; together they change the mean little."""
NONE = 255


@dataclass
class Qualities:
    """What makes one article better than another; positions are article numbers."""

    interaction: list[float] = field(default_factory=list)
    share: list[float] = field(default_factory=list)
    finish: list[float] = field(default_factory=list)
    minutes: list[float] = field(default_factory=list)
    commented: list[bool] = field(default_factory=list)
    """Comments are open; never under what is only published."""


class Articles:
    """Publishes articles and lets them be read."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.draws = state.draws("articles")
        self.qualities = Qualities()
        self.buckets: list[list[tuple[int, Ints, Ints, Ints, Bools]]] = [
            [] for _ in range(LENGTH + LIFE_DAYS)
        ]
        self.recent: list[tuple[int, int]] = []
        self._marked = np.zeros(state.persons, dtype=bool)
        self.comments = 0
        self.days: dict[str, list[tuple[int, ...]]] = {"oa_biz_day": [], "oa_biz_scene": []}

    def step(self, day: int) -> None:
        """Publish what is due on ``day`` and read everything that is read on it."""
        self._publish(day)
        self._read(day)

    def _publish(self, day: int) -> None:
        rng, state = self.draws.rng, self.state
        followers = np.flatnonzero(state.following).astype(np.int32)
        pushes = PUSHES[(state.start.weekday() + day) % 7]
        hours = rng.permutation([8, 12, 18, 20, 21])[: pushes + 1]
        posts = [(0, 1 + int(rng.choice(3, p=[0.4, 0.35, 0.25]))) for _ in range(pushes)]
        if rng.random() < 0.16:
            posts.append((1, 1))
        for hour, (publish_type, count) in zip(hours, posts, strict=False):
            # The undocumented type 2 behaves like a push.
            shown = 2 if publish_type == 0 and rng.random() < 0.015 else publish_type
            at = state.day_starts[day] + int(hour) * 3600 + int(rng.integers(0, 1800))
            for idx in range(1, count + 1):
                self._article(day, at, idx, shown, followers)

    def _article(self, day: int, at: int, idx: int, publish_type: int, followers: Ints) -> None:
        rng, state, number = self.draws.rng, self.state, len(self.qualities.share)
        kind = KINDS[int(np.searchsorted(np.cumsum(KIND_SHARES), rng.random()))]
        wording = int(np.searchsorted(np.cumsum(WORDING_SHARES[kind])[:-1], rng.random()))
        title = WORDINGS[kind][wording].format(SUBJECTS[int(rng.integers(len(SUBJECTS)))])
        state.writer.add(
            "oa_article",
            article_no=np.array([number]),
            msg_data_id=2_247_480_000 + self._push_number(at),
            idx=idx,
            day=day,
            published_at=at,
            title=title,
            publish_type=publish_type,
            kind=kind,
            delivered=-1 if publish_type == 1 else followers.size,
        )
        likes = KIND_LIKES[kind] * WORDING_LIKES.get((kind, wording), 1.0)
        self.qualities.interaction.append(likes * float(self.draws.noise(0.06)))
        self.qualities.share.append(float(self.draws.noise(0.06)))
        self.qualities.finish.append(float(np.clip(rng.normal(0.58, 0.08), 0.3, 0.85)))
        self.qualities.minutes.append(float(1.1 * self.draws.noise(0.25)))
        self.qualities.commented.append(publish_type != 1)
        self.recent.append((day, number))
        told = self._told(day, kind, publish_type, followers)
        wanted = FOUND_PER_TOLD * told.size if told.size else 0.02 * followers.size
        found = self._found(told, followers, self.draws.whole(wanted, "found"))
        self._spread(day, number, told, found)

    def _push_number(self, at: int) -> int:
        """Articles of one push share their message: its number follows from the moment."""
        return (at - self.state.day_starts[0]) // 60 + 1

    def _told(self, day: int, kind: str, publish_type: int, followers: Ints) -> Ints:
        """Followers who open the message within 30 days."""
        if publish_type == 1:
            return followers[:0]
        rate = self.state.pace.at("open_rate", day) / TOLD_WITHIN_WEEK
        rate *= KIND_OPENS[kind] * float(self.draws.noise(0.06))
        flop = self.state.pace.accident("content_flop", day)
        if flop is not None:
            rate *= 1 - flop
        lively = self.state.activity[followers]
        return followers[self.draws.weighted(lively, min(rate, 0.9) * followers.size, "told")]

    def _found(self, told: Ints, followers: Ints, count: int) -> Ints:
        """Readers from elsewhere, nobody twice; future joiners are left out: they have not come yet."""
        rng, state = self.draws.rng, self.state
        pool = [rng.integers(state.strangers, state.persons, max(1, count // 3))]
        if followers.size:
            pool.append(followers[rng.integers(0, followers.size, count - count // 3)])
        found = np.unique(np.concatenate(pool)).astype(np.int32)
        self._marked[told] = True
        found = found[~self._marked[found]]
        self._marked[told] = False
        return rng.permutation(found)[:count]

    def _spread(self, day: int, number: int, told: Ints, found: Ints) -> None:
        """Give every reader a day and a scene; a few come back another day."""
        rng = self.draws.rng
        who = np.concatenate([told, found])
        chance = rng.random(who.size)
        offset = np.concatenate(
            [
                np.searchsorted(TOLD_DECAY, chance[: told.size] * TOLD_DECAY[-1]),
                np.searchsorted(FOUND_DECAY, chance[told.size :] * FOUND_DECAY[-1]),
            ]
        )
        scene = np.zeros(who.size, dtype=np.uint8)
        scene[told.size :] = 1 + rng.choice(FOUND_SCENES.size, found.size, p=FOUND_SCENES)
        extra = np.full(who.size, NONE, dtype=np.uint8)
        also = np.flatnonzero(rng.random(who.size) < 0.06)
        extra[also] = 1 + (scene[also] + rng.integers(0, 5, also.size)) % (len(SCENES) - 1)
        again = np.flatnonzero(rng.random(who.size) < 0.04)
        later = offset[again] + rng.integers(1, 6, again.size)
        again, later = again[later < LIFE_DAYS], later[later < LIFE_DAYS]
        first = np.arange(who.size + again.size) < who.size
        who, scene, extra = (np.concatenate([column, column[again]]) for column in (who, scene, extra))
        offset = np.concatenate([offset, later])
        order = np.argsort(offset, kind="stable")
        who, scene, extra, first = who[order], scene[order], extra[order], first[order]
        edges = np.searchsorted(offset[order], np.arange(LIFE_DAYS + 1))
        for back, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
            if high > low:
                part = slice(low, high)
                self.buckets[day + back].append((number, who[part], scene[part], extra[part], first[part]))

    def _read(self, day: int) -> None:
        state, bucket = self.state, self.buckets[day]
        self.buckets[day] = []
        bucket += self._who_followed_after_reading(day)
        if not bucket:
            state.now.readers = state.now.readers[:0]
            return
        article = np.repeat([part[0] for part in bucket], [part[1].size for part in bucket]).astype(np.int32)
        who, scene, extra, first = (
            np.concatenate([part[column] for part in bucket]) for column in range(1, 5)
        )
        # The message is gone for those who have unfollowed since.
        kept = (scene != 0) | state.following[who]
        article, who, scene, extra, first = (column[kept] for column in (article, who, scene, extra, first))
        marks = self._marks(day, article, first)
        joined = np.isin(who, state.now.article_followers) & (scene == 2)
        marks["followed"] = joined & first
        flags = sum(marks[name].astype(np.uint16) << bit for bit, name in enumerate(FLAGS))
        rng = self.draws.rng
        finished = marks["finished"]
        base = np.asarray(self.qualities.minutes)[article]
        minutes = base * np.where(finished, 1.35, 0.5) * rng.lognormal(-0.12, 0.5, who.size)
        jump = np.where(finished, 5, 1 + rng.choice(4, who.size, p=[0.45, 0.25, 0.18, 0.12]))
        praise = np.where(marks["praised"], 100 * rng.integers(1, 20, who.size), 0)
        state.writer.add(
            "oa_read_packed",
            article_no=article,
            person=who,
            day=np.full(who.size, day, dtype=np.int16),
            scene=scene,
            extra=extra,
            flags=flags,
            comments=marks["comments"].astype(np.uint8),
            minutes=minutes.astype(np.float32),
            jump=jump.astype(np.uint8),
            praise=praise.astype(np.uint16),
        )
        self._comment(day, article[marks["comments"]], who[marks["comments"]])
        self._summarise(day, who, scene, extra, marks)
        state.now.readers = np.unique(who)

    def _who_followed_after_reading(self, day: int) -> list[tuple[int, Ints, Ints, Ints, Bools]]:
        self.recent = [(published, number) for published, number in self.recent if published >= day - 2]
        who = self.state.now.article_followers
        if not self.recent or not who.size:
            return []
        number = self.recent[int(self.draws.rng.integers(len(self.recent)))][1]
        ones = np.ones(who.size, dtype=np.uint8)
        return [(number, who, ones * 2, ones * NONE, ones > 0)]

    def _marks(self, day: int, article: Ints, first: Bools) -> dict[str, Bools]:
        """What each reader does; a person does it once an article, at the first reading."""
        draws, pace, size = self.draws, self.state.pace, article.size
        interaction = (
            pace.at("interaction_rate", day) * np.asarray(self.qualities.interaction)[article] * first
        )
        marks = {
            name: draws.take(np.minimum(interaction * part, 1.0), name) for name, part in INTERACTIONS.items()
        }
        marks["comments"] &= np.asarray(self.qualities.commented)[article]
        share = pace.at("share_rate", day) * np.asarray(self.qualities.share)[article] * first
        marks["shared"] = draws.take(np.minimum(share, 1.0), "shared")
        marks["finished"] = draws.rng.random(size) < np.asarray(self.qualities.finish)[article]
        marks["redirected"] = draws.share(size, 0.06, "redirected")
        marks["praised"] = draws.share(size, 0.002, "praised")
        marks["is_first"] = first
        return marks

    def _comment(self, day: int, article: Ints, who: Ints) -> None:
        rng, size = self.draws.rng, who.size
        self.state.writer.add(
            "oa_comment",
            comment_id=np.arange(self.comments, self.comments + size) + 1,
            article_no=article,
            person=who,
            created_at=self.state.day_starts[day] + 79_200 + rng.integers(0, 7_000, size),
            wording=rng.integers(0, 8, size),
        )
        self.comments += size

    def _summarise(self, day: int, who: Ints, scene: Ints, extra: Ints, marks: dict[str, Bools]) -> None:
        """The account's day: persons, each once whatever they read."""
        people = [int(np.unique(who[marks[name]]).size) for name in ("shared", "zaikan", "liked")]
        collected, redirected = (np.unique(who[marks[name]]).size for name in ("collected", "redirected"))
        readers, comments = np.unique(who).size, int(marks["comments"].sum())
        self.days["oa_biz_day"].append((day, readers, *people, comments, collected, redirected))
        pairs = np.concatenate([who * np.int64(8) + scene, (who * np.int64(8) + extra)[extra != NONE]])
        counts = np.bincount(np.unique(pairs) % 8, minlength=len(SCENES))
        self.days["oa_biz_scene"] += [
            (day, code, int(count)) for code, count in enumerate(counts[: len(SCENES)])
        ]
