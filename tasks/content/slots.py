"""When content was published in the trailing weeks, and how it was opened then."""

from collections.abc import Iterable

from tasks.records import ContentItem, Slot

AGE = 7


def slots(items: Iterable[ContentItem]) -> list[Slot]:
    """Every hour of the week in which something was published whose hour and figures are known, by weekday."""
    sums: dict[tuple[int, int], list[int]] = {}
    for item in items:
        aged = item.at(AGE)
        if item.publish_hour is None or aged is None or not aged.is_mature or aged.readers is None:
            continue
        found = sums.setdefault((item.publish_date.isoweekday(), item.publish_hour), [0, 0, 0, 0])
        is_opened = aged.delivered is not None and aged.session_readers is not None
        for place, value in enumerate(
            (1, aged.delivered if is_opened else 0, aged.session_readers if is_opened else 0, aged.readers)
        ):
            found[place] += value or 0
    return [Slot(weekday, hour, *figures) for (weekday, hour), figures in sorted(sums.items())]
