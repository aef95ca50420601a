"""What follows when an endpoint tells nothing: which numbers turn grey, and what tells the same instead; pure.

endpoint → metrics whose inputs it is (the plan's KPIs first) → one clause for a reader
"""

from collections.abc import Collection, Iterable, Mapping

from tasks.records import Endpoint, Metric

SHORT, LONG = 3, 8
"""Names told in a digest's line and in the doctor's."""


class Impact:
    """Who reads which endpoint.

    Args:
        metrics: the catalogue by metric id; its ``inputs`` decide what turns grey.
        registry: every endpoint by name, withdrawn ones included; its ``metrics`` are believed as well.
        kpis: metric ids that the plan judges.
    """

    def __init__(
        self, metrics: Mapping[str, Metric], registry: Mapping[str, Endpoint], kpis: Collection[str] = ()
    ) -> None:
        self._metrics = metrics
        self._registry = registry
        self._kpis = frozenset(kpis)

    def of(self, endpoints: Iterable[str]) -> tuple[list[Metric], list[Metric]]:
        """KPIs of the plan, and other metrics, that turn grey without these endpoints; in catalogue order."""
        lost = set(endpoints)
        named = {m for name in lost if name in self._registry for m in self._registry[name].metrics}
        grey = [m for m in self._metrics.values() if lost & set(m.inputs) or m.metric_id in named]
        return (
            [m for m in grey if m.metric_id in self._kpis],
            [m for m in grey if m.metric_id not in self._kpis],
        )

    def told(self, endpoints: Iterable[str], language: str) -> str:
        """A whole clause: ``以下 3 个 KPI 会变灰：…；另有 2 个指标``; empty when nothing reads them."""
        kpis, others = self.of(endpoints)
        english = language == "en"
        if not kpis and not others:
            return ""
        head, rest = (kpis, others) if kpis else (others, [])
        if english:
            what = "KPI" if kpis else "metric"
            verb = f"{what} turns" if len(head) == 1 else f"{what}s turn"
            tail = f"; and {len(rest)} other metric{'s' if len(rest) > 1 else ''}" if rest else ""
            return f"{len(head)} {verb} grey: {_listed(head, LONG, language)}{tail}"
        what = "个 KPI " if kpis else "个指标"
        tail = f"；另有 {len(rest)} 个指标" if rest else ""
        return f"以下 {len(head)} {what}会变灰：{_listed(head, LONG, language)}{tail}"

    def briefly(self, endpoint: Endpoint, language: str) -> str:
        """The same for the end of a line: ``→ 将变灰：A、B、C 等 5 个；替代：X``; empty when there is neither."""
        kpis, others = self.of([endpoint.name])
        grey = [*kpis, *others]
        instead = self.instead_of(endpoint, language)
        english = language == "en"
        parts = []
        if grey:
            parts.append(("turns grey: " if english else "将变灰：") + _listed(grey, SHORT, language))
        if instead:
            parts.append(("instead: " if english else "替代：") + instead)
        return ("→ " + ("; " if english else "；").join(parts)) if parts else ""

    def instead_of(self, endpoint: Endpoint, language: str) -> str:
        """The endpoints that replace a withdrawn one; empty when the registry names none."""
        english = language == "en"
        names = [
            name if english or name not in self._registry else self._registry[name].title
            for name in endpoint.replaced_by
        ]
        return (", " if english else "、").join(names)


def _listed(metrics: list[Metric], most: int, language: str) -> str:
    """Names, shortened to ``most`` with the number of all."""
    english = language == "en"
    text = (", " if english else "、").join(m.name(language) for m in metrics[:most])
    if len(metrics) <= most:
        return text
    return f"{text} and {len(metrics) - most} more" if english else f"{text} 等 {len(metrics)} 个"
