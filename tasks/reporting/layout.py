"""Fills templates: everything escaped, nothing undefined, numbers kept together with their words."""

import re
from collections.abc import Mapping
from functools import lru_cache

import jinja2
from markupsafe import Markup

from tasks.errors import ConfigurationError

GLUE = re.compile(r"(?<=\d) (?=\S)")


def laid_out(name: str, texts: Mapping[str, str], told: Mapping[str, object], most: int | None = None) -> str:
    """A template filled in.

    Args:
        name: of the template.
        texts: file name → text, the template among them.
        told: what the template speaks of.
        most: characters of one text; longer ones are cut. None: as long as they are.

    Raises:
        ConfigurationError: the template is broken.
    """
    # Only what takes part: a text that changed elsewhere is no reason to read all templates again.
    layouts = tuple(sorted((file, text) for file, text in texts.items() if file.endswith(".j2")))
    try:
        return _environment(layouts, most).get_template(name).render(told)
    except jinja2.TemplateError as error:
        raise ConfigurationError(f"reports/{name} cannot be laid out: {error}") from error


@lru_cache(maxsize=16)
def _environment(layouts: tuple[tuple[str, str], ...], most: int | None) -> jinja2.Environment:
    """Templates read once: a mail that does not fit is laid out again and again."""

    def finalize(value: object) -> object:
        if (
            most is not None
            and isinstance(value, str)
            and not isinstance(value, Markup)
            and len(value) > most
        ):
            value = f"{value[: most - 1]}…"
        return _glued(value)

    return jinja2.Environment(
        loader=jinja2.DictLoader(dict(layouts)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def sheet(texts: Mapping[str, str], styles: tuple[str, ...]) -> Markup:
    """Style sheets as one; they are our own text files, and escaping them would break their selectors."""
    return Markup("\n".join(texts[style] for style in styles))


def _glued(value: object) -> object:
    """Keeps a number and the word or sign after it on one line."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return GLUE.sub("\N{NO-BREAK SPACE}", value)
    return value
