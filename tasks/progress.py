"""How far long work has come (floor 5): a Prefect progress artifact, and a line in the run's log."""

import time
from types import TracebackType
from typing import Self

from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.context import FlowRunContext, TaskRunContext
from prefect.logging import get_run_logger

SECONDS_BETWEEN_UPDATES = 2.0
"""Each update is a call to the server; faster than a reader looks is wasted."""


class Progress:
    """Counts steps done and shows the share in the UI; outside a run it only counts."""

    def __init__(self, key: str, description: str, total: int) -> None:
        self.key, self.description, self.total = key, description, total
        self.done = 0
        self._artifact = None
        self._told = 0.0

    async def __aenter__(self) -> Self:
        if FlowRunContext.get() or TaskRunContext.get():
            self._artifact = await acreate_progress_artifact(0.0, key=self.key, description=self.description)
        return self

    async def advance(self, steps: int = 1) -> None:
        """Count ``steps`` as done; tells the server now and then."""
        self.done += steps
        due = time.monotonic() - self._told >= SECONDS_BETWEEN_UPDATES
        if self._artifact and due and self.done < self.total:
            await self._tell()

    async def _tell(self, *, finished: bool = False) -> None:
        self._told = time.monotonic()
        share = 100.0 if finished or not self.total else round(100 * self.done / self.total, 1)
        await aupdate_progress_artifact(self._artifact, share)
        get_run_logger().info("%s: %d / %d", self.description, self.done, self.total)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._artifact and kind is None:
            await self._tell(finished=True)
