"""Everybody who ever followed the simulated Official Account, ready to be asked about any moment."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tasks.sandbox.world import World

OPEN_END = 2**62
EPISODES = f"""
with carried as (select person_id, sum(1 << place) as tags
    from oa_tag_member join (select tag_id, row_number() over (order by tag_id) - 1 as place from oa_tag)
        using (tag_id) group by person_id)
select openid, followed_at, coalesce(left_at, {OPEN_END}) as left_at, scene, coalesce(unionid, '') as unionid,
    coalesce(tags, 0)::smallint as tags
from oa_follow join person using (person_id) left join carried using (person_id)
order by openid, followed_at
"""


class Followers:
    """Episodes of following as arrays sorted by openid: half a million of them are asked in microseconds."""

    def __init__(self, world: "World") -> None:
        cursor = world.connection.cursor()
        found: dict[str, npt.NDArray[Any]] = cursor.execute(EPISODES).fetchnumpy()  # type: ignore[assignment]
        cursor.close()
        self.openid = found["openid"].astype("S28")
        self.unionid = found["unionid"].astype("S28")
        self.scenes, self.scene = np.unique(found["scene"].astype(str), return_inverse=True)
        self.followed_at, self.left_at, self._tags = found["followed_at"], found["left_at"], found["tags"]
        self.tags = {row["tag_id"]: row["name"] for row in world.rows("select * from oa_tag order by tag_id")}
        self._asked: dict[tuple[int, int | None], list[str]] = {}

    def row(self, openid: str) -> int | None:
        """The first episode of ``openid``; None for somebody unknown."""
        key = openid.encode()
        found = int(np.searchsorted(self.openid, key))
        return found if found < self.openid.size and self.openid[found] == key else None

    def following(self, moment: int) -> list[str]:
        """Openids of those who follow at ``moment`` (unix seconds), sorted."""
        return self._list(moment, None)

    def tagged(self, moment: int, tag_id: int) -> list[str]:
        """Those among them who carry a tag, sorted."""
        return self._list(moment, tag_id)

    def _list(self, moment: int, tag_id: int | None) -> list[str]:
        key = (moment, tag_id)
        if key not in self._asked:
            # The clock moved: what it was asked before will not be asked again.
            self._asked = {asked: kept for asked, kept in self._asked.items() if asked[0] == moment}
            chosen = (self.followed_at <= moment) & (self.left_at > moment)
            if tag_id is not None:
                chosen &= (self._tags >> list(self.tags).index(tag_id)) & 1 > 0
            self._asked[key] = [name.decode() for name in self.openid[chosen].tolist()]
        return self._asked[key]

    def details(self, openid: str, moment: int) -> dict[str, Any] | None:
        """What is told of one person; ``subscribe_time`` is 0 when they do not follow at ``moment``."""
        row = self.row(openid)
        if row is None:
            return None
        while row < self.openid.size and self.openid[row] == openid.encode():
            if self.followed_at[row] <= moment < self.left_at[row]:
                return {
                    "subscribe_time": int(self.followed_at[row]),
                    "unionid": self.unionid[row].decode(),
                    "subscribe_scene": str(self.scenes[self.scene[row]]),
                    "tagid_list": [
                        tag for place, tag in enumerate(self.tags) if int(self._tags[row]) >> place & 1
                    ],
                }
            row += 1
        return {"subscribe_time": 0}
