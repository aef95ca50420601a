"""The doctor as a run: its table in the UI, and a last word that says what to do."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from flows.doctor import doctor
from tasks import calendars
from tasks.sandbox.clock import Clock
from tasks.sandbox.mail import MailSink
from tasks.sandbox.serve import running
from tasks.sandbox.world import World


async def newest_table() -> Any:
    async with get_client() as client:
        (found,) = await client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["doctor"])),
            sort=ArtifactSort.UPDATED_DESC,
            limit=1,
        )
    return found


def test_a_checkup_leaves_a_table_and_fails_while_something_is_broken(
    tmp_path: Path, make_home: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = calendars.now()
    world = World.build(persons=300, seed=7, today=calendars.business_date(now))
    clock = Clock(now, running=True)
    with running(world, clock=clock) as place, MailSink(tmp_path / "mail") as mail:
        for name, value in make_home(tmp_path, place, mail).environment.items():
            monkeypatch.setenv(name, value)

        async def run() -> Any:
            state = await doctor(accounts=["mp_mall"], return_state=True)
            return state, await newest_table()

        place.sandbox.faults.add("unauthorised:/datacube/getweanalysisappidvisitdistribution")
        state, table = asyncio.run(run())
    lines = state.message.splitlines()
    # The harness's server has neither pool nor worker.
    assert (
        "✘ Worker — 没有 work pool wechat-ops；到点的流程不会开始；→ 重新启动：make down && make up" in lines
    )
    (refused,) = [line for line in lines if "48001" in line]
    assert refused.startswith("✘ 小程序访问来源 — 没有权限（48001）；以下 ")
    assert state.is_failed()
    assert table.description == lines[0]
    assert [row["状态"] for row in json.loads(table.data)][:2] == ["✘", "✘"]
    assert not mail.messages()
