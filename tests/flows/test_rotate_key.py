"""The secret key is not changed while a flow run may be writing, as far as the Prefect server knows."""

import asyncio

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.states import Completed, Running

from tasks.errors import Busy, ConfigurationError
from tasks.rotate import rotate_key


@flow
def some_flow() -> None:
    pass


def test_a_running_flow_stops_the_change_of_the_key_unless_it_is_known_to_be_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WECHAT_OPS_NEW_SECRET_KEY", "")

    async def begin() -> object:
        async with get_client() as client:
            run = await client.create_flow_run(some_flow, name="sync-that-writes")
            await client.set_flow_run_state(run.id, Running(), force=True)
            return run.id

    async def end(run_id: object) -> None:
        async with get_client() as client:
            await client.set_flow_run_state(run_id, Completed(), force=True)

    run_id = asyncio.run(begin())
    with pytest.raises(Busy, match="sync-that-writes"):
        rotate_key(lambda _: None)
    with pytest.raises(ConfigurationError, match="WECHAT_OPS_NEW_SECRET_KEY"):
        rotate_key(lambda _: None, force=True)
    asyncio.run(end(run_id))
    # Runs that other tests killed may still count as running.
    with pytest.raises((Busy, ConfigurationError)) as ended:
        rotate_key(lambda _: None)
    assert "sync-that-writes" not in str(ended.value)
