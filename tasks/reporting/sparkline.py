"""A metric's last days as one small line of SVG: gaps stay gaps, for an unknown value is not 0."""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, EDGE = 120, 30, 3


def sparkline(values: Sequence[float | None], told: str) -> Markup:
    """The line, scaled between its lowest and highest value; a lone day is a dot; empty when nothing is known.

    Args:
        values: one a day, oldest first.
        told: what a reader hears who cannot see it.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Markup()
    low, span = min(known), max(known) - min(known)
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    path, place, joined = [], "", False
    for n, value in enumerate(values):
        if value is None:
            joined = False
            continue
        height = (value - low) / span if span else 0.5
        place = f"{EDGE + n * step:.1f} {HEIGHT - EDGE - height * (HEIGHT - 2 * EDGE):.1f}"
        # A line to where it begins draws the round end of a day that has no neighbours.
        path.append(f"L{place}" if joined else f"M{place}L{place}")
        joined = True
    x, y = place.split()
    return Markup(
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(told)}">'
        f'<path d="{"".join(path)}"/><circle cx="{x}" cy="{y}" r="2.4"/></svg>'
    )
