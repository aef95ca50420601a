import datetime as dt

import pytest

from tasks.calendars import start_of
from tasks.sandbox.world import Accident, World

TODAY = dt.date(2026, 11, 20)
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(5000, 7, today=TODAY)


def day(world: World, date: dt.date) -> int:
    return (date - world.start).days


def epoch(date: dt.date) -> int:
    return int(start_of(date).timestamp())


def one(world: World, sql: str, *params: object) -> dict[str, object]:
    return world.rows(sql, *params)[0]


def digest(world: World) -> list[dict[str, object]]:
    tables = [row["table_name"] for row in world.rows("select table_name from duckdb_tables() order by 1")]
    return [
        one(world, f"select '{table}' as t, sum(hash(x)) as h, count(*) as n from {table} x")
        for table in tables
    ]


def private_users(world: World, date: dt.date) -> int:
    end = epoch(date + dt.timedelta(days=1))
    found = one(
        world,
        """select count(distinct person_id) as n from (
            select person_id from oa_follow where followed_at < $1 and (left_at is null or left_at >= $1)
            union all
            select person_id from wecom_contact where added_at < $1 and (left_at is null or left_at >= $1)
            union all select person_id from shop_order where paid_at < $1)""",
        end,
    )
    return int(str(found["n"]))


def test_the_same_seed_makes_the_same_world_and_another_seed_another() -> None:
    worlds = [World.build(300, seed, today=TODAY) for seed in (1, 1, 2)]
    assert digest(worlds[0]) == digest(worlds[1])
    assert digest(worlds[0]) != digest(worlds[2])


@pytest.mark.parametrize("ago", [100, 50, 1, -50])
def test_private_users_keep_to_the_plans_line(world: World, ago: int) -> None:
    date = TODAY - dt.timedelta(days=ago)
    line = 5000 * world.pace.planned("private_users", day(world, date) + 1)
    assert private_users(world, date) == pytest.approx(line, rel=0.015)


def test_a_world_of_300_persons_keeps_to_the_line_too() -> None:
    small = World.build(300, 3, today=TODAY)
    line = 300 * small.pace.planned("private_users", 130)
    assert private_users(small, YESTERDAY) == pytest.approx(line, rel=0.06)


def test_half_the_drift_makes_half_the_growth() -> None:
    slow = World.build(3000, 7, today=TODAY, drift={"private_users": 0.5})
    begun = private_users(slow, slow.plan_start - dt.timedelta(days=1))
    planned = 3000 * (slow.pace.planned("private_users", 130) - 0.20)
    assert (private_users(slow, YESTERDAY) - begun) / planned == pytest.approx(0.5, abs=0.05)


def last_weeks(world: World, days: int = 28) -> tuple[dt.date, dt.date]:
    return YESTERDAY - dt.timedelta(days=days - 1), YESTERDAY


def test_open_rate_counts_message_readers_of_the_week_per_follower(world: World) -> None:
    window = (YESTERDAY - dt.timedelta(days=34), YESTERDAY - dt.timedelta(days=7))
    found = one(
        world,
        """select sum(readers) / sum(delivered) as rate from (
            select any_value(delivered) as delivered,
                count(distinct person_id) filter (list_contains(scenes, '公众号消息')) as readers
            from oa_article a join oa_read r using (article_no)
            where publish_date between ? and ? and publish_type <> 1 and read_date < publish_date + 7
            group by article_no)""",
        *window,
    )
    expected = world.pace.planned("open_rate", day(world, window[0]) + 14)
    assert found["rate"] == pytest.approx(expected, rel=0.04)


def test_interaction_and_share_follow_the_plan(world: World) -> None:
    found = one(
        world,
        """select sum(liked::int + zaikan::int + collected::int + comments) / count(*) as interaction,
            avg(shared::int) as share from oa_read where is_first and read_date between ? and ?""",
        *last_weeks(world),
    )
    middle = day(world, YESTERDAY) - 14
    assert found["interaction"] == pytest.approx(world.pace.planned("interaction_rate", middle), rel=0.08)
    assert found["share"] == pytest.approx(world.pace.planned("share_rate", middle), rel=0.05)


def test_readers_are_led_to_the_mini_program_on_the_day_they_read(world: World) -> None:
    found = one(
        world,
        """with readers as (
            select distinct person_id, read_date from oa_read where read_date between $1 and $2),
        led as (select person_id, visit_date from mp_visit
                where source_key = 18 and visit_date between $1 and $2)
        select (select count(*) from led) / (select count(*) from readers) as rate,
            (select count(*) from led left join readers
                on led.person_id = readers.person_id and visit_date = read_date
             where read_date is null) as strangers""",
        *last_weeks(world),
    )
    assert found["strangers"] == 0
    assert found["rate"] == pytest.approx(
        world.pace.planned("read_to_click", day(world, YESTERDAY) - 14), rel=0.04
    )


