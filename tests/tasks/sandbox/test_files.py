"""The files of the simulated brand are what a team would hand in: taken whole, and true to its persons and orders."""

import csv
import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from tasks import settings
from tasks.calendars import ONE_DAY
from tasks.sandbox.files import write_files
from tasks.sandbox.world import Accident, World
from tasks.sandbox.world.pace import Pace
from tasks.sources.files import opening, quarantine, staging
from tasks.sources.files.offers import chosen
from tasks.sources.files.scratch import Scratch
from tasks.sources.files.staging import Belonging
from tasks.sources.files.templates import templates

TEMPLATES = templates(settings.load().document("templates"))


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {path.stem: path for path in write_files(world, tmp_path_factory.mktemp("inbox"))}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_file_is_told_apart_by_its_headers_and_taken_whole(
    world: World, files: dict[str, Path], tmp_path: Path
) -> None:
    now = dt.datetime.combine(world.today, dt.time(4), dt.UTC)
    with Scratch(memory_limit="200MB") as scratch:
        for template, path in files.items():
            choice = chosen(path.name, opening.offers_of(path, scratch, ""), TEMPLATES.values())
            raw = choice.offer.opened(choice.header)
            staged = staging.stage(
                scratch, choice, raw, path.name, Belonging("files", "import", world.today, now)
            )
            refused = quarantine.quarantine(scratch, choice, raw, tmp_path / "quarantine.csv")

            assert choice.template.template_id == template == path.parent.name
            assert (refused, choice.unused) == (0, []), template
            assert staged.read == len(rows_of(path)) > 0


def test_the_company_table_tells_of_our_shop_what_its_orders_tell(
    world: World, files: dict[str, Path]
) -> None:
    (paid,) = world.rows(
        "select sum(order_price) / 100 as cny from shop_order where paid_at > 0 "
        "and make_timestamp((paid_at + 28800) * 1000000)::date < $1",
        world.today,
    )
    told = sum(float(row["成交额"]) for row in rows_of(files["gmv"]) if row["是否微信渠道"] == "是")

    assert told == pytest.approx(paid["cny"], abs=0.01)


def test_those_whom_invitations_won_followed_that_day(world: World, files: dict[str, Path]) -> None:
    joined = {
        (row["unionid"], row["day"].isoformat())
        for row in world.rows(
            "select unionid, make_timestamp((followed_at + 28800) * 1000000)::date as day "
            "from oa_follow join person using (person_id)"
        )
    }
    won = [row for row in rows_of(files["invites"]) if row["转化时间"]]

    assert won
    assert {(row["被邀请人ID"], row["转化时间"][:10]) for row in won} <= joined


def test_the_same_world_writes_the_same_files(world: World, files: dict[str, Path], tmp_path: Path) -> None:
    again = {path.stem: path.read_text() for path in write_files(world, tmp_path)}

    assert again == {name: path.read_text() for name, path in files.items()}


def test_a_broken_checkout_is_logged_as_an_outage_that_goes_on(world: World, tmp_path: Path) -> None:
    broken = Accident("checkout_broken", world.today - 2 * ONE_DAY, world.today + ONE_DAY)
    ailing = dataclasses.replace(world, pace=Pace(world.start, {}, [broken]))
    incidents = next(path for path in write_files(ailing, tmp_path) if path.stem == "incidents")
    last = rows_of(incidents)[-1]

    assert (last["事件类型"], last["发生时间"], last["恢复时间"]) == (
        "系统故障",
        f"{world.today - 2 * ONE_DAY} 09:30",
        "",
    )


def test_a_hard_sell_is_in_the_log_of_every_group_and_the_only_marketing_of_its_day(
    world: World, tmp_path: Path
) -> None:
    day = world.today - 5 * ONE_DAY
    pace = Pace(world.start, {}, [Accident("pushy_message", day, day + ONE_DAY)])
    pushy = dataclasses.replace(world, pace=pace)
    log = rows_of(next(path for path in write_files(pushy, tmp_path) if path.stem == "community_log"))
    sold = [row for row in log if row["发送时间"][:10] == str(day) and row["是否营销"] == "是"]
    groups = {
        row["群ID"] for row in log if row["发送时间"][:10] == str(day) and row["发送人类型"] == "机器人"
    }

    assert groups
    assert {row["话题"] for row in sold} == {"限时秒杀：全场五折"}
    assert sorted(row["群ID"] for row in sold) == sorted(groups)
