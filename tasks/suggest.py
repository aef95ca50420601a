"""Suggest what to try first about alerts and notices, in the brand's own words (floor 5)."""

from collections.abc import Sequence

from tasks.alerts import playbooks
from tasks.alerts.life import key_of
from tasks.announce import top_causes
from tasks.connections import Connections
from tasks.records import AlertRow, Contribution, Notice

TRIED = 2
"""Playbooks that a message has room for; all of them are with the emergency plan."""


def playbooks_for(
    c: Connections, news: Sequence[AlertRow | Notice], why: Sequence[Contribution]
) -> dict[str, list[str]]:
    """The first playbooks that fit each of ``news``, by its key; ``why`` are the day's causes.

    Raises:
        ConfigurationError: ``playbooks.toml`` is wrong; the message names entry and key.
    """
    language = c.settings.language
    books = playbooks.read(c.settings.document("playbooks"), language)
    told = {}
    for what in news:
        key = key_of(what)
        fit = playbooks.fitting(books, key, what.level, top_causes(why, key))
        told[key] = [book.text(language) for book in fit[:TRIED]]
    return told
