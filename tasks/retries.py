"""Who is tried again, decided by the error's type alone (floor 1)."""

import random

from tasks.errors import NotReady, RateLimited, TransientError


def helps(error: BaseException) -> bool:
    """True when the same call may well succeed a few seconds from now."""
    if isinstance(error, RateLimited):
        return not error.until_tomorrow
    return isinstance(error, TransientError) and not isinstance(error, NotReady)


def wait_before(attempt: int, error: BaseException | None, base: float = 1.0) -> float:
    """Seconds to wait before attempt ``attempt`` (2 = the first repeat): 1-2-4 s with jitter.

    A wait that the platform itself names goes before ours.
    """
    named = getattr(error, "wait_seconds", None)
    if named is not None:
        return float(named)
    return float(base * 2 ** (attempt - 2) * random.uniform(1.0, 1.5))
