"""How a run begins and ends (floor 5): which days it means, what it is called, what its last word is."""

import datetime as dt
from collections.abc import Sequence

from prefect import runtime
from prefect.states import Completed, Failed, State

from tasks import calendars, settings
from tasks.calendars import Window
from tasks.errors import ConfigurationError
from tasks.pull import Tally
from tasks.records import Delivery


def scheduled() -> dt.datetime:
    """When this run was due; the present moment outside a run."""
    return runtime.flow_run.scheduled_start_time or calendars.now()


def run_day(date: str) -> Window:
    """The one business date a run is about, as a window.

    Raises:
        ConfigurationError: the date is not one, or its figures cannot exist yet.
    """
    return _past(Window.of_day(calendars.resolve_date(date, scheduled())))


def run_window(start: str, end: str) -> Window:
    """The business dates from ``start`` to ``end``, both included."""
    first, last = (calendars.resolve_date(text, scheduled()) for text in (start, end))
    return _past(Window(first, last + calendars.ONE_DAY))


def _past(window: Window) -> Window:
    calendars.require_past(window, scheduled())
    return window


def run_name() -> str:
    """A run's name with the business date it means, e.g. ``daily-sync-2026-07-25``."""
    given = runtime.flow_run.parameters
    name = runtime.flow_run.flow_name
    try:
        if "date" in given:
            return f"{name}-{calendars.resolve_date(given['date'], scheduled())}"
        return f"{name}-{given['start']}-{calendars.resolve_date(given['end'], scheduled())}"
    except ConfigurationError:
        return f"{name}-invalid-date"


def conclude(
    window: Window, pulled: Sequence[Tally], sent: Sequence[Delivery] = (), address: str = ""
) -> State[str]:
    """The run's final state: Completed with what it did, Failed when a source or a delivery needs a person.

    Late and doubtful cells are not failures: the later runs of the day ask again.
    """
    cells = sum(t.asked for t in pulled)
    said = [f"{window}: {cells} cells asked, {sum(t.answers for t in pulled)} answers"]
    said += [f"{name} {count}" for name, count in sorted(_verdicts(pulled).items())]
    said += _beginnings(pulled)
    said += [f"{sum(d.status == 'sent' for d in sent)} messages sent"] if sent else []
    said += [address] if address else []
    troubles = [f"{t.account_id} {title}: {why}" for t in pulled for title, why in t.failures.items()]
    return ended(said, troubles + undelivered(sent))


def undelivered(sent: Sequence[Delivery]) -> list[str]:
    """Each delivery that needs a person, and why."""
    return [f"{d.channel} → {d.recipient} {d.status}: {d.detail}" for d in sent if d.status in UNDELIVERED]


def ended(said: Sequence[str], troubles: Sequence[str]) -> State[str]:
    """Completed with what was done, or Failed with what needs a person first."""
    if troubles:
        return Failed(message="; ".join([*troubles, *said]))
    return Completed(message="; ".join(said))


SINCE = {
    "zh-CN": "平台自 {day} 起才有数据，更早的日期未请求：{names}",
    "en": "the platform tells nothing before {day}, which was not asked for: {names}",
}


def _beginnings(pulled: Sequence[Tally]) -> list[str]:
    """From which day on there are data, where the window begins before it: one sentence a day."""
    language = settings.load().language
    named: dict[dt.date, dict[str, None]] = {}
    for tally in pulled:
        for name, day in tally.since.items():
            named.setdefault(day, {})[name] = None
    comma = ", " if language == "en" else "、"
    return [SINCE[language].format(day=day, names=comma.join(names)) for day, names in sorted(named.items())]


UNDELIVERED = {"failed", "in_doubt"}


def _verdicts(pulled: Sequence[Tally]) -> dict[str, int]:
    total: dict[str, int] = {}
    for tally in pulled:
        for verdict, count in tally.verdicts.items():
            total[verdict] = total.get(verdict, 0) + count
    return total
