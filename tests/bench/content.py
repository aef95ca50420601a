"""The rows ``retrospective`` and ``verdicts``: how long a week's content story takes, and how often it is wrong."""

import asyncio
import time
from typing import Any

import numpy as np

from tasks.calendars import ONE_DAY, Week, Window, start_of
from tasks.content.verdicts import verdicts
from tests.tasks.content.conftest import content
from tests.tasks.content.test_verdicts import decided, week

WEEKS = 1000


def retold(window: Window) -> str:
    """The last whole week of a demo: files imported, ``window`` filled; then gathered, laid out, and run as a flow."""
    from flows.backfill import backfill
    from flows.import_files import import_files
    from flows.weekly_content_retrospective import weekly_content_retrospective
    from tasks.connections import connect
    from tasks.retell import report_of
    from tasks.retrospect import retrospective

    async def story() -> Any:
        await import_files(return_state=True)
        return await backfill(start=str(window.start), end=str(window.last), return_state=True)

    async def flow() -> Any:
        return await weekly_content_retrospective(week=str(this), return_state=True)

    filled = asyncio.run(story())
    if not filled.is_completed():
        raise SystemExit(f"nothing to tell of: {filled.message}")
    this = Week.parse("last", start_of(window.end))
    that = Week.of(this.window.start - ONE_DAY)
    gathered, whole = [], []
    for _ in range(3):
        with connect() as c:
            began = time.perf_counter()
            found = retrospective(c, this, that, [], [])
            gathered.append(time.perf_counter() - began)
        with connect() as c:
            began = time.perf_counter()
            told = report_of(c, str(this), str(that), [], [])
            whole.append(time.perf_counter() - began)
    began = time.perf_counter()
    state = asyncio.run(flow())
    as_flow = time.perf_counter() - began
    if not state.is_completed() or not found.verdicts:
        raise SystemExit(f"the flow did not tell the week: {state.message}")
    return (
        f"{this}, {len(found.items)} items, {len(found.verdicts)} verdicts: gathered in {sorted(gathered)[1]:.1f} s, "
        f"with page, mail and workbook {sorted(whole)[1]:.1f} s; the flow, sent on three channels, {as_flow:.1f} s; "
        f"mail {len(told.mail.encode()) / 1000:.0f} KB, page {len(told.page.encode()) / 1000:.0f} KB"
    )


def misjudged() -> str:
    """A thousand weeks of six equal templates, and a thousand with one at 0.6 of the others, eight posts each."""
    began = time.process_time()
    equal, uneven = np.random.default_rng(7), np.random.default_rng(11)
    false = sum(bool(decided(verdicts(week(equal, content)))) for _ in range(WEEKS))
    calls = [
        next(
            v.call
            for v in verdicts(week(uneven, content, bad=2))
            if (v.dimension, v.member) == ("template", "T2")
        )
        for _ in range(WEEKS)
    ]
    return (
        f"{WEEKS} weeks of equal templates: {false / WEEKS:.1%} with a wrong keep or kill among all labels; "
        f"a template at 0.6 x with 8 posts: killed in {calls.count('kill') / WEEKS:.1%}, "
        f"kept in {calls.count('keep') / WEEKS:.1%}; {time.process_time() - began:.0f} s"
    )
