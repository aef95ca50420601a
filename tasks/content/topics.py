"""Topics worth a piece of content: searched for, asked about, talked about, or made of what lifts results.

What readers ask is searched for phrases, not words: Chinese has no blanks, and a phrase of two to ten characters
that several persons use is what an editor looks for anyway. Praise is no topic.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tasks.records import ContentItem, ContentVerdict, Lift, Topic

MOST = 8
"""Topics of each source."""
PERSONS = 3
"""Persons who must have used a phrase."""
LONGEST, SHORTEST = 10, 2
RUNS = re.compile(r"[\u4e00-\u9fff]{2,}")
PARTICLES = frozenset(
    "的了吗呢吧啊呀哦嗯么着过得地就都也还很太最这那是我你他她它们在和与或但而被把让给有没不请能想要会"
)
"""A phrase neither begins nor ends with one of these."""
HALVES = frozenset("怎什如")
"""A phrase that ends with one of these was cut within a question word."""
CLAUSES = re.compile(r"(?<=[?？])|[，,。.！!；;、~～…\s]+")
ASKING = re.compile(
    r"吗|怎么|怎样|什么|时候|哪|如何|能不能|能否|可不可以|有没有|是不是|多少|多久|为何|(?<![要需追])求|想看|想要|想知道"
    r"|希望|请问|讲讲|看不懂|没看懂|不懂|[?？]"
)
"""What makes a clause a question or a request."""
POLITE = re.compile(r"请问|想?问一?下|想问|求问|讲讲|希望|想看|想要|想知道")
"""How one asks, not what for."""
PRAISE = re.compile(r"收藏|不错|期待|分享|实用|喜欢|支持|学到|感谢|谢谢|加油|太棒")
TOPICS_OF_LABELS = ("template", "scene", "matrix_type", "format")


def topics(
    told: Iterable[Mapping[str, Any]],
    comments: Iterable[Mapping[str, Any]],
    lifts: Sequence[Lift],
    verdicts: Sequence[ContentVerdict],
    published: Sequence[ContentItem],
) -> list[Topic]:
    """At most eight topics of each source, the most mentioned first.

    Args:
        told: rows of ``retrospective/topics``.
        comments: rows of ``retrospective/comments``.
        lifts: labels that lift results; those that clearly do are told.
        verdicts: likewise what is to be kept.
        published: the week's items: what was just written about is left out.
    """
    titles = [item.title for item in published]
    by_source: dict[str, list[Topic]] = defaultdict(list)
    for row in told:
        by_source[row["source"]].append(
            Topic(row["topic"], row["source"], row["mentions"], row["persons"], row["reading"])
        )
    by_source["comment"] = phrases(comments)
    works = [lift for lift in lifts if lift.low > 1] + [v for v in verdicts if v.call == "keep"]
    features = {(one.dimension, one.member): one.posts for one in works if one.dimension in TOPICS_OF_LABELS}
    by_source["feature"] = [
        Topic(member, "feature", posts, reading=dimension) for (dimension, member), posts in features.items()
    ]
    found = []
    for source in ("search", "comment", "community", "competitor", "hot", "idea", "feature"):
        fresh = [one for one in by_source[source] if not any(one.topic in title for title in titles)]
        found += sorted(fresh, key=lambda one: (-(one.persons or one.mentions or 0), one.topic))[:MOST]
    return found


def phrases(comments: Iterable[Mapping[str, Any]]) -> list[Topic]:
    """Phrases of questions and requests that at least three persons wrote, one for each thing they ask."""
    persons: list[str] = []
    holders: dict[str, set[int]] = defaultdict(set)
    for comment in comments:
        for run in _runs(comment["content"]):
            for phrase in _phrases(run):
                holders[phrase].add(len(persons))
            persons.append(comment["member_key"] or comment["comment_id"])

    def asked(runs: Iterable[int]) -> int:
        return len({persons[run] for run in runs})

    shared = {phrase: asked(runs) for phrase, runs in holders.items() if asked(runs) >= PERSONS}
    kept: list[str] = []
    told: set[int] = set()
    # What most persons wrote, the longest of equals. What three do not write without it is its fragment or wording.
    for phrase in sorted(shared, key=lambda one: (-shared[one], -len(one))):
        if asked(holders[phrase] - told) >= PERSONS:
            kept.append(phrase)
            told |= holders[phrase]
    return [Topic(phrase, "comment", len(holders[phrase]), shared[phrase]) for phrase in kept]


def _runs(text: str) -> list[str]:
    """Runs of Chinese in the clauses that ask, without courtesies; those with praise left out."""
    return [
        run
        for clause in CLAUSES.split(text)
        if ASKING.search(clause) and not PRAISE.search(clause)
        for run in RUNS.findall(POLITE.sub(" ", clause))
    ]


def _phrases(run: str) -> list[str]:
    """All phrases of a run, but those of question words alone, each once, in their order."""
    cut = {
        run[start : start + length]: None
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(run) - length + 1)
        if run[start] not in PARTICLES and run[start + length - 1] not in PARTICLES | HALVES
    }
    return [phrase for phrase in cut if len(ASKING.sub("", phrase)) >= SHORTEST]
