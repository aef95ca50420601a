"""What the week's page says by itself, over the words every report shares."""

from tasks.reporting.retrospective import words_en, words_zh
from tasks.reporting.words import Words, short_code
from tasks.reporting.words import words as shared


def words(language: str) -> Words:
    """The page's texts and those every report shares.

    Raises:
        ConfigurationError: reports are not written in that language.
    """
    return {**shared(language), **(words_zh.ZH if short_code(language) == "zh" else words_en.EN)}


def notes(language: str) -> tuple[tuple[str, str], ...]:
    """What the page's words mean, and which figures are approximate."""
    return words_zh.NOTES if short_code(language) == "zh" else words_en.NOTES
