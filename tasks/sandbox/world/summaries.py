"""What is asked every day, counted once when the world is made."""

import datetime as dt
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from tasks.sandbox.world.articles import Articles
from tasks.sandbox.world.pace import LENGTH
from tasks.sandbox.world.tables import FLAGS, SCENES
from tasks.sandbox.world.visits import Visits


def _flag(name: str) -> str:
    return f"count(*) filter ((flags & {1 << FLAGS.index(name)}) > 0)"


_FIRST = f"(flags & {1 << FLAGS.index('is_first')}) > 0"


def _scenes(also: str = "true") -> str:
    return ", ".join(
        f"count(*) filter ((scene = {code} or extra = {code}) and {also})" for code in range(len(SCENES))
    )


SUMMARIES = f"""
create table oa_user_day as
with moves as (
    select floor((followed_at - $first) / 86400)::integer as day, user_source, 1 as won, 0 as lost
    from oa_follow
    union all
    select floor((left_at - $first) / 86400)::integer, user_source, 0, 1
    from oa_follow where left_at is not null
)
select $start::date + day as business_date, user_source, sum(won)::integer as new_user,
    sum(lost)::integer as cancel_user
from moves where day >= 0 group by all order by all;

create table oa_cumulate_day as
with stock as (select count(*) as persons from oa_follow where followed_at < $first)
select business_date, (select persons from stock) + sum(sum(new_user) - sum(cancel_user)) over
    (order by business_date) as followers
from (select $start::date + i::integer as business_date, 0 as new_user, 0 as cancel_user
      from range({LENGTH}) as days(i)
      union all select business_date, new_user, cancel_user from oa_user_day)
group by business_date order by business_date;

create table oa_article_day as
select article_no, msg_data_id || '_' || idx as msgid, read_date, count(*) as readers,
    [{_scenes()}] as scenes,
    {_flag("shared")} as sharers,
    count(*) filter ({_FIRST}) as first_readers,
    [{_scenes(_FIRST)}] as first_scenes,
    {_flag("zaikan")} as zaikan, {_flag("liked")} as liked, {_flag("collected")} as collected,
    {_flag("followed")} as followed, sum(comments)::integer as comments,
    sum(praise_fen)::integer as praise_fen,
    count(*) filter ((flags & {1 << FLAGS.index("finished")}) > 0 and {_FIRST}) as finished,
    sum(minutes) filter ({_FIRST}) as minutes,
    [{", ".join(f"count(*) filter (jump = {position} and {_FIRST})" for position in range(1, 6))}] as jumps
from oa_read_packed join oa_article using (article_no)
group by article_no, msgid, read_date order by read_date, article_no desc;

create table mp_day as
select visit_date as business_date, sum(sessions)::bigint as sessions, sum(pages)::bigint as pages,
    count(*) as visitors, count(*) filter (is_new) as new_visitors, sum(stay_seconds)::double as stay_seconds,
    sum(shares)::bigint as shares, count(*) filter (shares > 0) as sharers
from mp_visit group by visit_date order by visit_date;

create table mp_source_day as
select visit_date as business_date, source_key, sum(sessions)::bigint as sessions, count(*) as visitors
from mp_visit group by visit_date, source_key order by visit_date, source_key;

create table mp_bucket_day as
select visit_date as business_date, 'access_staytime_info' as measure,
    1 + (stay_seconds / sessions > 2)::integer + (stay_seconds / sessions > 5)::integer
      + (stay_seconds / sessions > 10)::integer + (stay_seconds / sessions > 20)::integer
      + (stay_seconds / sessions > 30)::integer + (stay_seconds / sessions > 50)::integer
      + (stay_seconds / sessions > 100)::integer as bucket, sum(sessions)::bigint as sessions
from mp_visit group by all
union all
select visit_date, 'access_depth_info', case when pages / sessions <= 5 then ceil(pages / sessions)::integer
    when pages / sessions <= 10 then 6 else 7 end, sum(sessions)::bigint
from mp_visit group by all;

create table oa_message as
with spans as (
    select person_id, greatest(floor((followed_at - $first) / 86400)::integer, 0) as born,
        least(coalesce(floor((left_at - $first) / 86400)::integer, {LENGTH}), {LENGTH}) as gone,
        ((person_id + 1)::hugeint * 2654435761 + $seed * 40503) % 4294967296 as mix
    from oa_follow
),
rhythms as (
    select person_id, born, gone, (7 + mix // 65536 % 34)::integer as pause, (mix % 7)::integer as beat
    from spans
),
moments as (
    select person_id, unnest(range(born + (beat - born % pause + pause) % pause, gone, pause))::integer as day
    from rhythms
),
said as (
    select person_id, day,
        ((person_id * 7919::hugeint + day * 104729 + $seed * 15485863) * 2654435761 % 4294967296 // 65536)::integer
            as draw
    from moments
)
select $start::date + day as message_date, (8 + draw // 7 % 14)::integer as hour, person_id, msg_type,
    messages::integer as messages
from (
    select day, draw, person_id, case when draw // 100 % 100 < 90 then 1 when draw // 100 % 100 < 96 then 2
            when draw // 100 % 100 < 98 then 3 when draw // 100 % 100 < 99 then 4 else 6 end as msg_type,
        case when draw % 100 < 55 then 1 when draw % 100 < 80 then 2 when draw % 100 < 90 then 3
            when draw % 100 < 95 then 5 when draw % 100 < 98 then 8 else 12 end as messages
    from said
    union all
    select day, draw, person_id, 2, 1 from said where draw // 100 % 100 < 90 and draw % 11 = 0
)
order by all;

create table oa_message_day as
select message_date as business_date, msg_type, count(*) as msg_user, sum(messages)::bigint as msg_count
from oa_message group by all order by all;

create table oa_message_dist_day as
with persons as (
    select message_date as business_date, person_id, sum(messages) as n from oa_message group by all)
select business_date, case when n <= 5 then 1 when n <= 10 then 2 else 3 end as count_interval,
    count(*) as msg_user
from persons group by all order by all;

create table oa_message_hour as
select message_date as business_date, hour, sum(messages)::bigint as messages
from oa_message group by all order by all;
"""
"""``oa_message``: every follower writes in a rhythm of 7 to 40 days, so it draws no chance from any stream."""


