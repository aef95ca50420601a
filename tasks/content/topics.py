"""Topics worth a piece of content: searched for, asked about, talked about, or made of what lifts results.

What readers write is searched for phrases, not words: Chinese has no blanks, and a phrase of two to six characters
that several persons use is what an editor looks for anyway.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tasks.records import ContentItem, Lift, Topic

MOST = 8
"""Topics of each source."""
PERSONS = 3
"""Persons who must have used a phrase."""
LONGEST, SHORTEST = 6, 2
RUNS = re.compile(r"[\u4e00-\u9fff]{2,}")
PARTICLES = frozenset(
    "的了吗呢吧啊呀哦嗯么着过得地就都也还很太最这那是我你他她它们在和与或但而被把让给有没不请能想要会"
)
"""A phrase neither begins nor ends with one of these."""
TOPICS_OF_LABELS = ("template", "scene", "matrix_type", "format")


def topics(
    told: Iterable[Mapping[str, Any]],
    comments: Iterable[Mapping[str, Any]],
    lifts: Sequence[Lift],
    published: Sequence[ContentItem],
) -> list[Topic]:
    """At most eight topics of each source, the most mentioned first.

    Args:
        told: rows of ``retrospective/topics``.
        comments: rows of ``retrospective/comments``.
        lifts: labels that lift results; those that clearly do are told.
        published: the week's items: what was just written about is left out.
    """
    titles = [item.title for item in published]
    by_source: dict[str, list[Topic]] = defaultdict(list)
    for row in told:
        by_source[row["source"]].append(
            Topic(row["topic"], row["source"], int(row["mentions"]), row["persons"], row["reading"])
        )
    by_source["comment"] = phrases(comments)
    by_source["feature"] = [
        Topic(lift.member, "feature", lift.posts, reading=lift.dimension)
        for lift in lifts
        if lift.low > 1 and lift.dimension in TOPICS_OF_LABELS
    ]
    found = []
    for source in ("search", "comment", "community", "competitor", "hot", "idea", "feature"):
        fresh = [one for one in by_source[source] if not any(one.topic in title for title in titles)]
        found += sorted(fresh, key=lambda one: (-(one.persons or one.mentions), one.topic))[:MOST]
    return found


def phrases(comments: Iterable[Mapping[str, Any]]) -> list[Topic]:
    """Phrases that at least three persons wrote, the longest of those that say the same."""
    persons: dict[str, set[str]] = defaultdict(set)
    times: dict[str, int] = defaultdict(int)
    for comment in comments:
        for phrase in _phrases(comment["content"]):
            persons[phrase].add(comment["member_key"] or comment["comment_id"])
            times[phrase] += 1
    shared = {phrase: len(found) for phrase, found in persons.items() if len(found) >= PERSONS}
    whole = [
        phrase
        for phrase, count in shared.items()
        if not any(phrase != other and phrase in other and count <= shared[other] for other in shared)
    ]
    return [Topic(phrase, "comment", times[phrase], shared[phrase]) for phrase in whole]


def _phrases(text: str) -> set[str]:
    return {
        run[start : start + length]
        for run in RUNS.findall(text)
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(run) - length + 1)
        if run[start] not in PARTICLES and run[start + length - 1] not in PARTICLES
    }