def test_orders_come_from_visitors_of_the_day(world: World) -> None:
    strangers = one(
        world,
        """select count(*) as n from shop_order o left join mp_visit v
            on v.person_id = o.person_id and v.visit_date = ?::date + ((created_at - ?) // 86400)::int
        where v.person_id is null""",
        world.start,
        epoch(world.start),
    )
    assert strangers["n"] == 0


def test_a_visitor_in_twenty_orders_rising_with_the_plan(world: World) -> None:
    first, last = last_weeks(world)
    buyers = one(
        world,
        """select count(distinct (person_id, created_at // 86400)) as n from shop_order
        where paid_at is not null and created_at between ? and ?""",
        epoch(first),
        epoch(TODAY) - 1,
    )
    visitors = one(world, "select count(*) as n from mp_visit where visit_date between ? and ?", first, last)
    rate = int(str(buyers["n"])) / int(str(visitors["n"]))
    assert rate == pytest.approx(world.pace.planned("browse_to_order", day(world, last) - 14), rel=0.05)


def test_day_seven_retention_is_the_plans(world: World) -> None:
    found = one(
        world,
        """with cohort as (
            select person_id, visit_date from mp_visit where is_new and visit_date between ? and ?)
        select count(b.person_id) / count(*) as rate
        from cohort c left join mp_visit b
            on b.person_id = c.person_id and b.visit_date = c.visit_date + 7""",
        YESTERDAY - dt.timedelta(days=34),
        YESTERDAY - dt.timedelta(days=7),
    )
    assert found["rate"] == pytest.approx(
        world.pace.planned("d7_retention", day(world, YESTERDAY) - 21), rel=0.08
    )


def test_everybody_is_new_once(world: World) -> None:
    assert world.rows("select person_id from mp_visit where is_new group by all having count(*) > 1") == []
    assert world.rows("select person_id, visit_date from mp_visit group by all having count(*) > 1") == []


def test_group_members_are_customers_and_leave_with_them(world: World) -> None:
    strangers = one(
        world,
        """select count(*) as n from wecom_group_member m where not exists (
            select 1 from wecom_contact c where c.person_id = m.person_id and c.added_at <= m.joined_at
                and coalesce(c.left_at, 9e15) >= coalesce(m.left_at, 9e15) - 86400)""",
    )
    assert strangers["n"] == 0


def test_groups_lose_and_talk_as_planned(world: World) -> None:
    first, end = epoch(TODAY - dt.timedelta(days=30)), epoch(TODAY)
    found = one(
        world,
        """select count(*) filter (joined_at < $1 and coalesce(left_at, 9e15) >= $1) as members,
            count(*) filter (left_at >= $1 and left_at < $2) as leaves from wecom_group_member""",
        first,
        end,
    )
    rate = int(str(found["leaves"])) / int(str(found["members"]))
    assert rate == pytest.approx(world.pace.planned("exit_rate", day(world, TODAY) - 15), rel=0.05)
    talk = one(
        world,
        """select sum(messages) / 28 / (select count(*) from wecom_group where created_at < ?) as messages
        from wecom_group_message where message_date between ? and ?""",
        end - 14 * 86400,
        *last_weeks(world),
    )
    assert talk["messages"] == pytest.approx(
        world.pace.planned("group_messages", day(world, TODAY) - 15), rel=0.06
    )


def test_weekly_community_activity_grows_to_a_quarter(world: World) -> None:
    shares, planned = [], []
    for weeks in range(4):
        last = YESTERDAY - dt.timedelta(weeks=weeks)
        found = one(
            world,
            """select count(*) as members, (select count(distinct person_id) from wecom_group_message
                where message_date between $2 and $3) as speakers
            from wecom_group_member where joined_at < $1 and (left_at is null or left_at >= $1)""",
            epoch(last + dt.timedelta(days=1)),
            last - dt.timedelta(days=6),
            last,
        )
        shares.append(int(str(found["speakers"])) / int(str(found["members"])))
        planned.append(world.pace.planned("community_active", day(world, last) - 3))
    assert sum(shares) / 4 == pytest.approx(sum(planned) / 4, abs=0.02)


def test_staff_answer_within_five_minutes_on_four_days_of_five(world: World) -> None:
    found = one(
        world,
        """select avg(minutes) as mean, avg((minutes <= 5)::int) as quick from (
            select avg(reply_minutes) as minutes from wecom_chat where chat_date between ? and ?
            group by userid, chat_date)""",
        *last_weeks(world),
    )
    assert found["mean"] == pytest.approx(4, abs=0.3)
    assert found["quick"] == pytest.approx(0.82, abs=0.07)


def test_sizes_are_those_of_a_small_brand(world: World) -> None:
    assert one(world, "select count(*) as n from wecom_staff")["n"] == 8
    assert one(world, "select count(*) as n from wecom_group where created_at < ?", epoch(TODAY))[
        "n"
    ] in range(10, 17)
    visitors = [
        row["visitors"] for row in world.rows("select visitors from mp_day where business_date >= ?", TODAY)
    ]
    assert 150 < min(visitors) < max(visitors) < 500
    bound = one(world, "select avg((unionid is not null)::int) as share from person")
    assert bound["share"] == pytest.approx(0.88, abs=0.001)