def summarise(
    connection: duckdb.DuckDBPyConnection, start: dt.date, seed: int, articles: Articles, visits: Visits
) -> None:
    """Count the daily figures of the Official Account and the Mini Program."""
    first = visits.state.day_starts[0]
    for statement in SUMMARIES.split(";\n"):
        if statement.strip():
            wanted = {"first": first, "start": start, "seed": seed}
            given = {name: value for name, value in wanted.items() if f"${name}" in statement}
            connection.execute(statement, given or None)
    _store(connection, start, "oa_biz_day", articles.days["oa_biz_day"], BIZ)
    _store(connection, start, "oa_biz_scene", articles.days["oa_biz_scene"], ("day", "scene", "readers"))
    _store(connection, start, "mp_retention", visits.retention(), ("day", "of_new", "key", "visitors"))
    known = visits.known + np.cumsum([int(np.bitwise_count(bits).sum()) for bits in visits.new])
    _store(connection, start, "mp_known", list(enumerate(known.tolist())), ("day", "visitors_total"))
    _speed(connection, start, seed)


BIZ = ("day", "readers", "sharers", "zaikan", "liked", "comments", "collected", "redirected")


def _store(
    connection: duckdb.DuckDBPyConnection,
    start: dt.date,
    table: str,
    rows: Sequence[tuple[int, ...]],
    columns: tuple[str, ...],
) -> None:
    batch = pa.table({name: [row[position] for row in rows] for position, name in enumerate(columns)})
    connection.register("batch", batch)
    connection.execute(
        f"create table {table} as "
        "select $1::date + day::integer as business_date, * exclude (day) from batch",
        [start],
    )
    connection.unregister("batch")


def _speed(connection: duckdb.DuckDBPyConnection, start: dt.date, seed: int) -> None:
    """Load times of the Mini Program: a launch takes about a second and a half."""
    rng = np.random.default_rng([seed, start.toordinal(), 5])
    usual = {
        "launch": 1480.0,
        "download": 620.0,
        "inject": 410.0,
        "render": 450.0,
        "switch": 310.0,
        "memory": 305.0,
    }
    rows = [
        (start + dt.timedelta(days=day), metric, float(value * rng.normal(1, 0.04)))
        for day in range(LENGTH)
        for metric, value in usual.items()
    ]
    connection.register(
        "batch",
        pa.table(dict(zip(("load_date", "metric", "milliseconds"), zip(*rows, strict=True), strict=True))),
    )
    connection.execute("insert into mp_load select * from batch")
    connection.unregister("batch")
