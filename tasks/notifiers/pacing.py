"""No webhook is called faster than its platform allows; whoever comes too early waits for their turn.

A burst, say a message to each of forty owners through one robot, so takes minutes and loses nothing.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TypeAlias

Limits: TypeAlias = tuple[tuple[int, float], ...]
"""Of each pair: at most so many messages in any so many seconds."""


class Pace:
    """Turns at webhooks, in the order they were asked for."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._now, self._sleep = now, sleep
        self._turns: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def wait(self, webhook: str, limits: Limits) -> None:
        """Returns when one more message may go to ``webhook``, and counts it.

        Args:
            webhook: its address.
            limits: of its platform, always the same for one webhook.
        """
        with self._lock:
            now, turns = self._now(), self._turns[webhook]
            turn = max([now, *(turns[-count] + span for count, span in limits if len(turns) >= count)])
            turns.append(turn)
            while len(turns) > max(count for count, _ in limits):
                turns.popleft()
        if turn > now:
            self._sleep(turn - now)


PACE = Pace()
"""The platforms count per robot, whichever part of a run speaks: every connection of a process shares this one."""
