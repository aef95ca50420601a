"""Channels (视频号): who goes live when, who watches, and which shop orders came from there.

Added to a finished world: shop orders stay as they are and only get an origin. The brand's own account goes live
on some afternoons and evenings; a partner (达人) is on air all day, every day. So each order of the scene "live"
(2) has its live: the brand's while one that sells is on, else the partner's. Orders of short videos (3), shared
products (4) and the shop window (5) are the brand's.

    shop_order + its own stream of chance -> channels_finder, channels_live, channels_follow_day, shop_order_origin
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.sandbox.world.pace import LENGTH
from tasks.sandbox.world.state import State

OURS, PARTNER, QUIET = "sphBr4ndH0me5tN", "sphL1nXi0H4oWuZ", "sphQu1etP4rtn3r"
NICKNAMES = {OURS: "品牌视频号", PARTNER: "小林好物", QUIET: "阿远的书桌"}
"""The brand's own account and those it has authorised; the quiet one sells nothing."""
SHOWS: dict[int, tuple[tuple[float, float, str, bool], ...]] = {
    1: ((12.5, 5.5, "午后自播", True), (19.5, 2.5, "周二新品专场", True)),
    2: ((12.5, 5.5, "午后自播", True),),
    3: ((20.0, 1.5, "周四护肤问答", False),),
    4: ((12.5, 5.5, "午后自播", True), (19.5, 3.0, "周五会员日", True)),
    5: ((12.5, 5.5, "午后自播", True), (20.0, 3.0, "周六大场", True)),
    6: ((21.5, 3.0, "周日陪你到零点", True),),
}
"""Weekday → (hour it begins, hours it lasts, title, sells); Sunday's goes on past midnight."""
PARTNER_HOURS = (6.5, 17.4)
STOCK_SHARE = 0.06
"""Followers of the account before the world begins, as a share of all persons."""
ORGANIC_A_DAY = 0.0002
AUDIENCE_SHARE = 0.03
"""Viewers of one of the brand's lives, as a share of all persons."""
COLUMNS = (
    *(
        "live_no",
        "export_id",
        "finder_id",
        "title",
        "sells",
        "started_at",
        "ended_at",
        "audience",
        "impressions",
    ),
    *(
        "cheers",
        "forwards",
        "comments",
        "avg_seconds",
        "max_online",
        "new_follows",
        "clickers",
        "new_watchers",
    ),
)


@dataclass(frozen=True)
class Slot:
    """One live's place in time."""

    export_id: str
    finder_id: str
    title: str
    sells: bool
    started_at: int
    ended_at: int


ORIGINS = """
create table shop_order_origin as
with live as (
    select * from shop_order where scene = 2
),
ours as (
    select o.order_id, s.export_id from live o join slot s
        on s.finder_id = $ours and s.sells and o.created_at >= s.started_at and o.created_at < s.ended_at
),
theirs as (
    select o.order_id, s.export_id from live o join slot s
        on s.finder_id = $partner and o.created_at >= s.started_at and o.created_at < s.ended_at
)
select o.order_id,
    case when o.scene = 2 and ours.export_id is null then $partner else $ours end as finder_id,
    coalesce(ours.export_id, theirs.export_id) as live_id
from shop_order o left join ours using (order_id) left join theirs using (order_id)
where o.scene between 2 and 5 order by o.order_id;
"""

BUYERS = """
select live_id, count(distinct person_id) from shop_order_origin join shop_order using (order_id)
where live_id is not null group by live_id
"""


def broadcast(state: State) -> None:
    """Add the lives, the followers and the origins of the shop's orders to a world whose orders are written."""
    connection, draws = state.writer.connection, state.draws("channels")
    slots = _slots(state, draws.rng)
    connection.register("slot", pa.Table.from_pylist([vars(slot) for slot in slots]))
    connection.execute(ORIGINS, {"ours": OURS, "partner": PARTNER})
    connection.unregister("slot")
    buyers = dict(connection.execute(BUYERS).fetchall())
    rows = [
        (no, *_figures(slot, buyers.get(slot.export_id, 0), state, draws.rng))
        for no, slot in enumerate(slots)
    ]
    _store(state, "channels_live", dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)))
    won = draws.rng.poisson(ORGANIC_A_DAY * state.persons, LENGTH)
    _store(state, "channels_follow_day", {"day_start": state.day_starts[:LENGTH], "won": won})
    _store(state, "channels_finder", {"finder_id": list(NICKNAMES), "nickname": list(NICKNAMES.values())})


def _slots(state: State, rng: np.random.Generator) -> list[Slot]:
    """Every live of the world's days, in the order they begin."""
    found = []
    for day in range(LENGTH):
        midnight = state.day_starts[day]
        begins, lasts = PARTNER_HOURS
        shows = [(PARTNER, begins, lasts, "全天在播", True)]
        shows += [(OURS, *show) for show in SHOWS.get((state.start.weekday() + day) % 7, ())]
        for finder_id, hour, hours, title, sells in shows:
            late, longer = (
                (0, 1.0) if finder_id == PARTNER else (int(rng.integers(0, 900)), rng.uniform(0.94, 1.06))
            )
            begin = midnight + int(hour * 3600) + late
            mark = hashlib.md5(
                f"{state.seed}:live:{finder_id}:{begin}".encode(), usedforsecurity=False
            ).hexdigest()
            end = begin + int(hours * 3600 * longer)
            found.append(Slot(f"export/UzFfAgtgekIEAQAAAAAA{mark}", finder_id, title, sells, begin, end))
    return found


def _figures(slot: Slot, buyers: int, state: State, rng: np.random.Generator) -> tuple[object, ...]:
    """One live with its final figures; whoever bought had watched and clicked."""
    reach = AUDIENCE_SHARE * state.persons * rng.lognormal(-0.03, 0.25)
    audience = 3 + int(reach) + 4 * buyers
    clickers = min(audience, 2 * buyers + int(0.2 * reach)) if slot.sells else 0
    return (
        *vars(slot).values(),
        audience,
        audience + int(rng.integers(1, 4) * reach),
        int(audience * rng.uniform(3, 30)),
        int(rng.binomial(audience, 0.06)),
        int(rng.poisson(0.4 * audience)),
        int(rng.integers(60, 700)),
        max(1, int(audience * rng.uniform(0.1, 0.4))),
        int(rng.binomial(audience, 0.03)),
        clickers,
        int(rng.binomial(audience, 0.6)),
    )


def _store(state: State, table: str, columns: dict[str, object]) -> None:
    connection = state.writer.connection
    connection.register("batch", pa.table(columns))
    connection.execute(f"create table {table} as select * from batch")
    connection.unregister("batch")
