"""The analysis queries: text of ``sql/`` but for ``lake`` and ``catalogue``, and the header that explains it.

The header is a contract (grain, params, columns with units, source); it is parsed here, stripped, and never
reaches the engine.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tasks.errors import ConfigurationError
from tasks.settings import HOME

FOLDER = HOME / "sql"
LEVELS = ("fail", "warn")
FIELD = re.compile(r"-- ?(zh|grain|params|columns|source|traps|level)\s*:(.*)")
WORD = re.compile(r"\w+")
COMMENT = re.compile(r"--[^\n]*")
COLUMN = re.compile(r"--\s{2,}(\w+)\s+(\S.*)")


@dataclass(frozen=True)
class Query:
    """One file of analysis SQL."""

    name: str
    """Folder and file without suffix: ``metrics/oa_followers``."""
    title: str
    title_zh: str
    """Of a check: the title for Chinese readers, who meet it in reports; empty elsewhere."""
    grain: str
    params: tuple[str, ...]
    """Names of the binds a caller may give: start_date, end_date, then numbers of the plan (metrics alone)."""
    columns: tuple[tuple[str, str], ...]
    """(name, type or unit and remarks) in the order of the result."""
    source: str
    traps: str
    level: str
    """Of a check: ``fail`` or ``warn``; empty elsewhere."""
    sql: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the statement outside comments: the tables it reads are among them."""
        return frozenset(WORD.findall(COMMENT.sub("", self.sql)))


def parse(path: Path, name: str) -> Query:
    """The query in one file.

    Raises:
        ConfigurationError: the header is not as agreed; the message names file and line.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    if end == 0:
        raise ConfigurationError(f"{path}:1: the file must begin with its title as a comment")
    title: list[str] = []
    fields: dict[str, list[str]] = {}
    columns: list[tuple[str, str]] = []
    field = ""
    for number, line in enumerate(lines[:end], start=1):
        if found := FIELD.fullmatch(line):
            field = found[1]
            if field in fields:
                raise ConfigurationError(f"{path}:{number}: a second '{field}' in the header")
            fields[field] = [found[2].strip()]
        elif field == "columns":
            column = COLUMN.fullmatch(line)
            if not column:
                raise ConfigurationError(f"{path}:{number}: a column needs a name and its unit: {line}")
            columns.append((column[1], column[2].strip()))
        else:
            (fields[field] if field else title).append(line.removeprefix("--").strip())
    texts = {key: " ".join(part for part in parts if part) for key, parts in fields.items()}
    sql = "\n".join(lines[end:]).strip()
    _check(path, texts, columns, sql, is_check=name.startswith("checks/"))
    return Query(
        name=name,
        title=" ".join(title),
        title_zh=texts.get("zh", ""),
        grain=texts["grain"],
        params=_params(texts["params"]),
        columns=tuple(columns),
        source=texts["source"],
        traps=texts.get("traps", ""),
        level=texts.get("level", ""),
        sql=sql,
    )


@lru_cache(maxsize=256)
def load(name: str, folder: Path = FOLDER) -> Query:
    """The query of that name, e.g. ``metrics/oa_followers``; parsed once per process.

    Raises:
        ConfigurationError: there is no such file, or its header is malformed.
    """
    path = folder / f"{name}.sql"
    if not path.is_file():
        raise ConfigurationError(f"there is no query {name}: {path} does not exist")
    return parse(path, name)


def queries(kind: str, folder: Path = FOLDER) -> list[Query]:
    """All queries of one folder (``staging``, ``marts``, ``metrics`` …), by name."""
    return [load(f"{kind}/{path.stem}", folder) for path in sorted((folder / kind).glob("*.sql"))]


def build_order(folder: Path = FOLDER) -> list[str]:
    """Names of the queries of ``staging`` and ``marts``, each after those it reads.

    Raises:
        ConfigurationError: two queries read each other.
    """
    built = {Path(query.name).name: query for kind in ("staging", "marts") for query in queries(kind, folder)}
    graph = {name: (query.words & set(built)) - {name} for name, query in built.items()}
    try:
        return [built[name].name for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise ConfigurationError(f"these queries read each other: {' → '.join(error.args[1])}") from None


def _check(
    path: Path, texts: dict[str, str], columns: list[tuple[str, str]], sql: str, *, is_check: bool
) -> None:
    lacking = [field for field in ("grain", "params", "source") if not texts.get(field)]
    if not columns:
        lacking.append("columns")
    if lacking:
        raise ConfigurationError(f"{path}:1: the header lacks {', '.join(lacking)}")
    if is_check != ("level" in texts) or (is_check and texts["level"] not in LEVELS):
        raise ConfigurationError(f"{path}:1: checks, and only they, have a level: {' or '.join(LEVELS)}")
    if is_check != bool(texts.get("zh")):
        raise ConfigurationError(f"{path}:1: checks, and only they, have a Chinese title: zh")
    if not sql:
        raise ConfigurationError(f"{path}:1: there is no statement under the header")


def _params(text: str) -> tuple[str, ...]:
    """Names before their remarks in round brackets; ``-`` or ``none`` stand for no params."""
    parts = (part.strip() for part in re.sub(r"\([^)]*\)", "", text).split(","))
    return tuple(part.split()[0].lstrip("$:") for part in parts if part and part not in {"-", "none"})