def test_follow_episodes_of_one_person_never_overlap(world: World) -> None:
    overlaps = world.rows(
        """select person_id from (
            select person_id, followed_at, lag(coalesce(left_at, 9e15)) over (partition by person_id
                order by followed_at) as left_before from oa_follow) where left_before >= followed_at"""
    )
    assert overlaps == []
    returned = one(world, "select count(*) - count(distinct person_id) as n from oa_follow")
    assert int(str(returned["n"])) > 0


def test_order_ids_are_beyond_floating_point(world: World) -> None:
    found = one(
        world,
        "select min(order_id::hugeint) as low, count(distinct order_id) - count(*) as twice from shop_order",
    )
    assert int(str(found["low"])) > 2**53
    assert found["twice"] == 0


def test_an_order_changes_after_it_was_paid(world: World) -> None:
    row = one(world, "select * from shop_order where completed_at is not null limit 1")
    moments = [row["created_at"], row["paid_at"], row["shipped_at"], row["completed_at"]]
    seen = [
        one(
            world,
            "select status, updated_at from shop_order_at($1) where order_id = $2",
            moment,
            row["order_id"],
        )
        for moment in moments
    ]
    assert [state["status"] for state in seen] == [10, 20, 30, 100]
    assert [state["updated_at"] for state in seen] == moments


def test_a_broken_checkout_takes_the_paid_orders_of_its_days_only() -> None:
    start, end = TODAY - dt.timedelta(days=9), TODAY - dt.timedelta(days=2)
    broken = World.build(3000, 7, today=TODAY, accidents=[Accident("checkout_broken", start, end)])

    def paid_share(first: dt.date, last: dt.date) -> float:
        found = one(
            broken,
            """select count(paid_at) / count(*) as share from shop_order
            where created_at >= ? and created_at < ?""",
            epoch(first),
            epoch(last),
        )
        return float(str(found["share"]))

    assert paid_share(start, end) < 0.3
    assert paid_share(start - dt.timedelta(days=14), start) > 0.8


def test_slow_service_and_dull_content_show_in_their_days() -> None:
    start = TODAY - dt.timedelta(days=7)
    hurt = World.build(
        1500,
        7,
        today=TODAY,
        accidents=[Accident("service_slow", start, TODAY), Accident("content_flop", start, TODAY)],
    )
    minutes = "select avg(reply_minutes) as m from wecom_chat where chat_date >= ? and chat_date < ?"
    before = (start - dt.timedelta(days=14), start)
    assert float(str(one(hurt, minutes, start, TODAY)["m"])) > 3 * float(
        str(one(hurt, minutes, *before)["m"])
    )
    opens = """select count(*) / count(distinct article_no) / avg(delivered) as rate
        from oa_read join oa_article using (article_no)
        where publish_date >= ? and publish_date < ? and read_date = publish_date
            and scenes[1] = '公众号消息'"""
    during, usual = (float(str(one(hurt, opens, *window)["rate"])) for window in ((start, TODAY), before))
    assert during == pytest.approx(usual / 2, rel=0.15)


def test_a_drift_of_an_unknown_kpi_is_refused() -> None:
    with pytest.raises(ValueError, match="no such KPI"):
        World.build(300, 7, today=TODAY, drift={"opens": 0.5})


def test_too_few_persons_are_refused() -> None:
    with pytest.raises(ValueError, match="200 or more"):
        World.build(50, 7, today=TODAY)


def test_one_wording_is_tired_and_one_makes_readers_take_part(world: World) -> None:
    rates = {
        row["wording"]: row["rate"]
        for row in world.rows(
            """select case when title like '一文看懂%' then 'tired' when title like '%大投票' then 'liked' else '' end
                    as wording,
                sum(liked::int + zaikan::int + collected::int + comments) / count(*) as rate
            from oa_read join oa_article using (article_no) where is_first and read_date between ? and ?
            group by all""",
            *last_weeks(world, 56),
        )
    }
    assert rates["tired"] / rates[""] == pytest.approx(0.55, abs=0.12)
    assert rates["liked"] / rates[""] == pytest.approx(1.5, abs=0.2)


def test_a_hard_sell_costs_members_on_its_day_only() -> None:
    start = TODAY - dt.timedelta(days=9)
    sold = World.build(1000, 7, today=TODAY, accidents=[Accident("pushy_message", start, YESTERDAY, 0.05)])
    calm = World.build(1000, 7, today=TODAY)

    def left(of: World, first: dt.date, last: dt.date) -> int:
        told = "select count(*) as n from wecom_group_member where left_at >= ? and left_at < ?"
        return int(str(one(of, told, epoch(first), epoch(last))["n"]))

    before = (start - dt.timedelta(days=9), start)
    assert left(sold, *before) == left(calm, *before)
    assert left(sold, start, YESTERDAY) > 3 * left(calm, start, YESTERDAY)
