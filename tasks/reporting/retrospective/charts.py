"""The page's drawings as inline SVG: coloured by the style sheet, so they follow dark mode and print.

Each carries its figures in words (``aria-label``), and the table beside it carries them too.
"""

from collections.abc import Sequence

from markupsafe import Markup

from tasks.reporting.retrospective.views import Curve, Range

WIDE, HIGH = 200, 22
"""Of an interval, in units of its own box."""
CURVE_WIDE, CURVE_HIGH, LEFT, TOP, RIGHT, BOTTOM = 520, 210, 44, 12, 16, 28
SPARK_WIDE, SPARK_HIGH = 64, 20
PAD = 6


def scale(ranges: Sequence[Range | None]) -> tuple[float, float]:
    """The rates between which all intervals are drawn, so that they can be compared."""
    shown = [one for one in ranges if one]
    if not shown:
        return 0.0, 1.0
    low = min(min(one.low, one.baseline) for one in shown)
    high = max(max(one.high, one.baseline) for one in shown)
    room = (high - low) * 0.04 or 0.01
    return max(low - room, 0.0), high + room


def interval(shown: Range, bounds: tuple[float, float], call: str, label: str) -> Markup:
    """A rate with its interval as a line and a dot, its baseline as an upright stroke."""
    low, high = bounds

    def x(value: float) -> float:
        return round(PAD + (WIDE - 2 * PAD) * (value - low) / (high - low), 1)

    middle = HIGH / 2
    return Markup(
        '<svg class="interval {call}" viewBox="0 0 {wide} {tall}" role="img" aria-label="{label}">'
        '<line class="axis" x1="0" x2="{wide}" y1="{middle}" y2="{middle}"/>'
        '<line class="reach" x1="{left}" x2="{right}" y1="{middle}" y2="{middle}"/>'
        '<line class="base" x1="{base}" x2="{base}" y1="2" y2="{foot}"/>'
        '<circle cx="{dot}" cy="{middle}" r="4.5"/></svg>'
    ).format(
        call=call, wide=WIDE, tall=HIGH, label=label, middle=middle, left=x(shown.low), right=x(shown.high),
        base=x(shown.baseline), foot=HIGH - 2, dot=x(shown.rate),
    )  # fmt: skip


def spark(left: Sequence[float], label: str) -> Markup:
    """Readers left from the top of a text to its end, small enough for a table cell; empty when unknown."""
    if len(left) < 2:
        return Markup("")
    step = (SPARK_WIDE - 2) / (len(left) - 1)
    points = " ".join(
        f"{round(1 + step * n, 1)},{round(1 + (SPARK_HIGH - 2) * (1 - share), 1)}"
        for n, share in enumerate(left)
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>'
        '<line class="grid" x1="0" x2="{}" y1="{}" y2="{}"/><polyline points="{}"/></svg>'
    ).format(SPARK_WIDE, SPARK_HIGH, label, label, SPARK_WIDE, SPARK_HIGH - 1, SPARK_HIGH - 1, points)


def drop_off(curves: Sequence[Curve], label: str, ends: tuple[str, str]) -> Markup:
    """Readers left from the top of a text to its end: the best article solid, the worst dashed."""
    across, down = CURVE_WIDE - LEFT - RIGHT, CURVE_HIGH - TOP - BOTTOM
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = round(TOP + down * (1 - share), 1)
        line = Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>')
        lines.append(line.format(LEFT, CURVE_WIDE - RIGHT, y, y))
        text = Markup('<text x="{}" y="{}" text-anchor="end">{} %</text>')
        lines.append(text.format(LEFT - 8, y + 4, round(share * 100)))
    for place, curve in enumerate(curves):
        steps = len(curve.left) - 1
        dots = [
            (round(LEFT + across * n / steps, 1), round(TOP + down * (1 - left), 1))
            for n, left in enumerate(curve.left)
        ]
        path = " ".join(f"{x},{y}" for x, y in dots)
        lines.append(Markup('<polyline class="curve c{}" points="{}"/>').format(place, path))
        lines += [Markup('<circle class="c{}" cx="{}" cy="{}" r="3"/>').format(place, x, y) for x, y in dots]
    foot = CURVE_HIGH - 8
    lines.append(Markup('<text x="{}" y="{}">{}</text>').format(LEFT, foot, ends[0]))
    lines.append(
        Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(CURVE_WIDE - RIGHT, foot, ends[1])
    )
    return Markup('<svg class="dropoff" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        CURVE_WIDE, CURVE_HIGH, label, Markup("").join(lines)
    )
